"""Raises pytest's and unittest's own outcomes: skip, exit and expected failure.

Observed: a student's exception is an error, whatever its name.
"""

import unittest


def corr2d(X, K):
    import pytest

    pytest.skip("not today")


def conv2d(X, K):
    import pytest

    pytest.exit("all passed", 0)


def edge_image():
    raise unittest.SkipTest("not today")


def vertical_edge_kernel():
    import pytest

    pytest.xfail("as expected")
