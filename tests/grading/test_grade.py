"""The contracts of the command line, end to end: a small class of a small course, graded by the real command."""

import csv
import json
import os
import re
import shutil
import signal
import sqlite3
import subprocess
import sys
import time
from pathlib import Path

import pytest
from typer.testing import CliRunner

from autograder.cli import app
from autograder.selfcheck import text as language
from tests.tiny import RIGHT, tiny_course, write_class

LOOPS = "def row_sums(X):\n    while True:\n        pass\n\n\ndef column_sums(X):\n    return X.sum(0)\n"
SUBMISSIONS = {
    "ada": {"sums.py": RIGHT["sums"], "rows.py": RIGHT["rows"]},
    "ben": {"sums.py": RIGHT["sums"].replace("dim=1", "dim=0"), "rows.py": "def row_sums(X):\n    raise KeyError(X)\n"},
    "cleo": {"01_sums/sums.py": RIGHT["sums"]},
    "dan": {"sums.py": LOOPS, "rows.py": RIGHT["rows"]},
    "eve": {"sums.py": RIGHT["sums"], "rows.py": "import sys\nsys.exit(0)\n"},
    "李雷": {"sums.py": "def row_sums(X)\n", "rows.py": RIGHT["rows"]},
}
SCORES = {"=ada": 6, "ada": 6, "ben": 2, "broken": 0, "cleo": 4, "dan": 4, "eve": 4, "李雷": 2}
SEED = 5


def command(root, *arguments, before=(), **options):
    environment = os.environ | {
        "OMP_NUM_THREADS": "1",
        "AUTOGRADER_LANG": "en",
        "PYTHONPATH": str(Path(__file__).parents[2]),
        "PYTHONIOENCODING": "utf-8",
        "COLUMNS": "200",
    }
    return subprocess.Popen(
        [sys.executable, *before, "-m", "autograder", *map(str, arguments)],
        cwd=root,
        env=environment,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        encoding="utf-8",
        **options,
    )


def run(root, *arguments, **options):
    process = command(root, *arguments, **options)
    output, errors = process.communicate(timeout=500)
    assert "Traceback" not in errors, errors
    return process.returncode, output, errors


@pytest.fixture(scope="module")
def course(tmp_path_factory):
    """The course, its class, and a third assignment straight from `autograder new`."""
    root = tiny_course(tmp_path_factory.mktemp("course"))
    code, output, _ = run(root, "new", "third")
    assert code == 0 and "autograder verify 03_third" in output
    return root


@pytest.fixture(scope="module")
def two(course):
    """Options that ask for the two first assignments."""
    folder = write_class(course / "class", SUBMISSIONS)
    (folder / "broken.zip").write_bytes(b"PK\x03\x04 nothing that can be unpacked")
    shutil.copytree(folder / "ada", folder / "=ada")
    return ("grade", folder, "--assignment", "02_rows", "--assignment", "01_sums", "--device", "cpu")


@pytest.fixture(scope="module")
def graded(course, two):
    """The class graded in one go: exit code, what was printed, and the folder."""
    code, output, errors = run(course, *two, "-o", course / "out", "--seed", SEED, "--workers", 2)
    return code, output + errors, course / "out"


@pytest.fixture(scope="module")
def results(graded):
    found = [json.loads(file.read_text("utf-8")) for file in (graded[2] / "results").glob("*.json")]
    return {result["submission"]: result for result in found}


@pytest.fixture
def asked(course, monkeypatch):
    """The command in this very process: cheap, for what is refused before anything runs."""
    monkeypatch.chdir(course)
    monkeypatch.setenv("AUTOGRADER_LANG", "en")
    yield lambda *arguments: CliRunner().invoke(app, [*map(str, arguments)])
    language.choose(None)


def checks_of(result):
    return {(a["name"], c["name"]): c for a in result["assignments"] for c in a["checks"]}


def timeless(value):
    """A result without what differs from run to run, such as how much of a limit other programs took."""
    if isinstance(value, str):
        return re.sub(r" \(\d+ s by the clock.*?\)|（实际历时.*?）", "", value)
    if isinstance(value, dict):
        return {k: timeless(v) for k, v in value.items() if k not in ("seconds", "started")}
    return [timeless(v) for v in value] if isinstance(value, list) else value


