"""The cost of one worker and of one call through the proxy, beside the same without confinement."""

import contextlib
import os
import statistics
import time

import torch

from autograder.sandbox import Cell, Job, Sandbox, Source
from autograder.sandbox.cores import allowed, stay_on
from autograder.selfcheck.assignment import load_file
from autograder.selfcheck.face import Face, local_face

CODE = "def same(X):\n    return X\n\ndef size(X):\n    return X.shape[0]\n"
JOB = Job("echo", {"echo": Source("echo.py", (Cell(CODE, "echo.py"),))})


def workers(times: int) -> dict:
    """Milliseconds to open and close a worker: confined as graded, and in a process without a lock."""
    found, openings = {}, {}
    with Sandbox("process") as confined, Sandbox("process", at_most="process") as bare:
        for _ in range(times):  # in turns, so that whatever else runs meets both alike
            for name, sandbox in (("confined", confined), ("unconfined", bare)):
                start = time.perf_counter()
                sandbox.open(JOB).close()
                openings.setdefault(name, []).append(1000 * (time.perf_counter() - start))
        found["tier"] = confined.report["tier"]
    found |= {name: statistics.median(values) for name, values in openings.items()}
    found["confinement adds"] = found["confined"] - found["unconfined"]
    found["ratio"] = found["confined"] / found["unconfined"]
    return found


def calls(work, times: int) -> dict:
    """Milliseconds of a call: a small tensor there and back, and 10,000 images there with a number back."""
    file = work / "echo.py"
    file.write_text(CODE, encoding="utf-8")
    small, images = torch.ones(6, 8), torch.zeros(10_000, 1, 28, 28)
    core = next(iter(allowed()), None)  # not taken: the graders of other sections need one each
    with Sandbox("process", core=core) as sandbox, sandbox.open(JOB) as worker, _staying_on(core):
        worker.begin(600)
        there, here = Face(worker, "echo"), local_face(load_file(file, "echo"))
        return {
            "small tensor, through the proxy": _ms(lambda: there.same(small), 100 * times),
            "small tensor, direct": _ms(lambda: here.same(small), 100 * times),
            "10,000 images, through the proxy": _ms(lambda: there.size(images), times),
            "10,000 images, direct": _ms(lambda: here.size(images), times),
        }


@contextlib.contextmanager
def _staying_on(core):
    """Where a grader stays, while the rest of the benchmark may use every core."""
    before = allowed()
    stay_on(core)
    try:
        yield
    finally:
        if core is not None:
            os.sched_setaffinity(0, before)


def _ms(action, times: int) -> float:
    action()
    values = []
    for _ in range(times):
        start = time.perf_counter()
        action()
        values.append(1000 * (time.perf_counter() - start))
    return statistics.median(values)
