"""What `python -m autograder` does in a student's folder: it finds the command's module and carries it out."""

import argparse
import difflib
import importlib
import io
import os
import sys
from collections.abc import Collection
from typing import Any, NoReturn

from .errors import KitError
from .text import LANGUAGES, Text, choose, joined, say

PROGRAM = "python -m autograder"
# A command is a module here with a function of its own name, which takes the words behind it and gives the exit code.
COMMANDS = {
    "watch": Text("checks what you change, whenever you save it", "每次保存后，检查你改动的部分"),
    "hint": Text("one more step of help with an exercise", "给出某个练习的下一步提示"),
    "progress": Text("how far you have come", "看看完成了多少"),
    "show": Text("pictures of what you have built", "把你写好的代码画成图"),
}


def main(words: list[str] | None = None) -> int:
    """Carry out one command, by default that of the command line, and give the exit code."""
    for stream in (sys.stdout, sys.stderr):
        if isinstance(stream, io.TextIOWrapper):
            stream.reconfigure(errors="replace")  # a console that lacks a character shows another, and all the rest
    try:
        words = take_language(sys.argv[1:] if words is None else words)
        if words and words[0] in ("-h", "--help"):
            print(_overview())
            return 0
        if not words:
            code = importlib.import_module(".watch", __package__).next_step()
            print(f"\n{_overview()}")
            return code
        return _command(words[0])(words[1:])
    except KitError as error:
        print(error, file=sys.stderr)
        return 2
    except BrokenPipeError:  # whoever reads this has seen enough
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        return 0
    except KeyboardInterrupt:
        print(say("stopped.", "已停止。"), file=sys.stderr)
        return 130


def _command(name: str) -> Any:
    """The function that carries out the command `name`; only its own module is imported."""
    if name not in COMMANDS:
        raise no_such(Text("command", "命令"), name, COMMANDS, _overview())
    return getattr(importlib.import_module(f".{name}", __package__), name)


def no_such(kind: Text, name: str, known: Collection[str], overview: Text) -> KitError:
    """What is said of a name that is none of `known`: the nearest one, and all there are."""
    near = difflib.get_close_matches(name.lower(), known, n=1)
    unknown = Text(f"there is no {kind.en} `{name}`.", f"没有名为 `{name}` 的{kind.zh}。")
    if near:
        unknown += Text(f" Did you mean `{near[0]}`?", f"是 `{near[0]}` 吗？")
    return KitError(unknown + "\n\n" + overview)


def _overview() -> Text:
    width = max(map(len, COMMANDS))
    return joined(
        "\n",
        [
            Text("In the folder of your course:", "在课程文件夹中运行："),
            f"  {PROGRAM} {''.ljust(width)}   " + Text("your next step", "你的下一步"),
            *(f"  {PROGRAM} {name.ljust(width)}   " + summary for name, summary in COMMANDS.items()),
            "  pytest".ljust(len(PROGRAM) + width + 6)
            + Text("runs the public checks and shows your scoreboard", "运行公开检查，并显示得分"),
            "",
            Text(f"More about one: {PROGRAM} COMMAND --help", f"某个命令的用法：{PROGRAM} 命令 --help"),
            Text("Another language: --lang zh-CN", "换成英文：--lang en"),
        ],
    )


class Parser(argparse.ArgumentParser):
    """An argparse parser whose complaints are a `KitError`, in both languages; `--lang` has been taken before."""

    def __init__(self, program: str, description: Text | None = None, **options: Any):
        text = str(description) if description else None
        super().__init__(prog=program, description=text, allow_abbrev=False, **options)

    def error(self, message: str) -> NoReturn:
        raise KitError(
            f"{message} (how it is used: {self.prog} --help)", f"参数有误：{message}（用法：{self.prog} --help）"
        )


def take_language(words: list[str]) -> list[str]:
    """Choose the language that `--lang` asks for, wherever it stands, and give the other words."""
    parser = Parser(PROGRAM, add_help=False)
    parser.add_argument("--lang", choices=LANGUAGES)
    wish, others = parser.parse_known_args(words)
    if wish.lang:
        choose(wish.lang)
    return others
