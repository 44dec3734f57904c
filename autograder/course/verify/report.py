"""What `verify` found, and how it is shown: a table for people, JSON for machines."""

import contextlib
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from typing import TextIO

from rich.console import Console
from rich.markup import escape
from rich.table import Table

from autograder.gradebook.records import encode
from autograder.text import Text, say


@dataclass
class Survivor:
    """A change of the solution that no check catches, as a one-line diff; `shown_by` is a call that tells the two
    apart, `reason` why it may live, from a comment on its line."""

    file: str
    line: int
    before: str
    after: str
    shown_by: Text = field(default_factory=Text)
    reason: str = ""

    def __str__(self) -> str:
        return f"{self.file}:{self.line}  - {self.before}  + {self.after}"


@dataclass
class Mutants:
    """What became of the changed solutions; `late` of the killed ones ran out of time."""

    made: int = 0
    killed: int = 0
    late: int = 0
    equivalent: int = 0
    survivors: list[Survivor] = field(default_factory=list)

    @property
    def kill_rate(self) -> float:
        """Of those that are no equivalents."""
        judged = self.killed + len(self.survivors)
        return self.killed / judged if judged else 1.0


@dataclass
class Report:
    """What `verify` found for one assignment; `problems` name the file and what to do."""

    assignment: str
    points: float = 0.0
    checks: int = 0
    solution: float = 0.0
    stub: float = 0.0
    trivial: float = 0.0
    pruned: int = 0  # replies of the solution with parts taken away
    pruned_earned: int = 0  # of these, how many a check gave points for
    mistakes: int = 0
    caught: int = 0
    diagnosed: int = 0
    misdiagnosed: int = 0
    alternatives: int = 0
    accepted: int = 0
    problems: list[Text] = field(default_factory=list)
    undiagnosed: list[str] = field(default_factory=list)
    mutants: Mutants | None = None


@contextlib.contextmanager
def progress_line(stream: TextIO) -> Iterator[Callable[[str], object]]:
    """A function that shows what is being tried on one line of a terminal; silent elsewhere."""
    if not stream.isatty():
        yield lambda text: None
        return
    yield lambda text: (stream.write(f"\r\033[K{text[:100]}"), stream.flush())
    stream.write("\r\033[K")


def print_reports(reports: list[Report], json: bool = False) -> None:
    """A table for people, or one JSON list for machines."""
    if json:
        print(encode(reports).decode())
        return
    console = Console()
    console.print(_table(reports))
    for r in reports:
        for problem in r.problems:
            console.print(f"[red]✗[/red] {escape(str(problem))}", highlight=False)
        if r.undiagnosed:
            unnamed = say("left unnamed: ", "未指名：") + ", ".join(r.undiagnosed)
            console.print(escape(f"  {r.assignment}: {unnamed}"), style="dim")
        if r.mutants:
            _print_mutants(console, r.assignment, r.mutants)


_SUMMED = """
    points solution stub trivial pruned pruned_earned mistakes caught diagnosed misdiagnosed alternatives accepted
""".split()


def _table(reports: list[Report]) -> Table:
    title = say("verify: do the checks judge rightly?", "verify：评分本身是否正确？")
    table = Table(title=title, box=None, padding=(0, 1, 0, 0))
    for name in (
        say("assignment", "作业"),
        say("solution", "参考答案"),
        say("stub", "空模板"),
        say("trivial", "敷衍答案"),
        say("pruned", "残缺回答"),
        say("caught", "错误被发现"),
        say("named", "被指名"),
        say("misnamed", "指错名"),
        say("accepted", "另解通过"),
    ):
        table.add_column(name, justify="left" if not table.columns else "right")
    for r in reports:
        table.add_row(*_row(r))
    if len(reports) > 1:
        total = Report(say("total", "合计"))
        for key in _SUMMED:
            setattr(total, key, sum(getattr(r, key) for r in reports))
        table.add_section()
        table.add_row(*_row(total))
    return table


def _row(r: Report) -> tuple[str, ...]:
    return (
        r.assignment,
        f"{r.solution:g}/{r.points:g}",
        f"{r.stub:g}",
        f"{r.trivial:g}",
        f"{r.pruned_earned}/{r.pruned}",
        f"{r.caught}/{r.mistakes}",
        f"{r.diagnosed}/{r.mistakes}",
        str(r.misdiagnosed),
        f"{r.accepted}/{r.alternatives}",
    )


def _print_mutants(console: Console, assignment: str, mutants: Mutants) -> None:
    judged, late = mutants.killed + len(mutants.survivors), mutants.late
    rate, equivalent = f"{100 * mutants.kill_rate:.1f} %", mutants.equivalent
    line = say(
        f"{assignment}: mutants: killed {mutants.killed} of {judged} ({rate}; {late} ran out of time), "
        f"{equivalent} equivalent dropped, survivors: {len(mutants.survivors)}",
        f"{assignment}：变异体：{judged} 个中杀死 {mutants.killed} 个（{rate}；其中 {late} 个超时），"
        f"去掉等价的 {equivalent} 个，存活：{len(mutants.survivors)}",
    )
    console.print(escape(line), highlight=False)
    for survivor in mutants.survivors:
        console.print(escape(f"  {survivor}"), highlight=False, soft_wrap=True)
        for words, text in ((say("shown by", "区别见"), survivor.shown_by), (say("why", "原因"), survivor.reason)):
            if text:
                console.print(escape(f"      {words}: {text}"), style="dim", highlight=False, soft_wrap=True)
