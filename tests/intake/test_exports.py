"""Nobody is lost: in every export and class, each person is a row, and every other entry is named."""

import pytest

from autograder.errors import SubmissionProblem
from autograder.intake.finding import Survey, read_submission, survey
from tests.intake import exports
from tests.intake.exports import CODE, write

MODULES = {"02_corr2d": "corr2d", "05_pooling": "pooling", "06_lenet": "lenet"}
EXERCISES = {"corr2d": ["corr2d", "Conv2D", "conv2d"], "pooling": ["pool2d"], "lenet": ["make_lenet", "LR"]}


def seen(*paths, **options) -> Survey:
    return survey(paths, MODULES, EXERCISES, **options)


def told(look: Survey) -> str:
    return "\n".join(text.en for text in [*look.passed_over, *look.read_as])


def modules(found) -> set[str]:
    try:
        return set(read_submission(found).modules)
    except SubmissionProblem:
        return set()


@pytest.mark.parametrize("packed", [False, True], ids=["folder", "zip"])
@pytest.mark.parametrize("export", exports.ALL, ids=lambda export: export.__name__)
def test_nobody_is_lost(tmp_path, export, packed):
    people, entries = export()
    if packed:
        path = write(tmp_path, {"class.zip": entries}) / "class.zip"
    else:
        path = write(tmp_path / "class", entries)
    look = seen(path)
    rows = [f.name for f in look.found]
    assert [who for who in people if not any(who in row for row in rows)] == []
    assert [row for row in rows if not any(who in row for who in people)] == []  # nobody is made up
    unnamed = [n for n in ("grades.csv", "graded", "roster.xlsx") if any(e.startswith(n) for e in entries)]
    assert all(name in told(look) for name in unnamed)


def by_name(look: Survey) -> dict:
    return {f.name: f for f in look.found}


def test_attempts_come_in_order_and_bring_what_was_not_handed_in_again(tmp_path):
    files = {"eve_205_9906_corr2d.py": "old = 1\n", "eve_205_9907_helpers.py": "", "eve_205_10007_corr2d-1.py": CODE}
    first, second = seen(write(tmp_path, files)).found
    assert first.name == second.name and first.number < second.number
    assert read_submission(first).modules["corr2d"].cells[0].code == "old = 1\n"
    assert read_submission(second).modules["corr2d"].cells[0].code == CODE
    assert "helpers" in read_submission(second).sources("corr2d")
    assert first.origin != second.origin


def test_late_marks_and_the_platforms_times_travel(tmp_path):
    people = by_name(seen(write(tmp_path / "c", exports.canvas()[1])))
    assert people["raybob_102"].late and people["leeann_101"].late is False and people["anon_9xYz"].late
    ann = [f for f in seen(write(tmp_path / "g", exports.gradescope()[1])).found if f.person.name == "Ann Lee"]
    assert [f.handed_in for f in ann] == ["2026-10-01T21:10:00+00:00", "2026-10-03T09:00:00-07:00"]
    assert ann[0].person.id == "2026010101" and ann[0].person.email == "ann@example.org"


def test_a_group_is_a_row_for_each_member(tmp_path):
    found = seen(write(tmp_path, exports.gradescope()[1])).found
    shared = [f for f in found if f.members == ("submission_301",)]
    assert [f.person.name for f in shared] == ["Ann Lee", "王芳"] and len({f.origin for f in shared}) == 1


def test_questions_of_a_quiz_are_one_submission_of_each_person(tmp_path):
    people = by_name(seen(write(tmp_path, exports.canvas_quiz()[1])))
    assert {(f.person.id, f.person.name) for f in people.values()} == {("1001", "lovelace_ada"), ("1002", "zhang_wei")}
    assert modules(people["lovelace_ada_1001"]) == {"corr2d", "pooling"}
    got = read_submission(people["zhang_wei_1002"])
    assert "return K" in got.modules["corr2d"].cells[0].code or "question_78" in " ".join(n.en for n in got.notes)


def test_what_gradescopes_list_and_its_folders_do_not_tell_of_each_other_is_said(tmp_path):
    folder = write(tmp_path, exports.gradescope()[1]) / "assignment_5_export"
    (folder / "submission_355" / "corr2d.py").unlink()
    (folder / "submission_355").rmdir()
    look = seen(folder)
    assert "submission_400 is not in submission_metadata.yml" in told(look)
    assert "submission_355 (Ann Lee) is in submission_metadata.yml" in told(look)
    assert by_name(look)["submission_400"].person.id == ""  # the number is the submission's
    (folder / "submission_metadata.yml").write_text("}{ damaged")
    assert "submission_metadata.yml names nobody" in told(seen(folder))


@pytest.mark.parametrize("export", [exports.wrapped_sections, exports.sections_of_one], ids=lambda each: each.__name__)
def test_a_section_is_never_a_student(tmp_path, export):
    found = seen(write(tmp_path, export()[1])).found
    assert all(f.person.section.rpartition("/")[2] in ("Section A", "Section B", "Section C", "二班") for f in found)
    assert len(found) == len(export()[1])


