"""Stays for ever in compiled code, where Python's signals do not reach.

Observed: the process is killed from outside.
Says: stopped after 1 s in `corr2d`
Earns: 1
"""

import re

import torch


def corr2d(X, K):
    return re.match("(a+)+$", "a" * 64 + "b")


def edge_image():
    X = torch.ones(6, 8)
    X[:, 2:6] = 0
    return X
