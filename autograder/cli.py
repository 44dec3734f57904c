"""The command line: parses, calls, and turns what went wrong into a message and an exit code."""

import contextlib
import os
import sys
import traceback
from collections.abc import Iterator
from enum import Enum
from pathlib import Path
from typing import Annotated, Optional

import typer

app = typer.Typer(
    no_args_is_help=True,
    add_completion=False,
    pretty_exceptions_enable=False,
    rich_markup_mode=None,  # rich takes longer to import than the help text to read
    help="Grade, diagnose and release the CNN course. 批改、诊断、发布卷积神经网络课程作业。",
)


class Lang(str, Enum):
    en, zh = "en", "zh-CN"


class Device(str, Enum):
    auto, cpu, cuda = "auto", "cpu", "cuda"


class Tier(str, Enum):
    isolated, restricted, process = "isolated", "restricted", "process"


LangOption = Annotated[Optional[Lang], typer.Option("--lang", help="Language of messages. 消息语言。")]
Names = Annotated[
    Optional[list[str]],
    typer.Option(
        "--assignment",
        metavar="NAME",
        help="Only this assignment, by folder name (repeatable). 只处理这个作业（可重复）。",
    ),
]
Out = Annotated[Path, typer.Argument(metavar="OUT", readable=False, help="The folder of a grading. 批改结果文件夹。")]


@contextlib.contextmanager
def _reported(lang: Lang | None) -> Iterator[None]:
    """Choose the language; what a person can mend becomes one sentence and exit code 2, the rest is a bug."""
    from autograder import text
    from autograder.errors import KitError, disk_error

    for stream in (sys.stdout, sys.stderr):
        if reconfigure := getattr(stream, "reconfigure", None):
            reconfigure(errors="replace")  # a console that lacks a character shows another, and all the rest
    if lang:
        text.choose(lang.value)
        os.environ["AUTOGRADER_LANG"] = lang.value  # for the processes we start
    try:
        yield
    except KeyboardInterrupt:
        stopped = text.say(
            "autograder: stopped. The same command resumes a grading.",
            "autograder：已停止。再次运行同一条命令可接着批改。",
        )
        typer.echo(stopped, err=True)
        raise typer.Exit(130) from None
    except KitError as error:
        typer.echo(f"autograder: {error}", err=True)
        raise typer.Exit(2) from None
    except BrokenPipeError:  # `| head` has seen enough
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        raise typer.Exit(1) from None
    except (typer.Exit, typer.Abort):
        raise
    except OSError as error:
        typer.echo(f"autograder: {disk_error(error)}", err=True)
        raise typer.Exit(2) from None
    except Exception:
        traceback.print_exc()
        bug = text.say(
            "autograder: this is a fault of the kit. Please report it with the lines above.",
            "autograder：这是本套件自身的错误。请把上面的内容一并报告。",
        )
        typer.echo(bug, err=True)
        raise typer.Exit(2) from None


def _version(asked: bool) -> None:
    if asked:
        from autograder import __version__

        typer.echo(f"autograder {__version__}")
        raise typer.Exit


@app.callback()
def main(
    version: Annotated[
        bool, typer.Option("--version", callback=_version, is_eager=True, help="Show the version. 显示版本。")
    ] = False,
) -> None:
    """Grade, diagnose and release the CNN course. 批改、诊断、发布卷积神经网络课程作业。"""


