"""Public checks of section 4.3: padding and stride."""

import torch
from probes import run_on_a_layer
from torch.nn.functional import conv2d as torch_conv2d
from torch.nn.functional import pad as torch_pad

from autograder.selfcheck import assert_agrees, assert_close, assert_equal, assert_raises, pattern, worth


def correlated(X, K, padding=0, stride=1):
    """What torch's own operator gives for one image and one kernel."""
    return torch_conv2d(X[None, None], K[None, None], None, stride, padding)[0, 0]


def shape_of_output(input_shape, kernel_size, padding=0, stride=1):
    """The shape of what torch's own operator gives."""
    kernel = (kernel_size, kernel_size) if isinstance(kernel_size, int) else kernel_size
    return tuple(correlated(torch.ones(input_shape), torch.ones(kernel), padding, stride).shape)


def zero_padded(X, padding):
    """What torch's own `pad` gives."""
    rows, columns = (padding, padding) if isinstance(padding, int) else padding
    return torch_pad(X, (columns, columns, rows, rows))


@worth(1, "conv_output_shape")
def check_output_shape_of_the_textbook(student):
    """conv_output_shape gives the sizes of the examples in section 4.3

    conv_output_shape 算出 4.3 节各个例子的输出大小
    """
    shapes = {
        ((3, 3), (2, 2)): (2, 2),
        ((8, 8), (3, 3), (1, 1)): (8, 8),
        ((8, 8), (5, 3), (2, 1)): (8, 8),
        ((8, 8), (3, 3), (1, 1), (2, 2)): (4, 4),
        ((8, 8), (3, 5), (0, 1), (3, 4)): (2, 2),
    }
    for case, shape in student.conv_output_shape.each(shapes):
        assert_equal(shape, shapes[case])


@worth(1, "conv_output_shape")
def check_output_shape_takes_ints_and_pairs(student):
    """conv_output_shape takes an int or a pair for kernel size, padding and stride, in any mixture

    conv_output_shape 的卷积核大小、填充和步幅可以是整数或一对数，并且可以混用
    """
    size = (9, 12)
    cases = [(size, 3, 1, 2), (size, (3, 5), 1, 2), (size, 3, (0, 2), 2), (size, 3, 1, (1, 4)), (size, 2)]
    assert_agrees(student.conv_output_shape, shape_of_output, cases, assert_equal)


@worth(1, "zero_pad2d")
def check_zero_pad_puts_zeros_on_each_side(student):
    """zero_pad2d puts the given number of zero rows above and below, and of zero columns left and right

    zero_pad2d 在上下各补指定行数的 0，在左右各补指定列数的 0
    """
    X = pattern(2, 3)
    assert_agrees(student.zero_pad2d, zero_padded, [(X, padding) for padding in (1, (1, 2), (0, 3), 0)])


@worth(1, "corr2d_strided")
def check_strided_worked_example(student):
    """corr2d_strided reproduces the worked example: padding 1, three rows down, two columns to the right

    corr2d_strided 算出讲义中的例题：填充 1，向下三行，向右两列
    """
    X, K = torch.arange(9.0).reshape(3, 3), torch.arange(4.0).reshape(2, 2)
    padded = [[0.0, 3.0, 8.0, 4.0], [9.0, 19.0, 25.0, 10.0], [21.0, 37.0, 43.0, 16.0], [6.0, 7.0, 8.0, 0.0]]
    expected = [[[19.0, 25.0], [37.0, 43.0]], padded, [[0.0, 8.0], [6.0, 8.0]]]
    answers = student.corr2d_strided.each([(X, K), (X, K, 1), (X, K, (1, 1), (3, 2))])
    for (_, answer), right in zip(answers, expected):
        assert_close(answer, torch.tensor(right))


@worth(2, "corr2d_strided")
def check_strided_with_uneven_numbers(student):
    """corr2d_strided is right when height and width, kernel, padding and stride all differ between the axes

    当高与宽、卷积核、填充和步幅在两个轴上都不同时，corr2d_strided 也正确
    """
    cases = [
        ((5, 8), (3, 2), (1, 0), (1, 1)),
        ((5, 8), (2, 3), (0, 2), (1, 1)),
        ((7, 8), (2, 3), (0, 0), (2, 3)),
        ((8, 7), (3, 1), (2, 0), (3, 2)),
        ((6, 9), (3, 4), (1, 2), (2, 1)),
    ]
    images = [
        (pattern(*image, salt=salt), pattern(*kernel, salt=salt + 7), *rest)
        for salt, (image, kernel, *rest) in enumerate(cases)
    ]
    assert_agrees(student.corr2d_strided, correlated, images)


@worth(1, "same_padding")
def check_same_padding_keeps_the_shape(student):
    """same_padding gives what keeps the shape for odd kernels, and refuses an even one with a ValueError

    same_padding 对奇数卷积核给出保持形状的填充，遇到偶数则抛出 ValueError
    """
    paddings = {((5, 3),): (2, 1), ((3, 3),): (1, 1), ((1, 7),): (0, 3)}
    for kernel, padding in student.same_padding.each(paddings):
        assert_equal(padding, paddings[kernel])
    assert_raises(ValueError, lambda: student.same_padding((4, 4)))


@worth(1, "comp_conv2d")
def check_comp_conv2d_gives_an_image_back(student):
    """comp_conv2d runs the layer that it is given and gives back a plain image

    comp_conv2d 运行传进来的那个层，并返回一张普通的二维图像
    """
    X = pattern(8, 8)
    layers = [((3, 3), (1, 1), (1, 1)), ((5, 3), (2, 1), (1, 1)), ((3, 5), (0, 1), (3, 4))]
    cases = [(X, pattern(*kernel, salt=3), 0.5, *rest) for kernel, *rest in layers]
    for (X, K, bias, padding, stride), (answer, _) in student.probe_each(run_on_a_layer, cases):
        assert_close(answer, correlated(X, K, padding, stride) + bias)
