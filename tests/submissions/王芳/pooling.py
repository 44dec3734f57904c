"""第四章 4.5 汇聚层    姓名：王芳"""
import torch
import torch.nn.functional as F


def _pair(x):
    return (x, x) if isinstance(x, int) else tuple(x)


def _pool(X, pool_size, mode, padding, stride):
    """汇聚最后两个轴，前面有几个轴都可以。"""
    (ph, pw), (th, tw) = pool_size, _pair(padding)
    sh, sw = pool_size if stride is None else _pair(stride)
    fill = -float("inf") if mode == "max" else 0.0
    windows = F.pad(X, (tw, tw, th, th), value=fill).unfold(-2, ph, sh).unfold(-2, pw, sw)
    windows = windows.flatten(-2)
    return windows.amax(-1) if mode == "max" else windows.mean(-1)


def pool2d(X, pool_size, mode="max"):
    return _pool(X, pool_size, mode, 0, 1)


def pool2d_strided(X, pool_size, mode="max", padding=0, stride=None):
    return _pool(X, pool_size, mode, padding, stride)


def pool2d_multi_channel(X, pool_size, mode="max", padding=0, stride=None):
    return _pool(X, pool_size, mode, padding, stride)
