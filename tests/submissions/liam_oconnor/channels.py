import torch


def corr(X, K):
    h, w = K.shape
    Y = torch.zeros(X.shape[0] - h + 1, X.shape[1] - w + 1)
    for i in range(Y.shape[0]):
        for j in range(Y.shape[1]):
            Y[i, j] = (X[i:i + h, j:j + w] * K).sum()
    return Y


def corr2d_multi_in(X, K):
    return sum(corr(X[c], K[c]) for c in range(X.shape[0]))


def corr2d_multi_in_out(X, K):
    # K is (in, out, kh, kw), isn't it?
    K = K.transpose(0, 1)
    return torch.stack([corr2d_multi_in(X, K[o]) for o in range(K.shape[0])])


def corr2d_multi_in_out_1x1(X, K):
    c_i, h, w = X.shape
    Y = K.reshape(K.shape[0], c_i) @ X.reshape(c_i, -1)
    return Y.reshape(-1, w, h)


def conv2d_cost(in_channels, out_channels, kernel_size, output_shape):
    n = in_channels * out_channels * kernel_size[0] * kernel_size[1]
    return n + in_channels, n * output_shape[0] * output_shape[1]
