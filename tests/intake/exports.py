"""Makes exports as each platform writes them, and classes as teachers collect them: who is in them, and the entries.

Each is a function that gives `(people, entries)`: the words by which everybody must be found again, and what lies in
the folder or zip. A value that is a dict is a zip of its own.
"""

import io
import zipfile
from pathlib import Path

CODE = "def corr2d(X, K):\n    return X\n"
PDF = b"%PDF-1.7 nothing"
Entries = dict[str, "str | bytes | Entries"]
Export = tuple[list[str], Entries]


def canvas() -> Export:
    """Names, late marks, anonymous ones in both spellings, a further attempt, text and link entries."""
    return ["leeann_101", "raybob_102", "anon_aB3dE", "anon_9xYz", "zoe_105", "tina_106", "link_107", "kim_108"], {
        "leeann_101_9001_corr2d.py": CODE,
        "leeann_101_9002_helpers.py": "x = 1\n",
        "raybob_LATE_102_9003_hw.zip": {"hw/corr2d.py": CODE},
        "anon_aB3dE_9004_lab.py": CODE,
        "LATE_anon_9xYz_9005_corr2d.py": CODE,
        "zoe_105_9006_corr2d.py": "def corr2d(X, K):\n    return K\n",
        "zoe_105_10007_corr2d-1.py": CODE,
        "tina_106_text.html": "<p>def corr2d</p>",
        "link_LATE_107_link.html": "<a href='https://example.org'>",
        "kim_108_9009_report.pdf": PDF,
        "grades.csv": "Student,ID\nann,101\n",
    }


def canvas_with_results() -> Export:
    """A second download into the folder in which the results of the first grading lie."""
    people, entries = canvas()
    old: Entries = {"graded/gradebook.sqlite": "", "graded/run.json": "{}", "graded/results/leeann_101.json": "{}"}
    return people, entries | old


def moodle() -> Export:
    """Folders of files, online text alone and beside a file, a group without a number, somebody's by mail."""
    return ["Ann Lee", "李雷", "Bob Ray", "Eva Roe", "Default group", "dan_by_mail"], {
        "Ann Lee_301_assignsubmission_file_/corr2d.py": CODE,
        "李雷_302_assignsubmission_file_/hw.zip": {"hw/02_corr2d/corr2d.py": CODE},
        "Bob Ray_303_assignsubmission_onlinetext_/onlinetext.html": "<pre>def corr2d</pre>",
        "Eva Roe_304_assignsubmission_file/corr2d.py": CODE,
        "Eva Roe_304_assignsubmission_onlinetext/onlinetext.html": "<p>see file</p>",
        "Default group_assignsubmission_file/corr2d.py": CODE,
        "dan_by_mail/corr2d.py": CODE,
    }


def moodle_flat() -> Export:
    """Downloaded without folders."""
    return ["Ann Lee", "Bob Ray"], {
        "Ann Lee_301_assignsubmission_file_corr2d.py": CODE,
        "Ann Lee_301_assignsubmission_file_utils.py": "x = 1\n",
        "Bob Ray_302_assignsubmission_onlinetext_onlinetext.html": "<p>later</p>",
    }


def moodle_of_one() -> Export:
    """A single person's folder must not be taken for the wrapping of the zip."""
    return ["Ann Lee"], {"Ann Lee_301_assignsubmission_file_/corr2d.py": CODE}


def gradescope() -> Export:
    """Submitters by id, a group, a second attempt, somebody whom the list leaves out."""
    listed = """---
submission_301:
  :submitters:
  - :name: Ann Lee
    :sid: '2026010101'
    :email: ann@example.org
  - :name: "\\u738b\\u82b3"
    :sid: '2026010102'
    :email: fang@example.org
  :created_at: 2026-10-01 21:10:00.000000000 Z
  :score: 0.0
  :history:
  - :submitters:
    - :name: Somebody Else
    :created_at: 2026-09-01 21:10:00.000000000 Z
submission_355:
  :submitters:
  - :name: Ann Lee
    :sid: '2026010101'
    :email: ann@example.org
  :created_at: 2026-10-03 09:00:00.000000000 -07:00
"""
    return ["Ann Lee_2026010101", "王芳_2026010102", "submission_400"], {
        "assignment_5_export/submission_metadata.yml": listed,
        "assignment_5_export/submission_301/corr2d.py": CODE,
        "assignment_5_export/submission_355/corr2d.py": CODE + "#\n",
        "assignment_5_export/submission_400/notes.txt": "",
    }


