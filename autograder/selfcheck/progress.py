"""The command `progress`: what passed when it was last checked, and what is still to do."""

from pathlib import Path

from . import at_home
from .assignment import find_assignments
from .student_cli import PROGRAM, Parser
from .text import Text, say

COMMAND = f"{PROGRAM} progress"


def progress(words: list[str]) -> int:
    """Carry out `progress`: a line for each exercise. Gives the exit code."""
    Parser(COMMAND, Text("What passed when it was last checked.", "上次检查时通过了什么。")).parse_args(words)
    root = Path.cwd()
    kept = at_home.remembered(root)
    for assignment in find_assignments(root):
        print(f"{assignment.name}  {assignment.title}")
        for name in assignment.exercises:
            key = f"{assignment.name}/{name}"
            print(f"  {_mark(kept['passed'].get(key))}  {name:<26}{_hints(kept['hints'].get(key, 0))}".rstrip())
    print(
        say(
            "Checked when `pytest` last ran; nobody else sees it.", "以最近一次 `pytest` 的结果为准；只有你自己能看到。"
        )
    )
    return 0


def _mark(told: object) -> str:
    if not (isinstance(told, list) and len(told) == 3):
        return say("·  not checked yet       ", "·  还没有检查            ")
    passed, of, day = told
    return f"{'✓' if passed == of else '○' if not passed else '◐'}  {passed}/{of}  {day:<16}"


def _hints(read: int) -> str:
    return say(f"hints read: {read}", f"看过 {read} 步提示") if read else ""
