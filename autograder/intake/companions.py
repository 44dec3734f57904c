"""What comes along with a module: helper files and packages beside it, and the small data files that they read."""

import re
from collections.abc import Callable, Iterator
from itertools import islice

from msgspec import Struct

from autograder.errors import SubmissionProblem
from autograder.intake.decoding import decoded_with_note
from autograder.intake.recognise import File, Modules
from autograder.intake.trees import MAX_ENTRIES, MB, Tree, is_junk, shown
from autograder.sandbox.job import Cell, Source
from autograder.sandbox.reserved import LIBRARIES, PROTECTED, STDLIB
from autograder.text import Text

MAX_HELPER_BYTES, MAX_HELPERS = MB, 100
MAX_DATA_BYTES, MAX_DATA_FILES = MB, 64  # of all data files of a folder together
MAX_DEPTH = 4
DATA = (".txt", ".csv", ".tsv", ".json", ".npy", ".npz", ".pt", ".pth", ".pkl", ".toml", ".yaml", ".yml", ".ini",
        ".cfg", ".dat", ".bin")  # fmt: skip
Read = Callable[[File, int], bytes]  # of at most so many bytes
_NO_PACKAGE = ("venv", "env", "node_modules", "site-packages", "dist-packages")
_IF_NAMED = re.compile(r"test_|.*_tests?$|tests?$")  # most tests are for the student's own use


class Companions(Struct):
    """The helpers of one folder by dotted name, and its data files by path; `notes` say what was left behind."""

    helpers: dict[str, Source] = {}
    data: dict[str, bytes] = {}
    notes: list[Text] = []


def beside(tree: Tree, folder: str, expected: Modules, taken: set[str], code: str, read: Read) -> Companions:
    """What lies in `folder`, and below it, that is no module itself (`taken` are their paths, `code` their text).

    Files in `folder` itself all come along, those in folders below it, and tests, where some code names them.
    """
    found = Companions()
    files = list(islice(_files(tree, folder, expected), MAX_ENTRIES))
    helpers = {name: file for file, inner in files if file.path not in taken and (name := _name(file, inner, expected))}
    _leave_out(found, helpers)
    while named := [name for name in helpers if _comes_along(name, code)]:
        for name in named:
            code += "\n" + _take_helper(found, name, helpers.pop(name), read)
    _take_data(found, [(file, inner) for file, inner in files if inner.lower().endswith(DATA)], code, read)
    return found


def _files(tree: Tree, folder: str, expected: Modules, inner: str = "") -> Iterator[tuple[File, str]]:
    """The files of a folder and of those below it, each with its path from where the walk began."""
    here = "/".join(part for part in (folder, inner) if part)
    try:
        entries = sorted(tree.children(here).items())
    except SubmissionProblem:  # a folder of a million pictures holds no helper
        return
    for name, entry in entries:
        path = f"{inner}/{name}" if inner else name
        if is_junk(name):
            continue
        if entry.kind != "folder":
            yield File(here, entry, tree), path
        elif path.count("/") < MAX_DEPTH and name not in _NO_PACKAGE and not expected.is_folder(name):
            yield from _files(tree, folder, expected, path)


def _name(file: File, inner: str, expected: Modules) -> str:
    """The dotted name under which a file can be imported; an empty string for what is no helper."""
    if file.entry.kind != "file" or not inner.lower().endswith(".py"):
        return ""
    name = inner[:-3].replace("/", ".").removesuffix(".__init__")
    if not all(part.isidentifier() for part in name.split(".")) or name in ("__init__", "setup"):
        return ""
    return "" if "." not in name and expected.of_file(file.entry.name) else name


def _leave_out(found: Companions, helpers: dict[str, File]) -> None:
    """Drop what would take the place of something else, and say so where that is a library."""
    for name in [name for name in helpers if name.partition(".")[0] in PROTECTED]:
        file, root = helpers.pop(name), name.partition(".")[0]
        if root in STDLIB | LIBRARIES and root != "autograder":
            found.notes.append(_would_hide(file, root))


def _comes_along(name: str, code: str) -> bool:
    root, _, below = name.partition(".")
    return not (below or _IF_NAMED.match(root)) or re.search(rf"\b{root}\b", code) is not None


def _take_helper(found: Companions, name: str, file: File, read: Read) -> str:
    """Its code."""
    if len(found.helpers) >= MAX_HELPERS:
        return ""
    try:
        code, note = decoded_with_note(read(file, MAX_HELPER_BYTES), file.path)
    except SubmissionProblem as problem:
        found.notes.append(problem.text)
        return ""
    found.notes += [note] if note else []
    found.helpers[name] = Source(file.path, (Cell(code, shown(file.entry.name)),))
    return code


def _would_hide(file: File, root: str) -> Text:
    return Text(
        f"{file.path} is left out: it would hide Python's or a library's own {root}.",
        f"忽略了 {file.path}：它会遮住 Python 或库自带的 {root}。",
    )


def _take_data(found: Companions, files: list[tuple[File, str]], code: str, read: Read) -> None:
    """The files that look like data, as far as there is room; those that the code names come first."""
    room = MAX_DATA_BYTES
    for file, inner in sorted(files, key=lambda pair: pair[0].entry.name not in code)[: 2 * MAX_DATA_FILES]:
        try:
            content = read(file, room) if len(found.data) < MAX_DATA_FILES and room else None
        except SubmissionProblem:
            content = None
        if content is not None:
            found.data[inner], room = content, room - len(content)
        elif file.entry.name in code:
            found.notes.append(_left_behind(file))


def _left_behind(file: File) -> Text:
    return Text(
        f"{file.path} was left behind: the data files of a folder may have {MAX_DATA_BYTES // MB} MB together.",
        f"{file.path} 没有一并读入：一个文件夹的数据文件合计不得超过 {MAX_DATA_BYTES // MB} MB。",
    )
