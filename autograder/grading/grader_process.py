"""What runs in each trusted process of a batch: builds a grader on first use and grades what it is handed."""

import faulthandler
import gc
import multiprocessing
import os
import signal
import threading
import traceback
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from autograder.errors import DeviceMissing
from autograder.gradebook.records import Result
from autograder.intake.finding import Found
from autograder.sandbox.cores import stay_on, take_core
from autograder.text import Text

if TYPE_CHECKING:
    from autograder.grading.attempt import Grader


@dataclass(frozen=True)
class Order:
    """What to grade with; plain strings and numbers, so that it travels."""

    root: str
    names: tuple[str, ...]
    seed: int
    device: str
    require_tier: str


STUCK = 900  # seconds after which a process that grades one submission is no longer waited for


@dataclass(frozen=True)
class Machine:
    """What a grader found when it was built: where nets are trained, how confined students are, which torch."""

    device: str
    tier: str
    torch: str


_order: Order | None = None
_grader: "Grader | None" = None


def enlist(order: Order) -> None:
    """First act of a process: remember the order, leave Ctrl-C to the parent, and end when the parent does."""
    global _order
    _order = order
    os.environ.setdefault("PYTORCH_NVML_BASED_CUDA_CHECK", "1")
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    threading.Thread(target=_leave_with_parent, daemon=True).start()


def ready() -> Machine:
    """Build the grader; what it grades on."""
    grader = _the_grader()
    import torch

    return Machine(grader.device, str(grader.sandbox.report.get("tier", "")), str(torch.__version__))


def rehearse(names: list[str]) -> list[Text]:
    """What is wrong with the checks of these assignments, found by grading the solution."""
    grader = _the_grader()
    return [fault for a in grader.assignments if a.name in names for fault in grader.rehearse(a)]


def grade(found: Found) -> Result:
    """The result of one submission; what breaks the grader is a failed result that says so."""
    grader = _the_grader()
    faulthandler.dump_traceback_later(STUCK, exit=True)  # even compiled code that never returns ends with that
    try:
        return grader.grade(found)
    except Exception as error:
        where = _where(error)
        return _broken(
            found,
            Text(
                f"the grader broke on this submission ({where}); nothing is known of its marks",
                f"批改程序在此提交上出错（{where}），成绩未知",
            ),
        )
    finally:
        faulthandler.cancel_dump_traceback_later()
        gc.collect()


def _where(error: Exception) -> str:
    """The kind and the place of a fault of ours; its text may hold hidden inputs."""
    *_, last = traceback.extract_tb(error.__traceback__)
    return f"{type(error).__name__} in {os.path.basename(last.filename)}, line {last.lineno}"


def broken(found: Found) -> Result:
    """The result of a submission that ended the grader's process twice."""
    return _broken(found, Text("the grader's process ended twice on this submission", "批改进程在此提交上两次意外结束"))


def _broken(found: Found, message: Text) -> Result:
    """A failed result; without what the platform tells of the submission, where even that breaks the record."""
    try:
        return _the_grader().broken(found, message)
    except Exception:
        return _the_grader().broken(Found(found.name, found.path, found.expected), message)


def _the_grader() -> "Grader":
    global _grader
    if _grader is None:
        from autograder.course.course import load_course
        from autograder.grading.attempt import Grader
        from autograder.grading.own_limits import bound_memory

        assert _order is not None  # `enlist` came first
        core = take_core()
        _grader = Grader(
            load_course(Path(_order.root)),
            list(_order.names),
            _order.seed,
            _device(_order.device),
            _order.require_tier,
            core,
        )
        gc.collect()
        gc.freeze()  # what is there to stay need not be looked through after each submission
        bound_memory()
        stay_on(core)  # only now: while it starts, it and its zygote work at the same time
    return _grader


def _device(wish: str) -> str:
    """`auto` becomes `cuda` where torch sees one. Raises `DeviceMissing` for a wish that cannot be met."""
    if wish == "cpu":
        return "cpu"
    import torch

    if torch.cuda.is_available():
        return "cuda"
    if wish == "cuda":
        raise DeviceMissing(
            Text(
                "--device cuda: torch sees no GPU on this machine; use --device cpu or auto",
                "--device cuda：本机 torch 找不到 GPU；请用 --device cpu 或 auto",
            )
        )
    return "cpu"


def _leave_with_parent() -> None:
    """A killed parent cannot tell its children: wait for its end, so that none is left behind with its workers."""
    parent = multiprocessing.parent_process()
    assert parent is not None  # only its children wait
    parent.join()
    os._exit(1)
