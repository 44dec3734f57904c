"""Runs one check on one face and says what came of it: the same on a laptop, in the grader and in `verify`."""

import os
import re
import time
import traceback
from dataclasses import dataclass, field, replace
from typing import Any, Final, Literal

from . import context
from .compare import describe_call
from .explained import explained
from .face import Face
from .marks import Check
from .text import Text
from .trouble import Partial, Raised, Stopped, Strike, Unhappy, not_written

Status = Literal["passed", "failed", "error", "timeout", "killed", "not_run", "broken"]
PASSED: Final = "passed"
FAILED: Final = "failed"
ERROR: Final = "error"
TIMEOUT: Final = "timeout"
KILLED: Final = "killed"
NOT_RUN: Final = "not_run"
BROKEN: Final = "broken"


@dataclass
class Verdict:
    """What a check says: `earned` of its points, a message for the student, the rung where the answer stopped."""

    check: Check
    status: Status
    earned: float = 0.0
    message: Text = field(default_factory=Text)
    rung: str = ""
    detail: str = ""  # the text of the student's exception, for diagnosis; never shown in hidden checks
    hint: Text = field(default_factory=Text)  # of the known mistake behind it, once one was found
    seconds: float = 0.0
    calls: tuple[context.Call, ...] = ()
    agreement: Any = None  # what a counter-example can be looked for with; see `counterexample`
    counterexample: Any = None
    asked: tuple[str, str] = ("", "")  # the last call and its answer in words, where somebody keeps them
    figures: list[context.Shown] = field(default_factory=list)
    broke: str = ""  # the check's own exception and its line, for the instructor; empty where it raised none


def judge(check: Check, face: Face, seed: int = 0, forbidden: tuple[str, ...] = ()) -> Verdict:
    """Run `check` on `face`. Only `KeyboardInterrupt` gets out; no check can skip itself or lose its maximum."""
    face._judge(check.name, check.exercise, forbidden, check.hidden)
    running = context.begin(check.name, seed)
    started = time.perf_counter()
    try:
        check.function(face)
        verdict = Verdict(check, PASSED, check.points)
    except KeyboardInterrupt:
        raise
    except BaseException as error:
        verdict = _verdict(check, error)
    verdict.seconds = time.perf_counter() - started
    verdict.calls, verdict.figures = tuple(running.calls), running.figures
    if verdict.status != PASSED and running.agreement and running.last:
        verdict.agreement = running.agreement
        verdict.agreement.failing = running.last.args[verdict.agreement.traces :]
    return verdict


def not_run(check: Check, message: Text) -> Verdict:
    """The verdict of a check whose module is absent or cannot be imported."""
    return Verdict(check, NOT_RUN, 0.0, message, NOT_RUN)


def _verdict(check: Check, error: BaseException) -> Verdict:
    if isinstance(error, Strike):
        error = error.stopped
    if isinstance(error, Stopped):
        return Verdict(check, error.status, 0.0, error.text, error.status)
    if isinstance(error, Partial):
        return Verdict(check, FAILED, max(0.0, min(float(error.points), check.points)), error.text, error.rung)
    if isinstance(error, Unhappy):
        return Verdict(check, FAILED, 0.0, _unhappy(check, error), error.rung)
    raised = error if isinstance(error, Raised) else getattr(error, "raised", None)
    if raised is not None and is_stub(raised):
        return Verdict(check, NOT_RUN, 0.0, _unwritten(check, raised), raised.type_name, detail=raised.text)
    if raised is not None:
        return Verdict(check, ERROR, 0.0, _raised(check, raised), raised.type_name, raised.text)
    if _starved(error):
        return Verdict(check, FAILED, 0.0, behaviour(check) + _TOO_LARGE, "other")
    # A plain assert of the check, an answer of a wrong kind, or a fault of the check itself: what the right answer to
    # the same question does tells the last two apart, and the grader asks it. No question yet? No answer is to blame.
    stumbled = Verdict(check, FAILED, 0.0, _stumbled(check, error) if context.running.calls else _BROKEN, "other")
    if not isinstance(error, AssertionError):
        stumbled.broke = _own_exception(error)
    return stumbled


_NO_FORWARD = re.compile(r'Module \[(\w+)\] is missing the required "forward" function')
_BROKEN = Text(
    "This check itself is broken, which is not your fault: please tell your instructor.",
    "这个检查本身出错了，不是你的问题：请告诉老师。",
)


def broken(verdict: Verdict) -> Verdict:
    """The same verdict of a check that breaks on the right answer too; a student learns only whose fault it is not."""
    return replace(verdict, status=BROKEN, earned=0.0, message=_BROKEN, rung=BROKEN)


