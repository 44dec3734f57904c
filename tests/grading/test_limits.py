"""What a submission may cost the class: time, memory, and the room of its record; load changes no mark."""

import ast
import dataclasses
import json
import signal
import subprocess
import sys
import time
import unicodedata
from concurrent.futures.process import BrokenProcessPool
from pathlib import Path
from types import SimpleNamespace

import pytest
import torch
from msgspec.structs import replace

from autograder.course.course import load_course
from autograder.gradebook import bounds
from autograder.gradebook.records import AssignmentResult, CheckResult, GraderInfo, Person, Result, encode
from autograder.gradebook.store import Gradebook
from autograder.grading import attempt, own_limits
from autograder.grading.pool import Pool
from autograder.intake.finding import find_submissions
from autograder.sandbox.process import waited
from autograder.selfcheck.business import users
from autograder.selfcheck.cells import Block
from autograder.selfcheck.trouble import Stopped
from autograder.text import Text
from tests.tiny import RIGHT, tiny_course, write_class

SEED = 5
BUSY = "import hashlib\nwhile True:\n    hashlib.sha256(bytes(1 << 20)).digest()\n"


@pytest.fixture(scope="module")
def grader(tmp_path_factory):
    made = attempt.Grader(load_course(tiny_course(tmp_path_factory.mktemp("course"))), None, SEED, "cpu", "process")
    yield made
    made.close()


@pytest.fixture
def grade(grader, tmp_path):
    """The result of the submission `sums.py` with this code, and perhaps `rows.py` with other code."""

    def graded(sums, rows="x = 1\n", number=1):
        folder = write_class(tmp_path, {"one": {"sums.py": sums, "rows.py": rows}})
        (found,) = find_submissions([folder / "one"], {a.name: a.module for a in grader.assignments})
        return grader.grade(replace(found, attempt=number))

    return graded


def statuses(result, assignment=0):
    return [check.status for check in result.assignments[assignment].checks]


# --- time ----------------------------------------------------------------------------------------------------------


def test_after_the_second_death_nothing_more_is_run(grade):
    result = grade("import os\ndef row_sums(X): os._exit(0)\ncolumn_sums = row_sums\n")
    assert sorted(statuses(result)) == ["killed", "killed", "not_run", "not_run"]
    told = [c.message for c in result.assignments[0].checks if c.status == "not_run"]
    assert all("2 times" in text.en and "2 次" in text.zh for text in told)


def test_one_deadly_exercise_costs_the_others_nothing(grade):
    result = grade("import os\ndef row_sums(X): os._exit(0)\ndef column_sums(X): return X.sum(0)\n")
    assert result.assignments[0].score == 2 and statuses(result).count("killed") == 2


def test_what_dies_with_another_costs_the_rest_nothing(grade):
    """One fault in a shared function ends two exercises: the second waits, as its text says that it uses the first."""
    code = (
        "import os\n"
        "def ends(X): os._exit(0)\n"
        "def row_sums(X): return ends(X)\n"
        "def helper(X): return row_sums(X)\n"
        "def column_sums(X): return helper(X.T)\n"
    )
    blocks = [Block(code, "sums.py", ast.parse(code).body)]
    assert users(blocks, {"row_sums"}) == {"row_sums", "helper", "column_sums"}
    result = grade(code.replace("helper(X.T)", "X.sum(0) if helper else X"))
    assert result.assignments[0].score == 2  # what is put off is not given up


def test_a_submission_has_one_budget_of_time(grade, monkeypatch):
    monkeypatch.setattr(own_limits, "SUBMISSION", 1)
    monkeypatch.setattr(own_limits, "KEPT", 0)
    slow = "import time\ndef row_sums(X): time.sleep(9)\ncolumn_sums = row_sums\n"
    started = time.monotonic()
    result = grade(slow, rows=slow)
    assert time.monotonic() - started < 8
    checks = [check for a in result.assignments for check in a.checks]
    assert {check.status for check in checks} == {"timeout"}
    assert all("used up its time" in c.message.en and "时间已用完" in c.message.zh for c in checks)
    assert [c.message.en.startswith("stopped after 1 s in `row_sums`") for c in checks].count(True) == 1


def test_what_hangs_in_one_assignment_costs_no_other(grade, monkeypatch):
    monkeypatch.setattr(own_limits, "SUBMISSION", 6)
    monkeypatch.setattr(own_limits, "KEPT", 5)
    hangs = "import time\ndef row_sums(X): time.sleep(9)\ncolumn_sums = row_sums\n"
    sums, rows = grade(hangs, rows=RIGHT["rows"]).assignments
    assert sums.score == 0 and rows.score == rows.max_score
    assert any("kept for each assignment still to come" in check.message.en for check in sums.checks)


