"""The scoreboard at the end of a student's pytest: points per exercise, a bar, and what to look at next."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from .assignment import Assignment
from .face import CALL
from .judge import FAILED, NOT_RUN, PASSED, Verdict
from .marks import Check
from .text import Text, say, writable

if TYPE_CHECKING:
    import pytest

Row = tuple[Assignment, Verdict, str]  # with what the student's code printed

BAR = 12  # characters of a full bar
_URGENCY = (NOT_RUN, "missing", "rule", "type", "shape", "dtype", "finite", "timeout", "killed")
UNASKED, WAITS = "unasked", "waits"
_NOTES = 5
_CALLS, _LINES = 2, 8  # of what was printed
_DETAILS = 3  # exercises whose message is shown in full


def urgency(verdict: Verdict) -> int:
    """How early a failed check should be read: the rung it stopped at says what to mend first."""
    return _URGENCY.index(verdict.rung) if verdict.rung in _URGENCY else len(_URGENCY)


def is_untouched(verdict: Verdict) -> bool:
    """True where the student has not begun: the stub's own NotImplementedError."""
    return verdict.status == NOT_RUN and verdict.rung == "NotImplementedError"


def unasked(check: Check) -> Verdict:
    """The verdict on a check that did not run because pytest was stopped before; its points stay in the sums."""
    return Verdict(check, NOT_RUN, 0.0, Text("not run", "未运行"), UNASKED)


def waits_for(check: Check, function: str) -> Verdict:
    """The verdict on a check of something that uses a function which never ends."""
    text = Text(f"not run: `{function}` never ends, see below", f"未运行：`{function}` 一直不结束，见下")
    return Verdict(check, NOT_RUN, 0.0, text, WAITS)


@dataclass
class Board:
    """What a scoreboard shows: the rows, what was noticed while files were read, and the plan of the course.

    `files` names the file that was checked for each assignment; `only_next` leaves all but the next step out.
    """

    rows: list[Row]
    interrupted: bool = False
    notes: Sequence[Text] = ()
    only_next: bool = False
    files: Mapping[str, str] = field(default_factory=dict)
    plan: Sequence[Assignment] = ()


def show(terminal: "pytest.TerminalReporter", board: Board) -> None:
    """Write the scoreboard to pytest's terminal."""
    rows, interrupted, notes = board.rows, board.interrupted, board.notes
    terminal.section(say("scoreboard (public checks)", "得分板（公开检查）"), sep="─")
    details = []
    for assignment in dict.fromkeys(row[0].name for row in rows if not board.only_next or row[1].rung != UNASKED):
        mine = [row for row in rows if row[0].name == assignment]
        details += _assignment(terminal, mine, board)
    earned, possible = _sum(row[1] for row in rows)
    _noticed(terminal, notes)
    terminal.write_line("")
    terminal.write_line(
        say(
            f"  total {_points(earned)} of {_points(possible)} public points",
            f"  公开检查共得 {_points(earned)} / {_points(possible)} 分",
        ),
        bold=True,
    )
    if interrupted:
        terminal.write_line(
            say("  stopped early: what did not run has no points here yet.", "  提前中断：没有运行的检查暂记 0 分。"),
            yellow=True,
        )
    details = [detail for detail in details if detail[1].rung not in (UNASKED, WAITS)]
    begun = _one_a_message([d for d in details if not is_untouched(d[1])])
    begun.sort(key=lambda detail: detail[1].rung != NOT_RUN)  # what cannot be imported keeps everything else away
    shown = (begun or details)[: 1 if board.only_next or not begun else _DETAILS]
    for place, (assignment, verdict, printed) in enumerate(shown):
        _detail(terminal, assignment, verdict, printed, place == 0, board.files.get(assignment.name, ""))
    rest = len(begun) - len(shown)
    if rest > 0:
        terminal.write_line("")
        terminal.write_line(
            say(
                f"… and {rest} more to look at: `pytest --exercise NAME` shows one at a time.",
                f"……还有 {rest} 处要看：用 `pytest --exercise 名称` 逐个查看。",
            )
        )
    if not details and not interrupted:
        _all_passed(terminal, board)


def _all_passed(terminal: "pytest.TerminalReporter", board: Board) -> None:
    """Praise for what was checked, and what comes next in the course."""
    done = {(assignment.name, verdict.check.exercise) for assignment, verdict, _ in board.rows}
    whole = [a for a in board.plan if any(name == a.name for name, _ in done)]
    if any((a.name, name) not in done for a in whole for name in a.exercises):
        names = ", ".join(name for _, name in done)
        terminal.write_line(
            say(f"  Every public check of {names} passes.", f"  {names} 的公开检查全部通过。"), green=True
        )
        terminal.write_line(
            say("→ next: python -m autograder finds it", "→ 接下来：运行 python -m autograder"), bold=True
        )
    else:
        terminal.write_line(say("  Every public check passes. Well done!", "  公开检查全部通过，做得好！"), green=True)
        terminal.write_line(
            say(
                "  The other half of the points comes from hidden checks: the same functions, other inputs.",
                "  另一半分数来自隐藏检查：函数相同，算例不同。",
            )
        )
        later = [a for a in board.plan if a not in whole and a.name > max(each.name for each in whole)]
        if later:
            terminal.write_line(
                say(f"→ next: pytest {later[0].name}", f"→ 接下来：pytest {later[0].name}") + f"  ({later[0].title})",
                bold=True,
            )


