"""Grades a class: lists submissions, spreads them over trusted processes, keeps what an earlier run has graded."""

import secrets
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

import msgspec
from msgspec.structs import replace

from autograder.course.course import Course
from autograder.errors import BatchError, SubmissionProblem, reported
from autograder.gradebook.records import Result, Run, Summary
from autograder.gradebook.store import Gradebook, write_whole
from autograder.grading.grader_process import Order
from autograder.grading.pool import Pool
from autograder.grading.rehearsal import rehearse
from autograder.intake.finding import Found, find_submissions, read_submission
from autograder.sandbox.cores import cores
from autograder.sandbox.lock.lockdown import DEFAULT_TIER


@dataclass(frozen=True)
class Options:
    """What `autograder grade` was asked to do; `workers` 0 means one per core."""

    out: Path
    names: tuple[str, ...] = ()
    workers: int = 0
    device: str = "auto"
    seed: int | None = None
    require_tier: str = DEFAULT_TIER


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
    assignments = course.select(list(options.names))
    found = find_submissions(
        paths,
        {a.name: a.module for a in course.assignments},
        {a.module: tuple(a.exercises) for a in course.assignments},
        out=options.out,
    )
    earlier = _earlier_run(options, [a.name for a in assignments])
    seed = options.seed if options.seed is not None else earlier.seed if earlier else secrets.randbits(48)
    names = tuple(a.name for a in assignments)
    order = Order(str(course.root), names, seed, options.device, options.require_tier)
    with Pool(order, min(options.workers or cores(), max(len(found), 1))) as pool:
        run = Run(seed, list(names), pool.ready().device, course.sha256)
        rehearse(pool, course, assignments)
        with reported(options.out):
            options.out.mkdir(parents=True, exist_ok=True)
        write_whole(options.out / "run.json", msgspec.json.format(msgspec.json.encode(run), indent=1))
        with Gradebook(options.out) as book:
            kept = {f.name for f in found if _is_kept(book.get(f.name), f, run)}
            done = len(kept)
            progress(done, len(found), "")
            for result in pool.grade(_at_its_attempt(f, book.get(f.name)) for f in found if f.name not in kept):
                book.add(result)
                done += 1
                progress(done, len(found), result.submission)
            book.write_files()
            results = [result for f in found if (result := book.get(f.name))]
    return Summary(results, len(kept))


def _earlier_run(options: Options, names: list[str]) -> Run | None:
    file = options.out / "run.json"
    if not file.is_file():
        return None
    try:
        with reported(file):
            run = msgspec.json.decode(file.read_bytes(), type=Run)
    except msgspec.MsgspecError as error:
        raise BatchError(
            f"{file} cannot be read ({error}): use a new -o", f"无法读取 {file}（{error}）：请换一个新的 -o"
        ) from None
    if options.seed is not None and options.seed != run.seed:
        raise BatchError(
            f"{options.out} was graded with seed {run.seed}, not {options.seed}: use a new -o",
            f"{options.out} 是用种子 {run.seed} 批改的，不是 {options.seed}：请换一个新的 -o",
        )
    if names != run.assignments:
        raise BatchError(
            f"{options.out} holds a grading of {', '.join(run.assignments)}: use a new -o",
            f"{options.out} 中是 {', '.join(run.assignments)} 的批改结果：请换一个新的 -o",
        )
    return run


def _is_kept(result: Result | None, found: Found, run: Run) -> bool:
    """Whether an earlier result still says what a new grading would."""
    if result is None or result.status != "graded":
        return False
    if (result.seed, result.device, result.grader.bundle_sha256) != (run.seed, run.device, run.bundle_sha256):
        return False
    if [a.name for a in result.assignments] != run.assignments or result.has_broken_checks:
        return False
    return _sha256(found) == result.sha256


def _at_its_attempt(found: Found, earlier: Result | None) -> Found:
    """What was handed in anew in the same place is a further attempt; the same again is the attempt that it was."""
    if earlier is None:
        return found
    further = bool(earlier.sha256) and _sha256(found) != earlier.sha256
    return replace(found, attempt=max(found.attempt, earlier.attempt + further))


def _sha256(found: Found) -> str | None:
    try:
        return read_submission(found).sha256
    except SubmissionProblem:
        return None
