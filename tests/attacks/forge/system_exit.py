"""Raises SystemExit, KeyboardInterrupt, GeneratorExit and a BaseException of its own.

Observed: they are the student's errors; the grader goes on.
"""


class Mine(BaseException):
    pass


def corr2d(X, K):
    raise SystemExit(0)


def conv2d(X, K):
    raise KeyboardInterrupt


def edge_image():
    raise GeneratorExit


def vertical_edge_kernel():
    raise Mine("passed")


def horizontal_edge_kernel():
    raise StopIteration


def receptive_field(layers):
    raise BaseExceptionGroup("all", [SystemExit(0), KeyboardInterrupt()])
