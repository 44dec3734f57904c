"""Prints a gigabyte.

Observed: what is printed is drained and counted; too much is the end.
Says: printed more than 32 MB
Earns: 1
"""

import torch


def corr2d(X, K):
    line = "x" * (1 << 20)
    for _ in range(1024):
        print(line)


def edge_image():
    X = torch.ones(6, 8)
    X[:, 2:6] = 0
    return X
