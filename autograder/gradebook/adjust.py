"""Changes a mark by hand: checks what was asked, appends it to the log, and writes the table anew."""

import getpass
import math
from datetime import datetime
from pathlib import Path

from autograder.errors import GradebookError
from autograder.gradebook.adjustments import TOTAL, Adjustment
from autograder.gradebook.hold import held
from autograder.gradebook.records import Result
from autograder.gradebook.store import Gradebook
from autograder.text import Text


def log(out: Path) -> list[Adjustment]:
    """All lines so far, those that were taken back included."""
    with Gradebook(out, create=False) as book:
        return book.adjustments()


def adjust(
    out: Path,
    who: str | None,
    where: str | None,
    points: str | None,
    why: str,
    by: str = "",
    extra: bool = False,
    undo: int | None = None,
) -> Text:
    """Append one line, or take line `undo` back; what came of it in one sentence. Raises `GradebookError`."""
    with Gradebook(out, create=False) as book, held(out):
        if undo is not None:
            said = _undo(book, undo, why, by)
        else:
            said = _add(book, who, where, points, why, by, extra)
        book.write_files()
    return said


def _add(
    book: Gradebook, who: str | None, where: str | None, points: str | None, why: str, by: str, extra: bool
) -> Text:
    if not (who and where and points):
        raise GradebookError(
            'write: adjust OUT WHO ASSIGNMENT[:CHECK] POINTS --why "the reason"',
            '请写成：adjust OUT 学生 作业[:检查] 分数 --why "原因"',
        )
    if not why.strip():
        raise GradebookError('a changed mark needs a reason: --why "…"', '改分需要说明原因：--why "…"')
    submission = book.find(who)
    result = book.get(submission)
    assert result is not None
    assignment, check = _place(result, where)
    line = Adjustment(0, submission, assignment, check, _number(points), why.strip(), by or _me(), _now(), extra)
    policy, before = book.policy(), book.adjustments()
    was, now = (book.marks(submission, policy, lines) for lines in (before, [*before, line]))
    if now.final - was.final < line.points - 1e-9 and line.points > 0 and not extra:
        raise GradebookError(
            f"{points} points on {line.place} would lift it above its maximum (from {was.final:g} to "
            f"{now.final:g} of {now.most:g} at most): --allow-extra allows it",
            f"在 {line.place} 上加 {points} 分会超过满分（从 {was.final:g} 只能到 {now.final:g} / {now.most:g}）："
            "如确需超过，请加 --allow-extra",
        )
    number = book.adjust(line)
    return Text(
        f"{number}: {submission} {line.place} {line.points:+g}: {was.final:g} → {now.final:g} of {now.most:g}",
        f"{number}：{submission} {line.place} {line.points:+g}：{was.final:g} → {now.final:g} / {now.most:g}",
    )


def _undo(book: Gradebook, number: int, why: str, by: str) -> Text:
    line = next((each for each in book.adjustments() if each.number == number), None)
    if line is None:
        raise GradebookError(f"there is no line {number}: --list shows them", f"没有第 {number} 条：--list 可列出全部")
    if line.undone_by:
        raise GradebookError(f"line {number} was taken back already", f"第 {number} 条已经撤销过")
    back = Adjustment(0, line.submission, line.assignment, line.check, -line.points, why, by or _me(), _now())
    new = book.adjust(back, undoes=number)
    return Text(
        f"{new}: takes {number} back ({line.submission} {line.place} {line.points:+g})",
        f"{new}：撤销第 {number} 条（{line.submission} {line.place} {line.points:+g}）",
    )


def _place(result: Result, where: str) -> tuple[str, str]:
    """The assignment, and the check within it, that `where` names."""
    name, _, check = where.partition(":")
    if name == TOTAL and not check:
        return TOTAL, ""
    mine = next((a for a in result.assignments if a.name == name), None)
    if mine is None:
        known = ", ".join(a.name for a in result.assignments)
        raise GradebookError(
            f"{result.submission} has no mark in {name}: there are {known}, and {TOTAL} for the sum",
            f"{result.submission} 没有 {name} 的成绩：现有 {known}；总分写作 {TOTAL}",
        )
    if check and check not in (c.name for c in mine.checks):
        known = ", ".join(c.name for c in mine.checks)
        raise GradebookError(
            f"{name} has no check {check}: there are {known}", f"{name} 没有检查 {check}：现有 {known}"
        )
    return name, check


def _number(points: str) -> float:
    try:
        value = float(points.replace("−", "-"))
    except ValueError:
        value = math.nan
    if not math.isfinite(value) or not value:
        raise GradebookError(
            f"{points} is no number of points, such as -2 or 0.5", f"{points} 不是分数，例如 -2 或 0.5"
        )
    return value


def _me() -> str:
    try:
        return getpass.getuser()
    except (OSError, KeyError):
        return ""


def _now() -> str:
    return datetime.now().astimezone().isoformat(timespec="seconds")
