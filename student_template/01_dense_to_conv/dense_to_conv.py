"""From dense layers to convolutions: count the parameters, find the dense layer inside a convolution, find Waldo."""

import torch


def dense_parameter_count(input_shape: tuple[int, ...], output_shape: tuple[int, ...], bias: bool = True) -> int:
    """Count the parameters of a dense layer from every pixel of an image to every unit of a hidden image.

    Args:
        input_shape: sizes of the image, a tuple of any length, such as (height, width).
        output_shape: sizes of the hidden image, likewise.
        bias: whether every unit has a bias of its own.
    Returns:
        An exact Python int, however large: the counts of this section do not fit into a float.
    Example:
        >>> dense_parameter_count((3, 3), (2, 2))
        40

    从图像的每个像素到隐藏图像的每个单元，全连接层共有多少个参数？形状是任意长度的元组；bias 表示每个单元是否带有偏置。
    结果必须是精确的 Python 整数，再大也不能有误差。
    """
    raise NotImplementedError


def conv_parameter_count(
    kernel_size: tuple[int, int], in_channels: int = 1, out_channels: int = 1, bias: bool = True
) -> int:
    """Count the parameters of a convolutional layer; the size of the image plays no part.

    Args:
        kernel_size: (kh, kw), height and width of the kernel.
        in_channels: channels of the input; each output channel has one kernel for each of them.
        out_channels: channels of the output.
        bias: whether every output channel has a bias.
    Returns:
        A Python int.
    Example:
        >>> conv_parameter_count((3, 3), 3, 64)
        1792

    卷积层共有多少个参数？每个输出通道对每个输入通道各有一个 kh×kw 的核，bias 表示每个输出通道是否带有一个偏置。
    结果与图像的大小无关，是 Python 整数。
    """
    raise NotImplementedError


def corr2d_matrix(K: torch.Tensor, input_shape: tuple[int, int]) -> torch.Tensor:
    """Write the cross-correlation with K as the weight matrix W of a dense layer.

    Row i * out_w + j of W holds the weights of output pixel (i, j); column k * in_w + l those of input pixel (k, l).
    For every X of shape input_shape, `W @ X.reshape(-1)` is `corr2d(X, K).reshape(-1)`.

    Args:
        K: the kernel, shape (kh, kw), floating point. It is not modified.
        input_shape: (in_h, in_w), at least as large as the kernel.
    Returns:
        W, shape (out_h * out_w, in_h * in_w) with out_h = in_h - kh + 1 and out_w = in_w - kw + 1.
    Example:
        >>> corr2d_matrix(torch.tensor([[1.0, -1.0]]), (1, 3))
        tensor([[ 1., -1.,  0.],
                [ 0.,  1., -1.]])

    把与 K 的互相关运算写成全连接层的权重矩阵 W：第 i*out_w+j 行是输出像素 (i, j) 的权重，第 k*in_w+l 列对应输入像素
    (k, l)。对任意 X 都有 W @ X.reshape(-1) 等于 corr2d(X, K).reshape(-1)。不要修改 K。
    """
    raise NotImplementedError


def find_waldo(image: torch.Tensor, detector: torch.Tensor) -> tuple[int, int]:
    """Find where a detector responds most strongly: the top-left corner of that window.

    The response of a window is the sum over all channels, rows and columns of window times detector.

    Args:
        image: shape (C, H, W), floating point. It is not modified.
        detector: shape (C, h, w), with the same C, h <= H and w <= W.
    Returns:
        (row, col), two Python ints. Among equally strong windows the first in row-major order: the uppermost,
        and in that row the leftmost.
    Example:
        >>> image = torch.zeros(3, 4, 5)
        >>> image[:, 2, 1] = 1
        >>> find_waldo(image, torch.ones(3, 1, 1))
        (2, 1)

    找出检测器响应最强的窗口，返回其左上角 (row, col)，两个都是 Python 整数。窗口的响应是窗口与检测器逐元素相乘后，
    对所有通道、行、列求和。响应相同时取按行优先顺序的第一个：先取最靠上的，同一行再取最靠左的。
    """
    raise NotImplementedError
