"""The gradebook: one SQLite file that every other output is made from, and the files made from it."""

import os
import sqlite3
from collections.abc import Callable, Iterator
from pathlib import Path

import msgspec

from autograder.errors import GradebookError, reported, sqlite_error
from autograder.gradebook import table
from autograder.gradebook.names import Stems
from autograder.gradebook.records import Result, decode, encode

FILE, FOLDER = "gradebook.sqlite", "results"

_RESULTS = """
CREATE TABLE results (
    submission TEXT PRIMARY KEY, sha256 TEXT NOT NULL, status TEXT NOT NULL, score REAL NOT NULL,
    max_score REAL NOT NULL, seed INTEGER NOT NULL, device TEXT NOT NULL, tier TEXT NOT NULL,
    bundle_sha256 TEXT NOT NULL, started TEXT NOT NULL, seconds REAL NOT NULL,
    student_id TEXT NOT NULL, name TEXT NOT NULL, email TEXT NOT NULL, section TEXT NOT NULL,
    platform TEXT NOT NULL, handed_in TEXT NOT NULL, late INTEGER, attempt INTEGER NOT NULL, path TEXT NOT NULL,
    member TEXT NOT NULL, record BLOB NOT NULL);
"""
_CHECKS = """
CREATE TABLE checks (
    submission TEXT NOT NULL REFERENCES results ON DELETE CASCADE, assignment TEXT NOT NULL, name TEXT NOT NULL,
    exercise TEXT NOT NULL, hidden INTEGER NOT NULL, score REAL NOT NULL, max_score REAL NOT NULL, status TEXT NOT NULL,
    mistake TEXT NOT NULL, message TEXT NOT NULL, message_zh TEXT NOT NULL, hint TEXT NOT NULL, hint_zh TEXT NOT NULL,
    seconds REAL NOT NULL, PRIMARY KEY (submission, assignment, name));
"""


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
            self._migrate()
            self.stems = Stems(name for (name,) in self.base.execute("SELECT submission FROM results ORDER BY rowid"))
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
        """Store a result in place of an earlier one of the same submission, then write its JSON file."""
        with reported(self.file), self.base:
            self._insert(result)
        self._write_json(result.submission, encode(result))

    def get(self, submission: str) -> Result | None:
        with reported(self.file):
            row = self.base.execute("SELECT record FROM results WHERE submission = ?", (submission,)).fetchone()
        return self._decode(row[0]) if row else None

    def results(self) -> Iterator[Result]:
        """All results in order of name."""
        with reported(self.file):
            for (record,) in self.base.execute("SELECT record FROM results ORDER BY submission"):
                yield self._decode(record)

    def write_files(self) -> None:
        """Make the files that a reader wants: `results/*.json` that are missing, and `gradebook.csv`."""
        with reported(self.file):
            for submission, record in self.base.execute("SELECT submission, record FROM results"):
                if not self.json_file(submission).is_file():
                    self._write_json(submission, record)
        write_whole(self.out / "gradebook.csv", self.csv().encode("utf-8-sig"))  # with the mark that Excel looks for

    def csv(self) -> str:
        """The text of `gradebook.csv`."""
        return table.csv_text(list(self.results()))

    def json_file(self, submission: str) -> Path:
        return self.out / FOLDER / f"{self.stems.of(submission)}.json"

    def _insert(self, r: Result) -> None:
        kept = self.base.execute("SELECT rowid FROM results WHERE submission = ?", (r.submission,)).fetchone()
        self.base.execute("DELETE FROM results WHERE submission = ?", (r.submission,))
        who = r.person
        row = (
            r.submission, r.sha256, r.status, r.score, r.max_score, r.seed, r.device, str(r.sandbox.get("tier", "")),
            r.grader.bundle_sha256, r.started, r.seconds, who.id, who.name, who.email, who.section, who.platform,
            r.handed_in, r.late, r.attempt, r.origin.path, r.origin.member, encode(r),
        )  # fmt: skip
        self.base.execute(f"INSERT INTO results VALUES ({','.join('?' * len(row))})", row)
        if kept:  # its place in the order of arrival, which names its file
            self.base.execute("UPDATE results SET rowid = ? WHERE submission = ?", (*kept, r.submission))
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

    def _to_schema_2(self) -> None:
        """Make the tables; results of schema 1, which had one language and no person, move into them."""
        there = self.base.execute("SELECT 1 FROM sqlite_master WHERE name = 'results'").fetchone()
        records = [r for (r,) in self.base.execute("SELECT record FROM results")] if there else []
        for name in ("checks", "results"):
            self.base.execute(f"DROP TABLE IF EXISTS {name}")
        self.base.execute(_RESULTS)
        self.base.execute(_CHECKS)
        for record in records:
            self._insert(self._decode(record))

    def _write_json(self, submission: str, record: bytes) -> None:
        write_whole(self.json_file(submission), msgspec.json.format(record, indent=1))

    def _decode(self, record: bytes) -> Result:
        try:
            return decode(record)
        except msgspec.MsgspecError as error:
            raise GradebookError(
                f"{self.file} holds a result that this version cannot read ({error}): use another -o",
                f"{self.file} 中有本版本无法读取的结果（{error}）：请换一个 -o",
            ) from None


MIGRATIONS: list[Callable[[Gradebook], None]] = [Gradebook._to_schema_2]


def write_whole(file: Path, content: bytes) -> None:
    """Write a file so that a reader, or a crash, never sees half of it. Raises a `KitError` where it cannot."""
    half = file.with_name(f".{file.name}.half")
    with reported(file):
        file.parent.mkdir(parents=True, exist_ok=True)
        half.write_bytes(content)
        os.replace(half, file)
