"""The course on disk: its assignments, their checks, and a hash that changes whenever a mark could."""

import hashlib
import os
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path

from autograder import __version__
from autograder.errors import CourseError, KitError, reported
from autograder.selfcheck.assignment import Assignment, find_assignments
from autograder.text import Text

ENGINE = Path(__file__).resolve().parents[1]  # the package `autograder`
_SKIPPED = {"__pycache__", ".pytest_cache", ".ipynb_checkpoints"}


@dataclass(frozen=True)
class Course:
    """The folder that holds `assignments/` and `solutions/`, and the assignments in course order."""

    root: Path
    assignments: tuple[Assignment, ...]

    def select(self, names: list[str] | None) -> tuple[Assignment, ...]:
        """The assignments called `names` in course order (all without names). Raises `CourseError` on unknown ones."""
        known = {a.name: a for a in self.assignments}
        unknown = [name for name in names or () if name not in known]
        if unknown:
            raise CourseError(
                f"no assignment is called {', '.join(unknown)}; there are: {', '.join(known)}",
                f"没有名为 {', '.join(unknown)} 的作业；现有：{', '.join(known)}",
            )
        return tuple(a for a in self.assignments if not names or a.name in names)

    def solutions(self, assignment: Assignment) -> Path:
        """The folder with the answers to `assignment`."""
        return self.root / "solutions" / assignment.name

    @cached_property
    def sha256(self) -> str:
        """Over the engine, the assignments and the answers: results of another course are not comparable."""
        digest = hashlib.sha256(__version__.encode())
        for folder in (ENGINE, self.root / "assignments", self.root / "solutions"):
            for file in sorted(_files(folder)):
                digest.update(f"\0{file.relative_to(folder).as_posix()}\0".encode())
                digest.update(hashlib.sha256(file.read_bytes()).digest())
        return digest.hexdigest()


def _files(folder: Path) -> Iterator[Path]:
    for parent, folders, names in os.walk(folder):
        folders[:] = [f for f in folders if f not in _SKIPPED]
        yield from (Path(parent, name) for name in names if not name.endswith((".pyc", ".md")))


def find_root(start: Path | None = None) -> Path:
    """The nearest folder at or above `start` (default: here) with `assignments/`, else the one the kit lies in."""
    start = (start or Path.cwd()).resolve()
    for folder in (start, *start.parents, ENGINE.parent):
        if (folder / "assignments").is_dir() and (folder / "solutions").is_dir():
            return folder
    raise CourseError(
        f"no course found at or above {start}: run this in a folder that has assignments/ and solutions/",
        f"在 {start} 及其上级文件夹中找不到课程：请在含有 assignments/ 和 solutions/ 的文件夹中运行",
    )


def load_course(root: Path | None = None) -> Course:
    """Read the course at `root` (default: see `find_root`).

    Raises `CourseError` or `AssignmentError` that names the file at fault.
    """
    root = Path(root).resolve() if root else find_root()
    with reported(root / "assignments"):
        assignments = tuple(find_assignments(root / "assignments"))
    if not assignments:
        raise CourseError(
            f"{root / 'assignments'} holds no assignment: `autograder new NAME` makes one",
            f"{root / 'assignments'} 中没有作业：可用 `autograder new NAME` 新建",
        )
    modules = {}
    for assignment in assignments:
        other = modules.setdefault(assignment.module, assignment)
        if other is not assignment:
            raise CourseError(
                f'{other.name} and {assignment.name} both say module = "{assignment.module}": rename one',
                f'{other.name} 和 {assignment.name} 都写着 module = "{assignment.module}"：请改其中一个',
            )
    return Course(root, assignments)


def titles_of() -> dict[str, Text]:
    """The titles of the assignments of the course that is found from here, by name; empty where there is none."""
    try:
        return {a.name: a.title for a in load_course().assignments}
    except KitError:
        return {}
