"""By-hand rules: records the forbidden torch operators that really run, so that no name can hide one.

torch's dispatcher looks for kernels key by key. A Python kernel for each forbidden operator stands at a key that torch
leaves free, above all of its own, and is looked at only while a watch is on: no other operator is any slower.
"""

import functools
import re
import sys
import threading
import types
from collections.abc import Callable
from fnmatch import translate
from typing import Any, Protocol, cast

import torch

_KEY = "TESTING_ONLY_GenericMode"
_threading: Any = threading  # typeshed leaves out how a thread starts, which is private


class Watch:
    """While entered, notes each operator (such as `aten::conv2d`) that matches one of the patterns `forbidden`.

    Threads started meanwhile are watched too. `reached` holds the operators that were called, in order, without
    repeats; what such an operator calls itself is not looked at.
    """

    def __init__(self, forbidden: tuple[str, ...]):
        self.reached: list[str] = []
        self._watched = prepare(forbidden)

    def __enter__(self) -> "Watch":
        _shared.on, self._before = self, _shared.on
        bootstrap = self._bootstrap = _threading.Thread._bootstrap_inner

        def watched(thread: threading.Thread) -> None:
            with _looking():
                bootstrap(thread)

        _threading.Thread._bootstrap_inner = watched
        self._guard = _looking()
        self._guard.__enter__()
        return self

    def __exit__(self, *error: object) -> None:
        self._guard.__exit__(*error)
        _threading.Thread._bootstrap_inner = self._bootstrap
        _shared.on = self._before

    def note(self, operator: str) -> None:
        if operator in self._watched and operator not in self.reached:
            self.reached.append(operator)


class _Shared(Protocol):
    on: Watch | None  # the watch that is entered
    hooked: set[str]  # operators that have a kernel of ours
    libraries: dict[str, torch.library.Library]  # what holds the kernels: they are undone when it is collected


# torch has one dispatcher, but a notebook with otter's tests has a copy of this module for each of them.
_shared = cast(_Shared, sys.modules.setdefault("_by_hand_rules", types.ModuleType("_by_hand_rules")))
if not hasattr(_shared, "libraries"):
    _shared.on, _shared.hooked, _shared.libraries = None, set(), {}


@functools.cache
@functools.cache
def operators() -> frozenset[str]:
    """The names of torch's operators; asking torch for a name that somebody made up would keep it for ever."""
    return frozenset(name.partition(".")[0] for name in torch._C._dispatch_get_all_op_names())


def prepare(forbidden: tuple[str, ...]) -> frozenset[str]:
    """The operators that match, each with its kernel at our key; 10 ms the first time in a process."""
    if not _shared.libraries:
        library: Any = _library("_")  # older releases have no `Library.fallback`, and no types for what is below it
        library.m.fallback_fallthrough(_KEY)
    matches = re.compile("|".join(map(translate, forbidden)) or r"(?!)").match
    found = [name for name in torch._C._dispatch_get_all_op_names() if matches(name.partition(".")[0])]
    for name in found:
        if name not in _shared.hooked:
            namespace, _, rest = name.partition("::")
            _library(namespace).impl(rest, _kernel(name), _KEY)
            _shared.hooked.add(name)
    return frozenset(name.partition(".")[0] for name in found)


def _kernel(name: str) -> Callable:
    """Note the operator, then do what it does, with no look at what it calls."""
    operator, _, overload = name.partition(".")
    namespace, _, packet = operator.partition("::")

    def kernel(*args: Any, **kwargs: Any) -> Any:
        if _shared.on:
            _shared.on.note(operator)
        itself = getattr(getattr(getattr(torch.ops, namespace), packet), overload or "default")
        with torch._C._ExcludeDispatchKeyGuard(torch._C.DispatchKeySet(_key())):
            return itself(*args, **kwargs)

    return kernel


def _library(namespace: str) -> torch.library.Library:
    if namespace not in _shared.libraries:
        _shared.libraries[namespace] = torch.library.Library(namespace, "IMPL")
    return _shared.libraries[namespace]


def _looking() -> torch._C._IncludeDispatchKeyGuard:
    return torch._C._IncludeDispatchKeyGuard(_key())


def _key() -> torch._C.DispatchKey:
    return cast("torch._C.DispatchKey", torch._C._parse_dispatch_key(_KEY))  # None is for keys that torch lacks
