"""Tests the checks: solution, stub, trivial answers, mistakes and alternatives must each score what they should."""

import contextlib
import types
from collections.abc import Callable, Iterator
from concurrent.futures import ProcessPoolExecutor, as_completed
from dataclasses import dataclass, field
from multiprocessing import get_context
from pathlib import Path
from typing import TextIO

import torch
from rich.markup import escape

from autograder.course.answers import Answers
from autograder.course.blank_answers import KINDS, trivial_module
from autograder.course.checks import collect_checks
from autograder.course.course import Course, load_course
from autograder.course.diagnosis import Diagnosis
from autograder.course.release import stale
from autograder.course.stubs import stub
from autograder.course.trial import try_module
from autograder.errors import reported
from autograder.gradebook.records import encode
from autograder.sandbox.cores import cores
from autograder.selfcheck.assignment import Assignment
from autograder.selfcheck.judge import PASSED, Verdict
from autograder.selfcheck.marks import Check
from autograder.text import Text, say

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
    problems: list[Text] = field(default_factory=list)
    undiagnosed: list[str] = field(default_factory=list)


def verify(
    course: Course,
    names: list[str] | None = None,
    *,
    full: bool = False,
    seed: int = SEED,
    progress: Callable[[str], object] = lambda text: None,
) -> list[Report]:
    """Verify the assignments called `names` (all without), each in a process of its own, one per core at once.

    `full` trains every net, not one of each kind; `progress` hears of each assignment that is done.
    """
    assignments = course.select(names)
    collect_checks(assignments)  # a file that cannot be used is said at once
    longest_first = sorted(
        assignments,
        key=lambda a: (
            -(course.solutions(a) / "mistakes.py").stat().st_size
            if (course.solutions(a) / "mistakes.py").is_file()
            else 0
        ),
    )
    with ProcessPoolExecutor(cores(), mp_context=get_context("spawn")) as pool:
        tasks = {a.name: pool.submit(_verify_one, course.root, a.name, full, seed) for a in longest_first}
        for task in as_completed(tasks.values()):
            progress(say(f"{task.result().assignment} is done", f"{task.result().assignment} 已完成"))
    reports = [tasks[a.name].result() for a in assignments]
    reports[0].problems += _template(course)
    return reports


def _verify_one(root: Path, name: str, full: bool, seed: int) -> Report:
    torch.set_num_threads(1)
    course = load_course(root)
    (assignment,) = course.select([name])
    return _Verification(course, assignment, collect_checks([assignment])[name], full, seed).run()


def _template(course: Course) -> list[Text]:
    """Whether the committed student version is what `release` would write today."""
    template = course.root / "student_template"
    changed = stale(course, template) if template.is_dir() else []
    if not changed:
        return []
    names = ", ".join(changed[:5]) + (" …" if len(changed) > 5 else "")
    return [
        Text(
            f"student_template/ is stale ({names}): run `autograder release`",
            f"student_template/ 已过期（{names}）：请运行 `autograder release`",
        )
    ]


