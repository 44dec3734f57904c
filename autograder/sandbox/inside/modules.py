"""Serve a submission's modules by bare name and run their cells, so that tracebacks show the student's own lines."""

import __future__

import ast
import linecache
import signal
import types
from collections.abc import Iterator
from contextlib import contextmanager
from importlib.machinery import ModuleSpec
from typing import Any

from autograder.sandbox.inside.cells import DEFINITIONS, kept, python_of
from autograder.sandbox.job import Cell, Source
from autograder.sandbox.reserved import PROTECTED
from autograder.selfcheck.trouble import Raised

FUTURES = sum({getattr(__future__, name).compiler_flag for name in __future__.all_feature_names})


class Finder:
    """Finds and loads the modules of one submission; `skipped` says which cells of notebooks failed, and why."""

    def __init__(self, sources: dict[str, Source], seconds_per_statement: float) -> None:
        self.sources = {name: source for name, source in sources.items() if name not in PROTECTED}
        self.seconds_per_statement = seconds_per_statement
        self.skipped: list[Raised] = []

    def find_spec(self, name: str, path: object = None, target: object = None) -> ModuleSpec | None:
        if name not in self.sources:
            return None
        loader: Any = self  # typeshed asks for a subclass of Loader; Python for these methods alone
        return ModuleSpec(name, loader, origin=self.sources[name].filename)

    def create_module(self, spec: ModuleSpec) -> None:
        return None

    def exec_module(self, module: types.ModuleType) -> None:
        source = self.sources[module.__name__]
        module.__file__ = source.filename
        for cell in source.cells:
            remember_lines(cell)
        if source.is_notebook:
            self.skipped += run_notebook(source, vars(module), self.seconds_per_statement)
        else:
            for cell in source.cells:
                exec(build(cell.code, cell.label), vars(module))

    def get_source(self, name: str) -> str:
        return "\n".join(cell.code for cell in self.sources[name].cells)


def remember_lines(cell: Cell) -> None:
    """Give `traceback` and `inspect` the lines of a file that lies on no disk."""
    linecache.cache[cell.label] = (len(cell.code), None, cell.code.splitlines(keepends=True), cell.label)


def build(code: str | ast.Module, label: str, flags: int = 0) -> types.CodeType:
    """Compile; what is nested too deeply for the parser is the student's error, not a lack of memory."""
    try:
        return compile(code, label, "exec", flags, dont_inherit=True)
    except (MemoryError, RecursionError):
        raise SyntaxError("nested too deeply to be compiled", (label, 1, None, "")) from None


def run_notebook(source: Source, namespace: dict, seconds_per_statement: float) -> list[Raised]:
    """Run the statements that matter, passing over those that fail, and give each name back its own definition.

    A later `pool2d = nn.MaxPool2d(2)` would otherwise replace the `pool2d` that an exercise asks for.
    """
    definitions: dict[str, object] = {}
    parsed, skipped, flags = [], [], 0
    for cell in map(python_of, source.cells):
        try:
            parsed.append((cell, build(cell.code, cell.label, ast.PyCF_ONLY_AST)))
        except Exception as error:
            skipped.append(located(Raised.of(error), cell))
    for cell, statement in ((cell, statement) for cell, statements in kept(parsed) for statement in statements):
        try:
            code = build(ast.Module([statement], []), cell.label, flags)
            flags |= code.co_flags & FUTURES
            with time_limit(seconds_per_statement):
                exec(code, namespace)
            if isinstance(statement, DEFINITIONS):
                definitions[statement.name] = namespace[statement.name]
        except BaseException as error:  # one missing import must not cost the rest of its cell
            skipped.append(located(Raised.of(error), cell))
    namespace.update(definitions)
    return skipped


def located(raised: Raised, cell: Cell) -> Raised:
    """Name the cell where the exception does not."""
    raised.file = raised.file or cell.label
    return raised


class StatementTimeout(BaseException):
    """A statement of a notebook ran longer than it may."""


@contextmanager
def time_limit(seconds: float) -> Iterator[None]:
    """Interrupt a statement that runs for hours, so that those after it still count; a courtesy, not a defence."""
    if not hasattr(signal, "setitimer"):
        yield
        return

    def strike(*_: object) -> None:
        raise StatementTimeout(f"stopped after {seconds:g} s")

    before = signal.signal(signal.SIGALRM, strike)
    signal.setitimer(signal.ITIMER_REAL, seconds, 0.1)  # again and again: the code may swallow the first
    try:
        yield
    finally:
        signal.setitimer(signal.ITIMER_REAL, 0)
        signal.signal(signal.SIGALRM, before)