def test_nbgraders_own_copies_are_named(tmp_path):
    look = seen(write(tmp_path, exports.nbgrader()[1]))
    assert all(f"{name} (nbgrader's own)" in told(look) for name in ("autograded", "source", "gradebook.db"))


def test_sections_are_kept(tmp_path):
    sections = {f.name: f.person.section for f in seen(write(tmp_path, exports.sections()[1])).found}
    assert sections == {
        "2026010101-王芳": "section_a",
        "2026010102-李雷": "section_b",
        "2026010103-赵云": "section_b",
        "2026010104-孙尚香": "section_c",
        "ann": "section_d",
        "bob": "section_d",
        "2026010105-韩梅梅": "",
    }


def test_a_zip_among_others_without_code_is_a_person(tmp_path):
    write(
        tmp_path, {"ann.zip": {"corr2d.py": CODE}, "tim.zip": {"report.pdf": b""}, "zoe.zip": {"zoe/corr2d.py": CODE}}
    )
    write(tmp_path, {"bad.zip": b"PK nothing", "una/report.pdf": b""})
    look = seen(*sorted(tmp_path.iterdir()))
    assert [f.name for f in look.found] == ["ann", "bad", "tim", "una", "zoe"]
    assert "tim.zip was read as one submission" in told(look)


@pytest.mark.parametrize(
    "files",
    [
        {"Corr2D.py": CODE},
        {"corr2d.PY": CODE},
        {"02_CORR2D/corr2d.py": CODE},
        {"02_corr2d (1)/corr2d.py": CODE},
        {"corr2d (2).py": CODE},
        {"corr2d - 副本.py": CODE},
        {"corr2d.py.txt": CODE},
        {"code/corr2d.py": CODE, "report/report.pdf": ""},
        {"hw1/dense.py": "x = 1\n", "hw2/deep/corr2d.py": CODE},
        {"conv.py": CODE, "net.py": "layers = 3\n"},
        {"conv.py": "def corr2d(X, K):\n    return X\nclass Conv2D: pass\n", "utils.py": CODE},
        {"all.py": CODE + "pool2d = lambda X: X\n"},
        {"hw.zip": {"conv.py": CODE}, "report.pdf": ""},
        {"a/corr2d.py": CODE, "b/corr2d.py": CODE},
        {"test.py": CODE},
        {"hw2_test.py": CODE, "notes.py": "x = 1\n"},
        {".corr2d.py": CODE},
        {"corr2d.pyw": CODE},
        {"corr2d.py ": CODE},
        {"hw.py": '{"cells": [{"cell_type": "code", "source": "def corr2d(X, K):\\n    return X"}]}'},
        {"hw.ipynb": CODE},
    ],
)
def test_code_is_found_under_any_name_and_in_any_folder(tmp_path, files):
    write(tmp_path / "c", {f"ann/{name}": content for name, content in files.items()} | {"bob/corr2d.py": CODE})
    ann, _ = seen(tmp_path / "c").found
    assert "corr2d" in modules(ann)


@pytest.mark.parametrize(
    "files",
    [
        {"net.py": "from torch import nn\nconv2d = nn.Conv2d(1, 1, 3)\nLR = 0.5\n"},
        {"a/corr2d.py": CODE, "b/corr2d.py": CODE + "#\n"},
        {"one.py": CODE, "two.py": CODE + "#\n"},
        {"report.pdf": b""},
        {"corr2d.txt": CODE},
    ],
)
def test_what_is_not_plainly_an_answer_is_named_and_not_taken(tmp_path, files):
    write(tmp_path / "c", {f"ann/{name}": content for name, content in files.items()} | {"bob/corr2d.py": CODE})
    ann, _ = seen(tmp_path / "c").found
    got = read_submission(ann)
    assert not got.modules
    said = got.absence("corr2d").en + " ".join(note.en for note in got.notes)
    assert all(name in said for name in files)


def test_an_answer_in_parts_is_put_together(tmp_path):
    layer = "from q1 import corr2d\nclass Conv2D:\n    def forward(self, x):\n        return corr2d(x, x)\n"
    other = "def conv2d(X, K):\n    return X\n"
    mine = {"ann/q1.py": CODE, "ann/q2.py": layer, "ann/q3.py": other, "ann/report.pdf": b""}
    got = read_submission(seen(write(tmp_path / "c", mine | {"bob/corr2d.py": CODE})).found[0])
    assert [cell.code for cell in got.modules["corr2d"].cells[1:]] == [
        "from q2 import Conv2D\n",
        "from q3 import conv2d\n",
    ]
    assert {"q1", "q2", "q3"} <= got.sources("corr2d").keys()
    said = " ".join(note.en for note in got.notes)
    assert "q1.py does not answer Conv2D; it was taken from q2.py" in said


def test_a_file_that_only_bears_another_modules_name_is_taken(tmp_path):
    write(tmp_path / "c", {"ann/lenet.py": CODE, "bob/corr2d.py": CODE})
    ann, _ = seen(tmp_path / "c").found
    assert modules(ann) == {"corr2d"} or "corr2d" in modules(ann)


