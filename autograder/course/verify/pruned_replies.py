"""Plays the solution's own replies to each check with parts taken away: what was not answered must earn nothing.

What a student's process says is a claim, and a hostile one may be right in part and leave out the rest: no list, a list
that is too short, `None`, a tensor without elements. Each part of each reply is pruned in every way, alone and together
with its like. A check may pass that only where the part does not matter to it: it passes with something wrong of the
same form there, too. A verdict (true or false, something or nothing) matters as soon as it is looked at. And no check
passes when all of its replies are pruned.
"""

import math
import warnings
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any, NamedTuple

import numpy as np
import torch

from autograder.course.trial import try_check
from autograder.selfcheck.assignment import Assignment, load_probes
from autograder.selfcheck.face import Backend, Face, LocalBackend, Reply, Told
from autograder.selfcheck.judge import Verdict
from autograder.selfcheck.marks import Check
from autograder.selfcheck.trouble import Raised
from autograder.selfcheck.values import Ref
from autograder.text import Text

MANY = 100  # parts of the replies to one check
ALONE, ALONE_OF_MANY = 12, 3  # places of one kind that are also pruned one by one; of more, so many evenly apart
LISTED = 3  # faults of one check that its line names


class Place(NamedTuple):
    """A part of what a check was told: which question, which of its cases, and the way down to the part."""

    question: int
    case: int
    path: tuple = ()


Changes = Mapping[Place, Any]  # what stands in a place instead


class Absent:
    """Stands in for what is left out of its list or dict."""


class Recorder:
    """A backend that keeps what another one says."""

    def __init__(self, live: Backend):
        self.live = live
        self.tape: list[tuple[str, list[Told]]] = []

    def hear(self, question: str, ask: Callable[[], list[Told]]) -> list[Told]:
        told = ask()
        self.tape.append((question, told))
        return told

    def names(self) -> Mapping[str, str]:
        return self.live.names()

    def reseed(self, number: int) -> None:
        self.live.reseed(number)

    def get(self, ref: int, name: str) -> Any:
        return self._one(f"get {name}", lambda: Reply(self.live.get(ref, name))).value

    def call(self, ref: int, name: str | None, args: list, kwargs: dict, forbidden: tuple[str, ...]) -> Reply:
        return self._one(name or "an object", lambda: self.live.call(ref, name, args, kwargs, forbidden))

    def probe(self, origin: str, name: str, args: list, forbidden: tuple[str, ...]) -> Reply:
        return self._one(f"probe {name}", lambda: self.live.probe(origin, name, args, forbidden))

    def call_each(self, ref: int, name: str | None, cases: list[list], forbidden: tuple[str, ...]) -> list[Told]:
        return self.hear(name or "an object", lambda: self.live.call_each(ref, name, cases, forbidden))

    def probe_each(self, origin: str, name: str, cases: list[list], forbidden: tuple[str, ...]) -> list[Told]:
        return self.hear(f"probe {name}", lambda: self.live.probe_each(origin, name, cases, forbidden))

    def _one(self, question: str, ask: Callable[[], Reply]) -> Reply:
        (told,) = self.hear(question, lambda: [_told(ask)])
        if isinstance(told, Raised):
            raise told
        return told


def _told(ask: Callable[[], Reply]) -> Told:
    try:
        return ask()
    except Raised as raised:
        return raised


class Player(Recorder):
    """Says again what a tape holds, with changes; what the tape has no answer to is asked live."""

    def __init__(self, recorder: Recorder, changes: Changes):
        super().__init__(recorder.live)
        self.recorded, self.changes = recorder.tape, changes

    def hear(self, question: str, ask: Callable[[], list[Told]]) -> list[Told]:
        number = len(self.tape)
        if number >= len(self.recorded) or self.recorded[number][0] != question:
            return super().hear(question, ask)
        told = [self._say(Place(number, case), told) for case, told in enumerate(self.recorded[number][1])]
        self.tape.append((question, told))
        return told

    def _say(self, place: Place, told: Told) -> Told:
        value = rebuilt(told if isinstance(told, Raised) else told.value, place, self.changes)
        return value if isinstance(value, Raised) else Reply(value)


def rebuilt(value: Any, place: Place, changes: Changes) -> Any:
    """A fresh copy of `value`, in which `changes` were made; a check may keep it and write into it."""
    if place in changes:
        return changes[place]
    if isinstance(value, torch.Tensor):
        return value.clone()
    if isinstance(value, np.ndarray):
        return value.copy()
    if type(value) not in (list, tuple, dict):
        return value
    parts = {key: rebuilt(part, _below(place, key), changes) for key, part in _parts(value)}
    parts = {key: part for key, part in parts.items() if part is not Absent}
    return parts if isinstance(value, dict) else type(value)(parts.values())


