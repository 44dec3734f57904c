"""Grows a list of bytes without end, and keeps it when the memory runs out.

Observed: the limit on memory strikes.
Says: used more than 0.5 GB of memory
Earns: 1
"""

import torch


KEPT = []


def corr2d(X, K):
    while True:
        KEPT.append(bytearray(1 << 26))


def edge_image():
    X = torch.ones(6, 8)
    X[:, 2:6] = 0
    return X
