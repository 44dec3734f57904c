"""Burns processor time in many threads at once, to slow the class down.

Observed: processor time is limited over all threads.
Earns: 1
"""

import torch


import threading


def burn():
    while True:
        torch.randn(256, 256) @ torch.randn(256, 256)


def corr2d(X, K):
    threads = [threading.Thread(target=burn) for _ in range(20)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()


def edge_image():
    X = torch.ones(6, 8)
    X[:, 2:6] = 0
    return X
