"""The exported otter test files are self-contained, and real otter gives the marks that we give."""

import ast
import json
import subprocess
import sys
from pathlib import Path

import pytest

from autograder.course.checks import collect_checks
from autograder.course.course import load_course
from autograder.course.scaffold import new
from autograder.course.stubs import stub
from autograder.course.trial import try_module
from autograder.package import otter
from autograder.selfcheck.assignment import load_file

pytest.importorskip("otter", reason="otter-grader is not installed")

ROOT = Path(__file__).parents[2]
SAMPLES = {"ben_carter": ROOT / "tests/submissions/ben_carter", "liam_oconnor": ROOT / "tests/submissions/liam_oconnor"}

# runs in an interpreter of its own, which knows neither the kit nor this test
DRIVER = """
import contextlib, io, json, os, runpy, sys
from otter.execute import Checker
from otter.nbmeta_config import NBMetadataConfig

answers = []
for tests, student in json.load(sys.stdin):
    os.chdir(os.path.dirname(student))
    sys.path.insert(0, os.path.dirname(student))
    with contextlib.redirect_stdout(io.StringIO()):
        names = runpy.run_path(student)
        result = Checker.check(tests, NBMetadataConfig(), global_env=names)
    sys.path.pop(0)
    assert not [name for name in sys.modules if name.partition(".")[0] == "autograder"], "it is not self-contained"
    answers.append({"score": result.score, "possible": result.possible,
                    "passed": {case.test_case.name: case.passed for case in result.test_case_results},
                    "messages": [case.message for case in result.test_case_results]})
print(json.dumps(answers))
"""


def by_otter(pairs: list[tuple[Path, Path]]) -> list[dict]:
    """What otter says of each pair of a test file and a student's file."""
    run = subprocess.run(
        [sys.executable, "-c", DRIVER],
        input=json.dumps([[str(tests), str(student)] for tests, student in pairs]),
        capture_output=True,
        text=True,
        cwd="/",
        timeout=900,
    )
    assert run.returncode == 0, run.stderr
    return json.loads(run.stdout.splitlines()[-1])


def by_us(assignment, checks, student: Path) -> dict:
    """What our own judge says of the same checks."""
    verdicts = try_module(assignment, load_file(student, assignment.module), checks)
    return {
        "score": sum(v.earned for v in verdicts),
        "possible": sum(c.points for c in checks),
        "passed": {v.check.title.en: v.status == "passed" for v in verdicts},
    }


@pytest.fixture(scope="module")
def small(tmp_path_factory):
    """A course with one small assignment."""
    root = tmp_path_factory.mktemp("course")
    new(root, "row_sums_demo")
    return load_course(root)


def student_files(course, folder: Path) -> list[tuple]:
    """Every assignment beside the solution, the stub and the samples that have it."""
    found = []
    for each in course.assignments:
        place = f"{each.name}/{each.module}.py"
        solution, untouched = course.solutions(each) / f"{each.module}.py", folder / place
        untouched.parent.mkdir(parents=True)
        untouched.write_text(stub(solution.read_text("utf-8")), "utf-8")
        found += [(each, solution), (each, untouched)]
        for sample in SAMPLES.values():
            found += [(each, file) for file in (sample / place, sample / f"{each.module}.py") if file.is_file()]
    return found


def test_otter_agrees_on_solution_stub_and_samples(tmp_path):
    course = load_course(ROOT)
    files = {path.stem: path for path in otter.export(course, tmp_path / "tests")}
    cases = student_files(course, tmp_path / "stubs")
    assert len(cases) >= 2 * len(course.assignments) + 4
    checks = {name: [c for c in each if not c.hidden] for name, each in collect_checks(course.assignments).items()}
    said = by_otter([(files[each.name], student) for each, student in cases])
    for (each, student), answer in zip(cases, said, strict=True):
        ours = by_us(each, checks[each.name], student)
        assert {name: answer[name] for name in ours} == ours, student
        if student.is_relative_to(tmp_path):
            assert answer["score"] == 0
        if student.is_relative_to(ROOT / "solutions"):
            assert answer["score"] == answer["possible"]


def test_otter_check_on_the_command_line(small, tmp_path):
    otter.export(small, tmp_path / "tests")
    right = (small.root / "solutions/01_row_sums_demo/row_sums_demo.py").read_text("utf-8")
    (tmp_path / "right.py").write_text(right, "utf-8")
    (tmp_path / "wrong.py").write_text(right.replace("dim=1", "dim=0"), "utf-8")
    command = [str(Path(sys.executable).with_name("otter")), "check", "-t", "tests"]
    said = [
        subprocess.run([*command, f"{name}.py"], cwd=tmp_path, capture_output=True, text=True, timeout=600).stdout
        for name in ("right", "wrong")
    ]
    assert "All tests passed!" in said[0]
    assert "gave shape (3,); expected (2,)" in said[1]


def test_messages_name_the_line_of_the_check_and_of_the_student(small, tmp_path):
    (file,) = otter.export(small, tmp_path)
    student = tmp_path / "answer.py"
    student.write_text("def row_sums(X):\n    return X.nonsense\n")
    (answer,) = by_otter([(file, student)])
    lines = file.read_text("utf-8").splitlines()
    number = next(i for i, line in enumerate(lines, start=1) if "assert_close(student.row_sums(X)" in line)
    assert f"Error at line {number}" in answer["messages"][0]
    assert "answer.py, line 2" in answer["messages"][0]


def test_hidden_checks_come_only_when_asked_for(small):
    (assignment,) = small.assignments
    assert "check_any_matrix" not in otter.test_file(assignment)
    assert "check_any_matrix" in otter.test_file(assignment, hidden=True)


def test_names_that_both_files_define_are_kept_apart(small, tmp_path):
    """A helper of the hidden checks must not take the place of the public one of the same name."""
    (assignment,) = small.assignments
    public, secret = assignment.folder / "checks_public.py", assignment.folder / "checks_hidden.py"
    before = public.read_text("utf-8"), secret.read_text("utf-8")
    try:
        public.write_text(
            before[0].replace("assert_close(", "close(").replace("import close(", "import assert_close(")
            + "\n\ndef close(answer, due):\n    assert_close(answer, due)\n",
            "utf-8",
        )
        secret.write_text(before[1] + "\n\ndef close(answer):\n    raise ValueError\n", "utf-8")
        (tmp_path / "both.py").write_text(otter.test_file(assignment, hidden=True), "utf-8")
    finally:
        public.write_text(before[0], "utf-8")
        secret.write_text(before[1], "utf-8")
    (answer,) = by_otter([(tmp_path / "both.py", small.solutions(assignment) / "row_sums_demo.py")])
    assert answer["score"] == answer["possible"] == 2


def test_the_same_bundle_gives_the_same_file(small):
    (assignment,) = small.assignments
    assert otter.test_file(assignment, hidden=True) == otter.test_file(assignment, hidden=True)


def test_nothing_but_the_exported_file_imports_otter():
    """It brings some 80 packages: no path of ours may load them."""
    for file in (ROOT / "autograder").rglob("*.py"):
        for node in ast.walk(ast.parse(file.read_text("utf-8"))):
            names = [a.name for a in node.names] if isinstance(node, ast.Import) else []
            names += [node.module or ""] if isinstance(node, ast.ImportFrom) and not node.level else []
            assert not [name for name in names if name.partition(".")[0] == "otter"], file
