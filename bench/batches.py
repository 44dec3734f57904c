"""The cost of a class: per submission, beside plain pytest and otter, at one and two workers, at three sizes."""

import contextlib
import io
import shutil
import statistics
import sys
import time
from pathlib import Path

from autograder.bundle import Bundle, collect_checks
from autograder.otter import test_file
from autograder.release import release
from autograder.selfcheck import face
from autograder.selfcheck.assignment import load_file, load_probes
from autograder.selfcheck.judge import judge

from .classes import make_class
from .stopwatch import Cost, run

BY_HAND = ("01_dense_to_conv", "02_corr2d", "03_padding_stride", "04_channels", "05_pooling")
GRADER = [sys.executable, "-m", "autograder", "grade"]


def grade(bundle: Bundle, folder: Path, out: Path, names, workers: int = 0) -> Cost:
    """Grade a class from nothing, as the command line does."""
    shutil.rmtree(out, ignore_errors=True)
    options = [part for name in names for part in ("--assignment", name)]
    return run([*GRADER, str(folder), "-o", str(out), "--workers", str(workers), *options], bundle.root)


def five_assignments(bundle: Bundle, work: Path, students: int, times: int) -> dict:
    """Wall and processor seconds per submission, start-up apart: the slope between a small class and a large one."""
    small = make_class(bundle, work / "small", students // 5, BY_HAND)
    large = make_class(bundle, work / "large", students, BY_HAND)
    walls, cpus, totals = [], [], []
    for _ in range(times):
        few, many = grade(bundle, small, work / "out", BY_HAND), grade(bundle, large, work / "out", BY_HAND)
        more = students - students // 5
        walls.append((many.wall - few.wall) / more)
        cpus.append((many.cpu - few.cpu) / more)
        totals.append(many.wall)
    own = own_compute(bundle, large)
    return {"wall per submission": statistics.median(walls), "cpu per submission": statistics.median(cpus),
            "the students' own compute": own, "cpu beyond it": statistics.median(cpus) - own,
            "whole class, start-up included": statistics.median(totals)}


def own_compute(bundle: Bundle, folder: Path) -> float:
    """Processor seconds per submission that pass within the students' own code, imports too, in this very process."""
    spent, guard = [0.0], face.LocalBackend._guard

    def clocked(self, action, forbidden):
        start = time.thread_time()
        try:
            return guard(self, action, forbidden)
        finally:
            spent[0] += time.thread_time() - start

    checks, students = collect_checks(bundle.select(list(BY_HAND))), sorted(folder.iterdir())
    face.LocalBackend._guard = clocked
    try:
        for student in students:
            for assignment in bundle.select(list(BY_HAND)):
                file = student / assignment.name / f"{assignment.module}.py"
                with contextlib.redirect_stdout(io.StringIO()):
                    imported = _judge_here(assignment, file, checks[assignment.name])
                spent[0] += imported
    finally:
        face.LocalBackend._guard = guard
    return spent[0] / len(students)


def _judge_here(assignment, file, checks) -> float:
    """Run the checks; the processor seconds of the import."""
    start = time.thread_time()
    try:
        module = load_file(file, assignment.module)
    except BaseException:  # a broken module has its place in a realistic class
        return time.thread_time() - start
    imported = time.thread_time() - start
    student = face.local_face(module, load_probes(assignment.folder))
    for check in checks:
        judge(check, student, 0, assignment.forbidden(check.exercise))
    return imported


def beside_pytest(bundle: Bundle, work: Path, students: int) -> float:
    """Wall seconds per submission of the public checks of five assignments under plain pytest, a process each."""
    folder = make_class(bundle, work / "pytest-class", students, BY_HAND)
    walls = []
    for student in sorted(folder.iterdir()):
        template = work / "template"
        shutil.rmtree(template, ignore_errors=True)
        release(bundle, template)
        shutil.copytree(student, template, dirs_exist_ok=True)
        walls.append(run([sys.executable, "-m", "pytest", *BY_HAND], template, expect=(0, 1)).wall)
    return statistics.median(walls)


def beside_otter(bundle: Bundle, work: Path, name: str, students: int, times: int) -> dict:
    """Wall seconds per submission of one assignment, all its checks, two at a time: otter's and ours."""
    (assignment,) = bundle.select([name])
    folder = make_class(bundle, work / "otter-class", students, (name,))
    autograder = _otter_zip(bundle, work, assignment)
    scripts = []
    for student in sorted(folder.iterdir())[:2 * times]:
        script = work / "otter" / student.name / f"{assignment.module}.py"
        script.parent.mkdir(parents=True)
        shutil.copy(student / name / script.name, script)
        scripts.append(script)
    otter = []
    for pair in zip(scripts[::2], scripts[1::2]):
        commands = " & ".join(f"(cd {s.parent} && {sys.executable} -m otter run -a {autograder} {s.name})" for s in pair)
        otter.append(run(["sh", "-c", f"{commands} & wait"], environment={"OMP_NUM_THREADS": "1"}).wall / 2)
    few = make_class(bundle, work / "few", students // 5, (name,))
    ours, whole = [], []
    for _ in range(times):
        many, small = (grade(bundle, f, work / "out", (name,)).wall for f in (folder, few))
        ours.append((many - small) / (students - students // 5))
        whole.append(many / students)
    theirs, apart, included = (statistics.median(values) for values in (otter, ours, whole))
    return {"otter run": theirs, "ours": apart, "ours, start-up included": included, "ratio": theirs / apart,
            "ratio, start-up included": theirs / included}


def _otter_zip(bundle, work, assignment) -> Path:
    tests, file = work / "otter" / "tests", work / "otter" / "autograder.zip"
    shutil.rmtree(work / "otter", ignore_errors=True)
    tests.mkdir(parents=True)
    (tests / f"{assignment.name}.py").write_text(test_file(assignment, hidden=True), encoding="utf-8")
    run([sys.executable, "-m", "otter", "generate", "-t", str(tests), "-o", str(file), "--no-environment"], work / "otter")
    return file


def scaling(bundle: Bundle, work: Path, name: str, sizes, times: int) -> dict:
    """Two workers beside one, and the cost per submission at growing sizes (start-up taken off)."""
    base = make_class(bundle, work / "base", 100, (name,))
    tiny = make_class(bundle, work / "tiny", 4, (name,))
    one, two = ([], [])
    for _ in range(times):
        for workers, times_ in ((1, one), (2, two)):
            start = grade(bundle, tiny, work / "out", (name,), workers).wall
            times_.append(grade(bundle, base, work / "out", (name,), workers).wall - start)
    found = {"two workers beside one": statistics.median(one) / statistics.median(two)}
    start = grade(bundle, tiny, work / "out", (name,)).wall
    for size in sizes:
        folder = make_class(bundle, work / "sized", size, (name,))
        found[f"{size:,} submissions, each"] = (grade(bundle, folder, work / "out", (name,)).wall - start) / size
    return found