@pytest.mark.skipif(sys.platform != "linux", reason="memory is bounded on Linux alone")
def test_what_the_command_itself_reads_is_bounded(tmp_path):
    """Bytes of JSON become forty times as many bytes of objects: 48 MB of them took 2 GB."""
    (tmp_path / "eve.ipynb").write_bytes(b'{"worksheets":[' + b"{}," * 16_000_000 + b"{}]}")
    code = (
        "import resource, sys\n"
        "from autograder.grading.own_limits import bounded_memory\n"
        "from autograder.intake.finding import survey\n"
        "with bounded_memory(): found = survey([sys.argv[1]], {'02_corr2d': 'corr2d'}, {'corr2d': ['corr2d']}).found\n"
        "assert resource.getrlimit(resource.RLIMIT_DATA)[0] == resource.RLIM_INFINITY\n"
        "print(len(found), resource.getrusage(resource.RUSAGE_SELF).ru_maxrss >> 10)"
    )
    for name in ("bob", "zoe"):
        cell = {"cell_type": "code", "source": "def corr2d(X, K):\n    return X\n"}
        (tmp_path / f"{name}.ipynb").write_text(json.dumps({"cells": [cell]}))
    done = subprocess.run([sys.executable, "-c", code, str(tmp_path)], capture_output=True, text=True, check=True)
    people, peak = map(int, done.stdout.split())
    assert people == 3 and peak < 1500


def test_reading_ends(grade, monkeypatch):
    monkeypatch.setattr(own_limits, "READING", 0.2)
    monkeypatch.setattr(own_limits, "read_submission", lambda found: [hash(str(n)) for n in range(10**9)])
    result = grade("x = 1\n")
    assert result.status == "failed" and "hand in .py files" in result.message.en


def test_the_wall_ends_a_submission_whatever_others_took(grade, monkeypatch):
    monkeypatch.setattr(own_limits, "WALL", 1)
    result = grade("import time\ndef row_sums(X): time.sleep(9)\n")
    assert set(statuses(result)) == set(statuses(result, 1)) == {"timeout"}


def test_own_threads_are_no_excuse():
    """A process that waits for its own threads has waited for nobody."""
    code = (
        "import hashlib, os, threading, time\n"
        "os.sched_setaffinity(0, {min(os.sched_getaffinity(0))})\n"
        "def work():\n"
        "    end = time.monotonic() + 1.5\n"
        "    while time.monotonic() < end: hashlib.sha256(bytes(1 << 20)).digest()\n"
        "for _ in range(5): threading.Thread(target=work).start()\n"
        "work()\nprint(flush=True)\ntime.sleep(60)\n"
    )
    with subprocess.Popen([sys.executable, "-c", code], stdout=subprocess.PIPE) as process:
        process.stdout.readline()
        delay = int(Path(f"/proc/{process.pid}/schedstat").read_text().split()[1]) / 1e9
        took, ran = cpu_seconds(process.pid)
        assert waited(process.pid) <= max(0.0, delay - (took - ran)) + 0.1
        assert waited(process.pid) < delay or took - ran < 0.2
        process.kill()


def cpu_seconds(pid):
    """Of all threads of a process, and of its first one."""
    fields = Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()
    return sum(map(int, fields[11:13])) / 100, int(Path(f"/proc/{pid}/schedstat").read_text().split()[0]) / 1e9


def test_load_changes_no_mark(grade):
    """Work that takes half its limit of processor time passes on an idle machine and on a busy one."""
    slow = RIGHT["sums"].replace(
        "    return X.sum(dim=1)",
        "    import time\n    end = time.process_time() + 0.9\n    while time.process_time() < end: pass\n"
        "    return X.sum(dim=1)",
    )
    idle = grade(slow, RIGHT["rows"])
    loops = [subprocess.Popen([sys.executable, "-c", BUSY]) for _ in range(4)]
    try:
        busy = grade(slow, RIGHT["rows"])
    finally:
        for loop in loops:
            loop.kill()
            loop.wait()
    assert marks(idle) == marks(busy) and idle.score == 6


def marks(result):
    return [(c.name, c.status, c.score) for a in result.assignments for c in a.checks]


def test_judging_has_a_clock_of_its_own():
    started = time.process_time()
    with pytest.raises(Stopped, match="judging"), own_limits.judging(0.2):
        while True:
            try:
                sum(range(10_000))
            except Stopped:  # whatever runs may catch it once, and is struck again
                if time.process_time() - started > 1:
                    raise
    assert time.process_time() - started < 5
    assert signal.getitimer(signal.ITIMER_PROF) == (0, 0)


