"""Tests of the one pass in which a file or a notebook is read: what runs, what is left aside, what a failure costs."""

import importlib
import pkgutil
import sys
import types

import pytest

from autograder.selfcheck import imports
from autograder.selfcheck.cells import File
from autograder.selfcheck.face import LocalBackend, local_face
from autograder.selfcheck.judge import judge
from autograder.selfcheck.marks import Check
from autograder.selfcheck.reading import Reader
from autograder.text import Text


@pytest.fixture
def guard():
    """What the course does not offer cannot be imported by a student's file."""
    each = imports.Guard()
    sys.meta_path.insert(0, each)
    yield
    sys.meta_path.remove(each)


def run(*codes, seconds=2.0):
    """The names of a notebook of these cells, and the notes."""
    module, reader = types.ModuleType("lab"), Reader(seconds)
    reader.read(module, [File(code, f"lab.ipynb, cell {number}") for number, code in enumerate(codes, 1)])
    return vars(module), reader.notes


def kinds(notes):
    return [(note.kind, note.raised.type_name) for note in notes]


def test_definitions_imports_and_constants_stay():
    lab, notes = run(
        "import math\nLR = 0.5\nsizes = [1, 2]\nsquare = lambda x: x * x",
        "def area(r):\n    return math.pi * r",
        "NUM_EPOCHS = int(3)",
        "class Net:\n    pass",
    )
    assert not notes and {"math", "LR", "sizes", "square", "area", "NUM_EPOCHS", "Net"} <= set(lab)


def test_every_statement_runs_once_and_in_order():
    lab, notes = run(
        "order = []\norder.append(1)", "for k in (2, 3):\n    order.append(k)", "def f():\n    return order"
    )
    assert not notes and lab["f"]() == [1, 2, 3]


def test_trials_share_their_time_and_what_a_function_needs_runs_all_the_same():
    lab, notes = run(
        "for k in range(10**15): pass",
        "print('a trial that comes too late')",
        "while True: pass",
        "table = dict(a=1)\ntable['b'] = len('ab')",
        "def f():\n    return table",
        seconds=0.2,
    )
    assert kinds(notes) == [("slow", "Overtime"), ("untried", "")]
    assert lab["f"]() == {"a": 1, "b": 2}


def test_what_trains_is_left_aside_unless_a_function_needs_it():
    lab, notes = run(
        "steps = []",
        "class Loss:\n    def backward(self):\n        steps.append(1)",
        "def fit(loss):\n    loss.backward()",
        "history = fit(Loss())",
        "for epoch in range(3):\n    fit(Loss())",
        "print(history)",
    )
    assert lab["steps"] == [] and "history" not in lab and not notes
    lab, notes = run(
        "def fit(loss):\n    loss.backward()\n    return 7", "weight = fit(1)", "def learned():\n    return weight"
    )
    assert kinds(notes) == [("failed", "AttributeError")] and notes[0].names == ("weight",)


def test_what_fails_is_noted_once_however_much_hangs_on_it():
    lab, notes = run("a = 1 / 0", "b = a + 1\nprint(b)", "def f():\n    return 1", "c = b")
    assert kinds(notes) == [("failed", "ZeroDivisionError")] and set(notes[0].names) == {"a", "b", "c"}
    assert (notes[0].raised.file, notes[0].raised.line, notes[0].raised.code) == ("lab.ipynb, cell 1", 1, "a = 1 / 0")
    assert lab["f"]() == 1


def test_the_reading_ends_where_python_is_told_to_leave():
    lab, notes = run("def f():\n    return 1", "import sys\nsys.exit(3)", "def g():\n    return 2")
    assert kinds(notes) == [("ended", "SystemExit")] and lab["f"]() == 1 and "g" not in lab


def test_what_stands_in_a_block_for_programs_is_named():
    main = "if __name__ == '__main__':\n    def f():\n        return 1\n    x = 3\n"
    lab, notes = run(main)
    assert "f" not in lab and kinds(notes)[0][0] == "program" and notes[0].names == ("f",)
    assert "move it out of the block" in notes[0].text.en
    lab, notes = run("def f():\n    return 1", main)
    assert not notes and lab["f"]() == 1


def test_future_imports_hold_for_what_follows():
    lab, notes = run('"""Docs."""\nfrom __future__ import annotations\ndef f(x: Unknown) -> Nowhere:\n    return x')
    assert not notes and lab["f"].__annotations__ == {"x": "Unknown", "return": "Nowhere"}


@pytest.mark.parametrize(
    "rebinding", ["pool2d = nn.MaxPool2d(3)", "pool2d = pool2d(0)", "from torch import conv2d as pool2d", "del pool2d"]
)
def test_a_function_stays_what_the_file_made_of_it(rebinding):
    lab, notes = run("from torch import nn", "def pool2d(X):\n    return 'mine'", rebinding, "shown = 3")
    assert lab["pool2d"](0) == "mine"
    assert [(n.kind, n.names, n.raised.file) for n in notes] == [("rebound", ("pool2d",), "lab.ipynb, cell 3")]


