"""Draws a counter-example in characters: aligned numbers, the differing cells marked, and what they are made of."""

import unicodedata
from typing import Any, NamedTuple

import torch

from .compare import describe
from .text import Text
from .trouble import Raised
from .values import extent

SHOWN = 40  # cells of a tensor that are drawn
TERMS = 8  # of a sum that are written out
HEADING = Text("The simplest input that shows it:", "能看出问题的最简输入：")
YOURS, EXPECTED = Text("yours", "你的结果"), Text("expected", "正确结果")


class Footprint(NamedTuple):
    """What one cell of an answer is made of: `weights` of X's cells where it is their weighted sum, else `reads`."""

    X: torch.Tensor
    weights: list[float] | None
    reads: list[bool]

    @classmethod
    def of(cls, X: torch.Tensor, values: list[float]) -> "Footprint":
        """`values`: the cell for X itself, then for each cell of X that cell raised and lowered by one large step."""
        middle, pairs = values[0], list(zip(values[1::2], values[2::2]))
        step = 2.0 * 512.0
        weights = [(up - down) / step for up, down in pairs]
        reads = [up != middle or down != middle for up, down in pairs]
        straight = all(abs(up + down - 2 * middle) <= 1e-3 for up, down in pairs)
        total = sum(w * float(x) for w, x in zip(weights, X.reshape(-1)))
        return cls(X, weights if straight and abs(total - middle) <= 1e-3 else None, reads)

    def terms(self) -> str | None:
        """`1·1 + 2·3`: each cell that counts, times its weight; None where it is no short sum."""
        if self.weights is None:
            return None
        used = [(float(x), w) for x, w in zip(self.X.reshape(-1), self.weights) if abs(w) > 1e-6]
        return " + ".join(f"{_number(x)}·{_number(w)}" for x, w in used) or "0" if len(used) <= TERMS else None

    def grid(self) -> list[str]:
        """X's cells: ■ where the answer reads them, · elsewhere."""
        return _lines(self.X.shape, ["■" if read else "·" for read in self.reads])


def draw_counterexample(
    name: str,
    inputs: dict[str, Any],
    got: Any,
    due: Any,
    wrong: torch.Tensor | None,
    where: list[int] | None,
    marks: tuple[Footprint, Footprint] | None,
) -> Text:
    """The input, both answers, of what the first wrong cell is made, and a line to paste, in both languages."""
    return Text(*(_drawn(lang, name, inputs, got, due, wrong, where, marks) for lang in ("en", "zh-CN")))


def _drawn(lang: str, name: str, inputs: dict, got: Any, due: Any, wrong: Any, where: Any, marks: Any) -> str:
    tensors = {key: value for key, value in inputs.items() if isinstance(value, torch.Tensor)}
    lines = [HEADING.within(lang)]
    lines += _indent(_beside([_named(key, _cells(value)) for key, value in tensors.items()]))
    if len(tensors) < len(inputs):
        lines += _indent([f"{name}(" + ", ".join(k if k in tensors else _literal(v) for k, v in inputs.items()) + ")"])
    mine = _named(YOURS.within(lang), _answer(got, wrong, lang))
    wanted = _named(EXPECTED.within(lang), _answer(due, wrong, lang))
    beside = _beside([mine, wanted])
    lines += _indent(beside if max(map(_width, beside)) <= 90 else [*mine, *wanted])
    if isinstance(got, torch.Tensor) and isinstance(due, torch.Tensor) and got.shape != due.shape:
        shapes = Text(
            f"shape {tuple(got.shape)}, expected {tuple(due.shape)}",
            f"形状 {tuple(got.shape)}，应为 {tuple(due.shape)}",
        )
        lines += _indent([shapes.within(lang)])
    if marks and where is not None:
        lines += _indent(_made_of(lang, where, marks, next(iter(tensors))))
    paste = Text("to repeat it: ", "重复这次调用：")
    return "\n".join([*lines, f"  {paste.within(lang)}{to_paste(name, tuple(inputs.values()))}"])


def _made_of(lang: str, where: list[int], marks: tuple[Footprint, Footprint], X: str) -> list[str]:
    mine, right = marks
    place = f"[{', '.join(map(str, where))}]"
    terms = mine.terms(), right.terms()
    names = YOURS.within(lang), EXPECTED.within(lang)
    wide = max(map(_width, names))
    if terms[0] is not None and terms[1] is not None:
        if terms[0] == terms[1]:
            return []
        return [
            f"{place}  {_padded(names[0] + ':', wide + 1)} {terms[0]}",
            f"{' ' * len(place)}  {_padded(names[1] + ':', wide + 1)} {terms[1]}",
        ]
    if mine.reads == right.reads:
        return []
    reads = Text(f"{place} reads of {X}:", f"{place} 用到的 {X} 的格子：").within(lang)
    grids = _beside([_named(name, mark.grid()) for name, mark in zip(names, marks)])
    return [reads, *_indent(grids)]


