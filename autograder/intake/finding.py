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

import msgspec
from msgspec import Struct

from autograder.errors import PathProblem, SubmissionProblem
from autograder.gradebook.records import Origin, Person
from autograder.intake import platforms
from autograder.intake.reading import Submission, pick
from autograder.intake.recognise import Modules, looks_like_one
from autograder.intake.trees import (
    MB,
    OTHER_ARCHIVES,
    Entry,
    Loose,
    Part,
    Tree,
    archive_of,
    entered,
    is_junk,
    shown,
    tree_of,
)

_ENDINGS = (".zip", ".py", ".ipynb")


class Found(Struct, frozen=True):
    """A submission by name and place, not yet read.

    `path` is what lies on disk; `within` the folder inside a zip that holds the class, `members` the entries that
    make up this submission there (or in the folder `path`); the person, the time and the late mark are what an export
    tells.
    """

    name: str
    path: str
    expected: Modules
    within: str = ""
    members: tuple[str, ...] = ()
    person: Person = Person()
    handed_in: str = ""
    late: bool | None = None
    attempt: int = 1

    @property
    def origin(self) -> Origin:
        """The path on the command line and what it is within it, for the record."""
        inner = [part for part in (self.within, *self.members[:1]) if part]
        return Origin(shown(self.path), shown("/".join(inner)))

    @property
    def where(self) -> str:
        """Where it lies, for messages."""
        if not self.members:
            return shown(self.path)
        between = "/" if os.path.isdir(self.path) else ": "
        return f"{shown(self.path)}{between}{shown(self.members[0])}"


def find_submissions(
    paths: Iterable[str | Path],
    modules: Mapping[str, str],
    exercises: Mapping[str, Iterable[str]] | None = None,
    out: str | Path | None = None,
) -> list[Found]:
    """All submissions in `paths`, in order of name within each path.

    `modules` maps the folder of each assignment to its module (`{"02_corr2d": "corr2d"}`), `exercises` each module to
    the public names that it defines; the folder `out`, where results go, is no submission. Raises `PathProblem` where
    a path is unknown or empty and where two submissions have the same name.
    """
    expected = Modules(dict(modules), {m: tuple(names) for m, names in (exercises or {}).items()})
    skip = os.path.realpath(out) if out else ""
    found = [f for path in paths for f in _in_path(os.path.abspath(path), expected, skip)]
    _refuse_equal_names(found)
    return found


def read_submission(found: Found) -> Submission:
    """Read what `found` points to; whatever is wrong with it is a `SubmissionProblem`."""
    try:
        return pick(_tree(found), found.name, found.expected)
    except SubmissionProblem:
        raise
    except Exception as error:  # a hostile file must never stop the class
        raise SubmissionProblem(
            f"{found.where} cannot be read ({type(error).__name__}): ask for it again as a plain zip of .py files.",
            f"无法读取 {found.where}（{type(error).__name__}）：请学生把 .py 文件重新压缩为普通 zip 后提交。",
        ) from error


def _in_path(path: str, expected: Modules, skip: str) -> list[Found]:
    if not os.path.exists(path):
        raise PathProblem(f"there is no file or folder {shown(path)}", f"没有这个文件或文件夹：{shown(path)}")
    if os.path.isdir(path):
        found = _in_tree(tree_of(path), path, "", expected, skip)
    elif path.lower().endswith(".zip"):
        found = _in_zip(path, expected)
    elif path.lower().endswith((".py", ".ipynb")):
        found = [Found(_name(os.path.basename(path), "file"), path, expected)]
    else:
        raise PathProblem(
            f"{shown(path)} is no folder, .zip, .py or .ipynb: unpack other archives first",
            f"{shown(path)} 不是文件夹、.zip、.py 或 .ipynb：其他压缩包请先解压",
        )
    if not found:
        raise PathProblem(
            f"there is no submission in {shown(path)}: a submission is a folder, .zip, .py or .ipynb",
            f"{shown(path)} 中没有可评分的提交：提交应为文件夹、.zip、.py 或 .ipynb",
        )
    return found


