"""Tries one changed solution: whether a check catches it, and if none does, whether it is another solution at all."""

import ast
import faulthandler
import functools
import inspect
import os
import sys
import types
from collections.abc import Iterator
from pathlib import Path
from typing import Literal, NamedTuple, TextIO

import torch

from autograder.course.answers import Answers
from autograder.course.checks import collect_checks
from autograder.course.course import load_course
from autograder.course.trial import tried_one_by_one, try_module
from autograder.course.verify.mutants.changes import Change, changed
from autograder.course.verify.mutants.drawn import around
from autograder.selfcheck import probes
from autograder.selfcheck.assignment import importable
from autograder.selfcheck.compare import describe
from autograder.selfcheck.face import LocalBackend
from autograder.selfcheck.judge import PASSED, TIMEOUT, Verdict
from autograder.selfcheck.limits import time_limit
from autograder.selfcheck.marks import Check
from autograder.selfcheck.outcome import same
from autograder.selfcheck.trouble import Raised, Stopped
from autograder.text import Text

MEMORY = 4 << 30  # bytes of a process that tries mutants: a wrong size must not take the machine with it
HARD = 120  # seconds after which a process that no alarm reaches (it is deep in a library) ends itself
PATIENCE, LEAST = 10, 2.0  # a mutant may take so many times the solution's time, and at least so many seconds
DRAWS = 3  # seeds that a survivor is compared with the solution under
Fate = Literal["killed", "late", "equivalent", "survivor"]


class Told(NamedTuple):
    """What became of a mutant, and the call that tells a survivor from the solution."""

    fate: Fate
    shown_by: Text = Text()


def enlist() -> None:
    """First act of a process that tries mutants."""
    torch.set_num_threads(1)
    if sys.platform == "linux":
        import resource

        resource.setrlimit(resource.RLIMIT_DATA, (MEMORY, MEMORY))


def try_change(root: Path, name: str, seed: int, change: Change) -> Told:
    """The fate of one change of the solution of assignment `name`."""
    bench = _bench(root, name, seed)
    faulthandler.dump_traceback_later(HARD, exit=True, file=_nowhere())
    try:
        return bench.fate(change)
    finally:
        faulthandler.cancel_dump_traceback_later()


@functools.cache
def _nowhere() -> TextIO:
    return open(os.devnull, "w")


@functools.lru_cache(maxsize=1)
def _bench(root: Path, name: str, seed: int) -> "_Bench":
    return _Bench(root, name, seed)


class _Bench:
    """One assignment, its solution as it is, and how long each check takes on it."""

    def __init__(self, root: Path, name: str, seed: int):
        course = load_course(root)
        (self.assignment,) = course.select([name])
        self.answers, self.seed = Answers(course, self.assignment), seed
        self.source = self.answers.file.read_text("utf-8")
        self.checks = [c for c in collect_checks([self.assignment])[name] if c.seconds is None]
        self.right = self.answers.solution()
        verdicts = try_module(self.assignment, self.right, self.checks, seed)
        self.checks = [v.check for v in verdicts if v.status == PASSED]  # what the solution fails says nothing
        self.seconds = {v.check.name: max(LEAST, PATIENCE * v.seconds) for v in verdicts}
        self.draws = [(seed, [v for v in verdicts if v.status == PASSED])]
        self.calls = [call for v in verdicts for call in v.calls]

    def fate(self, change: Change) -> Told:
        tree, line, *_ = changed(self.source, change)
        try:
            with time_limit(LEAST, self.answers.file.name):
                module = self.module(tree)
        except Stopped:
            return Told("late")
        except Exception:
            return Told("killed")
        mutant = []
        for verdict in tried_one_by_one(self.assignment, module, self.ordered(line), self.seed, self.seconds):
            if verdict.status != PASSED:
                return Told("late" if verdict.status == TIMEOUT else "killed")
            mutant.append(verdict)
        difference = next(self.differences(module, mutant), None)
        return Told("survivor", difference) if difference else Told("equivalent")

    def module(self, tree: ast.Module) -> types.ModuleType:
        module = types.ModuleType(self.assignment.module)
        with importable({self.assignment.module: module}):
            exec(compile(tree, str(self.answers.file), "exec"), vars(module))
        return module

    def ordered(self, line: int) -> list[Check]:
        """The checks, those of the exercise that holds the line first: most mutants die there."""
        tops = [node for node in ast.parse(self.source).body if isinstance(node, (ast.FunctionDef, ast.ClassDef))]
        mine = next((n.name for n in tops if n.lineno <= line <= (n.end_lineno or line)), "")
        return sorted(self.checks, key=lambda check: check.exercise != mine)

    def differences(self, module: types.ModuleType, tried: list[Verdict]) -> Iterator[Text]:
        """Calls in which the mutant gives another answer than the solution: the checks' own, then drawn ones."""
        while len(self.draws) < DRAWS:
            number = self.seed + len(self.draws)
            self.draws.append((number, try_module(self.assignment, self.right, self.checks, number)))
        for number, verdicts in self.draws:
            theirs = (
                tried
                if number == self.seed
                else list(tried_one_by_one(self.assignment, module, self.checks, number, self.seconds))
            )
            by_name = {v.check.name: v for v in theirs}
            for verdict in verdicts:
                yield from _calls_that_differ(verdict, by_name[verdict.check.name])
        yield from self.drawn(module)

    def drawn(self, module: types.ModuleType) -> Iterator[Text]:
        right, wrong = LocalBackend(self.right), LocalBackend(module)
        rng = torch.Generator().manual_seed(self.seed)
        for exercise in self.assignment.exercises:
            if inspect.isclass(getattr(self.right, exercise, None)):
                continue
            for args in around([c for c in self.calls if c.name == exercise], rng):
                due = _answer(right, exercise, args)
                if due[0] == "raised":
                    continue  # not asked for: what becomes of it is nobody's promise
                came = _answer(wrong, exercise, args)
                if not same(due, came):
                    yield _shown(exercise, args, due, came)


def _answer(backend: LocalBackend, exercise: str, args: tuple) -> tuple:
    """What a call gives, and which of its arguments it changes; or that it raises."""
    try:
        with time_limit(LEAST, exercise):
            backend.reseed(0)
            told = backend.probe("selfcheck", probes.call_reporting_changes.__name__, [exercise, *args], ())
    except (Raised, Stopped) as error:
        return ("raised", error.type_name if isinstance(error, Raised) else error.status)
    answer, changes = told.value
    return ("answered", [answer, changes] if changes else answer)


def _calls_that_differ(right: Verdict, wrong: Verdict) -> Iterator[Text]:
    if wrong.status != PASSED and right.status == PASSED:
        yield Text(f"{right.check.name} with another seed", f"换一个种子后的 {right.check.name}")
        return
    for one, other in zip(right.calls, wrong.calls):
        if (one.name, one.answered) != (other.name, other.answered) or not same((one.answer,), (other.answer,)):
            yield _shown(one.probe or one.name, one.args, ("answered", one.answer), ("answered", other.answer))
            return


def _shown(name: str, args: tuple, due: tuple, came: tuple) -> Text:
    call = f"{name}({', '.join(describe(a).en for a in args)})"[:160]
    return call + Text(": ", "：") + _words(due) + Text("; the mutant: ", "；变异体：") + _words(came)


def _words(outcome: tuple) -> Text:
    kind, value = outcome
    if kind == "raised":
        return Text(f"raises {value}", f"抛出 {value}")
    return describe(value).each(lambda text: text[:120])
