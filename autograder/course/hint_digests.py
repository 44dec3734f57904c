"""Makes `hints.json` of the student version: digests of what each known mistake does in the public checks."""

import functools
import json
import types
from collections.abc import Callable
from pathlib import Path

import torch

from autograder.course.answers import Answers, Mistake
from autograder.course.checks import collect_checks
from autograder.course.course import Course
from autograder.course.diagnosis import telling
from autograder.course.trial import try_module
from autograder.selfcheck.assignment import Assignment
from autograder.selfcheck.hints import salted
from autograder.selfcheck.judge import PASSED, Verdict
from autograder.selfcheck.marks import Check
from autograder.selfcheck.outcome import digest, outcome, same
from autograder.selfcheck.probes import filled_memory


@functools.cache
def _hints(root: Path, name: str, sha256: str) -> bytes:
    from autograder.course.course import load_course

    course = load_course(root)
    (assignment,) = course.select([name])
    checks = [c for c in collect_checks([assignment])[name] if not c.hidden and c.seconds is None]
    answers = Answers(course, assignment)
    named = {c.name: c for c in checks}
    right = functools.cache(lambda name: _tried(answers, answers.solution(), [named[name]])[0])
    found = {m.name: (m, _prints(answers, m, checks, right)) for m in answers.mistakes()}
    hints: dict = {}
    for mistake, prints in found.values():
        alike = [m for m, p in found.values() if m.exercise == mistake.exercise and p == prints]
        if prints and any(prints.values()) and len(alike) == 1:
            hints.setdefault(mistake.exercise, {})[mistake.name] = {
                "hint": {"en": mistake.hint.en, "zh-CN": mistake.hint.zh},
                "checks": prints,
            }
    return (json.dumps(hints, ensure_ascii=False, indent=1, sort_keys=True) + "\n").encode()


def hints_file(course: Course, assignment: Assignment) -> bytes:
    """The bytes of `hints.json` of one assignment; mistakes that look alike in the public checks are left out."""
    return _hints(course.root, assignment.name, course.sha256)


def _prints(
    answers: Answers, mistake: Mistake, checks: list[Check], right: Callable[[str], Verdict]
) -> dict[str, str | None]:
    """`{check: digest}` of the public checks that the mistake fails; empty where an exception speaks."""
    mine = [c for c in checks if c.exercise == mistake.exercise]
    failed = [v for v in _tried(answers, answers.module_with(mistake), mine) if v.status != PASSED]
    if not all(telling(outcome(v)) for v in failed):
        return {}
    with filled_memory():  # what is never written holds anything: its digest would be another one each time
        filled = _tried(answers, answers.module_with(mistake), mine)
    if {v.check.name for v in filled if v.rung == "finite"} - {v.check.name for v in failed if v.rung == "finite"}:
        return {}
    return {
        v.check.name: None
        if _is_right(v, right(v.check.name))
        else digest(salted(answers.assignment.name, v.check.name), outcome(v))
        for v in failed
    }


def _tried(answers: Answers, module: types.ModuleType, checks: list[Check]) -> list[Verdict]:
    with torch.random.fork_rng():  # every check begins with numbers of its own, here as on the laptop
        return try_module(answers.assignment, module, checks)


def _is_right(verdict: Verdict, good: Verdict) -> bool:
    """Whether the last answer equals the solution's (a check of an untouched input, say, fails all the same)."""
    at = len(verdict.calls) - 1
    return at < len(good.calls) and same((verdict.calls[at].answer,), (good.calls[at].answer,))
