"""Text in two languages, chosen when it is shown: everything a person reads is written in English and in Chinese."""

import locale
import os
import sys
from collections.abc import Callable, Iterable

LANGUAGES = ("en", "zh-CN")
_chosen: str | None = None


class Text:
    """One text in both languages; `str(text)` is the one that the reader understands.

    Texts and plain strings can be added (`Text + ": " + name`); a plain string is the same in both languages.
    """

    __slots__ = ("en", "zh")

    def __init__(self, en: str = "", zh: str | None = None):
        self.en, self.zh = en, en if zh is None else zh

    def within(self, language: str) -> str:
        """The text in `language`, English where a translation is missing."""
        return (self.zh if language == "zh-CN" else self.en) or self.en

    def each(self, change: Callable[[str], str]) -> "Text":
        """`change` done to both languages."""
        return Text(change(self.en), change(self.zh))

    def __str__(self) -> str:
        return self.within(current())

    def __repr__(self) -> str:
        return f"Text({self.en!r}, {self.zh!r})"

    def __eq__(self, other: object) -> bool:
        return isinstance(other, Text) and (self.en, self.zh) == (other.en, other.zh)

    def __hash__(self) -> int:
        return hash((self.en, self.zh))

    def __bool__(self) -> bool:
        return bool(self.en or self.zh)

    def __add__(self, other: "Text | str") -> "Text":
        other = as_text(other)
        return Text(self.en + other.en, self.zh + other.zh)

    def __radd__(self, other: str) -> "Text":
        return as_text(other) + self


def as_text(value: "Text | str") -> Text:
    """A plain string as a `Text` that reads the same in both languages."""
    return value if isinstance(value, Text) else Text(value)


def joined(separator: "Text | str", parts: "Iterable[Text | str]") -> Text:
    """`separator.join(parts)`, in both languages."""
    between, texts = as_text(separator), [as_text(part) for part in parts]
    return Text(between.en.join(t.en for t in texts), between.zh.join(t.zh for t in texts))


def choose(language: str | None) -> None:
    """Fix the language of this process (`"en"` or `"zh-CN"`); `None` goes back to what the environment says."""
    global _chosen
    if language is not None and language not in LANGUAGES:
        raise ValueError(f"unknown language {language!r}: choose one of {', '.join(LANGUAGES)}")
    _chosen = language


def current() -> str:
    """The chosen language, else `AUTOGRADER_LANG`, else the system's locale (Chinese if it begins with zh)."""
    if _chosen:
        return _chosen
    wish = os.environ.get("AUTOGRADER_LANG") or os.environ.get("LC_ALL") or os.environ.get("LANG")
    if not wish:  # Windows keeps its language elsewhere
        wish = locale.getlocale()[0] or "en"
    return "zh-CN" if wish.lower().startswith(("zh", "chinese")) else "en"


def writable(text: str, instead: str) -> str:
    """`text` where the console can show it (one of GBK knows no `░`), else `instead`."""
    try:
        text.encode(getattr(sys.__stdout__, "encoding", None) or "utf-8")
    except (UnicodeEncodeError, LookupError):
        return instead
    return text


def say(en: str, zh: str) -> str:
    """The one of two texts that the reader understands, for what is shown at once and stored nowhere."""
    return str(Text(en, zh))
