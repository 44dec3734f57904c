"""The smallest counter-example: the plainest input on which a student's function and its oracle part.

It is looked for after a check has failed, among inputs like the check's own, only smaller; it changes no mark.
"""

import contextlib
import heapq
import inspect
import itertools
import math
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field
from typing import Any, NamedTuple

import torch

from . import context
from .agree import Agreement, Case
from .compare import describe
from .face import Face
from .judge import Verdict
from .likeness import likeness
from .marks import Check
from .pencil import Footprint, draw_counterexample, to_paste
from .text import Text
from .trouble import Raised, Stopped, Unhappy
from .values import extent

LARGEST = 4  # of a size or a whole number: what is larger cannot be checked with a pencil
QUESTIONS = (20, 60, 120)  # cases of each; most counter-examples are among the first twenty
EVEN_FIRST = 40  # cases of two rows and two columns at least, before thinner ones
TRIED = 4_000  # cases that are thought of, those for which nothing is due included
NUDGE = 512.0  # by which a cell is changed to see whether the answer depends on it; exact in every float
MOST_CELLS = 40  # of the tensors that are nudged
LONGEST = 400  # characters of an answer in words
_WORDLESS = ("missing", "rule", "NotImplementedError", "NameError", "timeout", "killed", "not_run", "broken", "unasked")


@dataclass
class Counterexample:
    """An input on which the two part: a line that repeats the call, the inputs, both answers and where they differ.

    `got` and `expected` are numbers, nested lists of them, or words where the answer is nothing of the kind; `where` is
    the first cell that differs, None where the answers cannot be laid on each other.
    """

    call: str
    inputs: dict[str, Any]
    got: Any
    expected: Any
    where: list[int] | None = None
    drawing: Text = field(default_factory=Text)
    case: Case = ()


class _Hit(NamedTuple):
    case: Case
    due: Any
    answer: Any
    rung: str
    which: int = 0  # of the three answers of a look for traces


def explain(agreement: Agreement, face: Face, rung: str) -> Counterexample | None:
    """The plainest case found on which `face` answers otherwise than the oracle, None where none is found.

    `rung` is where the check stopped: a case that stops there too is preferred. `face` should be one that has been
    asked nothing: what it says is shown. Raises `Stopped` where a limit strikes.
    """
    if rung in _WORDLESS or (agreement.traces and rung == "other"):  # a changed argument shows in no answer
        return None
    calls, context.running.calls = context.running.calls, []
    face._judge("counterexample", agreement.name, ())
    try:
        hit = _search(face, agreement, rung)
        return _described(face, agreement, hit) if hit else None
    except Unhappy:  # such as a name that is missing now
        return None
    finally:
        context.running.calls = calls


def _search(face: Face, agreement: Agreement, rung: str) -> _Hit | None:
    cases, found = candidates(agreement), None
    for number in QUESTIONS:
        question = list(itertools.islice(cases, number))
        hits, heard = _parted(face, agreement, question)
        if hits and hits[-1].rung != rung and heard < len(question):  # an exception ended it early
            hits += _parted(face, agreement, question[heard:])[0]
        found = next((hit for hit in hits if hit.rung == rung), None) or (hits[0] if hits else None)
        if found or len(question) < number:
            break
    if found and _parted(face, agreement, [(found.case, found.due)])[0]:  # asked alone it differs, too
        return found
    return None


def _differs(face: Face, agreement: Agreement, case: Case) -> bool:
    calls, context.running.calls = context.running.calls, []
    face._judge("counterexample", agreement.name, ())
    try:
        return bool(_parted(face, agreement, [(case, agreement.oracle(*case))])[0])
    finally:
        context.running.calls = calls


def _parted(face: Face, agreement: Agreement, question: list[tuple[Case, Any]]) -> tuple[list[_Hit], int]:
    """Where answer and oracle part, and how many cases were heard: an exception of the student's ends a question."""
    hits: list[_Hit] = []
    if not question:
        return hits, 0
    answers = agreement.asked(face, [case for case, _ in question])
    for heard, (case, due) in enumerate(question, 1):
        context.running.calls.clear()
        try:
            several = next(answers)
        except Unhappy:
            return hits, heard
        except Exception as error:
            raised = getattr(error, "raised", None)
            if raised is None:
                raise
            return [*hits, _Hit(case, due, raised, raised.type_name)], heard
        for which, answer in enumerate(several):
            try:
                agreement.compare(answer, due)
            except Unhappy as unhappy:
                hits.append(_Hit(case, due, answer, unhappy.rung, which))
                break
    return hits, len(question)


