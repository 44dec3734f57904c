"""Tests of the reader: what is one submission and what a class, which file is taken, and hostile bytes."""

import io
import json
import os
import string
import time
import zipfile

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from autograder.errors import PathProblem, SubmissionProblem
from autograder.gradebook.names import result_stem
from autograder.intake import trees
from autograder.intake.finding import Submission, find_submissions, read_submission, survey

MODULES = {
    "01_dense_to_conv": "dense_to_conv",
    "02_corr2d": "corr2d",
    "03_padding_stride": "padding_stride",
    "04_channels": "channels",
    "05_pooling": "pooling",
    "06_lenet": "lenet",
}
EXERCISES = {
    "corr2d": ["corr2d", "Conv2D", "conv2d"],
    "pooling": ["pool2d", "pool2d_strided"],
    "channels": ["corr2d_multi_in"],
    "lenet": ["make_lenet", "train", "LR"],
}
CODE = "def corr2d(X, K):\n    return X\n"


def write(root, files):
    for name, content in files.items():
        path = root / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(content if isinstance(content, bytes) else content.encode())
    return root


def zipped(files, **options):
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, content in files.items():
            archive.writestr(name, content, **options)
    return buffer.getvalue()


def notebook(*codes):
    cells = [{"cell_type": "code", "source": code, "outputs": [{"data": {"image/png": "x" * 99}}]} for code in codes]
    return json.dumps({"cells": [{"cell_type": "markdown", "source": "# lab"}, *cells], "nbformat": 4})


def find(*paths, **options):
    return find_submissions(paths, MODULES, EXERCISES, **options)


def names(*paths):
    return [f.name for f in find(*paths)]


def read(path) -> Submission:
    (found,) = find(path)
    return read_submission(found)


def problem_of(path) -> SubmissionProblem:
    with pytest.raises(SubmissionProblem) as caught:
        read(path)
    assert caught.value.text.en and caught.value.text.zh
    return caught.value


# What is a submission


def test_a_folder_with_a_module_at_its_top_is_one(tmp_path):
    assert names(write(tmp_path / "alice", {"corr2d.py": CODE})) == ["alice"]


def test_a_folder_with_assignment_folders_is_one(tmp_path):
    assert names(write(tmp_path / "alice", {"02_corr2d/corr2d.py": CODE, "05_pooling/lab.ipynb": notebook()})) == [
        "alice"
    ]


def test_a_folder_of_those_is_a_class(tmp_path):
    write(
        tmp_path,
        {
            "alice/corr2d.py": CODE,
            "王芳/02_corr2d/corr2d.py": CODE,
            "bob.zip": zipped({"corr2d.py": CODE}),
            "chen.ipynb": notebook(CODE),
            "dai.py": CODE,
            "empty/README.md": "",
            "notes.txt": "",
            ".git/x": "",
        },
    )
    assert names(tmp_path) == ["alice", "bob", "chen", "dai", "empty", "王芳"]


def test_a_notebook_among_folders_is_a_student_and_alone_a_submission(tmp_path):
    write(tmp_path / "class", {"chen.ipynb": notebook(CODE), "alice/corr2d.py": CODE})
    write(tmp_path / "li", {"lab.ipynb": notebook(CODE), "img/a.png": b"", "notes.py": ""})
    assert names(tmp_path / "class") == ["alice", "chen"]
    assert names(tmp_path / "li") == ["li"]


def test_notebooks_alone_are_a_class_where_they_answer_the_same_exercise(tmp_path):
    pool = "def pool2d(X, s): pass"
    write(tmp_path / "class", {"a.ipynb": notebook(CODE), "b.ipynb": notebook(CODE)})
    write(tmp_path / "one", {"a.ipynb": notebook(CODE), "b.ipynb": notebook(pool)})
    assert names(tmp_path / "class") == ["a", "b"]
    assert names(tmp_path / "one") == ["one"]
    assert set(read(tmp_path / "one").modules) == {"corr2d", "pooling"}


def test_a_single_file_is_one(tmp_path):
    write(tmp_path, {"corr2d.py": CODE, "zhang.py": CODE, "lab.ipynb": notebook(CODE)})
    assert read(tmp_path / "corr2d.py").taken == {"corr2d": "corr2d.py"}
    assert read(tmp_path / "zhang.py").taken == {"corr2d": "zhang.py"}
    assert read(tmp_path / "lab.ipynb").taken == {"corr2d": "lab.ipynb"}


