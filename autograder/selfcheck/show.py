"""The command `show`: finds a picture by its name, draws it from the student's answers, and shows or saves it."""

import argparse
import sys
from pathlib import Path
from typing import Any

from .drawing import labeller, plotter
from .errors import KitError
from .pictures import NoPicture, Picture, Student, find_pictures
from .student_cli import Parser, no_such, take_language
from .text import Text, joined, say

COMMAND = "python -m autograder show"


def show(words: list[str]) -> int:
    """Carry out `show WORDS` in the current folder; without a name list the pictures. Gives the exit code."""
    root = Path.cwd()
    pictures = find_pictures(root)
    wish = vars(_parser(pictures).parse_args(words))
    name, save = wish.pop("picture"), wish.pop("save")
    if name is None:
        print(_list(pictures))
        return 0
    picture = _chosen(pictures, name)
    _refuse_foreign_options(picture, wish)
    try:
        _draw(picture, root, save, wish)
    except NoPicture as missing:
        print(missing, file=sys.stderr)
        return 1
    return 0


def _draw(picture: Picture, root: Path, save: bool, options: dict[str, Any]) -> None:
    """Draw `picture` and open a window with it, or write it to NAME.png where there is none."""
    plot, window = plotter(save)
    figure = picture.function(Student(root, picture.assignment), plot, labeller(), **options)
    if window:
        plot.show()
        return
    file = root / f"{picture.name}.png"
    try:
        figure.savefig(file, dpi=110)
    except OSError as error:
        raise KitError(
            f"{file} cannot be written ({error.strerror}): make room, or check the folder's permissions.",
            f"无法写入 {file}（{error.strerror}）：请清理磁盘空间，或检查文件夹的权限。",
        ) from None
    print(say(f"the picture is in {file.name}", f"图片已保存为 {file.name}"))


def _chosen(pictures: dict[str, Picture], name: str) -> Picture:
    if name in pictures:
        return pictures[name]
    raise no_such(Text("picture", "图"), name, pictures, _list(pictures))


def _list(pictures: dict[str, Picture]) -> Text:
    if not pictures:
        return Text("This course has no pictures.", "这门课程没有图。")
    width = max(map(len, pictures))
    lines = [f"  {name.ljust(width)}   " + each.title for name, each in pictures.items()]
    return joined("\n", [Text(f"Pictures ({COMMAND} NAME):", f"可以画的图（{COMMAND} 图名）："), *lines])


def _refuse_foreign_options(picture: Picture, given: dict[str, Any]) -> None:
    foreign = [_flag(option) for option in given if option not in picture.options]
    if foreign:
        raise KitError(
            f"the picture `{picture.name}` does not take {foreign[0]}.",
            f"`{picture.name}` 这张图没有 {foreign[0]} 选项。",
        )


def _parser(pictures: dict[str, Picture]) -> Parser:
    """The command's own options and those of all pictures."""
    parser = Parser(
        COMMAND,
        Text("Draws what you have built.", "把你写好的代码画成图。"),
        epilog=str(_list(pictures)),
        formatter_class=argparse.RawDescriptionHelpFormatter,
    )
    parser.add_argument("picture", nargs="?", metavar="NAME", help=say("one of the pictures below", "下面列出的图名"))
    window = say("write a PNG file instead of opening a window", "不开窗口，保存为 PNG 文件")
    parser.add_argument("--save", action="store_true", help=window)
    for option, kind, names in _all_options(pictures):
        only = say(f"only for {names}", f"只用于 {names}")
        how: dict[str, Any] = {"action": "store_true"} if kind is bool else {"type": kind, "metavar": "N"}
        parser.add_argument(_flag(option), default=argparse.SUPPRESS, help=only, **how)
    return parser


def _all_options(pictures: dict[str, Picture]) -> list[tuple[str, type, str]]:
    """Name, type and the pictures of every option."""
    kinds = {option: type(default) for each in pictures.values() for option, default in each.options.items()}
    return [
        (option, kind, ", ".join(name for name, each in pictures.items() if option in each.options))
        for option, kind in kinds.items()
    ]


def _flag(option: str) -> str:
    return "--" + option.replace("_", "-")


def _moved(words: list[str]) -> KitError:
    """What the command's former name says."""
    try:
        now = " ".join([COMMAND, *take_language(words)])
    except KitError as error:
        return error
    return KitError(f"this command has a new name: {now}", f"这个命令改名了，现在是：{now}")


if __name__ == "__main__":  # python -m autograder.selfcheck.show, which earlier handouts name
    print(_moved(sys.argv[1:]), file=sys.stderr)
    sys.exit(2)
