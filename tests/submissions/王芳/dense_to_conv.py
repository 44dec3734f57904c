"""第四章 4.1 从全连接层到卷积    姓名：王芳"""
from math import prod

import torch


def dense_parameter_count(input_shape, output_shape, bias=True):
    return (prod(input_shape) + bool(bias)) * prod(output_shape)


def conv_parameter_count(kernel_size, in_channels=1, out_channels=1, bias=True):
    return out_channels * (in_channels * prod(kernel_size) + bool(bias))


def corr2d_matrix(K, input_shape):
    # 互相关是线性的：对单位矩阵的每一行（看成一幅图像）做互相关，就得到矩阵的每一列
    h, w = input_shape
    basis = torch.eye(h * w).reshape(h * w, h, w)
    windows = basis.unfold(1, K.shape[0], 1).unfold(2, K.shape[1], 1)
    return torch.einsum("nijab,ab->nij", windows, K.float()).reshape(h * w, -1).T


def find_waldo(image, detector):
    _, h, w = detector.shape
    windows = image.unfold(1, h, 1).unfold(2, w, 1)
    score = torch.einsum("cijab,cab->ij", windows, detector)
    return divmod(score.argmax().item(), score.shape[1])
