"""A course of two small assignments, begun by `autograder new`, for tests that grade or release a whole course."""

import shutil
from pathlib import Path

from autograder.course.scaffold import new

CHECK_PUBLIC = '''

@worth(1, "column_sums")
def check_columns(student):
    """column_sums adds up the columns

    column_sums 算出每一列的和
    """
    X = torch.tensor([[1.0, 2.0, 3.0], [4.0, 5.0, 6.0]])
    assert_close(student.column_sums(X), torch.tensor([5.0, 7.0, 9.0]))
'''
CHECK_HIDDEN = '''

@worth(1, "column_sums")
def check_any_columns(student):
    """column_sums adds up the columns of any matrix

    column_sums 对任何矩阵都能求出每一列的和
    """
    X = draw(generator(), 4, 3)
    assert_close(student.column_sums(X), torch_einsum("ij->j", X))
'''
SOLUTION = '''

def column_sums(X):
    """Return the sum of each column of a matrix.

    返回矩阵每一列的和。
    """
    return X.sum(dim=0)
'''
MISTAKES = """

@mistake("column_sums", caught_by="check_columns", title_zh="求了平均值",
         hint="The sum of one number is that number: is it a mean?", hint_zh="想想和与平均值的区别。")
def averages_the_columns(X):
    return X.mean(dim=0)


@mistake("column_sums", caught_by="check_any_columns", title_zh="漏掉了后面的行",
         hint="Is every row counted?", hint_zh="每一行都算进去了吗？")
def forgets_later_rows(X):
    return X[:2].sum(dim=0)
"""
EXERCISE = """
[exercises.column_sums]
forbidden = []
lesson.en = "Columns are rows of the transpose."
lesson.zh-CN = "列就是转置之后的行。"
"""
LIMITS = """
[limits]
seconds = 2
"""
SHELL = Path(__file__).parents[1] / "assignments" / "pyproject.toml"
RIGHT = {
    "sums": "import torch\n\n\ndef row_sums(X):\n    return X.sum(dim=1)\n\n\n"
    "def column_sums(X):\n    return X.sum(dim=0)\n",
    "rows": "def row_sums(X):\n    return X.sum(dim=1)\n",
}


def tiny_course(root: Path) -> Path:
    """`01_sums` (two exercises, 4 points) and `02_rows` (one, 2 points) below `root`."""
    for name in ("sums", "rows"):
        new(root, name)
    shutil.copy(SHELL, root / "assignments")
    asked, answers = root / "assignments/01_sums", root / "solutions/01_sums"
    for file, more in (
        (asked / "assignment.toml", EXERCISE + LIMITS),
        (asked / "checks_public.py", CHECK_PUBLIC),
        (asked / "checks_hidden.py", CHECK_HIDDEN),
        (answers / "sums.py", SOLUTION),
        (answers / "mistakes.py", MISTAKES),
    ):
        file.write_text(file.read_text("utf-8") + more, "utf-8")
    return root


def write_class(folder: Path, submissions: dict[str, dict[str, str]]) -> Path:
    """One folder a submission: `{name: {file: content}}`."""
    for name, files in submissions.items():
        for file, content in files.items():
            (folder / name / file).parent.mkdir(parents=True, exist_ok=True)
            (folder / name / file).write_text(content, "utf-8")
    return folder
