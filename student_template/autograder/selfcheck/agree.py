"""Comparisons of a student's function with its oracle; a failed one says of what a counter-example can be made."""

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from typing import Any

from . import context
from .compare import assert_close, assert_untouched
from .face import Face, Handle
from .probes import call_looking_for_traces

Case = tuple[Any, ...]


@dataclass
class Agreement:
    """What a check compares: the function `name`, what is due, the cases asked, and how answers are compared.

    `traces`: each case is asked as `call_looking_for_traces` does.
    """

    name: str
    oracle: Callable[..., Any]
    cases: list[Case]
    compare: Callable[[Any, Any], None]
    traces: bool = False
    failing: Case = ()  # the case at which the check stopped

    def asked(self, face: Face, cases: list[Case]) -> Iterator[list]:
        """The answers to each case: one, or the three of a look for traces."""
        if not self.traces:
            return ([answer] for _, answer in getattr(face, self.name).each(cases))
        told = face.probe_each(call_looking_for_traces, [(self.name, *case) for case in cases])
        return (_three(said) for _, said in told)


def assert_agrees(
    function: Handle,
    oracle: Callable[..., Any],
    cases: Iterable[Case],
    compare: Callable[[Any, Any], None] = assert_close,
) -> None:
    """`function` answers each of `cases` (tuples of arguments) as `oracle` does; all are asked in one question.

    `oracle` takes the same arguments under the handout's names and raises an exception where the contract is silent:
    inputs smaller than these are tried where the two part.
    """
    agreement = context.running.agreement = Agreement(function._label, oracle, list(cases), compare)
    for case, answer in function.each(agreement.cases):
        compare(answer, oracle(*case))
    context.running.agreement = None


def assert_no_trace(
    student: Face,
    name: str,
    oracle: Callable[..., Any],
    cases: Iterable[Case],
    compare: Callable[[Any, Any], None] = assert_close,
) -> None:
    """`name` agrees with `oracle` for each of `cases`, twice in a row and with NaN in fresh memory.

    It may change none of its arguments.
    """
    agreement = context.running.agreement = Agreement(name, oracle, list(cases), compare, traces=True)
    told = student.probe_each(call_looking_for_traces, [(name, *case) for case in agreement.cases])
    for case, (_, ((first, again, filled), changed)) in zip(agreement.cases, told):
        due = oracle(*case)
        for answer in (first, again, filled):
            compare(answer, due)
        assert_untouched(name, changed)
    context.running.agreement = None


def _three(said: Any) -> list:
    """The answers that a look for traces tells of; whatever else comes is an answer of the wrong kind."""
    if isinstance(said, list) and said and isinstance(said[0], list):
        return said[0][:3] or [None]
    return [said]
