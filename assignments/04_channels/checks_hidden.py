"""Hidden checks of section 4.4: multiple input and output channels."""

import torch
from torch.nn.functional import conv2d as torch_conv2d

from autograder.selfcheck import assert_agrees, assert_equal, assert_no_trace, draw, generator, worth


def correlated(X, K):
    """What torch's own operator gives for one image (ci, h, w) and filters (co, ci, kh, kw)."""
    return torch_conv2d(X[None], K)[0]


def correlated_to_one(X, K):
    """The same for one filter (ci, kh, kw): one map (h, w)."""
    return correlated(X, K[None])[0]


def cost(in_channels, out_channels, kernel_size, output_shape):
    """Parameters, biases included, and multiply-adds."""
    weights = in_channels * out_channels * kernel_size[0] * kernel_size[1]
    return weights + out_channels, weights * output_shape[0] * output_shape[1]


def between(rng, low, high):
    """A whole number from low to high, both included."""
    return int(torch.randint(low, high + 1, (), generator=rng))


@worth(1, "corr2d_multi_in")
def check_multi_in_for_any_channels(student):
    """corr2d_multi_in agrees with torch for any number of channels, uneven kernels, one-row answers and signed values

    对任意多个通道、高宽不等的卷积核、只有一行的结果和有正有负的数值，corr2d_multi_in 都与 torch 一致
    """
    rng = generator()
    cases = [(5, (5, 7), (3, 2)), (2, (7, 4), (2, 4)), (1, (4, 3), (2, 1)), (3, (2, 6), (2, 3)), (4, (3, 4), (1, 1))]
    images = [(draw(rng, ci, *image), draw(rng, ci, *kernel)) for ci, image, kernel in cases]
    assert_agrees(student.corr2d_multi_in, correlated_to_one, images)


@worth(1, "corr2d_multi_in")
def check_multi_in_leaves_no_trace(student):
    """corr2d_multi_in gives the same answer twice, fills in every element and leaves image and kernel as they were

    corr2d_multi_in 两次调用结果相同，每个元素都算到，并且不改动图像和卷积核
    """
    rng = generator()
    images = [(draw(rng, ci, 4, 6), draw(rng, ci, 2, 3)) for ci in (1, 3, 3)]
    assert_no_trace(student, "corr2d_multi_in", correlated_to_one, images)


@worth(2, "corr2d_multi_in_out")
def check_multi_in_out_for_any_channels(student):
    """corr2d_multi_in_out agrees with torch for any numbers of channels, one included, and uneven kernels

    对任意的输入、输出通道数（包括 1）和高宽不等的卷积核，corr2d_multi_in_out 都与 torch 一致
    """
    rng = generator()
    cases = [
        (3, 5, (5, 7), (3, 2)),
        (4, 2, (6, 4), (1, 4)),
        (1, 3, (4, 5), (2, 3)),
        (3, 1, (5, 4), (2, 2)),
        (3, 3, (4, 6), (2, 3)),
        (2, 4, (3, 5), (3, 1)),
        (2, 3, (2, 3), (1, 1)),
    ]
    images = [(draw(rng, ci, *image), draw(rng, co, ci, *kernel)) for ci, co, image, kernel in cases]
    assert_agrees(student.corr2d_multi_in_out, correlated, images)


@worth(1, "corr2d_multi_in_out")
def check_multi_in_out_leaves_no_trace(student):
    """corr2d_multi_in_out gives the same answer twice, fills in every element and leaves image and filters as they were

    corr2d_multi_in_out 两次调用结果相同，每个元素都算到，并且不改动图像和滤波器
    """
    rng = generator()
    images = [(draw(rng, 3, 4, 6), draw(rng, 2, 3, 2, 3)) for _ in range(2)]
    assert_no_trace(student, "corr2d_multi_in_out", correlated, images)


@worth(1, "corr2d_multi_in_out_1x1")
def check_1x1_for_any_channels(student):
    """corr2d_multi_in_out_1x1 agrees with torch for uneven images and any numbers of channels, and changes no input

    对高宽不等的图像和任意的通道数（包括 1），corr2d_multi_in_out_1x1 都与 torch 一致，并且不改动输入
    """
    rng = generator()
    cases = [(3, 2, (4, 5)), (1, 3, (3, 4)), (4, 1, (2, 6)), (3, 3, (3, 3)), (1, 1, (5, 2)), (5, 4, (1, 3))]
    cases.append(cases[0])
    images = [(draw(rng, ci, *image), draw(rng, co, ci, 1, 1)) for ci, co, image in cases]
    assert_no_trace(student, "corr2d_multi_in_out_1x1", correlated, images)


@worth(1, "conv2d_cost")
def check_cost_with_uneven_sizes(student):
    """conv2d_cost is right for uneven kernels and uneven outputs

    对高宽不等的卷积核和输出，conv2d_cost 正确
    """
    rng = generator()
    layers = []
    for _ in range(4):
        ci, co, kh, kw = between(rng, 2, 5), between(rng, 6, 9), between(rng, 2, 3), between(rng, 4, 7)
        out_h, out_w = between(rng, 5, 9), between(rng, 10, 20)
        layers += [(ci, co, (kh, kw), (out_h, out_w)), (co, ci, (kw, kh), (out_w, out_h))]
    assert_agrees(student.conv2d_cost, cost, layers, assert_equal)


@worth(1, "conv2d_cost")
def check_cost_of_large_layers(student):
    """conv2d_cost is exact for layers with billions of multiply-adds, and for 1x1 layers

    对有几十亿次乘加的层，以及 1×1 的层，conv2d_cost 都精确无误
    """
    rng = generator()
    ci, co = between(rng, 300, 512), between(rng, 513, 700)
    sizes = [(3, 3, 224), (1, 1, 112), (7, 5, 61)]
    layers = [(ci, co, (kh, kw), (out, out - 1)) for kh, kw, out in sizes]
    assert_agrees(student.conv2d_cost, cost, layers, assert_equal)
