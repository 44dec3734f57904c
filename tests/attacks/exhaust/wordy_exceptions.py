"""Raises exceptions with as much text as may travel, in every exercise and from far down the stack.

Observed: a message has at most 2,000 characters, a record at most 2 MB.
Says: ValueError
Earns: 1
"""

import torch


def corr2d(X, K, depth=150):
    if depth:
        return corr2d(X, K, depth - 1)
    raise ValueError("漢" * 100_000)


def conv2d(X, K):
    raise type("V" * 10_000, (ValueError,), {})("w\n" * 50_000)


receptive_field = learn_kernel = vertical_edge_kernel = horizontal_edge_kernel = lambda *args: corr2d(*[None] * 2)


def edge_image():
    X = torch.ones(6, 8)
    X[:, 2:6] = 0
    return X
