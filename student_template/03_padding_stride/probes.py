"""Probes of section 4.3: what must run beside the student's code. Published; they hold no secret."""

import torch
from torch import nn


def run_on_a_layer(module, X, weight, bias, padding, stride):
    """`[answer, whether X changed]` of `module.comp_conv2d(layer, X)`, for an nn.Conv2d made of these numbers."""
    layer = nn.Conv2d(1, 1, tuple(weight.shape), padding=padding, stride=stride)
    with torch.no_grad():
        layer.weight.copy_(weight.reshape(layer.weight.shape))
        layer.bias.fill_(bias)
    before = X.clone()
    answer = module.comp_conv2d(layer, X)
    return [answer, not (X.shape == before.shape and torch.equal(X, before))]
