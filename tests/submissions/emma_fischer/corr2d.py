import torch
from torch import nn
from helpers import sliding

def corr2d(X, K):
    rows = [[(window * K).sum() for window in row] for row in sliding(X, K.shape)]
    return torch.stack([torch.stack(row) for row in rows])

class Conv2D(nn.Module):
    def __init__(self, kernel_size):
        super().__init__()
        self.weight = nn.Parameter(torch.randn(*kernel_size))
        self.bias = nn.Parameter(torch.randn(1))

    def forward(self, X):
        return corr2d(X, self.weight) + self.bias

def edge_image():
    X = torch.zeros(6, 8)
    X[:, :2] = 1
    X[:, 6:] = 1
    return X

def vertical_edge_kernel():
    return torch.tensor([[1., -1.]])

def horizontal_edge_kernel():
    return torch.tensor([[1.], [-1.]])

def learn_kernel(X, Y, kernel_size):
    # least squares by gradient descent, with momentum so that it is quick
    windows = torch.stack([w.reshape(-1) for row in sliding(X, kernel_size) for w in row])
    k = torch.randn(windows.shape[1], requires_grad=True)
    opt = torch.optim.Adam([k], lr=0.1)
    for _ in range(300):
        opt.zero_grad()
        loss = torch.mean((windows @ k - Y.reshape(-1)) ** 2)
        loss.backward()
        opt.step()
    return k.detach().reshape(tuple(kernel_size))

def conv2d(X, K):
    return corr2d(X, K.flip(0).flip(1))

def receptive_field(layers):
    r, jump = 1, 1
    for k, s in layers:
        r, jump = r + (k - 1) * jump, jump * s
    return r
