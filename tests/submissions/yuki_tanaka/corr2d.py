import torch
from torch import nn
import torch.nn.functional as F


def corr2d(X, K):
    # much faster than two loops :)
    return F.conv2d(X[None, None], K[None, None])[0, 0]


class Conv2D(nn.Module):
    def __init__(self, kernel_size):
        super().__init__()
        self.conv = nn.Conv2d(1, 1, kernel_size)
        self.weight = nn.Parameter(self.conv.weight.detach()[0, 0])
        self.bias = nn.Parameter(torch.zeros(1))

    def forward(self, X):
        return corr2d(X, self.weight) + self.bias


def edge_image():
    X = torch.ones(6, 8)
    X[:, 2:6] = 0
    return X


def vertical_edge_kernel():
    return torch.tensor([[1., -1.]])


def horizontal_edge_kernel():
    return torch.tensor([[1.], [-1.]])


def learn_kernel(X, Y, kernel_size):
    # using nn.Conv2d is fine here: the exercise is about learning
    layer = nn.Conv2d(1, 1, kernel_size, bias=False)
    opt = torch.optim.Adam(layer.parameters(), lr=0.1)
    for _ in range(300):
        opt.zero_grad()
        F.mse_loss(layer(X[None, None]), Y[None, None]).backward()
        opt.step()
    return layer.weight.data[0, 0]


def conv2d(X, K):
    return F.conv2d(X[None, None], K.flip(0, 1)[None, None])[0, 0]


def receptive_field(layers):
    r, j = 1, 1
    for k, s in layers:
        r += (k - 1) * j
        j *= s
    return r