@pytest.mark.parametrize("wrap", ["", "alice_hw/", "a/b/", "__MACOSX/x"])
def test_a_zip_with_wrapping_folders(tmp_path, wrap):
    files = {f"{wrap}02_corr2d/corr2d.py": CODE, "__MACOSX/._x": "", ".DS_Store": ""}
    if wrap.startswith("__"):
        files = {"02_corr2d/corr2d.py": CODE, f"{wrap}/._corr2d.py": ""}
    write(tmp_path, {"alice.zip": zipped(files)})
    assert names(tmp_path / "alice.zip") == ["alice"]
    assert read(tmp_path / "alice.zip").taken == {"corr2d": "02_corr2d/corr2d.py"}


def test_a_zip_of_a_class(tmp_path):
    inner = {
        "class/alice/corr2d.py": CODE,
        "class/bob.zip": zipped({"hw/corr2d.py": CODE}),
        "class/chen.ipynb": notebook(CODE),
        "class/dai/hw/02_corr2d/corr2d.py": CODE,
        "class/eve/mine.zip": zipped({"corr2d.py": CODE}),
    }
    write(tmp_path, {"class.zip": zipped(inner)})
    found = find(tmp_path / "class.zip")
    assert [f.name for f in found] == ["alice", "bob", "chen", "dai", "eve"]
    read_all = [read_submission(f) for f in found]
    assert all(set(s.modules) == {"corr2d"} for s in read_all)
    assert len({s.sha256 for s in read_all}) == 2  # the notebook differs, the folder's or zip's name does not


def test_equal_names_stop_nobody(tmp_path):
    write(tmp_path, {"c/alice/corr2d.py": CODE, "c/alice.zip": zipped({"corr2d.py": CODE}), "c/bob/corr2d.py": CODE})
    assert names(tmp_path / "c") == ["alice", "alice", "bob"]


def test_unknown_and_empty_paths_are_named(tmp_path):
    (tmp_path / "empty").mkdir()
    write(tmp_path, {"empty.zip": zipped({}), "notes.txt": "x", "only/readme.md": "x"})
    for name in ("nowhere", "empty", "empty.zip", "notes.txt", "only"):
        with pytest.raises(PathProblem) as caught:
            find(tmp_path / name)
        assert name in caught.value.text.en and name in caught.value.text.zh


def test_the_folder_of_results_is_no_submission(tmp_path):
    write(tmp_path, {"alice/corr2d.py": CODE, "out/results/a.json": "{}"})
    write(tmp_path, {"old/run.json": "{}", "old/gradebook.sqlite": "", "bob/run.json": "{}", "bob/corr2d.py": CODE})
    seen = survey([tmp_path], MODULES, EXERCISES, out=tmp_path / "out")
    assert [f.name for f in seen.found] == ["alice", "bob"]
    assert [text.en.split(" ")[0].rpartition("/")[2] for text in seen.passed_over] == ["old", "out"]


def test_ten_thousand_are_listed_in_about_a_second(tmp_path):
    for k in range(10_000):
        (tmp_path / f"student_{k}").mkdir()
    start = time.perf_counter()
    assert len(find(tmp_path)) == 10_000
    assert time.perf_counter() - start < 8  # 0.15 s on an idle machine
    buffer = zipped({f"class/student_{k}/02_corr2d/corr2d.py": CODE for k in range(2_000)})
    write(tmp_path, {"all.zip": buffer})
    found = find(tmp_path / "all.zip")
    start = time.perf_counter()
    assert all(read_submission(f).modules for f in found)
    assert time.perf_counter() - start < 8


# Exports of learning platforms


def test_canvas(tmp_path):
    write(
        tmp_path / "c",
        {
            "lovelaceada_12_501_corr2d.py": CODE,
            "lovelaceada_12_502_pooling-1.py": "def pool2d(): 0",
            "turingalan_LATE_13_503_hw.zip": zipped({"corr2d.py": CODE}),
            "anon_aB3dE_504_lab.ipynb": notebook(CODE),
        },
    )
    found = find(tmp_path / "c")
    assert [(f.name, f.person.name, f.person.id) for f in found] == [
        ("anon_aB3dE", "anon", "aB3dE"),
        ("lovelaceada_12", "lovelaceada", "12"),
        ("turingalan_13", "turingalan", "13"),
    ]
    assert read_submission(found[1]).taken == {"corr2d": "corr2d.py", "pooling": "pooling-1.py"}
    assert read_submission(found[2]).taken == {"corr2d": "corr2d.py"}
    assert read_submission(found[0]).taken == {"corr2d": "lab.ipynb"}


