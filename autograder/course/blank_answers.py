"""Answers without a thought (None, zeros, ones, random numbers, the input) that must earn nothing in any assignment."""

import copy
import random
import types
from collections.abc import Callable
from typing import Any

import torch
from torch import nn

KINDS = ("none", "zeros", "ones", "random", "input")


def trivial_module(solution: types.ModuleType, exercises: list[str], kind: str) -> types.ModuleType:
    """A module whose every exercise answers with `kind`, in the shape and type of the right answer where it has one."""
    module = types.ModuleType(solution.__name__)
    for exercise in exercises:
        right = getattr(solution, exercise, None)
        setattr(module, exercise, _function(right, kind) if callable(right) else None)
    return module


def _function(right: Callable, kind: str) -> Callable:
    def answer(*args: Any, **kwargs: Any) -> Any:
        if kind == "none":
            return None
        if kind == "input":
            return args[0] if args else None
        try:
            value = right(*copy.deepcopy(args), **copy.deepcopy(kwargs))  # what it would do to them is thought, too
        except Exception:
            value = args[0] if args else None
        return _blank(value, kind)

    return answer


def _blank(value: Any, kind: str) -> Any:
    fill = {"zeros": lambda: 0, "ones": lambda: 1, "random": lambda: random.randint(0, 9)}[kind]
    if isinstance(value, torch.Tensor):
        return {"zeros": torch.zeros_like, "ones": torch.ones_like, "random": torch.rand_like}[kind](value.float())
    if isinstance(value, nn.Module):
        return _Layer(value, kind)
    if isinstance(value, (list, tuple)):
        return type(value)(_blank(v, kind) for v in value)
    if isinstance(value, dict):
        return {k: _blank(v, kind) for k, v in value.items()}
    if isinstance(value, float):
        return float(fill()) if kind != "random" else random.random()
    return fill()


class _Layer(nn.Module):
    """Has the right parameters, but answers with `kind`."""

    def __init__(self, right: nn.Module, kind: str):
        super().__init__()
        self._kind, self._right = kind, [right]
        for name, parameter in right.named_parameters(recurse=False):
            setattr(self, name, nn.Parameter(parameter.detach().clone()))

    def forward(self, X: torch.Tensor) -> torch.Tensor:
        return _blank(self._right[0](X).detach(), self._kind)
