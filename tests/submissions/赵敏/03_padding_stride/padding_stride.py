import torch


def to_pair(v):
    return (v, v) if isinstance(v, int) else (v[0], v[1])


def conv_output_shape(input_shape, kernel_size, padding=0, stride=1):
    k, p, s = to_pair(kernel_size), to_pair(padding), to_pair(stride)
    return tuple((input_shape[d] + 2 * p[d] - k[d]) // s[d] + 1 for d in range(2))


def zero_pad2d(X, padding):
    ph, pw = to_pair(padding)
    rows, cols = X.shape
    side = torch.zeros(rows, pw)
    middle = torch.cat([side, X, side], dim=1)
    lid = torch.zeros(ph, cols + 2 * pw)
    return torch.cat([lid, middle, lid], dim=0)


def corr2d_strided(X, K, padding=0, stride=1):
    sh, sw = to_pair(stride)
    P = zero_pad2d(X, padding)
    h, w = K.shape
    return torch.stack([torch.stack([(P[i:i + h, j:j + w] * K).sum()
                                     for j in range(0, P.shape[1] - w + 1, sw)])
                        for i in range(0, P.shape[0] - h + 1, sh)])


def same_padding(kernel_size):
    kh, kw = to_pair(kernel_size)
    if kh % 2 == 0 or kw % 2 == 0:
        raise ValueError('卷积核大小必须是奇数: %s' % (kernel_size,))
    return kh // 2, kw // 2


def comp_conv2d(conv2d, X):
    X = X.reshape((1, 1) + X.shape)
    Y = conv2d(X)
    return Y.reshape(Y.shape[2:])
