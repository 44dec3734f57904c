"""Hints on a laptop: a wrong answer is recognised by salted digests, so that no answer, right or wrong, is given away.

`hints.json` beside the checks maps exercise → mistake → its hint and, for each public check that it fails, the digest
of what it did there (null where that equals the right answer's, which is never stored).
"""

import json
from pathlib import Path

from .judge import PASSED, Verdict
from .outcome import digest, outcome
from .text import Text

FILE = "hints.json"


def salted(assignment: str, check: str) -> str:
    """The fixed salt of one check."""
    return f"{assignment}/{check}"


def read_hints(folder: Path) -> dict:
    """The hints of an assignment; none where the file is absent or damaged (a hint is a courtesy)."""
    try:
        return json.loads((folder / FILE).read_text(encoding="utf-8"))
    except (OSError, ValueError):
        return {}


def find_hint(hints: dict, assignment: str, exercise: str, verdicts: list[Verdict]) -> Text:
    """The hint of the one mistake that fails exactly these checks in exactly this way, else an empty text.

    `verdicts` are those of all public checks of the exercise.
    """
    failed = {
        v.check.name: digest(salted(assignment, v.check.name), outcome(v)) for v in verdicts if v.status != PASSED
    }
    fitting = [m for m in hints.get(exercise, {}).values() if _fits(m["checks"], failed)]
    if len(fitting) != 1:
        return Text()
    return Text(fitting[0]["hint"].get("en", ""), fitting[0]["hint"].get("zh-CN", ""))


def _fits(known: dict, failed: dict) -> bool:
    return known.keys() == failed.keys() and all(d is None or d == failed[name] for name, d in known.items())
