"""Tries the solution before a class is graded: a check that the right answer fails would cost everybody its points.

What passed is remembered for this course, torch and device as an empty file in the user's cache, named by a digest.
"""

import contextlib
import hashlib
import os
import sys
from collections.abc import Iterable
from importlib.metadata import version
from pathlib import Path

from platformdirs import user_cache_path

from autograder.course.course import Course
from autograder.errors import BatchError
from autograder.grading.pool import Pool
from autograder.selfcheck.assignment import Assignment
from autograder.text import Text, joined

KEPT = 200  # courses remembered


def rehearse(pool: Pool, course: Course, assignments: Iterable[Assignment]) -> None:
    """Raise `BatchError` if the solution fails a check that trains nothing, or a file of the course has a slip.

    Costs the time of one submission; the second time nothing but a look into the cache.
    """
    assignments = list(assignments)
    slips = [f"{a.folder / 'assignment.toml'}: " + text for a in assignments for text in a.unknown]
    waiting = {a.name: _memory(course, a, pool.order.device, pool.order.require_tier) for a in assignments}
    new = [name for name, memory in waiting.items() if not memory.is_file()]
    faults = slips or (pool.rehearse(new) if new else [])
    if faults:
        raise BatchError(
            Text(
                "nothing is graded, for these checks would judge wrongly; mend them, then run the command again "
                "(`autograder verify` tries all of it):",
                "没有批改任何提交，因为下面的检查会误判；请修正后再次运行同一条命令"
                "（`autograder verify` 会全部检验）：",
            )
            + joined("", ["\n  ✗ " + fault for fault in faults])
        )
    for name in new:
        _remember(waiting[name])


def _memory(course: Course, assignment: Assignment, device: str, tier: str) -> Path:
    """The file that stands for a rehearsal that went well; another course, torch or device gives another name."""
    made_of = (course.sha256, assignment.name, version("torch"), device, tier, sys.version)
    return cache_folder() / "rehearsed" / hashlib.sha256("\0".join(made_of).encode()).hexdigest()


def _remember(file: Path) -> None:
    with contextlib.suppress(OSError):  # a cache that cannot be written costs a few seconds each time
        file.parent.mkdir(parents=True, exist_ok=True)
        file.touch()
        for old in sorted(file.parent.iterdir(), key=lambda f: f.stat().st_mtime)[:-KEPT]:
            old.unlink()


def cache_folder() -> Path:
    """`AUTOGRADER_CACHE`, or where this system keeps what a program may lose."""
    chosen = os.environ.get("AUTOGRADER_CACHE")
    return Path(chosen) if chosen else user_cache_path("autograder", appauthor=False)
