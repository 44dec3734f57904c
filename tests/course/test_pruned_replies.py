"""Pruned replies: each way in which a check believes what it was told is found, and a sound check is left in peace."""

import sys
import types
from pathlib import Path
from unittest import mock

import numpy as np
import pytest
import torch

from autograder.course.course import load_course
from autograder.course.verify import print_reports, pruned_replies, verify
from autograder.course.verify.pruned_replies import Place, Played, play, prunings, rebuilt, wrong
from autograder.selfcheck import assert_close, assert_equal, assert_raises, assert_true, fail
from autograder.selfcheck.assignment import Assignment
from autograder.selfcheck.marks import Check
from autograder.selfcheck.text import Text
from tests.tiny import tiny_course

X = torch.tensor([[1.0, -2.0, 3.0], [4.0, 5.0, -6.0]])


def double(X):
    if not isinstance(X, torch.Tensor):
        raise ValueError("no tensor")
    return 2 * X


def answers_and_verdict(module, *inputs):
    return {"answers": [module.double(X) for X in inputs], "changed": False, "why": "", "aside": [1, 2]}


def loss(module):
    return {"loss": 0.25}


def played(function) -> Played:
    """What comes of a check on a module whose `double` is right."""
    check = Check(function.__name__, function, 2, "double", Text("It is right", "它是对的"), hidden=False)
    assignment = Assignment("01_double", Path("/nowhere"), "double", "1", Text("Double", "加倍"))
    module = types.ModuleType("double")
    module.double = double
    with mock.patch.object(pruned_replies, "load_probes", lambda folder: sys.modules[__name__]):
        (found,) = play(assignment, module, [check], 0)
    assert found.verdict.status == "passed", str(found.verdict.message)
    return found


def ask(student):
    return student.probe(answers_and_verdict, X, X + 1)


def loops_over_what_came(student):
    for answer in ask(student)["answers"]:
        assert_true(torch.equal(answer, 2 * X) or torch.equal(answer, 2 * X + 2), "wrong", "错")


def stops_at_the_shorter(student):
    for answer, expected in zip(ask(student)["answers"], [2 * X, 2 * X + 2]):
        assert_close(answer, expected)


def compares_the_keys_that_came(student):
    told = ask(student)
    for key in told.keys() & {"answers"}:
        first, second = told[key]
        assert_close(first, 2 * X), assert_close(second, 2 * X + 2)


def complains_only_of_numbers(student):
    if abs(student.probe(loss)["loss"] - 0.25) > 0.01:
        fail("wrong", "错")


def compares_what_is_a_tensor(student):
    answer = student.double(X)
    if isinstance(answer, torch.Tensor):
        assert_close(answer, 2 * X)


def takes_any_size(student):
    assert_true(bool((student.double(torch.ones(3)) == 2).all()), "wrong", "错")


def takes_none_for_no(student):
    told = ask(student)
    first, second = told["answers"]
    assert_close(first, 2 * X), assert_close(second, 2 * X + 2)
    assert_true(not told["changed"], "changed", "改动了")


def does_not_mind_the_verdict(student):
    told = ask(student)
    first, second = told["answers"]
    assert_close(first, 2 * X), assert_close(second, 2 * X + 2)
    assert_true(told["changed"] or not told["changed"], "changed", "改动了")


def catches_what_should_be_raised(student):
    try:
        student.double(None)
    except ValueError:
        pass


def asks_nothing(student):
    pass


@pytest.mark.parametrize(
    ("check", "told"),
    [
        (loops_over_what_came, "['answers'] → empty"),
        (stops_at_the_shorter, "['answers'][1] → left out"),
        (compares_the_keys_that_came, "['answers'] → left out"),
        (complains_only_of_numbers, "['loss'] → NaN"),
        (compares_what_is_a_tensor, "double, case 1: answer → None"),
        (takes_any_size, "double, case 1: answer → a tensor without elements"),
        (takes_none_for_no, "['changed'] → None"),
        (does_not_mind_the_verdict, "['changed'] → the opposite"),
        (catches_what_should_be_raised, "double, case 1: answer → None"),
        (asks_nothing, "all replies → None"),
    ],
    ids=lambda value: getattr(value, "__name__", ""),
)
def test_a_check_that_believes_is_found(check, told):
    found = played(check)
    assert any(told in fault.en for fault in found.faults), [fault.en for fault in found.faults]
    for text in (found.problem.en, found.problem.zh):
        assert check.__name__ in text


