"""Find submissions in folders, zips and exports of learning platforms, and read one: {module: source}.

Finding looks at names alone, so that a class of thousands is listed at once; reading opens what matters, within
bounds. A path that is wrong is a `PathProblem` and stops the command; a submission that cannot be read is a
`SubmissionProblem` and costs that submission only. Whatever is neither is told as "not looked at".
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
from autograder.intake.recognise import (
    DOCUMENTS,
    PICTURES,
    Modules,
    hands_in,
    is_class_name,
    is_code,
    is_part,
    is_person,
    looks_like_class,
    looks_like_one,
    visible,
    without_copy,
)
from autograder.intake.trees import (
    MB,
    OTHER_ARCHIVES,
    Entry,
    Merged,
    Part,
    Tree,
    archive_of,
    entered,
    inner_archive,
    shown,
    tree_of,
)
from autograder.text import Text, joined

_ENDINGS = (".zip", ".py", ".ipynb")
_MAX_DEPTH = 3  # sections of sections
_MAX_INNER_ZIPS = 20  # zips within a class zip that are opened to see whether they are sections
_RESULTS = ("gradebook.sqlite", "run.json")
RESULTS = Text(" (results of an earlier grading)", "（以前的批改结果）")


class Found(Struct, frozen=True):
    """A submission by name and place, not yet read.

    `path` is what lies on disk, `through` a zip inside it that is to be opened, `within` the folder in there that
    holds the class, `members` the entries that make up this submission; the person, the time and the late mark are
    what an export tells. `number` grows from attempt to attempt where the platform counts.
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
    returned: int = 0  # how often feedback had been returned before
    through: str = ""
    number: int = 0

    @property
    def origin(self) -> Origin:
        """The path on the command line and what it is within it, for the record."""
        inner = [part for part in (self.through, self.within, *self.members[:1]) if part]
        return Origin(shown(self.path), shown("/".join(inner)))

    @property
    def where(self) -> str:
        """Where it lies, for messages."""
        if not self.origin.member:
            return shown(self.path)
        between = "/" if os.path.isdir(self.path) else ": "
        return f"{shown(self.path)}{between}{self.origin.member}"


class Survey(Struct):
    """What lies in the paths of a command: submissions, what is none of them, and how zips and exports were read."""

    found: list[Found] = []
    passed_over: list[Text] = []
    read_as: list[Text] = []


def find_submissions(
    paths: Iterable[str | Path],
    modules: Mapping[str, str],
    exercises: Mapping[str, Iterable[str]] | None = None,
    out: str | Path | None = None,
) -> list[Found]:
    """All submissions in `paths`: see `survey`."""
    return survey(paths, modules, exercises, out).found


def survey(
    paths: Iterable[str | Path],
    modules: Mapping[str, str],
    exercises: Mapping[str, Iterable[str]] | None = None,
    out: str | Path | None = None,
) -> Survey:
    """All submissions in `paths`, in order of name within each path, and what was not looked at.

    `modules` maps the folder of each assignment to its module (`{"02_corr2d": "corr2d"}`), `exercises` each module to
    the public names that it defines; the folder `out`, where results go, is no submission. Raises `PathProblem` where
    a path is unknown, and where all of them together hold no submission.
    """
    expected = Modules(dict(modules), {m: tuple(names) for m, names in (exercises or {}).items()})
    paths = [os.path.abspath(path) for path in paths]
    if gone := next((path for path in paths if not os.path.exists(path)), None):
        raise PathProblem(f"there is no file or folder {shown(gone)}", f"没有这个文件或文件夹：{shown(gone)}")
    seeker = _Seeker(expected, os.path.realpath(out) if out else "")
    for path in dict.fromkeys(paths):
        seeker.look_in(path, several=len(paths) > 1)
    if not seeker.survey.found:
        raise _nothing_in(paths)
    return seeker.survey


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


class _Place(Struct, frozen=True):
    """Where a class lies: the path on disk, a zip inside it, a folder in there; and the section that it is."""

    path: str
    through: str = ""
    within: str = ""
    section: str = ""

    def inside(self, member: str) -> str:
        return "/".join(part for part in (self.within, member) if part)

    def shown(self, member: str = "") -> str:
        parts = [part for part in (self.path, self.through, self.within, member) if part]
        return shown("/".join([os.path.basename(parts[0]), *parts[1:]]))


