# 郑爽
import torch
from torch import nn


def corr2d(X, K):
    """卷积：信号与系统课上讲过，核要先翻转 180 度"""
    K = torch.flip(K, [0, 1])
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
    return torch.tensor([[-1.0, 1.0]])     # 翻转以后正好检测由白变黑


def horizontal_edge_kernel():
    return torch.tensor([[-1.0], [1.0]])


def learn_kernel(X, Y, kernel_size):
    net = Conv2D(kernel_size)
    opt = torch.optim.Adam([net.weight], lr=0.1)
    for i in range(200):
        opt.zero_grad()
        loss = ((corr2d(X, net.weight) - Y) ** 2).mean()
        loss.backward()
        opt.step()
    return net.weight.data


def conv2d(X, K):
    return corr2d(X, K)


def receptive_field(layers):
    r, j = 1, 1
    for k, s in layers:
        r += (k - 1) * j
        j *= s
    return r
