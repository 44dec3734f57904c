"""Writes the pages of a grading: `OUT/report/` for staff, `OUT/return/` with one self-contained file a student.

A page allows by hash what it brings along, and nothing else: no network, no handler, no style of a student's.
"""

import base64
import hashlib
import shutil
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from statistics import mean, median
from types import MappingProxyType
from urllib.parse import quote

from jinja2 import Environment, PackageLoader, StrictUndefined
from markupsafe import Markup

from autograder.course.other_ways import OtherWays
from autograder.errors import reported
from autograder.gradebook.marks import Marks
from autograder.gradebook.records import Evidence, Result
from autograder.gradebook.store import Gradebook, write_whole
from autograder.report import changes, findings
from autograder.report.views import MOST_LINES, example_view, student_view
from autograder.selfcheck.definitions import span_of
from autograder.text import Text

REPORT, RETURN, PEOPLE = "report", "return", "people"
GROUPS = 40  # of answers that nobody has named
_SKELETON = """@mistake(
    "{exercise}",
    caught_by="{check}",
    title_zh="",
    hint="",
    hint_zh="",
)
{code}"""


def write_pages(
    book: Gradebook,
    titles: Mapping[str, Text],
    lang: str = "en",
    ways: OtherWays = MappingProxyType({}),
    progress: Callable[[int, int], None] = lambda done, total: None,
) -> Path:
    """Write all pages and give the class page. Pages of people who are no longer in the table of marks go."""
    results = list(book.results())
    marks = book.all_marks(results)
    results.sort(key=lambda r: (-marks[r.submission].final, r.submission))
    evidence = {r.submission: book.evidence(r.submission) for r in results}
    files = {r.submission: f"{book.json_file(r.submission).stem}.html" for r in results}
    pages = _Pages(lang, titles, ways, marks)
    with reported(book.out):
        for folder in (book.out / REPORT, book.out / RETURN):
            shutil.rmtree(folder, ignore_errors=True)
    for done, result in enumerate(results, 1):
        told, name = evidence[result.submission], files[result.submission]
        write_whole(book.out / RETURN / name, pages.student(result, told).encode())
        write_whole(book.out / REPORT / PEOPLE / name, pages.person(result, told).encode())
        progress(done, len(results))
    index = book.out / REPORT / "index.html"
    hrefs = {who: f"{PEOPLE}/{quote(name)}" for who, name in files.items()}
    moved = changes.since_earlier(book, results)
    write_whole(index, pages.of_class(results, evidence, hrefs, moved).encode())
    return index


