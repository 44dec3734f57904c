import torch


def corr2d(X, K):
    h, w = K.shape
    return torch.tensor([[float((X[i:i + h, j:j + w] * K).sum()) for j in range(X.shape[1] - w + 1)]
                         for i in range(X.shape[0] - h + 1)])


def corr2d_multi_in(X, K):
    Y = 0
    for x, k in zip(X, K):
        Y = Y + corr2d(x, k)
    return Y


def corr2d_multi_in_out(X, K):
    return torch.stack([corr2d_multi_in(X, k) for k in K])


def corr2d_multi_in_out_1x1(X, K):
    c_o, c_i = K.shape[0], K.shape[1]
    Y = K.reshape(c_o, c_i).mm(X.reshape(c_i, -1))
    return Y.reshape(c_o, X.shape[1], X.shape[2])


def conv2d_cost(in_channels, out_channels, kernel_size, output_shape):
    k = in_channels * out_channels * kernel_size[0] * kernel_size[1]
    return k + out_channels, k * output_shape[0] * output_shape[1]