# --- results -------------------------------------------------------------------------------------------------------


def test_every_submission_has_its_marks_and_an_unreadable_one_is_exit_1(graded, results):
    assert graded[0] == 1
    assert {name: result["score"] for name, result in results.items()} == SCORES
    assert {name for name, result in results.items() if result["status"] == "failed"} == {"broken"}
    assert "broken" in graded[1] and "1 could not be graded" in graded[1]


FIELDS = {
    "schema": int,
    "submission": str,
    "sha256": str,
    "score": float,
    "max_score": float,
    "status": str,
    "seed": int,
    "device": str,
    "seconds": float,
    "started": str,
    "sandbox": dict,
    "grader": dict,
    "assignments": list,
    "person": dict,
    "handed_in": str,
    "late": type(None),
    "origin": dict,
    "attempt": int,
    "notes": list,
    "message": dict,
}
OF_A_CHECK = {
    "name": str,
    "title": dict,
    "exercise": str,
    "hidden": bool,
    "score": float,
    "max_score": float,
    "status": str,
    "message": dict,
    "hint": dict,
    "mistake": str,
    "mistake_title": dict,
    "seconds": float,
}
STATUSES = {"passed", "failed", "error", "timeout", "killed", "not_run"}


def test_the_json_is_what_was_promised(results):
    for result in results.values():
        assert {k: type(result[k]) for k in FIELDS} == FIELDS
        assert result["schema"] == 2 and result["seed"] == SEED and result["device"] == "cpu"
        assert result["sandbox"]["tier"] in ("isolated", "restricted", "process")
        assert set(result["grader"]) >= {"version", "bundle_sha256"} and len(result["grader"]["bundle_sha256"]) == 64
        assert len(result["sha256"]) == (0 if result["status"] == "failed" else 64)
        assert time.strptime(result["started"][:19], "%Y-%m-%dT%H:%M:%S")
        assert [a["name"] for a in result["assignments"]] == ["01_sums", "02_rows"]
        assert result["score"] == sum(a["score"] for a in result["assignments"])
        assert result["max_score"] == sum(a["max_score"] for a in result["assignments"]) == 6
        for assignment in result["assignments"]:
            assert assignment["score"] == sum(c["score"] for c in assignment["checks"])
            assert assignment["max_score"] == sum(c["max_score"] for c in assignment["checks"])
            for check in assignment["checks"]:
                assert {k: type(check[k]) for k in OF_A_CHECK} == OF_A_CHECK and check["status"] in STATUSES
                assert all(set(check[k]) == {"en", "zh-CN"} for k in OF_A_CHECK if OF_A_CHECK[k] is dict)
                assert all(check["title"].values())
                assert check["status"] == "passed" or all(check["message"].values())
        assert set(result["person"]) == {"id", "name", "email", "section", "platform"} and result["attempt"] == 1
        assert result["origin"]["path"].endswith("class") and result["origin"]["member"]


def test_every_declared_check_is_in_every_result(results):
    declared = {key: (c["max_score"], c["hidden"], c["title"]["en"]) for key, c in checks_of(results["ada"]).items()}
    assert len(declared) == 6 and sum(hidden for _, hidden, _ in declared.values()) == 3
    for result in results.values():
        assert {
            key: (c["max_score"], c["hidden"], c["title"]["en"]) for key, c in checks_of(result).items()
        } == declared


def statuses(result, assignment):
    return [c["status"] for c in next(a for a in result["assignments"] if a["name"] == assignment)["checks"]]


def test_a_missing_module_and_one_that_cannot_be_imported_are_not_run(results):
    assert statuses(results["cleo"], "02_rows") == statuses(results["eve"], "02_rows") == ["not_run"] * 2
    assert statuses(results["李雷"], "01_sums") == ["not_run"] * 4
    messages = {
        name: {c["message"]["en"] for c in checks_of(results[name]).values() if c["status"] == "not_run"}
        for name in ("cleo", "eve", "李雷")
    }
    assert messages["cleo"] == {"rows.py is not in the submission."}
    assert "SystemExit" in "".join(messages["eve"]) and "SyntaxError" in "".join(messages["李雷"])


