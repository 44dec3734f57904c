"""One command at a time in a folder of results: a lock of the operating system, which even a killed process lets go."""

import contextlib
import json
import os
import socket
from collections.abc import Iterator
from datetime import datetime
from pathlib import Path
from typing import IO

from autograder.errors import HeldByAnother, reported

FILE = ".held"


@contextlib.contextmanager
def held(out: Path) -> Iterator[None]:
    """Hold `out`, which is made if need be; a folder in which nothing was written goes again.

    Raises `HeldByAnother` that says who holds it.
    """
    out = Path(out)
    with reported(out):
        made = _made(out)
        file = _locked(out / FILE)
    try:
        yield
    finally:
        with contextlib.suppress(OSError):  # while it is still ours, so that nobody locks what is gone
            (out / FILE).unlink()
        file.close()
        for folder in made:
            with contextlib.suppress(OSError):  # not empty
                folder.rmdir()


def _made(out: Path) -> list[Path]:
    """The folders that had to be made for `out`, the innermost first."""
    new = [folder for folder in (out, *out.parents) if not folder.exists()]
    out.mkdir(parents=True, exist_ok=True)
    return new


def _locked(path: Path) -> IO[str]:
    while True:
        file = open(path, "a+", encoding="utf-8")
        try:
            _lock(file)
        except OSError:
            raise _refusal(path, file) from None
        if _is_at(path, file):
            break
        file.close()  # another process has just ended and taken its file along
    file.truncate(0)
    file.write(json.dumps({"pid": os.getpid(), "host": socket.gethostname(), "since": _now()}))
    file.flush()
    return file


def _is_at(path: Path, file: IO[str]) -> bool:
    try:
        return os.path.samestat(os.stat(path), os.fstat(file.fileno()))
    except FileNotFoundError:
        return False


def _lock(file: IO[str]) -> None:
    """Raises `OSError` where another process has the lock."""
    try:
        import fcntl
    except ModuleNotFoundError:  # Windows
        import msvcrt

        file.seek(2**30)  # beyond the text, which others are to read
        msvcrt.locking(file.fileno(), msvcrt.LK_NBLCK, 1)  # pyright: ignore[reportAttributeAccessIssue]
    else:
        fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)


def _refusal(path: Path, file: IO[str]) -> HeldByAnother:
    with file:
        file.seek(0)
        try:
            told = json.loads(file.read())
            pid, host, since = told["pid"], told["host"], told["since"]
        except (ValueError, LookupError, TypeError, OSError):  # it has only just begun
            pid, host, since = "?", "?", "?"
    return HeldByAnother(
        f"{path.parent} is in use by process {pid} on {host} since {since}: wait until it has ended, or use another -o",
        f"{path.parent} 正被 {host} 上的进程 {pid} 使用（自 {since} 起）：请等它结束，或换一个 -o",
    )


def _now() -> str:
    return datetime.now().astimezone().isoformat(timespec="seconds")
