"""Find submissions in folders, zips and exports of learning platforms, and read one: {module: source}.

Finding looks at names alone, so that a class of thousands is listed at once; reading opens what matters, within
bounds. A path that is wrong is a `PathProblem` and stops the command; a submission that cannot be read is a
`SubmissionProblem` and costs that submission only.
"""

import os
import unicodedata
from collections.abc import Iterable, Mapping
from hashlib import sha256
from pathlib import Path

from msgspec import Struct

from . import lms
from .layout import Course, looks_like_one
from .picking import Submission, pick
from .selfcheck.language import say
from .trees import Entry, Loose, Part, SubmissionProblem, entered, is_junk, shown, tree_of

__all__ = ["Found", "PathProblem", "Submission", "SubmissionProblem", "find_submissions", "read_submission",
           "result_stem"]

_ENDINGS = (".zip", ".py", ".ipynb")
_OTHER_ARCHIVES = (".rar", ".7z", ".tar", ".tgz", ".gz", ".bz2", ".xz")  # listed, so that nobody is lost in silence


class PathProblem(Exception):
    """A path on the command line that cannot be graded: nothing is begun."""

    def __init__(self, en: str, zh: str):
        super().__init__(en, zh)
        self.en, self.zh = en, zh

    def __str__(self) -> str:
        return say(self.en, self.zh)


class Found(Struct, frozen=True):
    """A submission by name and place, not yet read.

    `path` is what lies on disk; `within` the folder inside a zip that holds the class, `members` the entries that
    make up this submission there (or in the folder `path`); `platform`, `student` and `id` come from the names of an
    export.
    """

    name: str
    path: str
    course: Course
    within: str = ""
    members: tuple[str, ...] = ()
    platform: str = ""
    student: str = ""
    id: str = ""

    @property
    def where(self) -> str:
        """Where it lies, for messages."""
        if not self.members:
            return shown(self.path)
        between = "/" if os.path.isdir(self.path) else ": "
        return f"{shown(self.path)}{between}{shown(self.members[0])}"


def find_submissions(
    paths: Iterable[str | Path], modules: Mapping[str, str], exercises: Mapping[str, Iterable[str]] | None = None,
    out: str | Path | None = None,
) -> list[Found]:
    """All submissions in `paths`, in order of name within each path.

    `modules` maps the folder of each assignment to its module (`{"02_corr2d": "corr2d"}`), `exercises` each module to
    the public names that it defines; the folder `out`, where results go, is no submission. Raises `PathProblem` where
    a path is unknown or empty and where two submissions have the same name.
    """
    course = Course(dict(modules), {m: tuple(names) for m, names in (exercises or {}).items()})
    skip = os.path.realpath(out) if out else ""
    found = [f for path in paths for f in _in_path(os.path.abspath(path), course, skip)]
    _refuse_equal_names(found)
    return found


def read_submission(found: Found) -> Submission:
    """Read what `found` points to; whatever is wrong with it is a `SubmissionProblem`."""
    try:
        return pick(_tree(found), found.name, found.course)
    except SubmissionProblem:
        raise
    except Exception as error:  # a hostile file must never stop the class
        raise SubmissionProblem(
            f"{found.where} cannot be read ({type(error).__name__}): ask for it again as a plain zip of .py files.",
            f"无法读取 {found.where}（{type(error).__name__}）：请学生把 .py 文件重新压缩为普通 zip 后提交。") from error


def result_stem(name: str) -> str:
    """The file name, without ending, for the result of submission `name`: safe on every system, and one to one.

    Letters of every script stay; what a file system may mind is written `%XX`, and what is long ends in a digest.
    """
    if not name:
        return "%"
    safe = "".join(c if _is_safe(c) else _percent(c) for c in name)
    if safe[0] in ". -" or safe.partition(".")[0].upper() in _RESERVED:
        safe = _percent(name[0]) + safe[1:]
    if safe[-1] in ". ":
        safe = safe[:-1] + _percent(safe[-1])
    if len(safe.encode()) > 180:
        head = safe.encode()[:100].decode(errors="ignore").rpartition("%")  # never end within an escape
        safe = f"{head[0] or head[2]}%~{sha256(name.encode('utf-8', 'surrogatepass')).hexdigest()[:40]}"
    return safe


_RESERVED = {"CON", "PRN", "AUX", "NUL", *(f"{port}{k}" for port in ("COM", "LPT") for k in range(10))}


def _is_safe(c: str) -> bool:
    return c.isprintable() and c not in '%/\\:*?"<>|'


def _percent(c: str) -> str:
    return "".join(f"%{byte:02X}" for byte in c.encode("utf-8", "surrogatepass"))


