"""Right but unusual answers to section 4.1: each must get every point."""

import itertools
import math
from functools import reduce
from operator import mul

import numpy as np
import torch
from torch import nn

from autograder.course.answers import alternative


@alternative(
    "dense_parameter_count",
    shows='A layer on the device "meta" has shapes and no memory, so torch itself can count the weights '
    "of a layer that no computer could hold.",
    shows_zh="“meta” 设备上的层只有形状、不占内存，所以再大的层，也能让 torch 自己来数权重。",
)
def asks_a_meta_layer(input_shape, output_shape, bias=True):
    layer = nn.Linear(math.prod(input_shape), math.prod(output_shape), bias=bias, device="meta")
    return sum(p.numel() for p in layer.parameters())


@alternative(
    "dense_parameter_count",
    shows="A bias is one more input that is always 1: (inputs + 1) · outputs.",
    shows_zh="偏置相当于多出一个恒为 1 的输入：（输入数 + 1）× 输出数。",
)
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


@alternative(
    "conv_parameter_count",
    shows="A convolutional layer can be asked for its own parameters; the size of the image does not enter anywhere.",
    shows_zh="可以直接数卷积层自己的参数；图像的大小从头到尾都没有出现。",
)
def asks_a_real_layer(kernel_size, in_channels=1, out_channels=1, bias=True):
    layer = nn.Conv2d(in_channels, out_channels, kernel_size, bias=bias)
    return sum(p.numel() for p in layer.parameters())


@alternative(
    "conv_parameter_count",
    shows="Counted filter by filter: each output channel owns one kernel through all input channels, and one bias.",
    shows_zh="按滤波器来数：每个输出通道有一个贯穿所有输入通道的核，再加一个偏置。",
)
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


@alternative(
    "corr2d_matrix",
    shows="Every row is the first one moved along: weight sharing is a shift of one and the same row.",
    shows_zh="每一行都由第一行平移而来：权重共享，就是同一行不断平移。",
)
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


@alternative(
    "corr2d_matrix",
    shows="The columns of a linear map are what it does to unit vectors, here to images with a single white pixel.",
    shows_zh="线性映射的每一列，就是它作用在单位向量上的结果；这里的单位向量是只有一个亮点的图像。",
)
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


@alternative(
    "find_waldo",
    shows="A loop that keeps the best place so far needs no table of scores; `>` and not `>=` keeps the "
    "first of equal places.",
    shows_zh="循环中只记住目前最好的位置，不需要得分表；用 `>` 而不用 `>=`，得分相同时就保留第一个。",
)
def keeps_the_best_so_far(image, detector):
    best, place = -float("inf"), None
    for i in range(image.shape[1] - detector.shape[1] + 1):
        for j in range(image.shape[2] - detector.shape[2] + 1):
            response = torch.sum(image[:, i : i + detector.shape[1], j : j + detector.shape[2]] * detector)
            if response > best:
                best, place = response, (i, j)
    return place


@alternative(
    "find_waldo",
    shows="All windows at once: `unfold` makes axes of them, `einsum` names what is summed; `argmax` "
    "counts in one row, so its answer is turned back into a place.",
    shows_zh="一次处理所有窗口：`unfold` 把窗口变成轴，`einsum` 写明对哪些轴求和；`argmax` "
    "给出的是展平后的序号，再换算回位置。",
)
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
