"""Decode the text of a .py file as Python would, and more kindly: UTF-16 with its mark, plain newlines."""

import codecs
import re

from autograder.errors import SubmissionProblem

_COOKIE = re.compile(rb"^[ \t\f]*#.*?coding[:=][ \t]*([-\w.]+)")
_CODECS = ("utf", "gb", "cp936", "big5", "hz", "ascii", "latin", "iso8859", "cp125", "cp950", "shift_jis", "euc")


def decoded(data: bytes, name: str) -> str:
    """The text of a .py file: UTF-8, UTF-16 with its mark, or what its coding cookie says, with plain newlines."""
    encoding = "utf-8-sig"
    if data.startswith((codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)):
        encoding = "utf-16"
    elif not data.startswith(codecs.BOM_UTF8):
        cookies = (_COOKIE.match(line) for line in data.split(b"\n", 2)[:2])
        encoding = next((c[1].decode("ascii", "replace").lower() for c in cookies if c), encoding)
    try:
        if not encoding.replace("-", "_").startswith(_CODECS):
            raise LookupError(encoding)
        text = data.decode(encoding)
    except (UnicodeError, LookupError, ValueError):
        raise SubmissionProblem(
            f"{name} is not UTF-8 text: open it in the editor that you wrote it with and save it as UTF-8.",
            f"{name} 不是 UTF-8 文本：请用原来的编辑器打开，另存为 UTF-8 编码。",
        ) from None
    return text.replace("\r\n", "\n").replace("\r", "\n")


def decoded_or_complaint(data: bytes, name: str) -> str:
    """The text, or, as Python would have it, a module that raises `SyntaxError` on import and says why."""
    try:
        return decoded(data, name)
    except SubmissionProblem as problem:
        return complaint(problem)


def complaint(problem: SubmissionProblem) -> str:
    """A module that raises `SyntaxError` on import, with the text of `problem`."""
    return f"raise SyntaxError({f'{problem.text.en} / {problem.text.zh}'!r})\n"
