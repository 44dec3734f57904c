"""Several input and output channels: one filter sees all inputs, each filter makes one output (section 4.4).

多输入多输出通道：一个滤波器看遍所有输入通道，每个滤波器产生一个输出通道（4.4 节）。
"""

import torch


def corr2d_multi_in(X, K):
    """Cross-correlate each input channel with its own kernel and add the results.

    Arguments:
        X: float tensor of shape (ci, h, w); it is not modified
        K: float tensor of shape (ci, kh, kw)
    Returns:
        float tensor of shape (h - kh + 1, w - kw + 1)
    Example:
        >>> X = torch.stack((torch.arange(9.0), torch.arange(1.0, 10.0))).reshape(2, 3, 3)
        >>> K = torch.stack((torch.arange(4.0), torch.arange(1.0, 5.0))).reshape(2, 2, 2)
        >>> corr2d_multi_in(X, K)
        tensor([[ 56.,  72.],
                [104., 120.]])

    每个输入通道与它自己的二维卷积核做互相关，再把各通道的结果相加，得到一张二维特征图。
    X 的形状是 (ci, h, w)，K 的形状是 (ci, kh, kw)；X 不被改动。
    """
    return _corr2d_and_add(X, K)


def corr2d_multi_in_out(X, K):
    """Apply every filter to all the input channels and stack the results.

    Arguments:
        X: float tensor of shape (ci, h, w); it is not modified
        K: float tensor of shape (co, ci, kh, kw), one filter of shape (ci, kh, kw) for each output channel
    Returns:
        float tensor of shape (co, h - kh + 1, w - kw + 1); channel o belongs to filter K[o]
    Example:
        >>> corr2d_multi_in_out(torch.ones(2, 3, 4), torch.ones(5, 2, 2, 2)).shape
        torch.Size([5, 2, 3])

    每个滤波器 K[o] 都作用于全部输入通道，得到第 o 个输出通道，再沿新的第 0 轴叠起来。
    K 的形状是 (co, ci, kh, kw)，结果的形状是 (co, 输出高, 输出宽)。
    """
    return torch.stack([_corr2d_and_add(X, k) for k in K])


def corr2d_multi_in_out_1x1(X, K):
    """Apply 1x1 filters by one matrix multiplication: at each pixel, the channels are mixed.

    Arguments:
        X: float tensor of shape (ci, h, w); it is not modified
        K: float tensor of shape (co, ci, 1, 1)
    Returns:
        float tensor of shape (co, h, w), equal to corr2d_multi_in_out(X, K)
    Example:
        >>> corr2d_multi_in_out_1x1(torch.ones(3, 1, 2), torch.ones(2, 3, 1, 1))
        tensor([[[3., 3.]],
        <BLANKLINE>
                [[3., 3.]]])

    用一次矩阵乘法实现 1×1 卷积：在每个像素上把各通道混合起来，像素之间互不影响。
    K 的形状是 (co, ci, 1, 1)，结果的形状是 (co, h, w)。
    """
    (ci, h, w), co = X.shape, K.shape[0]
    Y = K.reshape(co, ci) @ X.reshape(ci, h * w)  # (co, h * w)
    return Y.reshape(co, h, w)


def conv2d_cost(in_channels, out_channels, kernel_size, output_shape):
    """Count what a convolution layer stores and how much it computes for one image.

    Arguments:
        in_channels, out_channels: ints
        kernel_size: pair (kh, kw)
        output_shape: pair (out_h, out_w)
    Returns:
        tuple (parameters, multiply_adds) of Python ints; the parameters include one bias for each output
        channel, the multiply-adds leave the bias out
    Example:
        >>> conv2d_cost(1, 6, (5, 5), (28, 28))
        (156, 117600)

    计算一个卷积层的两种代价：存储的参数个数（每个输出通道含一个偏置），以及处理一张图像所需的乘加次数（不含偏置）。
    返回 (参数个数, 乘加次数)，都是 Python 整数。
    """
    (kh, kw), (out_h, out_w) = _pair(kernel_size), output_shape  # survives: an int is taken too, unpromised
    weights = out_channels * in_channels * kh * kw
    return weights + out_channels, weights * out_h * out_w


def _corr2d_and_add(X, K):
    """Cross-correlate channel by channel, (ci, h, w) with (ci, kh, kw), and add the results."""
    return sum(_corr2d(x, k) for x, k in zip(X, K, strict=True))


def _corr2d(X, K):
    """Cross-correlate one channel (h, w) with one kernel (kh, kw)."""
    kh, kw = K.shape
    Y = X.new_zeros(X.shape[0] - kh + 1, X.shape[1] - kw + 1)
    for i in range(Y.shape[0]):
        for j in range(Y.shape[1]):
            Y[i, j] = (X[i : i + kh, j : j + kw] * K).sum()
    return Y


def _pair(value):
    """Return an int as a pair of itself, and a pair as it is."""
    return (value, value) if isinstance(value, int) else tuple(value)  # survives: as in conv2d_cost