def test_moodle(tmp_path):
    write(
        tmp_path,
        {
            "m.zip": zipped(
                {
                    "王 芳_7_assignsubmission_file_/corr2d.py": CODE,
                    "王 芳_7_assignsubmission_onlinetext_/o.html": "",
                    "李雷_8_assignsubmission_file_corr2d.py": CODE,
                    "李雷_8_assignsubmission_file_utils.py": "x = 1",
                    "Ann Lee_9_assignsubmission_file_/hw.zip": zipped({"a/corr2d.py": CODE}),
                }
            )
        },
    )
    found = find(tmp_path / "m.zip")
    assert [f.name for f in found] == ["Ann Lee_9", "李雷_8", "王 芳_7"]
    assert [read_submission(f).taken for f in found] == [{"corr2d": "corr2d.py"}] * 3
    assert "utils" in read_submission(found[1]).sources("corr2d")


def test_gradescope(tmp_path):
    metadata = (
        "submission_1:\n  :submitters:\n  - :name: Ada Lovelace\n    :sid: '12'\n  :history:\n  - :submitters:\n"
        '    - :name: Somebody Else\nsubmission_2:\n  :submitters:\n  - :name: "\\u738b\\u82b3"\n'
    )
    write(
        tmp_path / "assignment_5_export",
        {
            "submission_metadata.yml": metadata,
            "submission_1/corr2d.py": CODE,
            "submission_2/02_corr2d/corr2d.py": CODE,
            "submission_3/x.txt": "",
        },
    )
    found = find(tmp_path / "assignment_5_export")
    assert [f.name for f in found] == ["Ada Lovelace_12", "submission_3", "王芳_2"]
    assert set(read_submission(found[2]).modules) == {"corr2d"} and not read_submission(found[1]).modules


@pytest.mark.parametrize(
    "name", ["Eve\n      :sid: '13'", 'Eve\n      :created_at: "\\ud800"', "Eve\n      :name: Bob"]
)
def test_what_a_person_is_called_tells_nothing_else_of_gradescope(tmp_path, name):
    """A name that goes on over several lines may look like a field; those stand at a column of their own."""
    metadata = "submission_1:\n  :submitters:\n  - :name: NAME\n    :sid: '12'\n  :created_at: 2024-03-01 23:59:59 Z\n"
    write(
        tmp_path / "assignment_5_export",
        {"submission_metadata.yml": metadata.replace("NAME", name), "submission_1/corr2d.py": CODE},
    )
    (found,) = find(tmp_path / "assignment_5_export")
    assert found.person.id == "12" and found.person.name.startswith("Eve")
    assert found.handed_in.startswith("2024-03-01") and found.handed_in.isascii()


@pytest.mark.parametrize("trouble", ["files", "unreadable"])
def test_one_folder_that_cannot_be_listed_costs_nobody_else(tmp_path, trouble, monkeypatch):
    """Beside loose notebooks every folder is looked into before it is known what the whole is."""
    write(tmp_path, {"bob.ipynb": notebook(CODE), "eve/corr2d.py": CODE, "zoe/corr2d.py": CODE})
    listed = trees.Folder.children

    def children(self, folder=""):
        if folder.startswith("eve"):
            raise SubmissionProblem("eve cannot be listed", "eve 无法列出")
        return listed(self, folder)

    if trouble == "files":
        monkeypatch.setattr(trees.Folder, "children", children)
    else:
        (tmp_path / "eve").chmod(0)
    found = {one.name: one for one in find(tmp_path)}
    (tmp_path / "eve").chmod(0o700)
    assert set(found) == {"bob", "eve", "zoe"}


def test_a_name_shows_all_that_tells_it_from_another():
    names = ["bob", "bob\u3164", "bob\ufe0f", "bob\u115f", "b\u200eob"]
    assert len({trees.shown(name) for name in names}) == len(names)
    assert all(trees.shown(name).isascii() for name in names)


# Which file is taken


def test_py_beats_notebook_and_the_numbered_folder_beats_the_top(tmp_path):
    write(
        tmp_path,
        {
            "corr2d.py": "top = 1",
            "02_corr2d/corr2d.py": "numbered = 1",
            "02_corr2d/corr2d.ipynb": notebook("nb = 1"),
            "channels.py": "top = 1",
            "04_channels/channels.ipynb": notebook("nb = 1"),
            "lab.ipynb": notebook("def pool2d(X): pass"),
        },
    )
    got = read(tmp_path)
    assert got.taken == {"corr2d": "02_corr2d/corr2d.py", "channels": "channels.py", "pooling": "lab.ipynb"}
    assert got.modules["corr2d"].cells[0].code == "numbered = 1"
    assert any("02_corr2d/corr2d.py" in note.en and "corr2d.py" in note.zh for note in got.notes)


