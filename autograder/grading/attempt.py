"""Grades one submission: every check of every assignment, each module in a confined process of its own."""

import hashlib
import os
import time
from collections.abc import Iterable, Sequence
from datetime import UTC, datetime
from typing import Literal

import torch
from msgspec import UNSET, UnsetType
from msgspec.structs import replace

from autograder import __version__
from autograder.course.answers import Answers, Mistake
from autograder.course.checks import collect_checks
from autograder.course.course import Course
from autograder.course.diagnosis import Diagnosis
from autograder.errors import SubmissionProblem
from autograder.gradebook.bounds import bounded
from autograder.gradebook.records import AssignmentResult, CheckResult, Counterexample, Evidence, GraderInfo, Result
from autograder.grading.broken import failures, fault, solution_source, told_apart
from autograder.grading.evidence import asked, figures_of, sources_of, told_of
from autograder.grading.own_limits import JUDGING, USED_UP, Budget, judging, read
from autograder.intake import memorised
from autograder.intake.finding import Found, Submission
from autograder.sandbox import Cell, Job, Limits, Sandbox, Source, Worker
from autograder.sandbox.trusted.attempts import Attempts, told
from autograder.selfcheck import counterexample as counterexample
from autograder.selfcheck.assignment import Assignment
from autograder.selfcheck.business import users
from autograder.selfcheck.cells import parse
from autograder.selfcheck.face import Face
from autograder.selfcheck.judge import BROKEN, PASSED, TIMEOUT, Verdict, judge, not_run
from autograder.selfcheck.marks import Check
from autograder.selfcheck.outcome import forget
from autograder.selfcheck.trouble import Raised, Stopped
from autograder.text import Text

