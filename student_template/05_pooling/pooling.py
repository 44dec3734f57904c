"""Pooling: a window that keeps the largest value, or the average, of what it sees (section 4.5).

池化：窗口只留下看到的最大值，或者平均值（4.5 节）。
"""

import torch
from torch import nn


def pool2d(X, pool_size, mode="max"):
    """Slide a window over an image, one pixel at a time, and keep the maximum or the average of each window.

    Arguments:
        X: float tensor of shape (h, w); it is not modified
        pool_size: pair (ph, pw)
        mode: "max" or "avg"
    Returns:
        float tensor of shape (h - ph + 1, w - pw + 1)
    Example:
        >>> pool2d(torch.arange(9.0).reshape(3, 3), (2, 2))
        tensor([[4., 5.],
                [7., 8.]])

    窗口每次移动一个像素，取窗口内的最大值（mode="max"）或平均值（mode="avg"），没有填充。
    pool_size 是 (高, 宽)；X 不被改动。
    """
    raise NotImplementedError


def pool2d_strided(X, pool_size, mode="max", padding=0, stride=None):
    """Pool an image with padding and with a window that jumps, as the layers of torch.nn do.

    Arguments:
        X: float tensor of shape (h, w); it is not modified
        pool_size: pair (ph, pw)
        mode: "max" or "avg"
        padding: int or pair, at most half of the window; a padded cell never wins a maximum, and counts as
            zero in an average (the divisor is always ph * pw)
        stride: int or pair; None means pool_size: windows side by side
    Returns:
        float tensor of shape (out_h, out_w); a window that no longer fits is left out
    Example:
        >>> pool2d_strided(torch.arange(16.0).reshape(4, 4), (3, 3), "max", 1, 2)
        tensor([[ 5.,  7.],
                [13., 15.]])

    带填充和步幅的池化，与 torch.nn 的池化层一致。填充的格子在最大池化中永远不会胜出，
    在平均池化中算作 0（除数总是 ph * pw）。stride 为 None 时等于 pool_size，即窗口互不重叠；放不下的窗口不算。
    """
    raise NotImplementedError


def pool2d_multi_channel(X, pool_size, mode="max", padding=0, stride=None):
    """Pool every channel of an image on its own: the number of channels stays.

    Arguments:
        X: float tensor of shape (c, h, w); it is not modified
        pool_size, mode, padding, stride: as for pool2d_strided
    Returns:
        float tensor of shape (c, out_h, out_w)
    Example:
        >>> pool2d_multi_channel(torch.ones(3, 4, 6), (2, 2)).shape
        torch.Size([3, 2, 3])

    对每个通道分别做池化，通道数不变。X 的形状是 (c, h, w)，其余参数与 pool2d_strided 相同。
    """
    raise NotImplementedError
