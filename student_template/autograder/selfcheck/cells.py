"""The Python in a file or a notebook cell: without lines that only IPython understands, and as much as can be parsed.

What is Python stays as it is. Where the parser refuses, lines for the shell and for IPython become `pass` (line numbers
stay), and what still cannot be parsed costs its own top-level block.
"""

import ast
import re
import types
from collections.abc import Iterator
from typing import Any, NamedTuple, Protocol

_CELL_MAGIC = re.compile(r"\s*%%(\w*)(.*)")
_PYTHON_MAGICS = ("time", "timeit", "capture", "prun", "writefile")  # what stands below them is Python
_MAGIC = re.compile(
    r"[ \t]*(?:[%!?][^\n]*"  # %matplotlib inline, !pip install d2l, ?len
    r"|[\w, \t]+=[ \t]*[%!][^\n]*"  # files = !ls
    r"|[\w.]+\?{1,2}[ \t]*(?=\n|\Z)"  # len?
    r"|(?:pip3?|conda|mamba)[ \t]+(?:install|uninstall|list|show|update)\b[^\n]*"
    r"|(?:cd|ls|wget|git|apt|apt-get|unzip|python3?)[ \t]+[\w./~-][^\n]*)(?:\n|\Z)"
)
_TOKEN = re.compile(
    r"'''(?:\\.|[^\\])*?'''|\"\"\"(?:\\.|[^\\])*?\"\"\"|'(?:\\.|[^'\\\n])*'|\"(?:\\.|[^\"\\\n])*\""
    r"|\#[^\n]*|\\\n|[()\[\]{}\n]",
    re.DOTALL,
)
_BEGINS = re.compile(r"(?:async[ \t]+def|def|class|import|from)[ \t]|@\w")  # surely, whatever bracket was left open
_GOES_ON = re.compile(r"[ \t#\n]|(?:else|elif|except|finally)\b|\Z")
_DEFINED = re.compile(r"^[ \t]*(?:async[ \t]+def|def|class)[ \t]+(\w+)", re.MULTILINE)


class Piece(Protocol):
    """Code that belongs together, and the name that its tracebacks show: a file, or "lab.ipynb, cell 3"."""

    @property
    def code(self) -> str: ...
    @property
    def label(self) -> str: ...


class File(NamedTuple):
    """A whole file as one piece; the label is its path."""

    code: str
    label: str


class Block(NamedTuple):
    """Code that could be parsed, with its statements, whose line numbers are those of the piece."""

    code: str
    label: str
    statements: list[ast.stmt]


class Broken(NamedTuple):
    """Code that could not be parsed: the error, and the names that it would have defined."""

    error: Exception
    label: str
    names: tuple[str, ...]


def build(code: str, label: str) -> types.CodeType:
    """Compile a whole module; what is nested too deeply for the parser is the code's fault, not a lack of memory."""
    return _built(code, label, 0)


def build_statement(statement: ast.stmt, label: str, flags: int) -> types.CodeType:
    """Compile one statement as a module of its own; `flags` are those of the `__future__` imports before it."""
    return _built(ast.Module([statement], []), label, flags)


def parse(piece: Piece) -> tuple[list[Block], list[Broken]]:
    """What of the piece can be run, and what cannot."""
    try:
        return [_block(piece.code, piece.label)], []
    except Exception:
        code = python_of(piece.code)
    try:
        return [_block(code, piece.label)], []
    except Exception as error:
        return _block_by_block(code, piece.label, error)


def python_of(code: str) -> str:
    """The code with `pass`, or a blank, where a line is for IPython or the shell."""
    code = _below_cell_magic(code)
    return "".join(_nothing(line) if is_magic else line for line, is_magic in _logical_lines(code))


def _block_by_block(code: str, label: str, whole: Exception) -> tuple[list[Block], list[Broken]]:
    blocks, broken = [], []
    for line, text in _top_level(code):
        try:
            blocks.append(_block(text, label, line))
        except Exception as error:
            if isinstance(error, SyntaxError) and error.lineno:
                error.lineno += line - 1
            broken.append(Broken(error, label, tuple(_DEFINED.findall(text)[:50])))
    if blocks and broken:
        return blocks, broken
    return [], [Broken(whole, label, tuple(_DEFINED.findall(code)[:50]))]


def _block(code: str, label: str, line: int = 1) -> Block:
    tree = _built(code, label, ast.PyCF_ONLY_AST)
    if line > 1:
        ast.increment_lineno(tree, line - 1)
    return Block(code, label, tree.body)


def _built(code: str | ast.Module, label: str, flags: int) -> Any:
    """What `compile` gives: code, or a tree if the flags ask for one."""
    try:
        return compile(code, label, "exec", flags, dont_inherit=True)
    except (MemoryError, RecursionError):
        raise SyntaxError("nested too deeply to be compiled", (label, 1, None, "")) from None


def _below_cell_magic(code: str) -> str:
    magic = _CELL_MAGIC.match(code)
    if not magic:
        return code
    is_python = magic[1] in _PYTHON_MAGICS and (magic[1] != "writefile" or magic[2].strip().endswith(".py"))
    return "\n" * code[: magic.end()].count("\n") + (code[magic.end() :] if is_python else "")


def _nothing(line: str) -> str:
    return line[: len(line) - len(line.lstrip(" \t"))] + "pass" + "\n" * line.count("\n")


def _logical_lines(code: str) -> Iterator[tuple[str, bool]]:
    """The code in lines as Python counts them, brackets and strings over several; whether each is for IPython."""
    start = 0
    while start < len(code):
        magic = _MAGIC.match(code, start)
        end = _after_continuation(code, magic.end()) if magic else _end_of_line(code, start)
        yield code[start:end], bool(magic)
        start = end


def _after_continuation(code: str, end: int) -> int:
    """Where a line of the shell ends that may go on behind a backslash."""
    while end < len(code) and code[end - 2 : end] == "\\\n":
        end = code.find("\n", end) + 1 or len(code)
    return end


def _end_of_line(code: str, start: int) -> int:
    depth = 0
    for token in _TOKEN.finditer(code, start):
        if token[0] in "([{":
            depth += 1
        elif token[0] in ")]}":
            depth -= 1
        elif token[0] == "\n" and (depth <= 0 or _BEGINS.match(code, token.end())):
            return token.end()
    return len(code)


def _top_level(code: str) -> Iterator[tuple[int, str]]:
    """The blocks that begin at the margin, each with the number of its first line."""
    line, first, text, decorated = 1, 1, "", False
    for part, _ in _logical_lines(code):
        if text and not decorated and not _GOES_ON.match(part):
            yield first, text
            first, text = line, ""
        if not _GOES_ON.match(part):
            decorated = part.startswith("@")
        text, line = text + part, line + part.count("\n")
    if text.strip():
        yield first, text
