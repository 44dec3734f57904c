"""Answers, and ends its process a moment later, so that every check needs a new one and nothing seems to have happened.

Observed: that is a death too; the next check says so, and after the second the rest is not run.
Says: not run: the process of corr2d.py ended
"""

import os
import threading

import torch


def corr2d(*args):
    threading.Timer(0.005, os._exit, (0,)).start()
    return torch.zeros(1)


def Conv2D(*args):
    os._exit(1)


learn_kernel = vertical_edge_kernel = horizontal_edge_kernel = conv2d = receptive_field = corr2d
