"""The limits of a trusted process itself: what a worker sends may cost that worker, and nobody else."""

import contextlib
import signal
import sys
import threading
import time
import types
from collections.abc import Iterator

from autograder.errors import SubmissionProblem
from autograder.intake.finding import Found, Submission, read_submission
from autograder.selfcheck.trouble import Stopped
from autograder.text import Text

MB = 1 << 20
MEMORY_MB = 1024  # that it may take beyond what it has when it is ready to grade
JUDGING, READING = 10, 30  # seconds of its own processor time that one check, and the files of one submission, may cost
SUBMISSION, WALL = 300, 600  # seconds of one submission: less what other processes took, and by the clock on the wall
KEPT = 30  # of them, for each assignment still to come: what hangs in one costs no other
LEAST = 0.5  # seconds that are worth another check


def bound_memory() -> None:
    """From now on more memory is refused: an exception that costs one check, where the system would end us all.

    The hard limit stays, for workers that start later have limits of their own.
    """
    if sys.platform != "linux":
        return
    import resource

    from autograder.sandbox.lock.rlimits import memory

    hard = resource.getrlimit(resource.RLIMIT_DATA)[1]
    soft = memory()[1] + MEMORY_MB * MB
    resource.setrlimit(resource.RLIMIT_DATA, (soft if hard == resource.RLIM_INFINITY else min(soft, hard), hard))


@contextlib.contextmanager
def bounded_memory() -> Iterator[None]:
    """`bound_memory` for a while, in a process that has no bound: it looks at what was handed in."""
    if sys.platform != "linux":
        yield
        return
    import resource

    before = resource.getrlimit(resource.RLIMIT_DATA)
    if before[0] == resource.RLIM_INFINITY:
        bound_memory()
    try:
        yield
    finally:
        resource.setrlimit(resource.RLIMIT_DATA, before)


def read(found: Found) -> Submission:
    """What was handed in. Raises `SubmissionProblem`, also where reading it takes far too much time or memory."""
    try:
        with bounded_memory(), judging(READING):
            return read_submission(found)
    except Stopped:
        raise SubmissionProblem(
            f"reading the files took more than {READING} s of processor time: hand in .py files or notebooks alone.",
            f"读取文件所用的处理器时间超过 {READING} 秒：请只提交 .py 文件或笔记本。",
        ) from None


@contextlib.contextmanager
def judging(seconds: float = JUDGING) -> Iterator[None]:
    """Interrupt with `Stopped` what takes this process more than `seconds` of processor time, in its main thread.

    It strikes again each second, for whatever runs may have caught it.
    """
    if not hasattr(signal, "SIGPROF") or threading.current_thread() is not threading.main_thread():
        yield
        return
    before = signal.signal(signal.SIGPROF, lambda number, frame: _strike(seconds, frame))
    signal.setitimer(signal.ITIMER_PROF, seconds, 1)
    try:
        yield
    finally:
        try:
            signal.setitimer(signal.ITIMER_PROF, 0)
        finally:  # it may have struck in that very moment
            signal.setitimer(signal.ITIMER_PROF, 0)
            signal.signal(signal.SIGPROF, before)


def _strike(seconds: float, frame: types.FrameType | None) -> None:
    raise Stopped(
        "timeout",
        f"judging the answers took more than {seconds:g} s of processor time: they are far too large or too many.",
        f"评判这些结果所用的处理器时间超过 {seconds:g} 秒：结果过大或过多。",
    )


class Budget:
    """The time of one submission of `modules` modules; a check with a limit of its own counts on the wall only."""

    def __init__(self, modules: int) -> None:
        self.wall = time.monotonic() + WALL
        self.spent, self.to_come = 0.0, modules

    def begin(self) -> None:
        """Another module begins."""
        self.to_come -= 1

    def charge(self, seconds: float) -> None:
        self.spent += seconds

    @property
    def left(self) -> float:
        """Seconds that the module may still take; 0 once so few are left that nothing can be told in them."""
        left = min(SUBMISSION - self.spent - KEPT * self.to_come, self.on_the_wall)
        return left if left >= LEAST else 0.0

    @property
    def on_the_wall(self) -> float:
        return max(0.0, self.wall - time.monotonic())


USED_UP = Text(
    f"the submission has used up its time: {SUBMISSION} s for all its checks together, less what other programs took, "
    f"of which {KEPT} s are kept for each assignment still to come, and {WALL} s by the clock at most",
    f"整份提交的时间已用完：全部检查合计 {SUBMISSION} 秒（不计其他程序占用的时间），"
    f"其中为后面的每次作业保留 {KEPT} 秒；总时长不超过 {WALL} 秒",
)
