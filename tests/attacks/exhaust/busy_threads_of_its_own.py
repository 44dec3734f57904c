"""Keeps its processor busy with threads of its own, so that the one that should answer has to wait for them.

Observed: only what other processes take prolongs a limit; the message tells the limit that struck.
Says: stopped after 1 s in `corr2d`
Earns: 1
"""

import hashlib
import threading
import time

import torch


def work(seconds):
    block, end = bytes(1 << 20), time.thread_time() + seconds
    while time.thread_time() < end:
        hashlib.sha256(block).digest()  # without Python's lock


def corr2d(X, K):
    for _ in range(6):
        threading.Thread(target=work, args=(2,), daemon=True).start()
    work(2)
    time.sleep(60)


def edge_image():
    X = torch.ones(6, 8)
    X[:, 2:6] = 0
    return X
