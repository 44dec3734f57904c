"""`autograder new` makes a working assignment, and refuses names that would do harm."""

import ast

import pytest

from autograder.course.scaffold import new
from autograder.course.stubs import stub
from autograder.errors import ScaffoldError


def test_the_next_number_is_taken(tmp_path):
    (tmp_path / "assignments" / "06_lenet").mkdir(parents=True)
    new(tmp_path, "batch_norm")
    assert (tmp_path / "assignments/07_batch_norm/checks_hidden.py").exists()
    assert (tmp_path / "solutions/07_batch_norm/batch_norm.py").exists()


def test_a_given_number_is_kept(tmp_path):
    new(tmp_path, "12_batch_norm")
    assert (tmp_path / "solutions/12_batch_norm/mistakes.py").exists()


def test_every_file_is_complete(tmp_path):
    for path in new(tmp_path, "batch_norm"):
        text = path.read_text("utf-8")
        assert not {"MODULE", "TITLE", "FOLDER"} & set(text.replace("`", " ").split())
        if path.suffix == ".py":
            ast.parse(text)
    assert "raise NotImplementedError" in stub((tmp_path / "solutions/01_batch_norm/batch_norm.py").read_text("utf-8"))


@pytest.mark.parametrize(
    ("name", "why"),
    [
        ("Batch-Norm", "not a name for an assignment"),
        ("../evil", "not a name for an assignment"),
        ("", "not a name for an assignment"),
        ("7_batch", "not a name for an assignment"),
        ("批归一化", "not a name for an assignment"),
        ("class", "a word of Python"),
        ("random", "would hide"),
        ("torch", "would hide"),
        ("07_data", "would hide"),
        ("lenet", "already an assignment 06_lenet"),
        ("06_resnet", "already an assignment 06_lenet"),
        ("06_lenet", "already an assignment 06_lenet"),
    ],
)
def test_bad_names_are_refused_and_nothing_is_written(tmp_path, name, why):
    (tmp_path / "solutions" / "06_lenet").mkdir(parents=True)
    with pytest.raises(ScaffoldError, match=why):
        new(tmp_path, name)
    assert [path.name for path in tmp_path.rglob("*")] in (["solutions", "06_lenet"], ["06_lenet", "solutions"])
