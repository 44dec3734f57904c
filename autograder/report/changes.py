"""What moved between two gradings, and why: per person and assignment, check by check."""

from collections.abc import Iterable, Sequence

from msgspec import Struct

from autograder.gradebook.records import AssignmentResult, CheckResult, Result
from autograder.gradebook.store import Gradebook
from autograder.report.findings import short_name
from autograder.text import Text, joined


class Moved(Struct):
    """One check whose mark moved; None where it was not there."""

    name: str
    title: Text
    exercise: str
    before: float | None
    after: float | None


class Change(Struct):
    """One person's mark of one assignment before and after, None where there was none, and what caused it."""

    submission: str
    assignment: str
    before: float | None
    after: float | None
    cause: Text
    checks: list[Moved]

    @property
    def by(self) -> float:
        """How many points it moved by."""
        return round((self.after or 0.0) - (self.before or 0.0), 6)


def between(before: Iterable[Result], after: Iterable[Result]) -> list[Change]:
    """What differs between two gradings, in order of name."""
    old, new = ({(r.submission, a.name): (r, a) for r in results for a in r.assignments} for results in (before, after))
    found = []
    for who, name in sorted(old.keys() | new.keys()):
        change = _change(who, name, old.get((who, name)), new.get((who, name)))
        if change:
            found.append(change)
    return found


def since_earlier(book: Gradebook, results: Sequence[Result]) -> list[Change]:
    """What differs between the attempts that count and those before them, in one gradebook."""
    found = []
    for result in results:
        if not result.earlier:
            continue
        facts = book.facts(result.submission)
        for a in result.assignments:
            attempts = [f for f in facts if f.assignments[0].name == a.name]
            now = next((f for f in attempts if f.attempt == a.attempt), None)
            others = [f for f in attempts if f.attempt < a.attempt and f.assignments[0].source]
            if now and others:
                found += between(others[-1:], [now])
    return found


def _change(
    who: str, name: str, old: tuple[Result, AssignmentResult] | None, new: tuple[Result, AssignmentResult] | None
) -> Change | None:
    was, now = ({c.name: c for c in pair[1].checks} if pair else {} for pair in (old, new))
    names = list(dict.fromkeys([*was, *now]))
    moved = [_moved(was.get(n), now.get(n)) for n in names if _mark(was.get(n)) != _mark(now.get(n))]
    before, after = (pair[1].score if pair else None for pair in (old, new))
    if before == after and not moved:
        return None
    return Change(who, name, before, after, _cause(old, new), moved)


def _moved(old: CheckResult | None, new: CheckResult | None) -> Moved:
    there = new or old
    assert there is not None
    return Moved(there.name, there.title, there.exercise, _mark(old), _mark(new))


def _mark(check: CheckResult | None) -> float | None:
    return check.score if check else None


def _cause(old: tuple[Result, AssignmentResult] | None, new: tuple[Result, AssignmentResult] | None) -> Text:
    """Every reason that can be seen: what was handed in, the course, the seed; else it was graded again."""
    if old is None:
        return Text("new", "新增")
    if new is None:
        return Text("no longer there", "已不在其中")
    reasons = [
        (old[0].sha256 != new[0].sha256, Text("another submission", "提交内容不同")),
        (old[0].grader.bundle_sha256 != new[0].grader.bundle_sha256, Text("the checks changed", "检查有改动")),
        (_seed(old[0]) != _seed(new[0]), Text("another seed", "随机种子不同")),
    ]
    named = [text for holds, text in reasons if holds]
    return joined(", ", named) if named else Text("graded again", "重新批改")


def _seed(result: Result) -> int:
    return result.attempt_seed or result.seed


def sentence(change: Change) -> Text:
    """One line that can be sent to the person."""
    was, now = (Text("–") if mark is None else Text(f"{mark:g}") for mark in (change.before, change.after))
    parts = [_line(moved) for moved in change.checks[:6]]
    more = (
        Text(f", and {len(change.checks) - 6} more", f"，另有 {len(change.checks) - 6} 项")
        if change.checks[6:]
        else Text()
    )
    told = joined("; ", parts) + more
    head = Text(f"{change.submission}: {short_name(change.assignment)} ") + was + " → " + now
    cause = Text(f" ({change.cause.en})", f"（{change.cause.zh}）")
    return head + cause + (Text(": ", "：") + told if parts else Text())


def _line(moved: Moved) -> Text:
    by = (moved.after or 0.0) - (moved.before or 0.0)
    return Text(f"{moved.exercise} {by:+g} (", f"{moved.exercise} {by:+g}（") + moved.title + Text(")", "）")
