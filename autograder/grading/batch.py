"""Grades a class: lists submissions, spreads them over trusted processes, keeps what an earlier run has graded."""

import os
import secrets
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

import msgspec

from autograder.course.course import Course
from autograder.errors import BatchError, SubmissionProblem
from autograder.gradebook.hold import held
from autograder.gradebook.policy import load_policy
from autograder.gradebook.records import Result, Run, Summary
from autograder.gradebook.store import CURRENT, FILE, GONE, Gradebook, read_run, write_whole
from autograder.grading.grader_process import Machine, Order
from autograder.grading.own_limits import bounded_memory, read
from autograder.grading.pool import Pool
from autograder.grading.rehearsal import rehearse
from autograder.grading.roll import Roll
from autograder.intake.finding import Found, survey
from autograder.intake.trees import shown
from autograder.sandbox.cores import cores
from autograder.sandbox.lock.lockdown import DEFAULT_TIER
from autograder.text import Text


@dataclass(frozen=True)
class Options:
    """What `autograder grade` was asked to do; `workers` 0 means one per core, `replace` that an equal name is enough
    to be the same person."""

    out: Path
    names: tuple[str, ...] = ()
    workers: int = 0
    device: str = "auto"
    seed: int | None = None
    require_tier: str = DEFAULT_TIER
    replace: bool = False


def grade(
    paths: list[Path],
    options: Options,
    course: Course,
    progress: Callable[[int, int, str], None] = lambda done, total, name: None,
) -> Summary:
    """Grade every submission in `paths` into `options.out`.

    The solution is tried first.
    Raises `BatchError`, `PathProblem`, `CourseError` or `TierRefused` before anything is written.
    """
    names = tuple(a.name for a in course.select(list(options.names)))
    load_policy(
        course.root, [a.name for a in course.assignments]
    )  # a slip in `course.toml` is told before hours of grading
    with bounded_memory():
        seen = survey(
            paths,
            {a.name: a.module for a in course.assignments},
            {a.module: tuple(a.exercises) for a in course.assignments},
            out=options.out,
        )
    with held(options.out):
        seed = _seed(options)
        order = Order(str(course.root), names, seed, options.device, options.require_tier)
        with Pool(order, min(options.workers or cores(), max(len(seen.found), 1))) as pool:
            machine = pool.ready()
            rehearse(pool, course, course.select(list(names)))
            _write_run(
                options.out, Run(seed, list(names), machine.device, course.sha256, root=str(course.root)), course
            )
            with Gradebook(options.out) as book:
                batch = _Batch(book, names, course.sha256, machine, _returned(options.out))
                people = batch.grade(seen.found, pool, options.replace, progress)
                _mark_gone(book, paths, people)
                book.write_files()
                results = [r for name in people if not book.is_removed(name) and (r := book.get(name))]
    return Summary(results, batch.kept, batch.refused, seen.passed_over, seen.read_as)


