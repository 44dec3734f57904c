"""The gradebook: one SQLite file that every other output is made from, and the files made from it."""

import hashlib
import os
import sqlite3
import zlib
from collections.abc import Callable, Iterable, Iterator, Sequence
from itertools import count
from pathlib import Path

import msgspec

from autograder.errors import GradebookError, reported, sqlite_error
from autograder.gradebook import table
from autograder.gradebook.adjustments import Adjustment
from autograder.gradebook.attempts import fact_of, facts_of, merged
from autograder.gradebook.marks import Marks, marks_of
from autograder.gradebook.names import folded, result_stem
from autograder.gradebook.policy import Policy, load_policy
from autograder.gradebook.records import Evidence, Origin, Person, Result, Run, Told, decode, decode_figures, encode

FILE, FOLDER = "gradebook.sqlite", "results"

_RESULTS = """
CREATE TABLE results (
    submission TEXT PRIMARY KEY, sha256 TEXT NOT NULL, status TEXT NOT NULL, score REAL NOT NULL,
    max_score REAL NOT NULL, seed INTEGER NOT NULL, device TEXT NOT NULL, tier TEXT NOT NULL,
    bundle_sha256 TEXT NOT NULL, started TEXT NOT NULL, seconds REAL NOT NULL,
    student_id TEXT NOT NULL, name TEXT NOT NULL, email TEXT NOT NULL, section TEXT NOT NULL,
    platform TEXT NOT NULL, handed_in TEXT NOT NULL, late INTEGER, attempt INTEGER NOT NULL, path TEXT NOT NULL,
    member TEXT NOT NULL, record BLOB NOT NULL, current INTEGER NOT NULL, file TEXT NOT NULL);
"""
_CHECKS = """
CREATE TABLE checks (
    submission TEXT NOT NULL REFERENCES results ON DELETE CASCADE, assignment TEXT NOT NULL, name TEXT NOT NULL,
    exercise TEXT NOT NULL, hidden INTEGER NOT NULL, score REAL NOT NULL, max_score REAL NOT NULL, status TEXT NOT NULL,
    mistake TEXT NOT NULL, message TEXT NOT NULL, message_zh TEXT NOT NULL, hint TEXT NOT NULL, hint_zh TEXT NOT NULL,
    seconds REAL NOT NULL, PRIMARY KEY (submission, assignment, name));
"""
_ATTEMPTS = """
CREATE TABLE attempts (
    submission TEXT NOT NULL, assignment TEXT NOT NULL, attempt INTEGER NOT NULL, counts INTEGER NOT NULL,
    sha256 TEXT NOT NULL, status TEXT NOT NULL, score REAL NOT NULL, max_score REAL NOT NULL, seed INTEGER NOT NULL,
    handed_in TEXT NOT NULL, late INTEGER, path TEXT NOT NULL, member TEXT NOT NULL, started TEXT NOT NULL,
    record BLOB NOT NULL, PRIMARY KEY (submission, assignment, attempt));
"""
_EVIDENCE = """
CREATE TABLE evidence (
    submission TEXT NOT NULL, assignment TEXT NOT NULL, attempt INTEGER NOT NULL, name TEXT NOT NULL,
    content TEXT NOT NULL, PRIMARY KEY (submission, assignment, attempt, name));
CREATE TABLE sources (sha256 TEXT PRIMARY KEY, code BLOB NOT NULL);
"""
# In `evidence.name`: what was handed in, as the digest of a row in `sources`, and the figures; else it names a check.
SOURCES, FIGURES = "", "figures"
_ADJUSTMENTS = """
CREATE TABLE adjustments (
    number INTEGER PRIMARY KEY, submission TEXT NOT NULL, assignment TEXT NOT NULL, name TEXT NOT NULL,
    points REAL NOT NULL, why TEXT NOT NULL, by TEXT NOT NULL, at TEXT NOT NULL, extra INTEGER NOT NULL,
    undoes INTEGER NOT NULL);
"""
CURRENT, GONE, REMOVED = 1, 0, -1  # of `results.current`: who is in the table, who left it, who was taken out


