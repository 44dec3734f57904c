"""What a page is made of: of the record, a student's page sees no seed, tier, hidden evidence or other person."""

import math
import re
from collections.abc import Mapping, Sequence
from types import MappingProxyType
from typing import Any

from markupsafe import Markup
from msgspec import Struct, field
from pygments import highlight
from pygments.formatters import HtmlFormatter
from pygments.lexers import PythonLexer

from autograder.course.other_ways import OtherWay, OtherWays
from autograder.gradebook.marks import Mark, Marks
from autograder.gradebook.records import AssignmentResult, CheckResult, Counterexample, Evidence, Figure, Result
from autograder.report.findings import is_unwritten
from autograder.selfcheck.definitions import span_of
from autograder.text import Text

MOST_LINES, MOST_COLUMNS = 80, 400  # of a function that is shown
MOST_CELLS = 400  # of a matrix that is shown as a table
_PYTHON, _HTML = PythonLexer(stripnl=False), HtmlFormatter(nowrap=True)
_PLACE = re.compile(r"(?P<file>[^\s:：]+\.(?:py|ipynb(?:, cell \d+)?)), line (?P<line>\d+)")


class Grid(Struct):
    """A matrix as a table: `text` has the numbers, `marks` says of each cell whether it is used or differs."""

    name: Text
    rows: list[list[tuple[str, str]]]  # the number, and a mark: "", "used", "wrong"
    shape: str


class Example(Struct):
    """The smallest counter-example: the line that repeats the call, and tables, or words where there are none."""

    call: str
    grids: list[Grid]
    words: list[tuple[Text, str]]
    drawing: Text


class Line(Struct):
    """One line of the student's own code as safe HTML; `is_meant` where a message is about it."""

    number: int
    code: Markup
    is_meant: bool


class Way(Struct):
    """Another right way to write an exercise, and what it shows."""

    shows: Text
    code: list[Markup]


class CheckView(Struct):
    """One check as its student may see it: no name of a hidden one."""

    title: Text
    hidden: bool
    status: str
    score: float
    max_score: float
    message: Text


class ExerciseView(Struct):
    """One exercise: the message that matters first, what helps, the code, then all checks."""

    name: str
    score: float
    max_score: float
    status: str  # passed, partly, failed, missing
    lesson: Text
    first: CheckView | None
    hint: Text
    mistake: Text
    example: Example | None
    code: list[Line]
    file: str
    ways: list[Way]  # empty before all of its points are there
    checks: list[CheckView]


class Cell(Struct):
    """A number of a matrix and how dark its cell is, from 0 to 9."""

    number: int
    shade: int


class Run(Struct):
    """Neighbouring pixels of one shade in a row of a map."""

    x: int
    y: int
    width: int
    shade: int


class FigureView(Struct):
    """A figure ready to be drawn: a table of cells, points of lines in a box of 300 by 120, or runs of pixels."""

    kind: str
    title: Text
    names: list[Text]
    cells: list[list[Cell]]
    lines: list[tuple[str, str, str]]  # the points, the first number and the last
    maps: list[tuple[int, list[Run]]]  # the side, in pixels


class AssignmentView(Struct):
    name: str
    title: Text
    score: float
    max_score: float
    arithmetic: list[Text]  # empty where the mark is what the checks gave
    source: str
    absence: Text
    exercises: list[ExerciseView]
    figures: list[FigureView]


class StudentView(Struct):
    """All that a student's page shows."""

    name: str
    score: float
    max_score: float
    arithmetic: list[Text]  # of the sum itself
    message: Text
    assignments: list[AssignmentView] = field(default_factory=list)


def student_view(
    result: Result,
    evidence: Evidence,
    titles: Mapping[str, Text],
    ways: OtherWays = MappingProxyType({}),
    marks: Marks | None = None,
) -> StudentView:
    """The part of a result that its student may see, with the student's own sources.

    `marks` are what deadlines and people made of the points. `ways` are shown where every point of an exercise was
    earned, and are not in the view elsewhere.
    """
    return StudentView(
        result.person.name or result.submission,
        marks.final if marks else result.score,
        result.max_score,
        marks.lines if marks else [],
        result.message,
        [
            _assignment(a, evidence, titles.get(a.name, Text(a.name)), ways, marks.marks.get(a.name) if marks else None)
            for a in result.assignments
        ],
    )