def test_one_notebook_serves_the_whole_chapter(tmp_path):
    write(
        tmp_path, {"lab.ipynb": notebook("def corr2d(X, K):\r\n    pass", "def train(): pass", "pool2d = lambda X: X")}
    )
    got = read(tmp_path / "lab.ipynb")
    assert set(got.modules) == {"corr2d", "lenet", "pooling"}
    assert got.modules["corr2d"] is got.modules["lenet"] or got.modules["corr2d"] == got.modules["lenet"]
    assert [c.label for c in got.modules["corr2d"].cells][:2] == ["lab.ipynb, cell 1", "lab.ipynb, cell 2"]
    assert "\r" not in got.modules["corr2d"].cells[0].code


def test_helpers_are_importable_and_what_shadows_is_not(tmp_path):
    unwanted = [
        "random",
        "torch",
        "numpy",
        "autograder",
        "conftest",
        "sitecustomize",
        "usercustomize",
        "packaging",
        "checks_public",
        "probes",
        "pictures",
        "not-a-name",
    ]
    write(
        tmp_path,
        {
            "02_corr2d/corr2d.py": "import ops.deep.near\n" + CODE,
            "02_corr2d/utils.py": "from test_it import x; where = 2",
            "05_pooling/pooling.py": "",
            "05_pooling/utils.py": "where = 5",
            "02_corr2d/test_it.py": "import elsewhere.far",
            "02_corr2d/it_test.py": "",
            "02_corr2d/ops/__init__.py": "",
            "02_corr2d/ops/deep/near.py": "",
            "common.py": "",
            "02_corr2d/elsewhere/far.py": "",
            "nowhere/far.py": "",
            "x.pth": "",
            "venv/lib/else.py": "",
            "02_corr2d/not-a-name/y.py": "",
            "pyproject.toml": "",
            **{f"02_corr2d/{name}.py": "raise SystemExit" for name in unwanted},
        },
    )
    got = read(tmp_path)
    assert set(got.sources("corr2d")) == {
        *("corr2d", "pooling", "utils", "common", "test_it", "ops", "ops.deep.near", "elsewhere.far")
    }
    assert got.sources("corr2d")["utils"].cells[0].code.endswith("where = 2")
    assert got.sources("pooling")["utils"].cells[0].code == "where = 5"
    assert any("random.py" in note.en for note in got.notes)


def test_the_digest_covers_what_runs_and_nothing_else(tmp_path):
    write(
        tmp_path,
        {
            "a/corr2d.py": CODE,
            "b/corr2d.py": CODE.replace("\n", "\r\n"),
            "b/report.pdf": "x",
            "c/corr2d.py": CODE + "#",
        },
    )
    digests = [read_submission(f).sha256 for f in find(tmp_path)]
    assert digests[0] == digests[1] != digests[2]


@pytest.mark.parametrize(
    "data",
    [
        CODE.encode("utf-8-sig"),
        b"# -*- coding: gbk -*-\n# \xd6\xd0\n",
        b"# -*- coding: utf-8-unix -*-\n" + "# 互相关\n".encode(),
        "# -*- coding: koi8-r -*-\n# ядро\n".encode("koi8-r"),
        b"import torch\n# position encoding: none\n",
        b"",
        b"def (",
        b"\0\0",
        "x = '中文'\r\n".encode(),
        b"x = 1\r# coding: gbk\ry = 2\r",
    ],
)
def test_encodings_that_python_reads(tmp_path, data):
    write(tmp_path, {"corr2d.py": data})
    got = read(tmp_path)
    code = got.modules["corr2d"].cells[0].code
    assert not code.startswith(("\ufeff", "raise SyntaxError")) and "\r" not in code and not got.notes


@pytest.mark.parametrize(
    "data, text, name",
    [
        ("# 编码\n".encode("utf-16"), "# 编码\n", "UTF-16"),
        ("# 编码\nx = 1".encode("utf-16-le"), "# 编码\nx = 1", "UTF-16"),
        ("# 编码\nx = 1".encode("utf-16-be"), "# 编码\nx = 1", "UTF-16"),
        ("# 编码\n".encode("gbk"), "# 编码\n", "GB18030"),
        ("s = 'Faltung für Anfänger'\n".encode("latin-1"), "s = 'Faltung für Anfänger'\n", "Latin-1"),
        (b"# position encoding: none\n", "# position encoding: none\n", "UTF-8"),
        (b"# coding: rot13\n", "# coding: rot13\n", "UTF-8"),
        (b"# coding: idna\n", "# coding: idna\n", "UTF-8"),
        ("# coding: gb2312\n# 编码\n".encode(), "# coding: gb2312\n# 编码\n", "UTF-8"),
    ],
)
def test_encodings_that_only_people_use_are_read_with_a_note(tmp_path, data, text, name):
    write(tmp_path, {"corr2d.py": data})
    got = read(tmp_path)
    assert got.modules["corr2d"].cells[0].code == text
    assert len(got.notes) == 1 and name in got.notes[0].en and "corr2d.py" in got.notes[0].zh


