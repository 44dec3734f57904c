"""Put the small data files beside a module where its code looks for them: in the worker's folder, or behind `open`."""

import builtins
import io
import os
from collections.abc import Callable, Iterable
from typing import Any


def place(files: dict[str, bytes], modules: Iterable[str]) -> None:
    """Write `files` below the current folder, and make the folders of `modules`; all are paths in the submission.

    Where a worker may write nowhere, `open` gives the same content, and nothing else knows of the files.
    """
    for path in modules:
        make_folder(path)
    kept = {path: content for path, content in files.items() if not written(path, content)}
    if kept:
        serve({os.path.abspath(path): content for path, content in kept.items()})


def make_folder(path: str) -> bool:
    try:
        os.makedirs(os.path.dirname(path) or ".", exist_ok=True)
    except OSError:
        return False
    return True


def written(path: str, content: bytes) -> bool:
    """Whether the file could be written; one that lies there already stays."""
    if not make_folder(path):
        return False
    try:
        with open(path, "xb") as file:
            file.write(content)
    except FileExistsError:
        return True
    except OSError:
        return False
    return True


def serve(held: dict[str, bytes]) -> None:
    """Let `open` know these files, by absolute path."""
    original: Callable[..., Any] = builtins.open

    def opened(file: Any, mode: str = "r", buffering: int = -1, encoding: Any = None, errors: Any = None,
               newline: Any = None, *rest: Any, **named: Any) -> Any:  # fmt: skip
        path = os.path.abspath(os.fsdecode(file)) if isinstance(file, (str, bytes, os.PathLike)) else ""
        if path not in held or set(mode) - set("rbt"):
            return original(file, mode, buffering, encoding, errors, newline, *rest, **named)
        content = io.BytesIO(held[path])
        return content if "b" in mode else io.TextIOWrapper(content, encoding or "utf-8", errors, newline)

    builtins.open = io.open = opened
