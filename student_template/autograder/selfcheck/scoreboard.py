"""The scoreboard at the end of a student's pytest: points per exercise, a bar, and what to look at next."""

from collections.abc import Iterable, Sequence
from typing import TYPE_CHECKING

from .assignment import Assignment
from .judge import NOT_RUN, PASSED, Verdict
from .marks import Check
from .notes import Note
from .text import Text, say

if TYPE_CHECKING:
    import pytest

Row = tuple[Assignment, Verdict, str]  # with what the student's code printed

BAR = 12  # characters of a full bar
_URGENCY = (NOT_RUN, "missing", "rule", "type", "shape", "dtype", "finite", "timeout", "killed")
UNASKED = "unasked"
_NOTES = 5
_DETAILS = 3  # exercises whose message is shown in full


def urgency(verdict: Verdict) -> int:
    """How early a failed check should be read: the rung it stopped at says what to mend first."""
    return _URGENCY.index(verdict.rung) if verdict.rung in _URGENCY else len(_URGENCY)


def is_untouched(verdict: Verdict) -> bool:
    """True where the student has not begun: the stub's own NotImplementedError."""
    return verdict.rung == "NotImplementedError"


def unasked(check: Check) -> Verdict:
    """The verdict on a check that did not run because pytest was stopped before; its points stay in the sums."""
    return Verdict(check, NOT_RUN, 0.0, Text("not run", "未运行"), UNASKED)


def show(
    terminal: "pytest.TerminalReporter", rows: list[Row], interrupted: bool = False, notes: Sequence[Note] = ()
) -> None:
    """Write the scoreboard of `rows` to pytest's terminal, and what was noticed while the files were read."""
    terminal.section(say("scoreboard (public checks)", "得分板（公开检查）"), sep="─")
    details = []
    for assignment in dict.fromkeys(row[0].name for row in rows):
        mine = [row for row in rows if row[0].name == assignment]
        details += _assignment(terminal, mine)
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
    details = [detail for detail in details if detail[1].rung != UNASKED]
    begun = _one_a_message([d for d in details if not is_untouched(d[1])])
    shown = begun[:_DETAILS] or details[:1]
    for place, (assignment, verdict, printed) in enumerate(shown):
        _detail(terminal, assignment, verdict, printed, place == 0)
    rest = len(begun) - _DETAILS
    if rest > 0:
        terminal.write_line("")
        terminal.write_line(
            say(
                f"… and {rest} more to look at: `pytest --exercise NAME` shows one at a time.",
                f"……还有 {rest} 处要看：用 `pytest --exercise 名称` 逐个查看。",
            )
        )
    if not details and not interrupted:
        terminal.write_line(say("  Every public check passes. Well done!", "  公开检查全部通过，做得好！"), green=True)
        terminal.write_line(
            say(
                "  The other half of the points comes from hidden checks: the same functions, other inputs.",
                "  另一半分数来自隐藏检查：函数相同，算例不同。",
            )
        )


def _noticed(terminal: "pytest.TerminalReporter", notes: Sequence[Note]) -> None:
    if notes:
        terminal.write_line("")
        terminal.write_line(
            say("  noticed while reading; it costs only what needs it:", "  读取文件时注意到（只影响用到它的部分）：")
        )
    for note in notes[:_NOTES]:
        terminal.write_line(f"  · {note.text}", yellow=True)
    if len(notes) > _NOTES:
        terminal.write_line(say(f"  · and {len(notes) - _NOTES} more", f"  · 还有 {len(notes) - _NOTES} 处"))


def _one_a_message(details: list[Row]) -> list[Row]:
    """A module that cannot be imported says so once, not for every exercise."""
    first: dict[tuple, Row] = {}
    for detail in details:
        first.setdefault((detail[0].name, detail[1].message), detail)
    return list(first.values())


def _assignment(terminal: "pytest.TerminalReporter", rows: list[Row]) -> list[Row]:
    assignment = rows[0][0]
    earned, possible = _sum(row[1] for row in rows)
    terminal.write_line("")
    terminal.write_line(f"{assignment.name}  {assignment.title}  {_points(earned)} / {_points(possible)}", bold=True)
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
        terminal.write(f"  {'█' * full}{'░' * (BAR - full)} {_points(earned):>4} / {_points(possible):<4}", **color)
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
    passed = len(rows) - len(bad)
    return say(f"{passed} of {len(rows)} checks pass", f"{len(rows)} 项检查通过 {passed} 项")


def _detail(
    terminal: "pytest.TerminalReporter", assignment: Assignment, verdict: Verdict, printed: str, is_next: bool
) -> None:
    """One check to look at; a single one of those shown is the next step."""
    check = verdict.check
    terminal.write_line("")
    terminal.write(say("→ next: ", "→ 接下来：") if is_next else say("· later: ", "· 然后："), bold=True)
    terminal.write_line(f"{check.exercise}  ({assignment.name}/{assignment.module}.py)", bold=True)
    if not verdict.status == NOT_RUN:
        terminal.write_line("  " + say(f"wanted: {check.title}", f"要求：{check.title}"))
    for line in str(verdict.message).splitlines():
        terminal.write_line(f"  {line}")
    if verdict.counterexample:
        for line in str(verdict.counterexample.drawing).splitlines():
            terminal.write_line(f"  {line}")
    if verdict.hint:
        terminal.write_line("  " + say(f"hint: {verdict.hint}", f"提示：{verdict.hint}"), cyan=True)
    lines = printed.strip().splitlines()
    if lines:
        terminal.write_line("  " + say("your code printed:", "你的代码打印了："))
        for line in lines[-8:]:
            terminal.write_line(f"  | {line[:200]}")
    terminal.write_line(
        "  " + say(f"run it alone: pytest --exercise {check.exercise}", f"单独运行：pytest --exercise {check.exercise}")
    )


def _sum(verdicts: Iterable[Verdict]) -> tuple[float, float]:
    verdicts = list(verdicts)
    return sum(v.earned for v in verdicts), sum(v.check.points for v in verdicts)


def _points(value: float) -> str:
    return f"{value:g}"