def _assignment(
    a: AssignmentResult, evidence: Evidence, title: Text, ways: OtherWays, mark: Mark | None
) -> AssignmentView:
    sources, figures = evidence.sources.get(a.name, []), evidence.figures.get(a.name, [])
    absence = a.checks[0].message if a.checks and not a.source else Text()
    names = [] if absence else dict.fromkeys(c.exercise for c in a.checks)
    exercises = [_exercise(a, name, sources, ways.get((a.name, name), [])) for name in names]
    drawn = [figure_view(figure) for figure in figures]
    score, lines = (mark.final, mark.lines if len(mark.lines) > 1 else []) if mark else (a.score, [])
    return AssignmentView(a.name, title, score, a.max_score, lines, a.source, absence, exercises, drawn)


def figure_view(figure: Figure) -> FigureView:
    """A figure as shapes: what does not fit its kind gives none."""
    view = FigureView(figure.kind, figure.title, figure.names, [], [], [])
    if figure.kind == "matrix":
        for row in figure.values:
            most = max([1.0, *row])
            view.cells.append([Cell(int(n), min(9, max(0, round(9 * n / most)))) for n in row])
    elif figure.kind == "curves":
        view.lines = [_line(numbers) for numbers in figure.values if numbers]
    else:
        view.maps = [_map(numbers) for numbers in figure.values]
    return view


def _line(numbers: list[float]) -> tuple[str, str, str]:
    """Points from left to right, the least at the bottom; a line of one number is a dot in the middle."""
    low, high, steps = min(numbers), max(numbers), max(1, len(numbers) - 1)
    heights = [(n - low) / (high - low) if high > low else 0.5 for n in numbers]
    points = " ".join(f"{300 * k / steps:.0f},{115 - 110 * height:.0f}" for k, height in enumerate(heights))
    return points, number(round(numbers[0], 3)), number(round(numbers[-1], 3))


def _map(numbers: list[float]) -> tuple[int, list[Run]]:
    side = math.isqrt(len(numbers))
    runs: list[Run] = []
    for place, n in enumerate(numbers[: side * side]):
        (y, x), shade = divmod(place, side), min(9, max(0, round(9 * n)))
        if x and runs[-1].shade == shade:
            runs[-1].width += 1
        else:
            runs.append(Run(x, y, 1, shade))
    return side, [run for run in runs if run.shade]


def _exercise(a: AssignmentResult, name: str, sources: list[tuple[str, str]], ways: Sequence[OtherWay]) -> ExerciseView:
    checks = [c for c in a.checks if c.exercise == name]
    bad = [c for c in checks if c.status != "passed"]
    first = min(bad, key=lambda c: (c.hidden, checks.index(c)), default=None)
    score, most = sum(c.score for c in checks), sum(c.max_score for c in checks)
    unwritten = bool(bad) and all(map(is_unwritten, bad)) and len(bad) == len(checks)
    status = "passed" if not bad else "missing" if unwritten else "partly" if score else "failed"
    example = next((c.counterexample or None for c in bad if c.counterexample or None), None)
    hinted = next((c for c in bad if c.hint), None)
    code, file = ([], "") if not bad or unwritten else _code(name, sources, first)
    return ExerciseView(
        name,
        round(score, 6),
        round(most, 6),
        status,
        a.lessons.get(name, Text()),
        _check(first) if first else None,
        hinted.hint if hinted else Text(),
        hinted.mistake_title if hinted else Text(),
        example_view(example) if example else None,
        code,
        file,
        [Way(way.shows, coloured(way.code)) for way in ways] if not bad and score >= most else [],
        [_check(c) for c in checks],
    )


def _check(c: CheckResult) -> CheckView:
    return CheckView(c.title, c.hidden, c.status, c.score, c.max_score, c.message)


