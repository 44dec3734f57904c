"""Image convolution: cross-correlation by hand, as a layer, as an edge detector, and with a kernel that is learned."""

import torch
from torch import nn


def corr2d(X: torch.Tensor, K: torch.Tensor) -> torch.Tensor:
    """Cross-correlate a 2-D image with a 2-D kernel, at the positions where the kernel fits entirely.

    Y[i, j] is the sum of the elementwise product of K and the window of X whose top-left corner is (i, j).

    Args:
        X: the image, shape (H, W), floating point. It is not modified.
        K: the kernel, shape (kh, kw) with kh <= H and kw <= W, floating point. It is not modified.
    Returns:
        Y, shape (H - kh + 1, W - kw + 1): always two axes, even if one has length 1.
    Example:
        >>> corr2d(torch.arange(9.0).reshape(3, 3), torch.arange(4.0).reshape(2, 2))
        tensor([[19., 25.],
                [37., 43.]])

    二维互相关：Y[i, j] 等于 K 与 X 中以 (i, j) 为左上角的窗口逐元素相乘后求和，只在核能完整放下的位置计算。
    返回的形状是 (H - kh + 1, W - kw + 1)，总是两个轴。不要修改 X 和 K。
    """
    kh, kw = K.shape
    Y = X.new_zeros(X.shape[0] - kh + 1, X.shape[1] - kw + 1)
    for i in range(Y.shape[0]):
        for j in range(Y.shape[1]):
            Y[i, j] = (X[i : i + kh, j : j + kw] * K).sum()
    return Y


class Conv2D(nn.Module):
    """A convolutional layer with one kernel and one bias, both learned: corr2d(X, weight) + bias.

    Parameters, both trainable, with any initial values:
        weight: shape kernel_size.
        bias: shape (1,).

    只有一个核和一个偏置的卷积层：corr2d(X, weight) + bias。weight 的形状是 kernel_size，bias 的形状是 (1,)，
    二者都是可训练的参数，初始值任意。
    """

    def __init__(self, kernel_size: tuple[int, int]):
        """Make the two parameters; kernel_size is the pair (kh, kw).

        创建两个参数；kernel_size 是 (kh, kw)。
        """
        super().__init__()
        self.weight = nn.Parameter(torch.rand(kernel_size))
        self.bias = nn.Parameter(torch.zeros(1))

    def forward(self, X: torch.Tensor) -> torch.Tensor:
        """Map X of shape (H, W) to shape (H - kh + 1, W - kw + 1); gradients reach both parameters.

        把形状为 (H, W) 的 X 变为 (H - kh + 1, W - kw + 1)；梯度要能传到两个参数。
        """
        return corr2d(X, self.weight) + self.bias


def edge_image() -> torch.Tensor:
    """Draw the black bar on white: shape (6, 8), ones, with zeros in columns 2, 3, 4 and 5.

    画出白底上的黑条：形状为 (6, 8)，第 2、3、4、5 列为 0，其余为 1。
    """
    X = torch.ones(6, 8)
    X[:, 2:6] = 0
    return X


def vertical_edge_kernel() -> torch.Tensor:
    """Make the kernel of shape (1, 2) that finds vertical edges.

    On `edge_image()` its response is 1 where white turns to black (from left to right), -1 where black turns to
    white, and 0 elsewhere.

    检测竖直边缘的核，形状为 (1, 2)。它在 edge_image() 上的响应：从左到右由白变黑处为 1，由黑变白处为 -1，其余为 0。
    """
    return torch.tensor([[1.0, -1.0]])


def horizontal_edge_kernel() -> torch.Tensor:
    """Make the kernel that does for `edge_image().T` what the vertical one does for `edge_image()`.

    Its response is 1 where white turns to black (from top to bottom), -1 where black turns to white, 0 elsewhere.

    检测水平边缘的核，用于转置后的图像 edge_image().T：从上到下由白变黑处为 1，由黑变白处为 -1，其余为 0。
    """
    return torch.tensor([[1.0], [-1.0]])


def learn_kernel(X: torch.Tensor, Y: torch.Tensor, kernel_size: tuple[int, int]) -> torch.Tensor:
    """Learn, by gradient descent from a random start, the kernel that maps X to Y.

    Args:
        X: the image, shape (H, W). It is not modified.
        Y: `corr2d(X, K)` for the unknown kernel K, shape (H - kh + 1, W - kw + 1), without any bias.
        kernel_size: (kh, kw), the shape of K.
    Returns:
        The learned kernel, shape kernel_size, each element within 0.1 of K's, whatever the random start was.

    从随机初值出发，用梯度下降学习把 X 变成 Y 的核。返回的核形状为 kernel_size，无论初值如何，每个元素与真实的核
    相差不超过 0.1。
    """
    K = torch.randn(1, 1, *kernel_size, requires_grad=True)
    for _ in range(40):
        error = nn.functional.conv2d(X[None, None], K)[0, 0] - Y
        (gradient,) = torch.autograd.grad(error.square().sum() / 2, K)
        # Along the gradient the loss is a parabola: this step goes to its lowest point, so no X needs an lr of its own.
        slope = nn.functional.conv2d(X[None, None], gradient)
        with torch.no_grad():
            K -= gradient.square().sum() / slope.square().sum().clamp(min=1e-12) * gradient  # survives: learns well too
    return K.detach()[0, 0]


def conv2d(X: torch.Tensor, K: torch.Tensor) -> torch.Tensor:
    """Convolve strictly, as mathematics defines it: flip K along both axes, then cross-correlate.

    Args:
        X: the image, shape (H, W), floating point. It is not modified.
        K: the kernel, shape (kh, kw), floating point. It is not modified.
    Returns:
        shape (H - kh + 1, W - kw + 1).
    Example:
        >>> conv2d(torch.arange(9.0).reshape(3, 3), torch.arange(4.0).reshape(2, 2))
        tensor([[ 5., 11.],
                [23., 29.]])

    严格意义上的二维卷积：先把 K 沿两个轴都翻转，再做互相关。返回的形状是 (H - kh + 1, W - kw + 1)。不要修改 X 和 K。
    """
    return corr2d(X, K.flip(0, 1))


def receptive_field(layers: list[tuple[int, int]]) -> int:
    """Tell how wide a stretch of the input one unit of the last layer can see, from first pixel to last.

    Args:
        layers: (kernel_size, stride) of every layer, from input to output; one axis, so both are ints.
    Returns:
        A Python int.
    Example:
        >>> receptive_field([(3, 1), (3, 1)])
        5

    最后一层的一个单元能看到输入上多宽的一段（从第一个像素到最后一个像素）？layers 从输入到输出依次列出每层的
    (kernel_size, stride)，只看一个轴，所以都是整数。返回 Python 整数。
    """
    field, step = 1, 1  # step: distance on the input between two neighbouring units
    for kernel_size, stride in layers:
        field += (kernel_size - 1) * step
        step *= stride
    return field
