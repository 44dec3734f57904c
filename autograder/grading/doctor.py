"""What this machine offers for grading: confinement and why no stronger, devices, the data set, versions."""

import importlib.metadata
import platform
import sys

from rich.console import Console
from rich.table import Table

from autograder import __version__
from autograder.course.course import load_course
from autograder.errors import KitError
from autograder.sandbox.cores import cores
from autograder.text import say

PACKAGES = ("torch", "numpy", "pytest", "matplotlib", "otter-grader", "msgspec", "typer", "rich")
Finding = tuple[str, str, bool]  # what was looked at, what was found, whether it is well


def examine() -> list[Finding]:
    """What there is to say, row by row."""
    rows = [
        (
            say("kit", "本套件"),
            f"{__version__}, Python {platform.python_version()}, {platform.system()} {platform.release()}",
            sys.version_info >= (3, 11),
        )
    ]
    rows.append((say("cores", "处理器"), str(cores()), True))
    rows.append(_course())
    rows += [_package(name) for name in PACKAGES]
    rows += [_device(), *_confinement()]
    return rows


def print_findings(rows: list[Finding]) -> None:
    table = Table(show_header=False)
    for what, finding, well in rows:
        table.add_row("[green]✓[/green]" if well else "[red]✗[/red]", what, finding)
    Console().print(table)


def _course() -> Finding:
    try:
        course = load_course()
    except KitError as error:
        return say("course", "课程"), str(error), False
    data = course.root / "assignments" / "data"
    images = sum(1 for _ in data.glob("*.gz")) if data.is_dir() else 0
    return (
        say("course", "课程"),
        say(
            f"{course.root}: {len(course.assignments)} assignments, {images} data files",
            f"{course.root}：{len(course.assignments)} 个作业，{images} 个数据文件",
        ),
        True,
    )


def _package(name: str) -> Finding:
    try:
        return name, importlib.metadata.version(name), True
    except importlib.metadata.PackageNotFoundError:
        return (
            name,
            say("not installed: pip install -r requirements of the README", "未安装：见 README 的安装命令"),
            False,
        )


def _device() -> Finding:
    import torch

    if torch.cuda.is_available():
        return say("device", "设备"), torch.cuda.get_device_name(), True
    return say("device", "设备"), say("cpu (torch sees no GPU)", "cpu（torch 找不到 GPU）"), True


def _confinement() -> list[Finding]:
    from autograder.sandbox import Sandbox

    with Sandbox("process") as sandbox:
        report = sandbox.report
    rows = [
        (
            say("confinement", "隔离级别"),
            str(report.get("tier")),
            report.get("tier") != "process" or sys.platform != "linux",
        )
    ]
    rows += [
        (say("why no stronger", "为何不能更强"), str(reason), True) for reason in report.get("why_not_stronger", ())
    ]
    if "probe" in report:
        rows.append((say("observed by a probe", "实测"), str(report["probe"]), True))
    return rows
