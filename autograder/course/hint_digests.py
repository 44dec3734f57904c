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
from autograder.selfcheck.compare import describe
from autograder.selfcheck.counterexample import candidates
from autograder.selfcheck.hints import salted
from autograder.selfcheck.judge import PASSED, Verdict
from autograder.selfcheck.marks import Check
from autograder.selfcheck.outcome import digest, outcome, same
from autograder.selfcheck.pencil import to_paste
from autograder.selfcheck.probes import filled_memory
from autograder.text import Text


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
        if prints and any(prints.values()) and mistake is alike[0]:
            hint = mistake.hint if len(alike) == 1 else _which(answers, alike) if len(alike) == 2 else Text()
            if hint:
                name = "_or_".join(m.name for m in alike)
                shown = {"en": hint.en, "zh-CN": hint.zh}
                hints.setdefault(mistake.exercise, {})[name] = {"hint": shown, "checks": prints}
    return (json.dumps(hints, ensure_ascii=False, indent=1, sort_keys=True) + "\n").encode()


def hints_file(course: Course, assignment: Assignment) -> bytes:
    """The bytes of `hints.json` of one assignment; mistakes that look alike in the public checks are left out."""
    return _hints(course.root, assignment.name, course.sha256)


def _which(answers: Answers, pair: list[Mistake]) -> Text:
    """Both hints, and the plainest call at which the two mistakes answer differently; empty where none is found."""
    exercise = pair[0].exercise
    checks = [c for c in collect_checks([answers.assignment])[answers.assignment.name] if c.exercise == exercise]
    tried = _tried(answers, answers.module_with(pair[0]), checks)
    agreement = next((v.agreement for v in tried if v.agreement and not v.agreement.traces), None)
    modules = [answers.module_with(mistake) for mistake in pair]
    for case, due in candidates(agreement) if agreement else ():
        try:
            first, second = (getattr(module, exercise)(*case) for module in modules)
        except Exception:  # one of them refuses this
            continue
        if not any(same((a,), (b,)) for a, b in ((first, second), (first, due), (second, due))):
            call, one, other = to_paste(exercise, case), describe(first), describe(second)
            return Text(
                f"Two slips look alike here. {pair[0].hint.en} Or: {pair[1].hint.en} "
                f"Try {call}: the first gives {one.en}, the second {other.en}.",
                f"这里有两种可能。{pair[0].hint.zh}或者：{pair[1].hint.zh}"
                f"试一试 {call}：前一种情况得到 {one.zh}，后一种得到 {other.zh}。",
            )
    return Text()


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
