"""Do without what a locked worker cannot have (processes) and what few of them need (a compiler)."""

import functools
import importlib
import inspect
import multiprocessing.pool
import multiprocessing.process
import multiprocessing.synchronize
import subprocess
import sys
import types
from collections.abc import Callable
from typing import Any, NoReturn

import torch
from torch.utils.data import DataLoader

NO_PROCESSES = "the grader runs no other processes: let this one do the work / 评分时不能启动其他进程：请在本进程内完成"

WITH_PROCESSES = (
    "num_workers", "pin_memory", "timeout", "multiprocessing_context", "prefetch_factor", "persistent_workers",
)  # fmt: skip


def load_data_in_process() -> None:
    """Let every DataLoader load in its own process, with the same batches: D2L's asks for four more."""
    original = DataLoader.__init__
    signature = inspect.signature(original)

    @functools.wraps(original)
    def without_processes(self: DataLoader, *args: object, **kwargs: object) -> None:
        bound = signature.bind(self, *args, **kwargs)
        for name in WITH_PROCESSES:
            bound.arguments.pop(name, None)
        original(*bound.args, **bound.kwargs)

    DataLoader.__init__ = without_processes


def refuse_processes() -> None:
    """Answer a pool, a process or a command in words; the lock refuses them anyway, and a pool would wait for ever."""

    def refuse(*_: object, **__: object) -> NoReturn:
        sys.audit("os.fork")  # it was an attempt all the same
        raise PermissionError(NO_PROCESSES)

    def refuse_command(self: object, args: object = "", *_: object, **__: object) -> NoReturn:
        sys.audit("subprocess.Popen", args, args, None, None)
        raise PermissionError(NO_PROCESSES)

    subprocess.Popen.__init__ = refuse_command
    starters: list[tuple[Any, str]] = [
        (multiprocessing.process.BaseProcess, "start"),
        (multiprocessing.pool.Pool, "__init__"),
        (multiprocessing.synchronize.SemLock, "__init__"),
    ]
    for owner, name in starters:
        setattr(owner, name, refuse)
    subprocess.Popen.__del__ = lambda self, *_: None  # it would miss what was never begun


def leave_uncompiled() -> None:
    """Let `torch.compile` give back what it is given: a compiler is a process of its own, and the answers are equal."""

    def compiled(model: Any = None, **_: object) -> Any:
        return model if model is not None else lambda function: function

    torch.compile = compiled
    torch.nn.Module.compile = lambda self, *_, **__: None


class CompilerOnDemand(types.ModuleType):
    """Stands for `torch._dynamo`, which every optimizer imports to say where not to compile, until more is asked of it.

    The real one takes 1.5 s to import, and 70 MB that each fork would have to copy the page tables of.
    """

    @staticmethod
    def graph_break(msg: str = "") -> None:
        """Nothing is being compiled."""

    @staticmethod
    def disable(fn: Callable, recursive: bool = True, **options: object) -> Callable:
        """A function that is not to be compiled: itself."""
        return fn

    def __getattr__(self, name: str) -> object:
        return getattr(self.real(), name)

    def real(self) -> types.ModuleType:
        if sys.modules.get(self.__name__) is self:
            del sys.modules[self.__name__]
            importlib.import_module(self.__name__)
        return sys.modules[self.__name__]


def compile_on_demand() -> None:
    """Put off the import of torch's compiler until somebody compiles."""
    name = "torch._dynamo"
    if name not in sys.modules:
        sys.modules[name] = torch._dynamo = CompilerOnDemand(name)