class _Seeker:
    """A walk over the paths of one command; what it meets goes into the survey."""

    def __init__(self, expected: Modules, out: str):
        self.expected, self.out, self.survey = expected, out, Survey()

    def look_in(self, path: str, several: bool = False) -> None:
        """Add what lies at `path`, which exists; among `several` paths, one without work is a person's."""
        name = os.path.basename(path)
        before = len(self.survey.found)
        if os.path.realpath(path) == self.out:
            self.pass_over(shown(path), RESULTS)
        elif os.path.isdir(path):
            self.folder(path, several)
        elif path.lower().endswith(".zip"):
            self.zip(path)
        elif is_code(name) or hands_in(name):
            self.add(_name(name, "file"), _Place(path), ())
        else:
            self.pass_over(shown(path))
            return
        if len(self.survey.found) == before:
            self.pass_over(shown(path), Text(" (no submission in it)", "（其中没有提交）"))

    def folder(self, path: str, several: bool) -> None:
        tree = tree_of(path)
        try:
            if looks_like_one(tree, self.expected) or (several and self.is_one(tree)):
                self.add(_name(os.path.basename(path), "folder"), _Place(path), ())
            else:
                self.a_class(tree, _Place(path))
        except SubmissionProblem as problem:
            raise PathProblem(problem.text) from None

    def zip(self, path: str) -> None:
        name = os.path.basename(path)
        before = len(self.survey.found)
        try:
            tree = archive_of(path)
            inner = entered(tree, lambda folder: self.is_more(folder, _name(name, "file")))
            single = self.is_one(inner)
        except SubmissionProblem:  # reading it will say what is wrong
            tree, single = None, True
            inner = None
        if single or inner is None:
            self.add(_name(name, "file"), _Place(path), ())
        else:
            for unsafe in tree.unsafe if tree else ():
                self.pass_over(f"{shown(name)}: {shown(unsafe)}", Text(" (leads outside)", "（指向压缩包之外）"))
            self.a_class(inner, _Place(path, within=inner.folder if isinstance(inner, Part) else ""))
        self.tell_what(name, single, self.survey.found[before:], tree)

    def is_more(self, folder: str, outer: str) -> bool:
        """Whether the only folder in a zip is more than a wrapping: an assignment's, or the one student of a class."""
        if self.expected.is_folder(folder) or platforms.is_piece(folder):
            return True
        if is_person(folder):
            return not is_person(outer)
        return is_class_name(outer) and not is_class_name(folder) and not is_part(folder)

    def is_one(self, tree: Tree) -> bool:
        """Whether a zip on the command line is one submission: its work says so, or nothing in it is a person's."""
        top = visible(tree)
        if platforms.platform({n: e.kind for n, e in top.items()}):
            return False
        if looks_like_one(tree, self.expected):
            return True
        members = [n for n, e in top.items() if e.kind == "folder" or n.lower().endswith(_ENDINGS)]
        return bool(top) and all(map(is_part, members)) and not any(is_person(n) for n in top)

    def tell_what(self, name: str, single: bool, found: list[Found], tree: Tree | None) -> None:
        inner = [n for n, e in visible(tree).items() if e.kind == "folder"] if tree and single else []
        inside = f" ({shown(inner[0])}/)" if len(inner) == 1 else ""
        name = shown(name)
        if single:
            told = Text(f"{name} was read as one submission{inside}", f"{name} 按一份提交读取{inside}")
        else:
            count, people = len(found), len({(f.name, f.person.section) for f in found})
            told = Text(
                f"{name} was read as a class of {people} submission", f"{name} 按一个班级读取，共 {people} 份提交"
            )
            told += Text("" if people == 1 else "s", "")
            if count > people:
                told += Text(f" ({count} attempts)", f"（{count} 次尝试）")
        self.survey.read_as.append(told)

    def a_class(self, tree: Tree, place: _Place, depth: int = 0) -> None:
        """Add the members of a class; those that are classes themselves are entered, and their name is the section."""
        entries = {n: e for n, e in visible(tree).items() if not self.is_results(tree, e, place)}
        if platforms.is_nbgrader({n: e.kind for n, e in entries.items()}):
            for name in [name for name in entries if name != platforms.SUBMITTED]:
                self.pass_over(place.shown(name), Text(" (nbgrader's own)", "（nbgrader 自己的文件）"))
            inside = msgspec.structs.replace(place, within=place.inside(platforms.SUBMITTED))
            self.a_class(Part(tree, platforms.SUBMITTED), inside, depth)
            return
        where = platforms.platform({n: e.kind for n, e in entries.items()})
        pieces = {n: piece for n in entries if where and (piece := platforms.piece(where, n))}
        if pieces:
            self.export(where, tree, entries, pieces, place)
        others = {n: e for n, e in entries.items() if n not in pieces and n != platforms.METADATA}
        inner = {n: t for n, e in others.items() if depth < _MAX_DEPTH and (t := self.opened(tree, e, place, others))}
        sure = any(looks_like_one(t, self.expected) for t, _ in inner.values())
        for name, entry in others.items():
            if name in inner and looks_like_class(inner[name][0], _name(name, "file"), self.expected, sure):
                below = inner[name][1]
                section = "/".join(part for part in (place.section, _name(name, entry.kind)) if part)
                self.a_class(inner[name][0], msgspec.structs.replace(below, section=section), depth + 1)
            elif self.is_member(entry):
                self.add(_name(name, entry.kind), place, (name,))
            else:
                self.pass_over(place.shown(name))

    def opened(self, tree: Tree, entry: Entry, place: _Place, others: dict[str, Entry]) -> tuple[Tree, _Place] | None:
        """A member that may be a section, as a tree, and its place; `None` where it can be none."""
        try:
            if entry.kind == "folder":
                part = Part(tree, entry.name)
                part.children()  # one that cannot be listed costs nobody else
                return part, msgspec.structs.replace(place, within=place.inside(entry.name))
            if entry.kind != "file" or not entry.name.lower().endswith(".zip") or is_person(entry.name):
                return None
            if isinstance(entry.at, str):
                archive = archive_of(entry.at)
                below = _Place(entry.at)
            else:
                if place.through or sum(n.lower().endswith(".zip") for n in others) > _MAX_INNER_ZIPS:
                    return None
                below = _Place(place.path, through=place.inside(entry.name))
                archive = inner_archive(below.path, below.through)
            inner = entered(archive, lambda folder: self.is_more(folder, _name(entry.name, "file")))
        except (SubmissionProblem, OSError):  # reading it will say what is wrong
            return None
        if archive.unsafe:
            return None
        return inner, msgspec.structs.replace(below, within=inner.folder if isinstance(inner, Part) else "")

    def is_results(self, tree: Tree, entry: Entry, place: _Place) -> bool:
        """Whether a folder holds the results of an earlier grading, which may lie among the submissions."""
        if entry.kind != "folder":
            return False
        if isinstance(entry.at, str) and os.path.realpath(entry.at) == self.out:
            self.pass_over(place.shown(entry.name), RESULTS)
            return True
        try:
            inside = tree.children(entry.name)
        except SubmissionProblem:
            return False
        if not all(name in inside for name in _RESULTS) or looks_like_one(Part(tree, entry.name), self.expected):
            return False
        self.pass_over(place.shown(entry.name), RESULTS)
        return True

    def is_member(self, entry: Entry) -> bool:
        ending = os.path.splitext(entry.name)[1].lower()
        if entry.kind == "folder" or ending in _ENDINGS or is_code(entry.name):
            return True
        return hands_in(entry.name) or (entry.kind == "link" and not ending)

    def export(
        self,
        where: str,
        tree: Tree,
        entries: dict[str, Entry],
        pieces: dict[str, platforms.Piece],
        place: _Place,
    ) -> None:
        """Add the submissions of an export: each attempt of each person, and a group's for each member."""
        try:
            told = platforms.people(where, entries, lambda entry: tree.read(entry, 256 * MB))
        except SubmissionProblem as problem:
            told = {}
            self.survey.passed_over.append(problem.text)
        owners: dict[str, list[str]] = {}
        for name, piece in pieces.items():
            owners.setdefault(piece.owner, []).append(name)
        if where == "gradescope":
            self.survey.read_as += platforms.gradescope_gaps(told, list(owners))
        found = []
        for owner, names in owners.items():
            handed = told.get(owner, platforms.Handed([pieces[names[0]].person], ""))
            for attempt in _attempts({n: pieces[n] for n in names}):
                mine = [pieces[n] for n in attempt]
                late = any(p.late for p in mine) if mine[0].late is not None else None
                number = max(p.number for p in mine)
                for person in handed.people:
                    who = msgspec.structs.replace(
                        person, name=shown(person.name), section=place.section or person.section
                    )
                    tail = person.id or person.email or (str(number) if where == "gradescope" else "")
                    name = _name(f"{person.name}_{tail}" if tail and tail != person.name else person.name, "folder")
                    name = owner if person.name == owner else name
                    found.append(
                        Found(name, place.path, self.expected, place.within, attempt, who, handed.time, late,
                              through=place.through, number=number)
                    )  # fmt: skip
        self.survey.found += sorted(found, key=lambda f: (f.name, f.handed_in, f.number))

    def add(self, name: str, place: _Place, members: tuple[str, ...]) -> None:
        who = Person(section=shown(place.section))
        self.survey.found.append(
            Found(name, place.path, self.expected, place.within, members, who, through=place.through)
        )

    def pass_over(self, what: str, why: Text | str = "") -> None:
        self.survey.passed_over.append(Text(what) + why)


