import numpy as np
import torch


def dense_parameter_count(input_shape, output_shape, bias=True):
    n = float(np.prod(input_shape)) * float(np.prod(output_shape))
    return n + np.prod(output_shape) if bias else n


def conv_parameter_count(kernel_size, in_channels=1, out_channels=1, bias=True):
    n = kernel_size[0] * kernel_size[1] * in_channels * out_channels
    return n + out_channels if bias else n


def corr2d_matrix(K, input_shape):
    H, W = input_shape
    h, w = K.shape
    M = torch.zeros(H - h + 1, W - w + 1, H, W)
    for i in range(H - h + 1):
        for j in range(W - w + 1):
            M[i, j, i:i + h, j:j + w] = K
    return M.reshape(-1, H * W)


def find_waldo(image, detector):
    h, w = detector.shape[1:]
    scores = torch.stack([torch.stack([(image[:, i:i + h, j:j + w] * detector).sum()
                                       for j in range(image.shape[2] - w + 1)])
                          for i in range(image.shape[1] - h + 1)])
    return (scores == scores.max()).nonzero()[0]
