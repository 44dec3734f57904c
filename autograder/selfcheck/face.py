"""The `student` of a check: the student's module behind a thin face, in this process or in a confined one."""

import difflib
import random
import types
import zlib
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from typing import Any, Literal, NamedTuple, Protocol

import numpy as np
import torch

from . import context
from .imports import missing_module
from .notes import Note, because, hidden_because, lost, pointer, shortened
from .rules import Watch, operators
from .text import Text
from .trouble import Raised, Strike, Unhappy, not_defined
from .values import Ref, own, plain

CALL = "\x1e"  # stands between what two calls of the student's code print


class Reply(NamedTuple):
    """What a call gave: plain data, and the forbidden operators that it reached."""

    value: Any
    reached: tuple[str, ...] = ()


Told = Reply | Raised  # what became of one question of several
Kind = Literal["callable", "data", "object"]  # of a public name; data can be read as it is


class Backend(Protocol):
    """Where the student's code runs.

    Each method raises `Raised` for the student's exceptions; the `_each` ones, which put one question for several
    inputs, give back a `Told` for each input, up to the first `Raised`.
    """

    def names(self) -> Mapping[str, str]: ...
    def notes(self) -> Sequence[Note]: ...
    def reseed(self, number: int) -> None: ...
    def get(self, ref: int, name: str) -> Any: ...
    def call(self, ref: int, name: str | None, args: list, kwargs: dict, forbidden: tuple[str, ...]) -> Reply: ...
    def probe(self, origin: str, name: str, args: list, forbidden: tuple[str, ...]) -> Reply: ...
    def call_each(self, ref: int, name: str | None, cases: list[list], forbidden: tuple[str, ...]) -> list[Told]: ...
    def probe_each(self, origin: str, name: str, cases: list[list], forbidden: tuple[str, ...]) -> list[Told]: ...


class LocalBackend:
    """Runs the student's module in this very process: on a laptop, and inside the confined worker.

    `probes` is the namespace (a module or dict) of the assignment's own probes, `notes` what was noticed while the
    module was read.
    """

    def __init__(self, module: types.ModuleType, probes: Any = None, notes: Sequence[Note] = ()):
        self.module, self._notes = module, notes
        self.marks_calls = False  # with `CALL`, for whoever shows what each of them prints
        self._objects: dict[int, Any] = {0: module}
        self._probes = probes if isinstance(probes, dict) else vars(probes) if probes else {}

    def names(self) -> dict[str, Kind]:
        """Public names of the module."""
        kinds: dict[str, Kind] = {}
        for name, value in list(vars(self.module).items()):
            if isinstance(name, str) and not name.startswith("_") and not isinstance(value, types.ModuleType):
                kinds[name] = "callable" if callable(value) else "data" if _is_data(value) else "object"
        return kinds

    def notes(self) -> Sequence[Note]:
        """What was noticed while the module was read."""
        return self._notes

    def reseed(self, number: int) -> None:
        """Make what the student's code draws the same in every run of a check, whatever ran before it."""
        random.seed(number)
        np.random.seed(number)
        torch.default_generator.manual_seed(number)  # torch.manual_seed formats a traceback: 3 ms
        if torch.cuda.is_initialized():
            torch.cuda.manual_seed_all(number)

    def get(self, ref: int, name: str) -> Any:
        return self._guard(lambda: getattr(self._objects[ref], name), ()).value

    def call(self, ref: int, name: str | None, args: list, kwargs: dict, forbidden: tuple[str, ...]) -> Reply:
        target = self._objects[ref]
        mine, named = [own(a, self._find) for a in args], {k: own(v, self._find) for k, v in kwargs.items()}
        return self._guard(lambda: (getattr(target, name) if name else target)(*mine, **named), forbidden)

    def probe(self, origin: str, name: str, args: list, forbidden: tuple[str, ...]) -> Reply:
        from . import probes

        function = vars(probes)[name] if origin == "selfcheck" else self._probes[name]
        mine = [own(a, self._find) for a in args]
        return self._guard(lambda: function(self.module, *mine), forbidden)

    def call_each(self, ref: int, name: str | None, cases: list[list], forbidden: tuple[str, ...]) -> list[Told]:
        return _until_raised(lambda args: self.call(ref, name, args, {}, forbidden), cases)

    def probe_each(self, origin: str, name: str, cases: list[list], forbidden: tuple[str, ...]) -> list[Told]:
        return _until_raised(lambda args: self.probe(origin, name, args, forbidden), cases)

    def _guard(self, run: Callable[[], Any], forbidden: tuple[str, ...]) -> Reply:
        if self.marks_calls:
            print(CALL, end="")
        try:
            if not forbidden:
                return Reply(plain(run(), self._keep))
            watch = Watch(forbidden)
            with watch:
                value = run()
            return Reply(plain(value, self._keep), tuple(watch.reached))
        except (KeyboardInterrupt, Unhappy):
            raise
        except Strike as strike:
            raise strike.stopped from None
        except BaseException as error:
            raise Raised.of(error) from None

    def _keep(self, thing: Any, type_name: str) -> Ref:
        number = len(self._objects)
        self._objects[number] = thing
        return Ref(number, type_name, callable(thing))

    def _find(self, ref: Ref) -> Any:
        return self._objects[ref.id]


