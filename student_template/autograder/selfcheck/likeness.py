"""What a wrong cell is like, known mistake or not: told from the cells of the image that it is made of."""

import torch

from .pencil import Footprint
from .text import Text

_TURNS = (
    (lambda w: w.flip(0, 1), "turned around (half a turn)", "转了半圈"),
    (lambda w: w.flip(0), "turned upside down", "上下颠倒了"),
    (lambda w: w.flip(1), "mirrored left to right", "左右翻转了"),
    (lambda w: w.T, "transposed", "转置了"),
)


def likeness(mine: Footprint, right: Footprint, has_kernel: bool) -> Text:
    """One sentence that holds for this cell, or an empty text: the kernel turned, the sum scaled, products left out.

    `has_kernel`: a second tensor stands beside the image. Both footprints must be weighted sums of a matrix.
    """
    if mine.weights is None or right.weights is None or mine.X.dim() != 2:
        return Text()
    got, due = (torch.tensor(mark.weights).reshape(mine.X.shape) for mark in (mine, right))
    if int((due.abs() > 1e-6).sum()) < 2:
        return Text()
    if not (got.abs() > 1e-6).any():
        return Text("no cell of the image counts here", "图像的任何一格都没有算进来")
    (here, window), (there, wanted) = _window(got), _window(due)
    if has_kernel and here == there:
        fits = [
            t for t in _TURNS if t[0](wanted).shape == window.shape and torch.allclose(t[0](wanted), window, atol=1e-5)
        ]
        if len(fits) == 1:
            return Text(f"beside what is due, the kernel is {fits[0][1]}", f"与正确结果相比，核{fits[0][2]}")
    factors = got[due.abs() > 1e-6] / due[due.abs() > 1e-6]
    outside = bool((got[due.abs() <= 1e-6].abs() > 1e-6).any())
    if (
        not outside
        and abs(float(factors[0]) - 1) > 1e-5
        and torch.allclose(factors, factors[0].expand_as(factors), atol=1e-5)
    ):
        return Text(f"the sum is multiplied by {factors[0]:.4g}", f"总和被乘以了 {factors[0]:.4g}")
    counted = (factors - 1).abs() < 1e-5
    if not outside and not bool(counted.all()) and bool((counted | (factors.abs() < 1e-6)).all()):
        n, total = int(counted.sum()), factors.numel()
        return Text(f"only {n} of {total} products are added", f"{total} 个乘积中只加了 {n} 个")
    return Text()


def _window(weights: torch.Tensor) -> tuple[tuple[int, int], torch.Tensor]:
    """Where the cells that count begin, and the rectangle that they fill."""
    rows, columns = ((weights.abs() > 1e-6).any(axis).nonzero().flatten().tolist() for axis in (1, 0))
    top, left = rows[0], columns[0]
    return (top, left), weights[top : rows[-1] + 1, left : columns[-1] + 1]
