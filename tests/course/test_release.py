"""The student version holds all that students need, nothing secret, and is never stale."""

import ast
import io
import shutil
import subprocess
import sys
import tokenize
from pathlib import Path

import pytest

from autograder.course.course import load_course
from autograder.course.release import release, stale, template_files
from autograder.course.scaffold import new
from autograder.errors import ReleaseError

ROOT = Path(__file__).parents[2]
TEMPLATE = ROOT / "student_template"
NAMES = {
    "README.md",
    "README.zh-CN.md",
    "assignment.toml",
    "checks_public.py",
    "probes.py",
    "pictures.py",
    "hints.json",
}


@pytest.fixture(scope="module")
def course():
    return load_course(ROOT)


@pytest.fixture(scope="module")
def published(course):
    """The student version as it would be released now: `{name: bytes}`."""
    return template_files(course, TEMPLATE)


@pytest.fixture
def small(tmp_path):
    """A course with one small assignment."""
    new(tmp_path, "row_sums_demo")
    for name in ("README.md", "README.zh-CN.md", "pyproject.toml"):
        shutil.copy(ROOT / "assignments" / name, tmp_path / "assignments" / name)
    return load_course(tmp_path)


def test_the_committed_template_is_fresh(course):
    assert stale(course, TEMPLATE) == [], "run `autograder release` and commit student_template/"


def test_only_listed_names_are_published(course, published):
    for each in course.assignments:
        inside = {name.partition("/")[2] for name in published if name.startswith(each.name + "/")}
        assert inside - NAMES == {f"{each.module}.py"}
    outside = {name.split("/")[0] for name in published} - {each.name for each in course.assignments}
    assert outside == {"README.md", "README.zh-CN.md", "pyproject.toml", "conftest.py", "data.py", "data", "autograder"}
    assert published["autograder/__init__.py"] == b""
    assert {name for name in published if name.startswith("autograder/") and "/selfcheck/" not in name} == {
        "autograder/__init__.py",
        "autograder/__main__.py",
        "autograder/release.json",
    }


def test_no_hidden_check_is_published(course, published):
    """No name of a hidden check and no line of its body that the published checks do not hold anyway."""
    texts = "\n".join(content.decode("utf-8") for content in published.values() if b"\0" not in content)
    for each in course.assignments:
        source = (each.folder / "checks_hidden.py").read_text("utf-8")
        functions = [node for node in ast.parse(source).body if isinstance(node, ast.FunctionDef)]
        public = _bodies((each.folder / "checks_public.py").read_text("utf-8"))
        for function in functions:
            if function.name.startswith("check_"):
                assert function.name not in texts
                assert ast.get_docstring(function) not in texts
        published_bodies = {
            body for name, text in published.items() if name.endswith(".py") for body in _bodies(text.decode())
        }
        assert not (_bodies(source) - public) & published_bodies


def test_no_answer_is_published(course, published):
    """No function of `solutions/` is published with its body, and no name of a private helper, unless it is given."""
    known = {body for name, text in published.items() if name.endswith(".py") for body in _bodies(text.decode())}
    names = {token for name, text in published.items() if name.endswith(".py") for token in _names(text.decode())}
    for each in course.assignments:
        for file in course.solutions(each).glob("*.py"):
            source = file.read_text("utf-8")
            probes = each.folder / "probes.py"
            shared = _bodies(probes.read_text("utf-8")) if probes.exists() else set()
            assert not (_bodies(source) - shared) & known, f"{file} shows through in the student version"
        for file in ("mistakes.py", "alternatives.py"):
            defined = {
                node.name
                for node in ast.parse((course.solutions(each) / file).read_text("utf-8")).body
                if isinstance(node, ast.FunctionDef | ast.ClassDef) and node.decorator_list
            }
            assert not defined & names, f"{file} of {each.name} shows through in the student version"


def _bodies(source: str) -> set[str]:
    """The bodies of all functions, docstrings aside, in one canonical form; what says nothing is left out."""
    bodies = set()
    for node in ast.walk(ast.parse(source)):
        if isinstance(node, ast.FunctionDef):
            lines = node.body[1:] if ast.get_docstring(node) else node.body
            bodies.add("\n".join(ast.unparse(line) for line in lines))
    return {body for body in bodies if len(body) > 40}


def _names(source: str) -> set[str]:
    return {
        each.string for each in tokenize.generate_tokens(io.StringIO(source).readline) if each.type == tokenize.NAME
    }


def test_published_files_are_python_3_10(published):
    for name, content in published.items():
        if name.endswith(".py"):
            assert ast.parse(content, name, feature_version=(3, 10)).body or name.endswith("__init__.py")


