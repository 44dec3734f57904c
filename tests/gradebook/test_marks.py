"""Marks: what deadlines, extensions, free days and people make of the checks' points, with the arithmetic in words."""

import csv
import json

import pytest

from autograder.errors import CourseError, GradebookError
from autograder.gradebook.adjust import adjust, log
from autograder.gradebook.adjustments import Adjustment
from autograder.gradebook.marks import arithmetic, marks_of
from autograder.gradebook.policy import Policy, load_policy
from autograder.gradebook.records import AssignmentResult, CheckResult, GraderInfo, Person, Result, Run, encode
from autograder.gradebook.store import Gradebook
from autograder.text import Text

POLICY = """
[course]
timezone = "Asia/Shanghai"
[late]
grace_minutes = 10
per_day = 0.1
at_most = 0.5
free_days = {free}
[attempts]
count = "{count}"
[due]
01_sums = 2026-11-24T23:59:00
02_rows = 2026-12-01T23:59:00
{more}
"""


def policy(tmp_path, free=0, count="last", more=""):
    (tmp_path / "course.toml").write_text(POLICY.format(free=free, count=count, more=more), "utf-8")
    return load_policy(tmp_path)


def fact(name="02_rows", score=23.0, handed_in="", attempt=1, late=None, who="ann"):
    check = CheckResult("check_it", Text("it is right"), "it", False, score - 1, score, "failed")
    a = AssignmentResult(name, score - 1, 23.0, [check], "rows.py", attempt=attempt, handed_in=handed_in, late=late)
    person = Person("007", "Ann Lee", "ann@x.edu") if who == "ann" else Person()
    return Result(
        who, f"{name}{attempt}", a.score, 23.0, "graded", 5, "cpu", 1.0, "2026", {}, GraderInfo("1", "b"), [a],
        person=person, attempt=attempt, handed_in=handed_in, late=late,
    )  # fmt: skip


def mark(facts, policy, adjustments=(), name="02_rows"):
    return marks_of(facts[0], facts, policy, adjustments).marks[name]


@pytest.mark.parametrize(
    ("handed_in", "days", "final"),
    [
        ("2026-12-01T23:59:00", 0, 22),
        ("2026-12-02T00:09:00", 0, 22),  # within the grace
        ("2026-12-02T00:10:00", 1, 22 - 2.3),
        ("2026-12-02T23:59:00", 1, 22 - 2.3),
        ("2026-12-03T08:00:00", 2, 22 - 4.6),  # due Tuesday 23:59, handed in Thursday 08:00: two started days
        ("2026-12-03T00:00:00+00:00", 2, 22 - 4.6),  # the same in another zone
        ("2027-02-01T08:00:00", 62, 22 - 11.5),  # no more than `at_most`
        ("", None, 22),
    ],
)
def test_a_started_day_costs_its_part_of_the_maximum(tmp_path, handed_in, days, final):
    found = mark([fact(handed_in=handed_in)], policy(tmp_path))
    assert (found.late_days, found.final, found.raw) == (days, pytest.approx(final), 22)
    assert (len(found.lines) > 1) == bool(days)


def test_late_without_a_time_costs_nothing_and_is_said(tmp_path):
    found = mark([fact(late=True)], policy(tmp_path))
    assert found.final == 22 and "tells no time" in found.lines[-1].en and "不扣分" in found.lines[-1].zh


def test_an_extension_takes_the_place_of_the_due_date(tmp_path):
    for who in ("ann", "007", "ann@x.edu", "Ann Lee"):
        more = f'[[extension]]\nstudent = "{who}"\nassignment = "02_rows"\nuntil = 2026-12-03T12:00:00\nwhy = "ill"'
        rules = policy(tmp_path, more=more)
        assert mark([fact(handed_in="2026-12-03T08:00:00")], rules).final == 22
        late = mark([fact(handed_in="2026-12-03T13:00:00")], rules)
        assert late.late_days == 1 and any("extension: ill" in line.en for line in late.lines)
        assert mark([fact(handed_in="2026-12-03T08:00:00", who="bob")], rules).late_days == 2


def test_free_days_are_spent_in_the_order_of_due_dates(tmp_path):
    facts = [fact("01_sums", handed_in="2026-11-26T12:00:00"), fact("02_rows", handed_in="2026-12-04T12:00:00")]
    found = marks_of(facts[0], facts, policy(tmp_path, free=3), ())
    assert found.marks["01_sums"].final == 22 and found.marks["02_rows"].late_days == 3
    assert found.marks["02_rows"].final == pytest.approx(22 - 4.6)  # one free day was left for three
    assert [line.en for line in found.marks["01_sums"].lines if "free" in line.en] == ["free days spent: 2"]


@pytest.mark.parametrize(("count", "attempt"), [("last", 3), ("best", 2), ("last-on-time", 1)])
def test_policy_picks_the_attempt(tmp_path, count, attempt):
    facts = [
        fact(score=11.0, handed_in="2026-11-30T08:00:00", attempt=1),
        fact(score=21.0, handed_in="2026-12-02T08:00:00", attempt=2),
        fact(score=5.0, handed_in="2026-12-03T08:00:00", attempt=3),
    ]
    assert mark(facts, policy(tmp_path, count=count)).raw == facts[attempt - 1].score


def line(points, assignment="02_rows", check="", extra=False, **more):
    return Adjustment(1, "ann", assignment, check, points, "because", "", "now", extra, **more)


