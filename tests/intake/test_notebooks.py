"""Tests of what of a notebook runs at import."""

import pytest

from autograder.sandbox.inside.modules import run_notebook
from autograder.sandbox.job import Cell, Source


def run(*codes, seconds=2.0):
    namespace = {"__name__": "lab"}
    source = Source("lab.ipynb", tuple(Cell(code, f"lab.ipynb, cell {k}") for k, code in enumerate(codes, 1)))
    return namespace, run_notebook(source, namespace, seconds)


def test_definitions_imports_and_constants_stay():
    lab, skipped = run(
        "import math\nLR = 0.5\nsizes = [1, 2]\nsquare = lambda x: x * x",
        "def area(r):\n    return math.pi * r",
        "NUM_EPOCHS = int(3)",
        "class Net:\n    pass",
    )
    assert not skipped and {"math", "LR", "sizes", "square", "area", "NUM_EPOCHS", "Net"} <= set(lab)


def test_loops_prints_plots_and_calls_do_not_run(capsys):
    lab, skipped = run(
        "for k in range(10**15): pass",
        "print('hello')",
        "while True: pass",
        "x = [k for k in range(10**15)]",
        "assert False",
        "with open('/nowhere') as f: pass",
        "1 / 0",
    )
    assert not skipped and "x" not in lab and not capsys.readouterr().out


def test_training_does_not_run_even_where_a_function_uses_its_outcome():
    lab, skipped = run(
        "def step(loss):\n    loss.backward()",
        "def train(net):\n    step(net)",
        "history = train(1)",
        "def plot():\n    print(history)",
    )
    assert not skipped and "history" not in lab and "plot" in lab


def test_what_a_function_needs_is_computed():
    lab, _ = run(
        "base = int('3')", "scale = abs(base)", "other = abs(base)", "def f(x, k=len('ab')):\n    return x * scale + k"
    )
    assert lab["f"](2) == 8 and "other" not in lab


def test_a_later_cell_does_not_take_the_place_of_a_function():
    lab, _ = run(
        "def pool2d(X):\n    return 'mine'", "pool2d = 3", "pool2d = len('abc')", "def use():\n    return pool2d(0)"
    )
    assert lab["pool2d"](0) == lab["use"]() == "mine"


def test_a_second_definition_is_the_students_correction():
    lab, _ = run("def f():\n    return 1", "def f():\n    return 2")
    assert lab["f"]() == 2


def test_lines_for_ipython_are_blanked_and_line_numbers_stay():
    lab, skipped = run(
        "%matplotlib inline\n!pip install d2l\nx = !ls\ny = %pwd\nlen?\nimport math\ndef f():\n    raise ValueError",
        "%%time\na = 1",
        "%%bash\nrm -rf *",
        "%%writefile corr2d.py\nb = 2",
        "%%html\n<b>",
        "c = (7\n % 4)",
    )
    assert not skipped and (lab["a"], lab["b"], lab["c"]) == (1, 2, 3)
    assert lab["f"].__code__.co_firstlineno == 7


def test_a_missing_import_costs_itself_alone():
    lab, skipped = run(
        "from nowhere import d2l\nimport math", "def f():\n    return math.pi", "def broken(:", "def g():\n    return 1"
    )
    assert [s.type_name for s in skipped] == ["SyntaxError", "ModuleNotFoundError"]
    assert lab["f"]() > 3 and lab["g"]() == 1


def test_a_slow_cell_is_stopped_and_the_next_one_runs():
    lab, skipped = run(
        "def slow():\n    while True: pass",
        "value = slow()\ndef f():\n    return value",
        "def g():\n    return 1",
        seconds=0.2,
    )
    assert skipped and lab["g"]() == 1


@pytest.mark.parametrize(
    "code",
    [
        "(" * 50_000,
        "-" * 50_000 + "1",
        "a" + ".b" * 50_000,
        "1" + "+1" * 50_000,
        "not " * 50_000 + "1",
        "if 1: pass\n" + "elif 1: pass\n" * 20_000,
        "x = " + "lambda: " * 5_000 + "1",
        "\0",
        "a" * 10**6,
    ],
)
def test_code_made_to_break_the_parser_is_passed_over(code):
    lab, _ = run(code, "def g():\n    return 1")
    assert lab["g"]() == 1