def _attempts(pieces: dict[str, platforms.Piece]) -> list[tuple[str, ...]]:
    """The attempts of one person, each as its entries, newest first; what a later one leaves out stays.

    A file is handed in again under the same name, perhaps with the mark of a copy, and a larger number.
    """
    order = sorted(pieces, key=lambda n: (pieces[n].number, n))

    def newest_first(current: dict[str, str]) -> tuple[str, ...]:
        return tuple(sorted(current.values(), key=order.index, reverse=True))

    attempts: list[tuple[str, ...]] = []
    current: dict[str, str] = {}
    fresh: set[str] = set()
    for name in order:
        plain = f"{pieces[name].question}/{without_copy(pieces[name].file) or name}"
        if plain in fresh:
            attempts.append(newest_first(current))
            fresh = set()
        current[plain] = name
        fresh.add(plain)
    return [*attempts, newest_first(current)]


def _nothing_in(paths: list[str]) -> PathProblem:
    path = paths[0]
    if os.path.isfile(path) and not path.lower().endswith(".zip"):
        return PathProblem(
            f"{shown(path)} is no folder, .zip, .py or .ipynb: unpack other archives first",
            f"{shown(path)} 不是文件夹、.zip、.py 或 .ipynb：其他压缩包请先解压",
        )
    where = joined(", ", map(shown, paths[:5]))
    return PathProblem(
        Text("there is no submission in ", "没有可评分的提交：")
        + where
        + Text(": a submission is a folder, .zip, .py or .ipynb", "（提交应为文件夹、.zip、.py 或 .ipynb）")
    )