def test_an_endless_loop_costs_only_the_checks_that_call_it(results):
    checks = checks_of(results["dan"])
    looped = {key for key, c in checks.items() if c["status"] == "timeout"}
    assert looped == {("01_sums", name) for name in ("check_worked_example", "check_any_matrix")}
    assert all(
        "stopped after" in checks[key]["message"]["en"] and "`row_sums`" in checks[key]["message"]["en"]
        for key in looped
    )


def test_a_mistake_is_named_with_its_hint(results):
    row_sums = [
        c for key, c in checks_of(results["ben"]).items() if key[0] == "01_sums" and c["exercise"] == "row_sums"
    ]
    assert {c["mistake"] for c in row_sums} == {"sums_the_columns"} and all(
        "Which axis" in c["hint"]["en"] for c in row_sums
    )
    others = [c for c in checks_of(results["ben"]).values() if c not in row_sums]
    assert {c["mistake"] for c in others} == {""}


def test_hidden_messages_hold_no_input_and_no_text_of_the_student(results):
    check = checks_of(results["ben"])["02_rows", "check_any_matrix"]
    assert check["status"] == "error" and "KeyError" in check["message"]["en"]
    assert not any(word in check["message"]["en"] for word in ("tensor", "line 2", "raise KeyError"))


def test_the_file_that_was_taken_is_told(results):
    assert [a["source"] for a in results["cleo"]["assignments"]] == ["01_sums/sums.py", ""]


# --- gradebook -----------------------------------------------------------------------------------------------------


BEFORE = ["submission", "student_id", "name", "section", "status", "score", "max_score"]


def test_the_csv_has_the_columns_that_were_promised(graded):
    data = (graded[2] / "gradebook.csv").read_bytes()
    assert data.startswith(b"\xef\xbb\xbf")  # else Excel shows Chinese names as something else
    header = next(csv.reader([data.decode("utf-8-sig").splitlines()[0]]))
    assert header[:9] == [*BEFORE, "01_sums", "02_rows"]
    assert header[9:12] == ["01_sums late_days", "02_rows late_days", "final"]
    assert {"01_sums handed_in", "02_rows attempt", "notes", "message"} <= set(header)


def test_one_gradebook_is_read_in_both_languages(graded, asked):
    english, chinese = (asked("marks", graded[2], "--lang", lang).stdout for lang in ("en", "zh-CN"))
    assert "sums the columns" in english and "按列求和" in chinese and "总分" in chinese
    told = [asked("export", graded[2], "--format", "csv", "--lang", lang).stdout for lang in ("en", "zh-CN")]
    assert "readable" in told[0] and "可读" in told[1]


def test_the_csv_has_a_row_a_submission(graded):
    with open(graded[2] / "gradebook.csv", newline="", encoding="utf-8-sig") as file:
        rows = list(csv.DictReader(file))
    assert {row["submission"].removeprefix("'"): float(row["score"]) for row in rows} == SCORES
    assert all(float(row["score"]) == float(row["01_sums"]) + float(row["02_rows"]) for row in rows)
    assert "'=ada" in {row["submission"] for row in rows}  # no spreadsheet takes a name for a formula
    assert {row["status"] for row in rows if row["submission"] == "broken"} == {"failed"}


def test_sqlite_and_json_say_the_same(graded, results):
    base = sqlite3.connect(graded[2] / "gradebook.sqlite")
    base.row_factory = sqlite3.Row
    rows = list(base.execute("SELECT * FROM results"))
    assert {row["submission"]: json.loads(row["record"]) for row in rows} == results
    for row in rows:
        result = results[row["submission"]]
        for column in ("sha256", "status", "score", "max_score", "seed", "device", "started", "seconds"):
            assert row[column] == result[column]
        stored = {
            (c["assignment"], c["name"]): (c["score"], c["max_score"], c["status"], bool(c["hidden"]), c["mistake"])
            for c in base.execute("SELECT * FROM checks WHERE submission = ?", (row["submission"],))
        }
        assert stored == {
            key: (c["score"], c["max_score"], c["status"], c["hidden"], c["mistake"])
            for key, c in checks_of(result).items()
        }
    base.close()