def _answer(value: Any, wrong: torch.Tensor | None, lang: str) -> list[str]:
    if isinstance(value, torch.Tensor):
        return _cells(value, wrong)
    if isinstance(value, Raised):
        place = value.place().within(lang)
        return [Text(f"raises {value}", f"抛出 {value}").within(lang)[:200], *([f"({place})"[:200]] if place else [])]
    return [describe(value).within(lang)]


def _cells(value: torch.Tensor, wrong: torch.Tensor | None = None) -> list[str]:
    if extent(value.shape) > SHOWN:
        return ["×".join(map(str, value.shape))]
    if not value.numel():
        return [f"{tuple(value.shape)}"]
    marks = wrong.reshape(-1).tolist() if wrong is not None and wrong.shape == value.shape else [False] * value.numel()
    numbers = [_number(v) + ("*" if mark else "") for v, mark in zip(value.reshape(-1).tolist(), marks)]
    return _lines(value.shape, numbers)


def _lines(shape: Any, cells: list[str]) -> list[str]:
    """Rows of aligned cells; channels are parted by a line, filters by a double one."""
    columns = shape[-1] if len(shape) else 1
    width = max(len(cell.rstrip("*")) for cell in cells)
    starred = any(cell.endswith("*") for cell in cells)
    padded = [" " * (width - len(c.rstrip("*"))) + c + (" " if starred and not c.endswith("*") else "") for c in cells]
    lines: list[str] = []
    rows = [padded[n : n + columns] for n in range(0, len(padded), columns)]
    height, depth = (shape[-2] if len(shape) > 1 else 1), (shape[-3] if len(shape) > 2 else 1)
    for number, row in enumerate(rows):
        line = "  ".join(row).rstrip()
        if number and len(shape) > 2 and number % height == 0:
            lines.append(("═" if number % (height * depth) == 0 else "─") * max(1, len("  ".join(row))))
        lines.append(line)
    return lines


def _named(name: str, lines: list[str]) -> list[str]:
    start = f"{name} = "
    return [start + lines[0], *(" " * _width(start) + line for line in lines[1:])]


def _beside(blocks: list[list[str]]) -> list[str]:
    height, lines = max(map(len, blocks), default=0), []
    widths = [max(map(_width, block)) for block in blocks]
    for row in range(height):
        parts = [_padded(block[row] if row < len(block) else "", width) for block, width in zip(blocks, widths)]
        lines.append("    ".join(parts).rstrip())
    return lines


def _indent(lines: list[str]) -> list[str]:
    return ["  " + line for line in lines]


def _width(text: str) -> int:
    """Columns of a terminal: a Chinese character takes two."""
    return sum(2 if unicodedata.east_asian_width(c) in "WF" else 1 for c in text)


def _padded(text: str, width: int) -> str:
    return text + " " * (width - _width(text))


def _number(value: Any) -> str:
    if isinstance(value, float):
        return f"{value:.4g}"
    return str(value) if not isinstance(value, int) or value.bit_length() < 200 else f"({value.bit_length()} bits)"


def _literal(value: Any) -> str:
    if isinstance(value, (list, tuple)):
        inner = ", ".join(_literal(part) for part in value[:SHOWN])
        return f"[{inner}]" if isinstance(value, list) else f"({inner},)" if len(value) == 1 else f"({inner})"
    if type(value) is int:
        return _number(value)
    return repr(value)[:80] if not isinstance(value, dict) else "{…}"


def to_paste(name: str, case: tuple) -> str:
    """`corr2d(torch.tensor([[1., 2.]]), (1, 2))`: a call that can be typed as it is."""
    return f"{name}(" + ", ".join(_typed(value) for value in case) + ")"


def _typed(value: Any) -> str:
    if not isinstance(value, torch.Tensor):
        return _literal(value)

    def nested(part: Any) -> str:
        if isinstance(part, list):
            return "[" + ", ".join(map(nested, part)) + "]"
        return f"{part:g}" + ("." if float(part).is_integer() else "") if isinstance(part, float) else str(part)

    return f"torch.tensor({nested(value.tolist())})"
