"""Padding and stride: how far a window may reach past the edge, and how far it steps (section 4.3)."""

import torch
from torch import nn


def conv_output_shape(input_shape, kernel_size, padding=0, stride=1):
    """Return the height and width that a convolution layer gives, as two Python ints."""
    kernel_size, padding, stride = [(v, v) if isinstance(v, int) else v for v in (kernel_size, padding, stride)]
    h = (input_shape[0] + 2 * padding[0] - kernel_size[0]) // stride[0] + 1
    w = (input_shape[1] + 2 * padding[1] - kernel_size[1]) // stride[1] + 1
    return h, w


def zero_pad2d(X, padding):
    """Put a border of zeros round an image and return the larger image; X itself stays as it is."""
    p = (padding, padding) if isinstance(padding, int) else padding
    Y = torch.zeros(X.shape[0] + 2 * p[0], X.shape[1] + 2 * p[1])
    Y[p[0]:p[0] + X.shape[0], p[1]:p[1] + X.shape[1]] = X
    return Y


def corr2d_strided(X, K, padding=0, stride=1):
    """Cross-correlate an image with a kernel, with zeros round the image and a window that jumps."""
    raise NotImplementedError


def same_padding(kernel_size):
    """Return the padding that keeps the shape of an image at stride 1, for a kernel of odd height and width."""
    raise NotImplementedError


def comp_conv2d(conv2d, X):
    """Run a convolution layer on a plain image and return a plain image."""
    raise NotImplementedError
