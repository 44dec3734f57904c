"""No false alarm in either direction, on code that is in no list: mixed right answers, single faults by mutation."""

import ast
import functools

import pytest
from hypothesis import HealthCheck, assume, given, settings
from hypothesis import strategies as st

from autograder.course.answers import Answers
from autograder.course.checks import collect_checks
from autograder.course.course import load_course
from autograder.course.diagnosis import Diagnosis
from autograder.course.trial import try_module
from autograder.selfcheck.judge import PASSED
from autograder.selfcheck.outcome import outcome, same

NAMES = ("01_dense_to_conv", "02_corr2d", "03_padding_stride", "04_channels", "05_pooling")
TRAINED = {"learn_kernel"}  # minutes, not milliseconds
SLOW = settings(deadline=None, database=None, derandomize=True, suppress_health_check=list(HealthCheck))
SEED, OTHER_SEEDS = 1, (2, 3)


@functools.cache
def course(name):
    course = load_course()
    (assignment,) = course.select([name])
    checks = [c for c in collect_checks([assignment])[name] if c.exercise not in TRAINED and c.seconds is None]
    answers = Answers(course, assignment)
    return answers, checks, Diagnosis(answers, checks, SEED), answers.alternatives()


@pytest.mark.parametrize("name", NAMES)
@settings(SLOW, max_examples=12)
@given(data=st.data())
def test_any_mixture_of_right_answers_earns_every_point(name, data):
    answers, checks, _, alternatives = course(name)
    module, replaced = answers.solution(), set()
    for exercise in sorted({c.exercise for c in checks}):
        choice = data.draw(
            st.sampled_from([None, *(a for a in alternatives if a.exercise == exercise)]), label=exercise
        )
        if choice:
            setattr(module, exercise, choice.replacement)
            replaced.add(exercise)
    if "corr2d" in replaced:  # it may cut the graph, which is right for corr2d and ends the layer's gradients
        checks = [c for c in checks if c.exercise != "Conv2D"]
    for verdict in try_module(answers.assignment, module, checks, data.draw(st.integers(0, 99), label="seed")):
        assert verdict.status == PASSED, f"{verdict.check.name}: {verdict.message}"


class Fault(ast.NodeTransformer):
    """Changes the `at`-th place of a function where a slip is likely: a number, an operator, a comparison, an order."""

    SLIPS = {
        ast.Add: ast.Sub,
        ast.Sub: ast.Add,
        ast.Mult: ast.Add,
        ast.FloorDiv: ast.Mult,
        ast.Lt: ast.LtE,
        ast.Gt: ast.GtE,
        ast.Eq: ast.NotEq,
        ast.NotEq: ast.Eq,
    }

    def __init__(self, at):
        self.left, self.what = at, ""

    def _is_the_one(self, node):
        self.left -= 1
        if self.left == -1:
            self.what = ast.unparse(node)
            return True
        return False

    def visit_Constant(self, node):
        if type(node.value) is int and self._is_the_one(node):
            return ast.copy_location(ast.Constant(1 - node.value if node.value in (0, 1) else node.value + 1), node)
        return node

    def visit_BinOp(self, node):
        self.generic_visit(node)
        if type(node.op) in self.SLIPS and self._is_the_one(node):
            node.op = self.SLIPS[type(node.op)]()
        return node

    def visit_Compare(self, node):
        self.generic_visit(node)
        if type(node.ops[0]) in self.SLIPS and self._is_the_one(node):
            node.ops[0] = self.SLIPS[type(node.ops[0])]()
        return node

    def visit_Tuple(self, node):
        self.generic_visit(node)
        if isinstance(node.ctx, ast.Load) and len(node.elts) == 2 and self._is_the_one(node):
            node.elts.reverse()
        return node


def mutant(answers, exercise, at):
    """The solution with one fault inside `exercise`, and what was changed; None where it has fewer places."""
    tree = ast.parse(answers.file.read_text(encoding="utf-8"))
    fault = Fault(at)
    for node in tree.body:
        if getattr(node, "name", None) == exercise:
            for statement in node.body:
                fault.visit(statement)
    if not fault.what:
        return None
    module = answers.solution()
    exec(compile(ast.fix_missing_locations(tree), "mutant.py", "exec"), vars(module))
    return module, fault.what


@pytest.mark.parametrize("name", NAMES)
@settings(SLOW, max_examples=40)
@given(data=st.data())
def test_a_named_mistake_is_the_students_on_inputs_never_seen(name, data):
    """Whoever is named must answer as the faulty code does under other seeds too."""
    answers, checks, diagnosis, _ = course(name)
    exercise = data.draw(st.sampled_from(sorted({c.exercise for c in checks})), label="exercise")
    made = mutant(answers, exercise, data.draw(st.integers(0, 12), label="place"))
    assume(made)
    mine = [c for c in checks if c.exercise == exercise]
    found = diagnosis.name(exercise, try_module(answers.assignment, made[0], mine, SEED))
    if found is None:
        return
    for seed in OTHER_SEEDS:
        student = try_module(answers.assignment, made[0], mine, seed)
        known = try_module(answers.assignment, answers.module_with(found), mine, seed)
        assert all(same(outcome(a), outcome(b)) for a, b in zip(student, known)), f"{made[1]!r} taken for {found.name}"


def test_a_right_answer_is_never_named():
    answers, checks, diagnosis, _ = course("05_pooling")
    verdicts = try_module(answers.assignment, answers.solution(), checks, SEED)
    assert {diagnosis.name(c.exercise, verdicts) for c in checks} == {None}
