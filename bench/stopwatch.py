"""Wall and processor time of commands, and medians of repeated measurements."""

import contextlib
import os
import resource
import statistics
import subprocess
import sys
import time
from dataclasses import dataclass

from autograder.sandbox.lock.syscalls import prctl

PR_SET_CHILD_SUBREAPER = 36


@dataclass(frozen=True)
class Cost:
    """Seconds of wall time, and of processor time of a command and all its descendants."""

    wall: float
    cpu: float


def run(command: list[str], folder=None, expect: tuple[int, ...] = (0,), environment: dict | None = None) -> Cost:
    """Run a command to its end. Raises `RuntimeError` with its last words where the exit code is not expected."""
    adopt_orphans()
    before, start = resource.getrusage(resource.RUSAGE_CHILDREN), time.perf_counter()
    done = subprocess.run(
        command, cwd=folder, capture_output=True, text=True, env={**os.environ, **(environment or {})}
    )
    wall = time.perf_counter() - start
    with contextlib.suppress(ChildProcessError):
        while True:  # a process that outlives the command by a moment counts once it has ended
            os.wait()
    after = resource.getrusage(resource.RUSAGE_CHILDREN)
    if done.returncode not in expect:
        raise RuntimeError(
            f"{' '.join(command)} ended with {done.returncode}:\n{done.stdout[-2000:]}{done.stderr[-2000:]}"
        )
    return Cost(wall, after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime)


def adopt_orphans() -> None:
    """Become the parent of whatever a command leaves behind (Linux), so that its processor time counts too."""
    if sys.platform == "linux":
        prctl(PR_SET_CHILD_SUBREAPER, 1)


def median(measure, times: int = 5) -> float:
    """The median of `measure()` over several runs."""
    return statistics.median(measure() for _ in range(times))