@app.command()
def grade(
    paths: Annotated[
        list[Path],
        typer.Argument(
            metavar="PATH...",
            readable=False,  # what is wrong with a path is said by the kit, in the reader's language
            help="A submission, a folder or zip of submissions, or an LMS export. 提交、文件夹、压缩包或平台导出包。",
        ),
    ],
    out: Annotated[
        Path,
        typer.Option(
            "-o", "--out", metavar="OUT", help="Folder for the results; grading resumes there. 结果文件夹，可续批。"
        ),
    ],
    assignment: Names = None,
    workers: Annotated[int, typer.Option(min=0, help="Processes; 0: one per core. 并行进程数；0 为每核一个。")] = 0,
    device: Annotated[Device, typer.Option(help="Where nets are trained. 训练所用设备。")] = Device.auto,
    seed: Annotated[
        Optional[int],
        typer.Option(min=0, max=2**53, help="Seed of the hidden inputs (default: fresh). 隐藏输入的种子（默认新取）。"),
    ] = None,
    require_tier: Annotated[
        Optional[Tier],
        typer.Option(help="Refuse weaker confinement (default: restricted on Linux). 拒绝更弱的隔离级别。"),
    ] = None,
    replace: Annotated[
        bool,
        typer.Option(
            "--replace",
            help="An equal name is the same person, wherever the work lies. 同名即同一人，不论提交放在哪里。",
        ),
    ] = False,
    lang: LangOption = None,
) -> None:
    """Grade submissions / 批改作业"""
    import time

    started = time.perf_counter()
    with _reported(lang):
        from autograder.course.course import load_course
        from autograder.gradebook.store import Gradebook
        from autograder.grading import batch
        from autograder.report import terminal
        from autograder.sandbox.lock.lockdown import DEFAULT_TIER

        tier = require_tier.value if require_tier else DEFAULT_TIER
        options = batch.Options(out, tuple(assignment or ()), workers, device.value, seed, tier, replace)
        with terminal.progress_bar() as progress:
            done = batch.grade(paths, options, load_course(), progress)
        with Gradebook(out, create=False) as book:
            marks = book.all_marks(done.results)
        terminal.print_summary(done, out, time.perf_counter() - started, marks)
        if any(r.has_broken_checks for r in done.results):
            raise typer.Exit(2)
        raise typer.Exit(1 if done.refused or any(r.status == "failed" for r in done.results) else 0)


@app.command()
def marks(
    out: Out,
    why: Annotated[
        Optional[str], typer.Option("--why", metavar="WHO", help="One person's arithmetic. 逐行说明某人的分数。")
    ] = None,
    lang: LangOption = None,
) -> None:
    """Show the table of marks / 显示成绩表"""
    with _reported(lang):
        from autograder.course.course import titles_of
        from autograder.gradebook.marks import arithmetic
        from autograder.gradebook.store import Gradebook
        from autograder.report import terminal

        with Gradebook(out, create=False) as book:
            if why:
                mine = book.marks(book.find(why), book.policy(), book.adjustments())
                for line in arithmetic(mine, titles_of()):
                    typer.echo(str(line))
                return
            results = list(book.results())
            terminal.print_marks(results, len(results), book.all_marks(results))


@app.command(context_settings={"ignore_unknown_options": True})
def adjust(
    out: Out,
    who: Annotated[
        Optional[str], typer.Argument(metavar="[WHO]", help="Submission, id, name or e-mail. 学生。")
    ] = None,
    where: Annotated[
        Optional[str],
        typer.Argument(metavar="[ASSIGNMENT[:CHECK]]", help="`total` for the sum. 作业，或作业:检查；total 为总分。"),
    ] = None,
    points: Annotated[Optional[str], typer.Argument(metavar="[POINTS]", help="For example -2. 例如 -2。")] = None,
    why: Annotated[str, typer.Option(help="The reason, shown to the student. 原因，学生可见。")] = "",
    by: Annotated[str, typer.Option(help="Who says so. 由谁决定。")] = "",
    allow_extra: Annotated[bool, typer.Option("--allow-extra", help="Above the maximum, too. 允许超过满分。")] = False,
    show: Annotated[bool, typer.Option("--list", help="What was changed so far. 列出所有改动。")] = False,
    undo: Annotated[Optional[int], typer.Option(metavar="N", help="Take line N back. 撤销第 N 条。")] = None,
    lang: LangOption = None,
) -> None:
    """Change a mark by hand, with a reason / 手动改分并说明原因"""
    with _reported(lang):
        from autograder.gradebook import adjust as changing
        from autograder.report import terminal

        if not show:
            typer.echo(str(changing.adjust(out, who, where, points, why, by, allow_extra, undo)))
        else:
            terminal.print_adjustments(changing.log(out))


