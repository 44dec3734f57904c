"""D2L's published functions of this chapter earn full marks where their signatures agree with ours."""

import ast
import importlib.util
import time
import types
from pathlib import Path

import numpy as np
import pytest
import torch
from torch import nn

from autograder.course.answers import Answers
from autograder.course.checks import collect_checks
from autograder.course.course import load_course
from autograder.course.trial import try_module
from autograder.selfcheck.judge import PASSED

WANTED = {
    "corr2d",
    "evaluate_accuracy_gpu",
    "accuracy",
    "Accumulator",
    "train_ch6",
    "try_gpu",
    "num_gpus",
    "gpu",
    "cpu",
    "Timer",
    "LeNet",
}


class Animator:
    """D2L's own draws with IPython; the marks do not need it."""

    def __init__(self, *args, **kwargs):
        pass

    def add(self, *args):
        pass


class Classifier(nn.Module):
    """The base of D2L's LeNet, without its trainer."""

    def save_hyperparameters(self):
        pass


@pytest.fixture(scope="module")
def d2l():
    """The functions out of d2l/torch.py; the package itself needs a dozen others to import."""
    spec = importlib.util.find_spec("d2l")
    if spec is None:
        pytest.skip("d2l is not installed: pip install --no-deps d2l==1.0.3")
    source = (Path(spec.submodule_search_locations[0]) / "torch.py").read_text(encoding="utf-8")
    module = types.ModuleType("d2l")
    wanted = [node for node in ast.parse(source).body if getattr(node, "name", None) in WANTED]
    vars(module).update(
        d2l=module,
        torch=torch,
        nn=nn,
        np=np,
        time=time,
        Animator=Animator,
        Classifier=Classifier,
        zeros=torch.zeros,
        reduce_sum=torch.sum,
        argmax=torch.argmax,
        size=torch.numel,
        astype=torch.Tensor.type,
    )
    exec(compile(ast.Module(wanted, []), "d2l/torch.py", "exec"), vars(module))
    return module


@pytest.mark.parametrize(
    ("assignment", "exercise", "published"),
    [
        ("02_corr2d", "corr2d", lambda d2l: d2l.corr2d),
        ("06_lenet", "try_gpu", lambda d2l: d2l.try_gpu),
        ("06_lenet", "evaluate_accuracy", lambda d2l: d2l.evaluate_accuracy_gpu),
        ("06_lenet", "make_lenet", lambda d2l: lambda: d2l.LeNet().net),
    ],
)
def test_published_function_earns_every_point(d2l, assignment, exercise, published):
    for verdict in verdicts(assignment, exercise, published(d2l)):
        assert verdict.status == PASSED, f"{verdict.check.name}: {verdict.message}"


def test_published_training_loop_takes_the_right_steps(d2l):
    """train_ch6 gives no history back: every check that asks for none must accept it."""

    def train(*args):
        d2l.train_ch6(*args)

    bad = [v for v in verdicts("06_lenet", "train", train) if v.status != PASSED]
    assert all("history" in v.check.name for v in bad), [(v.check.name, v.message) for v in bad]


def verdicts(name, exercise, published):
    course = load_course()
    (assignment,) = course.select([name])
    module = Answers(course, assignment).solution()
    setattr(module, exercise, published)
    checks = [c for c in collect_checks([assignment])[name] if c.exercise == exercise and c.seconds is None]
    return try_module(assignment, module, checks)