@pytest.mark.parametrize(
    "data, why", [(b"\xff\xfe\0", "no text"), (b"%PDF-1.7\n", "PDF"), (b"PK\3\4" + b"\0" * 9, "zip")]
)
def test_what_is_no_text_is_an_import_that_fails_readably(tmp_path, data, why):
    write(tmp_path, {"corr2d.py": data, "pooling.py": "fine = 1"})
    got = read(tmp_path)
    with pytest.raises(SyntaxError, match=rf"corr2d.py is not UTF-8.*{why}.*UTF-8 编码"):
        exec(got.modules["corr2d"].cells[0].code)
    assert got.modules["pooling"].cells[0].code == "fine = 1"


def test_small_data_files_come_along(tmp_path):
    write(
        tmp_path,
        {
            "02_corr2d/corr2d.py": CODE + "W = open('large.npy')\n",
            "02_corr2d/bar.json": "[2, 6]",
            "02_corr2d/params/w.txt": "0.5",
            "02_corr2d/report.pdf": "x",
            "02_corr2d/large.npy": b"\0" * 2_000_000,
            "02_corr2d/unused.pt": b"\0" * 2_000_000,
            "05_pooling/pooling.py": "",
            "05_pooling/bar.json": "[]",
            "top.csv": "1,2",
        },
    )
    got = read(tmp_path)
    assert got.files("corr2d") == {
        "bar.json": b"[2, 6]",
        "02_corr2d/bar.json": b"[2, 6]",
        "params/w.txt": b"0.5",
        "02_corr2d/params/w.txt": b"0.5",
        "05_pooling/bar.json": b"[]",
        "top.csv": b"1,2",
    }
    assert got.files("pooling")["bar.json"] == b"[]"
    large, report = got.notes
    assert "large.npy" in large.en and "1 MB" in large.en and "report.pdf is not code" in report.en
    (tmp_path / "02_corr2d/bar.json").write_text("[2, 7]")
    assert read(tmp_path).sha256 != got.sha256


def test_what_does_not_matter_in_a_notebook_vetoes_nothing(tmp_path):
    output = {"output_type": "display_data", "data": {"a": float("nan"), "b": -float("inf"), "c": "\ud83d NaN"}}
    cells = [
        {"cell_type": "code", "source": ["x = 'NaN'\n", None, "y = '😀'"], "outputs": [output]},
        {"cell_type": "code", "source": None},
        {"cell_type": "markdown", "source": 3},
        {"cell_type": "code", "source": CODE, "metadata": [[[None]]]},
    ]
    for encoding in ("utf-8", "utf-8-sig", "utf-16", "utf-16-le", "gbk"):
        escaped = encoding in ("utf-8", "gbk")
        text = json.dumps({"cells": cells, "note": "卷积"}, ensure_ascii=escaped).replace("\ud83d NaN", "\\ud83d NaN")
        write(tmp_path, {"a.ipynb": text.encode(encoding, "surrogatepass")})
        codes = [cell.code for cell in read(tmp_path / "a.ipynb").modules["corr2d"].cells]
        assert codes == ["x = 'NaN'\ny = '😀'", "", CODE], encoding


def test_what_jupyter_would_not_show_is_not_graded(tmp_path):
    """`input` and worksheets are the code of an old notebook only, which has no cells at its top."""
    hidden = {"cell_type": "code", "source": "", "input": CODE}
    for unseen in (
        {"cells": [hidden], "nbformat": 4},
        {"cells": [{"cell_type": "code", "source": "x = 1"}], "worksheets": [{"cells": [hidden]}], "nbformat": 4},
    ):
        write(tmp_path, {"corr2d.ipynb": json.dumps(unseen)})
        assert not any("def" in cell.code for cell in read(tmp_path).modules["corr2d"].cells)
    write(tmp_path, {"corr2d.ipynb": json.dumps({"worksheets": [{"cells": [hidden]}], "nbformat": 3})})
    assert read(tmp_path).modules["corr2d"].cells[0].code == CODE


