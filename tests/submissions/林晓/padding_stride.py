import torch
from torch import nn


def conv_output_shape(input_shape, kernel_size, padding=0, stride=1):
    if not isinstance(kernel_size, tuple):
        kernel_size = (kernel_size, kernel_size)
    if not isinstance(padding, tuple):
        padding = (padding, padding)
    if not isinstance(stride, tuple):
        stride = (stride, stride)
    n_h, n_w = input_shape
    # 书上的 p 是两侧之和，这里每一侧各填 p
    return ((n_h - kernel_size[0] + 2 * padding[0] + stride[0]) // stride[0],
            (n_w - kernel_size[1] + 2 * padding[1] + stride[1]) // stride[1])


def zero_pad2d(X, padding):
    return nn.ConstantPad2d((padding,) * 4 if isinstance(padding, int) else
                            (padding[1], padding[1], padding[0], padding[0]), 0.0)(X)


def corr2d_strided(X, K, padding=0, stride=1):
    s_h, s_w = (stride, stride) if isinstance(stride, int) else stride
    h, w = K.shape
    out = conv_output_shape(X.shape, tuple(K.shape), padding, stride)
    X = zero_pad2d(X, padding)
    Y = torch.zeros(out)
    for i in range(out[0]):
        for j in range(out[1]):
            Y[i, j] = (X[i * s_h:i * s_h + h, j * s_w:j * s_w + w] * K).sum()
    return Y


def same_padding(kernel_size):
    k_h, k_w = kernel_size
    if k_h % 2 == 0 or k_w % 2 == 0:
        raise ValueError('kernel_size must be odd')
    return (k_h - 1) // 2, (k_w - 1) // 2


# 为了方便起见，我们定义了一个计算卷积层的函数。
# 此函数初始化卷积层权重，并对输入和输出提高和缩减相应的维数
def comp_conv2d(conv2d, X):
    # 这里的（1，1）表示批量大小和通道数都是1
    X = X.reshape((1, 1) + X.shape)
    Y = conv2d(X)
    # 省略前两个维度：批量大小和通道
    return Y.reshape(Y.shape[2:])
