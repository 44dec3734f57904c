import torch
from torch import nn


def corr2d(X, K):
    h, w = K.shape
    Y = []
    for i in range(X.shape[0] - h + 1):
        Y.append([])
        for j in range(X.shape[1] - w + 1):
            Y[i].append((X[i:i + h, j:j + w] * K).sum().item())
    return Y


class Conv2D(nn.Module):
    def __init__(self, kernel_size):
        super().__init__()
        self.weight = nn.Parameter(torch.rand(kernel_size))
        self.bias = nn.Parameter(torch.zeros(1))

    def forward(self, X):
        Y = torch.tensor(corr2d(X, self.weight))
        Y + self.bias


def edge_image():
    X = torch.ones(6, 8)
    X[:, 2:6] = 0
    print(X)


def vertical_edge_kernel():
    return [[1, -1]]


def horizontal_edge_kernel():
    return torch.tensor([1.0, -1.0])


def conv2d(X, K):
    return corr2d(X, torch.flip(K, (0, 1)))


def receptive_field(layers):
    field = 1
    for k, s in layers[::-1]:
        field = (field - 1) * s + k
    return field
