"""Shows on a terminal which check is running, and for how long, once it takes longer than a moment."""

import contextlib
import threading
import time
from collections.abc import Iterator
from typing import TextIO

from .text import say

A_MOMENT = 2.0


@contextlib.contextmanager
def ticking(stream: TextIO | None, name: str) -> Iterator[None]:
    """While entered, write `name` and the seconds behind what stands on the line, and take it away at the end."""
    if stream is None or not stream.isatty():  # what is piped into a file stays plain
        yield
        return
    over = threading.Event()
    thread = threading.Thread(target=_tick, args=(stream, name, over), daemon=True)
    thread.start()
    try:
        yield
    finally:
        over.set()
        thread.join()


def _tick(stream: TextIO, name: str, over: threading.Event) -> None:
    started, shown = time.monotonic(), ""
    with contextlib.suppress(OSError, ValueError):  # the terminal is gone
        while not over.wait(1.0 if shown else A_MOMENT):
            seconds = round(time.monotonic() - started)
            _erase(stream, shown)
            shown = say(f" {name} … {seconds} s", f" {name} … {seconds} 秒")
            stream.write(shown)
            stream.flush()
        _erase(stream, shown)


def _erase(stream: TextIO, shown: str) -> None:
    width = sum(2 if ord(letter) > 0x2FF and letter != "…" else 1 for letter in shown)
    if width:
        stream.write("\b" * width + " " * width + "\b" * width)
        stream.flush()