def test_a_check_that_its_answers_make_endless_costs_that_worker(grader, grade, monkeypatch):
    monkeypatch.setattr(attempt, "JUDGING", 0.3)
    check = grader.checks["01_sums"][0]

    def endless(student):
        student.row_sums(torch.ones(2, 2))
        while True:
            pass

    monkeypatch.setitem(
        grader.checks, "01_sums", [dataclasses.replace(check, function=endless), *grader.checks["01_sums"][1:]]
    )
    result = grade(RIGHT["sums"])
    assert statuses(result)[0] == "timeout" and "judging" in result.assignments[0].checks[0].message.en
    assert result.assignments[0].score == 3


# --- memory --------------------------------------------------------------------------------------------------------


def test_the_grader_process_refuses_more_memory_than_it_may_take():
    code = (
        "import torch\n"
        "from autograder.grading.own_limits import bound_memory\n"
        "bound_memory()\n"
        "for size in (100, 3000):\n"
        "    try:\n"
        "        torch.ones(size << 18)\n"
        "        print('taken')\n"
        "    except RuntimeError as error:\n"
        "        print('refused')\n"
    )
    assert subprocess.run([sys.executable, "-c", code], capture_output=True, text=True).stdout.split() == [
        "taken",
        "refused",
    ]


def test_answers_have_a_budget(grade):
    result = grade("import torch\ndef row_sums(X): return torch.zeros(9 << 20)\n")
    assert "more than 32 MB" in result.assignments[0].checks[0].message.en


def test_an_assignment_may_allow_larger_answers(grader, grade, monkeypatch):
    larger = dataclasses.replace(grader.assignments[0], answer_mb=64)
    monkeypatch.setattr(grader, "assignments", [larger, *grader.assignments[1:]])
    result = grade("import torch\ndef row_sums(X): return torch.zeros(9 << 20)\n")
    assert "gave shape (9437184,)" in result.assignments[0].checks[0].message.en


@pytest.mark.parametrize(
    "answer",
    [
        "2**4000",
        "[2**4000, -2**4000]",
        "{float('nan'): 2**4000}",
        "{(float('nan'),): [float('nan')] * 99}",
        "torch.zeros(99_999, 0)",
        "torch.full((2,), 1e308, dtype=torch.float64)",
        "torch.tensor([1 + 2j, 1j])",
        "['\\ud800', '\\u202e' * 10]",
        "[[[[[[[['x' * 10_000]]]]]]]] * 12",
        "float('inf')",
        "True",
        "torch.device('meta')",
    ],
)
def test_no_answer_breaks_comparison_or_diagnosis(grade, answer):
    result = grade(f"import torch\ndef row_sums(X): return {answer}\ncolumn_sums = row_sums\n")
    assert result.status == "graded" and result.score == 0 and set(statuses(result)) == {"failed"}
    assert len(encode(result)) < 50_000


# --- attempts ------------------------------------------------------------------------------------------------------


def test_a_later_attempt_meets_other_inputs_that_its_seed_draws_again(grader):
    first, second, third = (attempt.attempt_seed(SEED, number) for number in (1, 2, 3))
    assert first == SEED and len({first, second, third}) == 3
    assert attempt.attempt_seed(second, 1) == second


def test_the_seed_of_an_attempt_is_recorded(grade):
    results = [grade(RIGHT["sums"], RIGHT["rows"], number) for number in (1, 2)]
    assert [r.seed for r in results] == [SEED, SEED] and [r.attempt for r in results] == [1, 2]
    assert [r.attempt_seed for r in results] == [SEED, attempt.attempt_seed(SEED, 2)]
    assert [r.score for r in results] == [6, 6]


def test_a_mistake_is_named_in_a_later_attempt_too(grade):
    wrong = RIGHT["sums"].replace("dim=0", "dim=1")
    named = [[c.mistake for c in grade(wrong, number=n).assignments[0].checks] for n in (1, 3)]
    assert named[0] == named[1]


# --- records -------------------------------------------------------------------------------------------------------

UNSEEN = "\u202e\u2066\u200b\u200d\ufeff\u2060\u00ad\x1b\x07\x00\r\ud800\U000e0041\ufe0f\u2028"


def record(message, notes, checks=60):
    line = CheckResult("check_it", Text("t", "题"), "x", False, 0.0, 1.0, "failed", message)
    rows = [AssignmentResult(f"{n:02}", 0, 1, [line] * checks, UNSEEN + "a.py", notes=list(notes)) for n in range(6)]
    info = GraderInfo("1", "0" * 64)
    return Result("one", "", 0, 6, "graded", 1, "cpu", 0, "", {}, info, rows, message, list(notes), Person(name=UNSEEN))