def sections() -> Export:
    """Folders and zips of sections, one of a single student, one with numbered zips only."""
    return ["王芳", "李雷", "赵云", "孙尚香", "ann", "bob", "韩梅梅"], {
        "section_a/2026010101-王芳.zip": {"corr2d.py": CODE},
        "section_b/2026010102-李雷.zip": {"corr2d.py": CODE},
        "section_b/2026010103-赵云.zip": {"02_corr2d/corr2d.py": CODE},
        "section_c.zip": {"section_c/2026010104-孙尚香/corr2d.py": CODE},
        "section_d/ann/corr2d.py": CODE,
        "section_d/bob/code/corr2d.py": CODE,
        "section_d/bob/report/report.pdf": PDF,
        "2026010105-韩梅梅/corr2d.py": CODE,
    }


def documents() -> Export:
    """Who hands in a document is somebody; a teacher's own list is told; what systems leave behind is nobody."""
    return ["2026010101-王芳", "2026010110-刘备", "2026010111-关羽", "2026010112-张飞", "2026010113-赵云", "ann"], {
        "2026010101-王芳.zip": {"corr2d.py": CODE},
        "2026010110-刘备.docx": b"PK\3\4",
        "2026010111-关羽.pdf": PDF,
        "2026010112-张飞.txt": CODE,
        "2026010113-赵云.rar": b"Rar!",
        "ann.docx": b"PK\3\4",
        "roster.xlsx": b"PK\3\4",
        "~$10110-刘备.docx": b"\0",
        ".DS_Store": b"\0",
    }


def pretenders() -> Export:
    """Names that look like an export's or like results, and are one student's."""
    return ["ann", "bob", "carl", "dora"], {
        "ann/hw_2026_101_corr2d.py": CODE,
        "bob/run.json": "{}",
        "bob/corr2d.py": CODE,
        "carl_2026_101_corr2d.py": CODE,
        "dora/submission_metadata.yml": "submission_1:\n",
        "dora/corr2d.py": CODE,
    }


def one_student() -> Export:
    """A class of which one has handed in."""
    return ["2026010101-王芳"], {"class/2026010101-王芳/corr2d.py": CODE}


def canvas_quiz() -> Export:
    """Two people answer the same two questions, one of them under the same file name."""
    return ["lovelace_ada_1001", "zhang_wei_1002"], {
        "lovelace_ada1001_question_77_9001_corr2d.py": CODE,
        "zhang_wei1002_question_77_9002_corr2d.py": "def corr2d(X, K):\n    return K\n",
        "lovelace_ada1001_question_78_9003_pooling.py": "def pool2d(X):\n    return X\n",
        "zhang_wei1002_question_78_9004_corr2d.py": "x = 1\n",
    }


def wrapped_sections() -> Export:
    """A course of sections, in one of which a single student has handed in; the same name in two of them."""
    return ["ada", "bob", "li", "solo", "一人"], {
        "cs101/Section A/ada/corr2d.py": CODE,
        "cs101/Section A/bob/corr2d.py": CODE,
        "cs101/Section B/ada/corr2d.py": CODE,
        "cs101/Section B/li/code/corr2d.py": CODE,
        "cs101/Section C/solo/corr2d.py": CODE,
        "cs101/二班/一人/corr2d.py": CODE,
    }


def sections_of_one() -> Export:
    """A single student in each."""
    return ["ada", "bob"], {"Section A/ada/corr2d.py": CODE, "Section B/bob/corr2d.py": CODE}


def nbgrader() -> Export:
    """The root of a course of nbgrader's, its own copies beside what was handed in."""
    people = ("ada", "bob")
    return list(people), {
        **{f"submitted/{who}/ps1/corr2d.py": CODE for who in people},
        **{f"autograded/{who}/ps1/corr2d.py": CODE for who in people},
        "source/ps1/corr2d.py": CODE,
        "gradebook.db": "",
    }


ALL = (
    canvas,
    canvas_quiz,
    wrapped_sections,
    sections_of_one,
    nbgrader,
    canvas_with_results,
    moodle,
    moodle_flat,
    moodle_of_one,
    gradescope,
    sections,
    documents,
    pretenders,
    one_student,
)


def as_bytes(content: "str | bytes | Entries") -> bytes:
    """A text as UTF-8, entries as a zip."""
    if isinstance(content, dict):
        held = io.BytesIO()
        with zipfile.ZipFile(held, "w") as archive:
            for name, inner in content.items():
                archive.writestr(name, as_bytes(inner))
        return held.getvalue()
    return content if isinstance(content, bytes) else content.encode()


def write(folder: Path, entries: Entries) -> Path:
    """The entries below a folder on disk."""
    for name, content in entries.items():
        (folder / name).parent.mkdir(parents=True, exist_ok=True)
        (folder / name).write_bytes(as_bytes(content))
    return folder
