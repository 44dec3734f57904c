"""Pictures of what students build: each is a function in an assignment's `pictures.py`, found here by its name."""

import contextlib
import importlib
import inspect
import sys
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import torch

from .assignment import Assignment, find_assignments, load_file
from .errors import AssignmentError, KitError
from .marks import read_title
from .text import Text
from .trouble import Raised

FILE = "pictures.py"


class NoPicture(KitError):
    """A picture that cannot be drawn yet; says what is missing and where."""


def picture(function: Callable) -> Callable:
    """Mark `function(student, plot, label)` as a picture; its docstring is its line in the list, English then Chinese.

    It gives back a figure of `plot`, which is matplotlib's pyplot; `label(en, zh)` is a text for the figure. What
    stands behind a `*` is an option of the command: `*, epochs: int = 0` takes `--epochs 3`.
    """
    vars(function)["is_picture"] = True
    return function


@dataclass(frozen=True)
class Picture:
    """A picture as the list shows it; `options` are the defaults of its own options."""

    name: str
    title: Text
    options: dict[str, Any]
    function: Callable
    assignment: Assignment


def find_pictures(root: Path) -> dict[str, Picture]:
    """The pictures of the assignments below `root` by name, in course order."""
    assignments = find_assignments(root)
    if not assignments:
        raise KitError(
            f"{root} holds no assignments: change to your course folder first.",
            f"{root} 中没有作业：请先进入课程文件夹。",
        )
    found: dict[str, Picture] = {}
    for each in (each for assignment in assignments for each in _pictures_of(assignment)):
        if each.name in found:
            files = " and ".join(f"{one.assignment.name}/{FILE}" for one in (found[each.name], each))
            raise AssignmentError(
                f"{files} both have a picture `{each.name}`: rename one of them.",
                f"{files} 都有名为 `{each.name}` 的图：请改掉其中一个的名字。",
            )
        found[each.name] = each
    return found


def _pictures_of(assignment: Assignment) -> list[Picture]:
    file = assignment.folder / FILE
    if not file.is_file():
        return []
    try:
        module = load_file(file, "pictures")
    except Exception as error:
        raise AssignmentError(f"{file} cannot be loaded: {error}", f"无法加载 {file}：{error}") from None
    marked = [each for each in vars(module).values() if inspect.isfunction(each) and "is_picture" in vars(each)]
    return [Picture(each.__name__, read_title(each), _options(each), each, assignment) for each in marked]


def _options(function: Callable) -> dict[str, Any]:
    parameters = inspect.signature(function).parameters.values()
    return {each.name: each.default for each in parameters if each.kind is each.KEYWORD_ONLY}


class Student:
    """The student's module for one assignment: whatever goes wrong in it becomes a friendly `NoPicture`."""

    def __init__(self, root: Path, assignment: Assignment):
        self.module, self.file = assignment.module, f"{assignment.name}/{assignment.module}.py"
        folders = [root, *(each.folder for each in find_assignments(root))]  # modules may use earlier ones
        sys.path[:0] = [str(folder) for folder in folders if str(folder) not in sys.path]

    def get(self, name: str) -> Any:
        """What the student calls `name`."""
        with self.excused(name):
            loaded = importlib.import_module(self.module)
        if not hasattr(loaded, name):
            raise NoPicture(f"{self.file} has no `{name}` yet.", f"{self.file} 里还没有 `{name}`。")
        return getattr(loaded, name)

    def call(self, name: str, *args: Any) -> Any:
        """The answer of the student's function or class `name`."""
        function = self.get(name)
        with self.excused(name):
            return function(*args)

    def matrix(self, name: str, *args: Any) -> torch.Tensor:
        """The answer of a call as a picture: a 2-D tensor on the CPU."""
        answer = self.call(name, *args)
        try:
            matrix = torch.as_tensor(answer).detach().cpu().float()
        except Exception:  # an answer can be anything
            matrix = torch.empty(0)
        if matrix.dim() != 2 or not matrix.numel():
            kind = f"shape {tuple(matrix.shape)}" if isinstance(answer, torch.Tensor) else type(answer).__name__
            raise NoPicture(
                f"`{name}` should give a tensor with two axes, but gave {kind}.",
                f"`{name}` 应当返回有两个轴的张量，却返回了 {kind}。",
            )
        return matrix

    @contextlib.contextmanager
    def excused(self, name: str) -> Iterator[None]:
        """While entered, an exception of the student's code becomes one sentence with its line."""
        try:
            yield
        except KitError:
            raise
        except NotImplementedError as error:
            needs = Text(f"`{name}` needs something that is not written yet: ", f"`{name}` 用到的代码还没有实现：")
            raise NoPicture(needs + (Raised.of(error).place() or self.file)) from None
        except (Exception, SystemExit) as error:
            raised = Raised.of(error)
            place = "\n  " + raised.place() if raised.line else Text()
            raise NoPicture(Text(f"`{name}` raised {raised}", f"`{name}` 抛出了 {raised}") + place) from None


def course_data() -> Any:
    """The small data set of the course folder, as its `data.py` loads it."""
    try:
        return importlib.import_module("data").load("subset")
    except (ImportError, OSError) as error:
        raise NoPicture(
            f"the images cannot be read ({error}): are data.py and data/ in this folder?",
            f"无法读取图像（{error}）：data.py 和 data/ 在这个文件夹里吗？",
        ) from None