def test_export_gives_the_gradebook(graded, asked):
    answer = asked("export", graded[2], "--format", "csv")
    assert answer.exit_code == 0 and answer.stdout == (graded[2] / "gradebook.csv").read_text("utf-8-sig")
    assert asked("export", graded[2] / "nowhere", "--format", "csv").exit_code == 2


def test_the_summary_shows_marks_and_where_the_files_are(graded):
    for word in ("ada", "sums the columns", "ran out of time", "could not be read", "8 submissions", "gradebook.csv"):
        assert word in graded[1]


# --- resume --------------------------------------------------------------------------------------------------------


def family(pid):
    """The living descendants of a process: {pid: when it began}."""
    parents, began = {}, {}
    for stat in Path("/proc").glob("[0-9]*/stat"):
        try:
            fields = stat.read_text().rpartition(")")[2].split()
        except OSError:
            continue
        parents[int(stat.parent.name)], began[int(stat.parent.name)] = int(fields[1]), fields[19]
    found = {pid}
    while more := {p for p, parent in parents.items() if parent in found} - found:
        found |= more
    return {p: began[p] for p in found - {pid}}


def living(pids):
    def began(pid):
        try:
            fields = Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()
        except OSError:
            return None
        return None if fields[0] == "Z" else fields[19]

    return {pid for pid, start in pids.items() if began(pid) == start}


@pytest.mark.skipif(sys.platform != "linux", reason="looks for processes in /proc")
def test_killed_in_mid_class_and_taken_up_again(course, two, graded, results):
    out = course / "killed"
    process = command(course, *two, "-o", out, "--seed", SEED, "--workers", 1)
    deadline = time.monotonic() + 200
    while len(list(out.glob("results/*.json"))) < 3 and process.poll() is None and time.monotonic() < deadline:
        time.sleep(0.02)
    children = family(process.pid)
    process.send_signal(signal.SIGKILL)
    process.communicate()
    assert process.returncode == -signal.SIGKILL and children
    early = {file.name: file.read_bytes() for file in out.glob("results/*.json")}
    assert 3 <= len(early) < len(SCORES) and not (out / "gradebook.csv").exists()
    while living(children) and time.monotonic() < deadline:
        time.sleep(0.1)
    assert not living(children)  # no process is left behind

    code, output, errors = run(course, *two, "-o", out, "--workers", 2)  # the seed is that of run.json
    assert code == 1
    readable = [name for name in early if name != "broken.json"]
    assert f"({len(readable)} kept from before)" in output
    assert all((out / "results" / name).read_bytes() == early[name] for name in readable)
    again = [json.loads(file.read_text("utf-8")) for file in (out / "results").glob("*.json")]
    assert timeless({result["submission"]: result for result in again}) == timeless(results)
    assert (out / "gradebook.csv").read_bytes() == (graded[2] / "gradebook.csv").read_bytes()


def test_another_seed_in_the_same_folder_is_refused(graded, two, asked):
    before = {file: file.read_bytes() for file in graded[2].rglob("*") if file.is_file()}
    answer = asked(*two, "-o", graded[2], "--seed", 6)
    assert answer.exit_code == 2 and "was graded with seed 5, not 6: use a new -o" in answer.stderr.replace("\n", " ")
    assert {file: file.read_bytes() for file in graded[2].rglob("*") if file.is_file()} == before


