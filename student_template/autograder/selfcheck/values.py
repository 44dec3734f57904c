"""What may cross between a student's code and a check: plain data, and references to objects that stay behind."""

import math
from collections.abc import Callable, Iterable
from typing import Any, NamedTuple

import numpy as np
import torch

MAX_DEPTH, MAX_NODES = 32, 100_000


class Ref(NamedTuple):
    """An object that stays beside the student's code; `id` 0 is the module itself."""

    id: int
    type_name: str
    callable: bool


def extent(shape: Iterable[int]) -> int:
    """How many items a shape has where every axis counts as 1 at least: a million empty rows are a million lists."""
    return math.prod(max(length, 1) for length in shape)


def plain(value: Any, keep: Callable[[Any, str], Ref]) -> Any:
    """Turn an answer into data.

    Tensors become detached, contiguous CPU copies of the base class, `torch.Size` a tuple, NumPy scalars Python's; a
    dtype that cannot cross becomes one that holds its numbers; `keep(object, type_name)` gives the `Ref` of what is no
    data. Raises `ValueError` beyond 32 levels or 100,000 nodes.
    """
    return _Plain(keep).of(value, 0)


class _Plain:
    def __init__(self, keep: Callable[[Any, str], Ref]):
        self.keep, self.nodes = keep, 0

    def of(self, value: Any, depth: int) -> Any:
        self.nodes += 1
        if depth > MAX_DEPTH or self.nodes > MAX_NODES:
            raise ValueError("the answer is nested too deeply or has too many parts")
        if value is None or type(value) in (bool, int, float, str, torch.device):
            return value
        if isinstance(value, torch.Tensor):
            return self.tensor(value)
        if isinstance(value, np.ndarray):
            return self.array(value)
        if isinstance(value, np.generic):
            return self.scalar(value)
        if isinstance(value, (list, tuple)):
            parts = [self.of(part, depth + 1) for part in value]
            return parts if isinstance(value, list) else tuple(parts)
        if isinstance(value, dict):
            return {
                self.of(k, MAX_DEPTH): self.of(v, depth + 1)
                for k, v in value.items()
                if isinstance(k, (bool, int, float, str, type(None)))
            }
        for kind in (bool, int, float, str):
            if isinstance(value, kind):
                return kind(value)
        return self.keep(value, type(value).__name__)

    def array(self, value: np.ndarray) -> np.ndarray | Ref:
        wanted = ALIKE.get(value.dtype.name, value.dtype.name)
        if wanted not in NUMPY or (value.dtype == np.uint64 and (value >> 63).any()):
            return self.keep(value, f"ndarray of dtype {value.dtype}")
        return np.array(value, wanted, order="C", subok=False)

    def scalar(self, value: np.generic) -> bool | int | float | str | Ref:
        item: Any = float(value) if isinstance(value, np.floating) else value.item()
        return item if type(item) in (bool, int, float, str) else self.keep(value, type(value).__name__)

    def tensor(self, value: torch.Tensor) -> torch.Tensor | Ref:
        parameter: Any = torch.nn.parameter  # torch's stubs leave out its mixins
        with torch._C.DisableTorchFunctionSubclass():
            if value.is_meta or isinstance(value, parameter.UninitializedTensorMixin):
                return self.keep(value, "tensor without data")
            value = value.detach()
            if value.is_quantized:
                value = value.dequantize()
            if value.layout is not torch.strided:
                value = value.to_dense()
            value = value.as_subclass(torch.Tensor).cpu().resolve_conj().resolve_neg()
            name = str(value.dtype).removeprefix("torch.")
            if name in ALIKE and not (name == "uint64" and bool((value.view(torch.int64) < 0).any())):
                value = value.to(getattr(torch, ALIKE[name]))
            if value.dtype not in DTYPES:
                return self.keep(value, f"tensor of dtype {value.dtype}")
            return value.clone(memory_format=torch.contiguous_format)


DTYPES = frozenset(
    {
        torch.bool,
        torch.uint8,
        torch.int8,
        torch.int16,
        torch.int32,
        torch.int64,
        torch.float16,
        torch.bfloat16,
        torch.float32,
        torch.float64,
        torch.complex64,
        torch.complex128,
    }
)


NUMPY = frozenset(str(dtype).removeprefix("torch.") for dtype in DTYPES - {torch.bfloat16})
# What crosses as another dtype that holds the same numbers, or as many digits of them as are compared.
ALIKE = {
    "uint16": "int32",
    "uint32": "int64",
    "uint64": "int64",
    "longdouble": "float64",
    np.dtype(np.longdouble).name: "float64",
}


def own(value: Any, find: Callable[[Ref], Any]) -> Any:
    """A deep copy of a check's argument, with every `Ref` replaced by the object it stands for."""
    if isinstance(value, Ref):
        return find(value)
    if isinstance(value, torch.Tensor):
        return value.detach().clone()
    if isinstance(value, np.ndarray):
        return value.copy()
    if isinstance(value, (list, tuple)):
        return (
            type(value)([own(part, find) for part in value])
            if type(value) in (list, tuple)
            else tuple(own(part, find) for part in value)
        )
    if isinstance(value, dict):
        return {k: own(v, find) for k, v in value.items()}
    return value
