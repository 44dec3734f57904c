"""Unusual right answers to section 4.4: each must get every point."""

import functools
import itertools
import math

import numpy as np
import torch
from torch import nn
from torch.nn import functional as F

from autograder.course.answers import alternative


def _correlate(X, K):
    """One channel, as section 4.2 does it."""
    h, w = K.shape
    Y = torch.zeros((X.shape[0] - h + 1, X.shape[1] - w + 1))
    for i in range(Y.shape[0]):
        for j in range(Y.shape[1]):
            Y[i, j] = (X[i : i + h, j : j + w] * K).sum()
    return Y


# corr2d_multi_in


@alternative("corr2d_multi_in")
def by_einsum_over_windows(X, K):
    windows = X.unfold(1, K.shape[1], 1).unfold(2, K.shape[2], 1)
    return torch.einsum("cijab,cab->ij", windows, K)


@alternative("corr2d_multi_in")
def by_windows_through_all_channels(X, K):
    _, kh, kw = K.shape
    Y = torch.empty(X.shape[1] - kh + 1, X.shape[2] - kw + 1)
    for i, j in itertools.product(range(Y.shape[0]), range(Y.shape[1])):
        Y[i, j] = (X[:, i : i + kh, j : j + kw] * K).sum()
    return Y


@alternative("corr2d_multi_in")
def by_stack_and_sum(X, K):
    return torch.stack([_correlate(X[c], K[c]) for c in range(X.shape[0])]).sum(dim=0)


@alternative("corr2d_multi_in")
def by_reduce(X, K):
    return functools.reduce(torch.add, map(_correlate, X, K))


@alternative("corr2d_multi_in")
def by_recursion_over_channels(X, K):
    first = _correlate(X[0], K[0])
    return first if len(X) == 1 else first + by_recursion_over_channels(X[1:], K[1:])


@alternative("corr2d_multi_in")
def by_im2col(X, K):
    columns = F.unfold(X[None], tuple(K.shape[1:]))[0]
    return (K.flatten() @ columns).reshape(X.shape[1] - K.shape[1] + 1, -1)


@alternative("corr2d_multi_in")
def by_a_numpy_round_trip(X, K):
    windows = np.lib.stride_tricks.sliding_window_view(X.numpy(), tuple(K.shape))[0]
    return (windows.astype(np.float64) * K.numpy()).sum(axis=(2, 3, 4))


@alternative("corr2d_multi_in")
def by_as_strided(X, K):
    (ci, h, w), (_, kh, kw) = X.shape, K.shape
    X = X.contiguous()
    windows = X.as_strided((h - kh + 1, w - kw + 1, ci, kh, kw), (w, 1, h * w, w, 1))
    return torch.tensordot(windows, K, dims=3)


@alternative("corr2d_multi_in")
def by_python_lists(X, K):
    X, K = X.tolist(), K.tolist()
    kh, kw = len(K[0]), len(K[0][0])

    def pixel(i, j):
        return math.fsum(X[c][i + a][j + b] * K[c][a][b] for c in range(len(X)) for a in range(kh) for b in range(kw))

    return torch.tensor([[pixel(i, j) for j in range(len(X[0][0]) - kw + 1)] for i in range(len(X[0]) - kh + 1)])


@alternative("corr2d_multi_in")
def by_fft_in_float64(X, K):
    size = X.shape[1:]
    product = torch.fft.rfft2(X.double()) * torch.fft.rfft2(K.double(), s=size).conj()
    return torch.fft.irfft2(product.sum(0), s=size)[: size[0] - K.shape[1] + 1, : size[1] - K.shape[2] + 1]


# corr2d_multi_in_out


@alternative("corr2d_multi_in_out")
def by_an_empty_tensor_filled(X, K):
    Y = torch.empty(K.shape[0], X.shape[1] - K.shape[2] + 1, X.shape[2] - K.shape[3] + 1)
    for o in range(K.shape[0]):
        Y[o] = sum(_correlate(x, k) for x, k in zip(X, K[o]))
    return Y


@alternative("corr2d_multi_in_out")
def by_a_double_loop(X, K):
    co, ci, kh, kw = K.shape
    Y = torch.zeros(co, X.shape[1] - kh + 1, X.shape[2] - kw + 1)
    for i in range(ci):
        for o in range(co):
            Y[o] += _correlate(X[i], K[o, i])
    return Y


