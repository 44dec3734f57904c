import torch
from corr2d import corr2d


def corr2d_multi_in(X, K):
    return sum(corr2d(x, k) for x, k in zip(X, K))


def corr2d_multi_in_out(X, K):
    return [corr2d_multi_in(X, k) for k in K]


def corr2d_multi_in_out_1x1(X, K):
    return torch.matmul(K.reshape(K.shape[0], -1), X.reshape(X.shape[0], -1))


def conv2d_cost(in_channels, out_channels, kernel_size, output_shape):
    n = in_channels * out_channels * kernel_size[0] * kernel_size[1]
    return {"parameters": n + out_channels, "multiply_adds": n * output_shape[0] * output_shape[1]}
