"""The file names of learning platforms: which files of a Canvas, Moodle or Gradescope export belong to whom."""

import json
import re
from typing import NamedTuple

_CANVAS = re.compile(
    r"^(?:LATE_)?(?P<name>.+?)(?:_LATE)?_(?P<id>\d+|(?<=anon_)[^\W_]+)_\d+_(?P<file>.+)$", re.DOTALL)
_MOODLE = re.compile(r"^(?P<name>.+)_(?P<id>\d+)_assignsubmission_(?P<kind>file|onlinetext)_?(?P<file>.*)$", re.DOTALL)
_GRADESCOPE = re.compile(r"^submission_(?P<id>\d+)$")
_METADATA = "submission_metadata.yml"
_MAX_METADATA = 64 * 2**20


class Student(NamedTuple):
    """Who handed in, as the platform names them; `id` is what its own grade sheet calls the student."""

    name: str
    id: str


class Piece(NamedTuple):
    """One entry of an export: whose it is and what the student called it (empty for a folder)."""

    student: Student
    file: str


def platform(names: dict[str, str]) -> str:
    """The platform that made an export, from its names and their kinds; an empty string where it is none."""
    if _METADATA in names and any(_GRADESCOPE.match(n) for n in names):
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
        return Piece(Student(name, found["id"]), "")
    return Piece(Student(found["name"], found["id"]), found["file"])


def gradescope_names(metadata: bytes) -> dict[str, str]:
    """The names of those who handed in each `submission_N`, as `submission_metadata.yml` has them.

    Read line by line: the file repeats every earlier attempt and is large, and only three kinds of line matter.
    """
    names: dict[str, list[str]] = {}
    current = None
    for line in metadata[:_MAX_METADATA].decode("utf-8", "replace").splitlines():
        if line[:1].strip():
            current = names.setdefault(line.rstrip(": \t"), []) if _GRADESCOPE.match(line.rstrip(": \t")) else None
        elif line.strip() == ":history:":
            current = None
        elif current is not None and (name := re.match(r"^\s+(?:- )?:name: (.+)$", line)):
            current.append(_scalar(name[1]))
    return {folder: " + ".join(people) for folder, people in names.items() if people}


def _scalar(text: str) -> str:
    text = text.strip()
    if text[:1] == "'":
        return text[1:-1].replace("''", "'")
    try:
        return str(json.loads(text)) if text[:1] == '"' else text  # YAML's quoted strings are JSON's, nearly
    except ValueError:
        return text.strip('"')
