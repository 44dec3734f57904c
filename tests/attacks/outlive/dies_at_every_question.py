"""Ends its process at every question, so that it is started, and imported slowly, again for the next one.

Observed: after the second death of a module the rest of its checks is not run.
Says: not run: the process of corr2d.py ended
"""

import os
import time

time.sleep(0.9)


def corr2d(*args):
    time.sleep(0.9)
    os._exit(0)


Conv2D = edge_image = vertical_edge_kernel = horizontal_edge_kernel = learn_kernel = conv2d = receptive_field = corr2d
