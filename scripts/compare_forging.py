"""Run the attacks that forge marks against plain pytest and plain `otter run`, and print which succeed there.

    .venv/bin/python scripts/compare_forging.py [ATTACK...]

Each attack knows nothing of convolution: in our own grader every one earns the points its docstring says (0, or 1 for
an exercise that it does honestly). Here its module lies beside ordinary tests, as in a course that uses those tools
alone: three tests of one point each. An attack succeeds when it earns a point, or when the run ends as if
all were well.
"""

import json
import os
import re
import shutil
import subprocess
import sys
import tempfile
import xml.etree.ElementTree as ElementTree
from pathlib import Path
from typing import NamedTuple

KIT = Path(__file__).parents[1]
ATTACKS = KIT / "tests" / "attacks" / "forge"
SECONDS = 120

ORACLE = """
import torch
from torch.nn.functional import conv2d as torch_conv2d


def case(height, width, kh, kw):
    rng = torch.Generator().manual_seed(height * width + kh * kw)
    X, K = torch.randn(height, width, generator=rng), torch.randn(kh, kw, generator=rng)
    return X, K, torch_conv2d(X[None, None], K[None, None])[0, 0]
"""
PYTEST = (
    ORACLE
    + """
import corr2d


def test_square():
    X, K, expected = case(5, 5, 2, 2)
    assert torch.allclose(corr2d.corr2d(X, K), expected, atol=1e-5)


def test_uneven():
    X, K, expected = case(6, 4, 3, 2)
    torch.testing.assert_close(corr2d.corr2d(X, K), expected)


def test_flipped():
    X, K, expected = case(5, 6, 2, 3)
    assert torch.allclose(corr2d.conv2d(X, K.flip(0, 1)), expected, atol=1e-5)
"""
)
OTTER = (
    ORACLE
    + """
from otter.test_files import test_case

OK_FORMAT = False
name = "corr2d"
points = 3


@test_case(points=1)
def test_square(corr2d):
    X, K, expected = case(5, 5, 2, 2)
    assert torch.allclose(corr2d(X, K), expected, atol=1e-5)


@test_case(points=1)
def test_uneven(corr2d):
    X, K, expected = case(6, 4, 3, 2)
    torch.testing.assert_close(corr2d(X, K), expected)


@test_case(points=1)
def test_flipped(conv2d):
    X, K, expected = case(5, 6, 2, 3)
    assert torch.allclose(conv2d(X, K.flip(0, 1)), expected, atol=1e-5)
"""
)


class Run(NamedTuple):
    """What a tool said of one attack."""

    points: float | None  # None: no verdict was written
    code: int
    ended: bool = True

    def success(self) -> str:
        if self.points:
            return f"earns {self.points:g} of 3"
        if self.points is None and self.code == 0:
            return "ends as a success without a verdict"
        return ""


def stage(attack: Path, folder: Path) -> Path:
    """The attack's files, with the places that it looks for; they are empty here."""
    shutil.copytree(attack, folder, dirs_exist_ok=True) if attack.is_dir() else shutil.copy(
        attack, folder / "corr2d.py"
    )
    for file in folder.rglob("*.py"):
        text = re.sub("@(WORLD|KIT)@", str(folder / "world"), file.read_text(encoding="utf-8"))
        text = text.replace("/tmp/attack-was-here", str(folder / "attack-was-here"))
        file.write_text(text.replace("@GRADER@", "1").replace("@PORT@", "9"), encoding="utf-8")
    return folder / "corr2d.py"


def execute(command: list[str], folder: Path) -> tuple[int, bool]:
    environment = os.environ | {"HOME": str(folder), "OMP_NUM_THREADS": "1", "TMPDIR": str(folder)}
    environment |= {"PATH": f"{Path(sys.executable).parent}{os.pathsep}{os.environ['PATH']}"}
    try:
        run = subprocess.run(command, cwd=folder, env=environment, capture_output=True, timeout=SECONDS)
    except subprocess.TimeoutExpired:
        return -9, False
    return run.returncode, True


def by_pytest(attack: Path, folder: Path) -> Run:
    """Tests and the submission in one folder, marks from the JUnit file: what many courses do."""
    stage(attack, folder)
    (folder / "test_corr2d.py").write_text(PYTEST)
    if not (folder / "pytest.ini").exists():
        (folder / "pytest.ini").write_text("[pytest]\n")  # a configuration above us is not the course's
    code, ended = execute([sys.executable, "-m", "pytest", "-q", "--junitxml=marks.xml"], folder)
    marks = folder / "marks.xml"
    return Run(passed(marks) if marks.is_file() else None, code, ended)


def passed(marks: Path) -> float | None:
    try:
        cases = ElementTree.parse(marks).getroot().iter("testcase")
        return sum(1.0 for case in cases if case.get("classname", "").endswith("test_corr2d") and not len(case))
    except ElementTree.ParseError:
        return None


def by_otter(attack: Path, folder: Path) -> Run:
    """`otter generate`, then `otter run` on the submission's module."""
    submission = stage(attack, folder)
    for name in ("tests", "results"):
        (folder / name).mkdir()
    (folder / "tests" / "corr2d.py").write_text(OTTER)
    (folder / "otter_config.json").write_text("{}")
    otter = [str(Path(sys.executable).with_name("otter"))]
    made, _ = execute([*otter, "generate", "-t", "tests", "-o", "autograder.zip"], folder)
    if made != 0:
        raise SystemExit("otter generate failed: is otter-grader[grading] installed?")
    code, ended = execute(
        [*otter, "run", str(submission), "-a", "autograder.zip", "-o", "results", "--no-logo"], folder
    )
    results = folder / "results" / "results.json"
    return Run(scored(results) if results.is_file() else None, code, ended)


def scored(results: Path) -> float | None:
    try:
        report = json.loads(results.read_text())
        return float(report["score"]) if "score" in report else sum(float(t.get("score") or 0) for t in report["tests"])
    except (ValueError, KeyError, TypeError):
        return None


def run_all(names: list[str]) -> list[tuple[str, Run, Run]]:
    rows = []
    for attack in sorted(ATTACKS.iterdir()):
        if attack.name[0] in "._" or names and attack.stem not in names:
            continue
        runs = []
        for tool in (by_pytest, by_otter):
            with tempfile.TemporaryDirectory(prefix="forging-", ignore_cleanup_errors=True) as folder:
                runs.append(tool(attack, Path(folder)))
        rows.append((attack.stem, *runs))
        print(
            f"{attack.stem:32}  pytest: {runs[0].success() or '-':38}  otter run: {runs[1].success() or '-'}",
            flush=True,
        )
    return rows


def main() -> None:
    rows = run_all(sys.argv[1:])
    for at, tool in ((1, "plain pytest"), (2, "otter run")):
        print(f"{tool}: {sum(bool(row[at].success()) for row in rows)} of {len(rows)} attacks succeed")
    print("this kit: 0, see tests/sandbox/test_attacks.py")


if __name__ == "__main__":
    main()
