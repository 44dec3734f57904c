"""By-hand rules: records the forbidden torch operators that really run, so that no name can hide one.

torch's dispatcher looks for kernels key by key. A Python kernel for each forbidden operator stands at a key that torch
leaves free, above all of its own, and is looked at only while a watch is on: no other operator is any slower.
"""

import functools
import re
import threading
from collections.abc import Callable
from fnmatch import translate

import torch

_KEY = "TESTING_ONLY_GenericMode"


class Watch:
    """While entered, notes each operator (such as `aten::conv2d`) that matches one of the patterns `forbidden`.

    Threads started meanwhile are watched too. `reached` holds the operators that were called, in order, without
    repeats; what such an operator calls itself is not looked at.
    """

    def __init__(self, forbidden: tuple[str, ...]):
        self.reached: list[str] = []
        self._watched = prepare(forbidden)

    def __enter__(self) -> "Watch":
        global _on
        _on, self._before = self, _on
        bootstrap = self._bootstrap = threading.Thread._bootstrap_inner

        def watched(thread):
            with _looking():
                bootstrap(thread)

        threading.Thread._bootstrap_inner = watched
        self._guard = _looking()
        self._guard.__enter__()
        return self

    def __exit__(self, *error) -> None:
        global _on
        self._guard.__exit__(*error)
        threading.Thread._bootstrap_inner = self._bootstrap
        _on = self._before

    def note(self, operator: str) -> None:
        if operator in self._watched and operator not in self.reached:
            self.reached.append(operator)


_on: Watch | None = None
_hooked: set[str] = set()
_libraries: dict[str, torch.library.Library] = {}  # they are undone when they are collected


@functools.cache
def prepare(forbidden: tuple[str, ...]) -> frozenset[str]:
    """The operators that match, each with its kernel at our key; 10 ms the first time in a process."""
    if not _libraries:
        _library("_").m.fallback_fallthrough(_KEY)  # older releases have no `Library.fallback`
    matches = re.compile("|".join(map(translate, forbidden)) or r"(?!)").match
    found = [name for name in torch._C._dispatch_get_all_op_names() if matches(name.partition(".")[0])]
    for name in found:
        if name not in _hooked:
            namespace, _, rest = name.partition("::")
            _library(namespace).impl(rest, _kernel(name), _KEY)
            _hooked.add(name)
    return frozenset(name.partition(".")[0] for name in found)


def _kernel(name: str) -> Callable:
    """Note the operator, then do what it does, with no look at what it calls."""
    operator, _, overload = name.partition(".")
    namespace, _, packet = operator.partition("::")

    def kernel(*args, **kwargs):
        if _on:
            _on.note(operator)
        itself = getattr(getattr(getattr(torch.ops, namespace), packet), overload or "default")
        with torch._C._ExcludeDispatchKeyGuard(torch._C.DispatchKeySet(_key())):
            return itself(*args, **kwargs)

    return kernel


def _library(namespace: str) -> torch.library.Library:
    if namespace not in _libraries:
        _libraries[namespace] = torch.library.Library(namespace, "IMPL")
    return _libraries[namespace]


def _looking():
    return torch._C._IncludeDispatchKeyGuard(_key())


def _key():
    return torch._C._parse_dispatch_key(_KEY)
