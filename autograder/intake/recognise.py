"""What a submission looks like: which names matter, what a file defines, and whether a folder is one or a class."""

import re

from msgspec import Struct

from autograder.errors import SubmissionProblem
from autograder.intake import platforms
from autograder.intake.decoding import decoded
from autograder.intake.notebooks import MAX_BYTES, read_notebook
from autograder.intake.trees import MB, OTHER_ARCHIVES, Entry, Part, Tree, entered, is_junk, shown
from autograder.sandbox.job import Cell, Source
from autograder.selfcheck.definitions import defined_in, written_in

MAX_MODULE_BYTES = 4 * MB
DOCUMENTS = (".docx", ".doc", ".pdf", ".rtf", ".odt", ".pages", ".wps", ".pptx", ".ppt")
PICTURES = (".png", ".jpg", ".jpeg", ".heic")
_TEXTS = (".txt", ".md", ".html", ".htm")
# corr2d (1).py, corr2d-1.py, corr2d - 副本.py, corr2d-Copy1.ipynb: a second download, a second attempt, a copy
_COPY = re.compile(r"(?: ?[(（]\d+[)）]|-\d+|(?: - | ?-? ?)(?:copy|副本|複本) ?(?:[(（]?\d+[)）]?)?)$", re.IGNORECASE)
_NUMBER = re.compile(r"\d{5,}")
_DATE = re.compile(r"(?:19|20)\d\d(?:0[1-9]|1[0-2])(?:0[1-9]|[12]\d|3[01])(?!\d)")
_SECTION = re.compile(
    r"(?:section|class|group|team|tutorial|lecture|lab|export|submission|student|upload|download|homework|assignment|"
    r"hw|sec|作业|班|组|课|提交|全部|学生)",
    re.IGNORECASE,
)
_SECTION_ALONE = re.compile(r"(?:section|sec|class|tutorial)[\W_]?\w{1,3}|第?.{1,6}班", re.IGNORECASE)
_PARTS = re.compile(  # what one student's folders are called
    r"(?:code|src|source|sources|report|reports|docs?|documents?|data|figures?|images?|img|pics?|notebooks?|output|"
    r"results?|old|new|backup|final|draft|test|tests|utils?|helpers?|cnn|ch\w{0,3}|chapter\w{0,3}|hw\W?\d*|lab\W?\d*|"
    r"homework\W?\d*|part\W?\d*|task\W?\d*|assignments?\W?\d*|submission|student_template|week\W?\d*|"
    r"代码|报告|数据|图片|作业.{0,3}|实验.{0,3})",
    re.IGNORECASE,
)
_NOBODY = re.compile(  # what teachers keep beside the work of a class
    r"(?:readme|roster|grades?|marks|gradebook|notes?|syllabus|instructions?|list|names|rubric|handout|schedule|"
    r"template|solutions?|feedback|license|名单|成绩|说明|要求|通知|大纲)",
    re.IGNORECASE,
)


class Modules(Struct, frozen=True):
    """What may be handed in: the module of each assignment's folder, the public names of each module."""

    modules: dict[str, str]
    exercises: dict[str, tuple[str, ...]] = {}

    def is_folder(self, name: str) -> bool:
        """Whether `name` is the folder of an assignment."""
        return bool(self.of_folder(name))

    def of_folder(self, name: str) -> str:
        """The assignment whose folder `name` is, in any case and as a copy; an empty string where it is none."""
        for plain in (name.casefold(), _COPY.sub("", name).casefold()):
            for folder in self.modules:
                if folder.casefold() == plain:
                    return folder
        return ""

    def of_file(self, name: str) -> tuple[str, str] | None:
        """The module that a file is by its name in any case, and the name without the mark of a copy, else `None`."""
        stem, ending = parted(name)
        if ending not in ("py", "ipynb"):
            return None
        for plain in (stem, _COPY.sub("", stem)):
            for folder, module in self.modules.items():
                if plain.casefold() in (module.casefold(), folder.casefold()):
                    return module, f"{module}.{ending}"
        return None

    def defined_by(self, source: Source, module: str) -> set[str]:
        """The exercises of `module` that a source defines."""
        return defined(source) & set(self.exercises.get(module, ()))


