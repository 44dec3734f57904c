"""A wall-clock limit for code that runs in this very process (a student's laptop, `verify`)."""

import contextlib
import signal
import threading
import types
from collections.abc import Iterator

from .trouble import Stopped


@contextlib.contextmanager
def time_limit(seconds: float, name: str) -> Iterator[None]:
    """Interrupt what runs longer with `Stopped`, where the system has alarms and this is the main thread."""
    if not hasattr(signal, "SIGALRM") or threading.current_thread() is not threading.main_thread():
        yield
        return

    def strike(number: int, frame: types.FrameType | None) -> None:
        raise Stopped(
            "timeout",
            f"stopped after {seconds:g} s in `{name}`: does a loop never end?",
            f"`{name}` 运行超过 {seconds:g} 秒，已停止：是不是有循环没有结束？",
        )

    before = signal.signal(signal.SIGALRM, strike)
    signal.setitimer(signal.ITIMER_REAL, seconds)
    try:
        yield
    finally:
        signal.setitimer(signal.ITIMER_REAL, 0)
        signal.signal(signal.SIGALRM, before)
