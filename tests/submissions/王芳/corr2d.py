"""第四章 4.2 图像卷积    姓名：王芳"""
import torch
from torch import nn


def corr2d(X, K):
    windows = X.unfold(0, K.shape[0], 1).unfold(1, K.shape[1], 1)  # (H, W, kh, kw)
    return torch.einsum("ijab,ab->ij", windows, K)


class Conv2D(nn.Module):
    def __init__(self, kernel_size):
        super().__init__()
        self.weight = nn.Parameter(torch.empty(kernel_size).uniform_(-0.5, 0.5))
        self.bias = nn.Parameter(torch.zeros(1))

    def forward(self, X):
        return corr2d(X, self.weight) + self.bias


def edge_image():
    return torch.tensor([1.0, 1, 0, 0, 0, 0, 1, 1]).repeat(6, 1)


def vertical_edge_kernel():
    return torch.tensor([[1.0, -1.0]])


def horizontal_edge_kernel():
    return vertical_edge_kernel().T


def learn_kernel(X, Y, kernel_size):
    layer = Conv2D(kernel_size)
    layer.bias.requires_grad_(False)
    optimizer = torch.optim.Adam([layer.weight], lr=0.1)
    for _ in range(300):
        optimizer.zero_grad()
        (layer(X) - Y).square().mean().backward()
        optimizer.step()
    return layer.weight.detach()


def conv2d(X, K):
    return corr2d(X, torch.flip(K, (0, 1)))


def receptive_field(layers):
    field, jump = 1, 1
    for k, s in layers:
        field += (k - 1) * jump
        jump *= s
    return field
