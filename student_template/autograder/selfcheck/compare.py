"""Comparisons that say what was called, what came, what was expected, and where the two first differ."""

import functools
from collections.abc import Callable
from itertools import islice
from typing import Any, NoReturn, ParamSpec

import numpy as np
import torch

from . import context
from .face import Handle
from .text import Text, joined
from .trouble import Unhappy
from .values import extent

SHOWN = 40  # elements of a tensor that are printed whole
COMPARED = 16  # elements of two tensors that are printed one below the other
ITEMS, LEVELS, LETTERS = 12, 3, 80  # of an answer that is described: of each list, of lists in lists, of one value

_Arguments = ParamSpec("_Arguments")


def _comparison(compare: Callable[_Arguments, None]) -> Callable[_Arguments, None]:
    """A comparison that rejects whatever it cannot compare: an odd answer is the student's fault, not the check's."""

    @functools.wraps(compare)
    def guarded(*args: _Arguments.args, **kwargs: _Arguments.kwargs) -> None:
        try:
            compare(*args, **kwargs)
        except (ArithmeticError, AttributeError, LookupError, RecursionError, RuntimeError, TypeError, ValueError):
            _reject("type", "gave a value that cannot be compared", "返回的值无法比较")

    return guarded


def fail(en: str, zh: str, reveal: bool = False) -> NoReturn:
    """Reject the answer in the check's own words; `reveal` shows them in a hidden check too (no inputs in them!)."""
    raise Unhappy("other", en, zh, reveal)


def assert_untouched(name: str, changed: Any) -> None:
    """A probe says that `name` changed none of its arguments: it gives the empty list of their positions."""
    if type(changed) is not list or changed:
        fail(f"`{name}` changes what it is given.", f"`{name}` 改动了传入的张量。", reveal=True)


def assert_true(condition: bool, en: str, zh: str) -> None:
    """Reject the answer with this text unless `condition` holds."""
    if not condition:
        fail(en, zh)


def assert_raises(kind: type[Exception], call: Callable[[], Any]) -> None:
    """The student's code must raise `kind` (a builtin exception) when `call()` calls it."""
    try:
        answer = call()
    except kind as error:
        if getattr(error, "raised", None) and not isinstance(error, NotImplementedError):
            return
        raise
    except (AssertionError, LookupError, TypeError) as error:  # meant, but of another kind
        raised, last = getattr(error, "raised", None), context.running.last
        if raised is not None and last and not raised.because:
            name, due = describe_call(last), kind.__name__
            raised.because = name + Text(f" raised {raised.kind}; expected {due}", f" 抛出了 {raised.kind}；应为 {due}")
        raise
    came = describe(answer)
    name = getattr(answer, "_type_name", "") or type(answer).__name__
    more = Text(": an exception is raised, not returned", "：异常要用 raise 抛出，而不是返回")
    more = more if name == kind.__name__ else Text()
    _reject(
        "values",
        f"should raise {kind.__name__}, but gave back {came.en}{more.en}",
        f"应当抛出 {kind.__name__}，却返回了 {came.zh}{more.zh}",
    )


def assert_equal(answer: Any, expected: Any) -> None:
    """Exactly equal: int, bool, str, float, None and nested sequences (tuple, list and `torch.Size` are alike)."""
    _equal(answer, expected, describe(expected))


@_comparison
def _equal(answer: Any, expected: Any, due: Text) -> None:
    came = describe(answer)
    if _shape_of_types(answer) != _shape_of_types(expected):
        if isinstance(expected, (list, tuple)) and isinstance(answer, (list, tuple)) and len(answer) != len(expected):
            _reject(
                "shape",
                f"gave {len(answer)} values ({came.en}); expected {len(expected)}: {due.en}",
                f"返回了 {len(answer)} 个值（{came.zh}）；应为 {len(expected)} 个：{due.zh}",
            )
        _reject("type", *_another_type(answer, expected, came, due))
    if _as_lists(answer) != _as_lists(expected):
        _reject("values", f"gave {came.en}; expected {due.en}", f"返回了 {came.zh}；应为 {due.zh}")


def _another_type(answer: Any, expected: Any, came: Text, due: Text) -> tuple[str, str]:
    """Nothing came, one kind of value came for another, or the difference is in a part."""
    if answer is None:
        return f"gave None; expected {due.en}{_NO_RETURN.en}", f"返回了 None；应为 {due.zh}{_NO_RETURN.zh}"
    kind, wanted = _kind(answer), _kind(expected)
    if kind != wanted:
        return (
            f"gave {kind.en} ({came.en}); expected {wanted.en}: {due.en}",
            f"返回了 {kind.zh}（{came.zh}）；应为 {wanted.zh}：{due.zh}",
        )
    part, meant = _first_of_another_type(answer, expected)
    return (
        f"gave {came.en}; expected {due.en}: {part.en} stands where {meant.en} is due",
        f"返回了 {came.zh}；应为 {due.zh}：该是 {meant.zh} 的地方是 {part.zh}",
    )


