"""What can go wrong while a check runs: an unhappy check, an exception of the student's, a limit that struck."""

import builtins
import linecache
import os
import sys
import sysconfig
import traceback
import types
from dataclasses import dataclass, field
from typing import Any, Literal, cast

from .text import Text

_OURS = os.path.dirname(os.path.dirname(os.path.abspath(__file__)))  # the whole kit
_LIBRARIES = tuple({os.path.abspath(p) for p in (*sysconfig.get_paths().values(), sys.base_prefix) if p})
_OF_THE_COURSE = ("probes.py", "pictures.py", "checks_public.py", "checks_hidden.py")
_TEXT, _TRACEBACK = 2_000, 8_000  # characters: a student's exception may carry anything

# The kinds of exception that may be named: those that every Python since 3.10 has.
BUILTIN = frozenset(
    """
    ArithmeticError AssertionError AttributeError BlockingIOError BrokenPipeError BufferError BytesWarning
    ChildProcessError ConnectionAbortedError ConnectionError ConnectionRefusedError ConnectionResetError
    DeprecationWarning EOFError EncodingWarning Exception FileExistsError FileNotFoundError FloatingPointError
    FutureWarning ImportError ImportWarning IndentationError IndexError InterruptedError IsADirectoryError KeyError
    LookupError MemoryError ModuleNotFoundError NameError NotADirectoryError NotImplementedError OSError OverflowError
    PendingDeprecationWarning PermissionError ProcessLookupError RecursionError ReferenceError ResourceWarning
    RuntimeError RuntimeWarning StopAsyncIteration StopIteration SyntaxError SyntaxWarning SystemError TabError
    TimeoutError TypeError UnboundLocalError UnicodeDecodeError UnicodeEncodeError UnicodeError UnicodeTranslateError
    UnicodeWarning UserWarning ValueError Warning ZeroDivisionError
    """.split()
)
_ENDS_LOOPS = ("StopIteration", "StopAsyncIteration")  # raised in a generator they would become another error


class Unhappy(Exception):
    """A check that does not accept the answer.

    `rung` says how far the answer got: missing, type, shape, dtype, finite, values, gradients, rule or other.
    The text is for public checks; a hidden check shows it only where `reveal` is set.
    """

    def __init__(self, rung: str, en: str, zh: str, reveal: bool = False):
        super().__init__(en)
        self.rung, self.text, self.reveal = rung, Text(en, zh), reveal

    def __str__(self) -> str:
        return str(self.text)


class Partial(Unhappy):
    """Raised by a check that gives `points` of its maximum; its text is shown in hidden checks too."""

    def __init__(self, points: float, en: str, zh: str):
        super().__init__("partial", en, zh, reveal=True)
        self.points = points


class Stopped(Exception):
    """A limit or a death; the text says truthfully which limit struck."""

    def __init__(self, status: Literal["timeout", "killed"], en: str, zh: str):
        super().__init__(en)
        self.status: Literal["timeout", "killed"] = status
        self.text = Text(en, zh)

    def __str__(self) -> str:
        return str(self.text)


class Strike(BaseException):
    """What interrupts the student's code when its time is up: no `except Exception` takes it; becomes `stopped`."""

    def __init__(self, stopped: Stopped):
        super().__init__(str(stopped))
        self.stopped = stopped


@dataclass
class Raised(Exception):
    """An exception of the student's code, as data.

    `kind` is the nearest builtin exception, `type_name` the student's own class, `file`, `line` and `code` the
    innermost place in the student's files; `because` says what is missing, where that is known.
    """

    kind: str
    type_name: str
    text: str = ""
    file: str = ""
    line: int = 0
    code: str = ""
    traceback: str = ""
    because: Text = field(default_factory=Text)

    @classmethod
    def of(cls, error: BaseException) -> "Raised":
        """Describe `error`, whose traceback may end deep in a library; never raises."""
        kind = next((c.__name__ for c in type(error).__mro__ if c is getattr(builtins, c.__name__, None)), "Exception")
        if not issubclass(getattr(builtins, kind), Exception):
            kind = "RuntimeError"  # SystemExit and its like must not travel as themselves
        try:
            text = str(error)[:_TEXT]
        except BaseException:  # a hostile or broken __str__
            text = ""
        if isinstance(error, SyntaxError) and error.filename:
            return cls(
                kind,
                type(error).__name__,
                str(error.msg)[:_TEXT],
                os.path.basename(str(error.filename)),
                int(error.lineno or 0),
                str(error.text or "").strip()[:_TEXT],
            )
        frames = [f for f in traceback.extract_tb(error.__traceback__, limit=-200) if is_of_student(f.filename)]
        last = frames[-1] if frames else None
        code = linecache.getline(last.filename, last.lineno or 0).strip() if last else ""
        return cls(
            kind,
            type(error).__name__,
            text,
            os.path.basename(last.filename) if last else "",
            (last.lineno or 0) if last else 0,
            code[:_TEXT],
            "".join(traceback.format_list(frames[-8:]))[:_TRACEBACK],
        )

    def rebuild(self) -> Exception:
        """The same builtin exception with the student's traceback as a note and this record as `.raised`."""
        known = self.kind in BUILTIN and self.kind not in _ENDS_LOOPS
        kind: type[Exception] = getattr(builtins, self.kind, Exception) if known else Exception
        try:
            error = kind(self.text)
        except TypeError:  # UnicodeDecodeError and the like want more than a text
            error = ValueError(self.text) if issubclass(kind, ValueError) else RuntimeError(self.text)
        cast(Any, error).raised = self
        if self.traceback and hasattr(error, "add_note"):
            error.add_note(self.traceback)
        return error

    def __str__(self) -> str:
        return f"{self.type_name}: {self.text}" if self.text else self.type_name

    def place(self) -> Text:
        """`corr2d.py, line 14: Y[i, j] = ...`; empty where no line is known."""
        if not self.line:
            return Text()
        where = Text(f"{self.file}, line {self.line}", f"{self.file} 第 {self.line} 行")
        return where + f": {self.code}" if self.code else where


def is_library(filename: str) -> bool:
    """Whether code of this file is the kit's, Python's or a library's."""
    path = os.path.abspath(filename)
    return path.startswith(_OURS + os.sep) or path.startswith(tuple(p + os.sep for p in _LIBRARIES))


def not_written(exercise: str) -> Text:
    """What a check of a function that is still a stub says first."""
    return Text(f"`{exercise}` is not written yet.", f"`{exercise}` 还没有实现。")


def not_defined(file: str, exercise: str) -> Text:
    """What a check says of a function that the file does not have."""
    return Text(f"{file} defines no `{exercise}`.", f"{file} 里没有定义 `{exercise}`。")


def is_of_student(filename: str) -> bool:
    """Whether code of this file is the student's own."""
    if filename.startswith("<") or os.path.basename(filename) in _OF_THE_COURSE:
        return False
    return not is_library(filename)


def is_students(thing: Any) -> bool:
    """Whether a function or class was written in a file of the student's."""
    if isinstance(thing, types.FunctionType):
        return is_of_student(thing.__code__.co_filename)
    if not isinstance(thing, type):
        return False
    home = getattr(sys.modules.get(thing.__module__), "__file__", None) or "<unknown>"
    return is_of_student(home) or any(is_students(part) for part in vars(thing).values() if callable(part))