class File(Struct, frozen=True):
    """A file that may matter: the tree and folder it lies in, and the zip in the submission that is that tree."""

    folder: str
    entry: Entry
    tree: Tree
    packed: str = ""

    @property
    def path(self) -> str:
        """Its path within the submission, or within the zip there that it lies in."""
        return shown(f"{self.folder}/{self.entry.name}" if self.folder else self.entry.name)

    @property
    def place(self) -> str:
        """Its path for people, through the zips that it lies in."""
        return f"{self.packed}/{self.path}" if self.packed else self.path

    @property
    def ending(self) -> str:
        """`py`, `ipynb`, `zip`, … in lower case; `corr2d.py.txt` is a .py file."""
        return parted(self.entry.name)[1]

    def read(self, limit: int) -> bytes:
        """Its bytes; a link, pipe or device is refused here."""
        if self.entry.kind != "file":
            raise SubmissionProblem(
                f"{self.path} is not an ordinary file (a link, say): hand in the file itself.",
                f"{self.path} 不是普通文件（例如是链接）：请提交文件本身。",
            )
        return self.tree.read(self.entry, limit)


def parted(name: str) -> tuple[str, str]:
    """A file name's stem and its ending in lower case; Windows likes to make `corr2d.py.txt` of `corr2d.py`."""
    name = name.rstrip(". ")  # Windows drops them
    if name.lower().endswith((".py.txt", ".ipynb.txt", ".ipynb.json")):
        name = name.rpartition(".")[0]
    stem, _, ending = name.rpartition(".")
    return stem, "py" if ending.lower() == "pyw" else ending.lower()


def without_copy(name: str) -> str:
    """A file name without the mark of a copy or of a further attempt: `corr2d.py` for `corr2d-1.py`."""
    stem, dot, ending = name.rpartition(".")
    return _COPY.sub("", stem) + dot + ending if dot else _COPY.sub("", name)


def defined(source: Source) -> set[str]:
    """The names that a source gives a body, as far as a look at the text can tell."""
    return defined_in(cell.code for cell in source.cells)


def written(source: Source) -> set[str]:
    """Those of the names that are more than a stub."""
    return written_in([cell.code for cell in source.cells])


def is_notebook(name: str) -> bool:
    """Whether a file is a notebook by its name."""
    return parted(name)[1] == "ipynb"


def is_code(name: str) -> bool:
    """Whether a file is Python code or a notebook by its name."""
    return parted(name)[1] in ("py", "ipynb")


def is_person(name: str) -> bool:
    """Whether a name holds a student's number, as `2026010101-王芳.zip` does; a date alone is none."""
    stem = name.rpartition(".")[0] or name
    return any(not _DATE.fullmatch(number) for number in _NUMBER.findall(stem))


def is_part(name: str) -> bool:
    """Whether a folder's name tells of one student's work (`code`, `report`, `hw2`) rather than of a person."""
    return bool(_PARTS.fullmatch(name.rpartition(".")[0] if name.lower().endswith(".zip") else name))


def is_class_name(name: str) -> bool:
    """Whether a name sounds like a section or a collection: `section_a`, `hw2`, `一班`."""
    return bool(_SECTION.search(name)) and not is_person(name)


def hands_in(name: str) -> bool:
    """Whether a file among the submissions of a class is somebody's, though it is no code.

    A document or a packed archive is; a text is where it names a student's number; a teacher's own list is not.
    """
    stem, ending = name.rpartition(".")[0], name[name.rfind(".") :].lower()
    if is_person(name):
        return ending in DOCUMENTS + OTHER_ARCHIVES + _TEXTS + PICTURES
    return ending in OTHER_ARCHIVES or (ending in DOCUMENTS and not _NOBODY.match(stem))


def looks_like_one(tree: Tree, expected: Modules) -> bool:
    """Whether a folder is one submission rather than a class of them.

    It is one if it holds an exercise module at its top, or a module or notebook in a folder named like an assignment.
    A notebook of another name at its top makes it one too, unless others beside it look like submissions of their
    own: folders, zips, or a second notebook with the same exercises. So does code in folders that no person is
    called by (`code`, `report`).
    """
    top = visible(tree)
    if any(expected.of_file(name) and e.kind != "folder" for name, e in top.items()):
        return True
    folders = [e.name for e in top.values() if e.kind == "folder"]
    if any(_holds_work(tree, folder, expected) for folder in folders if expected.is_folder(folder)):
        return True
    zips = any(name.lower().endswith(".zip") for name in top)
    loose = [File("", e, tree) for n, e in top.items() if is_code(n) and e.kind != "folder"]
    parts = all(map(is_part, folders)) and not any(is_person(f.entry.name) for f in loose)
    if not zips and parts and any(_is_submission_folder(tree, folder, expected) for folder in folders):
        return True
    if zips or not any(is_notebook(f.entry.name) for f in loose):
        return False
    if any(_is_submission_folder(tree, folder, expected) for folder in folders):
        return False
    return len(loose) <= 2 * len(expected.modules) and not _same_exercises_twice(loose, expected)


