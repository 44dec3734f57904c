"""Notebooks on a student's own machine: which of them holds the answers of an assignment, and its code cells."""

import json
from pathlib import Path
from typing import Any

from .assignment import Assignment
from .cells import File
from .definitions import written_in
from .source_text import NoText, source_text


def answers_file(assignment: Assignment) -> Path:
    """The module; or the notebook beside it that is begun, while nothing is written in the module."""
    module = assignment.folder / f"{assignment.module}.py"
    if _answers(_codes_of_module(module), assignment):
        return module
    notebooks = sorted(assignment.folder.glob("*.ipynb"))
    begun = {file: n for file in notebooks if (n := _answers([cell.code for cell in code_cells(file)], assignment))}
    named = assignment.folder / f"{assignment.module}.ipynb"
    if named in begun:
        return named
    most = max(begun.values(), default=0)
    best = [file for file, count in begun.items() if count == most]
    return best[0] if len(best) == 1 else module


def code_cells(file: Path) -> list[File]:
    """The code cells of a notebook in order, numbered as they stand; none where the file is no notebook."""
    try:
        text, _ = source_text(file.read_bytes())
        cells: Any = json.loads(text)["cells"]
        codes = ["".join(cell["source"]) for cell in cells if cell["cell_type"] == "code"]
    except (OSError, NoText, ValueError, KeyError, TypeError, RecursionError):
        return []
    return [File(code, f"{file.name}, cell {number}") for number, code in enumerate(codes, 1)]


def _codes_of_module(file: Path) -> list[str]:
    try:
        return [source_text(file.read_bytes())[0]]
    except (OSError, NoText):
        return []


def _answers(codes: list[str], assignment: Assignment) -> int:
    return len(written_in(codes) & assignment.exercises.keys())