# --- the domain -------------------------------------------------------------------------------------------------------


def candidates(agreement: Agreement) -> Iterator[tuple[Case, Any]]:
    """Small cases like the check's own, plainest first, each with what is due where anything is.

    The domain is what the cases span: the ways of calling that occur, sizes and whole numbers that are no larger, and
    axes of two tensors equal where they are equal in every case.
    """
    forms: dict[Any, _Form] = {}
    for case in agreement.cases:
        forms.setdefault(_kind(case), _Form(case)).seen(case)
    least = min(len(form.numbers) for form in forms.values()) if forms else 0
    failing = forms.get(_kind(agreement.failing))
    seen: set[str] = set()
    for even in (True, False):
        ordered = _in_turn(
            [_plainest_first([form], even, least) for form in [failing] if form],
            [_plainest_first(list(forms.values()), even, least)],
        )
        given = 0
        for case in itertools.islice(ordered, TRIED):
            if even and given == EVEN_FIRST:
                break
            key = to_paste("", case)
            if key not in seen:
                seen.add(key)
                due = _due(agreement, case)
                if due is not None:
                    given += 1
                    yield case, due


def _due(agreement: Agreement, case: Case) -> Any:
    """What the oracle says; None where it says nothing: an exception, no number at all, or one that is not finite."""
    try:
        with contextlib.suppress(Unhappy):
            due = agreement.oracle(*case)
            if isinstance(due, torch.Tensor) and not (due.numel() and bool(due.isfinite().all())):
                return None
            return due
    except Exception:  # it refuses what the contract leaves open
        return None


def _in_turn(*groups: list[Iterator[Case]]) -> Iterator[Case]:
    """One of each in turn, until all have ended."""
    running = [iterator for group in groups for iterator in group]
    while running:
        for iterator in list(running):
            try:
                yield next(iterator)
            except StopIteration:
                running.remove(iterator)


def _kind(value: Any) -> Any:
    """The way of calling: what kinds of values in which places."""
    if isinstance(value, torch.Tensor):
        return "tensor", value.dim(), value.dtype
    if type(value) is int:
        return "int"
    if isinstance(value, (list, tuple)):
        return type(value).__name__, tuple(_kind(part) for part in value)
    return "is", repr(value)


class _Form:
    """One way of calling: its numbers (the lengths of axes, whole numbers) and how large each may be."""

    def __init__(self, case: Case):
        self.case = case
        self.numbers = list(_numbers(case))
        self.rows: list[list[int]] = []
        self.has_tensors = any(n.tensor >= 0 for n in self.numbers)

    def seen(self, case: Case) -> None:
        self.rows.append([n.value for n in _numbers(case)])

    def choices(self, even: bool) -> list[tuple[list[int], range]]:
        """Groups of numbers that are equal in every case, each with the values that they may take."""
        groups: list[list[int]] = []
        for place, number in enumerate(self.numbers):
            mates = (g for g in groups if self._always_equal(g[0], place)) if number.tensor >= 0 else iter(())
            group = next(mates, None)
            if group is None:
                groups.append([place])
            else:
                group.append(place)
        return [(group, self._range(group, even)) for group in groups]

    def _always_equal(self, a: int, b: int) -> bool:
        mine, other = self.numbers[a].tensor, self.numbers[b].tensor
        return mine >= 0 and mine != other and all(row[a] == row[b] for row in self.rows)

    def _range(self, group: list[int], even: bool) -> range:
        values = [row[place] for row in self.rows for place in group]
        number = self.numbers[group[0]]
        most = min(max(values), LARGEST)
        least = 1 if number.tensor >= 0 else min(min(values), 1)
        if even and any(self.numbers[place].in_plane for place in group):
            least = min(2, most)
        return range(least, max(most, least) + 1)

    def made(self, chosen: list[int], fill: int) -> Case:
        return _rebuilt(self.case, iter(chosen), fill)


class _Number(NamedTuple):
    value: int
    tensor: int  # of which tensor it is an axis; -1: a whole number
    in_plane: bool = False  # an axis of rows or columns


def _numbers(value: Any, tensors: Iterator[int] | None = None) -> Iterator[_Number]:
    tensors = tensors or itertools.count()
    if isinstance(value, torch.Tensor):
        mine, axes = next(tensors), value.dim()
        yield from (_Number(n, mine, axes > 1 and axis >= axes - 2) for axis, n in enumerate(value.shape))
    elif type(value) is int:
        yield _Number(value, -1)
    elif isinstance(value, (list, tuple)):
        for part in value:
            yield from _numbers(part, tensors)


