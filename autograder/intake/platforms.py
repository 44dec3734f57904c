"""The file names of learning platforms: which files of a Canvas, Moodle or Gradescope export belong to whom."""

import json
import re
from collections.abc import Callable, Mapping
from datetime import datetime
from typing import NamedTuple

import msgspec

from autograder.gradebook.records import Person
from autograder.intake.trees import Entry, shown
from autograder.text import Text

# Entries without a file are `{name}_{user id}_text.html` and `…_link.html`: they have no attachment of their own.
_CANVAS = re.compile(
    r"^(?P<first>LATE_)?(?P<name>.+?)(?P<late>_LATE)?_(?P<id>\d+|(?<=anon_)[^\W_]+)_"
    r"(?:(?P<number>\d+)_(?P<file>.+)|(?:\d+_)?(?P<entry>(?:text|link)\.html?))$",
    re.DOTALL,
)
# A question of a quiz: `{last}_{first}{user id}_question_{question}_{attachment}_{file}`.
_CANVAS_QUIZ = re.compile(
    r"^(?P<name>.+?)(?P<id>\d+)_question_(?P<question>\d+)_(?P<number>\d+)_(?P<file>.+)$", re.DOTALL
)
_MOODLE = re.compile(r"^(?P<name>.+?)(?:_(?P<id>\d+))?_assignsubmission_(?P<kind>[a-z]+)_?(?P<file>.*)$", re.DOTALL)
_GRADESCOPE = re.compile(r"^submission_(?P<id>\d+)$")
_PATTERNS = {"canvas": (_CANVAS_QUIZ, _CANVAS), "moodle": (_MOODLE,), "gradescope": (_GRADESCOPE,)}
METADATA = "submission_metadata.yml"
SUBMITTED = "submitted"
_NBGRADERS = ("source", "release", "autograded", "feedback", "gradebook.db", "nbgrader_config.py")
_FIELD = re.compile(r"^(?P<indent> *)(?P<item>- )?:(?P<key>\w+):(?: (?P<value>.*))?$")
_TIME = re.compile(r"(\d{4}-\d\d-\d\d)[T ](\d\d:\d\d:\d\d)(?:\.\d+)? ?(Z|[+-]\d\d:?\d\d)?")
_MAX_METADATA = 64 * 2**20
_FIELDS = 2  # the column of the fields of a submission
_SUBMITS = (".zip", ".py", ".ipynb")


class Piece(NamedTuple):
    """One entry of an export: whose it is, what the student called it (empty for a folder), whether it is late.

    `owner` is the same for all entries of one submission; `late` is None where the names do not tell; `number` grows
    with time; `question` is that of a quiz.
    """

    owner: str
    person: Person
    file: str
    late: bool | None = None
    number: int = 0
    question: str = ""


class Handed(NamedTuple):
    """What Gradescope's metadata tells of one submission: its people, and when it came (ISO 8601, or empty)."""

    people: list[Person]
    time: str


def platform(names: Mapping[str, str]) -> str:
    """The platform that made an export, from its names and their kinds; an empty string where it is none.

    A single file that is called as if Canvas had sent it makes no export of a class of folders and zips.
    """
    if METADATA in names and any(_GRADESCOPE.match(n) for n in names):
        return "gradescope"
    moodle = sum(bool(_MOODLE.match(n)) for n in names)
    canvas = [n for n, kind in names.items() if kind == "file" and _matched("canvas", n)]
    if moodle >= max(len(canvas), 1):  # a student may call a file as the other platform would
        return "moodle"
    others = [n for n, kind in names.items() if n not in canvas and n.lower().endswith(_SUBMITS)]
    folders = [n for n, kind in names.items() if kind == "folder"]
    return "canvas" if len(canvas) > len(others) + len(folders) or (canvas and not others and len(folders) < 2) else ""


def owners(names: Mapping[str, str]) -> int:
    """How many people or groups an export holds; 0 where it is none."""
    where = platform(names)
    return len({found.owner for n in names if (found := piece(where, n))}) if where else 0


def is_piece(name: str) -> bool:
    """Whether a folder is one person's in an export of Moodle."""
    return bool(_MOODLE.match(name))


def piece(where: str, name: str) -> Piece | None:
    """Whose `name` is in an export of `where`, or `None` where it belongs to nobody."""
    found = _matched(where, name)
    if not found:
        return None
    if where == "gradescope":  # the number is the submission's, nobody's id
        return Piece(name, Person("", name, platform=where), "", number=int(found["id"]))
    person = Person(found["id"] or "", found["name"], platform=where)
    owner = f"{found['name']}_{found['id']}" if found["id"] else found["name"]
    if where == "moodle":
        return Piece(owner, person, found["file"] or (f"{found['kind']}.html" if found["kind"] == "onlinetext" else ""))
    if found.re is _CANVAS_QUIZ:
        person = Person(found["id"], found["name"].rstrip("_"), platform=where)
        return Piece(owner, person, found["file"], None, int(found["number"][:18]), found["question"])
    late = bool(found["late"] or found["first"])
    return Piece(owner, person, found["file"] or found["entry"], late, int((found["number"] or "0")[:18]))