@pytest.mark.parametrize(
    ("changes", "final", "total"),
    [
        ([line(-2)], 20, 20),
        ([line(-30)], 0, 0),
        ([line(5)], 23, 23),  # never above the maximum
        ([line(5, extra=True)], 27, 27),
        ([line(5, check="check_it")], 23, 23),
        ([line(-100, check="check_it")], 0, 0),
        ([line(1, check="check_gone")], 22, 22),
        ([line(-4, assignment="total")], 22, 18),
        ([line(-2, undone_by=2)], 22, 22),
    ],
)
def test_what_people_change_stays_within_bounds(changes, final, total):
    facts = [fact()]
    found = marks_of(facts[0], facts, Policy(), changes)
    assert (found.marks["02_rows"].final, found.final) == (final, total)


def test_the_arithmetic_is_told_line_by_line(tmp_path):
    facts = [fact(handed_in="2026-12-03T08:00:00")]
    told = arithmetic(marks_of(facts[0], facts, policy(tmp_path), [line(-2)]), {"02_rows": Text("Rows", "行")})
    assert [text.en for text in told] == [
        "Rows (02_rows): 15.4 / 23",
        "  checks: 22 of 23",
        "  due 2026-12-01 23:59, handed in 2026-12-03T08:00:00: 2 started days late",
        "  late penalty: 20% of 23: −4.6",
        "  02_rows -2: because",
        "total: 15.4 / 23",
    ]
    assert all(text.zh for text in told)


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("[late]\nper_week = 1", "per_week"),
        ("[late]\nper_day = 3", "per_day"),
        ('[course]\ntimezone = "Mars/Base"', "Mars/Base"),
        ('[due]\n02_rows = "soon"', "[due] 02_rows"),
        ("[due]\n02_rows = 2026-12-01", "[due] 02_rows"),
        ('[attempts]\ncount = "first"', "first"),
        ("[late", "course.toml"),
    ],
)
def test_a_slip_in_course_toml_names_the_file_and_the_key(tmp_path, text, words):
    (tmp_path / "course.toml").write_text(text, "utf-8")
    with pytest.raises(CourseError) as caught:
        load_policy(tmp_path)
    assert words in str(caught.value) and "course.toml" in str(caught.value)


def test_an_assignment_that_is_not_there_is_named(tmp_path):
    policy(tmp_path)
    load_policy(tmp_path, ["01_sums", "02_rows"])
    with pytest.raises(CourseError, match="no assignment is called 01_sums"):
        load_policy(tmp_path, ["02_rows"])


@pytest.fixture
def out(tmp_path):
    """A gradebook of two people whose course has a policy."""
    policy(tmp_path)
    folder = tmp_path / "out"
    folder.mkdir()
    with Gradebook(folder) as book:
        book.add(fact(handed_in="2026-12-03T08:00:00"))
        book.add(fact(who="bob"))
        (folder / "run.json").write_bytes(encode(Run(5, ["02_rows"], "cpu", "b", root=str(tmp_path))))
        book.write_files()
    return folder


def rows(out):
    with open(out / "gradebook.csv", encoding="utf-8-sig", newline="") as file:
        return {row["submission"]: row for row in csv.DictReader(file)}


def test_the_table_holds_days_and_final_marks_and_follows_the_policy(out, tmp_path):
    found = rows(out)
    assert (found["ann"]["score"], found["ann"]["late_days"], found["ann"]["final"]) == ("22", "2", "17.4")
    assert (found["bob"]["late_days"], found["bob"]["final"]) == ("", "22")
    policy(tmp_path, free=2)
    with Gradebook(out) as book:
        book.write_files()
    assert rows(out)["ann"]["final"] == "22"


def test_a_change_survives_regrading_and_can_be_taken_back(out):
    said = adjust(out, "ann", "02_rows", "-2", "late registration", "Li")
    assert said.en == "1: ann 02_rows -2: 17.4 → 15.4 of 23" and rows(out)["ann"]["final"] == "15.4"
    with Gradebook(out) as book:
        book.add(fact(score=11.0, handed_in="2026-12-03T08:00:00"))  # the same attempt, graded again
        book.write_files()
    assert rows(out)["ann"]["final"] == "3.4"
    adjust(out, None, None, None, "a mistake of ours", undo=1)
    assert rows(out)["ann"]["final"] == "5.4"
    (kept,) = log(out)
    assert kept.undone_by == 2 and (kept.why, kept.by) == ("late registration", "Li")
    with pytest.raises(GradebookError, match="already"):
        adjust(out, None, None, None, "", undo=1)


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        (("ann", "02_rows", "-2", ""), "needs a reason"),
        (("ann", "02_rows", "two", "w"), "no number"),
        (("ann", "02_rows", "nan", "w"), "no number"),
        (("ann", "03_none", "1", "w"), "02_rows"),
        (("ann", "02_rows:check_x", "1", "w"), "check_it"),
        (("eve", "02_rows", "1", "w"), "nobody called eve"),
        (("bob", "02_rows", "5", "w"), "--allow-extra"),
        (("ann", None, None, "w"), "ASSIGNMENT"),
    ],
)
def test_a_change_that_cannot_be_is_refused_in_a_sentence(out, arguments, words):
    before = (out / "gradebook.csv").read_bytes()
    with pytest.raises(GradebookError) as caught:
        adjust(out, *arguments)
    assert words in str(caught.value) and log(out) == []
    assert (out / "gradebook.csv").read_bytes() == before


def test_extra_points_where_they_are_allowed(out):
    adjust(out, "bob", "02_rows", "5", "a prize", extra=True)
    assert rows(out)["bob"]["final"] == "27"


def test_a_renamed_person_keeps_the_changes(out):
    adjust(out, "ann", "total", "-1", "w")
    with Gradebook(out) as book:
        book.rename("ann", "anna")
        book.write_files()
    assert rows(out)["anna"]["final"] == "16.4" and json.loads((out / "run.json").read_text())["root"]
