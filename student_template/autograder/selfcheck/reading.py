"""Reads a student's file or notebook in one pass: statement by statement, in one namespace, never twice.

What fails is noted and costs only what needs it; the pass stops where Python is told to leave, and when time is up.
A function stays what the file made of it, whatever its name is used for later. The grader's worker and the laptop's
pytest read alike.
"""

import __future__

import contextlib
import functools
import linecache
import signal
import threading
import time
import types
from collections.abc import Callable, Iterator, Sequence
from typing import Any, cast

from .business import Step, of_programs, steps
from .cells import Broken, Piece, build_statement, parse
from .notes import Kind, Note, lost
from .trouble import Raised, is_students

FUTURES = sum({getattr(__future__, name).compiler_flag for name in __future__.all_feature_names})
MAX_NOTES = 50
ALL_TOGETHER = 2.5  # times the limit of one statement: what all of them may use of the processor
TRIALS = 5.0  # seconds at most for everything that only tries something out
ASLEEP = 0.1  # a statement that uses less than this share of the time waits for something else than a processor
_NOTHING = object()


class Overtime(BaseException):
    """A statement ran longer than it may; no `except Exception` of the student's takes it."""

    def __init__(self, seconds: float):
        self.seconds = round(seconds, 1)
        super().__init__(f"stopped after {self.seconds:g} s")


class Reader:
    """Reads the modules of one student and remembers what it noticed; a statement may take `seconds`."""

    def __init__(self, seconds: float):
        self.seconds, self.trials = seconds, min(seconds, TRIALS)
        self.used_before = time.process_time()
        self.notes: list[Note] = []
        self.first: BaseException | None = None  # that went wrong

    def read(self, module: types.ModuleType, pieces: Sequence[Piece]) -> None:
        """Run the pieces as the code of `module`; only Ctrl-C gets out."""
        parsed = [(piece, *parse(piece)) for piece in pieces]
        for piece in pieces:
            remember_lines(piece)
        for broken in (broken for _, _, found in parsed for broken in found):
            self.note_broken(broken)
        own = Own(vars(module))
        flags = 0
        planned = steps([block for _, blocks, _ in parsed for block in blocks])
        for step in planned:
            if not step.is_needed and self.trials <= 0:
                self.note_untried(step)
                continue
            try:
                code = build_statement(step.statement, step.label, flags)
                flags |= code.co_flags & FUTURES
                self.run(step, lambda code=code: exec(code, vars(module)))
            except Exception as error:
                self.note(step, error)
            except Overtime as error:
                self.note(step, error, "slow")
            except KeyboardInterrupt:
                raise
            except BaseException as error:
                self.note(step, error, "ended")
                break
            finally:
                own.look(step)
            if time.process_time() - self.used_before > ALL_TOGETHER * self.seconds:
                self.note(step, Overtime(ALL_TOGETHER * self.seconds), "ended")
                break
        for step in planned:
            if absent := tuple(name for name in of_programs(step.statement) if name not in vars(module)):
                self.add("program", Raised("", "", file=_base(step.label), line=step.statement.lineno), absent)
        for name, step in own.restore():
            self.add("rebound", Raised("", "", file=_base(step.label), line=step.statement.lineno), (name,))

    def run(self, step: Step, action: Callable[[], object]) -> None:
        """One statement within its time."""
        if step.is_needed:
            with limited(self.seconds):
                action()
            return
        started = time.monotonic()
        try:
            with limited(self.trials):
                action()
        finally:
            self.trials -= time.monotonic() - started

    def note(self, step: Step, error: BaseException, kind: Kind = "failed") -> None:
        """Remember what came of a statement, unless it only met what an earlier note tells of."""
        self.first = self.first or error
        raised = Raised.of(error)
        if not raised.line:
            raised.file, raised.line = _base(step.label), step.statement.lineno
            raised.code = linecache.getline(step.label, raised.line).strip()
        names = () if kind == "ended" else step.names
        if kind == "failed" and (missing := _missing(error)) and (earlier := lost(self.notes, missing)):
            self.widen(earlier, names)
        else:
            self.add(kind, raised, names)

    def note_broken(self, broken: Broken) -> None:
        self.first = self.first or broken.error
        raised = Raised.of(broken.error)
        raised.file = raised.file or _base(broken.label)
        self.add("failed", raised, broken.names)

    def note_untried(self, step: Step) -> None:
        earlier = next((note for note in self.notes if note.kind == "untried"), None)
        if earlier:
            self.widen(earlier, step.names)
        else:
            self.add("untried", Raised("", "", file=_base(step.label), line=step.statement.lineno), step.names)

    def widen(self, note: Note, names: tuple[str, ...]) -> None:
        """Let a note tell of more names."""
        self.notes[self.notes.index(note)] = Note(note.kind, note.raised, (*note.names, *names))

    def add(self, kind: Kind, raised: Raised, names: tuple[str, ...]) -> None:
        if len(self.notes) < MAX_NOTES:
            self.notes.append(Note(kind, raised, names))

    def require_work(self, module: types.ModuleType) -> None:
        """Raise the first thing that went wrong where it left no function or class of the student's."""
        if self.first and not any(is_own(value) for value in list(vars(module).values())):
            raise self.first