def _matched(where: str, name: str) -> re.Match[str] | None:
    return next((found for pattern in _PATTERNS[where] if (found := pattern.match(name))), None)


def is_nbgrader(names: Mapping[str, str]) -> bool:
    """Whether this is the root of a course of nbgrader's, in which the class is the folder `SUBMITTED`."""
    return names.get(SUBMITTED) == "folder" and any(name in names for name in _NBGRADERS)


def people(where: str, entries: Mapping[str, Entry], read: Callable[[Entry], bytes]) -> dict[str, Handed]:
    """What a platform's own list of an export tells of each owner; empty where it brings none."""
    return gradescope_people(read(entries[METADATA])) if where == "gradescope" else {}


def gradescope_people(metadata: bytes) -> dict[str, Handed]:
    """Who handed in each `submission_N`, and when, as `submission_metadata.yml` has it.

    Read line by line: the file repeats every earlier attempt and is large, and only a few kinds of line matter.
    """
    told: dict[str, Handed] = {}
    current, history, column = None, -1, -1
    for line in metadata[:_MAX_METADATA].decode("utf-8-sig", "replace").splitlines():
        key = line.rstrip(": \t")
        found = _FIELD.match(line)
        if line[:1].strip():
            current, history, column = (key if _GRADESCOPE.match(key) else None), -1, -1
        elif current and found:
            depth = len(found["indent"])
            if history >= 0 and (depth > history or found["item"]):
                continue  # an earlier attempt
            history = depth if found["key"] == "history" else -1
            here = depth + len(found["item"] or "")
            if column < 0 and found["item"]:
                column = here  # of what is told of a person; a long name goes on further right, whatever it says
            if here == column or (found["key"] == "created_at" and depth == _FIELDS and not found["item"]):
                told[current] = _noted(
                    told.get(current, Handed([], "")), found["key"], _scalar(found["value"] or ""), bool(found["item"])
                )
    return {folder: handed for folder, handed in told.items() if handed.people}


_KEYS = {"name": "name", "sid": "id", "email": "email"}


def gradescope_gaps(told: Mapping[str, Handed], folders: list[str]) -> list[Text]:
    """What the list and the folders of an export do not tell of each other, a sentence each."""
    if not told:
        return [
            Text(
                f"{METADATA} names nobody (is it damaged?): {len(folders)} folders have no name; download it anew",
                f"{METADATA} 中没有任何人（文件损坏？）：{len(folders)} 个文件夹没有姓名，请重新下载",
            )
        ]
    unlisted = [
        Text(f"{name} is not in {METADATA}: whose it is is not known", f"{METADATA} 中没有 {name}：不知道是谁的")
        for name in folders
        if name not in told
    ]
    gone = [(name, ", ".join(shown(person.name) for person in handed.people)) for name, handed in told.items()]
    return unlisted + [
        Text(
            f"{name} ({who}) is in {METADATA}, but its folder is not here",
            f"{METADATA} 中有 {name}（{who}），但没有它的文件夹",
        )
        for name, who in gone
        if name not in folders
    ]


def _noted(handed: Handed, key: str, value: str, begins: bool) -> Handed:
    """`handed` with one more field; the first of a list item begins a new person."""
    if key == "created_at":
        return handed._replace(time=handed.time or iso_time(value))
    if key not in _KEYS:
        return handed
    if begins:
        handed = handed._replace(people=[*handed.people, Person(platform="gradescope")])
    if not handed.people:
        return handed
    *others, last = handed.people
    return handed._replace(people=[*others, msgspec.structs.replace(last, **{_KEYS[key]: value})])


def iso_time(text: str) -> str:
    """A platform's time as ISO 8601, with its zone where it has one; empty where it is none."""
    found = _TIME.search(text)
    if not found:
        return ""
    day, clock, zone = found.groups()
    try:
        return datetime.fromisoformat(f"{day}T{clock}{'+00:00' if zone == 'Z' else zone or ''}").isoformat()
    except ValueError:
        return ""


def _scalar(text: str) -> str:
    text = text.strip()
    if text[:1] == "'":
        return text[1:-1].replace("''", "'")
    try:
        return str(json.loads(text)) if text[:1] == '"' else text  # YAML's quoted strings are JSON's, nearly
    except ValueError:
        return text.strip('"')
