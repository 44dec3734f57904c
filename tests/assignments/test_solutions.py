"""The solutions and handouts of the assignments: their examples hold, and both languages show the same."""

import doctest
import re
import types
from pathlib import Path

import pytest
import torch

from autograder.course.answers import Answers
from autograder.course.checks import collect_checks
from autograder.course.course import load_course
from autograder.course.trial import try_module

BUNDLE = load_course(Path(__file__).parents[2])
by_name = pytest.mark.parametrize("assignment", BUNDLE.assignments, ids=lambda assignment: assignment.name)


@by_name
def test_examples_in_docstrings_hold(assignment):
    module = Answers(BUNDLE, assignment).solution()
    for example in doctest.DocTestFinder(exclude_empty=True).find(module, module.__name__):
        failed, _ = doctest.DocTestRunner(optionflags=doctest.NORMALIZE_WHITESPACE | doctest.ELLIPSIS).run(example)
        assert not failed, f"an example of {example.name} does not hold"


def remembering_by_shape(function):
    """It answers a second question of the same shapes as it did the first: right each time that one input is asked."""
    known = {}

    def answer(*args):
        key = repr([arg.shape if isinstance(arg, torch.Tensor) else arg for arg in args])
        if key not in known:
            known[key] = function(*args)
        return known[key].clone() if isinstance(known[key], torch.Tensor) else known[key]

    return answer


@pytest.mark.parametrize("assignment", BUNDLE.assignments[:5], ids=lambda assignment: assignment.name)
def test_other_numbers_of_the_same_shapes_are_another_question(assignment):
    checks = [c for c in collect_checks([assignment])[assignment.name] if c.hidden and c.seconds is None]
    right = Answers(BUNDLE, assignment).solution()
    takes_tensors = [
        name
        for name in assignment.exercises
        if isinstance(function := vars(right)[name], types.FunctionType) and name not in ("learn_kernel", "comp_conv2d")
        if re.search(r"^        (?:X|K|image|detector): ", function.__doc__ or "", re.MULTILINE)
    ]
    for name in takes_tensors:
        wrong = Answers(BUNDLE, assignment).solution()
        setattr(wrong, name, remembering_by_shape(vars(right)[name]))
        own = [check for check in checks if check.exercise == name]
        assert any(v.status == "failed" for v in try_module(assignment, wrong, own, 3)), name
    assert takes_tensors


@by_name
def test_both_handouts_have_the_same_sections_and_code(assignment):
    english, chinese = ((assignment.folder / f).read_text("utf-8") for f in ("README.md", "README.zh-CN.md"))
    for start in (r"^#+ ", r"^```"):
        assert len(re.findall(start, english, re.MULTILINE)) == len(re.findall(start, chinese, re.MULTILINE))