NOTHING = Text()
PATIENCE = 5  # once an exercise ran out of time, its later checks get this fraction of the limit
GIVEN = ("probes", "pictures", "checks_public")  # files of an assignment that students have too
FIRST, USERS, DEADLY = range(3)  # in which an exercise is asked
DEATHS = 2  # of a module, after which the rest of its checks is not run
DIAGNOSES = 8  # that are kept: one for each assignment and seed


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
        # first of all, for nothing secret is here yet
        self.sandbox = Sandbox(require_tier, device, rules=tuple(sorted(rules)), core=core)
        try:
            torch.set_num_threads(1)
            self.checks = collect_checks(self.assignments)
            self.seed, self.device = seed, device
            self.exercises = [name for a in course.assignments for name in a.exercises]
            self.given = _handed_out(course)
            self.probes = {a.name: _probes(a) for a in self.assignments}
            self.published = {a.name: published_modules(course, a) for a in self.assignments}
            self._diagnoses: dict[tuple[str, int], Diagnosis] = {}
        except BaseException:
            self.sandbox.close()
            raise

    def close(self) -> None:
        self.sandbox.close()

    def grade(self, found: Found) -> Result:
        """The result of one submission; one that cannot be read is `failed` with every check at 0."""
        started, clock = datetime.now(UTC), time.perf_counter()
        self.evidence = Evidence()
        try:
            submission = read(found)
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
        handed_in = [a for a in self.assignments if a.module in submission.modules]
        seed, budget = attempt_seed(self.seed, found.attempt, found.returned), Budget(len(handed_in))
        assignments = [self._assignment(a, submission, seed, budget) for a in self.assignments]
        notes = [*submission.notes, *remarkable(submission, self.given)]
        result = self._result(
            found, submission.sha256, started, clock, assignments, notes=notes, unused=submission.unused
        )
        result.evidence = self.evidence
        return result

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
        result = Result(
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
            attempt_seed=attempt_seed(self.seed, found.attempt, found.returned),
        )
        return bounded(result)

    def _absent(self, assignment: Assignment, message: Text) -> AssignmentResult:
        return self._rows(assignment, [not_run(check, message) for check in self.checks[assignment.name]], "", {})

    def _assignment(
        self, assignment: Assignment, submission: Submission, seed: int, budget: Budget
    ) -> AssignmentResult:
        if assignment.module not in submission.modules:
            return self._absent(assignment, submission.absence(assignment.module))
        module = assignment.module
        budget.begin()
        job = self._job(assignment, submission.sources(module), seed, submission.files(module))
        session = _Session(self.sandbox, job, assignment, budget, self.exercises)
        verdicts, noticed = session.run(self.checks[assignment.name], seed)
        verdicts = told_apart(self.course, assignment, verdicts, seed)
        session.explain(verdicts)
        named = self._named(assignment, verdicts, seed)
        rows = self._rows(assignment, verdicts, submission.taken.get(assignment.module, ""), named)
        broken = [fault(self.course, assignment, v) for v in verdicts if v.status == BROKEN]  # told to the instructor
        rows.notes = [*noticed, *broken, *told(session.attempts, job)]
        self.evidence.sources[assignment.name] = sources_of(submission.modules[module])
        self.evidence.figures[assignment.name] = figures_of(verdicts)
        self.evidence.checks[assignment.name] = {
            v.check.name: told_of(v, f"{seed}/{assignment.name}/{v.check.name}") for v in verdicts if v.status != PASSED
        }
        return rows

    def rehearse(self, assignment: Assignment) -> list[Text]:
        """What is wrong with the checks that the solution, graded like a submission, does not pass; trains nothing."""
        source = solution_source(self.course, assignment)
        job = self._job(assignment, {assignment.module: source}, self.seed)
        quick = [check for check in self.checks[assignment.name] if check.seconds is None]
        verdicts, _ = _Session(self.sandbox, job, assignment, Budget(0), self.exercises).run(quick, self.seed)
        return [fault(self.course, assignment, v) for v in failures(verdicts)]

    def _job(
        self, assignment: Assignment, sources: dict[str, Source], seed: int, files: dict[str, bytes] | None = None
    ) -> Job:
        return Job(
            assignment.module,
            sources,
            self.probes[assignment.name],
            Limits(assignment.seconds, assignment.cpu_seconds, assignment.memory_mb, assignment.answer_mb),
            _number(f"worker:{assignment.name}"),  # nothing of the run's seed, which could be found by trying
            self.device,
            self.published[assignment.name],
            files or {},
        )

    def _rows(
        self, assignment: Assignment, verdicts: list[Verdict], source: str, named: dict[str, Mistake]
    ) -> AssignmentResult:
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
                    round(v.seconds, 0 if v.check.hidden else 3),  # how long a hidden check lasts, the code may choose
                    _recorded(v.counterexample),
                )
            )
        for exercise in assignment.exercises.values():
            mine = [v for v in verdicts if v.check.exercise == exercise.name]
            if mine and all(v.status == PASSED for v in mine) and exercise.lesson:
                lessons[exercise.name] = exercise.lesson
        return AssignmentResult(
            assignment.name, _sum(r.score for r in rows), _sum(r.max_score for r in rows), rows, source, lessons
        )

    def _named(self, assignment: Assignment, verdicts: list[Verdict], seed: int) -> dict[str, Mistake]:
        """The mistake behind each exercise that failed, where exactly one fits."""
        failed = dict.fromkeys(v.check.exercise for v in verdicts if v.status != PASSED and v.calls)
        if not failed:
            return {}
        diagnosis = self._diagnosis(assignment, seed)
        found = {exercise: diagnosis.name(exercise, verdicts) for exercise in failed}
        return {exercise: mistake for exercise, mistake in found.items() if mistake}

    def _diagnosis(self, assignment: Assignment, seed: int) -> Diagnosis:
        """Later attempts meet other inputs, so the mistakes are tried anew for them; those of the first stay."""
        key = assignment.name, seed
        if key not in self._diagnoses:
            later = [k for k in self._diagnoses if k[1] != self.seed]
            if len(later) >= DIAGNOSES:
                del self._diagnoses[later[0]]
            self._diagnoses[key] = Diagnosis(Answers(self.course, assignment), self.checks[assignment.name], seed)
        return self._diagnoses[key]


