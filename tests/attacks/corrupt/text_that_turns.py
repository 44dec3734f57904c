"""Writes marks of direction, control characters and characters of no width into everything that is stored of it.

Observed: nothing of that is stored: a table or a terminal shows the text as it is.
Says: ValueError
Earns: 1
"""

import torch

TURNS = "\u202e\u2066\u200b\u200d\ufeff\u2060\x1b[2J\x07\r\x00\ud800\U000e0041\u00ad"


def corr2d(X, K):
    raise ValueError(f"{TURNS}001 fo 001{TURNS}")


def receptive_field(layers):
    return TURNS * 3


def conv2d(X, K):
    raise type(f"Mark{TURNS}", (ValueError,), {})(TURNS)


def edge_image():
    X = torch.ones(6, 8)
    X[:, 2:6] = 0
    return X