def _in_zip(path: str, expected: Modules) -> list[Found]:
    single = [Found(_name(os.path.basename(path), "file"), path, expected)]
    try:
        tree = archive_of(path)
    except SubmissionProblem:  # reading it will say what is wrong
        return single
    if tree.unsafe:
        return single
    inner = entered(tree, expected.is_folder)
    return _in_tree(inner, path, inner.folder if isinstance(inner, Part) else "", expected, "")


def _in_tree(tree: Tree, path: str, within: str, expected: Modules, skip: str) -> list[Found]:
    try:
        entries = {n: e for n, e in sorted(tree.children().items()) if not is_junk(n)}
        where = platforms.platform({n: e.kind for n, e in entries.items()})
        if where:
            return _in_export(where, tree, entries, path, within, expected)
        if looks_like_one(tree, expected):
            return [Found(_name(os.path.basename(path), "file" if os.path.isfile(path) else "folder"), path, expected)]
    except SubmissionProblem as problem:
        raise PathProblem(problem.text) from None
    members = (e for e in entries.values() if _is_member(e, path, within, skip))
    return [_member(e, path, within, expected) for e in members]


def _is_member(entry: Entry, path: str, within: str, skip: str) -> bool:
    if entry.kind == "folder":
        if not isinstance(entry.at, str):
            return True
        # the results of an earlier grading may lie among the submissions
        return entry.at != skip and not os.path.isfile(os.path.join(entry.at, "run.json"))
    ending = os.path.splitext(entry.name)[1].lower()
    return ending in _ENDINGS + OTHER_ARCHIVES or (entry.kind == "link" and not ending)


def _member(entry: Entry, path: str, within: str, expected: Modules) -> Found:
    name = _name(entry.name, entry.kind)
    return Found(name, path, expected, within, (entry.name,))


def _in_export(
    where: str, tree: Tree, entries: dict[str, Entry], path: str, within: str, expected: Modules
) -> list[Found]:
    told = platforms.people(where, entries, lambda entry: tree.read(entry, 256 * MB))
    groups: dict[str, list[tuple[str, platforms.Piece]]] = {}
    for entry in entries.values():
        if piece := platforms.piece(where, entry.name):
            groups.setdefault(piece.owner, []).append((entry.name, piece))
    found = []
    for owner, pieces in groups.items():
        first, members = pieces[0][1], tuple(name for name, _ in pieces)
        handed = told.get(owner, platforms.Handed([first.person], ""))
        names = " + ".join(person.name for person in handed.people)
        name = _name(names if names.endswith(first.person.id) else f"{names}_{first.person.id}", "folder")
        person = msgspec.structs.replace(handed.people[0], name=shown(names))
        late = any(piece.late for _, piece in pieces) if first.late is not None else None
        found.append(Found(name, path, expected, within, members, person, handed.time, late))
    return found


def _name(name: str, kind: str) -> str:
    stem, ending = os.path.splitext(name)
    if kind != "folder" and ending.lower() in _ENDINGS + OTHER_ARCHIVES and stem:
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
            raise PathProblem(
                f"two submissions are called {one.name}: {other.where} and {one.where}; rename one",
                f"有两份提交同名为 {one.name}：{other.where} 和 {one.where}；请给其中一份改名",
            )


def _tree(found: Found) -> Tree:
    if not found.members:
        return tree_of(found.path)
    tree = tree_of(found.path)
    tree = Part(tree, found.within) if found.within else tree
    members = [tree.entry(m) for m in found.members]
    if len(members) == 1 and members[0].kind == "folder":
        return Part(tree, members[0].name)
    if odd := next((m for m in members if m.kind not in ("file", "folder")), None):
        raise SubmissionProblem(
            f"{shown(odd.name)} is a link, pipe or device: hand in the file itself.",
            f"{shown(odd.name)} 是链接、管道或设备：请提交文件本身。",
        )
    return Loose(tree, {name: m._replace(name=name) for m in members for name in [_own_name(found, m.name)]})


def _own_name(found: Found, member: str) -> str:
    """What the student called a file, before the platform renamed it."""
    piece = platforms.piece(found.person.platform, member) if found.person.platform else None
    return piece.file if piece and piece.file else member
