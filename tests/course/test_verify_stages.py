"""Each kind of slip of a teacher is a ✗ of `verify` with its file and its cure, in both languages."""

import pytest

from autograder.course import verify as verification
from tests.tiny import tiny_course

PROBES = "import torch\n\n{constant}\n\n\ndef sums(module, X):\n    return module.row_sums(X)\n"
WITH_PROBE = '''

@worth(1, "row_sums")
def check_by_a_probe(student):
    """row_sums is right for a probe

    用探针检查 row_sums
    """
    assert_close(student.probe(sums, torch.tensor([[1.0, 2.5], [3.0, 4.25]])), torch.tensor([3.5, 7.25]))
'''


@pytest.fixture
def course(tmp_path):
    return tiny_course(tmp_path / "course")


def change(file, old, new):
    text = file.read_text("utf-8")
    assert old in text, f"{old} is not in {file}"
    file.write_text(text.replace(old, new, 1), "utf-8")


def said(root, name="01_sums"):
    """What is wrong, one text a line, both languages."""
    report = verification._verify_one(root, name, False, verification.SEED)
    assert all(p.en and p.zh and p.en != p.zh for p in report.problems)
    return "\n".join(f"{p.en}\n{p.zh}" for p in report.problems)


def test_nothing_is_wrong_with_the_course_itself(course):
    assert said(course) == ""


@pytest.mark.parametrize(
    ("old", "new", "words"),
    [
        ("forbidden = []", "forbiden = []", ("[exercises.row_sums] forbiden", "did you mean forbidden?")),
        ('section = ""', 'sektion = ""', ("sektion", "did you mean section?")),
        ("seconds = 2", "seconds = 2\nmemory = 100", ("[limits] memory", "did you mean memory_mb?")),
        ("lesson.zh-CN", "lesson.zh", ("[exercises.row_sums.lesson] zh", "did you mean zh-CN?", "lesson of row_sums")),
        ("[title]", "colour = 3\n[title]", ("colour", "there are module, section, title")),
        ('en = "Sums"', "", ("[title] must have en and zh-CN",)),
        ('zh-CN = "Sums"', "", ("[title] must have en and zh-CN",)),
    ],
)
def test_a_slip_in_assignment_toml(course, old, new, words):
    change(course / "assignments/01_sums/assignment.toml", old, new)
    found = said(course)
    assert "assignments/01_sums/assignment.toml: " in found and all(word in found for word in words), found


def test_the_command_shows_it_and_ends_with_1_and_grade_refuses(course, tmp_path, monkeypatch):
    from typer.testing import CliRunner

    from autograder.cli import app

    change(course / "assignments/01_sums/assignment.toml", "forbidden = []", "forbiden = []")
    monkeypatch.chdir(course)
    monkeypatch.setenv("COLUMNS", "300")
    answer = CliRunner().invoke(app, ["verify", "01_sums", "--lang", "en"])
    assert answer.exit_code == 1 and "✗ assignments/01_sums/assignment.toml: " in answer.stdout
    (tmp_path / "ada").mkdir()
    (tmp_path / "ada/sums.py").write_text("")
    answer = CliRunner().invoke(app, ["grade", str(tmp_path / "ada"), "-o", str(tmp_path / "out"), "--lang", "en"])
    assert answer.exit_code == 2 and "did you mean forbidden?" in answer.stderr and not (tmp_path / "out").exists()


@pytest.mark.parametrize(
    ("file", "old", "new", "words"),
    [
        (
            "mistakes.py",
            '@mistake("column_sums"',
            '@mistake("colum_sums"',
            ("no exercise", "did you mean column_sums?"),
        ),
        ("mistakes.py", "check_any_columns", "check_any_column", ("is no check", "did you mean check_any_columns?")),
        ("mistakes.py", ', hint_zh="想想和与平均值的区别。"', "", ("averages_the_columns needs title_zh, hint and",)),
        ("mistakes.py", 'title_zh="求了平均值",', "", ("averages_the_columns needs title_zh, hint and",)),
        ("alternatives.py", '@alternative("row_sums")', '@alternative("row_sum")', ("no exercise", "mean row_sums?")),
    ],
)
def test_a_slip_in_the_answers(course, file, old, new, words):
    change(course / "solutions/01_sums" / file, old, new)
    found = said(course)
    assert f"solutions/01_sums/{file}:" in found and all(word in found for word in words), found


