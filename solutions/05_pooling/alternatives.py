"""Unusual right answers to section 4.5: each must get every point."""

import itertools

import numpy as np
import torch
from torch import nn
from torch.nn import functional as F

from autograder.course.answers import alternative


def _both(value):
    return (value,) * 2 if isinstance(value, int) else value


# pool2d


@alternative("pool2d")
def as_the_textbook_does(X, pool_size, mode="max"):
    p_h, p_w = pool_size
    Y = torch.zeros((X.shape[0] - p_h + 1, X.shape[1] - p_w + 1))
    for i in range(Y.shape[0]):
        for j in range(Y.shape[1]):
            if mode == "max":
                Y[i, j] = X[i : i + p_h, j : j + p_w].max()
            elif mode == "avg":
                Y[i, j] = X[i : i + p_h, j : j + p_w].mean()
    return Y


@alternative("pool2d")
def by_an_integral_image(X, pool_size, mode="max"):
    ph, pw = pool_size
    if mode == "max":
        return X.unfold(0, ph, 1).unfold(1, pw, 1).amax((-2, -1))
    S = F.pad(X.double().cumsum(0).cumsum(1), (1, 0, 1, 0))
    return ((S[ph:, pw:] - S[:-ph, pw:] - S[ph:, :-pw] + S[:-ph, :-pw]) / (ph * pw)).float()


@alternative("pool2d")
def by_shifted_images(X, pool_size, mode="max"):
    (h, w), (ph, pw) = X.shape, pool_size
    shifted = [X[a : h - ph + 1 + a, b : w - pw + 1 + b] for a in range(ph) for b in range(pw)]
    return torch.stack(shifted).max(0).values if mode == "max" else sum(shifted) / len(shifted)


@alternative("pool2d")
def one_axis_after_the_other(X, pool_size, mode="max"):
    reduce = torch.amax if mode == "max" else torch.mean
    return reduce(reduce(X.unfold(0, pool_size[0], 1), 2).unfold(1, pool_size[1], 1), 2)


@alternative("pool2d")
def average_as_a_convolution(X, pool_size, mode="max"):
    if mode == "avg":
        K = torch.full((1, 1, *pool_size), 1 / (pool_size[0] * pool_size[1]))
        return F.conv2d(X[None, None], K)[0, 0]
    return F.unfold(X[None, None], pool_size)[0].amax(0).reshape(X.shape[0] - pool_size[0] + 1, -1)


@alternative("pool2d")
def by_sorting_each_window(X, pool_size, mode="max"):
    windows = X.unfold(0, pool_size[0], 1).unfold(1, pool_size[1], 1).flatten(2)
    return windows.sort(dim=2).values[:, :, -1] if mode == "max" else windows.mean(2)


@alternative("pool2d")
def by_a_numpy_round_trip(X, pool_size, mode="max"):
    windows = np.lib.stride_tricks.sliding_window_view(X.numpy(), pool_size)
    return windows.max((2, 3)) if mode == "max" else windows.mean((2, 3))


@alternative("pool2d")
def by_a_running_maximum(X, pool_size, mode="max"):
    (h, w), (ph, pw) = X.shape, pool_size
    Y = torch.full((h - ph + 1, w - pw + 1), -float("inf") if mode == "max" else 0.0)
    for i, j, a, b in itertools.product(range(h - ph + 1), range(w - pw + 1), range(ph), range(pw)):
        if mode == "max":
            if X[i + a, j + b] > Y[i, j]:
                Y[i, j] = X[i + a, j + b]
        else:
            Y[i, j] += X[i + a, j + b] / (ph * pw)
    return Y


@alternative("pool2d")
def by_python_lists(X, pool_size, mode="max"):
    X, (ph, pw) = X.tolist(), pool_size
    reduce = {"max": max, "avg": lambda numbers: sum(numbers) / len(numbers), "min": min}[mode]
    tops, lefts = range(len(X) - ph + 1), range(len(X[0]) - pw + 1)
    return torch.tensor([[reduce([v for row in X[i : i + ph] for v in row[j : j + pw]]) for j in lefts] for i in tops])


@alternative("pool2d")
def by_recursion(X, pool_size, mode="max"):
    ph, pw = pool_size
    if X.shape[0] < ph:
        return torch.zeros(0, X.shape[1] - pw + 1)
    windows = X[:ph].unfold(1, pw, 1)  # (ph, out_w, pw)
    row = windows.amax(dim=(0, 2)) if mode == "max" else windows.mean(dim=(0, 2))
    return torch.cat([row[None], by_recursion(X[1:], pool_size, mode)])


# pool2d_strided


@alternative("pool2d_strided")
def by_loops_over_places(X, pool_size, mode="max", padding=0, stride=None):
    (ph, pw), (th, tw) = pool_size, _both(padding)
    sh, sw = pool_size if stride is None else _both(stride)
    P = F.pad(X, (tw, tw, th, th), value=float("-inf") if mode == "max" else 0.0)
    rows = []
    for i in range(0, P.shape[0] - ph + 1, sh):
        windows = [P[i : i + ph, j : j + pw] for j in range(0, P.shape[1] - pw + 1, sw)]
        rows.append(torch.stack([window.max() if mode == "max" else window.mean() for window in windows]))
    return torch.stack(rows)


