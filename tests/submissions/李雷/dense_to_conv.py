import numpy as np
import torch


def dense_parameter_count(input_shape, output_shape, bias=True):
    # 注意：np.prod 会溢出，所以先转成 Python 整数再相乘
    n_in = int(np.prod(input_shape))
    n_out = int(np.prod(output_shape))
    return n_in * n_out + (n_out if bias else 0)


def conv_parameter_count(kernel_size, in_channels=1, out_channels=1, bias=True):
    n = kernel_size[0] * kernel_size[1] * in_channels * out_channels
    return n + out_channels if bias else n


def corr2d_matrix(K, input_shape):
    H, W = input_shape
    h, w = K.shape
    rows = []
    for i in range(H - h + 1):
        for j in range(W - w + 1):
            row = torch.zeros(H, W)
            row[i:i + h, j:j + w] = K
            rows.append(row.reshape(-1))
    return torch.stack(rows)


def find_waldo(image, detector):
    c, h, w = detector.shape
    best = -float("inf")
    pos = (0, 0)
    for i in range(image.shape[1] - h + 1):
        for j in range(image.shape[2] - w + 1):
            s = float(torch.sum(image[:, i:i + h, j:j + w] * detector))
            if s >= best:   # 响应相同时也更新
                best = s
                pos = (i, j)
    return pos
