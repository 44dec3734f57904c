"""Hidden checks of section 4.3: padding and stride."""

import torch
from probes import run_on_a_layer
from torch.nn.functional import conv2d as torch_conv2d
from torch.nn.functional import pad as torch_pad

from autograder.selfcheck import (
    assert_agrees,
    assert_close,
    assert_equal,
    assert_no_trace,
    assert_raises,
    assert_true,
    draw,
    generator,
    worth,
)


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


def paddings_that_keep(kernel_size):
    """Half of the kernel on each side; the contract for an even one is a ValueError, which is asked for elsewhere."""
    if any(size % 2 == 0 for size in kernel_size):
        raise ValueError
    return tuple((size - 1) // 2 for size in kernel_size)


def between(rng, low, high):
    """A whole number from low to high, both included."""
    return int(torch.randint(low, high + 1, (), generator=rng))


@worth(1, "conv_output_shape")
def check_output_shape_of_any_layer(student):
    """conv_output_shape agrees with torch for uneven sizes and for strides that do not divide

    对高宽不等的大小和除不尽的步幅，conv_output_shape 与 torch 一致
    """
    rng = generator()
    cases = [((7, 10), (3, 3), 0, 2), ((10, 7), 4, (0, 1), 3)]
    for _ in range(12):
        kernel, padding = (between(rng, 1, 5), between(rng, 2, 6)), (between(rng, 0, 3), between(rng, 1, 4))
        stride = (between(rng, 1, 4), between(rng, 2, 5))
        image = (between(rng, 6, 20), between(rng, 21, 40))
        cases.append((image, kernel, padding, stride))
    assert_agrees(student.conv_output_shape, shape_of_output, cases, assert_equal)


@worth(1, "zero_pad2d")
def check_zero_pad_makes_a_new_image(student):
    """zero_pad2d pads any image, fills the whole border with zeros and leaves the input as it was

    zero_pad2d 能填充任意图像，边框全部为 0，并且不改动输入
    """
    rng = generator()
    sizes = [((3, 5), (2, 1)), ((6, 2), (0, 2)), ((1, 4), (3, 0)), ((4, 7), 2)] * 2
    assert_no_trace(student, "zero_pad2d", zero_padded, [(draw(rng, *image), padding) for image, padding in sizes])


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
    images = [(draw(rng, *image), draw(rng, *kernel), *rest) for image, kernel, *rest in cases]
    assert_agrees(student.corr2d_strided, correlated, images)


@worth(1, "corr2d_strided")
def check_strided_leaves_no_trace(student):
    """corr2d_strided gives the same answer twice, fills in every element and leaves image and kernel as they were

    corr2d_strided 两次调用结果相同，每个元素都算到，并且不改动图像和卷积核
    """
    rng = generator()
    cases = [(draw(rng, 5, 7), draw(rng, 2, 3), *rest) for rest in [((1, 2), (2, 1)), (0, 1)] * 2]
    assert_no_trace(student, "corr2d_strided", correlated, cases)


@worth(1, "same_padding")
def check_same_padding_refuses_one_even_side(student):
    """same_padding is right for uneven odd kernels, and raises a ValueError when only one side is even

    same_padding 对高宽不等的奇数卷积核正确；即使只有一边是偶数，也抛出 ValueError
    """
    rng = generator()
    pairs = [(between(rng, 0, 3), between(rng, 4, 6)) for _ in range(4)]
    pairs += [(pw, ph) for ph, pw in pairs]
    kernels = [((2 * ph + 1, 2 * pw + 1),) for ph, pw in pairs]
    assert_agrees(student.same_padding, paddings_that_keep, kernels, assert_equal)
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
    images = [(draw(rng, *image), draw(rng, *kernel), 0.7, *rest) for image, kernel, *rest in cases]
    for (X, K, bias, padding, stride), (answer, changed) in student.probe_each(run_on_a_layer, images):
        assert_close(answer, correlated(X, K, padding, stride) + bias)
        assert_true(changed is False, "comp_conv2d changed its input", "comp_conv2d 改动了输入")
