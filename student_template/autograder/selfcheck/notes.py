"""What was noticed while a student's files were read: each is told once, and costs only what needs it."""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal

from .imports import NAMED, missing_module
from .text import Text
from .trouble import Raised

Kind = Literal["failed", "slow", "ended", "rebound", "untried", "program"]
SHOWN = 80  # characters of a line of code
_NO_NAME = re.compile(r"name '(\w+)' is not defined|cannot import name '(\w+)' from")


@dataclass(frozen=True)
class Note:
    """A statement that failed or took too long, or at which the reading ended; a name that was given away.

    `names` are what stays undefined for it; `raised` has the place, and the exception where there was one.
    """

    kind: Kind
    raised: Raised
    names: tuple[str, ...] = ()

    @property
    def text(self) -> Text:
        """The note as a sentence that begins with its place."""
        return self.place + ": " + self.why if self.place else self.why

    @property
    def place(self) -> Text:
        """`corr2d.py, line 3 (import d2l)`."""
        place = Text(self.raised.file, self.raised.file)
        if self.raised.line:
            place += Text(f", line {self.raised.line}", f" 第 {self.raised.line} 行")
        return place + (f" ({self.raised.code[:SHOWN]})" if self.raised.code else "")

    @property
    def why(self) -> Text:
        """What went wrong there."""
        names = ", ".join(f"`{name}`" for name in self.names)
        if self.kind == "rebound":
            return Text(
                f"{names} gets another value, which is no function of yours; what was defined before is graded",
                f"{names} 被赋成了别的值，不再是你写的函数；批改的是之前定义的那个",
            )
        if self.kind == "untried":
            return Text(
                "this and what else only tries things out is left aside from here on: there is no more time for it",
                "从这里起，只用来试运行的语句不再执行：这类语句的时间已用完",
            )
        if self.kind == "program":
            return Text(
                f"{names} stands in a block that runs only when the file is started as a program, not when it is "
                "imported; move it out of the block",
                f"{names} 写在只有直接运行该文件时才执行的代码块里，导入时不会定义；请把它移到块外",
            )
        if missing := missing_module(self.raised):
            return foreign(missing)
        if self.kind == "ended":
            return Text(f"the reading ends here ({self.raised})", f"读到这里为止（{self.raised}）")
        if self.kind == "slow":
            return Text(
                f"{self.raised.text}; the statements behind it were run",
                f"运行超时（{self.raised.text}）；后面的语句照常执行",
            )
        return Text(str(self.raised))


def foreign(module: str) -> Text:
    """What a library is that only some machines have."""
    return Text(
        f"`{module}` is not part of the course and was not handed in; {NAMED.en}",
        f"`{module}` 不属于本课程，提交中也没有；{NAMED.zh}",
    )


def lost(notes: Sequence[Note], name: str) -> Note | None:
    """The note that says why `name` is not defined."""
    return next((note for note in notes if name in note.names and note.kind != "rebound"), None)


def shortened(notes: Sequence[Note]) -> Note | None:
    """What kept the reading from its end, or from some statement of it."""
    return next((note for note in notes if note.kind in ("slow", "ended")), None)


def pointer(note: Note) -> Text:
    """Where to look, in the words of our own copy of the file alone."""
    return note.place + Text(" failed while the file was read.", " 在读取文件时出错。")


def because(raised: Raised, notes: Sequence[Note], name: str) -> Text:
    """Why code of exercise `name` met something that is not there; nothing where its exception is of another kind."""
    if missing := missing_module(raised):
        return _uses(name, missing, missing)
    found = _NO_NAME.match(raised.text) if raised.kind in ("NameError", "ImportError") else None
    used = (found[1] or found[2]) if found else ""
    note = lost(notes, used) if used else None
    if note is None:
        return Text()
    if missing := missing_module(note.raised):
        return _uses(name, used, missing)
    return Text(f"`{name}` uses `{used}`, which is not there: ", f"`{name}` 用到的 `{used}` 不存在：") + note.text


def hidden_because(raised: Raised, notes: Sequence[Note]) -> Text:
    """What a hidden check may say of it: the same for every input, whatever name was missing."""
    imports = next((note for note in notes if missing_module(note.raised)), None)
    if raised.kind not in ("NameError", "ImportError", "ModuleNotFoundError") or imports is None:
        return Text()
    return imports.place + Text(f" is not part of the course; {NAMED.en}.", f" 导入的库不属于本课程；{NAMED.zh}。")


def _uses(name: str, used: str, module: str) -> Text:
    of = "" if used == module else f" ({module})"
    return Text(
        f"`{name}` uses `{used}`{of}, which is not part of the course and was not handed in; {NAMED.en}.",
        f"`{name}` 用到了 `{used}`{of}，它不属于本课程，提交中也没有；{NAMED.zh}。",
    )
