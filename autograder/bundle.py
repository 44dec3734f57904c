"""The course on disk: its assignments, their checks, and a hash that changes whenever a mark could."""

import contextlib
import hashlib
import io
import os
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path

from autograder import __version__
from autograder.selfcheck.assignment import Assignment, AssignmentError, find_assignments

_SKIPPED = {"__pycache__", ".pytest_cache", ".ipynb_checkpoints"}


class BundleError(Exception):
    """The course on disk cannot be used; the text names the file or folder and what to do."""


@dataclass(frozen=True)
class Bundle:
    """The folder that holds `assignments/` and `solutions/`, and the assignments in course order."""

    root: Path
    assignments: tuple[Assignment, ...]

    def select(self, names: list[str] | None) -> tuple[Assignment, ...]:
        """The assignments called `names` in course order (all without names). Raises `BundleError` on unknown ones."""
        known = {a.name: a for a in self.assignments}
        unknown = [name for name in names or () if name not in known]
        if unknown:
            raise BundleError(f"no assignment is called {', '.join(unknown)}; there are: {', '.join(known)}")
        return tuple(a for a in self.assignments if not names or a.name in names)

    def solutions(self, assignment: Assignment) -> Path:
        """The folder with the answers to `assignment`."""
        return self.root / "solutions" / assignment.name

    @cached_property
    def sha256(self) -> str:
        """Over the engine, the assignments and the answers: results of another bundle are not comparable."""
        digest = hashlib.sha256(__version__.encode())
        for folder in (Path(__file__).parent, self.root / "assignments", self.root / "solutions"):
            for file in sorted(_files(folder)):
                digest.update(f"\0{file.relative_to(folder).as_posix()}\0".encode())
                digest.update(hashlib.sha256(file.read_bytes()).digest())
        return digest.hexdigest()


def _files(folder: Path):
    for parent, folders, names in os.walk(folder):
        folders[:] = [f for f in folders if f not in _SKIPPED]
        yield from (Path(parent, name) for name in names if not name.endswith((".pyc", ".md")))


def find_root(start: Path | None = None) -> Path:
    """The nearest folder at or above `start` (default: here) with `assignments/`, else the one the kit lies in."""
    start = (start or Path.cwd()).resolve()
    for folder in (start, *start.parents, Path(__file__).resolve().parents[1]):
        if (folder / "assignments").is_dir() and (folder / "solutions").is_dir():
            return folder
    raise BundleError(f"no course found at or above {start}: run this in a folder that has assignments/ and solutions/")


def load_bundle(root: Path | None = None) -> Bundle:
    """Read the course at `root` (default: see `find_root`). Raises `BundleError` naming the file at fault."""
    root = Path(root).resolve() if root else find_root()
    try:
        assignments = tuple(find_assignments(root / "assignments"))
    except AssignmentError as error:
        raise BundleError(str(error)) from None
    if not assignments:
        raise BundleError(f"{root / 'assignments'} holds no assignment: `autograder new NAME` makes one")
    modules = {}
    for assignment in assignments:
        other = modules.setdefault(assignment.module, assignment)
        if other is not assignment:
            raise BundleError(f"{other.name} and {assignment.name} both say module = \"{assignment.module}\": rename one")
    return Bundle(root, assignments)


def collect_checks(assignments) -> dict:
    """`{assignment name: [Check, ...]}` as pytest collects them, public ones first.

    Raises `BundleError` with the file and the reason where a file of checks cannot be used.
    """
    import pytest

    files = [f for a in assignments for f in sorted(a.folder.glob("checks_*.py"), key=lambda f: "public" not in f.name)]
    gatherer = _Gatherer()
    options = ["--collect-only", "--noconftest", "-c", os.devnull, "--rootdir", str(assignments[0].folder.parent),
               "--import-mode=importlib", "-p", "no:cacheprovider", "-p", "autograder.selfcheck.plugin",
               "-o", "python_files=checks_*.py", "-o", "python_functions=check_*"]
    with _no_other_plugins(), contextlib.redirect_stdout(io.StringIO()), contextlib.redirect_stderr(io.StringIO()) as errors:
        code = pytest.main([*options, *map(str, files)], plugins=[gatherer])
    if gatherer.problems or code not in (0, 5):
        raise BundleError("\n".join(gatherer.problems) or errors.getvalue().strip() or f"pytest ended with {code}")
    checks = {a.name: [item.check for item in gatherer.items if item.path.parent == a.folder] for a in assignments}
    for assignment in assignments:
        _refuse_doubles(assignment, checks[assignment.name])
    return checks


@contextlib.contextmanager
def _no_other_plugins():
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


class _Gatherer:
    """A pytest plugin that keeps what was collected and what went wrong."""

    def __init__(self):
        self.items, self.problems = [], []

    def pytest_collectreport(self, report):
        if report.failed:
            self.problems.append(f"{report.nodeid}: {report.longreprtext.strip()}")

    def pytest_collection_finish(self, session):
        self.items = list(session.items)


def _refuse_doubles(assignment, checks):
    if not checks:
        raise BundleError(f"{assignment.folder} has no check: write one in checks_public.py")
    seen = set()
    for check in checks:
        if check.name in seen:
            raise BundleError(f"{assignment.folder}: two checks are called {check.name}; names are unique within an assignment")
        seen.add(check.name)
