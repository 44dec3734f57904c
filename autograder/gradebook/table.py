"""The table of marks that `gradebook.csv` holds: a row a person."""

import csv
import io
import re
import unicodedata
from collections.abc import Mapping

from autograder.gradebook.marks import Marks
from autograder.gradebook.records import Result
from autograder.text import joined

BEFORE = ["submission", "student_id", "name", "section", "status", "score", "max_score"]
_FORMULA = re.compile(r"\A[=+\-@\t\r\n|]|[;\t\n]\s*[=@]")  # full width too: Excel takes it in East Asia
AFTER = ["notes", "message", "email", "platform", "tier", "seed", "device"]


def csv_text(results: list[Result], marks: Mapping[str, Marks]) -> str:
    """The table as CSV: one row a submission, a column for each assignment, and what an instructor should know.

    The columns of assignments and `score` are what the checks gave; `final` is what `marks` makes of it.
    """
    names = sorted({a.name for r in results for a in r.assignments})
    of_each = [""] if len(names) <= 1 else [f"{name} " for name in names]  # where there are several, each has its own
    text = io.StringIO()
    writer = csv.writer(text, lineterminator="\n")
    late = [f"{name}late_days" for name in of_each]
    times = [f"{name}{what}" for name in of_each for what in ("handed_in", "attempt")]
    writer.writerow([*BEFORE, *names, *late, "final", *times, *AFTER])
    for r in results:
        scores = {a.name: f"{a.score:g}" for a in r.assignments}
        who, notes = r.person, [*r.notes, *(n for a in r.assignments for n in a.notes)]
        row = [r.submission, who.id, who.name, who.section, r.status, f"{r.score:g}", f"{r.max_score:g}"]
        row += [scores.get(name, "") for name in names]
        told = {a.name: (a.handed_in, str(a.attempt)) for a in r.assignments}
        mine = marks[r.submission]
        days = [mine.marks[name].late_days if name in mine.marks else None for name in names] or [None]
        row += ["" if n is None else str(n) for n in days] + [f"{mine.final:g}"]
        row += [value for name in names or [""] for value in told.get(name, ("", ""))]
        row += [str(joined(" | ", dict.fromkeys(notes))), str(r.message), who.email, who.platform]
        writer.writerow([cell(value) for value in [*row, str(r.sandbox.get("tier", "")), str(r.seed), r.device]])
    return text.getvalue()


def cell(text: str) -> str:
    """A spreadsheet must not take a student's file name for a formula, wherever it ends its cells."""
    return f"'{text}" if _FORMULA.search(unicodedata.normalize("NFKC", text[:2000])) else text
