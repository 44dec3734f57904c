"""What comes along with a module: helper files and packages beside it, and the small data files that they read."""

from collections.abc import Callable, Iterator

from msgspec import Struct

from autograder.errors import SubmissionProblem
from autograder.intake.decoding import decoded_with_note
from autograder.intake.recognise import File, Modules
from autograder.intake.trees import MB, Tree, is_junk, shown
from autograder.sandbox.job import Cell, Source
from autograder.sandbox.reserved import LIBRARIES, PROTECTED, STDLIB
from autograder.text import Text

MAX_HELPER_BYTES, MAX_HELPERS = MB, 100
MAX_DATA_BYTES, MAX_DATA_FILES = MB, 64  # of all data files of a folder together
MAX_DEPTH = 4
DATA = (".txt", ".csv", ".tsv", ".json", ".npy", ".npz", ".pt", ".pth", ".pkl", ".toml", ".yaml", ".yml", ".ini",
        ".cfg", ".dat", ".bin")  # fmt: skip
_NO_PACKAGE = ("venv", "env", "node_modules", "site-packages", "dist-packages")


class Companions(Struct):
    """The helpers of one folder by dotted name, and its data files by path; `notes` say what was left behind."""

    helpers: dict[str, Source] = {}
    data: dict[str, bytes] = {}
    notes: list[Text] = []


def beside(
    tree: Tree, folder: str, expected: Modules, used: set[str], read: Callable[[File, int], bytes]
) -> Companions:
    """What lies in `folder`, and below it, that is no module itself (those are `used`, by path)."""
    found, data = Companions(), []
    for file, inner in _files(tree, folder, expected, ""):
        if file.entry.name.lower().endswith(".py"):
            if file.path not in used and len(found.helpers) < MAX_HELPERS:
                _take_helper(found, file, inner, expected, read)
        elif not file.entry.name.lower().endswith((".ipynb", ".zip")):
            data.append((file, inner))
    _take_data(found, data, read)
    return found


def _files(tree: Tree, folder: str, expected: Modules, inner: str) -> Iterator[tuple[File, str]]:
    """The files of a folder and of those below it, each with its path from where the walk began."""
    here = "/".join(part for part in (folder, inner) if part)
    for name, entry in sorted(tree.children(here).items()):
        path = f"{inner}/{name}" if inner else name
        if is_junk(name):
            continue
        if entry.kind != "folder":
            yield File(here, entry, tree), path
        elif path.count("/") < MAX_DEPTH and name not in _NO_PACKAGE and not expected.is_folder(name):
            yield from _files(tree, folder, expected, path)


def _take_helper(
    found: Companions, file: File, inner: str, expected: Modules, read: Callable[[File, int], bytes]
) -> None:
    name = inner[:-3].replace("/", ".").removesuffix(".__init__")
    root = name.partition(".")[0]
    if not all(part.isidentifier() for part in name.split(".")) or name in ("__init__", "setup"):
        return
    if "." not in name and expected.of_file(file.entry.name):
        return
    if root in PROTECTED:
        if root in STDLIB | LIBRARIES and root != "autograder":
            found.notes.append(_would_hide(file, root))
        return
    if file.entry.kind != "file" and "." in name:
        return
    try:
        code, note = decoded_with_note(read(file, MAX_HELPER_BYTES), file.path)
    except SubmissionProblem as problem:
        found.notes.append(problem.text)
        return
    found.notes += [note] if note else []
    found.helpers[name] = Source(file.path, (Cell(code, shown(file.entry.name)),))


def _would_hide(file: File, root: str) -> Text:
    return Text(
        f"{file.path} is left out: it would hide Python's or a library's own {root}.",
        f"忽略了 {file.path}：它会遮住 Python 或库自带的 {root}。",
    )


def _take_data(found: Companions, files: list[tuple[File, str]], read: Callable[[File, int], bytes]) -> None:
    """The files that look like data, as far as there is room."""
    room = MAX_DATA_BYTES
    for file, inner in files[: 10 * MAX_DATA_FILES]:
        if file.entry.kind != "file" or not file.entry.name.lower().endswith(DATA):
            continue
        try:
            content = read(file, room) if len(found.data) < MAX_DATA_FILES and room else None
        except SubmissionProblem:
            content = None
        if content is None:
            found.notes.append(_left_behind(file))
            continue
        found.data[inner], room = content, room - len(content)


def _left_behind(file: File) -> Text:
    return Text(
        f"{file.path} was left behind: the data files of a folder may have {MAX_DATA_BYTES // MB} MB together.",
        f"{file.path} 没有一并读入：一个文件夹的数据文件合计不得超过 {MAX_DATA_BYTES // MB} MB。",
    )
