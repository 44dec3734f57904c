"""Which of a person's attempts counts, and one result made of the facts that count."""

from collections.abc import Iterable

import msgspec

from autograder.gradebook.records import AssignmentResult, Earlier, Result
from autograder.text import Text


def facts_of(result: Result) -> list[Result]:
    """A grading as facts: one for each assignment, with the time and the number of the attempt beside it."""
    told = {"attempt": result.attempt, "handed_in": result.handed_in, "late": result.late}
    return [fact_of(result, msgspec.structs.replace(a, **told)) for a in result.assignments]


def fact_of(result: Result, assignment: AssignmentResult) -> Result:
    """What `result` says of one assignment alone."""
    a = assignment
    told = {"attempt": a.attempt, "handed_in": a.handed_in, "late": a.late, "earlier": []}
    return msgspec.structs.replace(result, assignments=[a], score=a.score, max_score=a.max_score, **told)


def counting(facts: Iterable[Result]) -> Result:
    """Of the facts of one assignment the one that counts: the newest that could be read and holds the module.

    By the platform's times where both have one, else by the number of the attempt.
    """
    best, *others = sorted(facts, key=lambda fact: fact.attempt)
    for fact in others:
        if _worth(fact) > _worth(best) or (_worth(fact) == _worth(best) and not _is_older(fact, best)):
            best = fact
    return best


def merged(facts: list[Result]) -> Result:
    """The current result of a person: for each assignment the fact that counts, and the other attempts beside it."""
    by_name: dict[str, list[Result]] = {}
    for fact in facts:
        by_name.setdefault(fact.assignments[0].name, []).append(fact)
    counts = [counting(by_name[name]) for name in sorted(by_name)]
    newest = max(counts, key=lambda fact: (fact.started, fact.attempt))
    failed = next((fact for fact in counts if fact.status == "failed"), None)
    assignments = [fact.assignments[0] for fact in counts]
    return msgspec.structs.replace(
        newest,
        assignments=assignments,
        score=_sum(assignments, "score"),
        max_score=_sum(assignments, "max_score"),
        status="failed" if failed else "graded",
        message=failed.message if failed else Text(),
        notes=_notes(counts, facts),
        earlier=_others(facts, counts),
    )


def _worth(fact: Result) -> int:
    """What cannot be read counts only alone; what lacks the module is no attempt at it."""
    return 0 if fact.status == "failed" else 1 if not fact.assignments[0].source else 2


def _is_older(fact: Result, other: Result) -> bool:
    return bool(fact.handed_in and other.handed_in) and instant(fact.handed_in) < instant(other.handed_in)


def instant(time: str) -> float:
    """An ISO time as seconds; one without a zone is local."""
    from datetime import datetime

    try:
        return datetime.fromisoformat(time).timestamp()
    except (ValueError, OverflowError, OSError):
        return 0.0


def _notes(counts: list[Result], facts: list[Result]) -> list[Text]:
    last = max(facts, key=lambda fact: fact.attempt)
    notes = [note for fact in counts for note in fact.notes]
    if last.status == "failed" and last not in counts:
        notes.append(Text("a later attempt could not be read: ", "后来的一次提交无法读取：") + last.message)
    return list(dict.fromkeys(notes))


def _others(facts: list[Result], counts: list[Result]) -> list[Earlier]:
    return [
        Earlier(
            f.assignments[0].name, f.attempt, f.handed_in, f.late, f.status, f.score, f.max_score, f.sha256, f.origin
        )
        for f in facts
        if f not in counts and (f.assignments[0].source or f.status == "failed")
    ]


def _sum(assignments: list[AssignmentResult], what: str) -> float:
    return round(float(sum(getattr(a, what) for a in assignments)), 6)
