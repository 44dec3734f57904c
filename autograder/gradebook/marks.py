"""Marks as a pure function of facts, policy and adjustments, with the arithmetic of each in words.

Facts are never changed: whoever changes `course.toml` asks again and regrades nobody.
"""

import math
from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime, timedelta

from msgspec import Struct, field

from autograder.gradebook.adjustments import TOTAL, Adjustment
from autograder.gradebook.attempts import counting
from autograder.gradebook.policy import DAY, Extension, Policy
from autograder.gradebook.records import Result
from autograder.text import Text


class Mark(Struct):
    """One assignment of one person: `raw` from the checks, then what lateness and people changed, line by line.

    `late_days` are the started days after the grace, before free ones; None where nothing says when it came.
    """

    assignment: str
    raw: float
    most: float
    final: float
    late_days: int | None = None
    lines: list[Text] = field(default_factory=list)


class Marks(Struct):
    """All of a person: the marks by assignment, the sum, and what changed the sum itself."""

    submission: str
    marks: dict[str, Mark]
    final: float
    most: float
    lines: list[Text] = field(default_factory=list)


def marks_of(result: Result, facts: Sequence[Result], policy: Policy, adjustments: Iterable[Adjustment] = ()) -> Marks:
    """The marks of one person from all attempts (`facts`, one assignment each) and the lines about this person."""
    mine = [line for line in adjustments if line.submission == result.submission and not line.undone_by]
    names = {result.submission, result.person.id, result.person.name, result.person.email} - {""}
    by_name: dict[str, list[Result]] = {}
    for fact in facts:
        by_name.setdefault(fact.assignments[0].name, []).append(fact)
    dues = {name: policy.due_for(names, name) for name in by_name}
    in_order = sorted(by_name, key=lambda name: (dues[name] is None, dues[name] and dues[name][0], name))  # pyright: ignore[reportOptionalSubscript]
    free, marks = policy.late.free_days, {}
    for name in in_order:
        fact = _that_counts(by_name[name], policy, dues[name])
        marks[name], free = _mark(fact, policy, dues[name], free, [line for line in mine if line.assignment == name])
    marks = dict(sorted(marks.items()))
    total, most = sum(m.final for m in marks.values()), sum(m.most for m in marks.values())
    lines = []
    for line in mine:
        if line.assignment == TOTAL:
            total = _adjusted(total, most, line, lines)
    return Marks(result.submission, marks, _round(total), _round(most), lines)


Due = tuple[datetime, Extension | None] | None


def _that_counts(facts: list[Result], policy: Policy, due: Due) -> Result:
    """The attempt that counts: the newest, the best after its penalty, or the newest that came in time."""
    if policy.attempts.count == "best":
        return max(facts, key=lambda f: (_after_penalty(f, policy, due), f.attempt))
    if policy.attempts.count == "last-on-time" and due:
        in_time = [f for f in facts if not days_late(f, policy, due)]
        return counting(in_time or facts)
    return counting(facts)


def days_late(fact: Result, policy: Policy, due: Due) -> int | None:
    """The days that were started after the due time, once the grace is over; None where nothing says."""
    if due is None or not fact.handed_in:
        return None
    when = policy.moment(fact.handed_in)
    if when <= due[0] + timedelta(minutes=policy.late.grace_minutes):
        return 0
    return max(1, math.ceil((when - due[0]) / DAY))


def _after_penalty(fact: Result, policy: Policy, due: Due) -> float:
    days = days_late(fact, policy, due) or 0
    return fact.score - min(policy.late.at_most, days * policy.late.per_day) * fact.max_score


def _mark(fact: Result, policy: Policy, due: Due, free: int, changes: list[Adjustment]) -> tuple[Mark, int]:
    a = fact.assignments[0]
    mark = Mark(a.name, fact.score, fact.max_score, fact.score, days_late(fact, policy, due))
    mark.lines.append(
        Text(f"checks: {fact.score:g} of {fact.max_score:g}", f"检查得分：{fact.score:g} / {fact.max_score:g}")
    )
    for line in changes:
        if line.check:
            mark.final = _on_check(mark.final, a.checks, line, mark.lines)
    if due and mark.late_days:
        until, extension = due
        spent = min(free, mark.late_days)
        free -= spent
        _tell_late(mark, fact, until, extension, spent)
        part = min(policy.late.at_most, (mark.late_days - spent) * policy.late.per_day)
        if part:
            off = min(mark.final, part * mark.most)
            mark.final -= off
            mark.lines.append(
                Text(
                    f"late penalty: {part:.0%} of {mark.most:g}: −{off:g}",
                    f"迟交扣分：{mark.most:g} 的 {part:.0%}：−{off:g}",
                )
            )
    elif fact.late and mark.late_days is None:
        mark.lines.append(
            Text("the platform calls it late and tells no time: no penalty", "平台标记为迟交但没有给出时间：不扣分")
        )
    for line in changes:
        if not line.check:
            mark.final = _adjusted(mark.final, mark.most, line, mark.lines)
    mark.final = _round(mark.final)
    return mark, free


def _tell_late(mark: Mark, fact: Result, until: datetime, extension: Extension | None, spent: int) -> None:
    why = f" (extension{f': {extension.why}' if extension.why else ''})" if extension else ""
    why_zh = f"（延期{f'：{extension.why}' if extension.why else ''}）" if extension else ""
    mark.lines.append(
        Text(
            f"due {until:%Y-%m-%d %H:%M}{why}, handed in {fact.handed_in}: {mark.late_days} started days late",
            f"截止 {until:%Y-%m-%d %H:%M}{why_zh}，提交于 {fact.handed_in}：迟交 {mark.late_days} 天（不满一天算一天）",
        )
    )
    if spent:
        mark.lines.append(Text(f"free days spent: {spent}", f"使用免扣天数：{spent}"))


def _on_check(score: float, checks: Sequence, line: Adjustment, lines: list[Text]) -> float:
    """A change of one check moves the mark as far as the check's own bounds let it."""
    check = next((c for c in checks if c.name == line.check), None)
    if check is None:
        lines.append(_told(line, Text(": this check is no longer there", "：这项检查已不存在")))
        return score
    new = max(0.0, check.score + line.points)
    new = new if line.extra else min(new, check.max_score)
    lines.append(_told(line, Text()))
    return score + new - check.score


def _adjusted(score: float, most: float, line: Adjustment, lines: list[Text]) -> float:
    new = max(0.0, score + line.points)
    more = Text()
    if new > most and not line.extra:
        new, more = max(score, most), Text(f": no more than {most:g}", f"：不超过 {most:g}")
    lines.append(_told(line, more))
    return new


def _told(line: Adjustment, more: Text) -> Text:
    by, by_zh = (f", {line.by}", f"，{line.by}") if line.by else ("", "")
    return (
        Text(f"{line.place} {line.points:+g}: {line.why}{by}", f"{line.place} {line.points:+g}：{line.why}{by_zh}")
        + more
    )


def arithmetic(marks: Marks, titles: Mapping[str, Text]) -> list[Text]:
    """Everything that made the sum, line by line, in words that can be sent to the student."""
    told = []
    for mark in marks.marks.values():
        told.append(
            titles.get(mark.assignment, Text(mark.assignment)) + f" ({mark.assignment}): {mark.final:g} / {mark.most:g}"
        )
        told += [Text("  ") + line for line in mark.lines]
    told += marks.lines
    return [*told, Text(f"total: {marks.final:g} / {marks.most:g}", f"总分：{marks.final:g} / {marks.most:g}")]


def _round(value: float) -> float:
    return round(float(value), 6)
