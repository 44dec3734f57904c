"""An assignment as its `assignment.toml` describes it, and how its Python files are loaded."""

import contextlib
import difflib
import importlib.machinery
import importlib.util
import math
import sys
import types
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from .errors import AssignmentError
from .text import Text

try:
    import tomllib
except ModuleNotFoundError:  # Python 3.10: pytest brings tomli along
    import tomli as tomllib  # pyright: ignore[reportMissingImports]  # the kit is checked on 3.11, which has tomllib

PUBLIC_CHECKS = "checks_public.py"
_LIMITS = ("seconds", "cpu_seconds", "memory_mb", "answer_mb")
_IN_LANGUAGES: dict[str, Any] = {"en": None, "zh-CN": None}
_KEYS: dict[str, Any] = {  # of assignment.toml; None is a value, "*" any name
    "module": None,
    "section": None,
    "title": _IN_LANGUAGES,
    "limits": dict.fromkeys(_LIMITS),
    "exercises": {"*": {"forbidden": None, "lesson": _IN_LANGUAGES, "home_seconds": None, "hints": _IN_LANGUAGES}},
}


@dataclass(frozen=True)
class Exercise:
    """One exercise: operators it may not reach (patterns), what full marks show, and its hints from vague to plain.

    A check of it may take `home_seconds` on a student's own machine, where nobody likes to wait.
    """

    name: str
    forbidden: tuple[str, ...] = ()
    lesson: Text = field(default_factory=Text)
    home_seconds: float = 5.0
    hints: tuple[Text, ...] = ()


@dataclass(frozen=True, eq=False)
class Assignment:
    """What is asked: the folder's name, the module a student fills, its limits and its exercises in teaching order.

    `unknown` says which keys of assignment.toml mean nothing: a slip of the pen would otherwise drop a rule unseen.
    """

    name: str
    folder: Path
    module: str
    section: str
    title: Text
    seconds: float = 10.0
    cpu_seconds: float = 60.0
    memory_mb: int = 2048
    answer_mb: float = 32
    exercises: dict[str, Exercise] = field(default_factory=dict)
    unknown: tuple[Text, ...] = ()

    def home_seconds(self, exercise: str) -> float:
        """How long a check of this exercise may take on a student's machine."""
        return min(self.seconds, self.exercises.get(exercise, Exercise(exercise)).home_seconds)

    def forbidden(self, exercise: str) -> tuple[str, ...]:
        return self.exercises[exercise].forbidden if exercise in self.exercises else ()


def read_assignment(folder: Path) -> Assignment:
    """Read `folder/assignment.toml`. Raises `AssignmentError` that names the file and the key."""
    file = folder / "assignment.toml"
    try:
        data = tomllib.loads(file.read_text(encoding="utf-8"))
    except FileNotFoundError:
        raise AssignmentError(
            f"{file} is missing: every assignment folder has one", f"缺少 {file}：每个作业文件夹都要有一个"
        ) from None
    except (tomllib.TOMLDecodeError, UnicodeDecodeError, OSError) as error:
        raise AssignmentError(f"{file} is not valid TOML: {error}", f"{file} 不是有效的 TOML：{error}") from None
    module, titles, limits = data.get("module"), data.get("title"), data.get("limits", {})
    if not (isinstance(module, str) and module.isidentifier()):
        raise AssignmentError(
            f'{file}: write module = "..." with the name of the file that students fill, without .py',
            f'{file}：请写 module = "..."，即学生要填写的文件名（不带 .py）',
        )
    if not (isinstance(titles, dict) and any(isinstance(titles.get(language), str) for language in _IN_LANGUAGES)):
        raise AssignmentError(
            f'{file}: write a table [title] with en = "..." and zh-CN = "..."',
            f'{file}：请写一个 [title] 表，含 en = "..." 和 zh-CN = "..."',
        )
    limits, tables = _table(limits, "limits", file), _table(data.get("exercises", {}), "exercises", file)
    if not all(type(v) in (int, float) and 0 < v < math.inf for v in limits.values()):
        raise AssignmentError(
            f"{file}: [limits] takes seconds, cpu_seconds, memory_mb and answer_mb, each a positive number",
            f"{file}：[limits] 只接受 seconds、cpu_seconds、memory_mb、answer_mb，且都是正数",
        )
    exercises = {}
    for name, table in tables.items():
        forbidden = table.get("forbidden", []) if isinstance(table, dict) else None
        if not (isinstance(forbidden, list) and all(isinstance(p, str) for p in forbidden)):
            raise AssignmentError(
                f"{file}: [exercises.{name}] forbidden must be a list of operator patterns",
                f"{file}：[exercises.{name}] 的 forbidden 必须是算子模式的列表",
            )
        lesson = _text(_table(table.get("lesson", {}), f"exercises.{name}.lesson", file))
        seconds = table.get("home_seconds", Exercise.home_seconds)
        if type(seconds) not in (int, float) or not 0 < seconds < math.inf:
            raise AssignmentError(
                f"{file}: [exercises.{name}] home_seconds must be a positive number",
                f"{file}：[exercises.{name}] 的 home_seconds 必须是正数",
            )
        exercises[name] = Exercise(name, tuple(forbidden), lesson, seconds, _hints(table.get("hints", {}), name, file))
    return Assignment(
        folder.name,
        folder,
        module,
        str(data.get("section", "")),
        _text(titles),
        exercises=exercises,
        unknown=tuple(_unknown(data, _KEYS)),
        **{key: value for key, value in limits.items() if key in _LIMITS},
    )


