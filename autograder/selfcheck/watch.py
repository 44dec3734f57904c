"""The command `watch`, and the next step: pytest on what the student is working on, with torch loaded once."""

import os
import sys
import time
from pathlib import Path

import pytest

from .assignment import Assignment, find_assignments
from .errors import KitError
from .student_cli import PROGRAM, Parser
from .text import say

COMMAND = f"{PROGRAM} watch"
EVERY = 0.2  # seconds between two looks at the files
CODE = (".py", ".ipynb")


def next_step() -> int:
    """Run the checks up to the first exercise that does not pass, and show that one. Gives the exit code."""
    _assignments(Path.cwd())
    return int(pytest.main(["--next"]))


def watch(words: list[str]) -> int:
    """Carry out `watch WORDS`: whenever code is saved, check its assignment up to the next step; Ctrl-C ends it."""
    Parser(COMMAND, None).parse_args(words)
    root = Path.cwd()
    assignments = _assignments(root)
    import torch  # noqa: F401  # once, for all runs

    from . import plugin  # noqa: F401

    seen = _saved(assignments)
    print(
        say("Save a file, and its checks run. Ctrl-C ends this.", "保存文件后会自动检查。按 Ctrl-C 结束。"), flush=True
    )
    while True:
        time.sleep(EVERY)
        now = _saved(assignments)
        changed = [file for file in now if now[file] != seen.get(file)]
        seen = now
        if changed:
            folder = changed[0].parent.name
            _title(f"{folder}/{changed[0].name}")
            _run(["--next", folder])


def _assignments(root: Path) -> list[Assignment]:
    found = find_assignments(root)
    if not found:
        raise KitError(
            f"there is no assignment in {root}: go to the folder of your course, where README.md lies",
            f"{root} 中没有作业：请先进入课程文件夹（README.md 所在的文件夹）",
        )
    return found


def _saved(assignments: list[Assignment]) -> dict[Path, tuple[int, int]]:
    """When each file of code was saved, and how long it is."""
    found = {}
    for assignment in assignments:
        for file in assignment.folder.iterdir():
            if file.suffix in CODE:
                try:
                    status = file.stat()
                except OSError:  # an editor is just replacing it
                    continue
                found[file] = (status.st_mtime_ns, status.st_size)
    return found


def _title(text: str) -> None:
    print(f"\n{time.strftime('%H:%M:%S')}  {text}", flush=True)


def _run(words: list[str]) -> None:
    """Run pytest: on Linux in a copy of this process, so that nothing that the code does to torch outlives it."""
    words += ["-W", "ignore::pytest.PytestAssertRewriteWarning"]  # the plugin is loaded already, on purpose
    if not sys.platform.startswith("linux"):
        pytest.main(words)
        return
    child = os.fork()
    if child == 0:
        code = 1
        try:
            code = int(pytest.main(words))
            sys.stdout.flush()
        finally:
            os._exit(code)
    os.waitpid(child, 0)