def _first_of_another_type(answer: Any, expected: Any) -> tuple[Text, Text]:
    """The first parts of two nested sequences that differ in kind, or as they are where they differ in length."""
    if _kind(answer) != _kind(expected) or not isinstance(expected, (list, tuple)):
        return _kind(answer), _kind(expected)
    if len(answer) != len(expected):
        return describe(answer), describe(expected)
    differing = ((a, e) for a, e in zip(answer, expected) if _shape_of_types(a) != _shape_of_types(e))
    return _first_of_another_type(*next(differing))


_NO_RETURN = Text(". Does every path of the function end in `return`?", "。函数的每条路径都有 `return` 吗？")


def assert_close(answer: Any, expected: Any, rtol: float = 1e-4) -> None:
    """Close in every element: |answer − expected| ≤ rtol · max|expected| + 1e-6, compared in float64.

    Climbs one ladder and stops at the first rung that fails: type, shape, dtype, not finite, values. `expected` is a
    tensor, an array or a number; a tensor or array is accepted for a tensor, a Python number too where it has no axes.
    Raises `ValueError` where `expected` is not finite itself.
    """
    want = torch.as_tensor(expected)
    if not bool(want.isfinite().all()):
        raise ValueError(f"what is due is not finite: {describe(want).en}")  # nothing could be told apart from it
    _close(answer, want, rtol)


@_comparison
def _close(answer: Any, want: torch.Tensor, rtol: float) -> None:
    got = _as_tensor(answer, scalar=want.dim() == 0)
    if type(answer) is int and got is None and not want.dim():
        came, due = describe(answer), _number(want.item())
        _reject("values", f"gave {came.en}; expected {due}", f"返回了 {came.zh}；应为 {due}")
    if got is None:
        wanted, kind = Text("a tensor", "张量") if want.dim() else Text("a number", "一个数"), _kind(answer)
        more = _NO_RETURN if answer is None else Text()
        _reject("type", f"gave {kind.en}; expected {wanted.en}{more.en}", f"返回了 {kind.zh}；应为{wanted.zh}{more.zh}")
    if got.shape != want.shape:
        came, due = _size(got), _size(want)
        if not got.dim():
            _reject("shape", f"gave a single number; expected shape {due.en}", f"只给出一个数；形状应为 {due.zh}")
        _reject("shape", f"gave shape {came.en}; expected {due.en}", f"结果形状是 {came.zh}；应为 {due.zh}")
    if got.dtype == torch.bool or got.is_complex():
        _reject("dtype", f"gave dtype {got.dtype}; expected real numbers", f"结果类型是 {got.dtype}；应为实数")
    if got.dtype == want.dtype and torch.equal(got, want):
        return
    got64, want64 = got.to(torch.float64), want.to(torch.float64)
    if not got.is_floating_point() and want.is_floating_point() and bool((want64 != want64.round()).any()):
        _reject("dtype", *_whole_numbers(got, got64, want64))
    if not bool(got64.isfinite().all()):
        where, found = _first(~got64.isfinite(), got64)
        _reject(
            "finite",
            f"gave {found} at {where.en}: is every element filled in?",
            f"在 {where.zh} 处是 {found}：每个元素都算了吗？",
        )
    allowed = rtol * float(want64.abs().max()) + 1e-6 if want.numel() else 0.0
    wrong = ~((got64 - want64).abs() <= allowed)
    if bool(wrong.any()):
        _reject("values", *_differences(got64, want64, wrong))


def _whole_numbers(answer: torch.Tensor, got: torch.Tensor, want: torch.Tensor) -> tuple[str, str]:
    """Fractions that lost what is behind the point, or whole numbers of another kind, such as a count."""
    if torch.equal(got, want.trunc()) or (got.numel() > 1 and torch.equal(got, want.round())):
        return (
            f"gave whole numbers ({answer.dtype}) where fractions are due: the result was rounded",
            f"结果是整数（{answer.dtype}），但这里应有小数：数值被截断了",
        )
    wrong = got != want
    (where, found), (_, due) = _first(wrong, got), _first(wrong, want)
    return (
        f"gave {found} at {where.en}, a whole number ({answer.dtype}); expected {due}",
        f"在 {where.zh} 处得到整数 {found}（{answer.dtype}）；应为 {due}",
    )


def _differences(got: torch.Tensor, want: torch.Tensor, wrong: torch.Tensor) -> tuple[str, str]:
    where, found = _first(wrong, got)
    _, due = _first(wrong, want)
    count, total = int(wrong.sum()), wrong.numel()
    if not got.dim():
        return f"gave {found}; expected {due}", f"结果是 {found}；应为 {due}"
    en, zh = f"gave {found} at {where.en}; expected {due}", f"在 {where.zh} 处得到 {found}；应为 {due}"
    if total > 1:
        en, zh = f"{en} ({count} of {total} elements differ)", f"{zh}（{total} 个元素中有 {count} 个不同）"
    if 1 < total <= COMPARED and got.dim() <= 2:
        en += f"\n    yours:    {_matrix(got)}\n    expected: {_matrix(want)}"
        zh += f"\n    你的结果: {_matrix(got)}\n    正确结果: {_matrix(want)}"
    return en, zh


