"""Runs one check on one face and says what came of it: the same on a laptop, in the grader and in `verify`."""

import time
from dataclasses import dataclass, field
from typing import Final, Literal

from . import context
from .compare import describe_call
from .face import Face
from .marks import Check
from .text import Text
from .trouble import Partial, Raised, Stopped, Unhappy, not_written

Status = Literal["passed", "failed", "error", "timeout", "killed", "not_run"]
PASSED: Final = "passed"
FAILED: Final = "failed"
ERROR: Final = "error"
TIMEOUT: Final = "timeout"
KILLED: Final = "killed"
NOT_RUN: Final = "not_run"


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


def judge(check: Check, face: Face, seed: int = 0, forbidden: tuple[str, ...] = ()) -> Verdict:
    """Run `check` on `face`. Only `KeyboardInterrupt` gets out; no check can skip itself or lose its maximum."""
    face._judge(check.name, check.exercise, forbidden)
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
    verdict.calls = tuple(running.calls)
    return verdict


def not_run(check: Check, message: Text) -> Verdict:
    """The verdict of a check whose module is absent or cannot be imported."""
    return Verdict(check, NOT_RUN, 0.0, message, NOT_RUN)


def _verdict(check: Check, error: BaseException) -> Verdict:
    if isinstance(error, Stopped):
        return Verdict(check, error.status, 0.0, error.text, error.status)
    if isinstance(error, Partial):
        return Verdict(check, FAILED, max(0.0, min(float(error.points), check.points)), error.text, error.rung)
    if isinstance(error, Unhappy):
        return Verdict(check, FAILED, 0.0, _unhappy(check, error), error.rung)
    raised = getattr(error, "raised", None)
    if raised is not None and raised.type_name == "NotImplementedError":
        return Verdict(check, NOT_RUN, 0.0, _unwritten(check, raised), raised.type_name, raised.text)
    if raised is not None:
        return Verdict(check, ERROR, 0.0, _raised(check, raised), raised.type_name, raised.text)
    # a plain assert of the check, or a check that stumbled over an answer of a wrong kind
    return Verdict(check, FAILED, 0.0, _stumbled(check, error), "other")


def behaviour(check: Check) -> Text:
    """What a hidden check says first: the behaviour that failed."""
    return Text(f"Not yet: {check.title.en}.", f"尚未做到：{check.title.within('zh-CN')}。")


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
        return behaviour(check) + " " + error.text
    if error.rung not in _RUNGS:
        return behaviour(check)
    en, zh = _RUNGS[error.rung]
    return behaviour(check) + Text(f" In the hidden case {en}.", f" 在隐藏的算例中，{zh}。")


def _unwritten(check: Check, raised: Raised) -> Text:
    place = raised.place()
    start = Text(" Start here: ", "从这里开始：") + place if place else Text()
    return not_written(check.exercise) + start


def _raised(check: Check, raised: Raised) -> Text:
    place = raised.place()
    if check.hidden:  # the text, or a made-up class name, could carry the hidden input
        where = Text(" at ", "，位置：") + place if place else Text()
        return behaviour(check) + Text(f" Your code raised {raised.kind}", f" 你的代码抛出了 {raised.kind}") + where
    last = context.running.last
    call = describe_call(last) if last else Text(f"`{check.exercise}`")
    return call + Text(f" raised {raised}", f" 抛出了 {raised}") + ("\n    " + place if place else "")


def _stumbled(check: Check, error: BaseException) -> Text:
    if check.hidden:
        return behaviour(check)
    text = str(error).strip().partition("\n")[0]
    last = context.running.last
    came = describe_call(last) + ": " if last else Text()
    if isinstance(error, AssertionError):
        return came + (text.removeprefix("assert ") or check.title)
    kind = type(error).__name__
    return came + Text(f"the answer cannot be used ({kind}: {text})", f"返回值无法使用（{kind}: {text}）")
