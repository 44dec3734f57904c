"""Which check is running: its seed for drawing inputs and the last call it made, for messages."""

import functools
import hashlib
from dataclasses import dataclass, field
from typing import Any

import torch

from .text import Text


@dataclass
class Call:
    """One call of the student's code, as the check made it. `answer` is missing while it runs and after an error."""

    name: str
    args: tuple = ()
    kwargs: dict = field(default_factory=dict)
    probe: str = ""
    answer: Any = None
    answered: bool = False


@dataclass
class Shown:
    """A figure for the student's own page: a matrix (its rows), curves (one list each) or square maps (one each)."""

    kind: str
    title: Text
    names: list[Text]
    values: list[list[float]]


@dataclass
class Context:
    """What comparisons and generators look up while a check runs."""

    check: str = ""
    seed: int = 0
    calls: list[Call] = field(default_factory=list)
    agreement: Any = None  # what is being compared with an oracle, for the search of a counter-example
    figures: list["Shown"] = field(default_factory=list)

    @property
    def last(self) -> Call | None:
        return self.calls[-1] if self.calls else None


running = Context()


def begin(check: str, seed: int) -> Context:
    """Start a check: forget the calls of the one before."""
    running.check, running.seed, running.calls, running.agreement, running.figures = check, seed, [], None, []
    return running


def show_figure(kind: str, title: Text, names: list[Text], values: list[list[float]]) -> None:
    """Hand a figure to the page that goes back to the student: nothing hidden may be in it.

    `kind` is `matrix` (rows of a square one, named), `curves` (a list of numbers for each name) or `maps` (square maps
    of numbers from 0 to 1, each flat, row by row).
    """
    running.figures.append(Shown(kind, title, names, values))


def generator() -> torch.Generator:
    """A generator seeded from the run's seed and the check's name alone: equal for all students, in any order."""
    digest = hashlib.sha256(f"{running.seed}:{running.check}".encode()).digest()
    return torch.Generator().manual_seed(int.from_bytes(digest[:7], "big"))


_DRAWN = torch.tensor([n / 8 for n in range(-32, 33) if n])


def draw(rng: torch.Generator, *shape: int) -> torch.Tensor:
    """Signed float32 numbers of `shape`: multiples of 1/8 in [-4, 4], never zero."""
    return _DRAWN[torch.randint(len(_DRAWN), shape, generator=rng)]


def pattern(*shape: int, salt: int = 0) -> torch.Tensor:
    """The same signed, asymmetric float32 numbers on every machine: multiples of 1/8 in [-2, 2], for public checks."""
    return _pattern(shape, salt).clone()


@functools.cache
def _pattern(shape: tuple[int, ...], salt: int) -> torch.Tensor:
    count = torch.Size(shape).numel()
    steps = torch.arange(count, dtype=torch.int64) + 1 + 5 * salt
    return (((steps * steps * 7 + steps * 11 + 3 * salt) % 33 - 16).to(torch.float32) / 8).reshape(shape)
