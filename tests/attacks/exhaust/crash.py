"""Reads from address zero, divides by zero in C, and aborts.

Observed: the worker dies alone, and the message says of what.
Says: segmentation fault
Earns: 1
"""

import ctypes
import os

import torch


def corr2d(X, K):
    ctypes.string_at(0)


def conv2d(X, K):
    os.abort()


def edge_image():
    X = torch.ones(6, 8)
    X[:, 2:6] = 0
    return X
