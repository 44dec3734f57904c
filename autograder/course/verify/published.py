"""A stage that looks for expected values in `probes.py`, which students receive: an answer there is no answer."""

import ast
import contextlib
import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import numpy as np
import torch

from autograder.course.verify.case import Case
from autograder.selfcheck.assignment import load_probes

_NAMED = re.compile(r"expect|answer|solution|correct|truth|due", re.IGNORECASE)
_COMMON = 100  # a number below, or a pair of such, is found anywhere


def published_answers(case: Case) -> None:
    """probes.py holds no constant of expected values: none that the solution answers, none that is called so."""
    file = case.assignment.folder / "probes.py"
    if not file.is_file():
        return
    quick = [played.verdict for played in case.played if played.check.seconds is None]
    answers = {numbers for v in quick for call in v.calls for numbers in _parts(call.answer)}
    for line, name, value in _constants(case.assignment.folder, file):
        numbers = _numbers(value)
        if numbers and (_NAMED.search(name) or (_is_telling(numbers) and numbers in answers)):
            case.problem(
                file,
                f"{name or 'a constant here'} holds expected values, and students receive this file: compare in "
                "checks_hidden.py, let the probe only say what it saw",
                f"{name or '这里的常量'} 是期望值，而学生会拿到这个文件："
                "请在 checks_hidden.py 中比较，探针只报告它看到的",
                line,
            )


def _constants(folder: Path, file: Path) -> Iterator[tuple[int, str, Any]]:
    """`(line, name, value)` of what is bound at the top, and of the literals inside functions."""
    tree, bound = ast.parse(file.read_bytes(), str(file)), vars(load_probes(folder) or object)
    for statement in tree.body:
        if isinstance(statement, (ast.Assign, ast.AnnAssign)):
            names = [n.id for n in ast.walk(statement) if isinstance(n, ast.Name) and isinstance(n.ctx, ast.Store)]
            yield from ((statement.lineno, name, bound.get(name)) for name in names)
        else:
            yield from _literals(statement)


def _literals(statement: ast.stmt) -> Iterator[tuple[int, str, Any]]:
    for node in ast.walk(statement):
        name, value = "", node
        if isinstance(node, ast.Assign) and isinstance(node.targets[0], ast.Name):
            name, value = node.targets[0].id, node.value
        if isinstance(value, (ast.Constant, ast.List, ast.Tuple, ast.Dict)):
            with contextlib.suppress(ValueError):  # it holds names
                yield value.lineno, name, ast.literal_eval(value)


def _parts(value: Any) -> Iterator[tuple[float, ...]]:
    """The numbers of an answer, and of each part of it."""
    if numbers := _numbers(value):
        yield numbers
    if isinstance(value, (list, tuple, dict)):
        for part in value.values() if isinstance(value, dict) else value:
            yield from _parts(part)


def _numbers(value: Any) -> tuple[float, ...]:
    """All numbers in a value, in order, to four places; empty where something else is in it."""
    if isinstance(value, (torch.Tensor, np.ndarray)):
        tensor = torch.as_tensor(value)
        return () if tensor.is_complex() else tuple(round(float(v), 4) for v in tensor.reshape(-1).tolist())
    if isinstance(value, (list, tuple, dict)):
        parts = [_numbers(part) for part in (value.values() if isinstance(value, dict) else value)]
        return tuple(n for part in parts for n in part) if all(parts) else ()
    is_number = isinstance(value, (int, float)) and not isinstance(value, bool) and abs(value) < 1e300
    return (round(float(value), 4),) if is_number else ()


def _is_telling(numbers: tuple[float, ...]) -> bool:
    """Whether nobody would hit on these by chance: a large number, fractions, or several that are not all alike."""
    if len(numbers) == 1:
        return abs(numbers[0]) >= _COMMON
    return any(abs(n) >= _COMMON or n != round(n) for n in numbers) or len(set(numbers)) > 2
