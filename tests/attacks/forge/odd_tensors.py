"""Returns meta, sparse, quantised, nested, complex, boolean and conjugate tensors, one after another.

Observed: each is refused for what it is; none crashes the grader.
"""

import itertools

import torch

KINDS = itertools.cycle(
    [
        lambda Y: Y.to("meta"),
        lambda Y: Y.to_sparse(),
        lambda Y: torch.quantize_per_tensor(Y, 0.1, 0, torch.qint8),
        lambda Y: torch.nested.nested_tensor([Y, Y]),
        lambda Y: torch.complex(Y, Y).conj(),
        lambda Y: Y.bool(),
        lambda Y: Y.to(torch.float8_e4m3fn),
        lambda Y: torch._C._functions.UndefinedGrad()(Y.requires_grad_()),
        lambda Y: Y.to_sparse_csr(),
        lambda Y: torch._neg_view(Y),
    ]
)


def corr2d(X, K):
    return next(KINDS)(torch.zeros(X.shape[0] - K.shape[0] + 1, X.shape[1] - K.shape[1] + 1))


conv2d = corr2d


def edge_image():
    return torch.zeros(6, 8).to("meta")
