"""Image convolution: cross-correlation by hand, as a layer, as an edge detector, and with a kernel that is learned."""

import torch
from torch import nn


def corr2d(X: torch.Tensor, K: torch.Tensor) -> torch.Tensor:
    """Cross-correlate a 2-D image with a 2-D kernel, at the positions where the kernel fits entirely."""
    h, w = K.shape
    Y = torch.zeros((X.shape[0] - h + 1, X.shape[1] - w + 1))
    for i in range(Y.shape[0]):
        for j in range(Y.shape[1]):
            Y[i, j] = (X[i:i + h, j:j + w] * K).sum()
    return Y


class Conv2D(nn.Module):
    """A convolutional layer with one kernel and one bias, both learned: corr2d(X, weight) + bias."""

    def __init__(self, kernel_size: tuple[int, int]):
        super().__init__()
        # plain tensors: it computes the right thing, why does it not train?
        self.weight = torch.rand(kernel_size)
        self.bias = torch.zeros(1)

    def forward(self, X: torch.Tensor) -> torch.Tensor:
        return corr2d(X, self.weight) + self.bias


def edge_image() -> torch.Tensor:
    """Draw the black bar on white: shape (6, 8), ones, with zeros in columns 2, 3, 4 and 5."""
    X = torch.ones((6, 8))
    X[:, 2:6] = 0
    return X


def vertical_edge_kernel() -> torch.Tensor:
    """Make the kernel of shape (1, 2) that finds vertical edges."""
    return torch.tensor([[1.0, -1.0]])


def horizontal_edge_kernel() -> torch.Tensor:
    """Make the kernel that does for `edge_image().T` what the vertical one does for `edge_image()`."""
    return torch.tensor([[1.0], [-1.0]])


def learn_kernel(X: torch.Tensor, Y: torch.Tensor, kernel_size: tuple[int, int]) -> torch.Tensor:
    """Learn, by gradient descent from a random start, the kernel that maps X to Y."""
    raise NotImplementedError


def conv2d(X: torch.Tensor, K: torch.Tensor) -> torch.Tensor:
    """Convolve strictly, as mathematics defines it: flip K along both axes, then cross-correlate."""
    return corr2d(X, torch.flip(K, dims=[0, 1]))


def receptive_field(layers: list[tuple[int, int]]) -> int:
    """Tell how wide a stretch of the input one unit of the last layer can see."""
    field = 1
    for kernel_size, stride in layers:
        field = field + (kernel_size - 1)  # what does the stride do here?
    return field
