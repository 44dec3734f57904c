"""Grades one submission: every check of every assignment, each module in a confined process of its own."""

import functools
import hashlib
import time
from collections.abc import Iterable, Sequence
from datetime import UTC, datetime
from typing import Literal

import torch

from autograder import __version__
from autograder.course.answers import Answers, Mistake
from autograder.course.checks import collect_checks
from autograder.course.course import Course
from autograder.course.diagnosis import Diagnosis
from autograder.errors import SubmissionProblem
from autograder.gradebook.records import AssignmentResult, CheckResult, GraderInfo, Result
from autograder.intake.finding import Found, Submission, read_submission
from autograder.sandbox import Job, Limits, Sandbox, Worker
from autograder.selfcheck.assignment import Assignment
from autograder.selfcheck.face import Face
from autograder.selfcheck.judge import PASSED, TIMEOUT, Verdict, judge, not_run
from autograder.selfcheck.marks import Check
from autograder.selfcheck.trouble import Raised, Stopped
from autograder.text import Text

NOTHING = Text()
PATIENCE = 5  # once an exercise ran out of time, its later checks get this fraction of the limit
MODULE_FACTOR = 2  # a module's checks may take this many times its CPU seconds in wall time, training apart
LARGE_SOURCE = 64 * 1024  # bytes of a module that an instructor should look at: it may hold memorised labels
LONG_WORDS, NUMBERS = 2_000, 300  # characters in words of over 60, and numbers: no honest module comes near


class Grader:
    """One trusted process's means to grade: checks, known mistakes and a sandbox. Not for use in threads.

    `core` is the processor that its workers stay on, None for any.
    Raises `CourseError` for a broken course and `TierRefused` where confinement is too weak.
    """

    def __init__(
        self,
        course: Course,
        names: list[str] | None,
        seed: int,
        device: str,
        require_tier: str,
        core: int | None = None,
    ):
        self.course, self.assignments = course, course.select(names)
        rules = {exercise.forbidden for assignment in self.assignments for exercise in assignment.exercises.values()}
        self.sandbox = Sandbox(
            require_tier, device, rules=tuple(sorted(rules)), core=core
        )  # nothing secret is here yet
        try:
            torch.set_num_threads(1)
            self.checks = collect_checks(self.assignments)
            self.seed, self.device = seed, device
            self.exercises = [name for a in course.assignments for name in a.exercises]
            self.probes = {a.name: _probes(a) for a in self.assignments}
            self._diagnoses: dict[str, Diagnosis] = {}
        except BaseException:
            self.sandbox.close()
            raise

    def close(self) -> None:
        self.sandbox.close()

    def grade(self, found: Found) -> Result:
        """The result of one submission; one that cannot be read is `failed` with every check at 0."""
        started, clock = datetime.now(UTC), time.perf_counter()
        try:
            submission = read_submission(found)
        except SubmissionProblem as problem:
            return self._result(
                found,
                "",
                started,
                clock,
                [self._absent(a, problem.text) for a in self.assignments],
                status="failed",
                message=problem.text,
            )
        assignments = [self._assignment(a, submission) for a in self.assignments]
        return self._result(
            found, submission.sha256, started, clock, assignments, notes=submission.notes, unused=submission.unused
        )

    def broken(self, found: Found, message: Text) -> Result:
        """The result of a submission at which the grader itself gave up."""
        return self._result(
            found,
            "",
            datetime.now(UTC),
            time.perf_counter(),
            [self._absent(a, message) for a in self.assignments],
            status="failed",
            message=message,
        )

    def _result(
        self,
        found: Found,
        sha256: str,
        started: datetime,
        clock: float,
        assignments: list[AssignmentResult],
        status: Literal["graded", "failed"] = "graded",
        message: Text = NOTHING,
        notes: Sequence[Text] = (),
        unused: Sequence[str] = (),
    ) -> Result:
        return Result(
            found.name,
            sha256,
            _sum(a.score for a in assignments),
            _sum(a.max_score for a in assignments),
            status,
            self.seed,
            self.device,
            round(time.perf_counter() - clock, 3),
            started.isoformat(timespec="seconds"),
            self.sandbox.report,
            GraderInfo(__version__, self.course.sha256, str(torch.__version__)),
            assignments,
            message,
            list(notes),
            found.person,
            found.handed_in,
            found.late,
            found.attempt,
            found.origin,
            unused=list(unused),
        )

    def _absent(self, assignment: Assignment, message: Text) -> AssignmentResult:
        return self._rows(assignment, [not_run(check, message) for check in self.checks[assignment.name]], "")

    def _assignment(self, assignment: Assignment, submission: Submission) -> AssignmentResult:
        if assignment.module not in submission.modules:
            return self._absent(assignment, submission.absence(assignment.module))
        job = Job(
            assignment.module,
            submission.sources(assignment.module),
            self.probes[assignment.name],
            Limits(assignment.seconds, assignment.cpu_seconds, assignment.memory_mb),
            _derived(self.seed, assignment.name),
            self.device,
        )
        verdicts, skipped = _Session(self.sandbox, job, assignment, self.exercises).run(
            self.checks[assignment.name], self.seed
        )
        rows = self._rows(assignment, verdicts, submission.taken.get(assignment.module, ""))
        rows.notes = [*skipped, *remarkable(job)]
        return rows

    def _rows(self, assignment: Assignment, verdicts: list[Verdict], source: str) -> AssignmentResult:
        named = self._named(assignment, verdicts)
        rows, lessons = [], {}
        for v in verdicts:
            mistake = named.get(v.check.exercise) if v.status != PASSED else None
            name, title, hint = (mistake.name, mistake.title, mistake.hint) if mistake else ("", NOTHING, NOTHING)
            rows.append(
                CheckResult(
                    v.check.name,
                    v.check.title,
                    v.check.exercise,
                    v.check.hidden,
                    float(v.earned),
                    float(v.check.points),
                    v.status,
                    v.message,
                    hint,
                    name,
                    title,
                    round(v.seconds, 3),
                )
            )
        for exercise in assignment.exercises.values():
            mine = [v for v in verdicts if v.check.exercise == exercise.name]
            if mine and all(v.status == PASSED for v in mine) and exercise.lesson:
                lessons[exercise.name] = exercise.lesson
        return AssignmentResult(
            assignment.name, _sum(r.score for r in rows), _sum(r.max_score for r in rows), rows, source, lessons
        )

    def _named(self, assignment: Assignment, verdicts: list[Verdict]) -> dict[str, Mistake]:
        """The mistake behind each exercise that failed, where exactly one fits."""
        if assignment.name not in self._diagnoses:
            self._diagnoses[assignment.name] = Diagnosis(
                Answers(self.course, assignment), self.checks[assignment.name], self.seed
            )
        failed = dict.fromkeys(v.check.exercise for v in verdicts if v.status != PASSED and v.calls)
        found = {exercise: self._diagnoses[assignment.name].name(exercise, verdicts) for exercise in failed}
        return {exercise: mistake for exercise, mistake in found.items() if mistake}


