import torch
import torch.nn.functional as F


def conv_output_shape(input_shape, kernel_size, padding=0, stride=1):
    # ask torch instead of doing the arithmetic
    kernel_size = (kernel_size, kernel_size) if isinstance(kernel_size, int) else tuple(kernel_size)
    Y = F.conv2d(torch.zeros(1, 1, *input_shape), torch.zeros(1, 1, *kernel_size), padding=padding, stride=stride)
    return tuple(Y.shape[2:])


def zero_pad2d(X, padding):
    ph, pw = (padding, padding) if isinstance(padding, int) else padding
    return F.pad(X, (pw, pw, ph, ph))


def corr2d_strided(X, K, padding=0, stride=1):
    return torch.conv2d(X[None, None], K[None, None], padding=padding, stride=stride)[0, 0]


def same_padding(kernel_size):
    if not all(k % 2 for k in kernel_size):
        raise ValueError("even kernel")
    return tuple(k // 2 for k in kernel_size)


def comp_conv2d(conv2d, X):
    return conv2d(X[None, None])[0, 0]
