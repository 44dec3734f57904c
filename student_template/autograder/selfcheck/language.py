"""The language a reader sees: every message is written in English and Chinese, side by side."""

import locale
import os

LANGUAGES = ("en", "zh-CN")
_chosen: str | None = None


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


def say(en: str, zh: str) -> str:
    """The one of two texts that the reader understands."""
    return zh if current() == "zh-CN" else en
