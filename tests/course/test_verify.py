"""The course as it stands passes its own `verify`: mistakes caught, alternatives accepted, nothing misnamed."""

import json

import pytest

from autograder.course.course import load_course
from autograder.course.verify import Report, verify
from autograder.gradebook.records import encode

SHARE_NAMED = 0.95  # of all mistakes; the rest cannot be told apart by what they answer


@pytest.fixture(scope="module")
def reports() -> list[Report]:
    return verify(load_course())


def test_nothing_is_left_to_mend(reports):
    assert [problem for report in reports for problem in report.problems] == []


def test_points_are_a_hundred(reports):
    assert [(r.points, r.solution) for r in reports] == [(p, p) for p in (12, 23, 15, 15, 12, 23)]


def test_thoughtless_answers_earn_nothing(reports):
    assert [(r.stub, r.trivial) for r in reports] == [(0, 0)] * 6


def test_pruned_replies_earn_nothing(reports):
    assert [r.pruned_earned for r in reports] == [0] * 6
    assert all(r.pruned > 300 for r in reports)


def test_every_mistake_is_caught_and_none_is_misnamed(reports):
    assert [(r.caught, r.misdiagnosed) for r in reports] == [(r.mistakes, 0) for r in reports]
    assert sum(r.mistakes for r in reports) >= 90


def test_nearly_every_mistake_is_named(reports):
    named, all_of_them = sum(r.diagnosed for r in reports), sum(r.mistakes for r in reports)
    assert named >= SHARE_NAMED * all_of_them, [(r.assignment, r.undiagnosed) for r in reports]


def test_every_alternative_is_accepted(reports):
    assert [r.accepted for r in reports] == [r.alternatives for r in reports]
    assert sum(r.alternatives for r in reports) >= 60


def test_reports_are_for_machines_too(reports):
    told = json.loads(encode(reports))
    assert [(r["assignment"], r["caught"], r["problems"]) for r in told] == [
        (r.assignment, r.caught, []) for r in reports
    ]
