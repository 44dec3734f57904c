"""Who is in the gradebook: attempts, origins, groups, terms, two commands at once, and tidying up."""

import csv
import json
import os
import signal
import sqlite3
import subprocess
import sys
import time

import pytest
from typer.testing import CliRunner

from autograder.cli import app
from autograder.errors import HeldByAnother
from autograder.gradebook.attempts import counting
from autograder.gradebook.hold import held
from autograder.gradebook.records import AssignmentResult, GraderInfo, Origin, Person, Result
from autograder.gradebook.store import Gradebook
from autograder.grading.roll import Roll
from autograder.intake.finding import Found
from autograder.intake.recognise import Modules
from autograder.selfcheck import text as language
from tests.tiny import RIGHT, tiny_course, write_class

WRONG = "def row_sums(X):\n    return X\n"


def result(name="ann", assignment="01_sums", attempt=1, source="sums.py", **more) -> Result:
    a = AssignmentResult(assignment, 1.0, 2.0, [], source)
    told = {"path": "class", "member": name} | {k: more.pop(k) for k in ("path", "member") if k in more}
    made = Result(name, f"sha{attempt}", 1.0, 2.0, "graded", 7, "cpu", 0.1, "2026-10-01T00:00:00+00:00", {"tier": "x"},
                  GraderInfo("1", "b" * 64), [a], attempt=attempt, origin=Origin(**told))  # fmt: skip
    for key, value in more.items():
        setattr(made, key, value)
    return made


def fact(attempt, handed_in="", source="sums.py", status="graded") -> Result:
    return result(attempt=attempt, source=source, handed_in=handed_in, status=status)


@pytest.mark.parametrize(
    "facts, wanted",
    [
        ([fact(1), fact(2), fact(10)], 10),
        ([fact(1, "2026-10-03T00:00:00+00:00"), fact(2, "2026-10-01T00:00:00+00:00")], 1),
        ([fact(1, "2026-10-03T01:00:00+08:00"), fact(2, "2026-10-02T18:00:00+00:00")], 2),
        ([fact(1, "2026-10-03T00:00:00+00:00"), fact(2)], 2),
        ([fact(1), fact(2, source="")], 1),
        ([fact(1), fact(2, status="failed")], 1),
        ([fact(1, status="failed"), fact(2, status="failed")], 2),
    ],
)
def test_the_newest_attempt_that_could_be_read_counts(facts, wanted):
    assert counting(facts).attempt == counting(reversed(facts)).attempt == wanted


def test_all_attempts_are_kept_and_a_later_assignment_is_added(tmp_path):
    with Gradebook(tmp_path) as book:
        book.add(result(attempt=1))
        book.add(result(attempt=2))
        book.add(result(assignment="02_rows"))
        book.write_files()
        got = book.get("ann")
    assert got and [(a.name, a.attempt) for a in got.assignments] == [("01_sums", 2), ("02_rows", 1)]
    assert (got.score, got.max_score) == (2, 4) and [e.attempt for e in got.earlier] == [1]
    assert [f.name for f in (tmp_path / "results").iterdir()] == ["ann.json"]
    with open(tmp_path / "gradebook.csv", encoding="utf-8-sig", newline="") as file:
        (row,) = csv.DictReader(file)
    assert row["01_sums attempt"] == "2" and row["02_rows attempt"] == "1"


def test_names_that_differ_in_case_alone_have_files_of_their_own(tmp_path):
    with Gradebook(tmp_path) as book:
        for name in ("ann", "Ann", "ANN"):
            book.add(result(name))
        book.write_files()
    found = [json.loads(f.read_text("utf-8"))["submission"] for f in (tmp_path / "results").iterdir()]
    assert sorted(found) == ["ANN", "Ann", "ann"]
    assert len({f.name.casefold() for f in (tmp_path / "results").iterdir()}) == 3


@pytest.mark.parametrize("table", ["results", "checks", "attempts"])
def test_rows_that_another_tool_deletes_do_no_harm(tmp_path, table):
    with Gradebook(tmp_path) as book:
        book.add(result("ann"))
        book.add(result("bob"))
    with sqlite3.connect(tmp_path / "gradebook.sqlite") as base:  # foreign keys are off here
        base.execute(f"DELETE FROM {table} WHERE submission = 'ann'")
    base.close()
    with Gradebook(tmp_path) as book:
        book.add(result("ann", attempt=2))
        book.write_files()
        assert [r.submission for r in book.results()] == ["ann", "bob"]


# Who is who


def found(name, path="class", who=None, **more) -> Found:
    return Found(name, f"/{path}", Modules({}), members=(name,), person=who or Person(), **more)


def canvas(number, name="ann"):
    return Person(str(number), name, platform="canvas")


@pytest.fixture
def book(tmp_path):
    with Gradebook(tmp_path) as book:
        yield book


def called(book, *submissions, replace=False):
    roll = Roll(book, replace)
    return [f.name for f in roll.call(list(submissions))], [text.en for text in roll.refused]


