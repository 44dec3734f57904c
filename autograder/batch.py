"""Grades a class: lists submissions, spreads them over trusted processes, keeps what an earlier run has graded."""

import secrets
import sys
import tempfile
from collections import deque
from concurrent.futures import FIRST_COMPLETED, Future, ProcessPoolExecutor, wait
from concurrent.futures.process import BrokenProcessPool
from dataclasses import dataclass, replace
from multiprocessing import get_context
from pathlib import Path
from typing import Callable

import msgspec
from msgspec import Struct

from autograder import crew
from autograder.bundle import Bundle
from autograder.cores import cores
from autograder.gradebook import Gradebook, write_whole
from autograder.records import Result
from autograder.sandbox.process import holds_sockets
from autograder.selfcheck import language
from autograder.selfcheck.language import say
from autograder.submissions import Found, SubmissionProblem, find_submissions, read_submission

AHEAD = 2  # submissions handed to each process before it asks: keeps it busy, and memory flat


class BatchError(Exception):
    """The command cannot be carried out as given; nothing was graded."""


class Run(Struct):
    """`OUT/run.json`: what must stay the same when a grading is taken up again."""

    seed: int
    assignments: list[str]
    device: str
    bundle_sha256: str


@dataclass(frozen=True)
class Options:
    """What `autograder grade` was asked to do; `workers` 0 means one per core."""

    out: Path
    names: tuple[str, ...] = ()
    workers: int = 0
    device: str = "auto"
    seed: int | None = None
    require_tier: str = "restricted"


@dataclass
class Summary:
    """How a batch went: all results of this call's submissions, how many were kept from an earlier run."""

    results: list[Result]
    kept: int


def grade(paths: list[Path], options: Options, bundle: Bundle,
          progress: Callable[[int, int, str], None] = lambda done, total, name: None) -> Summary:
    """Grade every submission in `paths` into `options.out`.

    Raises `BatchError`, `PathProblem`, `BundleError` or `TierRefused` before anything is written.
    """
    assignments = bundle.select(list(options.names))
    found = find_submissions(paths, {a.name: a.module for a in bundle.assignments},
                             {a.module: tuple(a.exercises) for a in bundle.assignments}, out=options.out)
    earlier = _earlier_run(options, [a.name for a in assignments])
    seed = options.seed if options.seed is not None else earlier.seed if earlier else secrets.randbits(48)
    order = crew.Order(str(bundle.root), tuple(a.name for a in assignments), seed, options.device, options.require_tier,
                       language.current())
    with _Crew(order, min(options.workers or cores(), max(len(found), 1))) as crew_:
        order = crew_.ready()
        run = Run(seed, [a.name for a in assignments], order.device, bundle.sha256)
        options.out.mkdir(parents=True, exist_ok=True)
        write_whole(options.out / "run.json", msgspec.json.format(msgspec.json.encode(run), indent=1))
        book = Gradebook(options.out)
        try:
            kept = {f.name for f in found if _is_kept(book.get(f.name), f, run)}
            done = len(kept)
            progress(done, len(found), "")
            for result in crew_.grade(f for f in found if f.name not in kept):
                book.add(result)
                done += 1
                progress(done, len(found), result.submission)
            book.write_files()
            results = [book.get(f.name) for f in found]
        finally:
            book.close()
    return Summary(results, len(kept))


def _earlier_run(options: Options, names: list[str]) -> Run | None:
    file = options.out / "run.json"
    if not file.is_file():
        return None
    try:
        run = msgspec.json.decode(file.read_bytes(), type=Run)
    except msgspec.MsgspecError as error:
        raise BatchError(say(f"{file} cannot be read ({error}): use a new -o",
                             f"无法读取 {file}（{error}）：请换一个新的 -o")) from None
    if options.seed is not None and options.seed != run.seed:
        raise BatchError(say(f"{options.out} was graded with seed {run.seed}, not {options.seed}: use a new -o",
                             f"{options.out} 是用种子 {run.seed} 批改的，不是 {options.seed}：请换一个新的 -o"))
    if names != run.assignments:
        raise BatchError(say(f"{options.out} holds a grading of {', '.join(run.assignments)}: use a new -o",
                             f"{options.out} 中是 {', '.join(run.assignments)} 的批改结果：请换一个新的 -o"))
    return run


def _is_kept(result: Result | None, found: Found, run: Run) -> bool:
    """Whether an earlier result still says what a new grading would."""
    if result is None or result.status != "graded":
        return False
    if (result.seed, result.device, result.grader.bundle_sha256) != (run.seed, run.device, run.bundle_sha256):
        return False
    if [a.name for a in result.assignments] != run.assignments:
        return False
    try:
        return read_submission(found).sha256 == result.sha256
    except SubmissionProblem:
        return False


def _start_method() -> str:
    """How trusted processes start: forked from one that imported torch, or each importing it itself."""
    can_fork = sys.platform == "linux" and holds_sockets(tempfile.gettempdir())  # macOS cannot fork what imported torch
    return "forkserver" if can_fork else "spawn"


class _Crew:
    """The trusted processes. One that dies is replaced; the submissions it held are tried once more, each alone."""

    def __init__(self, order: crew.Order, workers: int):
        self.order, self.workers = order, workers
        self.pool = self._pool()

    def __enter__(self):
        return self

    def __exit__(self, *error):
        self.pool.shutdown(wait=error[0] is not KeyboardInterrupt, cancel_futures=True)

    def _pool(self):
        context = get_context(_start_method())
        if context.get_start_method() == "forkserver":
            context.set_forkserver_preload(["autograder.grading"])
        return ProcessPoolExecutor(self.workers, context, initializer=crew.enlist, initargs=(self.order,))

    def ready(self) -> crew.Order:
        """Start all processes and wait until one can grade; gives the order with the device that was found."""
        first, *_ = [self.pool.submit(crew.ready) for _ in range(self.workers)]
        self.order = replace(self.order, device=first.result())
        return self.order

    def grade(self, found):
        """Results as they come."""
        waiting, held, suspects = iter(found), {}, deque()
        while True:
            while len(held) < AHEAD * self.workers and (f := next(waiting, None)) is not None:
                held[self._submit(f)] = f
            if not held:
                break
            finished, _ = wait(held, return_when=FIRST_COMPLETED)
            for future in finished:
                f = held.pop(future)
                if isinstance(future.exception(), BrokenProcessPool):
                    suspects.append(f)
                else:
                    yield future.result()
            if suspects:  # the pool is gone: whatever it held is tried again, each alone
                suspects.extend(f for future, f in held.items())
                held.clear()
                self._renew()
                yield from self._alone(suspects)
                suspects.clear()

    def _alone(self, suspects):
        for f in suspects:
            try:
                yield self._submit(f).result()
            except BrokenProcessPool:
                self._renew()
                yield self.pool.submit(crew.broken, f.name).result()

    def _submit(self, f: Found) -> Future:
        try:
            return self.pool.submit(crew.grade, f)
        except BrokenProcessPool:
            self._renew()
            return self.pool.submit(crew.grade, f)

    def _renew(self):
        self.pool.shutdown(wait=False, cancel_futures=True)
        self.pool = self._pool()
