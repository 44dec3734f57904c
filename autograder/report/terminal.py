"""What a person reads after a grading: a progress line while it runs, a table when it is done."""

import contextlib
from collections import Counter
from collections.abc import Callable, Iterator
from pathlib import Path

from rich.console import Console
from rich.markup import escape
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeElapsedColumn, TimeRemainingColumn
from rich.table import Table

from autograder.gradebook.records import AssignmentResult, Result, Summary
from autograder.text import say

ROWS = 60  # a larger class is summed up: its rows are in the gradebook
BAR = 10
WIDE = 100  # columns of a terminal in which a bar finds room


@contextlib.contextmanager
def progress_bar() -> Iterator[Callable[[int, int, str], None]]:
    """A function `(done, total, name)` that draws a bar with the time left, on stderr."""
    columns = (
        TextColumn("{task.description}"),
        BarColumn(),
        MofNCompleteColumn(),
        TimeElapsedColumn(),
        TextColumn(say("left", "剩余")),
        TimeRemainingColumn(),
        TextColumn("{task.fields[name]}", markup=False),
    )
    progress = Progress(*columns, console=Console(stderr=True), transient=True)
    task = progress.add_task(say("grading", "批改中"), total=None, name="")

    def draw(done: int, total: int, name: str) -> None:
        progress.start()  # not before: a refused command should print its reason alone
        progress.update(task, completed=done, total=total, name=name[:30])

    try:
        yield draw
    finally:
        progress.stop()


def print_summary(summary: Summary, out: Path, seconds: float) -> None:
    """The table, what needs an instructor's eye, and where the files are."""
    console = Console()
    results = print_marks(summary.results)
    failed = [r for r in results if r.status == "failed"]
    for r in failed:
        console.print(f"✗ {r.submission}: {r.message}", style="red", markup=False, highlight=False)
    for note in _of_broken_checks(results):
        console.print(f"✗ {note}", style="red", markup=False, highlight=False)
    tiers = sorted({str(r.sandbox.get("tier")) for r in results})
    console.print(
        say(
            f"{len(results)} submissions in {seconds:.1f} s ({summary.kept} kept from before), "
            f"{len(failed)} could not be graded; confinement: {', '.join(tiers)}",
            f"共 {len(results)} 份提交，用时 {seconds:.1f} 秒（沿用此前结果 {summary.kept} 份），"
            f"{len(failed)} 份无法批改；隔离级别：{', '.join(tiers)}",
        ),
        highlight=False,
    )
    if "process" in tiers:
        console.print(
            say(
                "Not sealed: student code ran under your own account. Grade in a Linux container for marks that count.",
                "未密封：学生代码以你的账户权限运行。正式计分请在 Linux 容器中批改。",
            ),
            style="bold yellow",
        )
    console.print(
        say(
            f"results: {out / 'gradebook.csv'}, {out / 'gradebook.sqlite'}, {out / 'results'}/",
            f"结果：{out / 'gradebook.csv'}、{out / 'gradebook.sqlite'}、{out / 'results'}/",
        ),
        highlight=False,
        soft_wrap=True,
    )


def _of_broken_checks(results: list[Result]) -> list[str]:
    """Each check that is broken, once, with how many submissions it could not judge."""
    found = Counter((a.name, c.name) for r in results for a in r.assignments for c in a.checks if c.status == "broken")
    return [
        say(
            f"{name}: {check} is broken and judged nothing in {count} submissions: mend it, then grade again "
            "(what it raises is in their notes)",
            f"{name}：检查 {check} 本身出错，有 {count} 份提交未能评判：请修正后重新批改"
            "（它抛出的异常见这些提交的备注）",
        )
        for (name, check), count in found.items()
    ]


def print_marks(results: list[Result], rows: int = ROWS) -> list[Result]:
    """The table of marks, best first; at most `rows` of them. Gives back the results in this order."""
    console = Console()
    results = sorted(results, key=lambda r: (-r.score, r.submission))
    if results:
        console.print(_table(results[:rows], wide=console.width >= WIDE))
    if len(results) > rows:
        more = len(results) - rows
        console.print(say(f"… and {more} more in gradebook.csv", f"……其余 {more} 份见 gradebook.csv"))
    return results


def _table(results: list[Result], wide: bool) -> Table:
    names = list(dict.fromkeys(a.name for r in results for a in r.assignments))
    table = Table(title=say("Marks", "成绩"), title_justify="left")
    table.add_column(say("submission", "提交"), no_wrap=True, overflow="ellipsis", min_width=12)
    table.add_column(say("score", "总分"), justify="right", min_width=5)
    if wide:
        table.add_column("", min_width=BAR)
    for name in names:
        table.add_column(_short(name), justify="right", min_width=2)
    table.add_column(say("look at", "首先关注"), overflow="ellipsis")
    for r in results:
        by_name = {a.name: a for a in r.assignments}
        full = int(BAR * r.score / r.max_score) if r.max_score else 0  # a full bar means full marks
        cells = [_score(by_name.get(name)) for name in names]
        bar = ["█" * full + "░" * (BAR - full)] if wide else []
        table.add_row(escape(r.submission), f"{r.score:g}", *bar, *cells, _remark(r))
    return table


def _short(name: str) -> str:
    """`02` for `02_corr2d`."""
    return name[:2] if name[:2].isdigit() else name


def _score(assignment: AssignmentResult | None) -> str:
    if assignment is None:
        return ""
    colour = "green" if assignment.score == assignment.max_score else "red" if not assignment.score else "yellow"
    return f"[{colour}]{assignment.score:g}[/{colour}]"


def _remark(result: Result) -> str:
    """The misconceptions that were named, else what stopped the submission."""
    if result.status == "failed":
        return say("could not be read", "无法读取")
    checks = [c for a in result.assignments for c in a.checks]
    mistakes = list(dict.fromkeys(str(c.mistake_title) or c.mistake for c in checks if c.mistake))
    if mistakes:
        return mistakes[0] + (say(f" and {len(mistakes) - 1} more", f" 等 {len(mistakes)} 处") if mistakes[1:] else "")
    broken = [a.name for a in result.assignments if a.source and all(c.status == "not_run" for c in a.checks)]
    if broken:
        return say(
            f"cannot be imported: {', '.join(map(_short, broken))}", f"无法导入：{', '.join(map(_short, broken))}"
        )
    if result.score == 0:
        return say("nothing works yet", "尚无可用的实现")
    for status, words in (
        ("timeout", say("ran out of time", "超时")),
        ("killed", say("hit a limit", "触及限制")),
        ("error", say("raises exceptions", "抛出异常")),
        ("failed", say("wrong answers", "答案有误")),
    ):
        if any(c.status == status for c in checks):
            return words
    missing = [a.name for a in result.assignments if all(c.status == "not_run" for c in a.checks)]
    return (
        say(f"missing: {', '.join(map(_short, missing))}", f"缺少：{', '.join(map(_short, missing))}")
        if missing
        else ""
    )
