"""Tries a trusted answer against the checks, in this process: for diagnosis, digests and `verify`."""

import types
from collections.abc import Iterator, Mapping

from autograder.selfcheck.assignment import Assignment, importable, load_probes
from autograder.selfcheck.face import Face, local_face
from autograder.selfcheck.judge import Verdict, judge
from autograder.selfcheck.limits import time_limit
from autograder.selfcheck.marks import Check
from autograder.text import Text


def try_module(assignment: Assignment, module: types.ModuleType, checks: list[Check], seed: int = 0) -> list[Verdict]:
    """The verdict of each check on a trusted module, under the assignment's own limits."""
    return list(tried_one_by_one(assignment, module, checks, seed))


def tried_one_by_one(
    assignment: Assignment,
    module: types.ModuleType,
    checks: list[Check],
    seed: int = 0,
    limits: Mapping[str, float] | None = None,
) -> Iterator[Verdict]:
    """The same, each verdict made when it is asked for; `limits` holds shorter limits in seconds by check."""
    face = local_face(module, load_probes(assignment.folder))
    for check in checks:
        usual = check.seconds or assignment.seconds
        yield try_check(assignment, module, face, check, seed, min(usual, (limits or {}).get(check.name, usual)))


def try_check(
    assignment: Assignment, module: types.ModuleType, face: Face, check: Check, seed: int = 0, seconds: float = 0
) -> Verdict:
    """The verdict of one check on a face of a trusted module; `seconds` is its limit, 0 for the usual one."""
    limit = seconds or check.seconds or assignment.seconds
    with importable({assignment.module: module}), time_limit(limit, check.exercise):
        return judge(check, face, seed, assignment.forbidden(check.exercise))


def breaks(verdict: Verdict) -> Text:
    """What is said, after its name, of a check that raised an exception of its own on the solution."""
    return Text(
        f"is broken, it raises {verdict.broke} on the solution: mend the check",
        f"出错了，它在参考答案上抛出 {verdict.broke}：请修正这个检查",
    )
