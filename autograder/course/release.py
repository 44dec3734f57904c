"""Writes the student version: handouts, public checks, stubs, `selfcheck`, and nothing that is not on these lists."""

import hashlib
import json
from fnmatch import fnmatch
from pathlib import Path

from autograder.course.course import ENGINE, Course
from autograder.course.hint_digests import hints_file
from autograder.course.stubs import stub
from autograder.errors import ReleaseError, reported
from autograder.selfcheck.hints import FILE as HINTS

SHELL = ("README.md", "README.zh-CN.md", "pyproject.toml", "data.py", "data/*.gz", "data/LICENSE*", "data/README*.md")
ASSIGNMENT = (
    "README.md",
    "README.zh-CN.md",
    "assignment.toml",
    "checks_public.py",
    "probes.py",
    "pictures.py",
    "*.svg",
    "*.png",
)
SELFCHECK = ("*.py",)
RECORD = (
    "autograder/release.json"  # digests of what was written, so that a later release can tell others' work from ours
)
# and all of selfcheck, save what only shows
MAKES_HINTS = ("course/answers.py", "course/diagnosis.py", "course/hint_digests.py", "course/trial.py")
ONLY_SHOWS = ("text.py", "plugin.py", "scoreboard.py", "student_cli.py", "show.py", "pictures.py", "drawing.py")
LEFT_BEHIND = ("__pycache__", ".pytest_cache", ".DS_Store", ".ipynb_checkpoints")
CONFTEST = '''"""Makes pytest show marks; the work is done in autograder/selfcheck/plugin.py."""

pytest_plugins = ["autograder.selfcheck.plugin"]
'''
MAIN = '''"""Makes `python -m autograder` help students; the work is done in autograder/selfcheck/student_cli.py."""

import sys

from autograder.selfcheck.student_cli import main

if __name__ == "__main__":
    sys.exit(main())
'''


def release(course: Course, directory: Path) -> list[str]:
    """Write the student version to `directory` and return the names of the files that changed."""
    directory = Path(directory)
    files = template_files(course, directory)
    _refuse_foreign_work(directory, files)
    obsolete = [name for name in _untouched(directory) if name not in files]
    with reported(directory):
        for name in obsolete:
            (directory / name).unlink()
        changed = [name for name in files if _read(directory / name) != files[name]]
        for name in changed:
            (directory / name).parent.mkdir(parents=True, exist_ok=True)
            (directory / name).write_bytes(files[name])
    return sorted([*changed, *obsolete])


def template_files(course: Course, earlier: Path | None = None) -> dict[str, bytes]:
    """The student version as file names and their bytes: the same course gives the same bytes on every machine.

    Making hints runs every mistake, so those of the release in `earlier` are taken where nothing behind them changed.
    """
    root, here = Path(course.root), ENGINE
    files = _allowed(root / "assignments", "", SHELL)
    files |= {"conftest.py": CONFTEST.encode(), "autograder/__init__.py": b"", "autograder/__main__.py": MAIN.encode()}
    files |= _allowed(here / "selfcheck", "autograder/selfcheck/", SELFCHECK)
    origins = {}
    for each in course.assignments:
        solution, hints = course.solutions(each) / f"{each.module}.py", f"{each.name}/{HINTS}"
        if not solution.is_file():
            raise ReleaseError(
                f"{solution} is missing: the stub of {each.name} is made from it",
                f"缺少 {solution}：{each.name} 的模板由它生成",
            )
        files |= _allowed(each.folder, f"{each.name}/", ASSIGNMENT)
        with reported(solution):
            files[f"{each.name}/{each.module}.py"] = stub(solution.read_text("utf-8"), str(solution)).encode()
        origins[hints] = _origin(here, each.folder, solution.parent)
        files[hints] = _same_hints(earlier, hints, origins[hints]) or hints_file(course, each)
    record = {"files": {name: _digest(files[name]) for name in sorted(files)}, "hints": origins}
    files[RECORD] = (json.dumps(record, indent=1) + "\n").encode()
    return dict(sorted(files.items()))


