"""Draws what a failed check says in numbers: input, kernel, yours, expected and the difference, side by side."""

from pathlib import Path
from typing import Any

import torch

from .counterexample import Counterexample
from .drawing import frame, labeller, plotter, signed, size, write_numbers

FOLDER = "figures"
CELLS = 150  # of a matrix whose numbers are written into it


def draw_failure(example: Counterexample, title: str, file: Path) -> bool:
    """Write the picture of a counter-example to `file` (PNG); False where there is no matrix to draw."""
    yours, expected = _matrix(example.got), _matrix(example.expected)
    inputs = {name: matrix for name, value in example.inputs.items() if (matrix := _matrix(value)) is not None}
    if expected is None or not inputs:
        return False
    plot, _ = plotter(save=True)
    label = labeller()
    panels = [(f"{name}  {size(matrix)}", matrix) for name, matrix in inputs.items()]
    if yours is not None:
        panels.append((f"{label('yours', '你的结果')}  {size(yours)}", yours))
    panels.append((f"{label('expected', '应为')}  {size(expected)}", expected))
    if yours is not None and yours.shape == expected.shape:
        panels.append((label("difference", "差"), yours - expected))
    figure, axes = plot.subplots(1, len(panels), figsize=(2.4 * len(panels), 3.0), squeeze=False)
    for axis, (name, matrix) in zip(axes[0], panels):
        _panel(axis, matrix, name)
    figure.suptitle(title, fontsize=11)
    figure.tight_layout()
    file.parent.mkdir(exist_ok=True)
    figure.savefig(file, dpi=110)
    plot.close(figure)
    return True


def _panel(axis: Any, matrix: torch.Tensor, name: str) -> None:
    shown = matrix.nan_to_num()
    signed(axis, shown, name)
    if 9 < matrix.numel() <= CELLS:
        write_numbers(axis, shown, float(shown.abs().max()) or 1.0)
    frame(axis, name)


def _matrix(value: Any) -> torch.Tensor | None:
    """A value as a matrix, if it can be drawn as one."""
    try:
        matrix = torch.as_tensor(value, dtype=torch.float64)
    except (TypeError, ValueError, RuntimeError):
        return None
    return matrix if matrix.dim() == 2 and 0 < matrix.numel() else None
