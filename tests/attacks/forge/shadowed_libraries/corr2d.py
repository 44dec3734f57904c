"""Brings files called torch, numpy, autograder, sitecustomize and json, and a .pth file.

Observed: the real libraries are loaded; the files are ignored.
Earns: 1
"""

import json
import sys

import numpy
import torch

import autograder.selfcheck

for module in (torch, numpy, json, autograder.selfcheck):
    if not hasattr(module, "__file__") or "site-packages" not in module.__file__ and "lib/python" not in module.__file__:
        if "autograder" not in module.__name__:
            raise SystemExit("a shadow was loaded")
if "sitecustomize" in sys.modules and hasattr(sys.modules["sitecustomize"], "SHADOW"):
    raise SystemExit("a shadow was loaded")


def edge_image():
    X = torch.ones(6, 8)
    X[:, 2:6] = 0
    return X
