"""The command `hint`: the help that an assignment has for an exercise, a step at a time."""

from pathlib import Path

from . import at_home
from .assignment import Assignment, Exercise, find_assignments
from .student_cli import PROGRAM, Parser, no_such
from .text import Text, joined, say

COMMAND = f"{PROGRAM} hint"


def hint(words: list[str]) -> int:
    """Carry out `hint WORDS`: one step more than was read before, or the list of exercises. Gives the exit code."""
    parser = Parser(COMMAND, Text("One more step of help.", "多给一步提示。"))
    parser.add_argument("exercise", nargs="?", help=say("its name, as in `corr2d`", "练习名，例如 corr2d"))
    name = parser.parse_args(words).exercise
    root = Path.cwd()
    both = [(a, e) for a in find_assignments(root) for e in a.exercises.values()]
    exercises = {e.name: (a, e) for a, e in reversed(both)} | {f"{a.name}/{e.name}": (a, e) for a, e in both}
    if name is None:
        print(_list(root, exercises))
        return 0
    if name not in exercises:
        raise no_such(Text("exercise", "练习"), name, exercises, _list(root, exercises))
    print(_step(root, *exercises[name]))
    return 0


def _step(root: Path, assignment: Assignment, exercise: Exercise) -> Text:
    steps, key = exercise.hints, f"{assignment.name}/{exercise.name}"
    if not steps:
        return Text(
            f"There is no hint for {exercise.name}: its handout is {assignment.name}/README.md.",
            f"{exercise.name} 没有提示：讲义是 {assignment.name}/README.zh-CN.md。",
        )
    read = at_home.remembered(root)["hints"].get(key, 0)
    read = min(read + 1 if isinstance(read, int) else 1, len(steps))
    at_home.remember(root, "hints", {key: read})
    lines = [
        Text(f"{number} of {len(steps)}  ", f"第 {number} 步，共 {len(steps)} 步  ") + step
        for number, step in enumerate(steps[:read], 1)
    ]
    last = (
        Text("That is all there is.", "提示到此为止。")
        if read == len(steps)
        else Text(f"One more: {COMMAND} {exercise.name}", f"再看一步：{COMMAND} {exercise.name}")
    )
    return joined("\n", [*lines, last])


def _list(root: Path, exercises: dict[str, tuple[Assignment, Exercise]]) -> Text:
    read = at_home.remembered(root)["hints"]
    lines = [Text("Exercises (hints read, of all there are):", "练习（已看提示数／提示总数）：")]
    for name, (_, exercise) in exercises.items():
        if "/" in name:
            lines.append(Text(f"  {name:<44} {read.get(name, 0)} / {len(exercise.hints)}"))
    return joined("\n", lines)
