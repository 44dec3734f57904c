"""What a person reads after a grading: a progress line while it runs, a table when it is done."""

import contextlib
from collections import Counter
from collections.abc import Callable, Iterator, Mapping, Sequence
from pathlib import Path
from types import MappingProxyType

from rich.console import Console
from rich.markup import escape
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeElapsedColumn, TimeRemainingColumn
from rich.table import Table

from autograder.gradebook.adjustments import Adjustment
from autograder.gradebook.marks import Mark, Marks
from autograder.gradebook.records import AssignmentResult, Result, Summary
from autograder.gradebook.store import GONE, REMOVED, Gradebook
from autograder.report.findings import notes_of, remark, short_name
from autograder.text import say

ROWS = 60  # a larger class is summed up: its rows are in the gradebook
NOTES = 40  # so many different notes are printed
BAR = 10
MIN_NAME = 12
WIDE = 100  # columns of a terminal in which a bar finds room


@contextlib.contextmanager
def progress_bar(doing: str = "") -> Iterator[Callable[[int, int, str], None]]:
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
    progress = Progress(*columns, console=Console(stderr=True, emoji=False), transient=True)
    task = progress.add_task(doing or say("grading", "批改中"), total=None, name="")

    def draw(done: int, total: int, name: str) -> None:
        progress.start()  # not before: a refused command should print its reason alone
        progress.update(task, completed=done, total=total, name=name[:30])

    try:
        yield draw
    finally:
        progress.stop()


def print_summary(summary: Summary, out: Path, seconds: float, marks: Mapping[str, Marks]) -> None:
    """The table, what needs an instructor's eye, and where the files are."""
    console = Console(emoji=False)
    for told in summary.read_as:
        console.print(str(told), markup=False, highlight=False, soft_wrap=True)
    results = print_marks(summary.results, marks=marks)
    failed = [r for r in results if r.status == "failed"]
    for r in failed:
        _line(console, f"✗ {r.submission}: {r.message}", "red")
    for told in summary.refused:
        _line(console, f"✗ {told}", "red")
    for told in _of_broken_checks(results):
        _line(console, f"✗ {told}", "red")
    _print_notes(console, results)
    for told in summary.passed_over:
        _line(console, say("not looked at: ", "未查看：") + str(told), "yellow")
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


def _line(console: Console, text: str, style: str) -> None:
    console.print(text, style=style, markup=False, highlight=False, soft_wrap=True)


def _print_notes(console: Console, results: list[Result]) -> None:
    """What staff should know of single submissions; the same of several is told once."""
    told: dict[str, list[str]] = {}
    for r in results:
        for note in notes_of(r):
            told.setdefault(str(note), []).append(r.submission)
    for note, names in list(told.items())[:NOTES]:
        who = ", ".join(names[:3]) + (say(f" and {len(names) - 3} more", f" 等 {len(names)} 人") if names[3:] else "")
        _line(console, f"· {who}: {note}", "dim")
    if more := len(told) - NOTES:
        if more > 0:
            _line(
                console,
                say(f"… and {more} more notes in gradebook.csv", f"……其余 {more} 条备注见 gradebook.csv"),
                "dim",
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


def print_marks(
    results: list[Result], rows: int = ROWS, marks: Mapping[str, Marks] = MappingProxyType({})
) -> list[Result]:
    """The table of marks, best first; at most `rows` of them. Gives back the results in this order.

    `marks` are what deadlines and people made of the checks' points, where that is known.
    """
    console = Console(emoji=False)
    results = sorted(results, key=lambda r: (-_final(r, marks), r.submission))
    if results:
        console.print(_table(results[:rows], console.width, marks))
    if len(results) > rows:
        more = len(results) - rows
        console.print(say(f"… and {more} more in gradebook.csv", f"……其余 {more} 份见 gradebook.csv"))
    return results


def _final(result: Result, marks: Mapping[str, Marks]) -> float:
    return marks[result.submission].final if result.submission in marks else result.score


def print_people(book: Gradebook) -> None:
    """Who is in the table of marks and where the work came from, then who is not and why."""
    console = Console(emoji=False)
    here = list(book.results())
    _line(console, say(f"in the table of marks: {len(here)}", f"在成绩表中：{len(here)} 人"), "bold")
    for result in here:
        _line(console, f"  {_person(result)}", "")
    for state, en, zh in (
        (GONE, "no longer where they were handed in", "已不在原来的位置"),
        (REMOVED, "removed by hand", "已手动移出"),
    ):
        others = list(book.results(state))
        if others:
            _line(console, say(f"{en}: {len(others)}", f"{zh}：{len(others)} 人"), "bold")
        for result in others:
            _line(console, f"  {_person(result)}", "")


def _person(result: Result) -> str:
    """One line on a person: the name, what a platform tells, how many attempts, the place."""
    who = result.person
    told = [part for part in (who.id, who.name, who.email, who.section) if part and part not in result.submission]
    attempts = 1 + len({e.attempt for e in result.earlier})
    if attempts > 1:
        told.append(say(f"{attempts} attempts", f"{attempts} 次提交"))
    return f"{result.submission}  {', '.join([*told, result.origin.place])}"


def _table(results: list[Result], console_width: int, marks: Mapping[str, Marks]) -> Table:
    wide = console_width >= WIDE
    names = list(dict.fromkeys(a.name for r in results for a in r.assignments))
    table = Table(title=say("Marks", "成绩"), title_justify="left")
    longest = max(MIN_NAME, console_width // 3)  # one long name must not crowd out everybody's marks
    table.add_column(
        say("submission", "提交"), no_wrap=True, overflow="ellipsis", min_width=MIN_NAME, max_width=longest
    )
    table.add_column(say("score", "总分"), justify="right", min_width=5)
    if wide:
        table.add_column("", min_width=BAR)
    for name in names:
        table.add_column(short_name(name), justify="right", min_width=2)
    table.add_column(say("look at", "首先关注"), overflow="ellipsis")
    for r in results:
        by_name = {a.name: a for a in r.assignments}
        final, mine = _final(r, marks), marks[r.submission].marks if r.submission in marks else {}
        full = min(BAR, int(BAR * final / r.max_score)) if r.max_score else 0  # a full bar means full marks
        cells = [_score(by_name.get(name), mine.get(name)) for name in names]
        bar = ["█" * full + "░" * (BAR - full)] if wide else []
        table.add_row(escape(r.submission), f"{final:g}", *bar, *cells, str(remark(r)))
    return table


def _score(assignment: AssignmentResult | None, mark: Mark | None) -> str:
    if assignment is None:
        return ""
    score = mark.final if mark else assignment.score
    colour = "green" if score >= assignment.max_score else "red" if not score else "yellow"
    return f"[{colour}]{score:g}[/{colour}]"


def print_adjustments(lines: Sequence[Adjustment]) -> None:
    """The log of what people changed, a line each."""
    console = Console(emoji=False)
    if not lines:
        _line(console, say("nothing was changed by hand", "没有手动改过的分数"), "")
    for line in lines:
        undone = (
            say(f"  (taken back by {line.undone_by})", f"  （已由 {line.undone_by} 撤销）") if line.undone_by else ""
        )
        by = f", {line.by}" if line.by else ""
        text = f"{line.number}  {line.submission}  {line.place} {line.points:+g}  {line.why}{by}, {line.at}{undone}"
        _line(console, text, "dim" if line.undone_by else "")
