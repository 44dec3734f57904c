"""Read the code cells of a Jupyter notebook without trusting a byte of it.

Only cell types and sources are decoded; outputs, however large or deep, are skipped. What of the code has any
business at import is decided where the code runs, in the confined worker: see `sandbox/inside/cells.py`.
"""

import re

import msgspec

from autograder.errors import SubmissionProblem
from autograder.intake.trees import MB
from autograder.sandbox.job import Cell, Source

MAX_BYTES = 64 * MB
_MAX_CODE = 4 * MB
_DEFINITION = re.compile(
    r"^(?:async[ \t]+def|def|class)[ \t]+(\w+)|^([^\W\d]\w*)[ \t]*(?::[^=\n]*)?=(?!=)", re.MULTILINE
)


class _Cell(msgspec.Struct):
    cell_type: str = ""
    source: str | list[str] = ""
    input: str | list[str] = ""  # nbformat 3


class _Sheet(msgspec.Struct):
    cells: list[_Cell] = []


class _Notebook(msgspec.Struct):
    cells: list[_Cell] = []
    worksheets: list[_Sheet] = []  # nbformat 3


_DECODER = msgspec.json.Decoder(_Notebook)


def read_notebook(data: bytes, name: str) -> Source:
    """The code cells of a notebook, numbered as they stand; raises `SubmissionProblem` on anything else."""
    try:
        notebook = _DECODER.decode(data.removeprefix(b"\xef\xbb\xbf"))
    except (msgspec.MsgspecError, UnicodeError, RecursionError, ValueError, MemoryError):
        raise SubmissionProblem(
            f"{name} is not a readable notebook: open it in Jupyter, save it and hand it in again.",
            f"{name} 不是可读的 notebook：请用 Jupyter 打开并保存后重新提交。",
        ) from None
    cells = [*notebook.cells, *(cell for sheet in notebook.worksheets for cell in sheet.cells)]
    codes = [_joined(c.source or c.input) for c in cells if c.cell_type == "code"]
    if sum(map(len, codes)) > _MAX_CODE:
        raise SubmissionProblem(
            f"{name} holds more than {_MAX_CODE // MB} MB of code: hand in your own code only.",
            f"{name} 中的代码超过 {_MAX_CODE // MB} MB：请只提交自己写的代码。",
        )
    return Source(name, tuple(Cell(code, f"{name}, cell {k}") for k, code in enumerate(codes, 1)))


def defined_names(source: Source) -> set[str]:
    """The names that `source` defines or assigns at the margin, as far as a look at the text can tell."""
    return {a or b for cell in source.cells for a, b in _DEFINITION.findall(cell.code)}


def _joined(source: str | list[str]) -> str:
    text = source if isinstance(source, str) else "".join(source)
    return text.replace("\r\n", "\n").replace("\r", "\n")