def _below(place: Place, key: Any) -> Place:
    return place._replace(path=(*place.path, key))


def _parts(value: Any) -> Iterator[tuple[Any, Any]]:
    if type(value) in (list, tuple):
        yield from enumerate(value)
    elif isinstance(value, dict):
        yield from value.items()


WAYS = {
    "none": Text("None", "None"),
    "empty": Text("empty", "为空"),
    "absent": Text("left out", "被略去"),
    "inverted": Text("the opposite", "取反"),
    "nan": Text("NaN", "NaN"),
    "no elements": Text("a tensor without elements", "没有元素的张量"),
    "no rows": Text("a tensor without rows", "没有行的张量"),
    "cut short": Text("a tensor that lacks its end", "缺了末尾的张量"),
    "one element": Text("its first element alone", "只剩第一个元素"),
}


def prunings(value: Any, may_be_absent: bool) -> dict[str, Any]:
    """What may stand in the place of `value`, by the way in which it was made."""
    ways: dict[str, Any] = {"absent": Absent} if may_be_absent else {}
    ways |= {} if value is None else {"none": None}
    if is_verdict(value):
        ways["inverted"] = wrong(value)
    elif isinstance(value, (int, float)):
        ways["nan"] = math.nan
    elif isinstance(value, torch.Tensor | np.ndarray):
        ways |= _pruned_array(value)
    elif type(value) in (list, tuple, dict, str):
        ways["empty"] = type(value)()
    return ways


def is_verdict(value: Any) -> bool:
    """Whether `value` may say no more than yes or no, something or nothing."""
    return value is None or isinstance(value, bool) or (type(value) in (list, tuple, dict, str) and not value)


def _pruned_array(value: Any) -> dict[str, Any]:
    flat = value.reshape(-1)
    ways = {"no elements": flat[:0]} if tuple(value.shape) != (0,) else {}
    if len(value.shape) and len(value) > 0:
        ways |= {"no rows": value[:0], "cut short": value[:-1]}
    if len(flat) > 1:
        ways["one element"] = flat[:1]
    if len(flat):
        ways["nan"] = torch.full(value.shape, math.nan) if torch.is_tensor(value) else np.full(value.shape, math.nan)
    return ways


class Unusable:
    """Cannot be looked at in any way but to be printed."""

    def _refuse(self, *args: object) -> Any:
        raise TypeError("a pruned reply was read")

    __bool__ = __eq__ = __ne__ = __hash__ = __len__ = __iter__ = __getattr__ = __getitem__ = __float__ = _refuse

    def __format__(self, how: str) -> str:
        return "…"

    def __repr__(self) -> str:
        return "…"


def wrong(value: Any) -> Any:
    """Another value of the same form; an object or an exception, of which no more than the form is known, is none."""
    if value is None or isinstance(value, bool):
        return not value
    if isinstance(value, torch.Tensor | np.ndarray):
        return value == 0 if str(value.dtype).endswith("bool") else value + 1
    if isinstance(value, (int, float)):
        return value + 1
    if isinstance(value, str):
        return value + "?"
    if isinstance(value, dict):
        return {key: wrong(part) for key, part in value.items()} or {"?": 0}
    if type(value) in (list, tuple):
        return type(value)(map(wrong, value)) or type(value)([0])
    return None


@dataclass
class Played:
    """A check on the solution: its verdict, and what came of playing the pruned replies to it."""

    check: Check
    verdict: Verdict
    tried: int = 0
    faults: list[Text] = field(default_factory=list)

    @property
    def problem(self) -> Text:
        """The fault of a check that gives points for pruned replies."""
        points = f"{self.check.points:g}"
        shown, count = self.faults[:LISTED], len(self.faults)
        more = Text(f" … ({count} in all)", f"……（共 {count} 种）") if count > len(shown) else Text()
        en, zh = "; ".join(t.en for t in shown) + more.en, "；".join(t.zh for t in shown) + more.zh
        return Text(
            f"{self.check.name} gives {points} for pruned replies: {en}. Loop over what is due, and demand how "
            "many parts there are, which, and of what form",
            f"{self.check.name} 给残缺的回答打了 {points} 分：{zh}。请按应有的内容循环，"
            "并要求回答的个数、键和形式都符合",
        )


