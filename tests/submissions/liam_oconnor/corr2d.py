import torch
from torch import nn

# I think of images as (width, height), like in graphics


def corr2d(X, K):
    w, h = K.shape
    out = torch.zeros(X.shape[1] - h + 1, X.shape[0] - w + 1)
    for x in range(X.shape[0] - w + 1):
        for y in range(X.shape[1] - h + 1):
            out[y, x] = (X[x:x + w, y:y + h] * K).sum()
    return out


class Conv2D(nn.Module):
    def __init__(self, kernel_size):
        super(Conv2D, self).__init__()
        self.weight = nn.Parameter(torch.rand(kernel_size))
        self.bias = nn.Parameter(torch.zeros(1))

    def forward(self, X):
        return corr2d(X, self.weight) + self.bias


def edge_image():
    image = torch.ones(8, 6)
    image[2:6, :] = 0
    return image


def vertical_edge_kernel():
    return torch.tensor([[1.0], [-1.0]])


def horizontal_edge_kernel():
    return torch.tensor([[1.0, -1.0]])


def learn_kernel(X, Y, kernel_size):
    K = torch.rand(kernel_size, requires_grad=True)
    opt = torch.optim.SGD([K], lr=0.001)
    for _ in range(100):
        opt.zero_grad()
        ((corr2d(X, K) - Y) ** 2).sum().backward()
        opt.step()
    return K.detach()


def conv2d(X, K):
    return corr2d(X, K.flip(0, 1))


def receptive_field(layers):
    field, jump = 1, 1
    for k, s in layers:
        field += (k - 1) * jump
        jump *= s
    return field