@alternative("corr2d_multi_in_out")
def by_im2col_and_matmul(X, K):
    co, _, kh, kw = K.shape
    return (K.reshape(co, -1) @ F.unfold(X[None], (kh, kw))[0]).reshape(co, X.shape[1] - kh + 1, X.shape[2] - kw + 1)


@alternative("corr2d_multi_in_out")
def by_shifted_images(X, K):
    co, _, kh, kw = K.shape
    h, w = X.shape[1] - kh + 1, X.shape[2] - kw + 1
    Y = X.new_zeros(co, h, w)
    for a in range(kh):
        for b in range(kw):
            Y = Y + torch.einsum("oc,chw->ohw", K[:, :, a, b], X[:, a : a + h, b : b + w])
    return Y


@alternative("corr2d_multi_in_out")
def by_vmap(X, K):
    windows = X.unfold(1, K.shape[2], 1).unfold(2, K.shape[3], 1)  # (ci, out_h, out_w, kh, kw)
    return torch.vmap(lambda k: (windows * k[:, None, None]).sum(dim=(0, 3, 4)))(K)


@alternative("corr2d_multi_in_out")
def by_joining_along_a_new_axis(X, K):
    return torch.cat([by_stack_and_sum(X, k).unsqueeze(0) for k in K], dim=0)


@alternative("corr2d_multi_in_out")
def by_a_permuted_view(X, K):
    windows = X.unfold(1, K.shape[2], 1).unfold(2, K.shape[3], 1)
    return torch.tensordot(windows, K, dims=([0, 3, 4], [1, 2, 3])).permute(2, 0, 1)


# corr2d_multi_in_out_1x1


@alternative("corr2d_multi_in_out_1x1")
def by_linear_on_pixels(X, K):
    return F.linear(X.permute(1, 2, 0), K.flatten(1)).permute(2, 0, 1)


@alternative("corr2d_multi_in_out_1x1")
def by_a_linear_layer(X, K):
    co, ci = K.shape[:2]
    layer = nn.Linear(ci, co, bias=False)
    layer.weight.data.copy_(K.reshape(co, ci))
    return layer(X.reshape(ci, -1).t()).t().reshape(co, *X.shape[1:]).detach()


@alternative("corr2d_multi_in_out_1x1")
def by_loops_over_channels(X, K):
    Y = torch.zeros(len(K), *X.shape[1:])
    for o in range(len(K)):
        for c in range(len(X)):
            Y[o] += K[o, c, 0, 0] * X[c]
    return Y


@alternative("corr2d_multi_in_out_1x1")
def by_broadcasting(X, K):
    return (K * X).sum(dim=1)


@alternative("corr2d_multi_in_out_1x1")
def by_einsum(X, K):
    return torch.einsum("ocab,chw->ohw", K, X)


@alternative("corr2d_multi_in_out_1x1")
def by_numpy_matmul(X, K):
    K, X = K.numpy()[:, :, 0, 0], X.numpy()
    return np.moveaxis(np.moveaxis(X, 0, -1) @ K.T, -1, 0)


@alternative("corr2d_multi_in_out_1x1")
def by_pixel_after_pixel(X, K):
    weights = K.view(K.shape[0], K.shape[1])
    Y = torch.zeros(K.shape[0], X.shape[1], X.shape[2])
    for i in range(X.shape[1]):
        for j in range(X.shape[2]):
            Y[:, i, j] = weights.mv(X[:, i, j])
    return Y


# conv2d_cost


@alternative("conv2d_cost")
def by_counting_a_layers_parameters(in_channels, out_channels, kernel_size, output_shape):
    layer = nn.Conv2d(in_channels, out_channels, kernel_size, device="meta")
    return [sum(p.numel() for p in layer.parameters()), layer.weight.numel() * math.prod(output_shape)]


@alternative("conv2d_cost")
def by_filters(in_channels, out_channels, kernel_size, output_shape):
    kh, kw = kernel_size
    one_filter = in_channels * kh * kw
    return out_channels * (one_filter + 1), out_channels * one_filter * output_shape[0] * output_shape[1]


@alternative("conv2d_cost")
def by_numpy_64_bit(in_channels, out_channels, kernel_size, output_shape):
    weights = np.prod([in_channels, out_channels, *kernel_size], dtype=np.int64)
    return weights + out_channels, weights * np.prod(output_shape, dtype=np.int64)