class _Batch:
    """What one command grades, against what the gradebook holds already."""

    def __init__(self, book: Gradebook, names: tuple[str, ...], bundle: str, machine: Machine, returned: int):
        self.book, self.names, self.bundle, self.machine, self.returned = book, names, bundle, machine, returned
        self.kept = 0
        self.refused: list[Text] = []
        self.given: dict[str, int] = {}  # the number of the newest attempt that this command gave a person

    def grade(
        self, found: list[Found], pool: Pool, replace: bool, progress: Callable[[int, int, str], None]
    ) -> dict[str, None]:
        """Grade what is new or changed. The names of all people of this command, in order."""
        roll = Roll(self.book, replace)
        placed = roll.call(found)
        self.refused = roll.refused
        todo: dict[tuple, list[Found]] = {}  # a group's work is graded once
        for one in map(self._numbered, placed):
            if one is not None:
                todo.setdefault((one.origin, one.members, one.attempt), []).append(one)
        done = self.kept
        progress(done, len(placed), "")
        sharing = {(group[0].name, group[0].attempt): group for group in todo.values()}
        for result in pool.grade(group[0] for group in todo.values()):
            for one in sharing[result.submission, result.attempt]:
                self.book.add(msgspec.structs.replace(result, submission=one.name, person=one.person))
                done += 1
            progress(done, len(placed), result.submission)
        return dict.fromkeys(one.name for one in placed)

    def _numbered(self, found: Found) -> Found | None:
        """A submission with the number of its attempt; `None` where an earlier result still says the same."""
        facts = [f for f in self.book.facts(found.name) if f.assignments[0].name in self.names]
        same = _same(facts, found)
        if same and self._holds(same):
            self.kept += 1
            if not self.book.is_removed(found.name):
                self.book.set_current(found.name, CURRENT)
            return None
        earlier = [f.attempt for f in facts if f.assignments[0].source] + [self.given.get(found.name, 0)]
        attempt = same[-1].attempt if same else 1 + max(earlier)
        self.given[found.name] = max(attempt, self.given.get(found.name, 0))
        return msgspec.structs.replace(found, attempt=attempt, returned=self.returned)

    def _holds(self, facts: list[Result]) -> bool:
        """Whether facts of one submission say what a new grading would."""
        mine = (self.machine.device, self.machine.tier, self.machine.torch, self.bundle)
        good = {
            f.assignments[0].name
            for f in facts
            if f.status == "graded"
            and not f.has_broken_checks
            and (f.device, str(f.sandbox.get("tier", "")), f.grader.torch, f.grader.bundle_sha256) == mine
        }
        return good >= set(self.names)


def _same(facts: list[Result], found: Found) -> list[Result]:
    """The facts of this very submission: the newest of its place if nothing was changed since, or could not be read.

    What was graded elsewhere and has the same content is the same submission too.
    """
    if not facts:
        return []
    try:
        sha256 = read(found).sha256
    except SubmissionProblem:
        sha256 = ""
    here = [f for f in facts if f.origin.place == found.origin.place]
    newest = [f for f in here if f.attempt == max(f.attempt for f in here)]
    same = [f for f in newest or facts if sha256 and f.sha256 == sha256]
    return same or [f for f in newest if f.status == "failed"]


def _mark_gone(book: Gradebook, paths: list[Path], people: dict[str, None]) -> None:
    """Who came from one of these paths and is no longer there leaves the table of marks; the results stay."""
    roots = [shown(os.path.abspath(path)) for path in paths]
    for result in list(book.results()):
        place = result.origin.place
        if result.submission not in people and any(place == r or place.startswith(f"{r}/") for r in roots):
            book.set_current(result.submission, GONE)


def _seed(options: Options) -> int:
    """The seed of the folder of results, which has one; a fresh one where nothing was graded there yet."""
    run = read_run(options.out)
    seed = run.seed if run else None
    if seed is None and (options.out / FILE).is_file():
        with Gradebook(options.out) as book:
            seed = book.seed()
    if seed is None:
        return options.seed if options.seed is not None else secrets.randbits(48)
    if options.seed not in (None, seed):
        raise BatchError(
            f"{options.out} was graded with seed {seed}, not {options.seed}: use a new -o",
            f"{options.out} 是用种子 {seed} 批改的，不是 {options.seed}：请换一个新的 -o",
        )
    return seed


def _write_run(out: Path, run: Run, course: Course) -> None:
    """Say in `run.json` what was graded with; the assignments of earlier commands stay in it."""
    earlier = read_run(out)
    names = {*run.assignments, *(earlier.assignments if earlier else ())}
    known = [a.name for a in course.assignments if a.name in names]
    returned = earlier.returned if earlier else 0
    _write(out, msgspec.structs.replace(run, assignments=known + sorted(names - set(known)), returned=returned))


def _write(out: Path, run: Run) -> None:
    write_whole(out / "run.json", msgspec.json.format(msgspec.json.encode(run), indent=1))


def _returned(out: Path) -> int:
    run = read_run(out)
    return run.returned if run else 0


def note_return(out: Path) -> None:
    """Remember that feedback was written: what is graded here from now on is drawn from another seed."""
    if run := read_run(out):
        _write(out, msgspec.structs.replace(run, returned=run.returned + 1))
