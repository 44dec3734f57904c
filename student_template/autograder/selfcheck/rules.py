"""By-hand rules: records the torch operators that really run, so that no name can hide a forbidden one."""

import threading
from fnmatch import fnmatchcase

from torch.utils._python_dispatch import TorchDispatchMode


class Watch(TorchDispatchMode):
    """While entered, notes each operator (such as `aten::convolution`) that matches a forbidden pattern.

    Threads started meanwhile are watched too. `reached` holds the operators that ran, in order, without repeats.
    """

    def __init__(self, forbidden: tuple[str, ...], spreads: bool = True):
        super().__init__()
        self.forbidden, self.reached, self._known = forbidden, [], {}
        self._spreads = spreads  # the watch in a thread must not patch again: threads end in any order

    @classmethod
    def _should_skip_dynamo(cls):
        return False  # nothing is compiled here; the default would import torch._dynamo at first use, 1.3 s

    def __torch_dispatch__(self, func, types, args=(), kwargs=None):
        operator = func._schema.name
        hit = self._known.get(operator)
        if hit is None:
            hit = self._known[operator] = any(fnmatchcase(operator, pattern) for pattern in self.forbidden)
        if hit and operator not in self.reached:
            self.reached.append(operator)
        return func(*args, **(kwargs or {}))

    def __enter__(self):
        if self._spreads:
            self._spread()
        return super().__enter__()

    def __exit__(self, *error):
        if self._spreads:
            threading.Thread._bootstrap_inner = self._bootstrap
        return super().__exit__(*error)

    def _spread(self):
        bootstrap = self._bootstrap = threading.Thread._bootstrap_inner

        def watched(thread):
            with Watch(self.forbidden, spreads=False) as other:
                other.reached = self.reached
                bootstrap(thread)

        threading.Thread._bootstrap_inner = watched
