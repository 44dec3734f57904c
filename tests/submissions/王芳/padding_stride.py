"""第四章 4.3 填充和步幅    姓名：王芳"""
import torch
import torch.nn.functional as F


def _pair(x):
    return (x, x) if isinstance(x, int) else tuple(x)


def conv_output_shape(input_shape, kernel_size, padding=0, stride=1):
    return tuple((n + 2 * p - k) // s + 1
                 for n, k, p, s in zip(input_shape, _pair(kernel_size), _pair(padding), _pair(stride)))


def zero_pad2d(X, padding):
    ph, pw = _pair(padding)
    return F.pad(X, (pw, pw, ph, ph))


def corr2d_strided(X, K, padding=0, stride=1):
    sh, sw = _pair(stride)
    windows = zero_pad2d(X, padding).unfold(0, K.shape[0], sh).unfold(1, K.shape[1], sw)
    return (windows * K).sum(dim=(2, 3))


def same_padding(kernel_size):
    if any(k % 2 == 0 for k in _pair(kernel_size)):
        raise ValueError("卷积核的高和宽必须是奇数")
    return tuple(k // 2 for k in _pair(kernel_size))


def comp_conv2d(conv2d, X):
    return conv2d(X[None, None])[0, 0]
