"""Counter-examples are right, small, cheap, and never told of a right answer; what they say is no hidden input."""

import functools
import statistics
import time

import pytest
import torch

from autograder.course.answers import Answers
from autograder.course.checks import collect_checks
from autograder.course.course import load_course
from autograder.course.trial import try_module
from autograder.selfcheck.assignment import importable, load_probes
from autograder.selfcheck.counterexample import _parted, add_counterexamples, candidates, explain
from autograder.selfcheck.face import local_face
from autograder.selfcheck.likeness import likeness
from autograder.selfcheck.pencil import Footprint

NAMES = ("01_dense_to_conv", "02_corr2d", "03_padding_stride", "04_channels", "05_pooling", "06_lenet")
SEED = 5
CELLS = 60  # of all inputs together: what a pencil can do
# What no small input of whole numbers shows: the reason stands in the mistake.
UNSEEN = {
    "adds_to_unwritten_memory",  # which may happen to be zero
    "remembers_answers_by_shape",  # needs another call before
    "computes_in_half_precision",
    "counts_in_floats",
    "counts_in_32_bits",
    "searches_column_by_column",  # needs two windows that are equally strong
    "begins_with_zero_as_the_best",
    "begins_with_a_small_number_as_the_best",
    "starts_the_maximum_at_a_small_number",
    "pads_the_maximum_with_a_small_number",
}


@functools.cache
def course(name):
    course = load_course()
    (assignment,) = course.select([name])
    checks = [c for c in collect_checks([assignment])[name] if c.seconds is None]
    return Answers(course, assignment), checks


def failed(name, module, exercise):
    answers, checks = course(name)
    mine = [check for check in checks if check.exercise == exercise]
    return [v for v in try_module(answers.assignment, module, mine, SEED) if v.status != "passed"]


@pytest.mark.parametrize("name", NAMES)
def test_each_known_mistake_is_shown_by_an_input_on_which_it_differs(name):
    answers, _ = course(name)
    probes, seconds = load_probes(answers.assignment.folder), []
    for mistake in answers.mistakes():
        verdicts = failed(name, answers.module_with(mistake), mistake.exercise)
        agreements = {v.check.name: v.agreement for v in verdicts if v.agreement}
        if not agreements:
            continue
        started = time.process_time()
        add_counterexamples(verdicts, lambda _, mistake=mistake: local_face(answers.module_with(mistake), probes))
        seconds.append(time.process_time() - started)
        shown = next((v for v in verdicts if v.counterexample), None)
        if shown is None:
            silent = mistake.name in UNSEEN or all(
                v.rung in ("other", "rule") for v in verdicts if v.check.name in agreements
            )
            assert silent, f"{mistake.exercise}: nothing shows {mistake.name}"
            continue
        found, agreement = shown.counterexample, agreements[shown.check.name]
        case = eval(f"_({found.call.partition('(')[2]}", {"torch": torch, "_": lambda *case: case})
        due = agreement.oracle(*case)
        assert _parted(local_face(answers.module_with(mistake), probes), agreement, [(case, due)])[0], found.call
        assert not _parted(local_face(answers.solution(), probes), agreement, [(case, due)])[0], found.call
        assert sum(v.numel() for v in case if isinstance(v, torch.Tensor)) <= CELLS
        for text in (found.drawing.en, found.drawing.zh):
            assert found.call in text and max(map(len, text.splitlines())) < 250
    assert not seconds or statistics.median(seconds) < 0.06


@pytest.mark.parametrize("name", NAMES)
def test_no_right_answer_is_accused(name):
    """Every case that could be shown, of every agreement that some mistake fails."""
    answers, _ = course(name)
    agreements = {}
    for mistake in answers.mistakes():
        for verdict in failed(name, answers.module_with(mistake), mistake.exercise):
            if verdict.agreement:
                agreements.setdefault((mistake.exercise, verdict.check.name), verdict.agreement)
    for (exercise, _), agreement in agreements.items():
        right = [a for a in answers.alternatives() if a.exercise == exercise]
        for module in [answers.solution(), *map(answers.module_with, right)]:
            face = local_face(module, load_probes(answers.assignment.folder))
            with importable({answers.assignment.module: module}):
                wrong = _parted(face, agreement, [pair for _, pair in zip(range(200), candidates(agreement))])[0]
            assert not wrong, (exercise, wrong[:1])


def test_a_search_leaves_the_calls_of_the_check_alone():
    answers, _ = course("02_corr2d")
    mistake = next(m for m in answers.mistakes() if m.name == "flips_the_kernel")
    (verdict, *_) = [v for v in failed("02_corr2d", answers.module_with(mistake), "corr2d") if v.agreement]
    before = list(verdict.calls)
    found = explain(verdict.agreement, local_face(answers.module_with(mistake)), verdict.rung)
    assert found and found.where == [0, 0] and found.expected == [[30.0]] and list(verdict.calls) == before
    assert "1·4 + 2·3 + 3·2 + 4·1" in found.drawing.en and "能看出问题的最简输入：" in found.drawing.zh


def test_what_a_wrong_cell_is_like_is_told_where_it_is_sure():
    """The kernel turned, the sum scaled, products left out: true of the cell, and silent where several would fit."""
    X, due = torch.arange(1.0, 10).reshape(3, 3), torch.zeros(3, 3)
    due[:2, :2] = torch.tensor([[1.0, 2.0], [3.0, 4.0]])

    def said(weights, expected=due, kernel=True):
        marks = (Footprint(X, w.flatten().tolist(), []) for w in (weights, expected))
        return likeness(*marks, kernel).en

    turned = torch.zeros(3, 3)
    turned[:2, :2] = torch.tensor([[4.0, 3.0], [2.0, 1.0]])
    assert "half a turn" in said(turned) and said(turned, kernel=False) == ""
    assert said(due / 4) == "the sum is multiplied by 0.25" and said(0 * due) == "no cell of the image counts here"
    assert said(due * (due > 2)) == "only 2 of 4 products are added"
    assert said(due.roll(1, 1)) == "" and said(due + 1) == ""
    ones = (due > 0).float()
    assert said(ones.T, ones) == ""
