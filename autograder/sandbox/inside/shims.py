"""Make torch do without what a locked worker cannot have (processes) and what few of them need (a compiler)."""

import functools
import importlib
import inspect
import sys
import types
from collections.abc import Callable

import torch
from torch.utils.data import DataLoader

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