def test_a_notebook_in_gbk_is_read_with_a_note(tmp_path):
    text = json.dumps({"cells": [{"cell_type": "code", "source": "# 卷积\n" + CODE}]}, ensure_ascii=False)
    write(tmp_path, {"corr2d.ipynb": text.encode("gbk")})
    got = read(tmp_path)
    assert got.modules["corr2d"].cells[0].code.startswith("# 卷积") and "GB18030" in "".join(n.en for n in got.notes)


@pytest.mark.parametrize(
    "data, why",
    [
        (b"", "empty"),
        (b'{"cells": [', "truncated"),
        (b"<!DOCTYPE html>", "web page"),
        (b"%PDF-1.4", "PDF"),
        (b"{}x", "damaged"),
        (b'{"cells": [{"cell_type": "code", "source": 7}]}', "str"),
    ],
)
def test_a_notebook_that_cannot_be_read_is_told_why(tmp_path, data, why):
    write(tmp_path, {"corr2d.ipynb": data})
    assert why in problem_of(tmp_path / "corr2d.ipynb").text.en


# Hostile files


@pytest.mark.parametrize(
    "name", ["../corr2d.py", "a/../../corr2d.py", "/tmp/corr2d.py", "C:\\corr2d.py", "..\\corr2d.py"]
)
def test_zip_paths_that_lead_outside(tmp_path, name):
    write(tmp_path / "c", {"evil.zip": zipped({name: CODE, "corr2d.py": CODE}), "good/corr2d.py": CODE})
    assert "outside" in problem_of(tmp_path / "c/evil.zip").text.en
    evil, good = find(tmp_path / "c")
    assert read_submission(good).modules
    with pytest.raises(SubmissionProblem, match="evil.zip"):
        read_submission(evil)
    assert sorted(os.listdir(tmp_path)) == ["c"]


def test_one_odd_name_in_the_zip_of_a_class_costs_nobody(tmp_path):
    honest = {"class/ada/corr2d.py": CODE, "class/bob/corr2d.py": CODE}
    for odd in ("class/eve/..\\note.txt", "class/eve/../../note.txt", "class/eve/a\\b\\corr2d.py"):
        (tmp_path / "class.zip").write_bytes(zipped(honest | {odd: "x"}))
        seen = survey([tmp_path / "class.zip"], MODULES, EXERCISES)
        assert {"ada", "bob"} <= {found.name for found in seen.found}
        assert "eve" in {found.name for found in seen.found} or "eve" in str(seen.passed_over)


def test_a_file_called_as_another_platform_would_changes_nothing_for_others(tmp_path):
    def people(names):
        folder = write(tmp_path / str(len(list(tmp_path.iterdir()))), dict.fromkeys(names, CODE))
        return {found.person.id: found for found in find(folder)}

    canvas = [f"{name}_{number}_900{number}_corr2d.py" for number, name in enumerate(("ada", "bob", "carl"), 101)]
    assert set(people([*canvas, "eve_104_9005_x_5_assignsubmission_file_corr2d.py"])) == {"101", "102", "103", "104"}
    assert set(people([*canvas, "eve_104_9005_notes\\corr2d.py"])) == {"101", "102", "103", "104"}
    moodle = [f"{name}_{number}_assignsubmission_file_corr2d.py" for number, name in enumerate(("Ada A", "Bob B"), 501)]
    found = people([*moodle, "Eve Gray_503_assignsubmission_file_Z_502_assignsubmission_file_corr2d.py"])
    assert set(found) == {"501", "502", "503"} and found["503"].person.name == "Eve Gray"
    assert set(people([*moodle, "Eve Gray_503_assignsubmission_file_x_1_2_corr2d.py"])) == {"501", "502", "503"}


def test_links_in_a_zip(tmp_path):
    link = zipfile.ZipInfo("corr2d.py")
    link.external_attr = 0o120777 << 16
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w") as archive:
        archive.writestr(link, "/etc/passwd")
    write(tmp_path, {"evil.zip": buffer.getvalue()})
    assert "link" in problem_of(tmp_path / "evil.zip").text.en


def test_names_that_take_long_to_read(tmp_path):
    """Putting combining marks in order takes the square of their number; a zip has room for 32,000 in a name."""
    with zipfile.ZipFile(tmp_path / "one.zip", "w") as archive:
        archive.writestr("corr2d.py", CODE)
        for number in range(30):
            archive.writestr(f"{number}" + "\u0301" * 16_000 + "\u0316" * 16_000 + ".py", "x = 1")
    started = time.process_time()
    assert read(tmp_path / "one.zip").modules["corr2d"]
    assert time.process_time() - started < 5  # 1.6 s for each name before