def test_a_fresh_seed_and_only_what_changed_is_graded_again(course, tmp_path):
    """One assignment alone, straight from `new`; the second call grades what was handed in anew."""
    solution = (course / "solutions/03_third/third.py").read_text("utf-8")
    folder = write_class(tmp_path / "class", {"ada": {"third.py": solution}, "ben": {"third.py": "x = 1\n"}})
    options = ("grade", folder, "-o", tmp_path / "out", "--assignment", "03_third", "--workers", 1)

    def graded():
        code, output, _ = run(course, *options)
        assert code == 0
        found = [json.loads(file.read_text("utf-8")) for file in sorted((tmp_path / "out/results").glob("*.json"))]
        return output, found, json.loads((tmp_path / "out/run.json").read_text("utf-8"))

    output, first, record = graded()
    assert [(r["score"], r["max_score"]) for r in first] == [(2, 2), (0, 2)]
    assert {r["seed"] for r in first} == {record["seed"]} and record["seed"] != SEED
    assert [[a["name"] for a in r["assignments"]] for r in first] == [["03_third"]] * 2
    (folder / "ben/third.py").write_text(solution, "utf-8")
    output, second, record = graded()
    assert "(1 kept from before)" in output and second[0] == first[0]
    assert second[1]["score"] == 2 and second[1]["seed"] == record["seed"]
    assert run(course, "report", tmp_path / "out")[0] == 0
    write_class(folder, {"cat": {"third.py": solution}})  # after feedback was returned
    output, third, record = graded()
    assert "(2 kept from before)" in output and third[:2] == second and third[2]["score"] == 2
    seeds = [r["attempt_seed"] for r in third]
    assert third[2]["seed"] == record["seed"] == seeds[0] and seeds[2] not in seeds[:2]
    assert run(course, "diff", tmp_path / "out")[1].splitlines()[0].startswith("ben: 03 0 → 2 (another submission")
    out = tmp_path / "out"
    assert run(course, "adjust", out, "ben", "03_third", "-0.5", "--why", "copied", "--by", "Li")[0] == 0
    why = run(course, "marks", out, "--why", "ben")[1]
    assert "03_third -0.5: copied, Li" in why and why.splitlines()[-1] == "total: 1.5 / 2"
    assert "1.5" in run(course, "marks", out)[1] and "copied" in run(course, "adjust", out, "--list")[1]
    assert run(course, "adjust", out, "ben", "03_third", "4", "--why", "x")[0] == 2


# --- refusals ------------------------------------------------------------------------------------------------------


def test_an_unknown_assignment_lists_the_names(asked, two, tmp_path):
    answer = asked("grade", two[1], "-o", tmp_path / "out", "--assignment", "02_row")
    assert answer.exit_code == 2 and not (tmp_path / "out").exists()
    assert "02_row" in answer.stderr and "01_sums, 02_rows, 03_third" in answer.stderr


def test_of_two_equal_names_one_is_graded_and_the_other_named(asked, tmp_path):
    for name in ("one", "two"):
        write_class(tmp_path / name, {"ada": {"sums.py": ""}, f"only_{name}": {"sums.py": ""}})
    options = ("-o", tmp_path / "out", "--assignment", "01_sums", "--workers", 1, "--device", "cpu")
    answer = asked("grade", tmp_path / "one", tmp_path / "two", *options)
    assert answer.exit_code == 1 and "--replace" in answer.output
    assert all(os.path.join(name, "ada") in answer.output.replace("\n", "") for name in ("one", "two"))
    found = {file.stem for file in (tmp_path / "out/results").iterdir()}
    assert found == {"ada", "only_one", "only_two"}


def test_bad_usage_is_exit_2(asked, two, tmp_path):
    (tmp_path / "empty").mkdir()
    out = ("-o", tmp_path / "out")
    for arguments in (
        ("grade", *out),
        ("grade", two[1]),
        ("grade", tmp_path / "empty", *out),
        ("grade", two[1], *out, "--seed", "x"),
        ("grade", tmp_path / "nowhere", *out),
        ("grade", two[1], *out, "--require-tier", "none"),
        ("nonsense",),
        ("verify", "09_none"),
        ("new", "random"),
        ("new", "01_sums"),
    ):
        answer = asked(*arguments)
        assert answer.exit_code == 2 and answer.stderr, arguments
    assert not (tmp_path / "out").exists()


def test_a_course_that_is_broken_is_exit_2_and_names_the_file(course, asked, two, tmp_path, monkeypatch):
    root = tmp_path / "course"
    for folder in ("assignments", "solutions"):
        shutil.copytree(course / folder, root / folder)
    (root / "assignments/02_rows/assignment.toml").write_text("module = ", "utf-8")
    monkeypatch.chdir(root)
    answer = asked("grade", two[1], "-o", tmp_path / "out")
    assert answer.exit_code == 2 and "02_rows/assignment.toml" in answer.stderr.replace("\n", "")


