import torch
from torch import nn


def corr2d(X, K):
    """计算二维互相关运算"""
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
    return vertical_edge_kernel().t()


def learn_kernel(X, Y, kernel_size):
    # 构造一个二维卷积层，它具有1个输出通道和形状为kernel_size的卷积核
    conv2d = nn.Conv2d(1, 1, kernel_size=kernel_size, bias=False)
    # 这个二维卷积层使用四维输入和输出格式（批量大小、通道、高度、宽度），
    # 其中批量大小和通道数都为1
    X = X.reshape((1, 1) + tuple(X.shape))
    Y = Y.reshape((1, 1) + tuple(Y.shape))
    # 书上固定学习率 3e-2、10 轮，换一张图就不收敛，所以按输入的大小缩放学习率，多迭代一些
    lr = 0.5 / (conv2d.weight.numel() * (X ** 2).sum())
    for i in range(300):
        Y_hat = conv2d(X)
        l = (Y_hat - Y) ** 2
        conv2d.zero_grad()
        l.sum().backward()
        # 迭代卷积核
        conv2d.weight.data[:] -= lr * conv2d.weight.grad
    return conv2d.weight.data.reshape(kernel_size)


def conv2d(X, K):
    return corr2d(X, torch.flip(K, [0, 1]))


def receptive_field(layers):
    r, s = 1, 1
    for kernel, stride in layers:
        r += (kernel - 1) * s
        s *= stride
    return r
