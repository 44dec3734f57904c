"""Waits behind its own short-lived threads, each of which is gone before anybody could count what it took.

Observed: what dead threads took counts as well.
Says: stopped after 1 s in `corr2d`
Earns: 1
"""

import hashlib
import threading
import time

import torch


def corr2d(X, K):
    block = bytes(1 << 22)
    end = time.monotonic() + 60
    while time.monotonic() < end:
        threads = [threading.Thread(target=lambda: hashlib.sha256(block).digest()) for _ in range(6)]
        for thread in threads:
            thread.start()
        hashlib.sha256(block).digest()
        for thread in threads:
            thread.join()


def edge_image():
    X = torch.ones(6, 8)
    X[:, 2:6] = 0
    return X
