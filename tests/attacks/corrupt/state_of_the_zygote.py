"""Changes everything it shares with its parent: modules, random numbers, caches, defaults.

Observed: a fork's changes are its own.
Says: corr2d
"""

import builtins
import contextlib
import gc
import os
import sys

import torch

torch.set_default_dtype(torch.float64)
torch.manual_seed(0)
torch.nn.functional.conv2d = torch.ones = torch.tensor = None
torch.set_grad_enabled(False)
torch.use_deterministic_algorithms(True)
sys.modules["json"] = None
builtins.sum = builtins.range = builtins.len = None
gc.disable()
os.environ.clear()
with contextlib.suppress(OSError):
    os.chdir("/")
os.umask(0)
for number in (0, 1, 2):
    os.close(number)