@app.command()
def people(
    out: Out,
    remove: Annotated[
        Optional[str], typer.Option(metavar="WHO", help="Take this person out of the table. 将此人移出成绩表。")
    ] = None,
    rename: Annotated[
        Optional[tuple[str, str]],
        typer.Option(metavar="WHO NEW", help="Call this person by another name. 给此人改名。"),
    ] = None,
    lang: LangOption = None,
) -> None:
    """List who is in the gradebook, and tidy up / 列出并整理人员"""
    with _reported(lang):
        from autograder.gradebook.hold import held
        from autograder.gradebook.store import REMOVED, Gradebook
        from autograder.report import terminal

        with Gradebook(out, create=False) as book:
            if remove or rename:
                with held(out):
                    if remove:
                        book.set_current(book.find(remove), REMOVED)
                    if rename:
                        book.rename(book.find(rename[0]), rename[1])
                    book.write_files()
            terminal.print_people(book)


@app.command()
def verify(
    names: Annotated[
        Optional[list[str]],
        typer.Argument(metavar="[NAME]...", help="Assignments by folder name. 作业文件夹名。"),
    ] = None,
    json: Annotated[bool, typer.Option("--json", help="For machines. 机器可读。")] = False,
    full: Annotated[bool, typer.Option("--full", help="Train every net, not one of each kind. 训练所有网络。")] = False,
    mutants: Annotated[
        bool,
        typer.Option("--mutants", help="Change the solutions; list what no check catches. 自动改错参考答案。"),
    ] = False,
    seed: Annotated[
        Optional[int], typer.Option(help="Draw the hidden inputs from another seed. 换一个随机种子。")
    ] = None,
    lang: LangOption = None,
) -> None:
    """Test the checks themselves / 检验评分本身"""
    with _reported(lang):
        from autograder.course import verify as verification
        from autograder.course.course import load_course

        course = load_course()
        with verification.progress_line(sys.stderr) as progress:
            number = verification.SEED if seed is None else seed
            reports = verification.verify(course, names, full=full, seed=number, mutate=mutants, progress=progress)
        verification.print_reports(reports, json=json)
        raise typer.Exit(1 if any(r.problems for r in reports) else 0)


@app.command()
def release(
    directory: Annotated[
        Optional[Path],
        typer.Argument(
            metavar="[DIR]", help="Default: student_template/ of the course. 默认为课程的 student_template/。"
        ),
    ] = None,
    lang: LangOption = None,
) -> None:
    """Write the student version / 生成学生版"""
    with _reported(lang):
        from autograder.course.course import load_course
        from autograder.course.release import release as write
        from autograder.text import say

        course = load_course()
        directory = directory or course.root / "student_template"
        changed = write(course, directory)
        typer.echo(say(f"{directory}: {len(changed)} files changed", f"{directory}：更新了 {len(changed)} 个文件"))


@app.command()
def new(
    name: Annotated[
        str,
        typer.Argument(metavar="NAME", help="For example 07_dropout, or dropout. 例如 07_dropout 或 dropout。"),
    ],
    lang: LangOption = None,
) -> None:
    """Make a new assignment, with an example / 新建作业"""
    with _reported(lang):
        from autograder.course.course import find_root
        from autograder.course.scaffold import new as make
        from autograder.text import say

        root = find_root()
        written = make(root, name)
        for file in written:
            typer.echo(file.relative_to(root))
        folder = next(f.parent.name for f in written)
        following = say(
            f"Next: edit them, then run `autograder verify {folder}`.",
            f"接下来：修改这些文件，然后运行 `autograder verify {folder}`。",
        )
        typer.echo(following)


