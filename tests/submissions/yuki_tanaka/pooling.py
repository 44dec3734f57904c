import torch
from torch import nn
import torch.nn.functional as F


def pool2d(X, pool_size, mode="max"):
    return pool2d_strided(X, pool_size, mode, 0, 1)


def pool2d_strided(X, pool_size, mode="max", padding=0, stride=None):
    layer = nn.MaxPool2d if mode == "max" else nn.AvgPool2d
    return layer(pool_size, stride=stride, padding=padding)(X[None, None])[0, 0]


def pool2d_multi_channel(X, pool_size, mode="max", padding=0, stride=None):
    pool = F.max_pool2d if mode == "max" else F.avg_pool2d
    return pool(X[None], pool_size, stride=stride, padding=padding)[0]
