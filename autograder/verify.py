"""Tests the checks: solution, stub, trivial answers, mistakes and alternatives must each score what they should."""

import contextlib
import types
from concurrent.futures import ProcessPoolExecutor, as_completed
from dataclasses import dataclass, field
from multiprocessing import get_context
from pathlib import Path

import torch
from rich.markup import escape

from autograder.answers import Answers
from autograder.bundle import Bundle, collect_checks, load_bundle
from autograder.cores import cores
from autograder.diagnosis import Diagnosis
from autograder.release import stale
from autograder.selfcheck.assignment import Assignment
from autograder.selfcheck.judge import PASSED, Verdict
from autograder.selfcheck.language import LANGUAGES, choose, current, say
from autograder.stubs import stub
from autograder.trial import try_module
from autograder.trivial import KINDS, trivial_module

SEED = 20261124  # any fixed number: the checks must hold for every seed, and `--seed` tries another


@dataclass
class Report:
    """What `verify` found for one assignment; `problems` name the file and what to do."""

    assignment: str
    points: float = 0.0
    checks: int = 0
    solution: float = 0.0
    stub: float = 0.0
    trivial: float = 0.0
    mistakes: int = 0
    caught: int = 0
    diagnosed: int = 0
    misdiagnosed: int = 0
    alternatives: int = 0
    accepted: int = 0
    problems: list[str] = field(default_factory=list)
    undiagnosed: list[str] = field(default_factory=list)


def verify(bundle: Bundle, names: list[str] | None = None, *, full: bool = False, seed: int = SEED,
           progress=lambda text: None) -> list[Report]:
    """Verify the assignments called `names` (all without), each in a process of its own, one per core at once.

    `full` trains every net, not one of each kind; `progress` hears of each assignment that is done.
    """
    assignments = bundle.select(names)
    collect_checks(assignments)  # a file that cannot be used is said at once
    longest_first = sorted(assignments, key=lambda a: -(bundle.solutions(a) / "mistakes.py").stat().st_size
                           if (bundle.solutions(a) / "mistakes.py").is_file() else 0)
    with ProcessPoolExecutor(cores(), mp_context=get_context("spawn")) as pool:
        tasks = {a.name: pool.submit(_verify_one, bundle.root, a.name, full, seed, current()) for a in longest_first}
        for task in as_completed(tasks.values()):
            progress(say(f"{task.result().assignment} is done", f"{task.result().assignment} 已完成"))
    reports = [tasks[a.name].result() for a in assignments]
    reports[0].problems += _template(bundle)
    return reports


def _verify_one(root: Path, name: str, full: bool, seed: int, language: str) -> Report:
    torch.set_num_threads(1)
    choose(language)
    bundle = load_bundle(root)
    (assignment,) = bundle.select([name])
    return _Verification(bundle, assignment, collect_checks([assignment])[name], full, seed).run()


def _template(bundle: Bundle) -> list[str]:
    """Whether the committed student version is what `release` would write today."""
    template = bundle.root / "student_template"
    changed = stale(bundle, template) if template.is_dir() else []
    if not changed:
        return []
    return [f"student_template/ is stale ({', '.join(changed[:5])}{' …' if len(changed) > 5 else ''}): run `autograder release`"]


