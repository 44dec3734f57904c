"""Makes `hints.json` of the student version: digests of what each known mistake does in the public checks."""

import functools
import json

import torch

from autograder.answers import Answers, Mistake
from autograder.bundle import Bundle, collect_checks
from autograder.diagnosis import telling
from autograder.selfcheck.hints import salted
from autograder.selfcheck.judge import PASSED, Verdict
from autograder.selfcheck.marks import Check
from autograder.selfcheck.outcome import digest, outcome, same
from autograder.trial import try_module


@functools.lru_cache(maxsize=None)
def _hints(root, name: str, sha256: str) -> bytes:
    from autograder.bundle import load_bundle

    bundle = load_bundle(root)
    (assignment,) = bundle.select([name])
    checks = [c for c in collect_checks([assignment])[name] if not c.hidden and c.seconds is None]
    answers = Answers(bundle, assignment)
    found = {m.name: (m, _prints(answers, m, checks)) for m in answers.mistakes()}
    hints: dict = {}
    for mistake, prints in found.values():
        alike = [m for m, p in found.values() if m.exercise == mistake.exercise and p == prints]
        if prints and any(prints.values()) and len(alike) == 1:
            hints.setdefault(mistake.exercise, {})[mistake.name] = {"hint": mistake.hints, "checks": prints}
    return (json.dumps(hints, ensure_ascii=False, indent=1, sort_keys=True) + "\n").encode()


def hints_file(bundle: Bundle, assignment) -> bytes:
    """The bytes of `hints.json` of one assignment; mistakes that look alike in the public checks are left out."""
    return _hints(bundle.root, assignment.name, bundle.sha256)


def _prints(answers: Answers, mistake: Mistake, checks: list[Check]) -> dict[str, str | None]:
    """`{check: digest}` of the public checks that the mistake fails; empty where chance or an exception speaks."""
    mine = [c for c in checks if c.exercise == mistake.exercise]
    with torch.random.fork_rng():
        first, second = (_tried(answers, answers.module_with(mistake), mine, seed) for seed in (1, 2))
        right = _tried(answers, answers.solution(), mine, 1)
    prints = {}
    for one, other, good in zip(first, second, right):
        if one.status == PASSED and other.status == PASSED:
            continue
        if not same(outcome(one), outcome(other)) or not telling(outcome(one)):
            return {}
        prints[one.check.name] = None if _is_right(one, good) else digest(
            salted(answers.assignment.name, one.check.name), outcome(one))
    return prints


def _tried(answers: Answers, module, checks: list[Check], seed: int) -> list[Verdict]:
    torch.manual_seed(seed)
    return try_module(answers.assignment, module, checks)


def _is_right(verdict: Verdict, good: Verdict) -> bool:
    """Whether the last answer equals the solution's (a check of an untouched input, say, fails all the same)."""
    at = len(verdict.calls) - 1
    return at < len(good.calls) and same((verdict.calls[at].answer,), (good.calls[at].answer,))
