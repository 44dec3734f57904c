"""Raises an exception with a text of 100 MB and a million notes.

Observed: what is kept of an exception is short.
Says: ValueError
Earns: 1
"""

import torch


def corr2d(X, K):
    error = ValueError("x" * 100_000_000)
    for _ in range(100_000):
        error.add_note("y" * 100)
    raise error


def edge_image():
    X = torch.ones(6, 8)
    X[:, 2:6] = 0
    return X