def _own_exception(error: BaseException) -> str:
    """`TypeError: … (checks_hidden.py, line 31)`: the innermost line of the checks."""
    frames = traceback.extract_tb(error.__traceback__, limit=-50)
    mine = [f for f in frames if os.path.basename(f.filename).startswith("checks_")]
    where = f" ({os.path.basename(mine[-1].filename)}, line {mine[-1].lineno})" if mine else ""
    return f"{type(error).__name__}: {_words(error)}"[:500] + where


def _words(error: BaseException) -> str:
    """The first line of an exception's text; an answer inside it may be one that cannot be written."""
    try:
        return str(error).strip().partition("\n")[0]
    except Exception:
        return ""


_TOO_LARGE = Text(" The answer takes more memory than there is to judge it.", "结果太大，评判所需的内存不够。")


def _starved(error: BaseException) -> bool:
    """Python and torch each say in their own way that there is no more memory."""
    return isinstance(error, MemoryError) or (isinstance(error, RuntimeError) and "allocate memory" in str(error))


def behaviour(check: Check) -> Text:
    """What a hidden check says first: the behaviour that failed."""
    return Text(f"Not yet: {check.title.en}.", f"尚未做到：{check.title.within('zh-CN')}。")


def withheld(check: Check) -> set[Text]:
    """What a hidden check may say without a word of its own: the same for every answer and every draw."""
    return {behaviour(check), *(behaviour(check) + _at_rung(rung) for rung in _RUNGS)}


_RUNGS = {
    "missing": ("the name is missing", "没有定义这个名字"),
    "type": ("the answer has the wrong type", "返回值的类型不对"),
    "shape": ("the answer has the wrong shape", "结果的形状不对"),
    "dtype": ("the answer has the wrong dtype", "结果的数据类型不对"),
    "finite": ("the answer is not finite everywhere", "结果中有无穷或 NaN"),
    "values": ("the answer has wrong values", "结果的数值不对"),
    "gradients": ("the gradients are wrong", "梯度不对"),
}


def _unhappy(check: Check, error: Unhappy) -> Text:
    if not check.hidden:
        return error.text
    if error.reveal or error.rung == "missing":
        return behaviour(check) + Text(" ", "") + error.text
    if error.rung not in _RUNGS:
        return behaviour(check)
    return behaviour(check) + _at_rung(error.rung)


def _at_rung(rung: str) -> Text:
    en, zh = _RUNGS[rung]
    return Text(f" In the hidden case {en}.", f"在隐藏的算例中，{zh}。")


def is_stub(raised: Raised) -> bool:
    """Whether this is the stub's own marker: torch raises the same kind where a layer has no `forward`."""
    return raised.type_name == "NotImplementedError" and ("NotImplementedError" in raised.code or not raised.text)


def _unwritten(check: Check, raised: Raised) -> Text:
    place = Text() if check.hidden else raised.place()  # which line it was could carry the hidden input
    start = Text(" Start here: ", "从这里开始：") + place if place else Text()
    return not_written(check.exercise) + start


def _raised(check: Check, raised: Raised) -> Text:
    last = context.running.last
    if check.hidden:  # the text, a made-up class name, or which line it was could carry the hidden input
        return behaviour(check) + _whose(raised, last) + (" " + raised.because if raised.because else Text())
    place = raised.place()
    if raised.because:
        return raised.because + _at(place)
    if layer := _NO_FORWARD.match(raised.text):
        return Text(
            f"`{layer[1]}` has no method called exactly `forward`: torch calls it when the layer is used.",
            f"`{layer[1]}` 没有名字恰好是 `forward` 的方法：使用这个层时，torch 会调用它。",
        )
    call = describe_call(last) if last else Text(f"`{check.exercise}`")
    if not raised.line and last and last.probe:
        unusable = Text(f" cannot be used as the check needs it ({raised})", f" 无法按检查的要求使用（{raised}）")
        return call + unusable + _at(explained(raised.text))
    return call + Text(f" raised {raised}", f" 抛出了 {raised}") + _at(place) + _at(explained(raised.text))


def _whose(raised: Raised, last: context.Call | None) -> Text:
    """An exception without a line of the student's came of how their code was used, not from within it."""
    if raised.line or not (last and last.probe):
        return Text(f" Your code raised {raised.kind}.", f"你的代码抛出了 {raised.kind}。")
    return Text(
        f" `{last.name}` cannot be used as the check needs it ({raised.kind}).",
        f"`{last.name}` 无法按检查的要求使用（{raised.kind}）。",
    )


def _at(place: Text) -> Text:
    return "\n    " + place if place else Text()


def _stumbled(check: Check, error: BaseException) -> Text:
    if check.hidden:
        return behaviour(check)
    text = _words(error)
    last = context.running.last
    came = describe_call(last) + ": " if last else Text()
    if isinstance(error, AssertionError):
        return came + (text.removeprefix("assert ") or check.title)
    kind = type(error).__name__
    return came + Text(f"the answer cannot be used ({kind}: {text})", f"返回值无法使用（{kind}: {text}）")