class _Session:
    """The checks of one module, with a fresh worker whenever one has died."""

    def __init__(self, sandbox: Sandbox, job: Job, assignment: Assignment, exercises: Iterable[str]):
        self.sandbox, self.job, self.assignment, self.exercises = sandbox, job, assignment, frozenset(exercises)
        self.worker: Worker | None = None
        self.slow: set[str] = set()

    def run(self, checks: list[Check], seed: int) -> tuple[list[Verdict], list[Text]]:
        """The verdicts, and notes on notebook cells that failed."""
        deadline = time.monotonic() + MODULE_FACTOR * self.job.limits.cpu_seconds + sum(c.seconds or 0 for c in checks)
        skipped: list[Text] = []
        verdicts: list[Verdict] = []
        try:
            for check in checks:
                if time.monotonic() > deadline:
                    verdicts.append(_out_of_time(check, self.assignment))
                    continue
                worker = self._living_worker()
                verdicts.append(self._judge(worker, check, seed))
                skipped = skipped or [_skipped(trouble) for trouble in worker.skipped]
        finally:
            if self.worker:
                self.worker.close()
        return verdicts, skipped

    def _living_worker(self) -> Worker:
        if self.worker is None or (not self.worker.alive and not self.worker.loaded):
            self.worker = self.sandbox.open(self.job)
        return self.worker

    def _judge(self, worker: Worker, check: Check, seed: int) -> Verdict:
        if worker.loaded:
            return not_run(check, _not_importable(self.job.module, worker.loaded))
        seconds = check.seconds or self.assignment.seconds
        worker.begin(seconds / PATIENCE if check.exercise in self.slow else seconds)
        verdict = judge(
            check, Face(worker, self.job.module, self.exercises), seed, self.assignment.forbidden(check.exercise)
        )
        if verdict.status == TIMEOUT:
            self.slow.add(check.exercise)
        return verdict


def _not_importable(module: str, trouble: Exception) -> Text:
    raised = getattr(trouble, "raised", trouble)
    place = raised.place() if isinstance(raised, Raised) else NOTHING
    why = trouble.text if isinstance(trouble, Stopped) else Text(str(raised))
    begin = Text(f"{module}.py cannot be imported: ", f"{module}.py 无法导入：")
    return begin + why + ("\n    " + place if place else "")


def _skipped(trouble: Exception) -> Text:
    """A note on a statement of a notebook that failed."""
    return Text(str(trouble))


def _out_of_time(check: Check, assignment: Assignment) -> Verdict:
    return Verdict(
        check,
        TIMEOUT,
        0.0,
        Text(
            f"not run: the checks of {assignment.module}.py before it used up the time of the whole module.",
            f"未运行：{assignment.module}.py 前面的检查已用完整个模块的时间。",
        ),
        TIMEOUT,
    )


def remarkable(job: Job) -> list[Text]:
    """What an instructor should look at: sources that could hold memorised answers."""
    notes = []
    for name, source in job.sources.items():
        code = "".join(cell.code for cell in source.cells)
        size = len(code.encode())
        if size > LARGE_SOURCE:
            notes.append(
                Text(
                    f"{name} is {size // 1024} KB of source: look whether it holds memorised data.",
                    f"{name} 的源代码有 {size // 1024} KB：请看看其中是否藏有背下来的数据。",
                )
            )
        elif _holds_data(code):
            notes.append(
                Text(
                    f"{name} holds a large literal: look whether it is memorised data.",
                    f"{name} 中有很长的字面量：请看看它是不是背下来的数据。",
                )
            )
    return notes


@functools.lru_cache(maxsize=64)  # every module of a submission comes with all the others
def _holds_data(code: str) -> bool:
    words = code.replace(",", " ").split()
    numbers = sum(word.strip("[](){}-+").replace(".", "", 1).isdigit() for word in words)
    return sum(len(word) for word in words if len(word) > 60) > LONG_WORDS or numbers > NUMBERS


def _probes(assignment: Assignment) -> str | None:
    file = assignment.folder / "probes.py"
    return file.read_text(encoding="utf-8") if file.is_file() else None


def _derived(seed: int, name: str) -> int:
    """A seed for the student's process from which the run's own cannot be found."""
    return int.from_bytes(hashlib.sha256(f"worker:{seed}:{name}".encode()).digest()[:6], "big")


def _sum(points: Iterable[float]) -> float:
    return round(float(sum(points)), 6)