@pytest.mark.parametrize(
    "call", ['fail("no")', 'fail("no", "")', 'fail(en="no")', 'assert_true(False, "no")', 'Partial(1, "no", zh="")']
)
def test_a_check_that_would_speak_one_language(course, call):
    """Seen also where no mistake makes it speak."""
    file = course / "assignments/01_sums/checks_hidden.py"
    change(
        file,
        "    X = draw(generator(), 4, 3)\n",
        f"    X = draw(generator(), 4, 3)\n    if X is None:\n        {call}\n",
    )
    line = next(n for n, text in enumerate(file.read_text("utf-8").splitlines(), 1) if call in text)
    assert f"assignments/01_sums/checks_hidden.py:{line}: " in said(course)


def test_a_hidden_message_that_tells_the_draw(course):
    file = course / "assignments/01_sums/checks_hidden.py"
    change(file, "assert_close, draw,", "assert_close, draw, fail,")
    speaks = (
        "    answer, due = student.column_sums(X), X.sum(0)\n"
        "    if not isinstance(answer, type(X)) or answer.shape != due.shape or not answer.allclose(due):\n"
        "        fail({words}, reveal=True)\n"
    )
    old = '    assert_close(student.column_sums(X), torch_einsum("ij->j", X))\n'
    for words, leaks in (('f"not {due[0]}", f"不是 {due[0]}"', True), ('"wrong sums", "和不对"', False)):
        new = speaks.replace("{words}", words)
        change(file, old, new)
        found, old = said(course), new
        assert ("check_any_columns is hidden, but what it says" in found) == leaks, found


@pytest.mark.parametrize(
    ("constant", "wrong"),
    [
        ("DUE_VALUES = [3.5, 7.25]", True),
        ("ROWS = torch.tensor([3.5, 7.25])", True),
        ("NUMBERS = {'a': (3.5, 7.25)}", True),
        ("EXPECTED = 3", True),
        ("def hidden(module, X):\n    return module.row_sums(X).tolist() == [3.5, 7.25]", True),
        ("SHAPE = (1, 28, 28)", False),
        ("MEAN, STD = 0.286, 0.353", False),
        ("SEED = 46", False),
        ("def other(module, X):\n    return X.reshape(2, 2) * 3.5", False),
    ],
)
def test_expected_values_in_the_published_probes(course, constant, wrong):
    folder = course / "assignments/01_sums"
    (folder / "probes.py").write_text(PROBES.replace("{constant}", constant), "utf-8")
    file = folder / "checks_public.py"
    change(file, "import torch\n", "import torch\nfrom probes import sums\n")
    file.write_text(file.read_text("utf-8") + WITH_PROBE, "utf-8")
    found = said(course)
    assert ("assignments/01_sums/probes.py:3: " in found or "probes.py:4: " in found) == wrong, found


@pytest.mark.parametrize("fault", ["X.summ(1)", "torch_einsum('ij->i', X, X)", "undefined"])
def test_a_check_that_breaks_is_told_with_its_line(course, fault):
    file = course / "assignments/01_sums/checks_hidden.py"
    change(file, '        assert_close(student.row_sums(X), torch_einsum("ij->i", X))', "        due = " + fault)
    found = said(course)
    assert "checks_hidden.py:" in found and "check_any_matrix is broken, it raises" in found
    assert "mend the check" in found and "请修正这个检查" in found


def test_a_check_that_breaks_under_another_seed_only(course):
    file = course / "assignments/01_sums/checks_hidden.py"
    change(file, "    rng = generator()\n", "    rng = generator()\n    assert_seed(rng)\n")
    seeds = (
        "_seen = []\n\n\ndef assert_seed(rng):\n    _seen.append(rng.initial_seed())\n    1 / (len(set(_seen)) < 2)\n"
    )
    file.write_text(file.read_text("utf-8") + "\n\n" + seeds, "utf-8")
    assert "check_any_matrix is broken, it raises ZeroDivisionError" in said(course)


def test_further_stages_are_a_line_each():
    assert len(verification.STAGES) > 8 and all(stage.__doc__ for stage in verification.STAGES)
