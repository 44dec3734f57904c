"""The command line: parses, calls, and turns what went wrong into a message and an exit code."""

import contextlib
import os
import sys
from enum import Enum
from pathlib import Path
from typing import Annotated, Optional

import typer

app = typer.Typer(no_args_is_help=True, add_completion=False, pretty_exceptions_enable=False,
                  help="Grade, diagnose and release the CNN course. 批改、诊断、发布卷积神经网络课程作业。")


class Lang(str, Enum):
    en, zh = "en", "zh-CN"


class Device(str, Enum):
    auto, cpu, cuda = "auto", "cpu", "cuda"


class Tier(str, Enum):
    isolated, restricted, process = "isolated", "restricted", "process"


LangOption = Annotated[Optional[Lang], typer.Option("--lang", help="Language of messages. 消息语言。")]
Names = Annotated[Optional[list[str]], typer.Option("--assignment", metavar="NAME", help="Only this assignment, by folder name (repeatable). 只处理这个作业（可重复）。")]


@contextlib.contextmanager
def _reported(lang: Lang | None):
    """Choose the language; a known kind of trouble becomes one message on stderr and exit code 2."""
    from autograder.selfcheck import language

    if lang:
        language.choose(lang.value)
        os.environ["AUTOGRADER_LANG"] = lang.value  # for the processes we start
    try:
        yield
    except Exception as error:
        if not getattr(type(error), "__module__", "").startswith("autograder."):
            raise
        typer.echo(f"autograder: {error}", err=True)
        raise typer.Exit(2) from None


@app.callback()
def main() -> None:
    """Grade, diagnose and release the CNN course. 批改、诊断、发布卷积神经网络课程作业。"""


@app.command()
def verify(names: Annotated[Optional[list[str]], typer.Argument(metavar="[NAME]...", help="Assignments by folder name. 作业文件夹名。")] = None,
           json: Annotated[bool, typer.Option("--json", help="For machines. 机器可读。")] = False,
           full: Annotated[bool, typer.Option("--full", help="Train every net, not one of each kind. 训练所有网络。")] = False,
           seed: Annotated[Optional[int], typer.Option(help="Draw the hidden inputs from another seed. 换一个随机种子。")] = None,
           lang: LangOption = None):
    """Test the checks: solution 100 %, stub 0 %, mistakes caught and named, alternatives accepted. 检验评分本身。"""
    with _reported(lang):
        from autograder import verify as verification
        from autograder.bundle import load_bundle

        bundle = load_bundle()
        with verification.progress_line(sys.stderr) as progress:
            reports = verification.verify(bundle, names, full=full, progress=progress,
                                          **({} if seed is None else {"seed": seed}))
        verification.print_reports(reports, json=json)
        raise typer.Exit(1 if any(r.problems for r in reports) else 0)


if __name__ == "__main__":
    app()
