"""Writes a gigabyte to standard error, and to standard input.

Observed: both are drained or refused.
Says: printed more than 32 MB
Earns: 1
"""

import os

import torch


def corr2d(X, K):
    block = b"x" * (1 << 20)
    for _ in range(1024):
        os.write(2, block)


def edge_image():
    X = torch.ones(6, 8)
    X[:, 2:6] = 0
    return X