class _Verification:
    def __init__(self, course: Course, assignment: Assignment, checks: list[Check], full: bool, seed: int):
        self.assignment, self.checks, self.full, self.seed = assignment, checks, full, seed
        self.answers = Answers(course, assignment)
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
                self._problem(
                    f"{check.name} rejects none of the mistakes: add one that it must catch to mistakes.py",
                    f"{check.name} 没有拒绝任何一个错误：请在 mistakes.py 中加一个它必须发现的错误",
                )
        return self.report

    def _problem(self, en: str, zh: str) -> None:
        self.report.problems.append(Text(f"{self.assignment.name}: {en}", f"{self.assignment.name}：{zh}"))

    def _try(self, module: types.ModuleType, slow: bool = False) -> list[Verdict]:
        checks = self.checks if slow or self.full else [c for c in self.checks if c.seconds is None]
        return try_module(self.assignment, module, checks, self.seed)

    def _languages(self) -> None:
        for check in self.checks:
            for language, title in (("en", check.title.en), ("zh-CN", check.title.zh)):
                if not title:
                    self._problem(
                        f"{check.name} has no title in {language}: the docstring's first paragraph is English, "
                        "its second Chinese",
                        f"{check.name} 缺少 {language} 标题：docstring 第一段为英文，第二段为中文",
                    )
            if check.exercise not in self.assignment.exercises:
                self._problem(
                    f"assignment.toml lists no [exercises.{check.exercise}], which {check.name} judges",
                    f"assignment.toml 中没有 [exercises.{check.exercise}]，而 {check.name} 评的正是它",
                )
        for exercise in self.assignment.exercises.values():
            name, lesson = exercise.name, exercise.lesson
            if name not in {c.exercise for c in self.checks}:
                self._problem(
                    f"assignment.toml lists exercise {name}, but no check judges it",
                    f"assignment.toml 列出了练习 {name}，却没有检查评它",
                )
            if lesson and not (lesson.en and lesson.zh):
                self._problem(
                    f"assignment.toml: lesson of {name} must be in en and zh-CN",
                    f"assignment.toml：{name} 的 lesson 要有 en 和 zh-CN",
                )
        if not (self.assignment.title.en and self.assignment.title.zh):
            self._problem(
                "assignment.toml: [title] must have en and zh-CN", "assignment.toml：[title] 要有 en 和 zh-CN"
            )
        for answer in self.answers.mistakes():
            if not (answer.hint.en and answer.hint.zh and answer.title.zh):
                self._problem(
                    f"mistakes.py: {answer.name} needs title_zh, hint and hint_zh",
                    f"mistakes.py：{answer.name} 需要 title_zh、hint 和 hint_zh",
                )
        for name in ("README.md", "README.zh-CN.md"):
            if not (self.assignment.folder / name).is_file():
                self._problem(f"{name} (the handout) is missing", f"缺少讲义 {name}")

    def _solution(self) -> None:
        verdicts = self._try(self.answers.solution(), slow=True)
        self.report.solution = sum(v.earned for v in verdicts)
        for v in verdicts:
            if v.status != PASSED:
                self._problem(
                    f"the solution fails {v.check.name}: {v.message.en}",
                    f"参考答案没有通过 {v.check.name}：{v.message.zh}",
                )

    def _worthless(self) -> None:
        with reported(self.answers.file):
            source = self.answers.file.read_text(encoding="utf-8")
        module = types.ModuleType(self.assignment.module)
        exec(compile(stub(source, str(self.answers.file)), f"stub of {self.answers.file.name}", "exec"), vars(module))
        self.report.stub = self._worth_nothing("stub", module)
        exercises = list(dict.fromkeys([*self.assignment.exercises, *(c.exercise for c in self.checks)]))
        for kind in KINDS:
            self.report.trivial += self._worth_nothing(kind, trivial_module(self.answers.solution(), exercises, kind))

    def _worth_nothing(self, what: str, module: types.ModuleType) -> float:
        verdicts = self._try(module)
        for v in verdicts:
            if v.earned:
                self._problem(
                    f"{v.check.name} gives {v.earned:g} to an answer without thought ({what})",
                    f"{v.check.name} 给敷衍的答案（{what}）打了 {v.earned:g} 分",
                )
        return sum(v.earned for v in verdicts)

    def _mistakes(self) -> None:
        diagnosis, names = Diagnosis(self.answers, self.checks, self.seed), {c.name: c for c in self.checks}
        for mistake in self.answers.mistakes():
            self.report.mistakes += 1
            if mistake.caught_by not in names:
                self._problem(
                    f"mistakes.py: {mistake.name} names {mistake.caught_by}, which is no check",
                    f"mistakes.py：{mistake.name} 写的 {mistake.caught_by} 不是检查",
                )
                continue
            slow = names[mistake.caught_by].seconds is not None
            verdicts = self._try(self.answers.module_with(mistake), slow)
            failed = {v.check.name for v in verdicts if v.status != PASSED}
            self.rejecting |= failed
            if mistake.caught_by in failed:
                self.report.caught += 1
            else:
                fails = ", ".join(sorted(failed))
                self._problem(
                    f"mistakes.py: {mistake.name} is not caught by {mistake.caught_by} (it fails {fails or 'nothing'})",
                    f"mistakes.py：{mistake.name} 没有被 {mistake.caught_by} 发现（未通过：{fails or '无'}）",
                )
            found = diagnosis.name(mistake.exercise, verdicts)
            if found is None:
                self.report.undiagnosed.append(mistake.name)
            elif found.name == mistake.name:
                self.report.diagnosed += 1
            else:
                self.report.misdiagnosed += 1
                self._problem(
                    f"mistakes.py: {mistake.name} is taken for {found.name}",
                    f"mistakes.py：{mistake.name} 被认成了 {found.name}",
                )

    def _alternatives(self) -> None:
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
                self._problem(
                    f"alternatives.py: {alternative.name} is right, but {v.check.name} says: {v.message.en}",
                    f"alternatives.py：{alternative.name} 是对的，但 {v.check.name} 说：{v.message.zh}",
                )


@contextlib.contextmanager
def progress_line(stream: TextIO) -> Iterator[Callable[[str], object]]:
    """A function that shows what is being tried on one line of a terminal; silent elsewhere."""
    if not stream.isatty():
        yield lambda text: None
        return
    yield lambda text: (stream.write(f"\r\033[K{text[:100]}"), stream.flush())
    stream.write("\r\033[K")


def print_reports(reports: list[Report], json: bool = False) -> None:
    """A table for people, or one JSON list for machines."""
    if json:
        print(encode(reports).decode())
        return
    from rich.console import Console
    from rich.table import Table

    table = Table(
        title=say("verify: do the checks judge rightly?", "verify：评分本身是否正确？"), box=None, padding=(0, 1, 0, 0)
    )
    for name in (
        say("assignment", "作业"),
        say("solution", "参考答案"),
        say("stub", "空模板"),
        say("trivial", "敷衍答案"),
        say("caught", "错误被发现"),
        say("named", "被指名"),
        say("misnamed", "指错名"),
        say("accepted", "另解通过"),
    ):
        table.add_column(name, justify="left" if not table.columns else "right")
    for r in reports:
        table.add_row(
            r.assignment,
            f"{r.solution:g}/{r.points:g}",
            f"{r.stub:g}",
            f"{r.trivial:g}",
            f"{r.caught}/{r.mistakes}",
            f"{r.diagnosed}/{r.mistakes}",
            str(r.misdiagnosed),
            f"{r.accepted}/{r.alternatives}",
        )
    if len(reports) > 1:
        total = lambda key: sum(getattr(r, key) for r in reports)  # noqa: E731  one word for nine sums
        table.add_section()
        table.add_row(
            say("total", "合计"),
            f"{total('solution'):g}/{total('points'):g}",
            f"{total('stub'):g}",
            f"{total('trivial'):g}",
            f"{total('caught')}/{total('mistakes')}",
            f"{total('diagnosed')}/{total('mistakes')}",
            str(total("misdiagnosed")),
            f"{total('accepted')}/{total('alternatives')}",
        )
    console = Console()
    console.print(table)
    for r in reports:
        for problem in r.problems:
            console.print(f"[red]✗[/red] {escape(str(problem))}", highlight=False)
        if r.undiagnosed:
            console.print(
                escape(f"  {r.assignment}: " + say("left unnamed: ", "未指名：") + ", ".join(r.undiagnosed)),
                style="dim",
            )
