"""Padding and stride: how far a window may reach past the edge, and how far it steps (section 4.3).

填充与步幅：窗口可以越过边缘多远，每次又走多远（4.3 节）。
"""

import torch
from torch import nn


def conv_output_shape(input_shape, kernel_size, padding=0, stride=1):
    """Return the height and width that a convolution layer gives, as two Python ints.

    Arguments:
        input_shape: pair (in_h, in_w)
        kernel_size: int or pair (kh, kw)
        padding: int or pair (ph, pw), rows and columns added on each side
        stride: int or pair (sh, sw)
    Returns:
        tuple (out_h, out_w); a window that no longer fits is left out, so the division rounds down
    Example:
        >>> conv_output_shape((8, 8), (3, 5), padding=(0, 1), stride=(3, 4))
        (2, 2)

    返回卷积层输出的高和宽，是两个 Python 整数。input_shape 是 (高, 宽)；其余三个参数可以是整数（两个轴相同），
    也可以是一对数 (竖直, 水平)。padding 是每一侧各加多少；放不下的窗口不算，因此除法向下取整。
    """
    sizes = zip(input_shape, _pair(kernel_size), _pair(padding), _pair(stride), strict=True)
    out_h, out_w = ((n + 2 * p - k) // s + 1 for n, k, p, s in sizes)
    return out_h, out_w


def zero_pad2d(X, padding):
    """Put a border of zeros round an image and return the larger image; X itself stays as it is.

    Arguments:
        X: float tensor of shape (h, w)
        padding: int or pair (ph, pw): ph rows above and below, pw columns left and right
    Returns:
        float tensor of shape (h + 2 * ph, w + 2 * pw)
    Example:
        >>> zero_pad2d(torch.ones(1, 2), (0, 1))
        tensor([[0., 1., 1., 0.]])

    在图像四周加一圈 0，返回变大的新图像，X 本身不变。padding 是整数或 (ph, pw)：
    上下各加 ph 行，左右各加 pw 列。
    """
    (h, w), (ph, pw) = X.shape, _pair(padding)
    padded = torch.zeros(h + 2 * ph, w + 2 * pw, dtype=X.dtype, device=X.device)
    padded[ph : ph + h, pw : pw + w] = X
    return padded


def corr2d_strided(X, K, padding=0, stride=1):
    """Cross-correlate an image with a kernel, with zeros round the image and a window that jumps.

    Arguments:
        X: float tensor of shape (h, w); it is not modified
        K: float tensor of shape (kh, kw)
        padding: int or pair (ph, pw), zeros added on each side
        stride: int or pair (sh, sw): sh rows down, sw columns to the right
    Returns:
        float tensor of shape conv_output_shape(X.shape, K.shape, padding, stride)
    Example:
        >>> X, K = torch.arange(9.0).reshape(3, 3), torch.arange(4.0).reshape(2, 2)
        >>> corr2d_strided(X, K, padding=1, stride=(3, 2))
        tensor([[0., 8.],
                [6., 8.]])

    带填充和步幅的二维互相关。先在 X 四周补 0，再让窗口每次向下走 sh 行、向右走 sw 列，
    每个位置上对应元素相乘再求和。padding 和 stride 可以是整数或一对数；X 不被改动。
    """
    (kh, kw), (ph, pw), (sh, sw) = K.shape, _pair(padding), _pair(stride)
    padded = nn.functional.pad(X, (pw, pw, ph, ph))  # the last axis comes first
    tops, lefts = range(0, padded.shape[0] - kh + 1, sh), range(0, padded.shape[1] - kw + 1, sw)
    Y = X.new_zeros(len(tops), len(lefts))
    for i, top in enumerate(tops):
        for j, left in enumerate(lefts):
            Y[i, j] = (padded[top : top + kh, left : left + kw] * K).sum()
    return Y


def same_padding(kernel_size):
    """Return the padding that keeps the shape of an image at stride 1, for a kernel of odd height and width.

    Arguments:
        kernel_size: pair (kh, kw)
    Returns:
        tuple (ph, pw) of Python ints
    Raises:
        ValueError: if kh or kw is even, for then no padding, equal on both sides, keeps the shape
    Example:
        >>> same_padding((5, 3))
        (2, 1)

    返回步幅为 1 时能保持图像形状不变的填充 (ph, pw)。卷积核的高和宽都必须是奇数；
    只要有一个是偶数就抛出 ValueError，因为两侧相等的填充不可能保持形状。
    """
    kh, kw = _pair(kernel_size)  # survives: an int is taken too, though only pairs are promised
    if kh % 2 == 0 or kw % 2 == 0:
        raise ValueError(f"no equal padding on both sides keeps the shape for the even kernel ({kh}, {kw})")
    return kh // 2, kw // 2


def comp_conv2d(conv2d, X):
    """Run a convolution layer on a plain image and return a plain image.

    Arguments:
        conv2d: an nn.Conv2d with one input channel and one output channel
        X: float tensor of shape (h, w); it is not modified
    Returns:
        float tensor of shape (out_h, out_w): the layer's answer without the axes of batch and channel
    Example:
        >>> comp_conv2d(nn.Conv2d(1, 1, kernel_size=3, padding=1), torch.rand(8, 8)).shape
        torch.Size([8, 8])

    在一张普通的二维图像上运行卷积层，返回二维结果。nn.Conv2d 需要 (批量, 通道, 高, 宽) 四个轴，
    所以先补上前两个轴，算完再去掉它们（并且只去掉它们）。X 不被改动。
    """
    Y = conv2d(X.reshape((1, 1) + X.shape))  # (1, 1, out_h, out_w)
    return Y[0, 0]


def _pair(value):
    """Return an int as a pair of itself, and a pair as it is."""
    return (value, value) if isinstance(value, int) else tuple(value)
