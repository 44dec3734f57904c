"""Hidden checks of section 4.1: only the grader runs them, on numbers that it draws."""

import math

import torch
from torch.nn.functional import conv2d as torch_conv2d

from autograder.selfcheck import assert_agrees, assert_equal, assert_no_trace, draw, generator, worth


def dense_matrix(K, input_shape):
    """Column by column: what the convolution gives for the image that is 1 in one pixel and 0 elsewhere."""
    pixels = input_shape[0] * input_shape[1]
    images = torch.eye(pixels).reshape(pixels, 1, *input_shape)
    return torch_conv2d(images, K[None, None]).reshape(pixels, -1).T


def strongest(image, detector):
    """The first of the strongest windows in row-major order."""
    responses = torch_conv2d(image[None].double(), detector[None].double())[0, 0]
    place = int((responses == responses.max()).reshape(-1).int().argmax())
    return divmod(place, responses.shape[1])


def dense_count(input_shape, output_shape, bias=True):
    """A weight for every pair of input and output, a bias for every output."""
    return math.prod(input_shape) * math.prod(output_shape) + (math.prod(output_shape) if bias else 0)


def conv_count(kernel_size, in_channels=1, out_channels=1, bias=True):
    """A kernel for every pair of channels, a bias for every output channel."""
    return math.prod(kernel_size) * in_channels * out_channels + (out_channels if bias else 0)


def integers(rng, low, high, count):
    return torch.randint(low, high, (count,), generator=rng).tolist()


@worth(1, "dense_parameter_count")
def check_dense_count_is_exact(student):
    """dense_parameter_count is exact for shapes of any length and for counts of seventeen digits

    形状是任意长度、参数多达十七位数时，dense_parameter_count 仍然精确
    """
    a, b, c, d, e = integers(generator(), 2, 9, 5)
    # Odd factors above 2 ** 53 have no float of their own; below 2 ** 61 even a meta nn.Linear can count them.
    inputs, outputs = (3, 16_001 + 2 * a, 17_001 + 2 * b), (2 * c + 6_001, 2 * d + 7_001)
    cases = [((a, b, c), (d,)), ((a,), (b, c, d, e), False), (inputs, outputs, False), (inputs, outputs)]
    assert_agrees(student.dense_parameter_count, dense_count, cases, assert_equal)


@worth(1, "conv_parameter_count")
def check_conv_count_of_uneven_channels(student):
    """conv_parameter_count is right for uneven kernels and channel counts, with and without bias

    核的高宽不等、输入与输出通道数不等时，conv_parameter_count 也正确，无论有无偏置
    """
    rng = generator()
    cases = []
    for _ in range(4):
        kh, ci = integers(rng, 2, 7, 2)
        kw, co = kh + integers(rng, 1, 4, 1)[0], ci + integers(rng, 1, 9, 1)[0]
        for channels in [(ci, co), (co, ci)]:
            cases += [((kh, kw), *channels), ((kw, kh), *channels, False)]
    assert_agrees(student.conv_parameter_count, conv_count, cases, assert_equal)


@worth(1, "corr2d_matrix")
def check_matrix_of_any_kernel(student):
    """corr2d_matrix is right for drawn kernels and images, twice in a row, and leaves K alone

    对随机的核与图像，corr2d_matrix 连续调用两次都正确，并且不改动 K
    """
    rng = generator()
    cases = [((2, 3), (2, 4)), ((4, 2), (3, 1)), ((1, 3), (4, 2)), ((3, 1), (0, 3)), ((1, 1), (1, 2))]
    kernels = []
    for kernel_size, margin in cases * 2:  # other numbers of the same shapes are another question
        K, input_shape = draw(rng, *kernel_size), (kernel_size[0] + margin[0], kernel_size[1] + margin[1])
        kernels.append((K, input_shape))
    assert_no_trace(student, "corr2d_matrix", dense_matrix, kernels)


@worth(1, "find_waldo")
def check_waldo_in_any_picture(student):
    """find_waldo is right for drawn images and detectors of uneven shape, and leaves both alone

    对形状不规则的随机图像和检测器，find_waldo 都正确，并且不改动它们
    """
    rng = generator()
    shapes = [
        ((1, 5, 9), (1, 2, 3)),
        ((3, 9, 5), (3, 3, 2)),
        ((2, 4, 8), (2, 4, 1)),
        ((4, 6, 7), (4, 1, 1)),
        ((2, 8, 3), (2, 1, 3)),
        ((3, 7, 11), (3, 2, 4)),
        ((3, 11, 7), (3, 4, 2)),
    ]
    cases = [(draw(rng, *image), draw(rng, *detector)) for image, detector in shapes * 2]
    assert_no_trace(student, "find_waldo", strongest, cases, assert_equal)


@worth(1, "find_waldo")
def check_first_of_equal_waldos(student):
    """Of several equally strong windows find_waldo takes the uppermost, and of one row the leftmost

    有几个窗口响应相同时，find_waldo 取最靠上的；在同一行中取最靠左的
    """
    rng = generator()
    places = [[(1, 4), (5, 0), (6, 7)], [(0, 6), (4, 1)], [(2, 3), (6, 3), (6, 8)], [(3, 0), (3, 5)]]
    cases = []
    for equal in places:
        waldo = draw(rng, 2, 2, 2)
        image = torch.zeros(2, 8, 10)
        for row, col in equal:
            image[:, row : row + 2, col : col + 2] = waldo
        cases.append((image, waldo))
    assert_agrees(student.find_waldo, strongest, cases, assert_equal)


@worth(1, "find_waldo")
def check_waldo_in_the_dark(student):
    """find_waldo takes the largest response even when all of them are negative

    即使所有响应都是负数，find_waldo 也取其中最大的
    """
    rng = generator()
    cases = []
    shapes = [((2, 6, 5), (2, 1), 1), ((1, 4, 9), (1, 3), 1), ((3, 5, 6), (3, 2), 1), ((1, 4, 5), (2, 2), 2.0**16)]
    for image_shape, kernel_size, scale in shapes:
        image, detector = -draw(rng, *image_shape).abs(), draw(rng, image_shape[0], *kernel_size).abs()
        image[:, :2] = -5  # darkest at the top, so that the first window is never the answer
        cases.append((image * scale, detector))  # once far below any small number that a search could begin with
    assert_agrees(student.find_waldo, strongest, cases, assert_equal)
