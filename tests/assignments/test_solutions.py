"""The solutions and handouts of the assignments: their examples hold, and both languages show the same."""

import doctest
import re
from pathlib import Path

import pytest

from autograder.course.answers import Answers
from autograder.course.course import load_course

BUNDLE = load_course(Path(__file__).parents[2])
by_name = pytest.mark.parametrize("assignment", BUNDLE.assignments, ids=lambda assignment: assignment.name)


@by_name
def test_examples_in_docstrings_hold(assignment):
    module = Answers(BUNDLE, assignment).solution()
    for example in doctest.DocTestFinder(exclude_empty=True).find(module, module.__name__):
        failed, _ = doctest.DocTestRunner(optionflags=doctest.NORMALIZE_WHITESPACE | doctest.ELLIPSIS).run(example)
        assert not failed, f"an example of {example.name} does not hold"


@by_name
def test_both_handouts_have_the_same_sections_and_code(assignment):
    english, chinese = ((assignment.folder / f).read_text("utf-8") for f in ("README.md", "README.zh-CN.md"))
    for start in (r"^#+ ", r"^```"):
        assert len(re.findall(start, english, re.MULTILINE)) == len(re.findall(start, chinese, re.MULTILINE))
