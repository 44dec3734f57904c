"""Calls its exercises data: numbers, tensors and dicts under the names that should be functions.

Observed: data cannot be called, and earns nothing.
"""

import torch

corr2d = torch.ones(3, 3)
conv2d = {"each": [], "call": None}
edge_image = torch.tensor([[1.0, 1, 0, 0, 0, 0, 1, 1]] * 6)
vertical_edge_kernel = [[1.0, -1.0]]
horizontal_edge_kernel = None
receptive_field = 5
learn_kernel = ()
Conv2D = "Conv2D"
