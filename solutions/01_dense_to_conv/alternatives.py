"""Right but unusual answers to section 4.1: each must get every point."""

import itertools
import math
from functools import reduce
from operator import mul

import numpy as np
import torch
from torch import nn

from autograder.course.answers import alternative


@alternative("dense_parameter_count")
def asks_a_meta_layer(input_shape, output_shape, bias=True):
    layer = nn.Linear(math.prod(input_shape), math.prod(output_shape), bias=bias, device="meta")
    return sum(p.numel() for p in layer.parameters())


@alternative("dense_parameter_count")
def multiplies_with_reduce(input_shape, output_shape, bias=True):
    return (reduce(mul, input_shape, 1) + bool(bias)) * reduce(mul, output_shape, 1)


@alternative("dense_parameter_count")
def counts_with_numpy_int64(input_shape, output_shape, bias=True):
    units = np.prod(output_shape, dtype=np.int64)
    return np.prod(input_shape, dtype=np.int64) * units + units * bias


@alternative("dense_parameter_count")
def counts_with_torch_size(input_shape, output_shape, bias=True):
    units = torch.Size(output_shape).numel()
    return sum([torch.Size(input_shape).numel() * units, units if bias else 0])


@alternative("conv_parameter_count")
def asks_a_real_layer(kernel_size, in_channels=1, out_channels=1, bias=True):
    layer = nn.Conv2d(in_channels, out_channels, kernel_size, bias=bias)
    return sum(p.numel() for p in layer.parameters())


@alternative("conv_parameter_count")
def unpacks_the_kernel_and_uses_more_parameters(kernel_size, c_in=1, c_out=1, bias=True, groups=1):
    (h, w), c_in = kernel_size, c_in // groups
    return c_out * (c_in * h * w + 1) if bias else c_out * c_in * h * w


@alternative("corr2d_matrix")
def writes_every_weight(K, input_shape):
    (H, W), (h, w) = input_shape, K.shape
    oh, ow = H - h + 1, W - w + 1
    M = torch.zeros(oh * ow, H * W)
    for i, j, a, b in itertools.product(range(oh), range(ow), range(h), range(w)):
        M[i * ow + j][(i + a) * W + j + b] = K[a, b]
    return M


@alternative("corr2d_matrix")
def rolls_the_first_row(K, input_shape):
    (H, W), (h, w) = input_shape, K.shape
    first = nn.functional.pad(K, (0, W - w, 0, H - h)).flatten()
    return torch.stack([first.roll(i * W + j) for i in range(H - h + 1) for j in range(W - w + 1)])


@alternative("corr2d_matrix")
def differentiates_its_own_convolution(K, input_shape):
    def convolve(v):
        windows = v.reshape(*input_shape).unfold(0, K.shape[0], 1).unfold(1, K.shape[1], 1)
        return torch.tensordot(windows, K, 2).flatten()

    return torch.autograd.functional.jacobian(convolve, torch.zeros(input_shape[0] * input_shape[1], dtype=K.dtype))


@alternative("corr2d_matrix")
def convolves_the_unit_images(K, input_shape):
    H, W = input_shape
    columns = nn.functional.unfold(torch.eye(H * W).reshape(H * W, 1, H, W), tuple(K.shape))
    return torch.einsum("pkl,k->lp", columns, K.flatten().float())


@alternative("corr2d_matrix")
def adds_kronecker_products(K, input_shape):
    (H, W), (h, w) = input_shape, K.shape
    return sum(
        K[a, b] * torch.kron(torch.eye(H)[a : H - h + 1 + a], torch.eye(W)[b : W - w + 1 + b])
        for a in range(h)
        for b in range(w)
    )


@alternative("corr2d_matrix")
def goes_through_numpy(K, input_shape):
    (H, W), (h, w) = input_shape, K.shape
    M = np.zeros((H - h + 1, W - w + 1, H, W))
    for i, j in np.ndindex(M.shape[:2]):
        M[i, j, i : i + h, j : j + w] = K.numpy()
    return torch.from_numpy(M.reshape(-1, H * W))  # float64


@alternative("corr2d_matrix")
def gives_a_non_contiguous_view(K, input_shape):
    (H, W), (h, w) = input_shape, K.shape
    columns = torch.zeros(H, W, H - h + 1, W - w + 1)
    for i in range(H - h + 1):
        for j in range(W - w + 1):
            columns[i : i + h, j : j + w, i, j] = K
    return columns.flatten(2).flatten(0, 1).t()


@alternative("corr2d_matrix")
def builds_lists(K, input_shape):
    (H, W), k = input_shape, K.tolist()
    h, w = len(k), len(k[0])

    def weight(i, j, p):
        a, b = p // W - i, p % W - j
        return k[a][b] if 0 <= a < h and 0 <= b < w else 0.0

    return torch.tensor([[weight(i, j, p) for p in range(H * W)] for i in range(H - h + 1) for j in range(W - w + 1)])


@alternative("find_waldo")
def keeps_the_best_so_far(image, detector):
    best, place = -float("inf"), None
    for i in range(image.shape[1] - detector.shape[1] + 1):
        for j in range(image.shape[2] - detector.shape[2] + 1):
            response = torch.sum(image[:, i : i + detector.shape[1], j : j + detector.shape[2]] * detector)
            if response > best:
                best, place = response, (i, j)
    return place


@alternative("find_waldo")
def unfolds_and_takes_argmax(image, detector):
    C, h, w = detector.shape
    scores = torch.einsum("cijab,cab->ij", image.unfold(1, h, 1).unfold(2, w, 1), detector)
    return tuple(int(n) for n in np.unravel_index(int(scores.argmax()), scores.shape))


@alternative("find_waldo")
def answers_in_numpy_integers(image, detector):
    windows = np.lib.stride_tricks.sliding_window_view(image.numpy(), detector.shape)[0]
    scores = (windows * detector.numpy()).sum((-3, -2, -1))
    return np.unravel_index(scores.argmax(), scores.shape)


@alternative("find_waldo")
def multiplies_by_its_matrix(image, detector):
    C, h, w = detector.shape
    windows = nn.functional.unfold(image[None], (h, w))[0]  # (C * h * w, positions)
    return list(divmod((detector.reshape(-1) @ windows).argmax().item(), image.shape[2] - w + 1))


@alternative("find_waldo")
def sorts_the_windows(image, detector):
    _, h, w = detector.shape
    places = itertools.product(range(image.shape[1] - h + 1), range(image.shape[2] - w + 1))
    return min(places, key=lambda p: (-(image[:, p[0] : p[0] + h, p[1] : p[1] + w] * detector).sum().item(), p))


@alternative("find_waldo")
def finds_all_maxima_and_takes_the_first(image, detector):
    _, h, w = detector.shape
    scores = image.as_strided(
        (*detector.shape, image.shape[1] - h + 1, image.shape[2] - w + 1), (*image.stride(), *image.stride()[1:])
    )
    scores = (scores * detector[..., None, None]).sum((0, 1, 2))
    return tuple(torch.nonzero(scores == scores.max())[0].tolist())
