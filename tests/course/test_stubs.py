"""Stubs hide every answer, keep the interface, and can be imported."""

import ast
from pathlib import Path

import pytest

from autograder.course.stubs import stub
from autograder.errors import StubError

ROOT = Path(__file__).parents[2]
SOLUTIONS = sorted(path for path in ROOT.glob("solutions/*/*.py") if path.stem not in ("mistakes", "alternatives"))

SOLUTION = '''"""Image convolution.

图像卷积。
"""

from __future__ import annotations

import math
from functools import lru_cache, partial

import torch
import torch.nn.functional as F
from torch import nn, Tensor as T

from autograder.course.answers import given

SECRET = 41  # the answer, nearly
NUM_EPOCHS, LR = 20, 0.1
SIZE: int = given(28)
_private = 3


# how it is done
def corr2d(
    X: T,  # the image
    K,
) -> T:  # the secret of it all
    """Cross-correlate.

    说明：你好
    """
    # the trick
    return F.conv2d(X, K)


@torch.no_grad()
@lru_cache(maxsize=3)
def bare(x=(1, 2), *, y: dict = {"a": [1]}): return math.pi + partial(x)


def _helper():
    return 1


@given
def kept(x):
    """Kept."""
    # a comment that helps
    return math.floor(x)


class Conv2D(nn.Module):
    """A layer."""

    size: int = 5
    _hidden = 7

    def __init__(self, kernel_size):
        super().__init__()
        self.weight = nn.Parameter(torch.rand(kernel_size))

    def forward(self, X): return corr2d(X, self.weight)

    @staticmethod
    def make():
        """Makes one."""
        return Conv2D((1, 1))

    @given
    def name(self):
        return "Conv2D"

    def _secret(self):
        return 8


if __name__ == "__main__":
    print(corr2d)
'''

STUB = '''"""Image convolution.

图像卷积。
"""

from __future__ import annotations

import math

import torch
from torch import nn, Tensor as T

SECRET = ...
NUM_EPOCHS = ...
LR = ...
SIZE: int = 28


def corr2d(
    X: T,
    K,
) -> T:
    """Cross-correlate.

    说明：你好
    """
    raise NotImplementedError


def bare(x=(1, 2), *, y: dict = {"a": [1]}):
    raise NotImplementedError


def kept(x):
    """Kept."""
    # a comment that helps
    return math.floor(x)


class Conv2D(nn.Module):
    """A layer."""

    size: int = ...

    def __init__(self, kernel_size):
        raise NotImplementedError

    def forward(self, X):
        raise NotImplementedError

    @staticmethod
    def make():
        """Makes one."""
        raise NotImplementedError

    def name(self):
        return "Conv2D"
'''


def test_a_solution_becomes_its_stub():
    assert stub(SOLUTION) == STUB


def test_a_stub_can_be_imported():
    names: dict = {}
    exec(compile(stub(SOLUTION), "stub", "exec"), names)  # noqa: S102  our own text
    with pytest.raises(NotImplementedError):
        names["corr2d"](1, 2)
    assert names["kept"](2.5) == 2


def test_the_stub_of_a_stub_is_itself():
    once = stub(SOLUTION.replace("    @given\n", "").replace("@given\n", "").replace("given(28)", "28"))
    assert stub(once) == once


@pytest.mark.parametrize(
    "line",
    ["X = 1", "x = 'a' if X else 'b'", "for X in 'ab': pass", "print('secret')", "del X", "with open('f') as f: pass"],
)
def test_other_statements_are_never_published(line):
    assert "secret" not in (text := stub(f"X = 0\n{line}\n")) and set(text.split("\n")) <= {"X = ...", "x = ...", ""}


def test_a_misspelt_mark_hides_more():
    assert "return 1" not in stub("@givn\ndef f():\n    return 1\n")


def test_a_dropped_helper_in_a_signature_is_named():
    with pytest.raises(StubError, match=r"corr2d\.py:1: the stub uses _SIZE"):
        stub("_SIZE = 3\n\n\ndef f(x=_SIZE):\n    return x\n", "corr2d.py")


def test_a_dropped_conditional_import_is_named():
    with pytest.raises(StubError, match="the stub uses Tensor"):
        stub("if True:\n    from torch import Tensor\n\n\ndef f(x: Tensor):\n    return x\n")


def test_annotations_written_as_strings_keep_their_import():
    assert "from pathlib import Path" in stub(
        "from pathlib import Path, PurePath\n\n\ndef f(x: 'Path'):\n    return x\n"
    )


def test_star_imports_are_refused():
    with pytest.raises(StubError, match="star import"):
        stub("from torch import *\n")


@pytest.mark.parametrize("path", SOLUTIONS, ids=lambda path: path.stem)
def test_the_real_stubs_hold_no_statement_of_their_solution(path):
    """Every body of a stub is a docstring and one `raise`, unless the solution marks it as given."""
    tree = ast.parse(stub(path.read_text("utf-8"), path.name))
    given = {
        node.name for node in ast.walk(ast.parse(path.read_text("utf-8"))) if getattr(node, "decorator_list", None)
    }
    for node in ast.walk(tree):
        if isinstance(node, ast.FunctionDef) and node.name not in given:
            body = node.body[1:] if ast.get_docstring(node) else node.body
            assert [ast.unparse(line) for line in body] == ["raise NotImplementedError"]