class _Session:
    """The checks of one module, with a fresh worker when one has died, until it has died too often."""

    def __init__(self, sandbox: Sandbox, job: Job, assignment: Assignment, budget: Budget, exercises: Iterable[str]):
        self.sandbox, self.job, self.assignment, self.budget = sandbox, job, assignment, budget
        self.exercises = frozenset(exercises)
        self.file = os.path.basename(job.sources[job.module].filename)
        self.worker: Worker | None = None
        self.noticed: list[Text] = []
        self.attempts: list[Attempts] = []
        self.slow: set[str] = set()
        self.deadly: list[str] = []  # the exercise of each death
        self.turns: dict[str, int] = {}  # of these, and of what uses them

    def run(self, checks: list[Check], seed: int) -> tuple[list[Verdict], list[Text]]:
        """The verdicts, and what was noticed while the files were read.

        After all others come those that use an exercise that was the end of a worker, and then that one: they shall
        cost the others nothing. No worker that has heard a question of a hidden check hears one of a public check:
        what students read of that could tell it.
        """
        verdicts: dict[str, Verdict] = {}
        try:
            for turn in (FIRST, USERS, DEADLY):
                self._end_worker()
                for hidden in (False, True):
                    for check in (c for c in checks if c.hidden == hidden and c.name not in verdicts):
                        if self.turns.get(check.exercise, FIRST) <= turn:
                            verdicts[check.name] = self._verdict(check, seed)
        finally:
            self._end_worker()
        return [verdicts[check.name] for check in checks], self.noticed

    def explain(self, verdicts: list[Verdict]) -> None:
        """Add counter-examples, each from a fresh worker: one that heard a hidden input could tell it as an answer.

        They change no mark. An exercise that ran out of time, or whose worker died, gets none.
        """
        ours = time.process_time()
        try:
            with judging():
                counterexample.add_counterexamples(verdicts, self._fresh_face)
        except Stopped:
            pass
        finally:
            self.budget.charge(time.process_time() - ours)
            self._end_worker()

    def _fresh_face(self, check: Check) -> Face | None:
        self._end_worker()
        limit = self.assignment.seconds / PATIENCE
        if check.exercise in self.slow or check.exercise in self.deadly or self.budget.left < 2 * limit:
            return None
        self.worker = self.sandbox.open(replace(self.job, limits=replace(self.job.limits, seconds=limit)))
        if self.worker.loaded:
            return None
        self.worker.begin(limit, self.budget.wall)
        return Face(self.worker, self.job.module, self.exercises, self.file)

    def _verdict(self, check: Check, seed: int) -> Verdict:
        if len(self.deadly) >= DEATHS:
            return not_run(check, _given_up(self.job.module))
        if self.budget.left:
            worker = self._living_worker()
            if worker.loaded:
                return not_run(check, _not_importable(self.job.module, worker.loaded))
            if self.budget.left:
                return self._judge(worker, check, seed)
        return Verdict(check, TIMEOUT, 0.0, Text("not run: ", "未运行：") + USED_UP + Text(".", "。"), TIMEOUT)

    def _end_worker(self) -> None:
        if self.worker:
            self.budget.charge(self.worker.cost())
            self.worker.close()
        self.worker = None

    def _living_worker(self) -> Worker:
        if self.worker is None or (not self.worker.alive and not self.worker.loaded):
            limits = replace(self.job.limits, seconds=min(self.job.limits.seconds, self.budget.left))
            self.worker = self.sandbox.open(replace(self.job, limits=limits))
            self.budget.charge(self.worker.cost())
            self.noticed = self.noticed or [note.text for note in self.worker.notes()]
            self.attempts.append(self.worker.tried)
        return self.worker

    def _judge(self, worker: Worker, check: Check, seed: int) -> Verdict:
        limit, left = check.seconds or self.assignment.seconds, self.budget.left
        if check.exercise in self.slow:
            limit /= PATIENCE
        if check.seconds:
            left = self.budget.on_the_wall
        worker.begin(min(limit, left), self.budget.wall, discreet=check.hidden)
        ours = time.process_time()
        verdict = self._judged(worker, check, seed)
        cost = worker.cost() + time.process_time() - ours
        if not check.seconds:
            self.budget.charge(cost)
        if verdict.status == TIMEOUT:
            self.slow.add(check.exercise)
            if not self.budget.left:
                verdict.message += Text("; ", "；") + USED_UP + Text(".", "。")
        elif not worker.alive:
            self.deadly.append(check.exercise)
            self.turns = dict.fromkeys(_users(self.job, set(self.deadly)), USERS) | dict.fromkeys(self.deadly, DEADLY)
        if verdict.status != PASSED:
            verdict.asked = asked(verdict)
        forget(verdict)
        return verdict

    def _judged(self, worker: Worker, check: Check, seed: int) -> Verdict:
        """The verdict of a check, whatever its answers make of our own time."""
        face, forbidden = (
            Face(worker, self.job.module, self.exercises, self.file),
            self.assignment.forbidden(check.exercise),
        )
        try:
            with judging(JUDGING + (check.seconds or 0) / 10):
                return judge(check, face, seed, forbidden)
        except Stopped as stopped:  # it struck between the check and its verdict
            return Verdict(check, stopped.status, 0.0, stopped.text, stopped.status)


