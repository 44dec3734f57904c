import numpy as np


def pool2d(X, pool_size, mode="max"):
    return pool2d_strided(X, pool_size, mode, 0, 1)


def pool2d_strided(X, pool_size, mode="max", padding=0, stride=None):
    (ph, pw), (sh, sw) = np.broadcast_to(padding, 2), np.broadcast_to(pool_size if stride is None else stride, 2)
    x = np.pad(X.numpy(), ((ph, ph), (pw, pw)), constant_values=-np.inf if mode == "max" else 0)
    w = np.lib.stride_tricks.sliding_window_view(x, pool_size)[::sh, ::sw]
    return w.max(axis=(2, 3)) if mode == "max" else w.mean(axis=(2, 3))


def pool2d_multi_channel(X, pool_size, mode="max", padding=0, stride=None):
    return np.stack([pool2d_strided(x, pool_size, mode, padding, stride) for x in X])