def _hints(value: Any, name: str, file: Path) -> tuple[Text, ...]:
    """`hints.en` and `hints.zh-CN`, two lists of the same length, as texts."""
    table = _table(value, f"exercises.{name}.hints", file)
    lists = [table.get(language, []) for language in _IN_LANGUAGES]
    if not all(isinstance(each, list) and all(isinstance(h, str) for h in each) for each in lists) or (
        len({len(each) for each in lists}) > 1
    ):
        raise AssignmentError(
            f"{file}: [exercises.{name}] hints.en and hints.zh-CN must be two lists of as many sentences",
            f"{file}：[exercises.{name}] 的 hints.en 和 hints.zh-CN 必须是两个长度相同的句子列表",
        )
    return tuple(Text(*pair) for pair in zip(*lists))


def _table(value: Any, name: str, file: Path) -> dict:
    """A table of the file; anything else in its place is said."""
    if not isinstance(value, dict):
        raise AssignmentError(f"{file}: {name} must be a table, [{name}]", f"{file}：{name} 必须是一个表，即 [{name}]")
    return value


def _unknown(table: dict[str, Any], known: dict[str, Any], path: tuple[str, ...] = ()) -> Iterator[Text]:
    """One sentence for each key that means nothing, with the nearest one that does."""
    where = f"[{'.'.join(path)}] " if path else ""
    for key, value in table.items():
        inner = known.get(key, known.get("*"))
        if key not in known and "*" not in known:
            near = difflib.get_close_matches(key, known, n=1, cutoff=0.5)
            keys = ", ".join(known)
            yield Text(
                f"{where}{key} means nothing here: " + (f"did you mean {near[0]}?" if near else f"there are {keys}"),
                f"{where}{key} 在这里没有意义：" + (f"是不是 {near[0]}？" if near else f"可用的有 {keys}"),
            )
        elif isinstance(inner, dict) and isinstance(value, dict):
            yield from _unknown(value, inner, (*path, key))


def _text(table: dict) -> Text:
    """A table with `en` and `zh-CN` as one text; a language that is missing stays empty, which `verify` says."""
    return Text(str(table.get("en", "")), str(table.get("zh-CN", "")))


def find_assignments(root: Path) -> list[Assignment]:
    """The assignments below `root` in course order, which is folder order."""
    folders = sorted(p.parent for p in root.glob("*/assignment.toml"))
    return [read_assignment(folder) for folder in folders]


def load_file(file: Path, name: str) -> types.ModuleType:
    """Run a Python file as a module called `name`, without entering it in `sys.modules` for good.

    Always from its source: a course stays as it is on disk, and bytecode that lies beside a file has no say.
    """
    spec = importlib.util.spec_from_file_location(name, file)
    assert spec and isinstance(spec.loader, importlib.machinery.SourceFileLoader)  # as for every .py file
    module = importlib.util.module_from_spec(spec)
    with importable({name: module}):
        exec(spec.loader.source_to_code(file.read_bytes(), str(file)), vars(module))
    return module


def load_probes(folder: Path) -> types.ModuleType | None:
    """The assignment's own probes, where it has any."""
    file = folder / "probes.py"
    return load_file(file, "probes") if file.is_file() else None


@contextlib.contextmanager
def importable(modules: dict[str, types.ModuleType | None]) -> Iterator[None]:
    """While entered, `import name` finds these modules first; afterwards `sys.modules` is as before."""
    before = {name: sys.modules.get(name) for name in modules}
    sys.modules.update({name: module for name, module in modules.items() if module is not None})
    try:
        yield
    finally:
        for name, module in before.items():
            if module is None:
                sys.modules.pop(name, None)
            else:
                sys.modules[name] = module
