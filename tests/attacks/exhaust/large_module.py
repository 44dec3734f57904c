"""Is a module of a million lines with deeply nested expressions.

Observed: compiling it is limited like everything else.
Earns: 1
"""

import torch


def corr2d(X, K):
    return compile("+".join(["(" * 90 + "1" + ")" * 90] * 100_000), "x", "eval")


def edge_image():
    X = torch.ones(6, 8)
    X[:, 2:6] = 0
    return X
