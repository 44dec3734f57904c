"""Draws matrices with matplotlib, in the reader's language, in a window or for a file: what any picture can use."""

from collections.abc import Callable
from typing import Any

import torch

from .pictures import NoPicture
from .text import say

BLUE, ORANGE, GREEN = "#0072b2", "#d55e00", "#009e73"  # told apart by colour-blind eyes too
CHINESE_FONTS = (
    "Noto Sans CJK SC",
    "Noto Sans SC",
    "Source Han Sans SC",
    "Microsoft YaHei",
    "PingFang SC",
    "Hiragino Sans GB",
    "SimHei",
    "WenQuanYi Zen Hei",
    "WenQuanYi Micro Hei",
    "Heiti SC",
    "STHeiti",
    "SimSun",
    "Arial Unicode MS",
)


def grey(axis: Any, matrix: torch.Tensor, title: str) -> None:
    """A picture of brightness: 0 is black, 1 is white."""
    axis.imshow(matrix.numpy(), cmap="gray", vmin=0, vmax=1)
    frame(axis, title)


def signed(axis: Any, matrix: torch.Tensor, title: str, limit: float | None = None) -> Any:
    """Red is positive, blue is negative, white is zero; small matrices show their numbers."""
    limit = limit or float(matrix.abs().max()) or 1.0
    image = axis.imshow(matrix.numpy(), cmap="RdBu_r", vmin=-limit, vmax=limit)
    if matrix.numel() <= 9:
        write_numbers(axis, matrix, limit)
    frame(axis, title)
    return image


def write_numbers(axis: Any, matrix: torch.Tensor, limit: float) -> None:
    """The numbers of a small matrix in their cells, legible on the colours of `signed`."""
    for i, row in enumerate(matrix.tolist()):
        for j, value in enumerate(row):
            color = "white" if abs(value) > 0.6 * limit else "black"
            number = f"{round(value, 2) + 0.0:.2f}".rstrip("0").rstrip(".")
            axis.text(j, i, number, ha="center", va="center", color=color, fontsize=9)


def frame(axis: Any, title: str) -> None:
    """A title above, and a frame without ticks."""
    axis.set_title(title, fontsize=10)
    axis.set(xticks=[], yticks=[])
    axis.set_axis_on()


def size(tensor: torch.Tensor) -> str:
    """`6×8`."""
    return "×".join(map(str, tensor.shape))


def plotter(save: bool) -> tuple[Any, bool]:
    """Matplotlib's pyplot, and whether it can open a window."""
    try:
        import matplotlib
    except ImportError:
        raise NoPicture(
            "pictures need matplotlib: pip install matplotlib", "画图需要 matplotlib：pip install matplotlib"
        ) from None
    if save:
        matplotlib.use("Agg")
    try:
        from matplotlib import pyplot

        backend = pyplot.get_backend().lower()
    except ImportError:  # a notebook's backend, inherited by a process that has no notebook
        matplotlib.use("Agg", force=True)
        from matplotlib import pyplot

        backend = "agg"
    window = backend == "macosx" or (backend.endswith("agg") and backend not in ("agg", "webagg", "nbagg"))
    if not window:
        pyplot.switch_backend("Agg")
    return pyplot, window


def labeller() -> Callable[[str, str], str]:
    """A function that picks a label's language: Chinese only where there is a font to write it with."""
    from matplotlib import font_manager, rcParams

    known = {font.name for font in font_manager.fontManager.ttflist}
    fonts = [font for font in CHINESE_FONTS if font in known]
    if not fonts:
        return lambda en, zh: en
    rcParams["font.family"] = ["DejaVu Sans", *fonts]  # what the first lacks comes from the next
    return say