class Gradebook:
    """The results in the folder `out`; each is stored whole, in one transaction, or not at all.

    What disk and SQLite raise becomes a `KitError` that names the file.
    """

    def __init__(self, out: Path, create: bool = True):
        self.out = Path(out)
        self.file = self.out / FILE
        if not create and not self.file.is_file():
            raise GradebookError(
                f"{self.file} does not exist: grade first (`autograder grade PATH -o {self.out}`)",
                f"{self.file} 不存在：请先批改（`autograder grade PATH -o {self.out}`）",
            )
        try:
            self.base = sqlite3.connect(self.file, timeout=30)
            self.base.execute("PRAGMA foreign_keys = ON")
            self.base.execute("PRAGMA synchronous = NORMAL")
            self._stems: dict[str, str] = {}  # submission: file name of its result
            self._folded: set[str] = set()
            self._migrate()
            self._stems.update(self.base.execute("SELECT submission, file FROM results"))
            self._folded.update(map(folded, self._stems.values()))
        except sqlite3.OperationalError as error:  # locked, full, not writable: nothing is wrong with what it holds
            raise sqlite_error(error, self.file) from None
        except sqlite3.DatabaseError as error:
            raise GradebookError(
                f"{self.file} cannot be used as a gradebook ({error}): move it away or use another -o",
                f"{self.file} 不能用作成绩册（{error}）：请把它移走，或换一个 -o",
            ) from None

    def close(self) -> None:
        self.base.close()

    def __enter__(self) -> "Gradebook":
        return self

    def __exit__(self, *error: object) -> None:
        self.close()

    def add(self, result: Result) -> None:
        """Store what was graded as facts, make the person's current result of all facts, and write its JSON file."""
        evidence, result.evidence = result.evidence or Evidence(), msgspec.UNSET
        with reported(self.file), self.base:
            for fact in facts_of(result):
                self._insert_fact(fact)
                self._insert_evidence(fact, evidence)
            self._settle(result.submission)
        self._write_json(result.submission)

    def get(self, submission: str) -> Result | None:
        """The current result of a person."""
        with reported(self.file):
            row = self.base.execute("SELECT record FROM results WHERE submission = ?", (submission,)).fetchone()
        return self._decode(row[0]) if row else None

    def facts(self, submission: str) -> list[Result]:
        """All attempts of a person, one for each assignment, the first attempt first."""
        query = "SELECT record FROM attempts WHERE submission = ? ORDER BY attempt, assignment"
        with reported(self.file):
            return [self._decode(record) for (record,) in self.base.execute(query, (submission,))]

    def results(self, current: int = CURRENT) -> Iterator[Result]:
        """The results in order of name: of the people that are in the table, or of others."""
        query = "SELECT record FROM results WHERE current = ? ORDER BY submission"
        with reported(self.file):
            for (record,) in self.base.execute(query, (current,)):
                yield self._decode(record)

    def people(self) -> dict[str, tuple[Person, set[str]]]:
        """Everybody who was ever graded here, and all places from which their work came."""
        known: dict[str, tuple[Person, set[str]]] = {}
        with reported(self.file):
            query = "SELECT submission, student_id, name, email, section, platform, path, member FROM results"
            for submission, *who, path, member in self.base.execute(query):
                known[submission] = (Person(*who), {Origin(path, member).place})
            for submission, path, member in self.base.execute("SELECT submission, path, member FROM attempts"):
                if submission in known:
                    known[submission][1].add(Origin(path, member).place)
        return known

    def seed(self) -> int | None:
        """The seed of the first attempts here, where anything was graded."""
        with reported(self.file):
            row = self.base.execute("SELECT seed FROM attempts WHERE attempt = 1 LIMIT 1").fetchone()
        return row[0] if row else None

    def is_removed(self, submission: str) -> bool:
        """Whether a person was taken out of the table of marks by hand."""
        with reported(self.file):
            row = self.base.execute("SELECT current FROM results WHERE submission = ?", (submission,)).fetchone()
        return bool(row) and row[0] == REMOVED

    def set_current(self, submission: str, current: int) -> None:
        """Take a person into the table of marks, or out of it; what was graded stays."""
        with reported(self.file), self.base:
            self.base.execute("UPDATE results SET current = ? WHERE submission = ?", (current, submission))

    def rename(self, old: str, new: str) -> None:
        """Call a person by another name, everywhere. Raises `GradebookError` where somebody has it."""
        if self.get(new):
            raise GradebookError(
                f"{self.file} has somebody called {new} already: choose another name",
                f"{self.file} 中已有 {new}：请换一个名字",
            )
        renamed = [msgspec.structs.replace(fact, submission=new) for fact in self.facts(old)]
        result = self.get(old)
        if result is None:
            return
        with reported(self.file), self.base:
            (current,) = self.base.execute("SELECT current FROM results WHERE submission = ?", (old,)).fetchone()
            for name in ("attempts", "checks", "results"):
                self.base.execute(f"DELETE FROM {name} WHERE submission = ?", (old,))
            for name in ("evidence", "adjustments"):
                self.base.execute(f"UPDATE {name} SET submission = ? WHERE submission = ?", (new, old))
            self._insert(msgspec.structs.replace(result, submission=new), current)
            for fact in renamed:
                self._insert_fact(fact)
            self._settle(new, current)

    def find(self, who: str) -> str:
        """The submission that `who` means: its name, or a student's id, name or e-mail that one person alone has."""
        query = "SELECT submission FROM results WHERE submission = ?"
        with reported(self.file):
            rows = (
                self.base.execute(query, (who,)).fetchall()
                or self.base.execute(
                    "SELECT submission FROM results WHERE ? IN (student_id, name, email)", (who,)
                ).fetchall()
            )
        if len(rows) == 1:
            return rows[0][0]
        names = ", ".join(row[0] for row in rows)
        if rows:
            raise GradebookError(f"{who} may be {names}: give the submission", f"{who} 可能是 {names}：请给出提交名")
        raise GradebookError(
            f"{self.file} has nobody called {who}: `autograder people {self.out}` lists everybody",
            f"{self.file} 中没有 {who}：`autograder people {self.out}` 列出所有人",
        )

    def adjustments(self) -> list[Adjustment]:
        """All lines of the log, each with the line that took it back; those lines themselves are not among them."""
        with reported(self.file):
            rows = self.base.execute("SELECT * FROM adjustments ORDER BY number").fetchall()
        undone = {undoes: number for number, *_, undoes in rows if undoes}
        return [
            Adjustment(number, who, assignment, check, points, why, by, at, bool(extra), undone.get(number, 0))
            for number, who, assignment, check, points, why, by, at, extra, undoes in rows
            if not undoes
        ]

    def adjust(self, line: Adjustment, undoes: int = 0) -> int:
        """Append a line to the log, which is never changed. Its number."""
        row = (
            line.submission,
            line.assignment,
            line.check,
            line.points,
            line.why,
            line.by,
            line.at,
            line.extra,
            undoes,
        )
        with reported(self.file), self.base:
            return (
                self.base.execute(
                    "INSERT INTO adjustments (submission, assignment, name, points, why, by, at, extra, undoes) "
                    f"VALUES ({','.join('?' * len(row))})",
                    row,
                ).lastrowid
                or 0
            )

    def policy(self) -> Policy:
        """The policy of the course that was graded with, as it is now. Raises `CourseError`."""
        run = read_run(self.out)
        return load_policy(Path(run.root) if run and run.root else None)

    def marks(self, submission: str, policy: Policy, adjustments: Sequence[Adjustment]) -> Marks:
        """The marks of one person, of what was graded and what was changed by hand."""
        result = self.get(submission)
        assert result is not None
        facts = self.facts(submission) if result.earlier else facts_of(result)
        return marks_of(result, facts, policy, adjustments)

    def all_marks(self, results: Iterable[Result]) -> dict[str, Marks]:
        """The marks of these people. Raises `CourseError` where `course.toml` cannot be used."""
        policy, adjustments = self.policy(), self.adjustments()
        return {r.submission: self.marks(r.submission, policy, adjustments) for r in results}

    def write_files(self) -> None:
        """Make the files that a reader wants: `results/*.json`, one a current person, and `gradebook.csv`."""
        with reported(self.file):
            query = "SELECT submission FROM results WHERE current = ?"
            files = {name: self.json_file(name) for (name,) in self.base.execute(query, (CURRENT,))}
        with reported(self.out):
            for stray in set((self.out / FOLDER).glob("*.json")) - set(files.values()):
                stray.unlink()
        for submission, file in files.items():
            if not file.is_file():
                self._write_json(submission)
        write_whole(self.out / "gradebook.csv", self.csv().encode("utf-8-sig"))  # with the mark that Excel looks for

    def csv(self) -> str:
        """The text of `gradebook.csv`."""
        results = list(self.results())
        return table.csv_text(results, self.all_marks(results))

    def json_file(self, submission: str) -> Path:
        """Where the result of a person is written; names that some system takes for one get a number."""
        return self.out / FOLDER / f"{self._stem(submission)}.json"

    def _stem(self, submission: str) -> str:
        """The file name of a person's result, without ending: once given it stays."""
        if submission not in self._stems:
            stem = result_stem(submission)
            names = (stem if k == 1 else f"{stem}-{k}" for k in count(1))
            self._stems[submission] = next(name for name in names if folded(name) not in self._folded)
            self._folded.add(folded(self._stems[submission]))
        return self._stems[submission]

    def _settle(self, submission: str, current: int = CURRENT) -> None:
        """Make the current result of a person out of the facts; marks whose facts are lost stay as they were."""
        facts, before = self.facts(submission), self.get(submission)
        names = {fact.assignments[0].name for fact in facts}
        lost = [fact_of(before, a) for a in before.assignments if a.name not in names] if before else []
        result = merged(facts + lost)
        self._insert(result, current)
        self.base.execute("UPDATE attempts SET counts = 0 WHERE submission = ?", (submission,))
        self.base.executemany(
            "UPDATE attempts SET counts = 1 WHERE submission = ? AND assignment = ? AND attempt = ?",
            [(submission, a.name, a.attempt) for a in result.assignments],
        )

    def _insert_fact(self, r: Result) -> None:
        row = (
            r.submission, r.assignments[0].name, r.attempt, 0, r.sha256, r.status, r.score, r.max_score, r.seed,
            r.handed_in, r.late, r.origin.path, r.origin.member, r.started, encode(r),
        )  # fmt: skip
        self.base.execute(f"INSERT OR REPLACE INTO attempts VALUES ({','.join('?' * len(row))})", row)

    def _insert_evidence(self, r: Result, evidence: Evidence) -> None:
        name, key = r.assignments[0].name, (r.submission, r.assignments[0].name, r.attempt)
        rows = {check: msgspec.json.encode(told).decode() for check, told in evidence.checks.get(name, {}).items()}
        if evidence.figures.get(name):
            rows[FIGURES] = encode(evidence.figures[name]).decode()
        if name in evidence.sources:
            code = msgspec.json.encode(evidence.sources[name])
            sha256 = rows[SOURCES] = hashlib.sha256(code).hexdigest()
            self.base.execute("INSERT OR IGNORE INTO sources VALUES (?, ?)", (sha256, zlib.compress(code)))
        self.base.execute("DELETE FROM evidence WHERE submission = ? AND assignment = ? AND attempt = ?", key)
        self.base.executemany("INSERT INTO evidence VALUES (?, ?, ?, ?, ?)", [(*key, n, c) for n, c in rows.items()])

    def evidence(self, submission: str) -> Evidence:
        """What is kept of a person's attempts that count; empty for a grading that kept nothing."""
        kept = Evidence()
        query = (
            "SELECT e.assignment, e.name, e.content, s.code FROM evidence e JOIN attempts a ON a.submission = "
            "e.submission AND a.assignment = e.assignment AND a.attempt = e.attempt AND a.counts = 1 "
            "LEFT JOIN sources s ON e.name = ? AND s.sha256 = e.content WHERE e.submission = ?"
        )
        with reported(self.file):
            for assignment, name, content, code in self.base.execute(query, (SOURCES, submission)).fetchall():
                try:
                    if name == SOURCES:
                        pairs = msgspec.json.decode(zlib.decompress(code or b""), type=list[tuple[str, str]])
                        kept.sources[assignment] = pairs
                    elif name == FIGURES:
                        kept.figures[assignment] = decode_figures(content)
                    else:
                        told = msgspec.json.decode(content, type=Told)
                        kept.checks.setdefault(assignment, {})[name] = told
                except (msgspec.MsgspecError, zlib.error):  # another tool has been here
                    continue
        return kept

    def _insert(self, r: Result, current: int = CURRENT) -> None:
        for name in ("checks", "results"):  # both: other tools do not know that one follows the other
            self.base.execute(f"DELETE FROM {name} WHERE submission = ?", (r.submission,))
        who = r.person
        row = (
            r.submission, r.sha256, r.status, r.score, r.max_score, r.seed, r.device, str(r.sandbox.get("tier", "")),
            r.grader.bundle_sha256, r.started, r.seconds, who.id, who.name, who.email, who.section, who.platform,
            r.handed_in, r.late, r.attempt, r.origin.path, r.origin.member, encode(r), current,
            self._stem(r.submission),
        )  # fmt: skip
        self.base.execute(f"INSERT INTO results VALUES ({','.join('?' * len(row))})", row)
        rows = [
            (r.submission, a.name, c.name, c.exercise, c.hidden, c.score, c.max_score, c.status, c.mistake,
             c.message.en, c.message.zh, c.hint.en, c.hint.zh, c.seconds)
            for a in r.assignments for c in a.checks
        ]  # fmt: skip
        self.base.executemany(f"INSERT INTO checks VALUES ({','.join('?' * 14)})", rows)

    def _migrate(self) -> None:
        """Bring the file to the newest layout, step by step, in one transaction."""
        version = self.base.execute("PRAGMA user_version").fetchone()[0]
        if version > len(MIGRATIONS):
            raise GradebookError(
                f"{self.file} was written by a newer version of the kit: use that version, or another -o",
                f"{self.file} 由更新版本的套件写成：请使用该版本，或换一个 -o",
            )
        for step in range(version, len(MIGRATIONS)):
            with self.base:
                self.base.execute("BEGIN IMMEDIATE")
                if self.base.execute("PRAGMA user_version").fetchone()[0] == step:  # another process may be quicker
                    MIGRATIONS[step](self)
                    self.base.execute(f"PRAGMA user_version = {step + 1}")

    def _make_tables(self) -> None:
        """Make the tables; the results of earlier layouts, where there are any, move into them as first attempts."""
        there = self.base.execute("SELECT 1 FROM sqlite_master WHERE name = 'results'").fetchone()
        records = [r for (r,) in self.base.execute("SELECT record FROM results")] if there else []
        for name in ("checks", "attempts", "results"):
            self.base.execute(f"DROP TABLE IF EXISTS {name}")
        for table_of in (_RESULTS, _CHECKS, _ATTEMPTS):
            self.base.execute(table_of)
        for record in records:
            result = self._decode(record)
            for fact in facts_of(result):
                self._insert_fact(fact)
            self._settle(result.submission) if result.assignments else self._insert(result)

    def _make_evidence(self) -> None:
        """Make the tables of what is kept beside the results."""
        for statement in filter(str.strip, _EVIDENCE.split(";")):
            self.base.execute(statement)

    def _make_adjustments(self) -> None:
        """Make the log of what people changed."""
        self.base.execute(_ADJUSTMENTS)

    def _write_json(self, submission: str) -> None:
        with reported(self.file):
            row = self.base.execute("SELECT record FROM results WHERE submission = ?", (submission,)).fetchone()
        write_whole(self.json_file(submission), msgspec.json.format(row[0], indent=1))

    def _decode(self, record: bytes) -> Result:
        try:
            return decode(record)
        except msgspec.MsgspecError as error:
            raise GradebookError(
                f"{self.file} holds a result that this version cannot read ({error}): use another -o",
                f"{self.file} 中有本版本无法读取的结果（{error}）：请换一个 -o",
            ) from None


MIGRATIONS: list[Callable[[Gradebook], None]] = [
    Gradebook._make_tables,
    Gradebook._make_tables,
    Gradebook._make_evidence,
    Gradebook._make_adjustments,
]


def read_run(out: Path) -> Run | None:
    """`OUT/run.json`; None where nothing was graded there yet. Raises `GradebookError`."""
    file = out / "run.json"
    if not file.is_file():
        return None
    try:
        with reported(file):
            return msgspec.json.decode(file.read_bytes(), type=Run)
    except msgspec.MsgspecError as error:
        raise GradebookError(
            f"{file} cannot be read ({error}): use a new -o", f"无法读取 {file}（{error}）：请换一个新的 -o"
        ) from None


def write_whole(file: Path, content: bytes) -> None:
    """Write a file so that a reader, or a crash, never sees half of it. Raises a `KitError` where it cannot."""
    half = file.with_name(f".{file.name}.half")
    with reported(file):
        file.parent.mkdir(parents=True, exist_ok=True)
        half.write_bytes(content)
        os.replace(half, file)
