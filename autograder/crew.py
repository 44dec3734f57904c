"""What runs in each trusted process of a batch: builds a grader on first use and grades what it is handed."""

import multiprocessing
import os
import signal
import threading
from dataclasses import dataclass

from autograder.cores import stay_on, take_core
from autograder.records import Result
from autograder.selfcheck import language
from autograder.selfcheck.language import say
from autograder.submissions import Found


@dataclass(frozen=True)
class Order:
    """What to grade with; plain strings and numbers, so that it travels."""

    root: str
    names: tuple[str, ...]
    seed: int
    device: str
    require_tier: str
    lang: str


class DeviceMissing(Exception):
    """`--device cuda` on a machine without one."""


_order: Order | None = None
_grader = None


def enlist(order: Order) -> None:
    """First act of a process: remember the order, leave Ctrl-C to the parent, and end when the parent does."""
    global _order
    _order = order
    language.choose(order.lang)
    os.environ.setdefault("PYTORCH_NVML_BASED_CUDA_CHECK", "1")
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    threading.Thread(target=_leave_with_parent, daemon=True).start()


def ready() -> str:
    """Build the grader; the device that it grades on."""
    return _the_grader().device


def grade(found: Found) -> Result:
    """The result of one submission; what breaks the grader is a failed result that says so."""
    grader = _the_grader()
    try:
        return grader.grade(found)
    except Exception as error:
        return grader.broken(found.name, say(
            f"the grader broke on this submission ({type(error).__name__}: {error}); nothing is known of its marks",
            f"批改程序在此提交上出错（{type(error).__name__}: {error}），成绩未知"))


def broken(name: str) -> Result:
    """The result of a submission that ended the grader's process twice."""
    return _the_grader().broken(name, say("the grader's process ended twice on this submission",
                                          "批改进程在此提交上两次意外结束"))


def _the_grader():
    global _grader
    if _grader is None:
        from autograder.bundle import load_bundle
        from autograder.grading import Grader

        core = take_core()
        _grader = Grader(load_bundle(_order.root), list(_order.names), _order.seed, _device(_order.device),
                         _order.require_tier, core)
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
        raise DeviceMissing(say("--device cuda: torch sees no GPU on this machine; use --device cpu or auto",
                                "--device cuda：本机 torch 找不到 GPU；请用 --device cpu 或 auto"))
    return "cpu"


def _leave_with_parent() -> None:
    """A killed parent cannot tell its children: wait for its end, so that none is left behind with its workers."""
    multiprocessing.parent_process().join()
    os._exit(1)