def test_published_files_import_nothing_secret(published):
    for name, content in published.items():
        if name.endswith(".py"):
            for node in ast.walk(ast.parse(content)):
                module = node.module or "" if isinstance(node, ast.ImportFrom) and not node.level else ""
                imported = [a.name for a in node.names] if isinstance(node, ast.Import) else [module]
                for each in imported:
                    assert not each.startswith("autograder") or each.startswith("autograder.selfcheck"), name
                    assert each not in ("solutions", "mistakes", "alternatives", "checks_hidden"), name


def test_the_same_bundle_gives_the_same_bytes(small, tmp_path):
    release(small, tmp_path / "one")
    release(load_course(small.root), tmp_path / "two")
    files = {
        file.relative_to(tmp_path / "one"): file.read_bytes()
        for file in (tmp_path / "one").rglob("*")
        if file.is_file()
    }
    assert files == {name: (tmp_path / "two" / name).read_bytes() for name in files}
    assert release(small, tmp_path / "one") == []


def test_a_stale_template_is_found(small, tmp_path):
    out = tmp_path / "out"
    release(small, out)
    assert stale(small, out) == []
    (out / "notes.txt").write_text("mine")
    (out / "01_row_sums_demo" / "README.md").unlink()
    (small.root / "assignments" / "README.md").write_text("new text")
    assert stale(small, out) == ["01_row_sums_demo/README.md", "README.md", "autograder/release.json", "notes.txt"]


def test_a_template_is_brought_up_to_date(small, tmp_path):
    out = tmp_path / "out"
    release(small, out)
    (small.root / "assignments/README.md").write_text("new text")
    (small.root / "assignments/README.zh-CN.md").unlink()
    assert release(small, out) == ["README.md", "README.zh-CN.md", "autograder/release.json"]
    assert not (out / "README.zh-CN.md").exists()
    assert stale(small, out) == []


def test_hints_are_kept_wherever_the_course_lies(small, tmp_path, monkeypatch):
    out = tmp_path / "out"
    release(small, out)
    monkeypatch.setattr("autograder.course.release.hints_file", lambda course, assignment: b"{}")
    shutil.copytree(small.root / "assignments", tmp_path / "moved" / "assignments")
    shutil.copytree(small.root / "solutions", tmp_path / "moved" / "solutions")
    assert stale(load_course(tmp_path / "moved"), out) == []


def test_hints_are_kept_only_while_what_they_are_made_from_stays(small, tmp_path, monkeypatch):
    out = tmp_path / "out"
    release(small, out)
    monkeypatch.setattr("autograder.course.release.hints_file", lambda course, assignment: b"{}")
    assert release(small, out) == []
    (small.root / "solutions/01_row_sums_demo/mistakes.py").write_text("")
    assert "01_row_sums_demo/hints.json" in stale(small, out)


def test_work_of_a_student_is_never_overwritten(small, tmp_path):
    out = tmp_path / "out"
    release(small, out)
    answer = out / "01_row_sums_demo/row_sums_demo.py"
    answer.write_text("def row_sums(X):\n    return X.sum(1)\n")
    with pytest.raises(ReleaseError, match="row_sums_demo.py"):
        release(small, out)
    assert "X.sum(1)" in answer.read_text()


@pytest.mark.parametrize("name", ["thesis.tex", "autograder/mine.py", "01_row_sums_demo/row_sums_demo.py"])
def test_a_foreign_folder_is_refused(small, tmp_path, name):
    out = tmp_path / "home"
    (out / name).parent.mkdir(parents=True)
    (out / name).write_text("precious")
    with pytest.raises(ReleaseError, match="was not made by"):
        release(small, out)
    assert [file.relative_to(out).as_posix() for file in out.rglob("*") if file.is_file()] == [name]


def test_a_file_in_the_way_is_refused(small, tmp_path):
    (tmp_path / "file").write_text("precious")
    with pytest.raises(ReleaseError, match="is a file"):
        release(small, tmp_path / "file")


def test_only_names_on_the_list_leave_the_assignment(small, tmp_path):
    folder = small.root / "assignments/01_row_sums_demo"
    for name in ("notes.md", "checks_hidden_more.py", "exam.py", "README.fr.md", "answers.json"):
        (folder / name).write_text("'secret'")
    assert not [
        name for name, content in template_files(small).items() if b"secret" in content and "selfcheck" not in name
    ]


def test_a_released_scaffold_works_in_the_students_pytest(small, tmp_path):
    """In a folder of its own, the stub earns nothing without any traceback, and the answer earns everything."""
    out = tmp_path / "out"
    release(small, out)
    first = _pytest(out)
    assert "0 / 1" in first and "Traceback" not in first
    shutil.copy(small.root / "solutions/01_row_sums_demo/row_sums_demo.py", out / "01_row_sums_demo")
    assert "1 / 1" in _pytest(out, "01_row_sums_demo")


def _pytest(folder: Path, *arguments: str) -> str:
    command = [sys.executable, "-m", "pytest", "--lang", "en", *arguments]
    return subprocess.run(command, cwd=folder, capture_output=True, text=True, timeout=300).stdout