@app.command()
def doctor(lang: LangOption = None) -> None:
    """Say what this machine offers / 检查本机环境"""
    with _reported(lang):
        from autograder.grading import doctor as examination

        rows = examination.examine()
        examination.print_findings(rows)
        raise typer.Exit(0 if all(well for *_, well in rows) else 1)


@app.command()
def report(
    out: Out,
    open_it: Annotated[bool, typer.Option("--open", help="Show the class page in a browser. 在浏览器中打开。")] = False,
    lang: LangOption = None,
) -> None:
    """Write pages for staff and students / 生成教师与学生的网页"""
    with _reported(lang):
        import webbrowser

        from autograder.course.course import titles_of
        from autograder.course.other_ways import other_ways
        from autograder.gradebook.store import Gradebook
        from autograder.grading.batch import note_return
        from autograder.report import pages, terminal
        from autograder.selfcheck.text import current
        from autograder.text import say

        with Gradebook(out, create=False) as book, terminal.progress_bar(say("writing", "生成中")) as progress:
            index = pages.write_pages(
                book, titles_of(), current(), other_ways(), lambda done, total: progress(done, total, "")
            )
        note_return(out)
        returned = out / pages.RETURN
        typer.echo(say(f"for staff: {index}; to return: {returned}/", f"教师：{index}；发还学生：{returned}/"))
        if open_it:
            webbrowser.open(index.resolve().as_uri())


@app.command()
def diff(
    out: Out,
    other: Annotated[
        Optional[Path],
        typer.Argument(metavar="[OUT2]", help="A later grading; without it, earlier attempts. 之后的一次批改。"),
    ] = None,
    lang: LangOption = None,
) -> None:
    """Say what moved between two gradings, and why / 比较两次批改"""
    with _reported(lang):
        import contextlib

        from autograder.gradebook.store import Gradebook
        from autograder.report import changes
        from autograder.text import say

        with contextlib.ExitStack() as stack:
            book = stack.enter_context(Gradebook(out, create=False))
            if other is None:
                found = changes.since_earlier(book, list(book.results()))
            else:
                found = changes.between(book.results(), stack.enter_context(Gradebook(other, create=False)).results())
        for change in found:
            typer.echo(str(changes.sentence(change)))
        people, moved = len({c.submission for c in found}), sum(bool(c.by) for c in found)
        typer.echo(
            say(
                f"{len(found)} differences ({moved} marks moved) of {people} people",
                f"{people} 人共有 {len(found)} 处不同（{moved} 个分数有变化）",
            )
        )


class Format(str, Enum):
    csv = "csv"


@app.command()
def export(
    out: Out,
    format: Annotated[Format, typer.Option("--format", help="What to write. 输出格式。")],
    lang: LangOption = None,
) -> None:
    """Write the gradebook for others / 导出成绩册"""
    with _reported(lang):
        from autograder.export import csv
        from autograder.gradebook.store import Gradebook

        with Gradebook(out, create=False) as book:
            sys.stdout.buffer.write(csv.export(book).encode())  # a file for others: whatever this console speaks


class Platform(str, Enum):
    otter = "otter"


@app.command()
def package(
    platform: Annotated[Platform, typer.Argument(help="For whom. 目标平台。")],
    directory: Annotated[Path, typer.Argument(metavar="DIR", help="Where to write. 输出文件夹。")],
    hidden: Annotated[
        bool, typer.Option("--hidden", help="Include hidden checks (not for students!). 包含隐藏检查（勿发给学生）。")
    ] = False,
    lang: LangOption = None,
) -> None:
    """Write what a platform runs / 生成平台所需文件"""
    with _reported(lang):
        from autograder.course.course import load_course
        from autograder.package import otter

        for file in otter.export(load_course(), directory, hidden):
            typer.echo(file)


if __name__ == "__main__":
    app()
