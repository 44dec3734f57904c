# 郑爽
import torch
from corr2d import corr2d


def corr2d_multi_in(X, K):
    res = corr2d(X[0], K[0])
    for i in range(1, X.shape[0]):
        res += corr2d(X[i], K[i])
    return res


def corr2d_multi_in_out(X, K):
    return torch.stack([corr2d_multi_in(X, k) for k in K])


def corr2d_multi_in_out_1x1(X, K):
    c_i, h, w = X.shape
    c_o = K.shape[0]
    return (K.view(c_o, c_i) @ X.reshape(c_i, h * w)).view(c_o, h, w)


def conv2d_cost(in_channels, out_channels, kernel_size, output_shape):
    kh, kw = kernel_size
    oh, ow = output_shape
    weights = kh * kw * in_channels * out_channels
    return weights + out_channels, weights * oh * ow
