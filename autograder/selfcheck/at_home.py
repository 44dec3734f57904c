"""What a student's own disk remembers between runs: which checks passed when last asked, and which hints were read."""

import contextlib
import json
import time
from pathlib import Path
from typing import Any

FILE = ".autograder.json"  # beside the assignments; nobody else reads it


def remembered(root: Path) -> dict[str, Any]:
    """`{"passed": {exercise: [passed, of, day]}, "hints": {exercise: steps read}}`; empty where nothing is kept."""
    try:
        kept = json.loads((root / FILE).read_text("utf-8"))
    except (OSError, ValueError):
        kept = {}
    kept = kept if isinstance(kept, dict) else {}
    tables = {name: kept.get(name) for name in ("passed", "hints")}
    return {name: table if isinstance(table, dict) else {} for name, table in tables.items()}


def remember(root: Path, table: str, news: dict[str, Any]) -> None:
    """Add to a table; a folder that cannot be written to costs nothing but the memory."""
    kept = remembered(root)
    kept[table].update(news)
    with contextlib.suppress(OSError):
        (root / FILE).write_text(json.dumps(kept, indent=1, ensure_ascii=False) + "\n", "utf-8")


def today() -> str:
    """The day as it is written down."""
    return time.strftime("%Y-%m-%d")
