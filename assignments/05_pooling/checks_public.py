"""Public checks of section 4.5: pooling."""

import torch
from torch.nn.functional import avg_pool2d as torch_avg_pool2d
from torch.nn.functional import max_pool2d as torch_max_pool2d

from autograder.selfcheck import assert_agrees, assert_close, pattern, worth

MODES = ("max", "avg")


def pooled(X, pool_size, mode="max", padding=0, stride=None):
    """What torch's own operator gives for an image (h, w) or (c, h, w)."""
    operator = {"max": torch_max_pool2d, "avg": torch_avg_pool2d}[mode]
    return operator(X[None], pool_size, stride, padding)[0]


def one_by_one(X, pool_size, mode="max"):
    """The window moves one cell at a time."""
    return pooled(X, pool_size, mode, 0, 1)


@worth(1, "pool2d")
def check_pool2d_worked_example(student):
    """pool2d reproduces the worked example, maximum (when no mode is given) and average

    pool2d 算出讲义中的例题：最大池化（不写 mode 时）和平均池化
    """
    X = torch.arange(9.0).reshape(3, 3)
    assert_close(student.pool2d(X, (2, 2)), torch.tensor([[4.0, 5.0], [7.0, 8.0]]))
    assert_close(student.pool2d(X, (2, 2), mode="avg"), torch.tensor([[2.0, 3.0], [5.0, 6.0]]))


@worth(1, "pool2d")
def check_pool2d_with_uneven_windows(student):
    """pool2d is right for uneven images and windows and for numbers that are neither sorted nor whole

    对高宽不等的图像和窗口，以及没有排序、带小数的数值，pool2d 都正确
    """
    sizes = [((4, 6), (2, 3)), ((5, 4), (3, 1)), ((3, 5), (2, 2)), ((3, 4), (3, 2))]
    cases = [(pattern(*image, salt=salt), window, mode) for salt, (image, window) in enumerate(sizes) for mode in MODES]
    assert_agrees(student.pool2d, one_by_one, cases)


@worth(1, "pool2d_strided")
def check_pool2d_strided_worked_examples(student):
    """pool2d_strided reproduces the handout's examples; without a stride the windows stand side by side

    pool2d_strided 算出讲义中的例子；不给步幅时，窗口一个挨一个
    """
    X = torch.arange(16.0).reshape(4, 4)
    cases = [(X, (3, 3)), (X, (2, 2), "avg"), (X, (3, 3), "max", 1, 2), (X, (2, 3), "max", (0, 1), (2, 3))]
    expected = [[[10.0]], [[2.5, 4.5], [10.5, 12.5]], [[5.0, 7.0], [13.0, 15.0]], [[5.0, 7.0], [13.0, 15.0]]]
    for (_, answer), right in zip(student.pool2d_strided.each(cases), expected):
        assert_close(answer, torch.tensor(right))


@worth(1, "pool2d_strided")
def check_pool2d_strided_with_padding(student):
    """pool2d_strided lets no padded cell win a maximum, and counts it as zero in an average

    pool2d_strided 中，填充的格子不会在最大池化中胜出，在平均池化中算作 0
    """
    X = -torch.tensor([[9.0, 2.0, 3.0, 4.0], [5.0, 6.0, 7.0, 8.0], [1.0, 10.0, 11.0, 12.0], [13.0, 14.0, 15.0, 16.0]])
    maximum, average = torch.tensor([[-2.0, -2.0], [-1.0, -6.0]]), torch.tensor([[-22.0, -30.0], [-49.0, -99.0]]) / 9
    answers = student.pool2d_strided.each((X, (3, 3), mode, 1, 2) for mode in MODES)
    for (_, answer), expected in zip(answers, (maximum, average)):
        assert_close(answer, expected)


@worth(1, "pool2d_strided")
def check_pool2d_strided_with_uneven_numbers(student):
    """pool2d_strided is right when image, window, padding and stride all differ between the axes

    当图像、窗口、填充和步幅在两个轴上都不同时，pool2d_strided 也正确
    """
    cases = [
        ((6, 9), (2, 3), 0, (1, 2)),
        ((7, 8), (3, 2), 0, None),
        ((5, 8), (2, 4), (1, 2), (2, 3)),
        ((8, 5), (4, 3), (2, 0), (3, 1)),
    ]
    windows = [
        (pattern(*image, salt=salt), window, mode, *rest)
        for salt, (image, window, *rest) in enumerate(cases)
        for mode in MODES
    ]
    assert_agrees(student.pool2d_strided, pooled, windows)


@worth(1, "pool2d_multi_channel")
def check_multi_channel_keeps_channels_apart(student):
    """pool2d_multi_channel pools each channel on its own: as many come out as go in

    pool2d_multi_channel 对每个通道分别池化：进来几个通道，出去还是几个
    """
    X = torch.arange(16.0).reshape(4, 4)
    images = torch.stack([X, X + 1]), pattern(3, 4, 6)
    cases = [(images[0], (3, 3), "max", 1, 2), (images[1], (2, 3)), (images[1], (2, 3), "avg")]
    assert_agrees(student.pool2d_multi_channel, pooled, cases)