def _recorded(found: counterexample.Counterexample | None) -> Counterexample | UnsetType:
    if found is None:
        return UNSET
    return Counterexample(found.call, found.inputs, found.got, found.expected, found.where, found.drawing)


def _not_importable(module: str, trouble: Exception) -> Text:
    raised = getattr(trouble, "raised", trouble)
    place = raised.place() if isinstance(raised, Raised) else NOTHING
    why = trouble.text if isinstance(trouble, Stopped) else Text(str(raised))
    begin = Text(f"{module}.py cannot be imported: ", f"{module}.py 无法导入：")
    return begin + why + ("\n    " + place if place else "")


def _users(job: Job, names: set[str]) -> set[str]:
    """The names, and what in the student's files uses them, as far as their text shows it in time."""
    try:
        with judging():
            blocks = [block for cell in job.sources[job.module].cells for block in parse(cell)[0]]
            return users(blocks, names)
    except (Stopped, MemoryError, RecursionError):
        return names


def _given_up(module: str) -> Text:
    return Text(
        f"not run: the process of {module}.py ended, or had to be ended, {DEATHS} times. "
        "The checks in which that happened say how: mend them first.",
        f"未运行：{module}.py 的进程已有 {DEATHS} 次意外结束或被终止。请先按相应检查的说明修正。",
    )


def remarkable(submission: Submission, given: frozenset[str] = frozenset()) -> list[Text]:
    """What an instructor should look at: sources that could hold memorised answers; `given` the course handed out."""
    helpers = [source for beside in submission.helpers.values() for source in beside.values()]
    sources = [*submission.modules.values(), *helpers]
    codes = ["\n".join(cell.code for cell in source.cells) for source in sources]
    codes.append("\n".join(source.filename for source in sources))  # names can spell data too
    notes = []
    if memorised.is_large(codes):
        size = sum(map(len, codes)) >> 10
        notes.append(
            Text(
                f"The submission is {size} KB of source: look whether it holds memorised data.",
                f"这份提交的源代码有 {size} KB：请看看其中是否藏有背下来的数据。",
            )
        )
    if (size := memorised.weight(codes, given)) > memorised.LIMIT:
        notes.append(
            Text(
                f"Its literals and names hold {size / 1000:.1f} kB of data, compressed: look whether it is memorised.",
                f"源代码的字面量和名称中有 {size / 1000:.1f} kB 数据（压缩后）：请看看它是不是背下来的。",
            )
        )
    return notes


def _handed_out(course: Course) -> frozenset[str]:
    """What every student was given in writing; the words of the stubs stand in the solutions."""
    files = [
        path for a in course.select(None) for path in (course.solutions(a) / f"{a.module}.py", *a.folder.glob("*.py"))
    ]
    files += (course.root / "assignments").glob("*.py")
    published = [path for path in files if path.name != "checks_hidden.py" and path.is_file()]
    return memorised.known(path.read_text(encoding="utf-8") for path in published)


def published_modules(course: Course, assignment: Assignment) -> dict[str, Source]:
    """What students find importable beside their own files: the template's own modules and this assignment's."""
    files = [*(course.root / "assignments").glob("*.py"), *(assignment.folder / f"{name}.py" for name in GIVEN)]
    texts = {file: file.read_text(encoding="utf-8") for file in files if file.is_file()}
    return {file.stem: Source(file.name, (Cell(text, file.name),)) for file, text in texts.items()}


def _probes(assignment: Assignment) -> str | None:
    file = assignment.folder / "probes.py"
    return file.read_text(encoding="utf-8") if file.is_file() else None


def attempt_seed(seed: int, attempt: int, returned: int = 0) -> int:
    """What the inputs of a person's n-th attempt are drawn from: what one attempt learned does not help the next.

    Nor does feedback that was `returned` so many times help whoever hands in after it. A first attempt before that
    draws from the run's own seed, so that a run with the seed of a later attempt repeats that attempt.
    """
    seed = _number(f"returned:{seed}:{returned}") if returned else seed
    return seed if attempt <= 1 else _number(f"attempt:{seed}:{attempt}")


def _number(text: str) -> int:
    return int.from_bytes(hashlib.sha256(text.encode()).digest()[:6], "big")


def _sum(points: Iterable[float]) -> float:
    return round(float(sum(points)), 6)
