"""What a source defines, and what of it is more than a stub, as far as a look at the text can tell."""

import re
from collections.abc import Iterable

_DEFINED = re.compile(r"^(?:async[ \t]+def|def|class)[ \t]+(\w+)", re.MULTILINE)
_BOUND = re.compile(r"^([^\W\d]\w*)[ \t]*(?::[^=\n]*)?=(?!=)[ \t]*(.*)", re.MULTILINE)
_WORD = re.compile(r"(?<![.\w])([^\W\d]\w*)(?![\w(])")
_MARGIN = re.compile(r"^[^\s#)\]}]", re.MULTILINE)  # a further statement
_RETURN = re.compile(r"^[ \t]+(?:return|yield)\b", re.MULTILINE)


def defined_in(codes: Iterable[str]) -> set[str]:
    """The names that some code, cell by cell, gives a body.

    `def` and `class` do, so do a lambda and another name for what the code itself defines; a stray
    `conv2d = nn.Conv2d(…)` or `LR = 0.5` does not.
    """
    codes = list(codes)
    names = {name for code in codes for name in _DEFINED.findall(code)}
    bound = [pair for code in codes for pair in _BOUND.findall(code)]
    return names | {name for name, value in bound if value.startswith("lambda") or names & set(_WORD.findall(value))}


def written_in(codes: Iterable[str]) -> set[str]:
    """Those of the names that are more than a stub, which only raises `NotImplementedError`."""
    codes = list(codes)
    text = "\n".join(codes)
    return {name for name in defined_in(codes) if not _is_stub(name, text)}


def span_of(name: str, text: str) -> tuple[int, int] | None:
    """The lines, from 0, between which the last definition of `name` stands in a text; None where there is none."""
    begins = list(re.finditer(rf"^(?:async[ \t]+def|def|class)[ \t]+{re.escape(name)}\b", text, re.MULTILINE))
    if not begins:
        return None
    end = _MARGIN.search(text, begins[-1].end())
    return text.count("\n", 0, begins[-1].start()), text.count("\n", 0, end.start()) if end else text.count("\n") + 1


def _is_stub(name: str, text: str) -> bool:
    span = span_of(name, text)
    body = "\n".join(text.split("\n")[slice(*span)]) if span else ""
    return "raise NotImplementedError" in body and not _RETURN.search(body)
