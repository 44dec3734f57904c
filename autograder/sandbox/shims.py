"""Make torch do without what a locked worker cannot have: processes of its own."""

import functools
import inspect

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