def _noticed(terminal: "pytest.TerminalReporter", notes: Sequence[Text]) -> None:
    if notes:
        terminal.write_line("")
        terminal.write_line(
            say("  noticed while reading; it costs only what needs it:", "  读取文件时注意到（只影响用到它的部分）：")
        )
    for note in notes[:_NOTES]:
        terminal.write_line(f"  · {note}", yellow=True)
    if len(notes) > _NOTES:
        terminal.write_line(say(f"  · and {len(notes) - _NOTES} more", f"  · 还有 {len(notes) - _NOTES} 处"))


def _one_a_message(details: list[Row]) -> list[Row]:
    """A module that cannot be imported says so once, not for every exercise."""
    first: dict[tuple, Row] = {}
    for detail in details:
        first.setdefault((detail[0].name, detail[1].message), detail)
    return list(first.values())


def _assignment(terminal: "pytest.TerminalReporter", rows: list[Row], board: Board) -> list[Row]:
    assignment = rows[0][0]
    earned, possible = _sum(row[1] for row in rows)
    terminal.write_line("")
    terminal.write_line(f"{assignment.name}  {assignment.title}  {_points(earned)} / {_points(possible)}", bold=True)
    file = board.files.get(assignment.name, "")
    if file.endswith(".ipynb"):
        terminal.write_line(
            say(
                f"  checked: {file}, since nothing is written in {assignment.module}.py",
                f"  检查的是 {file}，因为 {assignment.module}.py 里还没有写答案",
            )
        )
    first_problems = []
    for exercise in dict.fromkeys([*assignment.exercises, *(row[1].check.exercise for row in rows)]):
        mine = [row for row in rows if row[1].check.exercise == exercise]
        if not mine:
            continue
        earned, possible = _sum(row[1] for row in mine)
        bad = sorted((row for row in mine if row[1].status != PASSED), key=lambda row: urgency(row[1]))
        full = round(BAR * earned / possible)
        words = _in_a_word(assignment, exercise, mine, bad)
        color = {"green": True} if not bad else {"yellow": True} if earned else {}
        if not board.only_next or any(row[1].rung != UNASKED for row in mine):
            terminal.write(f"  {bar(full, BAR)} {_points(earned):>4} / {_points(possible):<4}", **color)
            terminal.write_line(f" {exercise:<26} {words}")
        if bad:
            first_problems.append(bad[0])
            examples = (row[1].counterexample for row in bad if row[1].counterexample)
            bad[0][1].counterexample = next(examples, None)  # of any of its checks: the exercise is told of once
    return first_problems


def _in_a_word(assignment: Assignment, exercise: str, rows: list[Row], bad: list[Row]) -> str:
    if not bad:
        lesson = assignment.exercises[exercise].lesson if exercise in assignment.exercises else ""
        return f"✓ {lesson}"
    if all(is_untouched(row[1]) for row in bad) and len(bad) == len(rows):
        return say("not written yet", "尚未实现")
    if all(row[1].rung == UNASKED for row in bad) and len(bad) == len(rows):
        return say("not run", "未运行")
    if all(row[1].rung == WAITS for row in bad) and len(bad) == len(rows):
        return str(bad[0][1].message)
    passed = len(rows) - len(bad)
    return say(f"{passed} of {len(rows)} checks pass", f"{len(rows)} 项检查通过 {passed} 项")


def _detail(
    terminal: "pytest.TerminalReporter",
    assignment: Assignment,
    verdict: Verdict,
    printed: str,
    is_next: bool,
    file: str = "",
) -> None:
    """One check to look at; a single one of those shown is the next step."""
    check = verdict.check
    terminal.write_line("")
    terminal.write(say("→ next: ", "→ 接下来：") if is_next else say("· later: ", "· 然后："), bold=True)
    terminal.write_line(f"{check.exercise}  ({assignment.name}/{file or assignment.module + '.py'})", bold=True)
    if not verdict.status == NOT_RUN:
        terminal.write_line("  " + say(f"wanted: {check.title}", f"要求：{check.title}"))
    lines = str(verdict.message).splitlines()
    for line in (
        lines[:1] if verdict.counterexample and verdict.status == FAILED else lines
    ):  # the example says it better
        terminal.write_line(f"  {line}")
    if verdict.counterexample:
        for line in str(verdict.counterexample.drawing).splitlines():
            terminal.write_line(f"  {line}")
    if verdict.hint:
        terminal.write_line("  " + say(f"hint: {verdict.hint}", f"提示：{verdict.hint}"), cyan=True)
    _printed(terminal, printed, len(verdict.calls))
    terminal.write_line(
        "  " + say(f"run it alone: pytest --exercise {check.exercise}", f"单独运行：pytest --exercise {check.exercise}")
    )


def _printed(terminal: "pytest.TerminalReporter", printed: str, judged: int) -> None:
    """What the code printed in the call that was judged last, else in the last calls that printed anything."""
    calls = [(number, text.strip()) for number, text in enumerate(printed.split(CALL))]
    calls = [(number, text) for number, text in calls if text]
    for number, text in [call for call in calls if call[0] == judged] or calls[-_CALLS:]:
        which = say(f" in call {number} of the check", f"（检查中的第 {number} 次调用）") if len(calls) > 1 else ""
        terminal.write_line("  " + say(f"your code printed{which}:", f"你的代码打印了{which}："))
        lines = text.splitlines()
        for line in lines[-_LINES:]:
            terminal.write_line(f"  | {line[:200]}")


def bar(full: int, width: int) -> str:
    """So many of `width` places filled, in letters that the console has."""
    done, rest = writable("█", "#"), writable("░", "-")
    return done * full + rest * (width - full)


def _sum(verdicts: Iterable[Verdict]) -> tuple[float, float]:
    verdicts = list(verdicts)
    return sum(v.earned for v in verdicts), sum(v.check.points for v in verdicts)


def _points(value: float) -> str:
    return f"{value:g}"