def demands_what_is_due(student):
    told = ask(student)
    first, second = told["answers"]
    assert_close(first, 2 * X), assert_close(second, 2 * X + 2)
    assert_true(told["changed"] is False and told["why"] == "", "changed", "改动了")
    for (given,), answer in student.double.each([(X,), (-X,)]):
        assert_close(answer, 2 * given)
    assert_raises(ValueError, lambda: student.double(None))
    assert_equal(student.double(torch.ones(())).item(), 2.0)


def looks_at_one_part_alone(student):
    first, _ = ask(student)["answers"]
    assert_close(first, 2 * X)


def accepts_any_axes(student):
    assert_close(student.double(torch.ones(1)).reshape(()), 2.0)


@pytest.mark.parametrize("check", [demands_what_is_due, looks_at_one_part_alone, accepts_any_axes])
def test_a_check_that_demands_is_left_in_peace(check):
    found = played(check)
    assert [fault.en for fault in found.faults] == [] and found.tried > 5


def test_a_check_that_the_solution_fails_is_not_pruned():
    def never(student):
        fail("never", "从不")

    check = Check("never", never, 1, "double", Text("It is right", "它是对的"), hidden=False)
    assignment = Assignment("01_double", Path("/nowhere"), "double", "1", Text("Double", "加倍"))
    (found,) = play(assignment, types.ModuleType("double"), [check], 0)
    assert (found.verdict.status, found.tried, found.faults) == ("failed", 0, [])


@pytest.mark.parametrize(
    "value", [None, True, 3, 0.5, "text", "", [], [1, 2], (1,), {}, {"k": 1}, X, X > 0, torch.ones(()), np.ones((2, 3))]
)
def test_a_pruning_is_always_something_else(value):
    def same(a, b):
        if isinstance(a, torch.Tensor | np.ndarray):
            return type(a) is type(b) and a.shape == b.shape and bool((a == b).all())
        return type(a) is type(b) and a == b

    ways = prunings(value, False)
    assert ways and not any(same(value, pruned) for pruned in ways.values())
    assert not same(value, wrong(value))


def test_a_reply_is_rebuilt_with_its_changes_and_never_shared():
    reply = {"a": [torch.ones(2), (1, 2)], "b": None}
    copy = rebuilt(reply, Place(0, 0), {Place(0, 0, ("a", 1)): 7, Place(0, 1): 8})
    assert copy["a"][1] == 7 and copy["b"] is None and list(copy) == ["a", "b"]
    copy["a"][0] += 1
    assert bool((reply["a"][0] == 1).all())


BELIEVES = """
import torch
from autograder.selfcheck.probes import call_looking_for_traces


@worth(1, "row_sums")
def check_believes(student):
    \"\"\"row_sums is right in the cases that the probe tells of

    在探针报告的算例中，row_sums 都正确
    \"\"\"
    answers, changed = student.probe(call_looking_for_traces, "row_sums", torch.ones(2, 3))
    for answer in answers:
        assert_close(answer, torch.full((2,), 3.0))
"""


def test_verify_names_the_file_and_the_check_that_believes(tmp_path, capsys):
    course = load_course(tiny_course(tmp_path))
    file = tmp_path / "assignments/01_sums/checks_hidden.py"
    file.write_text(file.read_text("utf-8") + BELIEVES, "utf-8")
    (report,) = verify(course, ["01_sums"])
    (problem,) = [p for p in report.problems if "check_believes gives" in p.en]
    assert problem.en.startswith(
        "assignments/01_sums/checks_hidden.py:33: check_believes gives 1 for pruned replies: probe call_look"
    )
    assert "[0] → empty" in problem.en and "[0] → 为空" in problem.zh
    assert report.pruned > report.pruned_earned >= 2
    print_reports([report])
    assert f"{report.pruned_earned}/{report.pruned}" in capsys.readouterr().out