def _code(name: str, sources: list[tuple[str, str]], first: CheckResult | None) -> tuple[list[Line], str]:
    """The student's own function, with the line that the message is about."""
    place = _PLACE.search(first.message.en) if first else None
    for label, text in reversed(sources):
        if span := span_of(name, text):
            begin, end = span
            meant = int(place["line"]) if place and place["file"] == label.rpartition("/")[2] else 0
            lines = coloured(
                "\n".join(line[:MOST_COLUMNS] for line in text.split("\n")[begin : min(end, begin + MOST_LINES)])
            )
            return [Line(k, code, k == meant) for k, code in enumerate(lines, begin + 1)], label
    return [], ""


def coloured(code: str) -> list[Markup]:
    """The lines of some Python as HTML, its parts in classes of pygments, everything of the student's escaped."""
    return [Markup(line) for line in highlight(code.rstrip(), _PYTHON, _HTML).rstrip("\n").split("\n")]


def example_view(example: Counterexample) -> Example:
    """A counter-example as tables; the window of the first wrong cell is marked where it can be told."""
    yours, expected = _matrix(example.got), _matrix(example.expected)
    inputs = {name: _matrix(value) for name, value in example.inputs.items()}
    words = [(Text(name), _short(value)) for name, value in example.inputs.items() if inputs[name] is None]
    used = _window(list(inputs.values()), expected, example.where)
    grids = []
    for k, (name, matrix) in enumerate(inputs.items()):
        if matrix is not None:
            grids.append(_grid(Text(name), matrix, used if k == 0 else set(), "used"))
    wrong = _differing(yours, expected)
    for name, value, matrix in ((_YOURS, example.got, yours), (_EXPECTED, example.expected, expected)):
        if matrix is not None:
            grids.append(_grid(name, matrix, wrong, "wrong" if name is _YOURS else "due"))
        else:
            words.append((name, _short(value)))
    return Example(example.call, grids, words, example.drawing)


_YOURS, _EXPECTED = Text("yours", "你的结果"), Text("expected", "应为")


def _matrix(value: Any) -> list[list[float]] | None:
    """A nested list of numbers as rows; a vector is one row."""
    if isinstance(value, list) and value and all(isinstance(v, int | float) for v in value):
        value = [value]
    if not (isinstance(value, list) and value and all(isinstance(row, list) for row in value)):
        return None
    if len({len(row) for row in value}) != 1 or not all(isinstance(v, int | float) for row in value for v in row):
        return None
    return value if 0 < len(value) * len(value[0]) <= MOST_CELLS else None


def _window(inputs: list[list[list[float]] | None], expected: Any, where: list[int] | None) -> set[tuple[int, int]]:
    """The cells of the image that the first wrong cell sees, where image, kernel and result fit without a stride."""
    if len(inputs) != 2 or expected is None or not where or len(where) != 2 or inputs[0] is None or inputs[1] is None:
        return set()
    (h, w), (kh, kw) = ((len(m), len(m[0])) for m in inputs if m is not None)
    if (len(expected), len(expected[0])) != (h - kh + 1, w - kw + 1):
        return set()
    return {(where[0] + i, where[1] + j) for i in range(kh) for j in range(kw)}


def _differing(yours: Any, expected: Any) -> set[tuple[int, int]]:
    if yours is None or expected is None or (len(yours), len(yours[0])) != (len(expected), len(expected[0])):
        return set()
    pairs = [(i, j, yours[i][j], due) for i, row in enumerate(expected) for j, due in enumerate(row)]
    return {(i, j) for i, j, came, due in pairs if not abs(came - due) <= 1e-4 * max(1.0, abs(due))}


def _grid(name: Text, matrix: list[list[float]], marked: set[tuple[int, int]], mark: str) -> Grid:
    rows = [[(number(v), mark if (i, j) in marked else "") for j, v in enumerate(row)] for i, row in enumerate(matrix)]
    return Grid(name, rows, f"{len(matrix)}×{len(matrix[0])}")


def number(value: float) -> str:
    """A number as people write it: four digits at most behind the point, a real minus."""
    if isinstance(value, int) or float(value).is_integer():
        return f"{int(value)}".replace("-", "−")
    return f"{value:.4g}".replace("-", "−")


def _short(value: Any) -> str:
    text = str(value)
    return text if len(text) <= 400 else text[:399] + "…"
