"""Collects the checks of assignments as pytest sees them."""

import contextlib
import io
import os
import sys
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

from autograder.errors import CourseError
from autograder.selfcheck.assignment import Assignment
from autograder.selfcheck.marks import Check

if TYPE_CHECKING:
    import pytest


def collect_checks(assignments: Sequence[Assignment]) -> dict[str, list[Check]]:
    """`{assignment name: [Check, ...]}` as pytest collects them, public ones first.

    Raises `CourseError` with the file and the reason where a file of checks cannot be used.
    """
    import pytest

    files = [f for a in assignments for f in sorted(a.folder.glob("checks_*.py"), key=lambda f: "public" not in f.name)]
    gatherer = _Gatherer()
    options = [
        "--collect-only",
        "--noconftest",
        "-c",
        os.devnull,
        "--rootdir",
        str(assignments[0].folder.parent),
        "--import-mode=importlib",
        "-p",
        "no:cacheprovider",
        "-p",
        "autograder.selfcheck.plugin",
        "-o",
        "python_files=checks_*.py",
        "-o",
        "python_functions=check_*",
    ]
    with (
        _no_other_plugins(),
        _read_anew(files),
        contextlib.redirect_stdout(io.StringIO()),
        contextlib.redirect_stderr(io.StringIO()) as errors,
    ):
        code = pytest.main([*options, *map(str, files)], plugins=[gatherer])
    if gatherer.problems or code not in (0, 5):
        said = "\n".join(gatherer.problems) or errors.getvalue().strip() or f"pytest: {code}"
        raise CourseError(f"the checks cannot be used:\n{said}", f"检查文件无法使用：\n{said}")
    checks = {a.name: [item.check for item in gatherer.items if item.path.parent == a.folder] for a in assignments}
    for assignment in assignments:
        _refuse_doubles(assignment, checks[assignment.name])
    return checks


@contextlib.contextmanager
def _no_other_plugins() -> Iterator[None]:
    """Plugins that happen to be installed have no say in how checks are collected, and cost seconds."""
    before = os.environ.get("PYTEST_DISABLE_PLUGIN_AUTOLOAD")
    os.environ["PYTEST_DISABLE_PLUGIN_AUTOLOAD"] = "1"
    try:
        yield
    finally:
        if before is None:
            del os.environ["PYTEST_DISABLE_PLUGIN_AUTOLOAD"]
        else:
            os.environ["PYTEST_DISABLE_PLUGIN_AUTOLOAD"] = before


@contextlib.contextmanager
def _read_anew(files: list[Path]) -> Iterator[None]:
    """pytest gives back a module of the same name that it once imported, from another course or an earlier state."""
    try:
        yield
    finally:
        mine = {str(file) for file in files}
        for name in [name for name, module in list(sys.modules.items()) if getattr(module, "__file__", None) in mine]:
            del sys.modules[name]


class _Gatherer:
    """A pytest plugin that keeps what was collected and what went wrong."""

    def __init__(self):
        self.items: list[Any] = []  # pytest's items, with what our plugin adds to them
        self.problems: list[str] = []

    def pytest_collectreport(self, report: "pytest.CollectReport") -> None:
        if report.failed:
            self.problems.append(f"{report.nodeid}: {report.longreprtext.strip()}")

    def pytest_collection_finish(self, session: "pytest.Session") -> None:
        self.items = list(session.items)


def _refuse_doubles(assignment: Assignment, checks: list[Check]) -> None:
    if not checks:
        raise CourseError(
            f"{assignment.folder} has no check: write one in checks_public.py",
            f"{assignment.folder} 中没有检查：请在 checks_public.py 中写一个",
        )
    seen = set()
    for check in checks:
        if check.name in seen:
            raise CourseError(
                f"{assignment.folder}: two checks are called {check.name}; names are unique within an assignment",
                f"{assignment.folder}：有两个检查都叫 {check.name}；同一作业内名字必须唯一",
            )
        seen.add(check.name)