def _rebuilt(value: Any, chosen: Iterator[int], fill: int) -> Any:
    if isinstance(value, torch.Tensor):
        shape = [next(chosen) for _ in range(value.dim())]
        return FILLS[fill][1](math.prod(shape)).to(value.dtype).reshape(shape)
    if type(value) is int:
        return next(chosen)
    if isinstance(value, (list, tuple)):
        return type(value)(_rebuilt(part, chosen, fill) for part in value)
    return value


def _counting(n: int) -> torch.Tensor:
    return torch.arange(1.0, n + 1)


# How much dearer than 1, 2, 3, … other numbers are, in cells.
FILLS: list[tuple[float, Callable[[int], torch.Tensor]]] = [
    (0.0, _counting),
    (1.5, lambda n: _counting(n).flip(0)),
    (2.0, lambda n: -_counting(n).flip(0)),
    (3.0, lambda n: _counting(n) * torch.tensor([1.0, -1.0]).repeat(n)[:n]),
    (3.5, lambda n: _counting(n) / 2),
    (4.5, lambda n: torch.tensor([0.0] + [1.0] * (n - 1))),
]


def _plainest_first(forms: list[_Form], even: bool, least: int) -> Iterator[Case]:
    """Best-first over sizes, whole numbers and fillings: the cost is the number of cells, and what is unusual."""
    heap: list[tuple[float, int, tuple[int, ...]]] = []
    choices = [form.choices(even) for form in forms]
    known: set[tuple[int, tuple[int, ...]]] = set()

    def push(number: int, state: tuple[int, ...]) -> None:
        if (number, state) in known:
            return
        known.add((number, state))
        heapq.heappush(heap, (cost(number, state), number, state))

    def chosen(number: int, state: tuple[int, ...]) -> list[int]:
        values = [0] * len(forms[number].numbers)
        for (group, allowed), step in zip(choices[number], state):
            for place in group:
                values[place] = allowed[step]
        return values

    def cost(number: int, state: tuple[int, ...]) -> float:
        form, cells, beyond = forms[number], {}, 0.0
        for value, slot in zip(chosen(number, state), form.numbers):
            if slot.tensor >= 0:
                cells[slot.tensor] = cells.get(slot.tensor, 1) * value
        for (group, _), step in zip(choices[number], state):
            beyond += step if form.numbers[group[0]].tensor < 0 else 0
        return sum(cells.values()) + beyond + 0.5 * (len(form.numbers) - least) + FILLS[state[-1]][0]

    for number, groups in enumerate(choices):
        push(number, (0,) * (len(groups) + 1))
    while heap:
        _, number, state = heapq.heappop(heap)
        yield forms[number].made(chosen(number, state), state[-1])
        lengths = [len(allowed) for _, allowed in choices[number]] + [len(FILLS) if forms[number].has_tensors else 1]
        for place, length in enumerate(lengths):
            if state[place] + 1 < length:
                push(number, (*state[:place], state[place] + 1, *state[place + 1 :]))


# --- what it shows ----------------------------------------------------------------------------------------------------


def _described(face: Face, agreement: Agreement, hit: _Hit) -> Counterexample:
    names = _argument_names(agreement.oracle, len(hit.case))
    inputs = dict(zip(names, hit.case))
    wrong = _wrong_cells(agreement, hit)
    where = wrong.nonzero()[0].tolist() if wrong is not None and wrong.dim() and bool(wrong.any()) else None
    marks = _footprints(face, agreement, hit, where) if where is not None and not hit.which else None
    return Counterexample(
        to_paste(agreement.name, hit.case),
        {name: _stored(value) for name, value in inputs.items()},
        _stored(hit.answer),
        _stored(hit.due),
        where,
        draw_counterexample(agreement.name, inputs, hit.answer, hit.due, wrong, where, marks)
        + _like(marks, hit.case)
        + _OCCASIONS[hit.which],
        hit.case,
    )


def _like(marks: tuple[Footprint, Footprint] | None, case: Case) -> Text:
    told = likeness(*marks, sum(isinstance(v, torch.Tensor) for v in case) > 1) if marks else Text()
    return Text("\n  ") + told if told else Text()


