"""Makes a new assignment: its two folders with one small exercise that grade, release and verify accept as it is."""

import keyword
import re
from pathlib import Path

from autograder.errors import ScaffoldError, reported
from autograder.sandbox.reserved import PROTECTED

TAKEN = PROTECTED | {"data", "otter", "mistakes", "alternatives", "solution"}


def new(root: Path, name: str) -> list[Path]:
    """Make `assignments/NN_name/` and `solutions/NN_name/` below `root` and return the files written."""
    number, module = _split(name)
    existing = _existing(root)
    _refuse_bad_module(module, existing)
    folder = f"{number or _next_number(existing)}_{module}"
    for other in existing:
        if other == folder or other[:2] == folder[:2]:
            raise ScaffoldError(
                f"there is already an assignment {other}; `autograder new {module}` takes the next free number",
                f"已有作业 {other}；`autograder new {module}` 会用下一个空闲编号",
            )
    files = {Path(root) / place.format(folder=folder, module=module): text for place, text in FILES.items()}
    title = module.replace("_", " ").capitalize()
    for path, text in files.items():
        with reported(path):
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_text(text.replace("MODULE", module).replace("TITLE", title).replace("FOLDER", folder), "utf-8")
    return list(files)


def _split(name: str) -> tuple[str, str]:
    """`("07", "batch_norm")` for `07_batch_norm`; no number for `batch_norm`."""
    match = re.fullmatch(r"(?:(\d\d)_)?([a-z][a-z0-9_]*)", name)
    if not match:
        raise ScaffoldError(
            f"{name!r} is not a name for an assignment: use small letters, digits and underscores, "
            "such as batch_norm or 07_batch_norm",
            f"{name!r} 不能作为作业名：请用小写字母、数字和下划线，例如 batch_norm 或 07_batch_norm",
        )
    return match[1] or "", match[2]


def _existing(root: Path) -> list[str]:
    """Folder names of all assignments, half-made ones too."""
    folders = [*Path(root).glob("assignments/*"), *Path(root).glob("solutions/*")]
    return sorted({folder.name for folder in folders if re.match(r"\d\d_", folder.name)})


def _next_number(existing: list[str]) -> str:
    number = max((int(name[:2]) for name in existing), default=0) + 1
    if number > 99:
        raise ScaffoldError(
            "the numbers are used up: 99 is the last; give a number that is free",
            "编号已用完（最大 99）；请指定一个空闲的编号",
        )
    return f"{number:02}"


def _refuse_bad_module(module: str, existing: list[str]) -> None:
    """Students import the module by its bare name, so it must not hide another one."""
    if keyword.iskeyword(module) or keyword.issoftkeyword(module):
        raise ScaffoldError(
            f"{module!r} is a word of Python; try {module}_layer",
            f"{module!r} 是 Python 关键字；可以试试 {module}_layer",
        )
    if module in TAKEN:
        raise ScaffoldError(
            f"a module named {module!r} would hide Python's or the kit's own; try {module}_layer",
            f"名为 {module!r} 的模块会遮住 Python 或本套件自带的模块；可以试试 {module}_layer",
        )
    for other in existing:
        if other[3:] == module:
            raise ScaffoldError(
                f"there is already an assignment {other}, with the module {module}.py",
                f"已有作业 {other}，其模块就是 {module}.py",
            )