@pytest.mark.parametrize(
    "rebinding",
    [
        "f = g",
        "f = lambda x: 'new'",
        "f = functools.partial(g)",
        "f = functools.lru_cache(g)",
        "f = torch.no_grad()(g)",
        "f = noisy(g)",
        "f = Box().get",
        "def f(x):\n    return 'new'",
        "globals()['f'] = g",
    ],
)
def test_what_wraps_or_names_an_own_function_counts(rebinding):
    lab, notes = run(
        "import functools\nimport torch",
        "def f(x):\n    return 'old'",
        "def g(x):\n    return 'new'",
        "def noisy(h):\n    def loud(x):\n        return h(x)\n    return loud",
        "class Box:\n    def get(self, x):\n        return 'new'",
        rebinding,
    )
    assert lab["f"](0) == "new" and not notes


def test_setattr_and_assignment_to_a_class_count():
    lab, notes = run(
        "class Net:\n    pass", "def f(self):\n    return 1", "setattr(Net, 'f', f)", "Net.g = lambda self: self.f()"
    )
    assert lab["Net"]().g() == 1 and not notes


def test_lines_for_ipython_vanish_and_line_numbers_stay():
    lab, notes = run(
        "%matplotlib inline\n!pip install d2l\nx = !ls\ny = %pwd\nlen?\nimport math\ndef f():\n    raise ValueError",
        "%%time\na = 1",
        "%%bash\nrm -rf *",
        "%%writefile corr2d.py\nb = 2",
        "%%html\n<b>",
        "c = (7\n % 4)\n!ls",
        "if c:\n    !pip install -q \\\n        torch \\\n        tqdm\n    d = 4\nelse:\n    %cd ..\n",
        "try:\n    import math\nexcept ImportError:\n    !echo it's \"gone\npip install d2l==1.0.3\n"
        "e = '''\n!no shell\n'''",
    )
    assert not notes and [lab[name] for name in "abcd"] == [1, 2, 3, 4] and lab["e"] == "\n!no shell\n"
    assert lab["f"].__code__.co_firstlineno == 7


def test_code_that_cannot_be_parsed_costs_its_own_block():
    lab, notes = run(
        "def a():\n    return 1\n\ndef b(:\n    return 2\n\n@staticmethod\ndef c():\n    return (3\n\n"
        "def d(): return 4\n"
    )
    assert lab["a"]() == 1 and lab["d"]() == 4 and "b" not in lab
    assert [(n.raised.type_name, n.names, n.raised.line) for n in notes] == [
        ("SyntaxError", ("b",), 4),
        ("SyntaxError", ("c",), 9),
    ]


def test_a_missing_library_costs_itself_and_is_named_by_what_uses_it(guard, monkeypatch):
    for library in ("pandas", "IPython", "nowhere"):
        monkeypatch.delitem(sys.modules, library, raising=False)
        lab, notes = run(
            f"import {library} as pd\nimport math", "def f():\n    return math.pi", "def g():\n    return pd.read()"
        )
        assert [note.kind for note in notes] == ["failed"] and lab["f"]() > 3
        module = types.ModuleType("lab")
        vars(module).update(lab)
        for hidden in (False, True):
            check = Check("check_g", lambda student: student.g(), 1, "g", Text("g is right", "g 正确"), hidden)
            text = judge(check, local_face(module, notes=notes)).message
            line = f"lab.ipynb, cell 1, line 1 (import {library} as pd) is not part of the course"
            assert (line if hidden else f"`g` uses `pd` ({library}), which is not part of the course") in text.en
            assert "不属于本课程" in text.zh


def test_a_library_may_import_what_the_course_does_not_offer(guard, monkeypatch):
    monkeypatch.delitem(sys.modules, "iniconfig", raising=False)
    with pytest.raises(ModuleNotFoundError, match="torch, numpy, matplotlib"):
        importlib.import_module("iniconfig")  # asked for by this file
    assert pkgutil.resolve_name("iniconfig")  # asked for by Python's library


def test_a_slow_statement_is_stopped_and_the_next_one_runs():
    lab, notes = run(
        "def slow():\n    while True:\n        try:\n            pass\n        except Exception:\n            pass",
        "value = slow()\ndef f():\n    return value",
        "def g():\n    return 1",
        seconds=0.2,
    )
    assert [(note.kind, note.names) for note in notes] == [("slow", ("value",))] and lab["g"]() == 1


def test_ctrl_c_is_nobodys_note():
    with pytest.raises(KeyboardInterrupt):
        run("raise KeyboardInterrupt")


def test_a_missing_name_is_explained_by_what_kept_it_away():
    module, reader = types.ModuleType("lab"), Reader(2)
    reader.read(module, [File("class Conv2D(Base):\n    pass\ndef f():\n    return 1\n", "lab.py")])
    face = local_face(module, notes=LocalBackend(module, notes=reader.notes).notes())
    check = Check("check", lambda student: student.Conv2D, 1, "Conv2D", Text("a", "b"), False)
    message = judge(check, face).message
    assert "defines no `Conv2D`. lab.py, line 1 (class Conv2D(Base):): NameError: name 'Base' is not" in message.en


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
        "'''" * 3_001,
        "!\\\n" * 10_000,
    ],
)
def test_code_made_to_break_the_parser_is_passed_over(code):
    lab, _ = run(code, "def g():\n    return 1")
    assert lab["g"]() == 1
