"""Grows a list of bytes without end, and keeps it when the memory runs out.

Observed: the limit on memory strikes.
Says: used more than 0.5 GB of memory
Earns: 1
"""

import torch


KEPT = []


def corr2d(X, K):
    while True:
        KEPT.append(bytes(1 << 26))  # asked for, never touched: a slow machine runs out of memory before time, too


def edge_image():
    X = torch.ones(6, 8)
    X[:, 2:6] = 0
    return X
