"""From dense layers to convolutions: count the parameters, find the dense layer inside a convolution, find Waldo."""

import math

import torch


def dense_parameter_count(input_shape: tuple[int, ...], output_shape: tuple[int, ...], bias: bool = True) -> int:
    """Count the parameters of a dense layer from every pixel of an image to every unit of a hidden image."""
    weights = math.prod(input_shape) * math.prod(output_shape)
    if bias:
        return weights + math.prod(output_shape)
    return weights


def conv_parameter_count(kernel_size, in_channels=1, out_channels=1, bias=True) -> int:
    """Count the parameters of a convolutional layer; the size of the image plays no part."""
    kh, kw = kernel_size
    weights = kh * kw * in_channels * out_channels
    if bias:
        return weights + out_channels
    return weights


def corr2d_matrix(K: torch.Tensor, input_shape: tuple[int, int]) -> torch.Tensor:
    """Write the cross-correlation with K as the weight matrix W of a dense layer."""
    # TODO: ask in the exercise class, I don't see which row belongs to which pixel
    raise NotImplementedError


def find_waldo(image: torch.Tensor, detector: torch.Tensor) -> tuple[int, int]:
    """Find where a detector responds most strongly: the top-left corner of that window."""
    C, h, w = detector.shape
    responses = torch.zeros(image.shape[1] - h + 1, image.shape[2] - w + 1)
    for i in range(responses.shape[0]):
        for j in range(responses.shape[1]):
            responses[i, j] = (image[:, i:i + h, j:j + w] * detector).sum()
    best = int(torch.argmax(responses))
    return best // responses.shape[1], best % responses.shape[1]