def _in_path(path: str, course: Course, skip: str) -> list[Found]:
    if not os.path.exists(path):
        raise PathProblem(f"there is no file or folder {shown(path)}", f"没有这个文件或文件夹：{shown(path)}")
    if os.path.isdir(path):
        found = _in_tree(tree_of(path), path, "", course, skip)
    elif path.lower().endswith(".zip"):
        found = _in_zip(path, course)
    elif path.lower().endswith((".py", ".ipynb")):
        found = [Found(_name(os.path.basename(path), "file"), path, course)]
    else:
        raise PathProblem(f"{shown(path)} is no folder, .zip, .py or .ipynb: unpack other archives first",
                          f"{shown(path)} 不是文件夹、.zip、.py 或 .ipynb：其他压缩包请先解压")
    if not found:
        raise PathProblem(f"there is no submission in {shown(path)}: a submission is a folder, .zip, .py or .ipynb",
                          f"{shown(path)} 中没有可评分的提交：提交应为文件夹、.zip、.py 或 .ipynb")
    return found


def _in_zip(path: str, course: Course) -> list[Found]:
    single = [Found(_name(os.path.basename(path), "file"), path, course)]
    try:
        tree = tree_of(path)
    except SubmissionProblem:  # reading it will say what is wrong
        return single
    if tree.unsafe:
        return single
    inner = entered(tree, course.is_folder)
    return _in_tree(inner, path, inner.folder if isinstance(inner, Part) else "", course, "")


def _in_tree(tree, path: str, within: str, course: Course, skip: str) -> list[Found]:
    try:
        entries = {n: e for n, e in sorted(tree.children().items()) if not is_junk(n)}
        where = lms.platform({n: e.kind for n, e in entries.items()})
        if where:
            return _in_export(where, tree, entries, path, within, course)
        if looks_like_one(tree, course):
            return [Found(_name(os.path.basename(path), "file" if os.path.isfile(path) else "folder"), path, course)]
    except SubmissionProblem as problem:
        raise PathProblem(problem.en, problem.zh) from None
    members = (e for e in entries.values() if _is_member(e, path, within, skip))
    return [_member(e, path, within, course) for e in members]


def _is_member(entry: Entry, path: str, within: str, skip: str) -> bool:
    if entry.kind == "folder":
        if not isinstance(entry.at, str):
            return True
        # the results of an earlier grading may lie among the submissions
        return entry.at != skip and not os.path.isfile(os.path.join(entry.at, "run.json"))
    ending = os.path.splitext(entry.name)[1].lower()
    return ending in _ENDINGS + _OTHER_ARCHIVES or (entry.kind == "link" and not ending)


def _member(entry: Entry, path: str, within: str, course: Course) -> Found:
    name = _name(entry.name, entry.kind)
    return Found(name, path, course, within, (entry.name,))


def _in_export(where: str, tree, entries: dict[str, Entry], path: str, within: str, course: Course) -> list[Found]:
    names = {}
    if where == "gradescope":
        metadata = next((e for n, e in entries.items() if n == "submission_metadata.yml"), None)
        names = lms.gradescope_names(tree.read(metadata, 256 * 2**20)) if metadata else {}
    groups: dict[lms.Student, list[str]] = {}
    for entry in entries.values():
        if piece := lms.piece(where, entry.name):
            groups.setdefault(piece.student, []).append(entry.name)
    found = []
    for student, members in groups.items():
        person = names.get(student.name, student.name)
        name = _name(person if person.endswith(student.id) else f"{person}_{student.id}", "folder")
        found.append(Found(name, path, course, within, tuple(members), where, shown(person), student.id))
    return found


def _name(name: str, kind: str) -> str:
    stem, ending = os.path.splitext(name)
    if kind != "folder" and ending.lower() in _ENDINGS + _OTHER_ARCHIVES and stem:
        name = stem
    clean = shown(name).strip() or "submission"
    if len(name) > 200:  # a long name must not become equal to its neighbour
        clean = f"{clean[:180]}~{sha256(name.encode('utf-8', 'surrogatepass')).hexdigest()[:12]}"
    return unicodedata.normalize("NFC", clean)


def _refuse_equal_names(found: list[Found]) -> None:
    seen: dict[str, Found] = {}
    for one in found:
        other = seen.setdefault(one.name, one)
        if other is not one:
            raise PathProblem(f"two submissions are called {one.name}: {other.where} and {one.where}; rename one",
                              f"有两份提交同名为 {one.name}：{other.where} 和 {one.where}；请给其中一份改名")


def _tree(found: Found):
    if not found.members:
        return tree_of(found.path)
    tree = tree_of(found.path)
    tree = Part(tree, found.within) if found.within else tree
    members = [tree.entry(m) for m in found.members]
    if len(members) == 1 and members[0].kind == "folder":
        return Part(tree, members[0].name)
    if odd := next((m for m in members if m.kind not in ("file", "folder")), None):
        raise SubmissionProblem(f"{shown(odd.name)} is a link, pipe or device: hand in the file itself.",
                                f"{shown(odd.name)} 是链接、管道或设备：请提交文件本身。")
    return Loose(tree, {name: m._replace(name=name) for m in members for name in [_own_name(found, m.name)]})


def _own_name(found: Found, member: str) -> str:
    """What the student called a file, before the platform renamed it."""
    piece = lms.piece(found.platform, member) if found.platform else None
    return piece.file if piece and piece.file else member
