# 韩梅梅  2021级计算机2班
import torch
from torch import nn


def corr2d(X, K):
    h, w = K.shape
    Y = torch.zeros((X.shape[0] - h + 1, X.shape[1] - w + 1))
    for i in range(Y.shape[0]):
        for j in range(Y.shape[1]):
            Y[i, j] = (X[i:i + h, j:j + w] * K).sum()
    return Y


class Conv2D(nn.Module):
    def __init__(self, kernel_size):
        super().__init__()
        self.weight = nn.Parameter(torch.rand(kernel_size))
        self.bias = nn.Parameter(torch.zeros(1))

    def forward(self, x):
        return corr2d(x, self.weight) + self.bias


def edge_image():
    X = torch.ones((6, 8))
    X[:, 2:6] = 0
    return X


def vertical_edge_kernel():
    return torch.tensor([[1.0, -1.0]])


def horizontal_edge_kernel():
    return torch.tensor([[1.0, -1.0]]).t()


def learn_kernel(X, Y, kernel_size):
    # 和书上一样，10 次迭代，学习率 3e-2
    conv = nn.Conv2d(1, 1, kernel_size=kernel_size, bias=False)
    X = X.reshape((1, 1) + X.shape)
    Y = Y.reshape((1, 1) + Y.shape)
    for i in range(10):
        l = (conv(X) - Y) ** 2
        conv.zero_grad()
        l.sum().backward()
        conv.weight.data[:] -= 3e-2 * conv.weight.grad
    return conv.weight.data.reshape(kernel_size)


def conv2d(X, K):
    return corr2d(X, torch.flip(K, [0, 1]))


def receptive_field(layers):
    r = 1
    for k, s in layers[::-1]:
        r = r * s + (k - s)
    return r
