"""One class on two machines: the laptop's `pytest` and the grader give the same marks for every public check."""

import json
import os
import shutil
import subprocess
import sys
from pathlib import Path
from xml.etree import ElementTree

import pytest

import autograder
from autograder.course.course import load_course
from autograder.course.release import release
from tests.tiny import tiny_course

KIT = Path(autograder.__file__).parents[1]
ROWS = "def row_sums(X):\n    return X.sum(dim=1)\n"
SUMS = ROWS + "def column_sums(X):\n    return X.sum(dim=0)\n"
# who: the files, of which some are no text in UTF-8, and which of the three public checks pass
CLASS = {
    "imports": ({"01_sums/sums.py": "from d2l import torch as d2l\nimport pandas, IPython, pytest_none\n" + SUMS,
                 "02_rows/rows.py": "import d2l\ndef row_sums(X):\n    return d2l.reduce_sum(X, 1)\n"}, "110"),
    "trials": ({"01_sums/sums.py": SUMS + "assert row_sums(1) == 2\nwhile True:\n    pass\n",
                "02_rows/rows.py": "scale = [0]\nfor k in range(1):\n    scale[0] = 1\nprint(scale)\n"
                "def row_sums(X):\n    return scale[0] * X.sum(1)\n"}, "111"),
    "names": ({"01_sums/sums.py": "from torch import nn\n" + SUMS + "row_sums = nn.ReLU()\nrow_sums(1)\n",
               "02_rows/rows.py": "def f(X):\n    return X.sum(1)\ndef row_sums(X):\n    return X\nrow_sums = f\n"},
              "111"),
    "leaves": ({"01_sums/sums.py": ROWS + "import sys\nsys.exit(0)\n" + SUMS,
                "02_rows/rows.py": "raise SystemExit\n" + ROWS}, "100"),
    "broken": ({"01_sums/sums.py": SUMS + "def more(:\n    return (1\n",
                "02_rows/rows.py": "def row_sums(X)\n    return X\n"}, "110"),
    "shell": ({"01_sums/sums.py": "!pip install torch \\\n    d2l\nif True:\n    %matplotlib inline\n" + SUMS,
               "02_rows/rows.py": "get_ipython().magic('time')\nimport sys\n"
               "sys.stdout.reconfigure(encoding='utf-8')\n" + ROWS}, "111"),
    "helpers": ({"01_sums/sums.py": "from tools.adding import total\nfrom test_parts import axis\nimport json\n"
                 "from pathlib import Path\naxes = json.loads((Path(__file__).parent / 'axes.json').read_text())\n"
                 "def row_sums(X):\n    return total(X, axes[1])\ndef column_sums(X):\n    return total(X, axis)\n",
                 "01_sums/tools/adding.py": "def total(X, axis):\n    return X.sum(axis)\n",
                 "01_sums/test_parts.py": "import nowhere\naxis = 0\n", "01_sums/axes.json": "[0, 1]",
                 "02_rows/rows.py": "from sums import row_sums as rows\nfrom probes import nothing\n"
                 "def row_sums(X):\n    return rows(X)\n"}, "111"),
    "letters": ({"01_sums/sums.py": ("# 每一行的和\n" + SUMS).encode("gbk"),
                 "02_rows/rows.py": ("# сумма\n" + ROWS.replace("\n", "\r")).encode("utf-16")}, "111"),
    "compiled": ({"01_sums/sums.py": "import functools\n" + SUMS + "row_sums = functools.lru_cache(row_sums)\n",
                  "02_rows/rows.py": "import argparse\nargs = argparse.ArgumentParser().parse_args()\n" + ROWS}, "111"),
}  # fmt: skip


@pytest.fixture(scope="module")
def course(tmp_path_factory):
    root = tiny_course(tmp_path_factory.mktemp("course"))
    release(load_course(root), root / "student")
    for who, (files, _) in CLASS.items():
        for name, content in files.items():
            (root / "class" / who / name).parent.mkdir(parents=True, exist_ok=True)
            (root / "class" / who / name).write_bytes(content if isinstance(content, bytes) else content.encode())
    return root


def run(folder, *words):
    environment = os.environ | {"AUTOGRADER_LANG": "en", "OMP_NUM_THREADS": "1", "PYTHONPATH": str(KIT)}
    done = subprocess.run(
        [sys.executable, *map(str, words)], cwd=folder, env=environment, capture_output=True, timeout=500
    )
    said = (done.stdout + done.stderr).decode("utf-8", "replace")
    assert "Traceback" not in said and "INTERNALERROR" not in said, said
    return said


@pytest.fixture(scope="module")
def graded(course):
    """The public checks that each passes in the grader, and what the result says of all."""
    said = run(course, "-m", "autograder", "grade", "class", "-o", "out", "--device", "cpu", "--seed", 7)
    results = [json.loads(file.read_text("utf-8")) for file in (course / "out/results").iterdir()]
    assert len(results) == len(CLASS), said
    checks = {r["submission"]: [c for a in r["assignments"] for c in a["checks"] if not c["hidden"]] for r in results}
    return {who: [(c["name"], c["status"] == "passed") for c in mine] for who, mine in checks.items()}


@pytest.mark.parametrize("who", CLASS)
def test_the_laptop_and_the_grader_give_the_same_marks(who, course, graded, tmp_path):
    folder = tmp_path / "student"
    shutil.copytree(course / "student", folder)
    shutil.copytree(course / "class" / who, folder, dirs_exist_ok=True)
    said = run(folder, "-m", "pytest", f"--junitxml={tmp_path}/report.xml")
    cases = ElementTree.parse(tmp_path / "report.xml").iter("testcase")
    laptop = [(case.get("name"), case.find("failure") is None and case.find("error") is None) for case in cases]
    assert laptop == graded[who], said
    assert "".join(str(int(passed)) for _, passed in laptop) == CLASS[who][1], said
