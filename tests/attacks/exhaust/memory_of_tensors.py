"""Allocates tensors of 4 GB and more.

Observed: the limit on memory strikes, and says so; the next exercise has a new worker.
Says: used more than 0.5 GB of memory
Earns: 1
"""

import torch


def corr2d(X, K):
    return [torch.ones(1 << 30) for _ in range(4)]


def edge_image():
    X = torch.ones(6, 8)
    X[:, 2:6] = 0
    return X
