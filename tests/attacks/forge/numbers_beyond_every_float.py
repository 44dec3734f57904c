"""Answers with whole numbers of a thousand digits, infinities and numbers that are none.

Observed: each is an answer that is wrong; no comparison and no diagnosis breaks over one.
"""

import itertools
import math

BEYOND = itertools.cycle([2**4000, -(2**4000), math.inf, -math.inf, math.nan, 1e308, 2**63, -(2**63) - 1])


def receptive_field(layers):
    return next(BEYOND)


def corr2d(X, K):
    return next(BEYOND)


conv2d = corr2d


def vertical_edge_kernel():
    return [[2**4000, -(2**4000)]]
