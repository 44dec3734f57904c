"""The file names of learning platforms: which files of a Canvas, Moodle or Gradescope export belong to whom."""

import json
import re
from collections.abc import Callable, Mapping
from typing import NamedTuple

import msgspec

from autograder.gradebook.records import Person
from autograder.intake.trees import Entry

_CANVAS = re.compile(
    r"^(?P<first>LATE_)?(?P<name>.+?)(?P<late>_LATE)?_(?P<id>\d+|(?<=anon_)[^\W_]+)_\d+_(?P<file>.+)$", re.DOTALL
)
_MOODLE = re.compile(r"^(?P<name>.+)_(?P<id>\d+)_assignsubmission_(?P<kind>file|onlinetext)_?(?P<file>.*)$", re.DOTALL)
_GRADESCOPE = re.compile(r"^submission_(?P<id>\d+)$")
METADATA = "submission_metadata.yml"
_FIELD = re.compile(r"^\s+(?:- )?:(?P<key>name|sid|email|created_at): (?P<value>.+)$")
_MAX_METADATA = 64 * 2**20


class Piece(NamedTuple):
    """One entry of an export: whose it is, what the student called it (empty for a folder), whether it is late.

    `owner` is the same for all entries of one submission; `late` is None where the names do not tell.
    """

    owner: str
    person: Person
    file: str
    late: bool | None = None


class Handed(NamedTuple):
    """What Gradescope's metadata tells of one submission: its people, and when it came (ISO 8601, or empty)."""

    people: list[Person]
    time: str


def platform(names: dict[str, str]) -> str:
    """The platform that made an export, from its names and their kinds; an empty string where it is none."""
    if METADATA in names and any(_GRADESCOPE.match(n) for n in names):
        return "gradescope"
    if any(_MOODLE.match(n) for n in names):
        return "moodle"
    if names and all(kind == "file" and _CANVAS.match(n) for n, kind in names.items()):
        return "canvas"
    return ""


def piece(where: str, name: str) -> Piece | None:
    """Whose `name` is in an export of `where`, or `None` where it belongs to nobody."""
    found = {"canvas": _CANVAS, "moodle": _MOODLE, "gradescope": _GRADESCOPE}[where].match(name)
    if not found or (where == "moodle" and found["kind"] == "onlinetext"):
        return None
    if where == "gradescope":
        return Piece(name, Person(found["id"], name, platform=where), "")
    person = Person(found["id"], found["name"], platform=where)
    late = bool(found["late"] or found["first"]) if where == "canvas" else None
    return Piece(f"{found['name']}_{found['id']}", person, found["file"], late)


def people(where: str, entries: Mapping[str, Entry], read: Callable[[Entry], bytes]) -> dict[str, Handed]:
    """What a platform's own list of an export tells of each owner; empty where it brings none."""
    return gradescope_people(read(entries[METADATA])) if where == "gradescope" else {}


def gradescope_people(metadata: bytes) -> dict[str, Handed]:
    """Who handed in each `submission_N`, and when, as `submission_metadata.yml` has it.

    Read line by line: the file repeats every earlier attempt and is large, and only a few kinds of line matter.
    """
    told: dict[str, Handed] = {}
    current = None
    for line in metadata[:_MAX_METADATA].decode("utf-8", "replace").splitlines():
        key = line.rstrip(": \t")
        if line[:1].strip():
            current = key if _GRADESCOPE.match(key) else None
        elif line.strip() == ":history:":
            current = None
        elif current and (found := _FIELD.match(line)):
            told[current] = _noted(told.get(current, Handed([], "")), found["key"], _scalar(found["value"]))
    return {folder: handed for folder, handed in told.items() if handed.people}


def _noted(handed: Handed, key: str, value: str) -> Handed:
    """`handed` with one more field; a name begins a new person."""
    if key == "created_at":
        return handed._replace(time=handed.time or value)
    if key == "name":
        return handed._replace(people=[*handed.people, Person(name=value, platform="gradescope")])
    if not handed.people:
        return handed
    *others, last = handed.people
    changed = msgspec.structs.replace(last, **{"id" if key == "sid" else "email": value})
    return handed._replace(people=[*others, changed])


def _scalar(text: str) -> str:
    text = text.strip()
    if text[:1] == "'":
        return text[1:-1].replace("''", "'")
    try:
        return str(json.loads(text)) if text[:1] == '"' else text  # YAML's quoted strings are JSON's, nearly
    except ValueError:
        return text.strip('"')
