"""Runs one check on one face and says what came of it: the same on a laptop, in the grader and in `verify`."""

import time
from dataclasses import dataclass

from . import context
from .compare import describe_call
from .face import Face
from .language import current, say
from .marks import Check
from .trouble import Partial, Stopped, Unhappy

PASSED, FAILED, ERROR, TIMEOUT, KILLED, NOT_RUN = "passed", "failed", "error", "timeout", "killed", "not_run"


@dataclass
class Verdict:
    """What a check says: `earned` of its points, a message for the student, the rung where the answer stopped."""

    check: Check
    status: str
    earned: float = 0.0
    message: str = ""
    rung: str = ""
    detail: str = ""  # the text of the student's exception, for diagnosis; never shown in hidden checks
    hint: str = ""  # of the known mistake behind it, once one was found
    seconds: float = 0.0
    calls: tuple[context.Call, ...] = ()


def judge(check: Check, face: Face, seed: int = 0, forbidden: tuple[str, ...] = ()) -> Verdict:
    """Run `check` on `face`. Only `KeyboardInterrupt` gets out; a check can neither skip itself nor lose its maximum."""
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


def not_run(check: Check, message: str) -> Verdict:
    """The verdict of a check whose module is absent or cannot be imported."""
    return Verdict(check, NOT_RUN, 0.0, message, NOT_RUN)


def _verdict(check: Check, error: BaseException) -> Verdict:
    if isinstance(error, Stopped):
        return Verdict(check, error.status, 0.0, str(error), error.status)
    if isinstance(error, Partial):
        return Verdict(check, FAILED, max(0.0, min(float(error.points), check.points)), str(error), error.rung)
    if isinstance(error, Unhappy):
        return Verdict(check, FAILED, 0.0, _unhappy(check, error), error.rung)
    raised = getattr(error, "raised", None)
    if raised is not None:
        return Verdict(check, ERROR, 0.0, _raised(check, raised), raised.type_name, raised.text)
    # a plain assert of the check, or a check that stumbled over an answer of a wrong kind
    return Verdict(check, FAILED, 0.0, _stumbled(check, error), "other")


def behaviour(check: Check) -> str:
    """What a hidden check says first: the behaviour that failed."""
    return say(f"Not yet: {check.title(current())}.", f"尚未做到：{check.title(current())}。")


_RUNGS = {
    "missing": ("the name is missing", "没有定义这个名字"),
    "type": ("the answer has the wrong type", "返回值的类型不对"),
    "shape": ("the answer has the wrong shape", "结果的形状不对"),
    "dtype": ("the answer has the wrong dtype", "结果的数据类型不对"),
    "finite": ("the answer is not finite everywhere", "结果中有无穷或 NaN"),
    "values": ("the answer has wrong values", "结果的数值不对"),
    "gradients": ("the gradients are wrong", "梯度不对"),
}


def _unhappy(check: Check, error: Unhappy) -> str:
    if not check.hidden:
        return str(error)
    if error.reveal or error.rung == "missing":
        return f"{behaviour(check)} {error}"
    return " ".join([behaviour(check), *([say("In the hidden case ", "在隐藏的算例中，") + say(*_RUNGS[error.rung]) + say(".", "。")]
                                        if error.rung in _RUNGS else [])])


def _raised(check: Check, raised) -> str:
    place = raised.place()
    if raised.type_name == "NotImplementedError":
        return say(f"`{check.exercise}` is not written yet. Start here: {place}" if place else
                   f"`{check.exercise}` is not written yet.",
                   f"`{check.exercise}` 还没有实现。从这里开始：{place}" if place else f"`{check.exercise}` 还没有实现。")
    where = say(f" at {place}", f"，位置：{place}") if place else ""
    if check.hidden:  # the text, or a made-up class name, could carry the hidden input
        return f"{behaviour(check)} " + say(f"Your code raised {raised.kind}{where}", f"你的代码抛出了 {raised.kind}{where}")
    last = context.running.last
    call = describe_call(last) if last else f"`{check.exercise}`"
    return f"{call} " + say(f"raised {raised}", f"抛出了 {raised}") + (f"\n    {place}" if place else "")


def _stumbled(check: Check, error: BaseException) -> str:
    if check.hidden:
        return behaviour(check)
    text = str(error).strip().partition("\n")[0]
    last = context.running.last
    came = f"{describe_call(last)}: " if last else ""
    if isinstance(error, AssertionError):
        return came + (text.removeprefix("assert ") or check.title(current()))
    return came + say(f"the answer cannot be used ({type(error).__name__}: {text})", f"返回值无法使用（{type(error).__name__}: {text}）")
