import torch


def pair(value):
    if isinstance(value, int):
        return value, value
    return value[0], value[1]


def conv_output_shape(input_shape, kernel_size, padding=0, stride=1):
    kh, kw = pair(kernel_size)
    ph, pw = pair(padding)
    sh, sw = pair(stride)
    h = (input_shape[0] - kh + 2 * ph + sh) // sh
    w = (input_shape[1] - kw + 2 * pw + sw) // sw
    return h, w


def zero_pad2d(X, padding):
    ph, pw = pair(padding)
    h, w = X.shape
    big = torch.zeros(h + 2 * ph, w + 2 * pw)
    for i in range(h):
        for j in range(w):
            big[i + ph, j + pw] = X[i, j]
    return big


def corr2d_strided(X, K, padding=0, stride=1):
    out_h, out_w = conv_output_shape(X.shape, K.shape, padding, stride)
    sh, sw = pair(stride)
    big = zero_pad2d(X, padding)
    Y = torch.zeros(out_h, out_w)
    for i in range(out_h):
        for j in range(out_w):
            for a in range(K.shape[0]):
                for b in range(K.shape[1]):
                    Y[i, j] += big[i * sh + a, j * sw + b] * K[a, b]
    return Y


def same_padding(kernel_size):
    kh, kw = pair(kernel_size)
    if kh % 2 == 0 or kw % 2 == 0:
        raise ValueError("only odd kernels can keep the shape with the same padding on both sides")
    return (kh - 1) // 2, (kw - 1) // 2


def comp_conv2d(conv2d, X):
    X = X.reshape((1, 1) + tuple(X.shape))
    Y = conv2d(X)
    return Y.reshape(Y.shape[2:])
