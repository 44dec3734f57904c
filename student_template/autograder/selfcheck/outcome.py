"""What a student's code did in a check, in a form that can be compared with a known mistake, exactly or by digest.

An answer may be anything that can cross: whatever it is, nothing here raises, and what is kept of it is small.
"""

import hashlib
import math
import struct
from collections.abc import Iterator
from typing import Any

import numpy as np
import torch

from .judge import PASSED, Verdict
from .values import Ref, extent

_STEP = 1e-3  # answers are rounded to this before they are digested
_KEPT = 1 << 20  # bytes of an answer that a known mistake could have given
_LARGE = Ref(0, "large answer", False)


def outcome(verdict: Verdict) -> tuple:
    """`("passed",)`, or where and how the check stopped: its last call, and that call's answer or exception."""
    if verdict.status == PASSED:
        return (PASSED,)
    last = verdict.calls[-1] if verdict.calls else None
    if last is None:
        return (verdict.status, verdict.rung)
    if not last.answered:
        return ("raised", len(verdict.calls), last.name, verdict.rung, verdict.detail)
    return ("answered", len(verdict.calls), last.name, verdict.rung, last.answer)


def forget(verdict: Verdict) -> None:
    """Keep of a verdict only what `outcome` reads: how many calls there were, and the last one's answer if it is small.

    The answers of all checks of a class would fill the memory.
    """
    last = verdict.calls[-1:]
    if any(call.answered and _bytes(call.answer) > _KEPT for call in last):
        last[0].answer = _LARGE
    for call in verdict.calls:
        call.args, call.kwargs = (), {}
    for call in verdict.calls[:-1]:
        call.answer = None


def _bytes(value: Any) -> int:
    if isinstance(value, (list, tuple)):
        return sum(map(_bytes, value), 64)
    if isinstance(value, dict):
        return sum((_bytes(key) + _bytes(item) for key, item in value.items()), 64)
    if isinstance(value, (torch.Tensor, np.ndarray)):
        return extent(value.shape) * value.itemsize + 64
    return len(value) if isinstance(value, str) else 64


def same(a: tuple, b: tuple) -> bool:
    """Whether two outcomes of one check are alike: equal shapes and types, values within 1e-4 of the largest."""
    try:
        return len(a) == len(b) and all(_alike(x, y) for x, y in zip(a, b))
    except Exception:  # a value that cannot even be compared is no known mistake's
        return False


def digest(salt: str, result: tuple) -> str:
    """SHA-256 over `salt` and an outcome whose numbers are rounded to 1e-3; says nothing of the answer itself."""
    sha = hashlib.sha256(salt.encode())
    try:
        for part in _parts(result):
            sha.update(part)
            sha.update(b"\0")
    except Exception:  # such as an integer too long to be written: no known mistake's
        sha.update(b"cannot be written")
    return sha.hexdigest()


def _alike(x: Any, y: Any) -> bool:
    if isinstance(x, (torch.Tensor, np.ndarray)) and isinstance(y, (torch.Tensor, np.ndarray)):
        x, y = torch.as_tensor(x), torch.as_tensor(y)
        if x.shape != y.shape or x.is_complex() or y.is_complex():
            return False
        x, y = x.to(torch.float64), y.to(torch.float64)
        scale = float(x[x.isfinite()].abs().max()) if bool(x.isfinite().any()) else 0.0
        return bool(torch.isclose(x, y, rtol=0, atol=1e-4 * scale + 1e-6, equal_nan=True).all())
    if isinstance(x, Ref) and isinstance(y, Ref):
        return x.type_name == y.type_name
    if isinstance(x, (list, tuple)) and isinstance(y, (list, tuple)):
        return len(x) == len(y) and all(_alike(p, q) for p, q in zip(x, y))
    if isinstance(x, dict) and isinstance(y, dict):
        return x.keys() == y.keys() and all(_alike(x[k], y[k]) for k in x)
    if isinstance(x, float) and isinstance(y, (int, float)) and not isinstance(y, bool):
        return x == y or (x != x and y != y) or math.isclose(x, y, rel_tol=1e-4)
    return type(x) is type(y) and bool(x == y)


def _parts(value: Any) -> Iterator[bytes]:
    if isinstance(value, (torch.Tensor, np.ndarray)):
        array = torch.as_tensor(value)
        yield repr(tuple(array.shape)).encode()
        if not array.is_complex():
            yield from (_rounded(v) for v in array.to(torch.float64).reshape(-1).tolist())
    elif isinstance(value, Ref):
        yield value.type_name.encode()
    elif isinstance(value, (list, tuple)):
        yield b"(%d" % len(value)
        for part in value:
            yield from _parts(part)
    elif isinstance(value, dict):
        for key in value:
            yield repr(key).encode()
            yield from _parts(value[key])
    elif isinstance(value, float):
        yield _rounded(value)
    else:
        yield f"{type(value).__name__}:{value!r}".encode()


def _rounded(value: float) -> bytes:
    steps = value / _STEP
    return b"%d" % round(steps) if abs(steps) < 2**62 else struct.pack(">d", value)
