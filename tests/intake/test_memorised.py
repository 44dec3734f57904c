"""A table of labels is noticed however it is spelt and split; what honest people write is not."""

import base64
import random
import sys
import time
from pathlib import Path

import pytest

from autograder.course.course import load_course
from autograder.grading.attempt import _handed_out, remarkable
from autograder.intake import memorised
from autograder.intake.finding import Submission, find_submissions, read_submission
from autograder.sandbox import Cell, Source

KIT = Path(__file__).parents[2]
COURSE = load_course(KIT)
GIVEN = _handed_out(COURSE)
DRAWN = random.Random(7)
LABELS = [DRAWN.randrange(10) for _ in range(8000)]
DIGITS = "".join(map(str, LABELS))
WORDS = [("max", "avg", "sum", "row", "col", "pad", "net", "out", "dim", "img")[label] for label in LABELS]
sys.set_int_max_str_digits(0)
PACKED = int(f"1{DIGITS}").to_bytes(3400, "big").lstrip(b"\0")  # as short as it can be


def pieces(text, size):
    return [text[at : at + size] for at in range(0, len(text), size)]


SENTENCES = sorted(text for text in GIVEN if len(text) >= memorised.SENTENCE and '"' not in text)[:100]
SPELT = {
    "one string": f'T = "{DIGITS}"',
    "a list of numbers": f"T = {LABELS}",
    "a number": f"T = {DIGITS}",
    "hex": f'T = bytes.fromhex("{PACKED.hex()}")',
    "base64": f'T = "{base64.b64encode(PACKED).decode()}"',
    "base85": f"T = {base64.b85encode(PACKED)!r}",
    "bytes": f"T = {PACKED!r}",
    "many short words": f'T = "{" ".join(WORDS)}".split()',
    "many short strings": "T = (" + "\n".join(f'"{piece}"' for piece in pieces(DIGITS, 7)) + ")",
    "strings of one word": f"T = {WORDS}",
    "a docstring": f'"""Layers.\n\n{DIGITS}\n"""\n',
    "a docstring of words": f'def f():\n    """{" ".join(WORDS)}"""\n',
    "long names": "\n".join(f"n{piece} = 0" for piece in pieces(DIGITS, 60)),
    "names of functions": "\n".join(f"def f{piece}(): pass" for piece in pieces(DIGITS, 12)),
    "names of arguments": f"def f({', '.join(f'a{piece}' for piece in pieces(DIGITS, 10))}): pass",
    "names in a list": f"T = [{', '.join(WORDS)}]",
    "names in statements": "\n".join(WORDS),
    "names behind dots": "t" + "".join(f".{word}" for word in WORDS),
    "keys of a dict": f"T = {{{', '.join(f'{piece!r}: 0' for piece in pieces(DIGITS, 9))}}}",
    "branches": "\n".join(f"    if n == {n}: return {label}" for n, label in enumerate(LABELS)),
    "comments that are read": "import inspect\n" + "\n".join(f"# {piece}" for piece in pieces(DIGITS, 70)),
    "Chinese characters": f'T = "{"".join(chr(0x4E00 + int(piece)) for piece in pieces(DIGITS, 4))}"',
    "invisible characters": f'T = "{"".join(chr(0xE0100 + label) for label in LABELS)}"',
    "sentences of the course": "\n".join(f'"{SENTENCES[int(piece)]}"' for piece in pieces(DIGITS, 2)),
    "a string that does not end": f'x = 1\nT = """{DIGITS}',
}


def submission(codes: list[str], helpers: dict[str, str] | None = None) -> Submission:
    modules = {f"m{n}": Source(f"m{n}.py", (Cell(code, f"m{n}.py"),)) for n, code in enumerate(codes)}
    beside = {name: Source(f"{name}.py", (Cell(code, f"{name}.py"),)) for name, code in (helpers or {}).items()}
    return Submission("x", "", modules, {"": beside}, {})


@pytest.mark.parametrize("spelling", SPELT)
def test_a_table_of_labels_is_noted_in_any_spelling(spelling):
    notes = remarkable(submission(["import torch\n", SPELT[spelling]]), GIVEN)
    assert any("memorised" in note.en and "背下来" in note.zh for note in notes)


def test_a_table_is_noted_when_it_is_split_over_modules_cells_and_helpers():
    parts = pieces(DIGITS, 500)
    codes = [f'PART = "{part}"' for part in parts[:6]]
    assert remarkable(submission(codes, {f"h{n}": f'PART = "{part}"' for n, part in enumerate(parts[6:])}), GIVEN)
    cells = tuple(Cell(f"P{n} = {part}", f"lab.ipynb, cell {n}") for n, part in enumerate(parts))
    assert remarkable(Submission("x", "", {"m": Source("lab.ipynb", cells)}, {}, {}), GIVEN)


def test_a_table_is_noted_in_the_names_of_files():
    assert remarkable(submission([], {f"h{piece}": "" for piece in pieces(DIGITS, 80)}), GIVEN)


def test_what_says_nothing_weighs_nothing():
    """Length is no measure: lines of equals signs, zeros, the same word."""
    code = f'LINE = "{"=" * 5000}"\nZEROS = {[0] * 3000}\nprint("{"epoch " * 500}")\n'
    assert not remarkable(submission([code]), GIVEN)


def test_a_very_long_module_is_noted_by_its_size():
    assert remarkable(submission(["x = 1\n" * 20_000]), GIVEN)


def test_comments_count_only_where_the_code_could_read_them():
    talk = "\n".join(f"# {piece}" for piece in pieces(DIGITS, 70))
    assert memorised.weight([f"net.eval()\n{talk}"]) < 100 < memorised.weight([f"eval('1')\n{talk}"])


def honest():
    modules = {a.name: a.module for a in COURSE.assignments}
    for found in find_submissions([KIT / "tests" / "submissions"], modules):
        yield found.name, read_submission(found)
    solved = [(COURSE.solutions(a) / f"{a.module}.py").read_text(encoding="utf-8") for a in COURSE.assignments]
    yield "solutions", submission(solved)
    for a in COURSE.assignments:
        yield a.name, submission([(COURSE.solutions(a) / "alternatives.py").read_text(encoding="utf-8")])
    stubs = sorted((KIT / "student_template").glob("*/*.py"))
    yield "template", submission([path.read_text(encoding="utf-8") for path in stubs if path.stem != "checks_public"])


def test_honest_work_is_not_noted():
    noted = {name: [str(note) for note in notes] for name, work in honest() if (notes := remarkable(work, GIVEN))}
    assert not noted


@pytest.mark.parametrize(
    "code",
    ['"' * 500_000, "'''" + "\\" * 500_000, "(" * 500_000, "\\" * 500_000, "'\n" * 250_000, "a.b;" * 125_000,
     "é" * 500_000, '""""' * 125_000, "r" * 500_000 + "'", "#" * 500_000, "\ud800" * 1000, "\0" * 500_000],
    ids=lambda code: ascii(code[:6]),
)  # fmt: skip
def test_the_measure_is_bounded_whatever_stands_there(code):
    started = time.process_time()
    memorised.weight([code] * 40, GIVEN)
    assert time.process_time() - started < 10
