"""The trusted processes that grade a class: they start at once, one that dies is replaced, nothing it held is lost."""

import sys
import tempfile
from collections import deque
from collections.abc import Iterable, Iterator
from concurrent.futures import FIRST_COMPLETED, Future, ProcessPoolExecutor, wait
from concurrent.futures.process import BrokenProcessPool
from dataclasses import replace
from multiprocessing import get_context

from autograder.gradebook.records import Result
from autograder.grading import grader_process
from autograder.intake.finding import Found
from autograder.sandbox.process import holds_sockets
from autograder.text import Text

AHEAD = 2  # submissions handed to each process before it asks: keeps it busy, and memory flat


def start_method() -> str:
    """How trusted processes start: forked from one that imported torch, or each importing it itself."""
    can_fork = sys.platform == "linux" and holds_sockets(tempfile.gettempdir())  # macOS cannot fork what imported torch
    return "forkserver" if can_fork else "spawn"


class Pool:
    """The trusted processes. One that dies is replaced; the submissions they held are tried once more, each alone.

    They come last, so that nobody waits for the one that it died of.
    """

    def __init__(self, order: grader_process.Order, workers: int):
        self.order, self.workers = order, workers
        self.pool = self._pool()

    def __enter__(self) -> "Pool":
        return self

    def __exit__(self, *error: object) -> None:
        self.pool.shutdown(wait=error[0] is not KeyboardInterrupt, cancel_futures=True)

    def _pool(self) -> ProcessPoolExecutor:
        context = get_context(start_method())
        if context.get_start_method() == "forkserver":
            context.set_forkserver_preload(["autograder.grading.attempt"])
        return ProcessPoolExecutor(self.workers, context, initializer=grader_process.enlist, initargs=(self.order,))

    def ready(self) -> grader_process.Machine:
        """Start all processes and wait until one can grade; gives what it grades on, which is the order from now on."""
        first, *_ = [self.pool.submit(grader_process.ready) for _ in range(self.workers)]
        machine = first.result()
        self.order = replace(self.order, device=machine.device)
        return machine

    def rehearse(self, names: list[str]) -> list[Text]:
        """What is wrong with the checks of these assignments: those that the solution does not pass."""
        return self.pool.submit(grader_process.rehearse, names).result()

    def grade(self, found: Iterable[Found]) -> Iterator[Result]:
        """Results as they come."""
        waiting = iter(found)
        held: dict[Future[Result], Found] = {}
        suspects: deque[Found] = deque()
        while True:
            while len(held) < AHEAD * self.workers and (f := next(waiting, None)) is not None:
                held[self._submit(f)] = f
            if not held:
                break
            finished, _ = wait(held, return_when=FIRST_COMPLETED)
            broken = False
            for future in finished:
                f = held.pop(future)
                if isinstance(future.exception(), BrokenProcessPool):
                    suspects.append(f)
                    broken = True
                else:
                    yield future.result()
            if broken:  # the pool is gone with whatever it held
                suspects.extend(held.values())
                held.clear()
                self._renew()
        yield from self._alone(suspects)

    def _alone(self, suspects: Iterable[Found]) -> Iterator[Result]:
        for f in suspects:
            try:
                yield self._submit(f).result()
            except BrokenProcessPool:
                self._renew()
                yield self.pool.submit(grader_process.broken, f).result()

    def _submit(self, f: Found) -> Future[Result]:
        try:
            return self.pool.submit(grader_process.grade, f)
        except BrokenProcessPool:
            self._renew()
            return self.pool.submit(grader_process.grade, f)

    def _renew(self) -> None:
        self.pool.shutdown(wait=False, cancel_futures=True)
        self.pool = self._pool()