def test_zip_bombs(tmp_path):
    write(
        tmp_path,
        {
            "ratio.zip": zipped({"corr2d.py": b"\0" * 50_000_000}),
            "big.zip": zipped({"corr2d.py": os.urandom(5_000_000)}),
            "nested.zip": zipped({"a.zip": zipped({"b.zip": zipped({"c.zip": zipped({"corr2d.py": CODE})})})}),
            "many.zip": zipped({f"f{k}.txt": "" for k in range(12_000)} | {"corr2d.py": CODE}),
        },
    )
    for name, word in {"ratio": "unpacks", "big": "larger", "many": "files"}.items():
        assert word in problem_of(tmp_path / f"{name}.zip").text.en
    assert not read(write(tmp_path / "n", {"s/nested.zip": (tmp_path / "nested.zip").read_bytes()})).modules


def test_a_zip_whose_list_lies_about_sizes(tmp_path):
    data = bytearray(zipped({"corr2d.py": b"\0" * 3_000_000}))
    at = data.rindex(b"PK\1\2")
    data[at + 24 : at + 28] = (10).to_bytes(4, "little")
    write(tmp_path, {"liar.zip": bytes(data)})
    assert "damaged" in problem_of(tmp_path / "liar.zip").text.en


def test_encrypted_and_unusual_and_broken_zips(tmp_path):
    data = bytearray(zipped({"corr2d.py": CODE}))
    data[6] |= 1
    data[data.rindex(b"PK\1\2") + 8] |= 1
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w", zipfile.ZIP_LZMA) as archive:
        archive.writestr("corr2d.py", CODE)
    write(
        tmp_path,
        {"locked.zip": bytes(data), "lzma.zip": buffer.getvalue(), "broken.zip": b"PK not at all", "empty.zip": b""},
    )
    for name, word in {"locked": "password", "lzma": "ordinary", "broken": "readable", "empty": "readable"}.items():
        assert word in problem_of(tmp_path / f"{name}.zip").text.en


def test_names_of_chinese_windows(tmp_path):
    raw = "作业/王芳/corr2d.py".encode("gbk")
    data = zipped({"x" * len(raw): CODE, "y" * len(raw): CODE}).replace(b"x" * len(raw), raw)
    data = data.replace(b"y" * len(raw), "作业/李雷/corr2d.py".encode("gbk"))
    write(tmp_path, {"class.zip": data, "back.zip": zipped({"02_corr2d\\corr2d.py": CODE})})
    assert sorted(names(tmp_path / "class.zip")) == ["李雷", "王芳"]
    assert read(tmp_path / "back.zip").taken == {"corr2d": "02_corr2d/corr2d.py"}


def test_other_archives_are_listed_and_say_what_to_do(tmp_path):
    write(tmp_path, {"c/alice.rar": b"Rar!", "c/bob/hw.7z": b"7z", "c/chen/corr2d.py": CODE})
    found = find(tmp_path / "c")
    assert [f.name for f in found] == ["alice", "bob", "chen"]
    for one in found[:2]:
        with pytest.raises(SubmissionProblem, match="zip"):
            read_submission(one)


@pytest.mark.skipif(not hasattr(os, "mkfifo"), reason="needs links, pipes and devices")
def test_links_pipes_and_devices_in_folders(tmp_path):
    secret = write(tmp_path / "secret", {"corr2d.py": "SECRET = 1", "02_corr2d/corr2d.py": "SECRET = 1"})
    root = write(tmp_path / "c", {"good/corr2d.py": CODE, "b/x": "", "d/x": "", "e/x": "", "f/x": ""})
    os.symlink(secret / "corr2d.py", root / "b/corr2d.py")
    os.mkfifo(root / "d/corr2d.py")
    os.symlink(secret / "02_corr2d", root / "e/02_corr2d")
    os.symlink("/dev/zero", root / "f/corr2d.py")
    os.symlink(secret, root / "g")
    os.mkfifo(root / "h.zip")
    os.mkfifo(root / "i.ipynb")
    os.symlink(root / "j", root / "j")
    found = find(root)
    assert [f.name for f in found] == ["b", "d", "e", "f", "g", "good", "h", "i", "j"]
    for one in found:
        if one.name == "good":
            assert read_submission(one).modules
        else:
            with pytest.raises(SubmissionProblem, match="link"):
                read_submission(one)
    for name in ("h.zip", "i.ipynb"):
        assert "pipe" in problem_of(root / name).text.en