def play(assignment: Assignment, module: Any, checks: Iterable[Check], seed: int) -> Iterator[Played]:
    """Try a trusted solution on each check, then, where it passes, the same replies pruned in every way."""
    live = LocalBackend(module, load_probes(assignment.folder))
    for check in checks:
        recorder = Recorder(live)
        verdict = try_check(assignment, module, Face(recorder, assignment.module), check, seed)
        played = Played(check, verdict)
        if verdict.earned:
            with warnings.catch_warnings():
                warnings.simplefilter("ignore")  # torch's, on means of nothing
                _Pruning(assignment, module, played, recorder, seed).run()
        yield played


class _Pruning:
    def __init__(self, assignment: Assignment, module: Any, played: Played, recorder: Recorder, seed: int):
        self.assignment, self.module, self.played, self.seed = assignment, module, played, seed
        self.recorder = recorder
        self.parts = dict(_all_parts(recorder.tape))

    def run(self) -> None:
        self._everything()
        alone = ALONE if len(self.parts) <= MANY else ALONE_OF_MANY
        for places in _alike(self.recorder.tape, self.parts):
            self._prune(places)
            if len(places) > 1:
                for place in _evenly(places, alone):
                    self._prune([place])

    def _everything(self) -> None:
        """All replies at once: there is nothing left for which points could be due."""
        replies = {place: value for place, value in self.parts.items() if not place.path}
        for way in ("none", "empty"):
            changes = {place: prunings(value, False).get(way) for place, value in replies.items()}
            self._note(Text("all replies", "所有回答"), way, self._earns(changes))

    def _prune(self, places: list[Place]) -> None:
        ways = {place: prunings(self.parts[place], self._may_be_absent(place)) for place in places}
        for way in WAYS:
            changes = {place: found[way] for place, found in ways.items() if way in found}
            earns = bool(changes) and self._earns(changes)
            if changes and not (earns and not self._matter(list(changes))):
                self._note(self._name(list(changes)), way, earns)

    def _may_be_absent(self, place: Place) -> bool:
        """Whether it is in a dict, or last in a list, where no other item would take its place."""
        if not place.path:
            return False
        holder = self.parts[place._replace(path=place.path[:-1])]
        return isinstance(holder, dict) or place.path[-1] == len(holder) - 1

    def _note(self, what: Text, way: str, earns: bool) -> None:
        self.played.tried += 1
        if earns:
            self.played.faults.append(what + " → " + WAYS[way])

    def _earns(self, changes: Changes) -> bool:
        face = Face(Player(self.recorder, changes), self.assignment.module)
        return try_check(self.assignment, self.module, face, self.played.check, self.seed).earned > 0

    def _matter(self, places: list[Place]) -> bool:
        """Whether what stands there matters to the check."""
        values = [self.parts[place] for place in places]
        if any(isinstance(value, Raised) for value in values):
            return True  # it was caught
        unread = Unusable()
        return not self._earns(
            {p: wrong(v) for p, v in zip(places, values) if not isinstance(v, Ref)}
        ) or not self._earns({p: unread for p, v in zip(places, values) if is_verdict(v)})

    def _name(self, places: list[Place]) -> Text:
        """`probe call_looking_for_traces, case 2: [0][1]`."""
        place, question = places[0], self.recorder.tape[places[0].question][0]
        way = "".join(f"[{key!r}]" for key in place.path)
        if len(places) > 1:
            return Text(f"{question}: {way or 'answer'} and its like", f"{question}：{way or '回答'} 等同类部分")
        return Text(
            f"{question}, case {place.case + 1}: {way or 'answer'}",
            f"{question}，第 {place.case + 1} 例：{way or '回答'}",
        )


def _all_parts(tape: list[tuple[str, list[Told]]]) -> Iterator[tuple[Place, Any]]:
    for question, (_, cases) in enumerate(tape):
        for case, told in enumerate(cases):
            yield from _walk(Place(question, case), told if isinstance(told, Raised) else told.value)


def _walk(place: Place, value: Any) -> Iterator[tuple[Place, Any]]:
    yield place, value
    for key, part in _parts(value):
        yield from _walk(_below(place, key), part)


def _alike(tape: list[tuple[str, list[Told]]], parts: Mapping[Place, Any]) -> Iterable[list[Place]]:
    """Places by question and way down; the items of a list of equals are alike."""
    groups: dict[tuple, list[Place]] = {}
    for place in parts:
        way = tuple(_step(parts[place._replace(path=place.path[:n])], key) for n, key in enumerate(place.path))
        groups.setdefault((tape[place.question][0], way), []).append(place)
    return groups.values()


def _step(holder: Any, key: Any) -> Any:
    equals = type(holder) in (list, tuple) and len({type(part) for part in holder}) == 1
    return "*" if equals else (key,)


def _evenly(places: list[Place], count: int) -> list[Place]:
    if len(places) <= count:
        return places
    return [places[round(n * (len(places) - 1) / (count - 1))] for n in range(count)]
