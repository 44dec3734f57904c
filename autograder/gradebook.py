"""The gradebook: one SQLite file that every other output is made from, and the files made from it."""

import csv
import io
import os
import sqlite3
from pathlib import Path

import msgspec

from autograder.records import Result
from autograder.submissions import result_stem

_TABLES = """
CREATE TABLE IF NOT EXISTS results (
    submission TEXT PRIMARY KEY, sha256 TEXT NOT NULL, status TEXT NOT NULL, score REAL NOT NULL, max_score REAL NOT NULL,
    seed INTEGER NOT NULL, device TEXT NOT NULL, tier TEXT NOT NULL, bundle_sha256 TEXT NOT NULL, started TEXT NOT NULL,
    seconds REAL NOT NULL, record BLOB NOT NULL);
CREATE TABLE IF NOT EXISTS checks (
    submission TEXT NOT NULL REFERENCES results ON DELETE CASCADE, assignment TEXT NOT NULL, name TEXT NOT NULL,
    exercise TEXT NOT NULL, hidden INTEGER NOT NULL, score REAL NOT NULL, max_score REAL NOT NULL, status TEXT NOT NULL,
    mistake TEXT NOT NULL, message TEXT NOT NULL, hint TEXT NOT NULL, seconds REAL NOT NULL,
    PRIMARY KEY (submission, assignment, name));
"""
FILE, FOLDER = "gradebook.sqlite", "results"


class GradebookError(Exception):
    """The gradebook cannot be opened or read; the text names the file and what to do."""


class Gradebook:
    """The results in the folder `out`; each is stored whole, in one transaction, or not at all."""

    def __init__(self, out: Path, create: bool = True):
        self.out = Path(out)
        self.file = self.out / FILE
        if not create and not self.file.is_file():
            raise GradebookError(f"{self.file} does not exist: grade first (`autograder grade PATH -o {self.out}`)")
        try:
            self.base = sqlite3.connect(self.file, timeout=30)
            self.base.execute("PRAGMA foreign_keys = ON")
            self.base.execute("PRAGMA synchronous = NORMAL")
            self.base.executescript(_TABLES)
        except sqlite3.Error as error:
            raise GradebookError(f"{self.file} is no gradebook ({error}): move it away or use a new -o") from None

    def close(self) -> None:
        self.base.close()

    def add(self, result: Result) -> None:
        """Store a result in place of an earlier one of the same submission, then write its JSON file."""
        record = msgspec.json.encode(result)
        r = result
        with self.base:
            self.base.execute("DELETE FROM results WHERE submission = ?", (r.submission,))
            self.base.execute("INSERT INTO results VALUES (?,?,?,?,?,?,?,?,?,?,?,?)", (
                r.submission, r.sha256, r.status, r.score, r.max_score, r.seed, r.device, str(r.sandbox.get("tier", "")),
                r.grader.bundle_sha256, r.started, r.seconds, record))
            self.base.executemany("INSERT INTO checks VALUES (?,?,?,?,?,?,?,?,?,?,?,?)", [
                (r.submission, a.name, c.name, c.exercise, c.hidden, c.score, c.max_score, c.status, c.mistake, c.message,
                 c.hint, c.seconds) for a in r.assignments for c in a.checks])
        self._write_json(r.submission, record)

    def get(self, submission: str) -> Result | None:
        row = self.base.execute("SELECT record FROM results WHERE submission = ?", (submission,)).fetchone()
        return self._decode(row[0]) if row else None

    def results(self):
        """All results in order of name."""
        for (record,) in self.base.execute("SELECT record FROM results ORDER BY submission"):
            yield self._decode(record)

    def write_files(self) -> None:
        """Make the files that a reader wants: `results/*.json` that are missing, and `gradebook.csv`."""
        for submission, record in self.base.execute("SELECT submission, record FROM results"):
            if not self.json_file(submission).is_file():
                self._write_json(submission, record)
        write_whole(self.out / "gradebook.csv", self.csv().encode())

    def csv(self) -> str:
        """A row a submission: name, status, score, a column for each assignment, tier, and why it failed."""
        results = list(self.results())
        names = sorted({a.name for r in results for a in r.assignments})
        text = io.StringIO()
        writer = csv.writer(text, lineterminator="\n")
        writer.writerow(["submission", "status", "score", "max_score", *names, "tier", "seed", "device", "message"])
        for r in results:
            scores = {a.name: f"{a.score:g}" for a in r.assignments}
            writer.writerow([_cell(r.submission), r.status, f"{r.score:g}", f"{r.max_score:g}",
                             *(scores.get(name, "") for name in names), r.sandbox.get("tier", ""), r.seed, r.device,
                             _cell(r.message)])
        return text.getvalue()

    def json_file(self, submission: str) -> Path:
        return self.out / FOLDER / f"{result_stem(submission)}.json"

    def _write_json(self, submission: str, record: bytes) -> None:
        write_whole(self.json_file(submission), msgspec.json.format(record, indent=1))

    def _decode(self, record: bytes) -> Result:
        try:
            return msgspec.json.decode(record, type=Result)
        except msgspec.MsgspecError as error:
            raise GradebookError(f"{self.file} holds a result of another version ({error}): use a new -o") from None


def write_whole(file: Path, content: bytes) -> None:
    """Write a file so that a reader, or a crash, never sees half of it."""
    file.parent.mkdir(parents=True, exist_ok=True)
    half = file.with_name(f".{file.name}.half")
    half.write_bytes(content)
    os.replace(half, file)


def _cell(text: str) -> str:
    """A spreadsheet must not take a student's file name for a formula."""
    return f"'{text}" if text[:1] in ("=", "+", "-", "@", "\t", "\r") else text
