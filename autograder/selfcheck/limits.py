"""A wall-clock limit for code that runs in this very process (a student's laptop, `verify`), and what ran into it."""

import contextlib
import linecache
import os
import signal
import threading
import time
import types
from collections.abc import Iterator
from typing import Any

from .text import Text
from .trouble import Stopped, Strike, is_of_student

AGAIN = 0.5  # seconds after which code that swallowed the first interruption is interrupted once more
BUSY, PATIENCE = 0.6, 3  # the part of the limit that must have been computed, or else so many limits are waited


class Limit:
    """One stretch of limited time; `function` is the student's outermost function that was running when it struck."""

    function: types.CodeType | None = None


@contextlib.contextmanager
def time_limit(seconds: float, name: str) -> Iterator[Limit]:
    """Interrupt what runs longer with `Stopped`, where the system has alarms and this is the main thread.

    Who had to wait for a busy machine gets more time.
    """
    limit = Limit()
    if not hasattr(signal, "SIGALRM") or threading.current_thread() is not threading.main_thread():
        yield limit
        return
    stopped = Stopped(
        "timeout",
        f"stopped after {seconds:g} s in `{name}`: does a loop never end?",
        f"`{name}` 运行超过 {seconds:g} 秒，已停止：是不是有循环没有结束？",
    )

    started, used = time.monotonic(), time.thread_time()

    def strike(number: int, frame: types.FrameType | None) -> None:
        if time.thread_time() - used < BUSY * seconds and time.monotonic() - started < PATIENCE * seconds:
            return
        frames = _students(frame)
        if limit.function is None and frames:
            limit.function = frames[-1].f_code
            stopped.text += _place(frames[0])
        elif limit.function is None:
            stopped.text = Text(
                f"`{name}` took longer than {seconds:g} s, not in your code: is the computer busy? Run it again.",
                f"`{name}` 超过了 {seconds:g} 秒，但当时运行的不是你的代码：电脑是不是很忙？请再运行一次。",
            )
        raise Strike(stopped)

    before = signal.signal(signal.SIGALRM, strike)
    signal.setitimer(signal.ITIMER_REAL, seconds, AGAIN)
    try:
        yield limit
    except Strike:
        raise stopped from None
    finally:
        signal.setitimer(signal.ITIMER_REAL, 0)
        signal.signal(signal.SIGALRM, before)


def _students(frame: types.FrameType | None) -> list[types.FrameType]:
    """The calls of the student's functions that are under way, the innermost first."""
    found = []
    while frame is not None:
        if is_of_student(frame.f_code.co_filename) and frame.f_code.co_name != "<module>":
            found.append(frame)
        frame = frame.f_back
    return found


def _place(frame: types.FrameType) -> Text:
    """Where it was, on a line of its own."""
    file, code = frame.f_code.co_filename, linecache.getline(frame.f_code.co_filename, frame.f_lineno).strip()
    name = os.path.basename(file)
    return Text(
        f"\n    it was at {name}, line {frame.f_lineno}: {code}", f"\n    当时在 {name} 第 {frame.f_lineno} 行：{code}"
    )


class Endless:
    """The student's functions that did not end in time: what calls one of them need not be waited for again."""

    def __init__(self) -> None:
        self.codes: dict[types.CodeType, str] = {}

    def add(self, code: types.CodeType | None, exercise: str) -> None:
        if code is not None:
            self.codes.setdefault(code, exercise if code.co_name.startswith(("_", "<", "forward")) else code.co_name)

    def within(self, value: Any) -> str:
        """The name of such a function that `value`, a function or class, reaches by name; empty where there is none."""
        if not self.codes:
            return ""
        seen: set[int] = set()
        waiting = [value]
        while waiting:
            value = waiting.pop()
            if id(value) in seen or len(seen) > 1_000:
                continue
            seen.add(id(value))
            if isinstance(value, type):
                waiting += [each for each in vars(value).values() if isinstance(each, types.FunctionType)]
            elif isinstance(value, types.FunctionType):
                for code in _codes(value.__code__):
                    if code in self.codes:
                        return self.codes[code]
                    waiting += [
                        each
                        for name in code.co_names
                        if isinstance(each := value.__globals__.get(name), type | types.FunctionType)
                        and (isinstance(each, type) or is_of_student(each.__code__.co_filename))
                    ]
        return ""


def _codes(code: types.CodeType) -> Iterator[types.CodeType]:
    yield code
    for const in code.co_consts:
        if isinstance(const, types.CodeType):
            yield from _codes(const)
