import torch
from corr2d import corr2d


def corr2d_multi_in(X, K):
    total = corr2d(X[0], K[0])
    for c in range(1, X.shape[0]):
        total = total + corr2d(X[c], K[c])
    return total


def corr2d_multi_in_out(X, K):
    maps = []
    for o in range(K.shape[0]):
        maps.append(corr2d_multi_in(X, K[o]))
    return torch.stack(maps, 0)


def corr2d_multi_in_out_1x1(X, K):
    c_i, h, w = X.shape
    c_o = K.shape[0]
    Y = torch.matmul(K.reshape(c_o, c_i), X.reshape(c_i, h * w))
    return Y.reshape(c_o, h, w)


def conv2d_cost(in_channels, out_channels, kernel_size, output_shape):
    kh, kw = kernel_size
    h, w = output_shape
    parameters = out_channels * (in_channels * kh * kw + 1)
    multiply_adds = out_channels * h * w * in_channels * kh * kw
    return parameters, multiply_adds
