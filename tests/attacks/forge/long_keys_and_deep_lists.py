"""Answers with keys of a hundred thousand letters, lists of lists of lists, and text without end.

Observed: a message tells the beginning of each.
"""

import functools

KEYS = {"\x01" * 100_000 + str(n): "\x1b[2J" * 1000 for n in range(20)}


def corr2d(X, K):
    return KEYS


def conv2d(X, K):
    return functools.reduce(lambda inner, _: [inner] * 9, range(5), 0)


def receptive_field(layers):
    return [(KEYS,) * 12] * 12


def edge_image():
    return "x" * 5_000_000