@alternative("pool2d_strided")
def without_a_padded_image(X, pool_size, mode="max", padding=0, stride=None):
    (h, w), (ph, pw), (th, tw) = X.shape, pool_size, _both(padding)
    sh, sw = _both(stride or pool_size)
    Y = torch.empty((h + 2 * th - ph) // sh + 1, (w + 2 * tw - pw) // sw + 1)
    for i in range(Y.shape[0]):
        for j in range(Y.shape[1]):
            top, left = i * sh - th, j * sw - tw
            seen = X[max(top, 0) : top + ph, max(left, 0) : left + pw]
            Y[i, j] = seen.max() if mode == "max" else seen.sum() / (ph * pw)
    return Y


@alternative("pool2d_strided")
def by_padding_with_the_smallest_pixel(X, pool_size, mode="max", padding=0, stride=None):
    th, tw = _both(padding)
    sh, sw = pool_size if stride is None else _both(stride)
    P = F.pad(X, (tw, tw, th, th), value=X.min().item() if mode == "max" else 0.0)
    windows = P.unfold(0, pool_size[0], sh).unfold(1, pool_size[1], sw)
    return windows.amax((2, 3)) if mode == "max" else windows.mean((2, 3))


@alternative("pool2d_strided")
def by_all_places_then_thinned_out(X, pool_size, mode="max", padding=0, stride=None):
    th, tw = _both(padding)
    sh, sw = pool_size if stride is None else _both(stride)
    P = torch.full((X.shape[0] + 2 * th, X.shape[1] + 2 * tw), -1e30 if mode == "max" else 0.0)
    P[th : th + X.shape[0], tw : tw + X.shape[1]] = X
    return one_axis_after_the_other(P, pool_size, mode)[::sh, ::sw]


@alternative("pool2d_strided")
def by_numpy_with_padding(X, pool_size, mode="max", padding=0, stride=None):
    th, tw = _both(padding)
    sh, sw = pool_size if stride is None else _both(stride)
    P = np.pad(X.numpy(), ((th, th), (tw, tw)), constant_values=-np.inf if mode == "max" else 0)
    windows = np.lib.stride_tricks.sliding_window_view(P, pool_size)[::sh, ::sw]
    return windows.max(axis=(2, 3)) if mode == "max" else windows.mean(axis=(2, 3), dtype=np.float64)


@alternative("pool2d_strided")
def by_as_strided(X, pool_size, mode="max", padding=0, stride=None):
    (ph, pw), (th, tw) = pool_size, _both(padding)
    sh, sw = pool_size if stride is None else _both(stride)
    P = F.pad(X, (tw, tw, th, th), value=-torch.inf if mode == "max" else 0).contiguous()
    size, width = ((P.shape[0] - ph) // sh + 1, (P.shape[1] - pw) // sw + 1, ph, pw), P.shape[1]
    windows = P.as_strided(size, (sh * width, sw, width, 1)).flatten(2)
    return windows.max(-1)[0] if mode == "max" else windows.sum(-1) / (ph * pw)


@alternative("pool2d_strided")
def by_a_one_channel_im2col(X, pool_size, mode="max", padding=0, stride=None):
    th, tw = _both(padding)
    stride = pool_size if stride is None else _both(stride)
    low = 0.0 if mode == "avg" else float(X.min()) - 1
    columns = F.unfold(F.pad(X - low, (tw, tw, th, th))[None, None], pool_size, stride=stride)[0] + low
    answer = columns.max(0).values if mode == "max" else columns.mean(0)
    return answer.reshape((X.shape[0] + 2 * th - pool_size[0]) // stride[0] + 1, -1)


# pool2d_multi_channel


@alternative("pool2d_multi_channel")
def all_channels_at_once(X, pool_size, mode="max", padding=0, stride=None):
    th, tw = _both(padding)
    sh, sw = pool_size if stride is None else _both(stride)
    P = F.pad(X, (tw, tw, th, th), value=float("-inf") if mode == "max" else 0.0)
    windows = P.unfold(1, pool_size[0], sh).unfold(2, pool_size[1], sw)
    return windows.amax((-2, -1)) if mode == "max" else windows.mean((-2, -1))


@alternative("pool2d_multi_channel")
def channel_by_channel_into_a_list(X, pool_size, mode="max", padding=0, stride=None):
    maps = [by_loops_over_places(X[c], pool_size, mode, padding, stride).unsqueeze(0) for c in range(X.size(0))]
    return torch.cat(maps, dim=0)


@alternative("pool2d_multi_channel")
def by_vmap(X, pool_size, mode="max", padding=0, stride=None):
    return torch.vmap(lambda x: _with_a_low_border(x, pool_size, mode, padding, stride))(X)


def _with_a_low_border(x, pool_size, mode, padding, stride):
    th, tw = _both(padding)
    sh, sw = pool_size if stride is None else _both(stride)
    P = nn.ConstantPad2d((tw, tw, th, th), -1e30 if mode == "max" else 0.0)(x)
    windows = P.unfold(0, pool_size[0], sh).unfold(1, pool_size[1], sw)
    return windows.amax((2, 3)) if mode == "max" else windows.mean((2, 3))


@alternative("pool2d_multi_channel")
def as_a_numpy_array(X, pool_size, mode="max", padding=0, stride=None):
    return np.array([np.asarray(by_numpy_with_padding(x, pool_size, mode, padding, stride)) for x in X])
