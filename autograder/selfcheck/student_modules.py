"""A student's modules on their own machine: found by bare name in the course's folders, read as the grader does."""

import contextlib
import importlib.abc
import importlib.machinery
import importlib.util
import os
import sys
import types
from collections.abc import Iterable, Iterator, Sequence
from pathlib import Path
from typing import cast

from .answers_file import answers_file, code_cells, misplaced
from .assignment import Assignment, load_probes
from .cells import File
from .face import Face, LocalBackend, local_face
from .imports import ALLOWED, Guard
from .reading import Reader
from .source_text import NoText, source_text

# What of the course is no work of the student's: these are imported as they are.
OF_THE_COURSE = frozenset({"autograder", "conftest", "data", "probes", "pictures", "checks_public", "checks_hidden"})


class StudentFinder(importlib.abc.MetaPathFinder, importlib.abc.Loader):
    """Finds every exercise module, and helper files and packages beside them.

    What it noticed in the code is in `reader.notes`, about the files in `remarks`.
    """

    def __init__(self, root: Path, assignments: Iterable[Assignment]):
        assignments = list(assignments)
        self.files = {a.module: answers_file(a) for a in assignments}
        self.folders = [*(str(a.folder) for a in assignments), str(root)]
        self.reader = Reader(10)
        self.remarks = [remark for a in assignments for remark in misplaced(a, root)]

    def find_spec(
        self, name: str, path: Sequence[str] | None = None, target: types.ModuleType | None = None
    ) -> importlib.machinery.ModuleSpec | None:
        """The module of an exercise, wherever it lies, and what is imported from the folders of the course."""
        file = self.files.get(name)
        if file and file.is_file():
            return importlib.util.spec_from_file_location(name, file, loader=self)
        if name.partition(".")[0] in OF_THE_COURSE | ALLOWED or not (path is None or self._is_mine(path)):
            return None
        found = importlib.machinery.PathFinder.find_spec(name, self.folders if path is None else path)
        if not found or not isinstance(found.loader, importlib.machinery.SourceFileLoader):
            return found
        folder, file = os.path.split(found.loader.path)
        if folder in self.folders and file.removesuffix(".py") in OF_THE_COURSE:
            return None  # pytest asks for it by the name of its folder
        found.loader = self
        return found

    def _is_mine(self, path: Sequence[str]) -> bool:
        return any(str(part).startswith(tuple(folder + os.sep for folder in self.folders)) for part in path)

    def exec_module(self, module: types.ModuleType) -> None:
        """Run the module, statement by statement."""
        file = str(module.__file__)
        if file.endswith(".ipynb"):
            self.reader.read(module, code_cells(Path(file)))
            return
        try:
            text, note = source_text(Path(file).read_bytes())
        except NoText as error:
            raise SyntaxError(f"{os.path.basename(file)}: {error.why}") from None
        if note:
            self.remarks.append(f"{os.path.basename(file)} " + note)
        self.reader.read(module, [File(text, file)])

    def get_source(self, name: str) -> str:
        """The text of a module, for tracebacks."""
        file = Path(str(sys.modules[name].__file__))
        if file.suffix == ".ipynb":
            return "\n".join(cell.code for cell in code_cells(file))
        return source_text(file.read_bytes())[0]

    def attribute(self, assignment: Assignment, name: str) -> object:
        """What the imported module of an assignment calls `name`; None where there is nothing."""
        return vars(sys.modules[assignment.module]).get(name) if assignment.module in sys.modules else None

    def face(self, assignment: Assignment) -> Face:
        """Import the module of an assignment; whatever keeps it away is raised as it came."""
        self.reader = Reader(assignment.seconds)
        probes = load_probes(assignment.folder)
        with _as_a_script(str(self.files[assignment.module])):
            module = importlib.import_module(assignment.module)
        self.reader.require_work(module)
        face = local_face(module, probes, assignment.exercises, self.reader.notes)
        cast(LocalBackend, face._backend).marks_calls = True
        return face


@contextlib.contextmanager
def installed(finder: StudentFinder) -> Iterator[None]:
    """While entered, students' modules are importable, and what the course does not offer is not, for them."""
    guard = Guard(OF_THE_COURSE)
    sys.meta_path[:0] = [finder, guard]
    sys.path.extend(finder.folders)
    try:
        yield
    finally:
        for each in (finder, guard):
            sys.meta_path.remove(each)
        for folder in finder.folders:
            sys.path.remove(folder)
        for name, module in list(sys.modules.items()):  # `watch` reads them again
            if getattr(getattr(module, "__spec__", None), "loader", None) is finder:
                del sys.modules[name]


@contextlib.contextmanager
def _as_a_script(file: str) -> Iterator[None]:
    """Without the words behind pytest: a module that reads its arguments is given none."""
    before = sys.argv
    sys.argv = [file]
    try:
        yield
    finally:
        sys.argv = before