def test_an_id_ties_and_a_name_alone_does_not(book):
    book.add(result("ann_1", person=canvas(1), path="/old", member="ann_1_5_x.py"))
    book.add(result("ben", path="/class", member="ben"))
    assert called(book, found("ann_1", "new", canvas(1)))[0] == ["ann_1"]
    assert called(book, found("anna_1", "new", canvas(1, "anna")))[0] == ["ann_1"]  # renamed on the platform
    assert called(book, found("ben"))[0] == ["ben"]
    names, refused = called(book, found("ben", "other"), found("cat", "other"))
    assert names == ["cat"] and "/class/ben" in refused[0] and "/other" in refused[0] and "--replace" in refused[0]
    assert called(book, found("ben", "other"), replace=True) == (["ben"], [])
    assert called(book, found("ann_1", "new", canvas(2))) == (["ann_1 (2)"], [])


def test_equal_names_in_two_sections_are_two_people(book):
    two = [found("ann", section, Person(section=section)) for section in ("a", "b")]
    assert called(book, *two) == (["ann", "ann (b)"], [])


def test_names_that_only_look_equal_are_told(book):
    twice = [Found("José", "/class", Modules({}), members=(raw,)) for raw in ("José", "Jose\u0301")]
    names, refused = called(book, *twice)
    assert names == ["José"] and refused[0].count("José") >= 3


# The lock


def test_a_second_command_is_told_who_works_there(tmp_path):
    out = tmp_path / "deep" / "out"
    with held(out), pytest.raises(HeldByAnother) as caught, held(out):
        pass
    assert str(os.getpid()) in caught.value.text.en and "since" in caught.value.text.en
    assert not (tmp_path / "deep").exists()  # nothing was written, so nothing stays


@pytest.mark.skipif(sys.platform == "win32", reason="kills with a signal")
def test_a_killed_command_holds_nothing(tmp_path):
    code = f"import time\nfrom autograder.gradebook.hold import held\nwith held({str(tmp_path)!r}):\n    time.sleep(99)"
    process = subprocess.Popen([sys.executable, "-c", code])
    while not (tmp_path / ".held").exists() or not (tmp_path / ".held").read_text():
        time.sleep(0.05)
    with pytest.raises(HeldByAnother, match=str(process.pid)), held(tmp_path):
        pass
    process.send_signal(signal.SIGKILL)
    process.wait()
    with held(tmp_path):
        pass


# End to end


@pytest.fixture
def asked(tmp_path, monkeypatch):
    root = tiny_course(tmp_path / "course")
    monkeypatch.chdir(root)
    monkeypatch.setenv("AUTOGRADER_LANG", "en")
    monkeypatch.setenv("COLUMNS", "200")
    yield lambda *arguments: CliRunner().invoke(app, [*map(str, arguments)])
    language.choose(None)


def rows(out):
    with open(out / "gradebook.csv", encoding="utf-8-sig", newline="") as file:
        return {row["submission"]: row for row in csv.DictReader(file)}


def test_a_term(asked, tmp_path):
    """Two assignments, one after the other; a further attempt; somebody leaves; names are tidied up."""
    out, folder = tmp_path / "out", tmp_path / "class"
    write_class(folder, {"ann": {"rows.py": WRONG}, "ben": {"rows.py": RIGHT["rows"]}, "tim": {"report.pdf": ""}})
    grade = ("grade", folder, "-o", out, "--workers", 1, "--device", "cpu", "--assignment")
    first = asked(*grade, "02_rows")
    assert first.exit_code == 0, first.output
    assert "not handed in (report.pdf)" in first.output and "wrong answers" in first.output
    write_class(folder, {"ann": {"rows.py": RIGHT["rows"]}, "ben": {"sums.py": RIGHT["sums"]}})
    assert asked(*grade, "02_rows").exit_code == 0
    again = asked(*grade, "01_sums")
    assert again.exit_code == 0 and asked(*grade, "01_sums", "--seed", 1).exit_code == 2
    table = rows(out)
    assert table["ann"]["02_rows"] == "2" and table["ann"]["02_rows attempt"] == "2"
    assert table["ben"]["01_sums"] == "4" and table["ben"]["02_rows"] == "2"
    assert "report.pdf" in table["tim"]["notes"]
    (folder / "ben/rows.py").unlink()
    (folder / "ben/sums.py").unlink()
    (folder / "ben").rmdir()
    assert asked(*grade, "02_rows").exit_code == 0 and set(rows(out)) == {"ann", "tim"}
    assert asked("people", out, "--remove", "tim").exit_code == 0 and set(rows(out)) == {"ann"}
    listed = asked("people", out, "--rename", "ann", "安")
    assert set(rows(out)) == {"安"} and [f.name for f in (out / "results").iterdir()] == ["安.json"]
    assert "ben" in listed.output and "removed by hand: 1" in listed.output
    assert asked("people", out, "--remove", "nobody").exit_code == 2