def test_what_a_file_of_another_module_defines_is_named_where_it_is_not_graded(tmp_path):
    helper = CODE + "def pool2d(X):\n    return X\n"
    got = read_submission(seen(write(tmp_path, {"ann/pooling.py": helper, "bob/corr2d.py": CODE})).found[0])
    assert set(got.modules) == {"pooling"}
    assert any("pooling.py is pooling by its name; corr2d in it was not graded as corr2d" in n.en for n in got.notes)


def test_the_same_definition_twice_does_not_compete(tmp_path):
    mine = {"ann/one.py": CODE + "a = 1\n", "ann/two.py": "b = 2\n" + CODE, "bob/corr2d.py": CODE}
    assert "corr2d" in modules(seen(write(tmp_path, mine)).found[0])


STUB = 'def corr2d(X, K):\n    """Cross-correlate."""\n    raise NotImplementedError("corr2d")\n'


@pytest.mark.parametrize("named", ["", STUB, "# later\n", "import torch\n"], ids=["empty", "stub", "comment", "import"])
@pytest.mark.parametrize("other", ["answers.py", "hw.ipynb"])
def test_a_file_without_an_answer_gives_way_to_one_with(tmp_path, named, other):
    cells = '{"cells": [{"cell_type": "code", "source": "def corr2d(X, K):\\n    return X"}]}'
    write(tmp_path / "ann", {"corr2d.py": named, other: cells if other == "hw.ipynb" else CODE})
    got = read_submission(seen(tmp_path / "ann").found[0])
    assert got.taken["corr2d"] == other
    assert any("corr2d.py" in note.en for note in got.notes if "Not used" in note.en)


def test_a_file_that_imports_its_answer_stays(tmp_path):
    write(tmp_path / "ann", {"corr2d.py": "from answers import *\n", "answers.py": CODE})
    assert read_submission(seen(tmp_path / "ann").found[0]).taken["corr2d"] == "corr2d.py"


def test_a_stub_alone_is_still_the_module(tmp_path):
    write(tmp_path / "ann", {"conv.py": STUB})
    assert read_submission(seen(tmp_path / "ann").found[0]).taken["corr2d"] == "conv.py"


def test_who_else_answers_is_named_through_zips(tmp_path):
    write(tmp_path / "ann", {"corr2d.py": CODE, "corr2d_final.py": CODE + "#\n", "used.py": "x = 1\n"})
    (note,) = [n.en for n in read_submission(seen(tmp_path / "ann").found[0]).notes]
    assert note == "corr2d_final.py also defines corr2d; corr2d.py counts."
    write(tmp_path / "bob", {"old.zip": {"corr2d.py": CODE}, "new.zip": {"corr2d.py": CODE + "#\n"}})
    got = read_submission(seen(tmp_path / "bob", tmp_path / "ann").found[0])
    assert any("taken from new.zip/corr2d.py, not from old.zip/corr2d.py" in note.en for note in got.notes)
    assert got.modules["corr2d"].cells[0].code.endswith("#\n")


@pytest.mark.parametrize(
    ("name", "content", "why"),
    [
        ("a.py", "", "no code in it"),
        ("a.py", "x = 1\n", "it defines none of the exercises"),
        ("a.py", b"{\\rtf1 corr2d}", "it is no text"),
        ("a.ipynb", '{"cells": []}', "no code in it"),
        ("corr2d", CODE, "its name has no ending"),
        ("corr2d.pyc", b"\0", "compiled"),
    ],
)
def test_what_was_not_used_says_why(tmp_path, name, content, why):
    write(tmp_path / "c", {f"ann/{name}": content, "bob/corr2d.py": CODE})
    ann, _ = seen(tmp_path / "c").found
    assert any(f"{name} ({why}" in note.en for note in read_submission(ann).notes)


@pytest.mark.parametrize(
    ("content", "remedy"),
    [
        (b'{"cells": [', "download it again"),
        (b'{"cells": [\n<<<<<<< HEAD\n=======\n>>>>>>> b\n]}', "git conflict"),
        (b"", "download it again"),
    ],
)
def test_the_remedy_for_a_notebook_can_be_carried_out(tmp_path, content, remedy):
    write(tmp_path, {"ann/hw.ipynb": content, "bob/corr2d.py": CODE})
    with pytest.raises(SubmissionProblem, match=remedy):
        read_submission(seen(tmp_path).found[0])


def test_another_name_is_told_with_what_it_defines(tmp_path):
    write(tmp_path / "ann", {"02_corr2d/conv.py": CODE, "02_corr2d/lab.ipynb": "{}", "report.pdf": b""})
    (ann,) = seen(tmp_path / "ann").found
    notes = [note.en for note in read_submission(ann).notes]
    assert any("conv.py defines corr2d; it was taken as corr2d" in note for note in notes)
    assert any("report.pdf" in note for note in notes)