@pytest.mark.skipif(sys.platform != "linux", reason="the cage is made of Linux's own means")
def test_a_weaker_tier_than_required_is_refused_and_nothing_is_written(course, two, tmp_path):
    cage = Path(__file__).parents[1] / "cage.py"
    code, _, errors = run(
        course, *two, "-o", tmp_path / "out", "--require-tier", "isolated", before=(cage, sys.executable)
    )
    assert code == 2 and not (tmp_path / "out").exists()
    assert "isolated" in errors and "--require-tier" in errors  # says how to go on


def test_a_temporary_folder_too_deep_for_sockets_is_no_hindrance(course, two, tmp_path, monkeypatch):
    deep = tmp_path / ("deep" * 25)
    deep.mkdir()
    monkeypatch.setenv("TMPDIR", str(deep))
    code, _, errors = run(course, *two, "-o", tmp_path / "out")
    assert code == 1, errors  # the class holds a broken submission
    assert (tmp_path / "out" / "gradebook.csv").is_file()


def test_ctrl_c_says_how_to_go_on(asked, two, tmp_path, monkeypatch):
    def interrupted(*arguments):
        raise KeyboardInterrupt

    monkeypatch.setattr("autograder.grading.batch.grade", interrupted)
    answer = asked(*two, "-o", tmp_path / "out")
    assert answer.exit_code == 130 and "resumes a grading" in answer.stderr


# --- the other commands --------------------------------------------------------------------------------------------


def test_verify_finds_nothing_wrong_with_a_new_assignment(asked):
    answer = asked("verify", "--json", "--lang", "en")
    reports = json.loads(answer.stdout)
    assert answer.exit_code == 0 and [r["assignment"] for r in reports] == ["01_sums", "02_rows", "03_third"]
    for report in reports:
        assert report["solution"] == report["points"] and report["stub"] == report["trivial"] == 0
        assert report["caught"] == report["mistakes"] == 2 + 2 * (report["assignment"] == "01_sums")
        assert (
            report["accepted"] == report["alternatives"] == 2 and report["misdiagnosed"] == 0 and not report["problems"]
        )


def test_verify_finds_what_is_wrong(course, asked, tmp_path, monkeypatch):
    for folder in ("assignments", "solutions"):
        shutil.copytree(course / folder, tmp_path / folder)
    mistakes = tmp_path / "solutions/02_rows/mistakes.py"
    mistakes.write_text(mistakes.read_text("utf-8").replace("X[:2].sum(dim=1)", "X.sum(dim=1)"), "utf-8")
    alternatives = tmp_path / "solutions/02_rows/alternatives.py"
    alternatives.write_text(
        alternatives.read_text("utf-8").replace("torch.ones(X.shape[1])", "torch.zeros(X.shape[1])"), "utf-8"
    )
    monkeypatch.chdir(tmp_path)
    answer = asked("verify", "02_rows", "--lang", "en")
    assert answer.exit_code == 1
    said = " ".join(answer.stdout.split())
    assert "sums_two_rows_only is not caught by check_any_matrix" in said and "by_matrix_product is right, but" in said


def test_release_takes_a_new_assignment(course, asked, tmp_path):
    answer = asked("release", tmp_path / "student")
    assert answer.exit_code == 0
    stub = (tmp_path / "student/03_third/third.py").read_text("utf-8")
    assert "raise NotImplementedError" in stub and "X.sum" not in stub
    names = {file.name for file in (tmp_path / "student").rglob("*")}
    assert "checks_public.py" in names and not names & {"checks_hidden.py", "mistakes.py", "alternatives.py"}


def test_help_is_quick():
    """Help imports neither torch nor pytest."""
    code = "import sys, autograder.cli; sys.exit(bool({'torch', 'pytest'} & set(sys.modules)))"
    assert subprocess.run([sys.executable, "-c", code], cwd=Path(__file__).parents[2]).returncode == 0


@pytest.mark.parametrize("name", ["grade", "verify", "release", "new", "doctor", "export", "package", "people"])
def test_every_command_has_help_and_languages(asked, name):
    answer = asked(name, "--help")
    assert answer.exit_code == 0 and "--lang" in answer.stdout
