"""Hidden checks of section 4.3: padding and stride."""

import torch
from probes import run_on_a_layer
from torch.nn.functional import conv2d as torch_conv2d
from torch.nn.functional import pad as torch_pad

from autograder.selfcheck import assert_close, assert_equal, assert_raises, assert_true, draw, generator, worth
from autograder.selfcheck.probes import call_looking_for_traces


def correlated(X, K, padding, stride):
    """What torch's own operator gives for one image and one kernel."""
    return torch_conv2d(X[None, None], K[None, None], None, stride, padding)[0, 0]


def between(rng, low, high):
    """A whole number from low to high, both included."""
    return int(torch.randint(low, high + 1, (), generator=rng))


@worth(1, "conv_output_shape")
def check_output_shape_of_any_layer(student):
    """conv_output_shape agrees with torch for uneven sizes and for strides that do not divide

    对高宽不等的大小和除不尽的步幅，conv_output_shape 与 torch 一致
    """
    rng = generator()
    for _ in range(12):
        kernel, padding = (between(rng, 1, 5), between(rng, 2, 6)), (between(rng, 0, 3), between(rng, 1, 4))
        stride = (between(rng, 1, 4), between(rng, 2, 5))
        image = (between(rng, 6, 20), between(rng, 21, 40))
        expected = tuple(correlated(torch.ones(image), torch.ones(kernel), padding, stride).shape)
        assert_equal(student.conv_output_shape(image, kernel, padding, stride), expected)
    assert_equal(student.conv_output_shape((7, 10), (3, 3), 0, 2), (3, 4))
    assert_equal(student.conv_output_shape((10, 7), 4, (0, 1), 3), (3, 2))


@worth(1, "zero_pad2d")
def check_zero_pad_makes_a_new_image(student):
    """zero_pad2d pads any image, fills the whole border with zeros and leaves the input as it was

    zero_pad2d 能填充任意图像，边框全部为 0，并且不改动输入
    """
    rng = generator()
    for image, padding in [((3, 5), (2, 1)), ((6, 2), (0, 2)), ((1, 4), (3, 0)), ((4, 7), 2)]:
        X = draw(rng, *image)
        ph, pw = (padding, padding) if isinstance(padding, int) else padding
        expected = torch_pad(X, (pw, pw, ph, ph))
        answers, changed = student.probe(call_looking_for_traces, "zero_pad2d", X, padding)
        for answer in answers:
            assert_close(answer, expected)
        assert_true(not changed, "zero_pad2d changed its input", "zero_pad2d 改动了输入")


@worth(2, "corr2d_strided")
def check_strided_for_any_numbers(student):
    """corr2d_strided agrees with torch for uneven inputs, signed values, one-row answers and ints as well as pairs

    对高宽不等的输入、有正有负的数值、只有一行的结果，以及整数和一对数两种写法，corr2d_strided 都与 torch 一致
    """
    rng = generator()
    cases = [
        ((7, 10), (3, 2), (1, 0), (2, 3)),
        ((6, 11), (2, 5), (0, 2), (1, 4)),
        ((5, 6), (1, 1), 0, (2, 1)),
        ((3, 8), (3, 4), 0, (1, 2)),
        ((8, 4), (2, 4), 0, 2),
        ((9, 6), (4, 3), 2, 3),
        ((5, 9), (3, 2), (2, 1), 2),
        ((6, 7), (2, 3), 1, (3, 2)),
        ((2, 4), (3, 5), (1, 2), 1),
    ]
    for image, kernel, padding, stride in cases:
        X, K = draw(rng, *image), draw(rng, *kernel)
        assert_close(student.corr2d_strided(X, K, padding, stride), correlated(X, K, padding, stride))


@worth(1, "corr2d_strided")
def check_strided_leaves_no_trace(student):
    """corr2d_strided gives the same answer twice, fills in every element and leaves image and kernel as they were

    corr2d_strided 两次调用结果相同，每个元素都算到，并且不改动图像和卷积核
    """
    rng = generator()
    for padding, stride in [((1, 2), (2, 1)), (0, 1)]:
        X, K = draw(rng, 5, 7), draw(rng, 2, 3)
        expected = correlated(X, K, padding, stride)
        answers, changed = student.probe(call_looking_for_traces, "corr2d_strided", X, K, padding, stride)
        for answer in answers:
            assert_close(answer, expected)
        assert_true(not changed, "corr2d_strided changed its input", "corr2d_strided 改动了输入")


@worth(1, "same_padding")
def check_same_padding_refuses_one_even_side(student):
    """same_padding is right for uneven odd kernels, and raises a ValueError when only one side is even

    same_padding 对高宽不等的奇数卷积核正确；即使只有一边是偶数，也抛出 ValueError
    """
    rng = generator()
    for _ in range(4):
        ph, pw = between(rng, 0, 3), between(rng, 4, 6)
        assert_equal(student.same_padding((2 * ph + 1, 2 * pw + 1)), (ph, pw))
        assert_equal(student.same_padding((2 * pw + 1, 2 * ph + 1)), (pw, ph))
    assert_raises(ValueError, lambda: student.same_padding((2, 3)))
    assert_raises(ValueError, lambda: student.same_padding((5, 4)))


@worth(1, "comp_conv2d")
def check_comp_conv2d_keeps_one_row(student):
    """comp_conv2d is right for uneven images, keeps an answer of one row or column as an image, and leaves X as it was

    comp_conv2d 对高宽不等的图像正确，只有一行或一列的结果仍是图像，并且不改动 X
    """
    rng = generator()
    cases = [
        ((5, 9), (3, 2), (1, 0), (1, 2)),
        ((3, 6), (3, 2), (0, 0), (1, 1)),
        ((6, 2), (2, 2), (0, 0), (2, 1)),
        ((4, 3), (4, 3), (0, 0), (1, 1)),
    ]
    for image, kernel, padding, stride in cases:
        X, K = draw(rng, *image), draw(rng, *kernel)
        answer, changed = student.probe(run_on_a_layer, X, K, 0.7, padding, stride)
        assert_close(answer, correlated(X, K, padding, stride) + 0.7)
        assert_true(not changed, "comp_conv2d changed its input", "comp_conv2d 改动了输入")
