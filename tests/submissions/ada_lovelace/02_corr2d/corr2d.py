import torch
from torch import nn


def corr2d(X, K):
    h, w = K.shape
    rows, cols = X.shape[0] - h + 1, X.shape[1] - w + 1
    Y = torch.zeros(rows, cols)
    for i in range(rows):
        for j in range(cols):
            total = 0.0
            for a in range(h):
                for b in range(w):
                    total = total + X[i + a, j + b] * K[a, b]
            Y[i, j] = total
    return Y


class Conv2D(nn.Module):
    def __init__(self, kernel_size):
        super().__init__()
        self.weight = nn.Parameter(torch.randn(kernel_size) * 0.1)
        self.bias = nn.Parameter(torch.zeros(1))

    def forward(self, X):
        return corr2d(X, self.weight) + self.bias


def edge_image():
    X = torch.ones(6, 8)
    for row in range(6):
        for column in range(2, 6):
            X[row, column] = 0
    return X


def vertical_edge_kernel():
    return torch.tensor([[1.0, -1.0]])


def horizontal_edge_kernel():
    return torch.tensor([[1.0], [-1.0]])


def learn_kernel(X, Y, kernel_size):
    # some hundred steps are enough for Adam, and it does not mind how bright the image is
    layer = nn.Conv2d(1, 1, kernel_size, bias=False)
    optimizer = torch.optim.Adam(layer.parameters(), lr=0.1)
    X = X.reshape(1, 1, X.shape[0], X.shape[1])
    Y = Y.reshape(1, 1, Y.shape[0], Y.shape[1])
    for step in range(300):
        optimizer.zero_grad()
        loss = ((layer(X) - Y) ** 2).mean()
        loss.backward()
        optimizer.step()
    return layer.weight.detach()[0, 0]


def conv2d(X, K):
    h, w = K.shape
    flipped = torch.zeros(h, w)
    for a in range(h):
        for b in range(w):
            flipped[a, b] = K[h - 1 - a, w - 1 - b]
    return corr2d(X, flipped)


def receptive_field(layers):
    # walk back from one output unit: before a layer there are (size - 1) * stride + kernel inputs
    size = 1
    for kernel, stride in reversed(layers):
        size = (size - 1) * stride + kernel
    return size
