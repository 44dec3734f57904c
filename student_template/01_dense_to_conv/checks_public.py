"""Public checks of section 4.1: run them as often as you like."""

import torch
from torch.nn.functional import conv2d as torch_conv2d

from autograder.selfcheck import assert_agrees, assert_close, assert_equal, pattern, worth


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


@worth(1, "dense_parameter_count")
def check_dense_count(student):
    """A dense layer has a weight for every pair of pixel and unit, and a bias for every unit

    全连接层在每对像素与单元之间有一个权重，每个单元还有一个偏置
    """
    counts = {
        ((3, 3), (2, 2)): 40,
        ((3, 3), (2, 2), False): 36,
        ((28, 28), (100,)): 78_500,
        ((1000, 1000), (1000, 1000)): 1_000_001_000_000,
    }
    for case, count in student.dense_parameter_count.each(counts):
        assert_equal(count, counts[case])


@worth(1, "conv_parameter_count")
def check_conv_count(student):
    """A convolutional layer has a kernel for every pair of channels, whatever the size of the image

    卷积层对每一对输入、输出通道有一个核，与图像大小无关
    """
    counts = {((3, 3),): 10, ((1, 2), 1, 1, False): 2, ((3, 3), 3, 64): 1792, ((5, 2), 3, 4): 124}
    for case, count in student.conv_parameter_count.each(counts):
        assert_equal(count, counts[case])


@worth(1, "corr2d_matrix")
def check_matrix_example(student):
    """corr2d_matrix gives the matrix of the worked example, which multiplies a flattened image

    corr2d_matrix 给出例题中的矩阵，它乘以展平的图像就得到互相关的结果
    """
    W = student.corr2d_matrix(torch.tensor([[0.0, 1.0], [2.0, 3.0]]), (3, 3))
    assert_close(
        W,
        torch.tensor(
            [
                [0.0, 1, 0, 2, 3, 0, 0, 0, 0],
                [0.0, 0, 1, 0, 2, 3, 0, 0, 0],
                [0.0, 0, 0, 0, 1, 0, 2, 3, 0],
                [0.0, 0, 0, 0, 0, 1, 0, 2, 3],
            ]
        ),
    )
    assert_close(torch.as_tensor(W, dtype=torch.float32) @ torch.arange(9.0), torch.tensor([19.0, 25.0, 37.0, 43.0]))


@worth(1, "corr2d_matrix")
def check_matrix_of_uneven_kernels(student):
    """corr2d_matrix works for kernels and images whose height and width differ

    核与图像的高、宽不相等时，corr2d_matrix 也正确
    """
    cases = [((1, 2), (2, 4)), ((2, 1), (4, 3)), ((2, 3), (3, 5)), ((3, 2), (4, 3)), ((1, 1), (2, 3)), ((2, 3), (2, 3))]
    kernels = [(pattern(*kernel_size, salt=1), input_shape) for kernel_size, input_shape in cases]
    assert_agrees(student.corr2d_matrix, dense_matrix, kernels)


@worth(2, "find_waldo")
def check_waldo_is_found(student):
    """find_waldo finds the window that looks like Waldo, in colour and at any place

    find_waldo 能在彩色图像的任何位置找到像沃尔多的那个窗口
    """
    waldo = torch.tensor([[[1.0, -1.0], [0.5, 1.0], [1.0, -0.5]], [[-1.0, 1.0], [1.0, -0.5], [-0.5, 1.0]]])
    impostor = torch.stack([2 * waldo[0], -waldo[1]])  # more than like him in the first channel alone
    places = [((3, 4), (0, 0)), ((0, 5), (4, 4)), ((5, 0), (0, 3)), ((5, 5), (1, 2)), ((2, 1), (5, 4))]
    images = torch.zeros(len(places), 2, 8, 7)
    images[:, 1, ::2] = 0.75  # a striped wall behind both
    for image, both in zip(images, places):
        for (row, col), figure in zip(both, (waldo, impostor)):
            image[:, row : row + 3, col : col + 2] = figure
    assert_agrees(student.find_waldo, strongest, [(image, waldo) for image in images], assert_equal)