def _until_raised(ask: Callable[[list], Reply], cases: list[list]) -> list[Told]:
    told: list[Told] = []
    for args in cases:
        try:
            told.append(ask(args))
        except Raised as raised:
            return [*told, raised]
    return told


def _is_data(value: Any) -> bool:
    found = []

    def note(thing: Any, type_name: str) -> Ref:
        found.append(thing)
        return Ref(0, type_name, False)

    try:
        plain(value, note)
    except Exception:
        return False
    return not found


class Face:
    """`student.corr2d(X, K)`, `student.NUM_EPOCHS`, `student.probe(probe, *data)`; remembers the calls of a check.

    `forbidden` holds the operator patterns of the exercise that is being judged; `exercises` are names that are asked
    for themselves, so that none of them is suggested for another. In a hidden check no message holds a name that the
    student's process chose.
    """

    def __init__(self, backend: Backend, module_name: str, exercises: Iterable[str] = (), file: str = ""):
        self._backend, self._module_name, self._exercises = backend, module_name, frozenset(exercises)
        self._file = file  # that was taken as the module, where it has another name
        self._forbidden: tuple[str, ...] = ()
        self._exercise: str | None = None
        self._hidden = False

    def _judge(self, check: str, exercise: str, forbidden: tuple[str, ...], hidden: bool = False) -> None:
        self._exercise, self._forbidden, self._hidden = exercise, forbidden, hidden
        self._backend.reseed(zlib.crc32(check.encode()))

    def __getattr__(self, name: str) -> Any:
        kind = self._require(name)
        if kind == "data":
            return _wrap(self, self._ask(context.Call(name), lambda: Reply(self._backend.get(0, name))), name)
        return Handle(self, Ref(0, "module", False), name, name)

    def probe(self, probe: Callable, *data: Any) -> Any:
        """Run `probe(module, *data)` beside the student's code and give back what it says, as data."""
        call, args = self._probing(probe, data), [_unwrap(value) for value in data]
        return _wrap(
            self,
            self._ask(call, lambda: self._backend.probe(_origin(probe), probe.__name__, args, self._forbidden)),
            probe.__name__,
        )

    def probe_each(self, probe: Callable, cases: Iterable[tuple]) -> Iterator[tuple[tuple, Any]]:
        """Run the probe on each of `cases` (tuples of data) in one question: pairs `(case, what it says)`."""
        cases = list(cases)
        calls = [self._probing(probe, data) for data in cases]
        data = [[_unwrap(value) for value in case] for case in cases]
        said = self._ask_each(
            calls, lambda: self._backend.probe_each(_origin(probe), probe.__name__, data, self._forbidden)
        )
        return ((case, _wrap(self, value, probe.__name__)) for case, value in zip(cases, said))

    def _probing(self, probe: Callable, data: tuple) -> context.Call:
        if self._exercise:
            self._require(self._exercise)
        return context.Call(self._exercise or probe.__name__, data, probe=probe.__name__)

    def _require(self, name: str) -> str:
        names = self._backend.names()
        if name in names:
            return names[name]
        context.running.calls.append(context.Call(name))
        text = not_defined(self._file or f"{self._module_name}.py", name) + self._why_missing(name, names)
        raise Unhappy("missing", text.en, text.zh)

    def _why_missing(self, name: str, names: Mapping[str, str]) -> Text:
        """What kept the name from being defined, or a name that is nearly the same and no other exercise's."""
        notes = self._backend.notes()
        note = lost(notes, name) or shortened(notes)
        if self._hidden:
            return " " + pointer(note) if note else Text()
        if note:
            return " " + note.text
        others = [n for n, kind in names.items() if kind != "data" and not n.startswith("test_")]
        if near := difflib.get_close_matches(name, set(others) - self._exercises, n=1):
            return Text(f" Did you mean `{near[0]}`?", f"文件里有 `{near[0]}`，是它吗？")
        note = next((note for note in notes if note.kind == "failed" and not missing_module(note.raised)), None)
        return Text(" Something failed while it was read: ", " 读取文件时有语句出错：") + note.text if note else Text()

    def _ask(self, call: context.Call, ask: Callable[[], Reply]) -> Any:
        context.running.calls.append(call)
        try:
            reply = ask()
        except Raised as raised:
            raise self._explained(raised).rebuild() from None
        return self._taken(call, reply)

    def _explained(self, raised: Raised) -> Raised:
        notes = self._backend.notes()
        exercise = self._exercise or self._module_name
        raised.because = hidden_because(raised, notes) if self._hidden else because(raised, notes, exercise)
        return raised

    def _ask_each(self, calls: list[context.Call], ask: Callable[[], list[Told]]) -> Iterator[Any]:
        """The values one by one; the last call that a check remembers is the one whose value it was given."""
        replies = None
        for number, call in enumerate(calls):
            context.running.calls.append(call)
            replies = ask() if replies is None else replies
            told = replies[number]
            if isinstance(told, Raised):
                raise self._explained(told).rebuild()
            yield self._taken(call, told)

    def _taken(self, call: context.Call, reply: Reply) -> Any:
        call.answer, call.answered = reply.value, True
        if reply.reached:
            real = [name for name in reply.reached if name in operators()]  # the rest is made up
            words = dict.fromkeys(name.rpartition("::")[2].strip("_") for name in real)
            names = ", ".join(f"`{name}`" for name in list(words)[:3]) if real and not self._hidden else ""
            raise Unhappy(
                "rule",
                f"`{self._exercise}` is to be built by hand, but torch's own {names or 'operators'} ran inside it. "
                "The handout lists what may be used.",
                f"`{self._exercise}` 要求手工实现，但运行时用到了 torch 自带的 {names or '算子'}。"
                "允许使用的工具见讲义。",
                reveal=True,
            )
        return reply.value


