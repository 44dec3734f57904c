import sys

import torch
from torch import nn


def corr2d(X, K):
    h, w = K.shape
    Y = torch.zeros(X.shape[0] - h + 1, X.shape[1] - w + 1)
    for i in range(Y.shape[0]):
        for j in range(Y.shape[1]):
            Y[i, j] = torch.sum(X[i:i + h, j:j + w] * K)
    return Y


def edge_image():
    X = torch.ones(6, 8)
    X[:, 2:6] = 0
    return X


def vertical_edge_kernel():
    return torch.tensor([[1.0, -1.0]])


def horizontal_edge_kernel():
    return torch.tensor([[1.0], [-1.0]])


def conv2d(X, K):
    return corr2d(X, torch.flip(K, (0, 1)))


def receptive_field(layers):
    field = 1
    for kernel, stride in reversed(layers):
        field = (field - 1) * stride + kernel
    return field


if __name__ == "__main__":
    print(corr2d(edge_image(), vertical_edge_kernel()))
    sys.exit(0)
