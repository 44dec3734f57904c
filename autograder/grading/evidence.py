"""What is kept of a grading for staff: sources, and what failed checks asked and heard; all of it bounded."""

import math
from collections.abc import Sequence
from typing import Any, cast

from autograder.gradebook.bounds import clean
from autograder.gradebook.records import Figure, Told
from autograder.sandbox.job import Source
from autograder.selfcheck.compare import describe, describe_call
from autograder.selfcheck.context import Call
from autograder.selfcheck.judge import Verdict
from autograder.selfcheck.outcome import digest, outcome
from autograder.selfcheck.pencil import to_paste
from autograder.selfcheck.values import extent

SOURCE = 200_000  # characters of the code of one module
CELLS = 100  # of all tensors of a call that is written out
TEXT = 2_000  # characters of a call or an answer
FIGURES, NUMBERS = 10, 4_000  # of an assignment, and the numbers in each


def sources_of(source: Source) -> list[tuple[str, str]]:
    """The code of a module, cell by cell, cut where it is very long."""
    kept, room = [], SOURCE
    for cell in source.cells:
        kept.append((clean(cell.label)[:200], cell.code[:room]))
        room -= len(cell.code)
        if room <= 0:
            break
    return kept


def asked(verdict: Verdict) -> tuple[str, str]:
    """The last call of a check and what it gave, in words; whatever the answer is, nothing is raised."""
    if not verdict.calls:
        return "", ""
    call = verdict.calls[-1]
    try:
        return _written(call)[:TEXT], clean(describe(call.answer).en)[:TEXT] if call.answered else ""
    except Exception:
        return call.name, ""


def told_of(verdict: Verdict, salt: str) -> Told:
    """The evidence of one failed check."""
    call, answer = verdict.asked
    return Told(call, answer, digest(salt, outcome(verdict)))


def figures_of(verdicts: Sequence[Verdict]) -> list[Figure]:
    """The figures that checks hand to the student's page; what is too large or not finite is left out."""
    kept = []
    for shown in (shown for verdict in verdicts for shown in verdict.figures):
        numbers = [number for row in shown.values for number in row]
        if len(numbers) <= NUMBERS and len(kept) < FIGURES and all(map(math.isfinite, numbers)):
            kept.append(Figure(cast(Any, shown.kind), shown.title, shown.names, shown.values))
    return kept


def _written(call: Call) -> str:
    values = [*call.args, *call.kwargs.values()]
    cells = sum(extent(value.shape) if hasattr(value, "shape") else 1 for value in values)
    if cells <= CELLS and not call.kwargs and not call.probe:
        return to_paste(call.name, call.args)
    return describe_call(call).en
