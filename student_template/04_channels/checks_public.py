"""Public checks of section 4.4: multiple input and output channels."""

import torch
from torch.nn.functional import conv2d as torch_conv2d

from autograder.selfcheck import assert_agrees, assert_close, assert_equal, pattern, worth


def correlated(X, K):
    """What torch's own operator gives for one image (ci, h, w) and filters (co, ci, kh, kw)."""
    return torch_conv2d(X[None], K)[0]


def correlated_to_one(X, K):
    """The same for one filter (ci, kh, kw): one map (h, w)."""
    return correlated(X, K[None])[0]


def textbook_example():
    """The image and the filter of section 4.4, two channels each."""
    X = torch.stack([torch.arange(9.0), torch.arange(1.0, 10.0)]).reshape(2, 3, 3)
    K = torch.stack([torch.arange(4.0), torch.arange(1.0, 5.0)]).reshape(2, 2, 2)
    return X, K


@worth(1, "corr2d_multi_in")
def check_multi_in_worked_example(student):
    """corr2d_multi_in reproduces the worked example: 56, 72, 104, 120

    corr2d_multi_in 算出讲义中的例题：56、72、104、120
    """
    X, K = textbook_example()
    assert_close(student.corr2d_multi_in(X, K), torch.tensor([[56.0, 72.0], [104.0, 120.0]]))


@worth(1, "corr2d_multi_in")
def check_multi_in_with_uneven_numbers(student):
    """corr2d_multi_in is right for one, three and four channels, uneven images and uneven kernels

    对一个、三个、四个通道，以及高宽不等的图像和卷积核，corr2d_multi_in 都正确
    """
    cases = [(3, (4, 6), (2, 3)), (4, (6, 5), (3, 1)), (1, (3, 5), (2, 2)), (3, (2, 4), (1, 1)), (2, (3, 5), (3, 2))]
    images = [
        (pattern(ci, *image, salt=salt), pattern(ci, *kernel, salt=salt + 5))
        for salt, (ci, image, kernel) in enumerate(cases)
    ]
    assert_agrees(student.corr2d_multi_in, correlated_to_one, images)


@worth(1, "corr2d_multi_in_out")
def check_multi_in_out_worked_example(student):
    """corr2d_multi_in_out reproduces the worked example: filters K, K + 1 and K + 2 give three channels

    corr2d_multi_in_out 算出讲义中的例题：滤波器 K、K + 1、K + 2 给出三个通道
    """
    X, K = textbook_example()
    expected = [[[56.0, 72.0], [104.0, 120.0]], [[76.0, 100.0], [148.0, 172.0]], [[96.0, 128.0], [192.0, 224.0]]]
    assert_close(student.corr2d_multi_in_out(X, torch.stack([K, K + 1, K + 2])), torch.tensor(expected))


@worth(1, "corr2d_multi_in_out")
def check_multi_in_out_with_unequal_channels(student):
    """corr2d_multi_in_out is right when the numbers of input and output channels differ, either way round

    当输入与输出通道数不同时（无论哪个多），corr2d_multi_in_out 都正确
    """
    cases = [(3, 2, (4, 6), (2, 3)), (2, 5, (5, 4), (3, 1)), (2, 2, (4, 5), (2, 2))]
    images = [
        (pattern(ci, *image, salt=salt), pattern(co, ci, *kernel, salt=salt + 3))
        for salt, (ci, co, image, kernel) in enumerate(cases)
    ]
    assert_agrees(student.corr2d_multi_in_out, correlated, images)


@worth(1, "corr2d_multi_in_out_1x1")
def check_1x1_worked_example(student):
    """corr2d_multi_in_out_1x1 reproduces the worked example: two channels in, three out, one row of pixels

    corr2d_multi_in_out_1x1 算出讲义中的例题：两个输入通道，三个输出通道，一行像素
    """
    X = torch.arange(1.0, 7.0).reshape(2, 1, 3)
    K = torch.tensor([[1.0, 2.0], [0.0, -1.0], [3.0, 0.0]]).reshape(3, 2, 1, 1)
    expected = [[[9.0, 12.0, 15.0]], [[-4.0, -5.0, -6.0]], [[3.0, 6.0, 9.0]]]
    assert_close(student.corr2d_multi_in_out_1x1(X, K), torch.tensor(expected))


@worth(1, "corr2d_multi_in_out_1x1")
def check_1x1_mixes_channels_of_one_pixel(student):
    """corr2d_multi_in_out_1x1 mixes the channels of each pixel and keeps every pixel in its place

    corr2d_multi_in_out_1x1 混合每个像素的各个通道，而像素的位置保持不变
    """
    cases = [(3, 2, (3, 3)), (3, 3, (3, 3)), (2, 4, (3, 5))]
    images = [
        (pattern(ci, *image, salt=salt), pattern(co, ci, 1, 1, salt=salt + 3))
        for salt, (ci, co, image) in enumerate(cases)
    ]
    assert_agrees(student.corr2d_multi_in_out_1x1, correlated, images)


@worth(1, "conv2d_cost")
def check_cost_of_lenet_layers(student):
    """conv2d_cost counts parameters and multiply-adds of LeNet's two convolution layers

    conv2d_cost 算出 LeNet 两个卷积层的参数个数和乘加次数
    """
    costs = {(6, 16, (5, 5), (10, 10)): (2_416, 240_000), (1, 6, (5, 5), (28, 28)): (156, 117_600)}
    for layer, cost in student.conv2d_cost.each(costs):
        assert_equal(cost, costs[layer])
