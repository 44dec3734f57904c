"""Calls drawn around those that a check made: whether a changed solution is another one shows on inputs like these."""

from collections.abc import Iterator
from typing import Any

import torch

from autograder.selfcheck.context import Call, draw
from autograder.selfcheck.values import Ref

MOST = 300  # calls of one exercise


def around(calls: list[Call], rng: torch.Generator) -> Iterator[tuple]:
    """Arguments like those of `calls` (all of one exercise): each varied in one place, then some mixed."""
    known = list({repr([_shape(a) for a in call.args]): call.args for call in calls if _is_data(call)}.values())
    made = 0
    for args in known:
        for place, value in enumerate(args):
            seen = [other[place] for other in known if len(other) > place]
            for other in [*_varied(value, rng), *(s for s in seen if type(s) is not type(value) or isinstance(s, str))]:
                yield (*args[:place], other, *args[place + 1 :])
                made += 1
        if len(args) > 1:
            yield args[:-1]  # where the last one has a default
        if made > MOST:
            return


def _varied(value: Any, rng: torch.Generator) -> Iterator[Any]:
    if isinstance(value, torch.Tensor):
        yield from _tensors(value, rng)
    elif isinstance(value, bool):
        yield not value
    elif isinstance(value, int):
        yield from (value + 1, value + 2, *([value - 1] if value > 0 else []), 1, (value, value + 1))
    elif isinstance(value, float):
        yield from (value + 0.5, -value)
    elif isinstance(value, (tuple, list)):
        yield from _sequences(value)


def _tensors(value: torch.Tensor, rng: torch.Generator) -> Iterator[torch.Tensor]:
    if value.is_floating_point():
        for _ in range(3):
            yield draw(rng, *value.shape).to(value.dtype)
        yield torch.rand(value.shape, generator=rng)
        yield torch.randint(-1, 2, value.shape, generator=rng).to(value.dtype)  # ties and zeros
        yield value.double() / 3
    for axis in range(value.dim()):
        if value.shape[axis] > 1:
            yield value.narrow(axis, 0, value.shape[axis] - 1)
            yield value.narrow(axis, 0, 1)
        yield torch.cat([value, value.narrow(axis, 0, 1)], dim=axis)
    if value.dim() > 1:
        yield value.transpose(-1, -2).contiguous()


def _sequences(value: tuple | list) -> Iterator[Any]:
    kind = type(value)
    yield kind(reversed(value))
    if value and all(isinstance(part, int) and not isinstance(part, bool) for part in value):
        yield kind(part + 1 for part in value)
        yield from (kind([*value[:i], value[i] + 1, *value[i + 1 :]]) for i in range(len(value)))
        yield value[0]  # a number where there was a pair
    yield kind(value[:-1])
    yield kind([*value, *value])


def _is_data(call: Call) -> bool:
    return not call.probe and not call.kwargs and not any(isinstance(a, Ref) or hasattr(a, "_ref") for a in call.args)


def _shape(value: Any) -> Any:
    return (tuple(value.shape), value.dtype) if isinstance(value, torch.Tensor) else value