def _name(name: str, kind: str) -> str:
    stem, ending = os.path.splitext(name)
    if kind != "folder" and stem and ending.lower() in (*_ENDINGS, *OTHER_ARCHIVES, *DOCUMENTS, *PICTURES, ".txt"):
        name = stem
    clean = shown(name).strip() or "submission"
    if len(name) > 200:  # a long name must not become equal to its neighbour
        clean = f"{clean[:180]}~{sha256(name.encode('utf-8', 'surrogatepass')).hexdigest()[:12]}"
    return unicodedata.normalize("NFC", clean)


def _tree(found: Found) -> Tree:
    tree: Tree = inner_archive(found.path, found.through) if found.through else tree_of(found.path)
    if not found.members:
        return tree
    tree = Part(tree, found.within) if found.within else tree
    members = [tree.entry(m) for m in found.members]
    if len(members) == 1 and members[0].kind == "folder":
        return Part(tree, members[0].name)
    if odd := next((m for m in members if m.kind not in ("file", "folder")), None):
        raise SubmissionProblem(
            f"{shown(odd.name)} is a link, pipe or device: hand in the file itself.",
            f"{shown(odd.name)} 是链接、管道或设备：请提交文件本身。",
        )
    named: dict[str, Entry] = {}
    for each in members:
        if each.kind == "file":  # two of one name, from two questions, say: the second keeps the platform's
            name = _own_name(found, each.name)
            name = each.name if name in named else name
            named[name] = each._replace(name=name)
    return Merged(tree, [m.name for m in members if m.kind == "folder"], named)


def _own_name(found: Found, member: str) -> str:
    """What the student called a file, before the platform renamed it."""
    piece = platforms.piece(found.person.platform, member) if found.person.platform else None
    return piece.file if piece and piece.file else member