class _Verification:
    def __init__(self, bundle, assignment: Assignment, checks, full, seed):
        self.assignment, self.checks, self.full, self.seed = assignment, checks, full, seed
        self.answers = Answers(bundle, assignment)
        self.report = Report(assignment.name, sum(c.points for c in checks), len(checks))
        self.rejecting: set[str] = set()

    def run(self) -> Report:
        self._languages()
        self._solution()
        self._worthless()
        self._mistakes()
        self._alternatives()
        for check in self.checks:
            if check.name not in self.rejecting and (check.seconds is None or self.full):
                self._problem(f"{check.name} rejects none of the mistakes: add one that it must catch to mistakes.py")
        return self.report

    def _problem(self, text: str) -> None:
        self.report.problems.append(f"{self.assignment.name}: {text}")

    def _try(self, module: types.ModuleType, slow: bool = False) -> list[Verdict]:
        checks = self.checks if slow or self.full else [c for c in self.checks if c.seconds is None]
        return try_module(self.assignment, module, checks, self.seed)

    def _languages(self):
        for check in self.checks:
            for language in LANGUAGES:
                if not check.titles.get(language):
                    self._problem(f"{check.name} has no title in {language}: the docstring's first paragraph is English, "
                                  "its second Chinese")
            if check.exercise not in self.assignment.exercises:
                self._problem(f"assignment.toml lists no [exercises.{check.exercise}], which {check.name} judges")
        for exercise in self.assignment.exercises.values():
            if exercise.name not in {c.exercise for c in self.checks}:
                self._problem(f"assignment.toml lists exercise {exercise.name}, but no check judges it")
            if exercise.lesson and set(exercise.lesson) != set(LANGUAGES):
                self._problem(f"assignment.toml: lesson of {exercise.name} must be in {' and '.join(LANGUAGES)}")
        for answer in self.answers.mistakes():
            if not all(answer.hints.values()):
                self._problem(f"mistakes.py: {answer.name} needs hint and hint_zh")
        for name in ("README.md", "README.zh-CN.md"):
            if not (self.assignment.folder / name).is_file():
                self._problem(f"{name} (the handout) is missing")

    def _solution(self):
        verdicts = self._try(self.answers.solution(), slow=True)
        self.report.solution = sum(v.earned for v in verdicts)
        for v in verdicts:
            if v.status != PASSED:
                self._problem(f"the solution fails {v.check.name}: {v.message}")

    def _worthless(self):
        source = self.answers.file.read_text(encoding="utf-8")
        module = types.ModuleType(self.assignment.module)
        exec(compile(stub(source, str(self.answers.file)), f"stub of {self.answers.file.name}", "exec"), vars(module))
        self.report.stub = self._worth_nothing("stub", module)
        exercises = list(dict.fromkeys([*self.assignment.exercises, *(c.exercise for c in self.checks)]))
        for kind in KINDS:
            self.report.trivial += self._worth_nothing(kind, trivial_module(self.answers.solution(), exercises, kind))

    def _worth_nothing(self, what, module):
        verdicts = self._try(module)
        for v in verdicts:
            if v.earned:
                self._problem(f"{v.check.name} gives {v.earned:g} to an answer without thought ({what})")
        return sum(v.earned for v in verdicts)

    def _mistakes(self):
        diagnosis, names = Diagnosis(self.answers, self.checks, self.seed), {c.name: c for c in self.checks}
        for mistake in self.answers.mistakes():
            self.report.mistakes += 1
            if mistake.caught_by not in names:
                self._problem(f"mistakes.py: {mistake.name} names {mistake.caught_by}, which is no check")
                continue
            slow = names[mistake.caught_by].seconds is not None
            verdicts = self._try(self.answers.module_with(mistake), slow)
            failed = {v.check.name for v in verdicts if v.status != PASSED}
            self.rejecting |= failed
            if mistake.caught_by in failed:
                self.report.caught += 1
            else:
                self._problem(f"mistakes.py: {mistake.name} is not caught by {mistake.caught_by}"
                              f" (it fails {', '.join(sorted(failed)) or 'nothing'})")
            found = diagnosis.name(mistake.exercise, verdicts)
            if found is None:
                self.report.undiagnosed.append(mistake.name)
            elif found.name == mistake.name:
                self.report.diagnosed += 1
            else:
                self.report.misdiagnosed += 1
                self._problem(f"mistakes.py: {mistake.name} is taken for {found.name}")

    def _alternatives(self):
        trained = 0
        for alternative in self.answers.alternatives():
            self.report.alternatives += 1
            slow = any(c.seconds and c.exercise == alternative.exercise for c in self.checks) and trained < 1
            trained += slow
            verdicts = self._try(self.answers.module_with(alternative), slow)
            # its own exercise alone: a corr2d that leaves the graph is right, though no Conv2D can learn with it
            bad = [v for v in verdicts if v.status != PASSED and v.check.exercise == alternative.exercise]
            self.report.accepted += not bad
            for v in bad:
                self._problem(f"alternatives.py: {alternative.name} is right, but {v.check.name} says: {v.message}")


@contextlib.contextmanager
def progress_line(stream):
    """A function that shows what is being tried on one line of a terminal; silent elsewhere."""
    if not stream.isatty():
        yield lambda text: None
        return
    yield lambda text: (stream.write(f"\r\033[K{text[:100]}"), stream.flush())
    stream.write("\r\033[K")


def print_reports(reports: list[Report], json: bool = False) -> None:
    """A table for people, or one JSON list for machines."""
    if json:
        import msgspec
        print(msgspec.json.encode(reports).decode())
        return
    from rich.console import Console
    from rich.table import Table

    table = Table(title=say("verify: do the checks judge rightly?", "verify：评分本身是否正确？"), box=None, padding=(0, 1, 0, 0))
    for name in (say("assignment", "作业"), say("solution", "参考答案"), say("stub", "空模板"), say("trivial", "敷衍答案"),
                 say("caught", "错误被发现"), say("named", "被指名"), say("misnamed", "指错名"),
                 say("accepted", "另解通过")):
        table.add_column(name, justify="left" if not table.columns else "right")
    for r in reports:
        table.add_row(r.assignment, f"{r.solution:g}/{r.points:g}", f"{r.stub:g}", f"{r.trivial:g}", f"{r.caught}/{r.mistakes}",
                      f"{r.diagnosed}/{r.mistakes}", str(r.misdiagnosed), f"{r.accepted}/{r.alternatives}")
    if len(reports) > 1:
        total = lambda key: sum(getattr(r, key) for r in reports)  # noqa: E731  one word for nine sums
        table.add_section()
        table.add_row(say("total", "合计"), f"{total('solution'):g}/{total('points'):g}", f"{total('stub'):g}",
                      f"{total('trivial'):g}", f"{total('caught')}/{total('mistakes')}",
                      f"{total('diagnosed')}/{total('mistakes')}", str(total("misdiagnosed")),
                      f"{total('accepted')}/{total('alternatives')}")
    console = Console()
    console.print(table)
    for r in reports:
        for problem in r.problems:
            console.print(f"[red]✗[/red] {escape(problem)}", highlight=False)
        if r.undiagnosed:
            console.print(escape(f"  {r.assignment}: " + say("left unnamed: ", "未指名：") + ", ".join(r.undiagnosed)), style="dim")