class _Pages:
    """The templates, with what every page brings along."""

    def __init__(self, lang: str, titles: Mapping[str, Text], ways: OtherWays, marks: Mapping[str, Marks]):
        self.titles, self.ways, self.marks = titles, ways, marks
        loader = PackageLoader("autograder.report")
        self.jinja = Environment(loader=loader, autoescape=True, undefined=StrictUndefined, trim_blocks=True)
        css, script = (self._text(name) for name in ("style.css", "page.js"))
        self.jinja.globals |= {"lang": lang, "css": Markup(css), "short": findings.short_name}
        self.plain = {"csp": _policy(css), "script": ""}
        self.scripted = {"csp": _policy(css, script), "script": Markup(script)}

    def _text(self, name: str) -> str:
        loader = self.jinja.loader
        assert loader is not None
        return loader.get_source(self.jinja, name)[0]

    def student(self, result: Result, evidence: Evidence) -> str:
        """What goes back to the student: made of a view that holds nothing else."""
        view = student_view(result, evidence, self.titles, self.ways, self.marks[result.submission])
        return self.jinja.get_template("student.html").render(view=view, **self.plain)

    def person(self, result: Result, evidence: Evidence) -> str:
        """The same page with what staff alone may see, behind a heading of its own."""
        told = [(name, t) for checks in evidence.checks.values() for name, t in checks.items()]
        return self.jinja.get_template("person.html").render(
            view=student_view(result, evidence, self.titles, marks=self.marks[result.submission]),
            submission=result.submission,
            origin=result.origin.place,
            handed_in=result.handed_in,
            attempt=result.attempt,
            seed=result.attempt_seed or result.seed,
            tier=str(result.sandbox.get("tier", "")),
            notes=findings.notes_of(result),
            evidence=told,
            **self.plain,
        )

    def of_class(
        self,
        results: list[Result],
        evidence: Mapping[str, Evidence],
        hrefs: Mapping[str, str],
        moved: Sequence[changes.Change] = (),
    ) -> str:
        """The class at a glance."""
        names = sorted({a.name for r in results for a in r.assignments})
        mistakes, groups = findings.misconceptions(results), findings.answer_groups(results, evidence)
        bins, scores = findings.histogram(results), [self.marks[r.submission].final for r in results] or [0.0]
        notes: dict[Text, list[str]] = {}
        for r in results:
            for note in findings.notes_of(r):
                notes.setdefault(note, []).append(r.submission)
        return self.jinja.get_template("class.html").render(
            heading=Text("The class", "全班情况"),
            people=[_row(r, self.marks[r.submission], names, hrefs) for r in results],
            sections=any(r.person.section for r in results),
            names=names,
            mean=mean(scores),
            median=median(scores),
            most=max((r.max_score for r in results), default=0.0),
            bins=bins,
            top=max(1, *bins),
            teach=[_lesson(each) for each in findings.to_teach_again(mistakes, groups)],
            mistakes=[_shared(m, evidence) for m in mistakes],
            groups=[_group(g, evidence) for g in groups[:GROUPS]],
            more_groups=max(0, len(groups) - GROUPS),
            checks=findings.check_facts(results),
            limits=findings.limits_hit(results),
            late=[(r.submission, Text(", ".join(names))) for r in results if (names := findings.late(r))],
            missing=[(r.submission, findings.remark(r)) for r in results if not any(a.source for a in r.assignments)],
            notes=list(notes.items()),
            moved=[(change.submission, changes.sentence(change)) for change in moved],
            hrefs=hrefs,
            **self.scripted,
        )


def _row(r: Result, marks: Marks, names: list[str], hrefs: Mapping[str, str]) -> dict:
    scores = {name: mark.final for name, mark in marks.marks.items()}
    return {
        "name": r.submission,
        "id": r.person.id if r.person.id not in r.submission else "",
        "section": r.person.section,
        "href": hrefs[r.submission],
        "score": marks.final,
        "scores": [scores.get(name) for name in names],
        "remark": findings.remark(r),
    }


def _lesson(each: findings.Misconception | findings.Group) -> dict:
    named = isinstance(each, findings.Misconception)
    return {
        "exercise": each.exercise,
        "title": each.title if named else each.message,
        "hint": each.hint if named else Text(),
        "lost": each.lost,
        "count": len(each.people),
        "example": example_view(each.example) if each.example else None,
    }


def _shared(m: findings.Misconception, evidence: Mapping[str, Evidence]) -> dict:
    """A misconception with the code of one who shares it, and where that goes wrong."""
    return {
        "assignment": m.assignment,
        "exercise": m.exercise,
        "title": m.title,
        "people": m.people,
        "code": _code_of_first(m, evidence),
        "example": example_view(m.example) if m.example else None,
    }


def _code_of_first(each: findings.Misconception | findings.Group, evidence: Mapping[str, Evidence]) -> str:
    for _, text in reversed(evidence.get(each.people[0], Evidence()).sources.get(each.assignment, [])):
        if span := span_of(each.exercise, text):
            return "\n".join(text.splitlines()[slice(*span)][:MOST_LINES]).rstrip()
    return ""


def _group(group: findings.Group, evidence: Mapping[str, Evidence]) -> dict:
    """A group with the code of its first member, and a mistake to be filled in."""
    code = _code_of_first(group, evidence)
    return {
        "assignment": group.assignment,
        "exercise": group.exercise,
        "people": group.people,
        "lost": group.lost,
        "message": group.message,
        "code": code,
        "skeleton": _SKELETON.format(exercise=group.exercise, check=group.checks[0], code=code),
    }


def _policy(css: str, script: str = "") -> str:
    """A Content-Security-Policy that lets in the two by hash and nothing else."""
    scripts = f"script-src {_hash(script)}; " if script else ""
    return f"default-src 'none'; style-src {_hash(css)}; {scripts}base-uri 'none'; form-action 'none'"


def _hash(text: str) -> str:
    return f"'sha256-{base64.b64encode(hashlib.sha256(text.encode()).digest()).decode()}'"