def test_a_record_is_cut_in_one_place():
    long = Text("x" * 1_000_000, "汉" * 1_000_000)
    result = bounds.bounded(record(long, [long] * 100))
    assert len(encode(result)) <= bounds.RECORD
    texts = [result.message, *result.notes, *(n for a in result.assignments for n in a.notes)]
    assert all(max(len(t.en), len(t.zh)) <= bounds.MESSAGE and t.en.endswith("…") for t in texts[:-1])
    notes = sum(len(holder.notes) for holder in (result, *result.assignments))
    assert notes == bounds.NOTES and "651 more notes" in result.notes[-1].en


def test_no_record_holds_what_was_handed_in(grade):
    """Whatever a student writes into a file, the words of a record are the grader's."""
    result = grade(f"{RIGHT}\nSECRET = 'a word of the student'\n")
    assert "a word of the student" in result.evidence.sources["01_sums"][0][1]
    assert "a word of the student" not in encode(result).decode()


def test_what_is_short_and_seen_stays_as_it_is():
    said = Text("gave 3×3\n\texpected 2×2, naïve 😀", "返回了 3×3，应为 2×2")
    result = bounds.bounded(record(said, [said]))
    assert result.message == said and result.assignments[0].checks[0].message == said and result.notes == [said]


def test_nothing_that_cannot_be_seen_is_stored():
    result = bounds.bounded(record(Text(UNSEEN + "a\u0301b", UNSEEN + "子"), [Text(UNSEEN + "n")]))
    assert result.message == Text("a\u0301b", "子") and result.notes == [Text("n")]
    assert result.person.name == "" and result.assignments[0].source == "a.py"
    assert not set(UNSEEN) & set(encode(result).decode())


NAMES = ["Ada", "ada", "ADA", "ada-2", "straße", "STRASSE", "e\u0301", "\xe9", "李雷", "a%2Fb", "a/b"]


def test_files_are_one_to_one_where_case_does_not_count(tmp_path):
    with Gradebook(tmp_path) as book:
        files = [book.json_file(name).stem for name in NAMES]
        assert [book.json_file(name).stem for name in NAMES] == files
    assert files[:4] == ["Ada", "ada-2", "ADA-3", "ada-2-2"] and files[NAMES.index("李雷")] == "李雷"
    assert len({unicodedata.normalize("NFKC", file).casefold() for file in files}) == len(NAMES)


def test_a_file_keeps_its_name_when_its_submission_is_graded_again(tmp_path):
    def one(name):
        return bounds.bounded(replace(record(Text(), [], checks=1), submission=name))

    for names in (["Ada", "ada"], ["Ada"], ["ada", "ADA"]):
        with Gradebook(tmp_path) as book:
            for name in names:
                book.add(one(name))
            book.write_files()
    with Gradebook(tmp_path) as book:
        files = {book.json_file(name).name for name in ("Ada", "ada", "ADA")}
    assert files == {"Ada.json", "ada-2.json", "ADA-3.json"} == {f.name for f in (tmp_path / "results").iterdir()}


# --- a class -------------------------------------------------------------------------------------------------------


class Processes:
    """A pool of one process that dies of whoever is called deadly; it tells in which order it was asked."""

    def __init__(self, asked):
        self.asked, self.broken = asked, False

    def submit(self, function, found):
        self.asked.append(found.name)
        self.broken = self.broken or (function.__name__ == "grade" and found.name == "deadly")
        error, result = (BrokenProcessPool() if self.broken else None), found.name
        if function.__name__ == "broken":
            error, result = None, f"broken {found.name}"
        return Done(error, result)


class Done:
    def __init__(self, error, result):
        self.error, self.value = error, result

    def exception(self):
        return self.error

    def result(self):
        if self.error:
            raise self.error
        return self.value


def test_suspects_go_last(monkeypatch):
    asked = []
    pool = Pool.__new__(Pool)
    pool.workers, pool.pool = 1, Processes(asked)
    monkeypatch.setattr(pool, "_renew", lambda: setattr(pool, "pool", Processes(asked)))
    monkeypatch.setattr("autograder.grading.pool.wait", lambda held, return_when: (list(held)[:1], None))
    names = ["a", "deadly", "b", "c", "d", "e"]
    results = list(pool.grade(SimpleNamespace(name=name) for name in names))
    assert sorted(results) == sorted([*("abcde"), "broken deadly"])
    assert results.index("e") < results.index("broken deadly")
    assert asked.index("e") < len(asked) - 1 - asked[::-1].index("deadly")