class Own:
    """The functions and classes of a module by name, as the file made them."""

    def __init__(self, namespace: dict[str, Any]):
        self.namespace = namespace
        self.values: dict[str, Any] = {}
        self.given_away: dict[str, Step] = {}

    def look(self, step: Step) -> None:
        """After a statement: take what is new, and see which name now stands for something else."""
        for name in {*self.values, *step.names}:
            value = self.namespace.get(name, _NOTHING)
            if value is self.values.get(name, _NOTHING):
                continue
            if is_own(value):
                self.values[name] = value
                self.given_away.pop(name, None)
            elif name in self.values:
                self.given_away.setdefault(name, step)

    def restore(self) -> list[tuple[str, Step]]:
        """Give each name back its own function; which names had lost it, and where."""
        for name in self.given_away:
            self.namespace[name] = self.values[name]
        return list(self.given_away.items())


def is_own(value: Any, depth: int = 3) -> bool:
    """Whether this is a function or class of the student's, or a function made of one: wrapped, bound, compiled."""
    if is_students(value):
        return True
    if depth == 0 or isinstance(value, type) or not callable(value):
        return False
    return any(is_own(part, depth - 1) for part in _parts(value))


def _parts(value: Any) -> Iterator[Any]:
    """What a wrapper may hold the function in that it wraps; a student's object may raise anything."""
    with contextlib.suppress(Exception):
        yield from (getattr(value, name, None) for name in ("__wrapped__", "__func__"))
        if isinstance(value, functools.partial):
            yield from (value.func, *value.args)
        yield from (cell.cell_contents for cell in getattr(value, "__closure__", None) or ())
        yield from (part for part in vars(value).values() if isinstance(part, types.FunctionType))


def remember_lines(piece: Piece) -> None:
    """Give `traceback` and `inspect` the lines of code that lies on no disk."""
    linecache.cache[piece.label] = (len(piece.code), None, piece.code.splitlines(keepends=True), piece.label)


@contextlib.contextmanager
def limited(seconds: float) -> Iterator[None]:
    """Interrupt what runs longer, where the system has alarms; time that others had the processor does not count.

    A courtesy to the statements behind, no defence. The limit around this one, if any, goes on afterwards.
    """
    if not hasattr(signal, "setitimer") or threading.current_thread() is not threading.main_thread():
        yield
        return
    started, used, armed = time.monotonic(), time.process_time(), True

    def strike(*_: object) -> None:
        busy = time.process_time() - used
        if armed and not ASLEEP * (time.monotonic() - started) < busy < seconds:
            raise Overtime(seconds)

    before = signal.signal(signal.SIGALRM, strike)
    rest, again = signal.setitimer(signal.ITIMER_REAL, seconds, 0.1)  # again and again: code may swallow the first
    try:
        try:
            yield
        finally:
            armed = False
    finally:
        armed = False  # the alarm may have struck between the two
        signal.setitimer(signal.ITIMER_REAL, 0)
        signal.signal(signal.SIGALRM, before)
        if rest:
            signal.setitimer(signal.ITIMER_REAL, max(rest - (time.monotonic() - started), 0.001), again)


def _missing(error: BaseException) -> str:
    """The name that a NameError is about."""
    return cast(Any, error).name or "" if isinstance(error, NameError) else ""


def _base(label: str) -> str:
    return label.replace("\\", "/").rpartition("/")[2]