def looks_like_class(tree: Tree, name: str, expected: Modules, sure: bool = False, depth: int = 2) -> bool:
    """Whether a member of a class called `name` is itself a class: a section, or an export.

    Two people of an export, students' numbers, or a section's name above folders of work say so; so does a folder in
    it that is a class. That two of its folders answer the same assignment says so only if no member beside it is
    plainly a submission (`sure` is False).
    """
    top = visible(tree)
    if platforms.owners({n: e.kind for n, e in top.items()}) > 1:
        return True
    if looks_like_one(tree, expected):
        return False
    members = [n for n, e in top.items() if e.kind == "folder" or n.lower().endswith(".zip") or is_code(n)]
    people = [n for n in [*members, *filter(hands_in, top)] if is_person(n) and not _same_person(n, name)]
    if people:
        return not is_person(name) or len({tuple(_NUMBER.findall(n)) for n in people}) > 1
    members = [n for n in members if not is_part(n)]
    if is_person(name) or not members:
        return False
    if depth and any(_holds_class(tree, top[n], expected, sure, depth - 1) for n in members):
        return True
    if len(members) == 1:  # a section in which one has handed in
        return bool(_SECTION_ALONE.fullmatch(name)) and top[members[0]].kind == "folder"
    holding = [_answered(tree, top[n], expected) for n in members if top[n].kind == "folder"]
    if is_class_name(name):
        return len(members) > len(holding) or any(holding)
    return not sure and any(a & b for k, a in enumerate(holding) for b in holding[:k])


def visible(tree: Tree, folder: str = "") -> dict[str, Entry]:
    """What lies in a folder, without what systems leave behind, in order of name."""
    return {n: e for n, e in sorted(tree.children(folder).items()) if not is_junk(n)}


def _same_person(inner: str, outer: str) -> bool:
    """Whether `王芳/2026010101-王芳.zip` is one person's."""
    numbers = set(_NUMBER.findall(outer))
    letters = _NUMBER.sub("", outer).strip(" _-").casefold()
    return bool(numbers & set(_NUMBER.findall(inner))) or (len(letters) > 1 and letters in inner.casefold())


def _holds_work(tree: Tree, folder: str, expected: Modules) -> bool:
    return any(expected.of_file(n) or is_notebook(n) for n in _names(Part(tree, folder)))


def _is_submission_folder(tree: Tree, folder: str, expected: Modules) -> bool:
    names = _names(Part(tree, folder), expected)
    return any(expected.of_file(n) or is_notebook(n) or expected.is_folder(n) for n in names)


def _holds_class(tree: Tree, entry: Entry, expected: Modules, sure: bool, depth: int) -> bool:
    if entry.kind != "folder" or expected.is_folder(entry.name):
        return False
    try:
        return looks_like_class(Part(tree, entry.name), entry.name, expected, sure, depth)
    except SubmissionProblem:
        return False


def _names(part: Part, expected: Modules | None = None) -> list[str]:
    """What lies in a member of a class; none in one that cannot be listed, which reading it will say."""
    try:
        inner = entered(part, expected.is_folder) if expected else part
        return [name for name in inner.children() if not is_junk(name)]
    except SubmissionProblem:
        return []


def _answered(tree: Tree, entry: Entry, expected: Modules) -> set[str]:
    """The modules that a folder answers, by the names in it."""
    names = _names(Part(tree, entry.name), expected)
    found = {of[0] for n in names if (of := expected.of_file(n))}
    return found | {expected.modules[f] for n in names if (f := expected.of_folder(n))}


def _same_exercises_twice(loose: list[File], expected: Modules) -> bool:
    if len(loose) == 1:
        return False
    seen: set[str] = set()
    for file in loose:
        try:
            names = defined(_loose_source(file)) & {n for names in expected.exercises.values() for n in names}
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
