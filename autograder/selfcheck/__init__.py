"""What checks import, and what students run on their own machine."""

import importlib

_HOMES = {
    "assert_agrees": "agree",
    "assert_close": "compare",
    "assert_equal": "compare",
    "assert_no_trace": "agree",
    "assert_raises": "compare",
    "assert_true": "compare",
    "assert_untouched": "compare",
    "draw": "context",
    "fail": "compare",
    "generator": "context",
    "given": "marks",
    "Partial": "trouble",
    "show_figure": "context",
    "Text": "text",
    "pattern": "context",
    "Unhappy": "trouble",
    "worth": "marks",
}
__all__ = list(_HOMES)  # pyright: ignore[reportUnsupportedDunderAll]


def __getattr__(name: str) -> object:
    """Most of these import torch: a command that only reads which assignments there are need not wait for it."""
    if name in _HOMES:
        return getattr(importlib.import_module(f"{__name__}.{_HOMES[name]}"), name)
    raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
