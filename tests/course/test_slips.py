"""256 slips of beginners, none of them among the mistakes: each costs a point, and most are shown by a small input.

`slips/NN_name.txt` holds them one after another, `### exercise name — what is wrong`, then the code.
"""

import math
import re
from pathlib import Path

import pytest
import torch
from torch import nn
from torch.nn import functional as F

from autograder.course.answers import Answers
from autograder.course.checks import collect_checks
from autograder.course.course import load_course
from autograder.course.trial import try_module
from autograder.selfcheck.assignment import load_probes
from autograder.selfcheck.counterexample import add_counterexamples
from autograder.selfcheck.face import local_face

SLIPS = sorted((Path(__file__).parent / "slips").glob("*.txt"))
SEED = 5
GIVEN = {"math": math, "torch": torch, "nn": nn, "F": F}
_SLIP = re.compile(r"^### (\w+) (\w+) — .*\n", re.MULTILINE)


def slips_of(file):
    """`(exercise, name, code)` of each."""
    _, *parts = _SLIP.split(file.read_text("utf-8"))
    return list(zip(parts[::3], parts[1::3], parts[2::3]))


@pytest.mark.parametrize("file", SLIPS, ids=[file.stem for file in SLIPS])
def test_a_slip_costs_a_point_and_is_told_truly(file):
    course = load_course()
    (assignment,) = course.select([file.stem])
    answers, probes = Answers(course, assignment), load_probes(assignment.folder)
    checks = collect_checks([assignment])[file.stem]
    shown = total = 0
    for exercise, name, code in slips_of(file):
        slip = f"{exercise}: {name}"

        def module(code=code):
            made = answers.solution()
            exec(code, made.__dict__ | GIVEN | {"__name__": made.__name__}, scope := {})
            vars(made).update(scope)
            return made

        mine = [c for c in checks if c.exercise == exercise and c.seconds is None]
        failed = [v for v in try_module(assignment, module(), mine, SEED) if v.status != "passed"]
        assert failed, slip
        assert all(v.status in ("failed", "error") for v in failed), slip  # written, and no fault of the check
        add_counterexamples(failed, lambda _, module=module: local_face(module(), probes))
        example = next((v.counterexample for v in failed if v.counterexample), None)
        assert example is None or example.got != example.expected or example.where is None, slip
        told = [str(v.message.en) + str(v.message.zh) for v in failed]
        assert all(told) and not any("aten::" in text or "Stopped" in text for text in told), slip
        total, shown = total + 1, shown + bool(example)
    assert total >= 30 and shown >= (0 if file.stem == "06_lenet" else 0.4 * total), f"{shown} of {total}"