def stale(course: Course, directory: Path) -> list[str]:
    """Names of the files in `directory` that a release would write otherwise, add or not know; empty if it is fresh."""
    directory = Path(directory)
    files = template_files(course, directory)
    return sorted(name for name in {*files, *_present(directory)} if _read(directory / name) != files.get(name))


def _origin(engine: Path, *folders: Path) -> str:
    """A digest of all that the hints of an assignment are made from."""
    sources = [
        *(engine / name for name in MAKES_HINTS),
        *(file for file in (engine / "selfcheck").glob("*.py") if file.name not in ONLY_SHOWS),
    ]
    own = (file for folder in folders for file in folder.iterdir() if file.suffix in (".py", ".toml"))
    sources += [file for file in own if file.name not in ("checks_hidden.py", "alternatives.py", "pictures.py")]
    named = sorted((f"{file.parent.name}/{file.name}", file) for file in sources)  # wherever the kit is installed
    return _digest(b"\0".join(name.encode() + b"\0" + _plain(file) for name, file in named))


def _same_hints(earlier: Path | None, name: str, origin: str) -> bytes | None:
    """The hints of an earlier release, if they were made from the same files and nobody has changed them."""
    if earlier is None or _record(earlier).get("hints", {}).get(name) != origin or name not in _untouched(earlier):
        return None
    return _read(earlier / name)


def _allowed(folder: Path, prefix: str, patterns: tuple[str, ...]) -> dict[str, bytes]:
    """The files of `folder` whose relative name is on the list; a pattern never reaches into a deeper folder."""
    names = sorted(path.relative_to(folder).as_posix() for path in folder.rglob("*") if path.is_file())
    allowed = [
        name
        for name in names
        for pattern in patterns
        if name.count("/") == pattern.count("/") and fnmatch(name, pattern)
    ]
    return {prefix + name: _plain(folder / name) for name in allowed}


def _plain(path: Path) -> bytes:
    """The bytes of a file, with Unix line ends if it is text."""
    content = path.read_bytes()
    return content if b"\0" in content else content.replace(b"\r\n", b"\n")


def _refuse_foreign_work(directory: Path, files: dict[str, bytes]) -> None:
    """Only a new or empty folder, or a student version that nobody worked in, may be written to."""
    if directory.exists() and not directory.is_dir():
        raise ReleaseError(f"{directory} is a file; give a folder", f"{directory} 是文件；请给一个文件夹")
    present = _present(directory)
    if present and RECORD not in present:
        raise ReleaseError(
            f"{directory} is not empty and was not made by `autograder release`; give a new or an empty folder",
            f"{directory} 不是空文件夹，也不是 `autograder release` 生成的；请换一个新的或空的文件夹",
        )
    ours = _untouched(directory) | {RECORD: ""}
    edited = sorted(name for name in present & files.keys() - ours.keys() if _read(directory / name) != files[name])
    if edited:
        names = ", ".join(edited[:3]) + ", …" * (len(edited) > 3)
        raise ReleaseError(
            f"{directory} holds work that a release would overwrite ({names}); "
            "give a new or an empty folder, or move it away",
            f"{directory} 中有会被覆盖的改动（{names}）；请换一个新的或空的文件夹，或先把它移走",
        )


def _untouched(directory: Path) -> dict[str, str]:
    """The files of an earlier release that nobody has changed since, with their digests."""
    present, recorded = _present(directory), _record(directory).get("files", {})
    return {
        name: digest
        for name, digest in recorded.items()
        if name in present and _digest(_read(directory / name)) == digest
    }


def _record(directory: Path) -> dict:
    try:
        return json.loads((directory / RECORD).read_text("utf-8"))
    except (OSError, ValueError):
        return {}


def _present(directory: Path) -> set[str]:
    """Every file below `directory`, save what Python and editors leave behind."""
    paths = (path for path in directory.rglob("*") if path.is_file() or path.is_symlink())
    names = (path.relative_to(directory) for path in paths)
    return {name.as_posix() for name in names if not any(part in LEFT_BEHIND for part in name.parts)}


def _read(path: Path) -> bytes | None:
    return path.read_bytes() if path.is_file() else None


def _digest(content: bytes | None) -> str:
    return hashlib.sha256(content or b"").hexdigest()