@pytest.mark.skipif(not hasattr(os, "geteuid") or os.geteuid() == 0, reason="root may read everything")
def test_an_unreadable_file(tmp_path):
    write(tmp_path, {"corr2d.py": CODE})
    (tmp_path / "corr2d.py").chmod(0)
    assert "permissions" in problem_of(tmp_path).text.en


@pytest.mark.parametrize(
    "data",
    [
        b"",
        b"[]",
        b"null",
        b"{",
        b"[" * 1_000_000,
        b'{"cells": 3}',
        b'{"cells": [3]}',
        b'{"cells": [{"cell_type": [], "source": 1}]}',
        b'{"cells": [{"cell_type": "code", "source": {"a": 1}}]}',
        b'{"cells":' * 100_000,
        b'\xff\xfe{"cells": []}',
        b'{"a": ' + b"[" * 200_000 + b"]" * 200_000 + b"}",
    ],
)
def test_hostile_notebooks(tmp_path, data):
    write(tmp_path, {"corr2d.ipynb": data})
    assert "Jupyter" in problem_of(tmp_path / "corr2d.ipynb").text.en
    write(tmp_path, {"pooling.py": "fine = 1"})  # beside work that can be read it costs only itself
    got = read(tmp_path)
    assert set(got.modules) == {"pooling"} and any("Jupyter" in note.en for note in got.notes)


def test_huge_notebooks(tmp_path):
    write(
        tmp_path,
        {"a.ipynb": notebook("x = 1\n" * 1_000_000), "b.ipynb": b'{"cells": [], "x": "' + b"x" * 70_000_000 + b'"}'},
    )
    assert "code" in problem_of(tmp_path / "a.ipynb").text.en
    assert "larger" in problem_of(tmp_path / "b.ipynb").text.en


FUZZ = settings(max_examples=150, deadline=None)
_files = st.dictionaries(
    st.text("ab/.\\中é:" + string.digits, min_size=1, max_size=12)
    | st.sampled_from(["corr2d.py", "02_corr2d/corr2d.py", "x/lab.ipynb", "s.zip"]),
    st.binary(max_size=200) | st.just(notebook(CODE).encode()) | st.just(zipped({"corr2d.py": CODE})),
    max_size=6,
)


def reads_or_says_why(path):
    try:
        found = find(path)
    except PathProblem:
        return
    for one in found:
        try:
            assert isinstance(read_submission(one), Submission)
        except SubmissionProblem as problem:
            assert problem.text.en and problem.text.zh


@FUZZ
@given(data=st.data())
def test_fuzz_zips(tmp_path_factory, data):
    content = bytearray(zipped(data.draw(_files)))
    for _ in range(data.draw(st.integers(0, 4))):
        content[data.draw(st.integers(0, len(content) - 1))] = data.draw(st.integers(0, 255))
    path = tmp_path_factory.getbasetemp() / "fuzz.zip"
    path.write_bytes(content[: data.draw(st.integers(0, len(content)))] if data.draw(st.booleans()) else content)
    reads_or_says_why(path)


@FUZZ
@given(
    st.recursive(
        st.none() | st.booleans() | st.floats() | st.text(max_size=9) | st.just("def corr2d(): pass"),
        lambda inner: (
            st.lists(inner, max_size=3)
            | st.dictionaries(
                st.sampled_from(["cells", "cell_type", "source", "input", "worksheets", "metadata"]), inner, max_size=3
            )
        ),
    )
)
def test_fuzz_notebooks(tmp_path_factory, value):
    path = tmp_path_factory.getbasetemp() / "fuzz.ipynb"
    path.write_text(json.dumps(value))
    reads_or_says_why(path)


@FUZZ
@given(st.binary(max_size=300))
def test_fuzz_bytes(tmp_path_factory, data):
    for name in ("fuzz.py", "corr2d.ipynb", "fuzz2.zip"):
        path = tmp_path_factory.getbasetemp() / name
        path.write_bytes(data)
        reads_or_says_why(path)


_names = (
    st.text(max_size=80)
    | st.text(st.characters(), min_size=150, max_size=300)
    | st.sampled_from(["CON", "con", "con.txt", ".", "..", "-x", "%", "a/b", "a%2Fb", "", "\0", "%00", "x.", "x%2E"])
)


@FUZZ
@given(_names, _names)
def test_result_stems_are_safe_and_one_to_one(a, b):
    stem = result_stem(a)
    assert (result_stem(b) == stem) == (a == b)
    assert stem and len(f"{stem}.json".encode()) < 255 and not set('/\\:*?"<>|\0') & set(stem) and stem[0] not in ".-"


def test_chinese_names_stay_readable():
    assert result_stem("王芳 (2021) é") == "王芳 (2021) é"
