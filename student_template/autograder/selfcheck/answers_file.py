"""Which file holds a student's answers on their own machine: the module, or a notebook beside it."""

import json
from pathlib import Path
from typing import Any

from .assignment import Assignment
from .cells import File
from .definitions import written_in
from .source_text import NoText, source_text
from .text import Text

OF_THE_TEMPLATE = ("checks_public.py", "probes.py", "pictures.py", "conftest.py", "data.py")
MOST = 20  # files that are looked into


def answers_file(assignment: Assignment) -> Path:
    """The module; or the notebook beside it that is begun, while nothing is written in the module."""
    module = assignment.folder / f"{assignment.module}.py"
    if _answers(_codes(module), assignment):
        return module
    notebooks = sorted(assignment.folder.glob("*.ipynb"))
    begun = {file: n for file in notebooks if (n := _answers(_codes(file), assignment))}
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


def misplaced(assignment: Assignment, root: Path) -> list[Text]:
    """A sentence for each file that answers exercises of an assignment whose own file is not begun."""
    taken = answers_file(assignment)
    if _answers(_codes(taken), assignment):
        return []
    here = [*assignment.folder.glob("*.py"), *assignment.folder.glob("*.ipynb")]
    names = (f"{assignment.module}.py", f"{assignment.module}.ipynb")
    elsewhere = [file for name in names for file in (root / name, *root.glob(f"*/{name}"))]
    found = [f for f in dict.fromkeys([*here, *elsewhere]) if f.is_file() and f != taken]
    return [
        Text(
            f"{_shown(file, root)} has answers, but what is checked is {assignment.name}/{assignment.module}.py: "
            "move them there",
            f"{_shown(file, root)} 里有答案，但检查的是 {assignment.name}/{assignment.module}.py：请移到那里",
        )
        for file in found[:MOST]
        if file.name not in OF_THE_TEMPLATE and _answers(_codes(file), assignment)
    ]


def _shown(file: Path, root: Path) -> str:
    return file.relative_to(root).as_posix()


def _codes(file: Path) -> list[str]:
    return [cell.code for cell in code_cells(file)] if file.suffix == ".ipynb" else _codes_of_module(file)


def _codes_of_module(file: Path) -> list[str]:
    try:
        return [source_text(file.read_bytes())[0]]
    except (OSError, NoText):
        return []


def _answers(codes: list[str], assignment: Assignment) -> int:
    return len(written_in(codes) & assignment.exercises.keys())