FILES = {
    "assignments/{folder}/README.md": """\
# TITLE

[简体中文](README.zh-CN.md)

Fill in `MODULE.py`. The example below is here to be replaced: it shows what every handout has.

## The idea

A matrix holds one measurement per row. Adding up each row gives one number per measurement:

| | | | sum |
| --- | --- | --- | --- |
| 1 | 2 | 3 | **6** |
| 4 | 5 | 6 | **15** |

## Exercises

1. `row_sums(X)`: the sum of each row of a matrix `X` of shape `(rows, columns)`, as a tensor of shape `(rows,)`.

## Rules

Everything in torch is allowed. `X` is not changed.

## How it is marked

Run `pytest FOLDER`. The public checks give half of the points; the grader runs further checks with other inputs.
""",
    "assignments/{folder}/README.zh-CN.md": """\
# TITLE

[English](README.md)

请完成 `MODULE.py`。下面的例子等着被替换：它展示了一份讲义应有的内容。

## 思路

矩阵的每一行是一次测量。把每一行加起来，每次测量就得到一个数：

| | | | 和 |
| --- | --- | --- | --- |
| 1 | 2 | 3 | **6** |
| 4 | 5 | 6 | **15** |

## 练习

1. `row_sums(X)`：矩阵 `X`（形状为 `(行数, 列数)`）每一行的和，返回形状为 `(行数,)` 的张量。

## 规则

可以使用 torch 的任何功能。`X` 不能被改动。

## 如何评分

运行 `pytest FOLDER`。公开检查占一半分数；批改时还会用别的输入再检查。
""",
    "assignments/{folder}/assignment.toml": """\
module = "MODULE"
section = ""

[title]
en = "TITLE"
zh-CN = "TITLE"

[exercises.row_sums]
forbidden = []  # operators that may not run, such as "aten::sum"; patterns are allowed
lesson.en = "An axis that is summed over is gone from the shape: (rows, columns) becomes (rows,)."
lesson.zh-CN = "沿哪个轴求和，哪个轴就从形状里消失：(行数, 列数) 变成 (行数,)。"
""",
    "assignments/{folder}/checks_public.py": '''\
"""Public checks of MODULE: what students may run."""

import torch

from autograder.selfcheck import assert_close, worth


@worth(1, "row_sums")
def check_worked_example(student):
    """row_sums adds up the rows of the worked example

    row_sums 算出讲义例题中每一行的和
    """
    X = torch.tensor([[1.0, 2.0, 3.0], [4.0, 5.0, 6.0]])
    assert_close(student.row_sums(X), torch.tensor([6.0, 15.0]))
''',
    "assignments/{folder}/checks_hidden.py": '''\
"""Hidden checks of MODULE: what only the grader runs."""

from torch import einsum as torch_einsum

from autograder.selfcheck import assert_close, draw, generator, worth


@worth(1, "row_sums")
def check_any_matrix(student):
    """row_sums adds up the rows of tall and of wide matrices

    row_sums 对高矩阵和宽矩阵都能求出每一行的和
    """
    rng = generator()
    for shape in [(5, 2), (3, 7)]:
        X = draw(rng, *shape)
        assert_close(student.row_sums(X), torch_einsum("ij->i", X))
''',
    "solutions/{folder}/{module}.py": '''\
"""TITLE.

TITLE。
"""

import torch


def row_sums(X):
    """Return the sum of each row of a matrix.

    Arguments:
        X: float tensor of shape (rows, columns); it is not modified
    Returns:
        float tensor of shape (rows,)
    Example:
        >>> row_sums(torch.tensor([[1.0, 2.0, 3.0], [4.0, 5.0, 6.0]]))
        tensor([ 6., 15.])

    返回矩阵每一行的和。X 的形状是 (行数, 列数)，不被改动；结果的形状是 (行数,)。
    """
    return X.sum(dim=1)
''',
    "solutions/{folder}/mistakes.py": '''\
"""Plausible wrong answers of MODULE: each names the check that catches it and carries its hint."""

from autograder.course.answers import mistake


@mistake(
    "row_sums",
    caught_by="check_worked_example",
    title_zh="按列求和",
    hint="Which axis of X should be gone from the result, and which one should remain?",
    hint_zh="结果里应该消失的是 X 的哪个轴？应该留下的又是哪个轴？",
)
def sums_the_columns(X):
    return X.sum(dim=0)


@mistake(
    "row_sums",
    caught_by="check_any_matrix",
    title_zh="只算了前两行",
    hint="Try a matrix with more than two rows: does each of them get its sum?",
    hint_zh="试试多于两行的矩阵：每一行都有自己的和吗？",
)
def sums_two_rows_only(X):
    return X[:2].sum(dim=1)
''',
    "solutions/{folder}/alternatives.py": '''\
"""Unusual right answers of MODULE: each must get every point."""

import torch

from autograder.course.answers import alternative


@alternative("row_sums")
def by_loops(X):
    return torch.stack([sum(row) for row in X])


@alternative("row_sums")
def by_matrix_product(X):
    return X @ torch.ones(X.shape[1])
''',
}
