"""第四章 4.4 多输入多输出通道    姓名：王芳"""
import torch


def _windows(X, kh, kw):
    return X.unfold(1, kh, 1).unfold(2, kw, 1)  # (ci, H, W, kh, kw)


def corr2d_multi_in(X, K):
    return torch.einsum("cijab,cab->ij", _windows(X, *K.shape[1:]), K)


def corr2d_multi_in_out(X, K):
    return torch.einsum("cijab,ocab->oij", _windows(X, *K.shape[2:]), K)


def corr2d_multi_in_out_1x1(X, K):
    Y = K[:, :, 0, 0] @ X.flatten(1)
    return Y.unflatten(1, X.shape[1:])


def conv2d_cost(in_channels, out_channels, kernel_size, output_shape):
    weights = in_channels * out_channels * kernel_size[0] * kernel_size[1]
    return weights + out_channels, weights * output_shape[0] * output_shape[1]
