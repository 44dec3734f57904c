"""Computes for ever in one function.

Observed: the limit on time strikes, says where, and costs only that exercise.
Says: stopped after 1 s in `corr2d`
Earns: 1
"""

import torch


def corr2d(X, K):
    while True:
        pass


def edge_image():
    X = torch.ones(6, 8)
    X[:, 2:6] = 0
    return X
