"""Starts thousands of threads with small stacks, which sleep.

Observed: after some sixty threads there are no more.
Says: thread
Earns: 1
"""

import threading
import time

import torch


def corr2d(X, K):
    threading.stack_size(32768)
    for _ in range(5000):
        threading.Thread(target=time.sleep, args=(60,), daemon=True).start()
    return X


def edge_image():
    X = torch.ones(6, 8)
    X[:, 2:6] = 0
    return X
