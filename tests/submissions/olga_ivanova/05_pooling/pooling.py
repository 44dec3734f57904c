import torch
from torch import nn


def pool2d(X, pool_size, mode="max"):
    return pool2d_strided(X, pool_size, mode=mode, stride=1)


def pool2d_strided(X, pool_size, mode="max", padding=0, stride=None):
    kh, kw = pool_size
    ph, pw = (padding, padding) if type(padding) is int else padding
    sh, sw = pool_size if stride is None else ((stride, stride) if type(stride) is int else stride)
    border = -torch.inf if mode == "max" else 0.0
    Z = nn.functional.pad(X, (pw, pw, ph, ph), value=border)
    columns = []
    # one shifted, subsampled picture for each cell of the window
    out_h, out_w = (Z.shape[0] - kh) // sh + 1, (Z.shape[1] - kw) // sw + 1
    for a in range(kh):
        for b in range(kw):
            columns.append(Z[a:a + sh * (out_h - 1) + 1:sh, b:b + sw * (out_w - 1) + 1:sw])
    stacked = torch.stack(columns)
    return stacked.max(dim=0).values if mode == "max" else stacked.mean(dim=0)


def pool2d_multi_channel(X, pool_size, mode="max", padding=0, stride=None):
    return torch.stack([pool2d_strided(X[c], pool_size, mode, padding, stride) for c in range(len(X))])
