"""Other ways to write an exercise, with what each shows: for the pages of those who have passed, and nobody else.

They are the alternatives that `other_ways.toml` beside them names. Their code is read as text: a page needs no torch.
"""

import ast
import re
import tomllib
from collections.abc import Mapping, Sequence
from pathlib import Path

from msgspec import Struct

from autograder.course.course import Course, load_course
from autograder.errors import CourseError, KitError
from autograder.text import Text

FILE = "other_ways.toml"


class OtherWay(Struct):
    """A right answer under the exercise's own name, with the helpers that it calls, and one sentence about it."""

    shows: Text
    code: str


OtherWays = Mapping[tuple[str, str], Sequence[OtherWay]]  # by assignment and exercise


def other_ways() -> OtherWays:
    """Those of the course that is found from here; empty where there is none."""
    try:
        course = load_course()
    except KitError:
        return {}
    return other_ways_of(course)


def other_ways_of(course: Course) -> OtherWays:
    """All of a course. Raises `CourseError` that names the file where one cannot be read or names what is not there."""
    found: dict[tuple[str, str], list[OtherWay]] = {}
    for assignment in course.assignments:
        folder = course.solutions(assignment)
        if not (folder / FILE).is_file():
            continue
        text, defined = _defined(folder / "alternatives.py")
        for exercise, ways in _table(folder / FILE).items():
            for name, shows in ways.items():
                if name not in defined:
                    raise CourseError(
                        f"{folder / FILE}: alternatives.py has no {name}",
                        f"{folder / FILE}：alternatives.py 中没有 {name}",
                    )
                code = "\n\n".join(_source(defined[each], text) for each in _needed(name, defined))
                way = OtherWay(shows, re.sub(rf"\b{name}\b", exercise, code))
                found.setdefault((assignment.name, exercise), []).append(way)
    return found


def _table(file: Path) -> dict[str, dict[str, Text]]:
    try:
        table = tomllib.loads(file.read_text("utf-8-sig"))
        return {e: {n: Text(w["en"], w["zh-CN"]) for n, w in ways.items()} for e, ways in table.items()}
    except (tomllib.TOMLDecodeError, UnicodeDecodeError, AttributeError, TypeError, KeyError) as error:
        raise CourseError(
            f"{file}: {error}: write tables [EXERCISE.ALTERNATIVE] with en and zh-CN",
            f"{file}：{error}：请写成 [练习.替代写法] 表，含 en 和 zh-CN",
        ) from None


def _defined(file: Path) -> tuple[str, dict[str, ast.FunctionDef | ast.ClassDef]]:
    try:
        tree = ast.parse(text := file.read_text("utf-8"))
    except (SyntaxError, UnicodeDecodeError, OSError) as error:
        raise CourseError(f"{file}: {error}: mend this file", f"{file}：{error}：请修正这个文件") from error
    return text, {node.name: node for node in tree.body if isinstance(node, ast.FunctionDef | ast.ClassDef)}


def _needed(name: str, defined: Mapping[str, ast.stmt]) -> list[str]:
    """The definitions of the same file that one of them reaches, in the order in which they stand; itself last."""
    reached, todo = set(), [name]
    while todo:
        here = todo.pop()
        reached.add(here)
        names = {node.id for node in ast.walk(defined[here]) if isinstance(node, ast.Name)}
        todo += [each for each in names & set(defined) if each not in reached]
    return [each for each in defined if each in reached and each != name] + [name]


def _source(node: ast.FunctionDef | ast.ClassDef, text: str) -> str:
    """A definition without the mark above it; its other decorators stay."""
    kept = [ast.get_source_segment(text, d) for d in node.decorator_list if "alternative" not in ast.unparse(d)]
    return "\n".join([*(f"@{each}" for each in kept), ast.get_source_segment(text, node) or ""])