def _argument_names(oracle: Callable, count: int) -> list[str]:
    """Oracles name their arguments as the handout does."""
    names = list(inspect.signature(oracle).parameters)[:count]
    return names + [f"argument {n + 1}" for n in range(len(names), count)]


def _wrong_cells(agreement: Agreement, hit: _Hit) -> torch.Tensor | None:
    """A mask of the cells that differ; None where the answers cannot be laid on each other."""
    if not (isinstance(hit.due, torch.Tensor) and isinstance(hit.answer, torch.Tensor)):
        return None
    if hit.answer.shape != hit.due.shape or hit.answer.is_complex():
        return None
    got, due = hit.answer.double(), hit.due.double()
    return ~((got - due).abs() <= 1e-4 * due.abs().max() + 1e-6)


def _footprints(face: Face, agreement: Agreement, hit: _Hit, where: list[int]) -> tuple[Footprint, Footprint] | None:
    """Of which cells of the first tensor the wrong cell is made, in the answer and in what is due."""
    place = next((n for n, value in enumerate(hit.case) if _nudgeable(value)), None)
    if place is None:
        return None
    X = hit.case[place]
    cases = [hit.case]
    for cell in range(X.numel()):
        for step in (NUDGE, -NUDGE):
            other = X.clone()
            other.view(-1)[cell] += step
            cases.append((*hit.case[:place], other, *hit.case[place + 1 :]))
    try:
        dues = [agreement.oracle(*case) for case in cases]
        answers = [answer for _, answer in getattr(face, agreement.name).each(cases)]
    except Exception as error:
        if isinstance(error, Unhappy | Raised) or getattr(error, "raised", None):
            return None
        raise
    if any(not isinstance(a, torch.Tensor) or a.shape != hit.due.shape for a in answers):
        return None
    index = tuple(where)
    return tuple(Footprint.of(X, [float(value[index]) for value in values]) for values in (answers, dues))  # pyright: ignore[reportReturnType]


def _nudgeable(value: Any) -> bool:
    return isinstance(value, torch.Tensor) and value.is_floating_point() and value.numel() <= MOST_CELLS


_OCCASIONS = (
    Text(),
    Text("\n  (on the second call with the same input)", "\n  （同样的输入，第二次调用时）"),
    Text(
        "\n  (with nan in memory that `torch.empty` gives: some cells were never written)",
        "\n  （`torch.empty` 给出的内存里先填满 nan：有的格子从来没有写入）",
    ),
)


def _stored(value: Any) -> Any:
    """Numbers and lists of them as they are, as far as they are few and finite; all else in words."""
    if isinstance(value, torch.Tensor) and extent(value.shape) <= MOST_CELLS and not value.is_complex():
        return _stored(value.tolist())
    if isinstance(value, (list, tuple)) and len(value) <= MOST_CELLS:
        parts = [_stored(part) for part in value]
        return parts if len(str(parts)) <= LONGEST else describe(value).en
    if value is None or type(value) is bool or (type(value) is int and abs(value) < 1 << 53):
        return value
    if type(value) is float and math.isfinite(value):
        return value
    return str(value)[:LONGEST] if isinstance(value, Raised) else describe(value).en[:LONGEST]


def add_counterexamples(verdicts: Sequence[Verdict], fresh: Callable[[Check], Face | None], most: int = 2) -> None:
    """Put a counter-example on one failed check of each exercise, where one is found.

    `fresh` gives a face that has been asked nothing, None where there is none any more; a limit that strikes costs
    that exercise its example. No more than `most` checks of an exercise are tried.
    """
    failed = [v for v in verdicts if v.agreement and v.rung not in _WORDLESS]
    for exercise in dict.fromkeys(v.check.exercise for v in failed):
        mine = [v for v in failed if v.check.exercise == exercise]
        mine.sort(key=lambda v: not (v.agreement.traces and v.rung == "finite"))  # memory never written says it best
        first = next(v for v in verdicts if v.check.exercise == exercise and v.rung and v.rung not in _WORDLESS)
        with contextlib.suppress(Stopped):
            for verdict in mine[:most]:
                face = fresh(verdict.check)
                rung = verdict.rung if verdict.agreement.traces else first.rung  # an example of what is told first
                found = explain(verdict.agreement, face, rung) if face else None
                again = fresh(verdict.check) if found else None  # what needs a history cannot be repeated
                if found and again and _differs(again, verdict.agreement, found.case):
                    verdict.counterexample = found
                    break
    for verdict in verdicts:
        verdict.agreement = None