class Handle:
    """An object that stays beside the student's code: its attributes and calls work as if it were here."""

    def __init__(self, face: Face, ref: Ref, name: str | None, label: str):
        self._face, self._ref, self._name, self._label = face, ref, name, label

    @property
    def _type_name(self) -> str:
        return self._ref.type_name

    def __call__(self, *args: Any, **kwargs: Any) -> Any:
        face, call = self._face, context.Call(self._label, args, kwargs)
        mine, named = [_unwrap(a) for a in args], {k: _unwrap(v) for k, v in kwargs.items()}
        return _wrap(
            face,
            face._ask(call, lambda: face._backend.call(self._ref.id, self._name, mine, named, face._forbidden)),
            self._label + "(…)",
        )

    def each(self, cases: Iterable[tuple]) -> Iterator[tuple[tuple, Any]]:
        """Call it with each of `cases` (tuples of arguments) in one question: pairs `(case, answer)`.

        All calls come before the first pair, up to one that raises; its exception comes when its turn does.
        """
        cases, face = list(cases), self._face
        calls = [context.Call(self._label, case) for case in cases]
        mine = [[_unwrap(value) for value in case] for case in cases]
        said = face._ask_each(calls, lambda: face._backend.call_each(self._ref.id, self._name, mine, face._forbidden))
        return ((case, _wrap(face, value, self._label + "(…)")) for case, value in zip(cases, said))

    def __getattr__(self, name: str) -> Any:
        if name.startswith("__"):
            raise AttributeError(name)
        if self._name is not None:  # a name of the module that was not called: look the object up first
            found = self._face._backend.get(self._ref.id, self._name)
            return getattr(_wrap(self._face, found, self._label), name)
        label = f"{self._label}.{name}"
        return _wrap(
            self._face,
            self._face._ask(context.Call(label), lambda: Reply(self._face._backend.get(self._ref.id, name))),
            label,
        )

    def __repr__(self) -> str:
        return f"<{self._label}: {self._ref.type_name}>"


def _origin(probe: Callable) -> str:
    return "selfcheck" if probe.__module__.startswith(__name__.rpartition(".")[0]) else "assignment"


def _wrap(face: Face, value: Any, label: str) -> Any:
    if isinstance(value, Ref):
        return Handle(face, value, None, label)
    if isinstance(value, (list, tuple)):
        return type(value)(_wrap(face, part, label) for part in value)
    if isinstance(value, dict):
        return {k: _wrap(face, v, label) for k, v in value.items()}
    return value


def _unwrap(value: Any) -> Any:
    if isinstance(value, Handle):
        return value._ref if value._name is None else value._face._backend.get(value._ref.id, value._name)
    if isinstance(value, (list, tuple)):
        return [_unwrap(v) for v in value] if isinstance(value, list) else tuple(_unwrap(v) for v in value)
    if isinstance(value, dict):
        return {k: _unwrap(v) for k, v in value.items()}
    return value


def local_face(
    module: types.ModuleType, probes: Any = None, exercises: Iterable[str] = (), notes: Sequence[Note] = ()
) -> Face:
    """The face of a module of this process (a laptop, a notebook, a trusted solution)."""
    return Face(LocalBackend(module, probes, notes), module.__name__.rpartition(".")[2], exercises)
