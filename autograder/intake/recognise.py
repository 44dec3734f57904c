"""What a submission looks like: which file names matter, and whether a folder is one submission or a class."""

import re

from msgspec import Struct

from autograder.errors import SubmissionProblem
from autograder.intake.decoding import decoded
from autograder.intake.notebooks import MAX_BYTES, defined_names, read_notebook
from autograder.intake.trees import MB, Entry, Part, Tree, entered, is_junk, shown
from autograder.sandbox.job import Cell, Source

MAX_MODULE_BYTES = 4 * MB
_COPY = re.compile(r"( ?\(\d+\)|-\d+)(?=\.[a-z]+$)")  # corr2d (1).py, corr2d-1.py: a second download, a second attempt


class Modules(Struct, frozen=True):
    """What may be handed in: the module of each assignment's folder, the public names of each module."""

    modules: dict[str, str]
    exercises: dict[str, tuple[str, ...]] = {}

    def is_folder(self, name: str) -> bool:
        """Whether `name` is the folder of an assignment."""
        return name in self.modules

    def of_file(self, name: str) -> tuple[str, str] | None:
        """The module that a file is by its name, and the name without the mark of a copy; `None` if it is none."""
        for plain in (name, _COPY.sub("", name)):
            stem, _, ending = plain.rpartition(".")
            if ending in ("py", "ipynb") and stem in self.modules.values():
                return stem, plain
        return None


class File(Struct, frozen=True):
    """A file that may matter: the tree and folder it lies in."""

    folder: str
    entry: Entry
    tree: Tree

    @property
    def path(self) -> str:
        """Its path within the submission, for people."""
        return shown(f"{self.folder}/{self.entry.name}" if self.folder else self.entry.name)

    def read(self, limit: int) -> bytes:
        """Its bytes; a link, pipe or device is refused here."""
        if self.entry.kind != "file":
            raise SubmissionProblem(
                f"{self.path} is not an ordinary file (a link, say): hand in the file itself.",
                f"{self.path} 不是普通文件（例如是链接）：请提交文件本身。",
            )
        return self.tree.read(self.entry, limit)


def looks_like_one(tree: Tree, expected: Modules) -> bool:
    """Whether a folder is one submission rather than a class of them.

    It is one if it holds an exercise module at its top, or a module or notebook in a folder named like an assignment.
    A notebook of another name at its top makes it one too, unless others beside it look like submissions of their
    own: folders, zips, or a second notebook with the same exercises.
    """
    top = {n: e for n, e in tree.children().items() if not is_junk(n)}
    if any(expected.of_file(name) for name in top):
        return True
    folders = [e.name for e in top.values() if e.kind == "folder"]
    if any(_holds_work(tree, folder, expected) for folder in folders if expected.is_folder(folder)):
        return True
    if not any(is_notebook(name) for name in top) or any(name.lower().endswith(".zip") for name in top):
        return False
    if any(_is_submission_folder(tree, folder, expected) for folder in folders):
        return False
    loose = [File("", e, tree) for n, e in top.items() if is_notebook(n) or n.endswith(".py")]
    return len(loose) <= 2 * len(expected.modules) and not _same_exercises_twice(loose, expected)


def is_notebook(name: str) -> bool:
    """Whether a file is a notebook by its name."""
    return name.lower().endswith(".ipynb")


def _holds_work(tree: Tree, folder: str, expected: Modules) -> bool:
    return any(expected.of_file(n) or is_notebook(n) for n in tree.children(folder) if not is_junk(n))


def _is_submission_folder(tree: Tree, folder: str, expected: Modules) -> bool:
    inner = entered(Part(tree, folder), expected.is_folder)
    top = inner.children()
    return any(expected.of_file(n) or is_notebook(n) or expected.is_folder(n) for n in top)


def _same_exercises_twice(loose: list[File], expected: Modules) -> bool:
    if len(loose) == 1:
        return False
    seen: set[str] = set()
    for file in loose:
        try:
            names = defined_names(_loose_source(file)) & {n for names in expected.exercises.values() for n in names}
        except SubmissionProblem:
            continue
        if seen & names:
            return True
        seen |= names
    return False


def _loose_source(file: File) -> Source:
    name = shown(file.entry.name)
    if is_notebook(name):
        return read_notebook(file.read(MAX_BYTES), name)
    return Source(name, (Cell(decoded(file.read(MAX_MODULE_BYTES), name), name),))
