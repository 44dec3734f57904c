"""Writes random bytes to the wire before anything was asked.

Observed: the bytes are no message; the worker is killed, no point is given.
"""

import os

os.write(3, os.urandom(4096))


def corr2d(X, K):
    return X