def _reject(rung: str, en: str, zh: str) -> NoReturn:
    call = context.running.last
    name = describe_call(call) if call else Text("the answer", "结果")
    raise Unhappy(rung, f"{name.en} {en}", f"{name.zh} {zh}")


def describe_call(call: context.Call) -> Text:
    """`corr2d(3×3 tensor, 2×2 tensor)`; a probe's inputs are its own affair, so only the exercise is named."""
    if call.probe:
        return Text(f"`{call.name}`")
    words = [describe(a, brief=True) for a in call.args]
    words += [f"{k}=" + describe(v, brief=True) for k, v in call.kwargs.items()]
    return f"`{call.name}(" + joined(", ", words) + ")`"


def describe(value: Any, brief: bool = False, levels: int = LEVELS) -> Text:
    """A value in few words, whatever it is: small numbers and tuples as they are, tensors by shape.

    The values of a small tensor are shown too, unless `brief`.
    """
    if isinstance(value, torch.Tensor | np.ndarray):
        if brief or extent(value.shape) > SHOWN:  # rows without elements are many, too
            kind = Text(" array", " 数组") if isinstance(value, np.ndarray) else Text(" tensor", " 张量")
            return _size(value) + kind
        return Text(_matrix(torch.as_tensor(value)))
    if isinstance(value, Handle):
        return Text(f"a {value._type_name}", f"{value._type_name} 对象")
    if isinstance(value, (list, tuple, dict)):
        return _describe_parts(value, levels - 1)
    if isinstance(value, int) and value.bit_length() > 8 * LETTERS:  # Python refuses to write some that are longer
        return Text(f"an int of {value.bit_length():,} bits", f"{value.bit_length():,} 位二进制的整数")
    text = repr(value[:LETTERS]) if isinstance(value, str) else repr(value)
    long = len(text) > LETTERS or (isinstance(value, str) and len(value) > LETTERS)
    return Text(text[: LETTERS - 3] + "…" if long else text)


def _describe_parts(value: list | tuple | dict, levels: int) -> Text:
    start, end = "{}" if isinstance(value, dict) else "[]" if isinstance(value, list) else "()"
    if value and levels < 0:
        return Text(f"{start}…{end}")
    parts = [describe(part, True, levels) for part in islice(value, ITEMS)]
    if isinstance(value, dict):
        parts = [key + ": " + describe(part, True, levels) for key, part in zip(parts, value.values())]
    more = ", …" if len(value) > ITEMS else "," if isinstance(value, tuple) and len(value) == 1 else ""
    return start + joined(", ", parts) + more + end


def _as_tensor(answer: Any, scalar: bool) -> torch.Tensor | None:
    if isinstance(answer, torch.Tensor):
        return answer
    if isinstance(answer, np.ndarray):
        return torch.from_numpy(answer)
    if scalar and isinstance(answer, (int, float)) and not isinstance(answer, bool):
        return torch.tensor(answer) if isinstance(answer, float) or -(1 << 63) <= answer < 1 << 63 else None
    return None


def _size(value: Any) -> Text:
    if len(value.shape) == 1:
        return Text(f"({value.shape[0]},)")
    return Text("×".join(str(n) for n in value.shape)) if len(value.shape) else Text("a single number,", "单个数，")


def _matrix(value: torch.Tensor) -> str:
    def text(part: Any) -> str:
        return "[" + ", ".join(text(p) for p in part) + "]" if isinstance(part, list) else _number(part)

    return text(value.tolist())


def _number(value: Any) -> str:
    return f"{value:.5g}" if isinstance(value, float) else str(value)


def _first(mask: torch.Tensor, values: torch.Tensor) -> tuple[Text, str]:
    if not mask.dim():
        return Text("the result", "结果"), _number(values.item())
    place = tuple(int(i) for i in mask.nonzero()[0])
    return Text(str(list(place))), _number(values[place].item())


_KINDS_ZH = {
    "int": "整数",
    "float": "浮点数",
    "bool": "布尔值",
    "str": "字符串",
    "tuple": "元组",
    "list": "列表",
    "dict": "字典",
    "Tensor": "张量",
    "ndarray": "NumPy 数组",
    "NoneType": "None",
}


def _kind(value: Any) -> Text:
    name = value._type_name if isinstance(value, Handle) else type(value).__name__
    en = "None" if value is None else ("an " if name[:1] in "aeiou" else "a ") + name
    return Text(en, _KINDS_ZH.get(name, f"{name} 类型的对象"))


def _as_lists(value: Any) -> Any:
    return [_as_lists(v) for v in value] if isinstance(value, (list, tuple)) else value


def _shape_of_types(value: Any) -> Any:
    return [_shape_of_types(v) for v in value] if isinstance(value, (list, tuple)) else type(value)
