import sys

import torch


def dense_parameter_count(input_shape, output_shape, bias=True):
    a = 1
    for s in input_shape:
        a *= s
    b = 1
    for s in output_shape:
        b *= s
    return a * b + b if bias else a * b


def conv_parameter_count(kernel_size, in_channels=1, out_channels=1, bias=True):
    n = kernel_size[0] * kernel_size[1] * in_channels * out_channels
    return n + out_channels if bias else n


def main():
    print("one megapixel to one megapixel:", dense_parameter_count((1000, 1000), (1000, 1000)))
    print("a 3x3 convolution:", conv_parameter_count((3, 3), 3, 64))
    return 0


sys.exit(main())
