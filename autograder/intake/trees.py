"""Bounded, read-only views of what was handed in: a folder, a zip, a part of either, or a few loose files.

Nothing is ever extracted, no symbolic link is followed below the path that the instructor named, and every read has
a limit; whatever is wrong with the bytes ends as a `SubmissionProblem` that says what to do.
"""

import contextlib
import io
import os
import stat
import unicodedata
import zipfile
from collections.abc import Callable
from functools import lru_cache
from itertools import islice
from typing import Any, NamedTuple, Protocol

from autograder.errors import SubmissionProblem
from autograder.gradebook.bounds import is_unseen
from autograder.text import Text, as_text

MB = 2**20
OTHER_ARCHIVES = (".rar", ".7z", ".tar", ".tgz", ".gz", ".bz2", ".xz")  # named, so that nobody is lost in silence
MAX_ZIP_BYTES = 64 * MB  # a zip inside a zip is held in memory
MAX_ENTRIES = 10_000  # of one submission
MAX_CLASS = 100_000  # entries of the folder that holds a class
MAX_DIRECTORY_BYTES = 64 * MB  # the list of names of a whole class, some 500,000 files
_MAX_DEPTH = 8  # deeper folders cannot matter, and their names alone could fill the memory
_MAX_NAME = 1_000  # characters; no disk holds a longer name, and a zip one of 65,535 bytes
_JUNK = ("thumbs.db", "desktop.ini", "icon\r", "$recycle.bin")
_PLAIN = (zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED)  # LZMA may ask for 4 GB of memory before the first byte
_zipfile: Any = zipfile  # how it finds its list of names is private, and typeshed leaves that out


class Entry(NamedTuple):
    """A name in a folder; `kind` is "file", "folder", "link" or "other", `at` where its tree finds it.

    That is a path on disk, or a member of a zip, which has none for its folders.
    """

    name: str
    kind: str
    at: str | zipfile.ZipInfo | None


class Tree(Protocol):
    """What was handed in, or a part of it, as folders of entries."""

    def children(self, folder: str = "") -> dict[str, Entry]:
        """The entries of one folder by name, links unfollowed."""
        ...

    def entry(self, name: str, folder: str = "") -> Entry:
        """One entry of a folder. Raises `SubmissionProblem` where there is none."""
        ...

    def read(self, entry: Entry, limit: int) -> bytes:
        """The bytes of a file of this tree. Raises `SubmissionProblem` where there are more than `limit`."""
        ...


def shown(name: str) -> str:
    """`name` as it may stand in a message or a report: no control characters, no lone surrogates, not endless."""
    if name.isascii() and name.isprintable() and len(name) <= 200:
        return name
    name = name[:_MAX_NAME]  # before anything that takes more than a pass
    if any("\udc80" <= c <= "\udcff" for c in name):  # bytes that were not UTF-8: Chinese Windows writes GBK
        name = _text(os.fsencode(name)) or name
    name = unicodedata.normalize("NFC", name.encode("utf-8", "backslashreplace").decode())
    safe = (c if (c.isprintable() and not is_unseen(c)) or c in "\u200c\u200d" else f"\\u{ord(c):04x}" for c in name)
    return "".join(safe)[:200]


def is_junk(name: str) -> bool:
    """Whether a name is what systems and tools leave behind rather than work of a student; `.corr2d.py` is work."""
    hidden = name.startswith(".") and (name.startswith("._") or not name.lower().endswith((".py", ".ipynb")))
    return hidden or name.startswith(("~$", "__MACOSX", "__pycache__")) or name.lower() in _JUNK


class Folder:
    """A folder on disk."""

    def __init__(self, root: str):
        self.root = root

    def children(self, folder: str = "") -> dict[str, Entry]:
        """The entries of one folder by name, links unfollowed."""
        here = self._path(folder)
        try:
            with os.scandir(here) as entries:
                found = {e.name: Entry(e.name, _kind(e), e.path) for e in islice(entries, MAX_CLASS + 1)}
        except OSError as error:
            raise _unreadable(here, error) from None
        if len(found) > MAX_CLASS:
            raise too_many(shown(os.path.basename(here)), MAX_CLASS)
        return found

    def entry(self, name: str, folder: str = "") -> Entry:
        """One entry of a folder, without a look at the others."""
        path = os.path.join(self._path(folder), name)
        try:
            mode = os.lstat(path).st_mode
        except OSError as error:
            raise _unreadable(path, error) from None
        return Entry(name, _kind_of(mode), path)

    def read(self, entry: Entry, limit: int) -> bytes:
        """The bytes of a file."""
        assert isinstance(entry.at, str)  # as in every entry of a folder on disk
        return read_file(entry.at, limit)

    def _path(self, folder: str) -> str:
        return os.path.join(self.root, *folder.split("/")) if folder else self.root


class Archive:
    """A zip file, on disk or in memory; only its list of names is read until a member is asked for."""

    def __init__(self, file: str | io.BytesIO, label: str):
        self.label = shown(label)
        self.unsafe: list[str] = []
        self._folders: dict[str, dict[str, Entry]] = {"": {}}
        try:
            if isinstance(file, str):
                _require_regular(file)
            _check_directory(file, self.label)
            self._zip = zipfile.ZipFile(file)
            infos = self._zip.infolist()
            windows = _has_backslashes_for_slashes(infos)
            for info in infos:
                self._add(info, windows)
        except SubmissionProblem:
            raise
        except OSError as error:
            raise _unreadable(label, error) from None
        except Exception as error:  # zipfile raises half a dozen kinds on broken input
            raise SubmissionProblem(
                f"{self.label} is not a readable zip file ({type(error).__name__}): zip the folder again.",
                f"{self.label} 不是可读的 zip 文件（{type(error).__name__}），请重新压缩。",
            ) from None
        self.count = len(self._zip.filelist)

    def children(self, folder: str = "") -> dict[str, Entry]:
        """The entries of one folder by name."""
        return self._folders.get(folder, {})

    def entry(self, name: str, folder: str = "") -> Entry:
        """One entry of a folder."""
        return _named(name, self.children(folder), f"{self.label}: {shown(name)}")

    def read(self, entry: Entry, limit: int) -> bytes:
        """The bytes of a member, never more than `limit` of them in memory."""
        info, where = entry.at, f"{self.label}: {shown(entry.name)}"
        assert isinstance(info, zipfile.ZipInfo)  # as in every file of a zip
        if info.flag_bits & 1:
            raise SubmissionProblem(
                f"{where} is encrypted: hand in a zip without a password.", f"{where} 已加密：请提交不带密码的 zip。"
            )
        if info.compress_type not in _PLAIN:
            raise SubmissionProblem(
                f"{where} is compressed in an unusual way: make an ordinary zip.",
                f"{where} 使用了不常见的压缩方式：请用普通方式压缩。",
            )
        if info.file_size > max(4 * MB, 200 * info.compress_size):
            raise SubmissionProblem(
                f"{where} unpacks to far more than it holds: hand in the plain file.",
                f"{where} 解压后的体积异常：请提交原始文件。",
            )
        try:
            with self._zip.open(info) as member:
                data = member.read(limit + 1)
        except Exception as error:
            raise SubmissionProblem(
                f"{where} is damaged ({type(error).__name__}): zip the folder again.",
                f"{where} 已损坏（{type(error).__name__}），请重新压缩。",
            ) from None
        return _within(data, limit, where)

    def _add(self, info: zipfile.ZipInfo, windows: bool) -> None:
        name = _member_name(info, windows)
        parts = [p[:_MAX_NAME] for p in name.split("/") if p not in ("", ".")]
        if name.startswith("/") or ".." in name.replace("\\", "/").split("/") or name[1:2] == ":" or "\0" in name:
            self.unsafe.append(name)
        elif parts and len(parts) <= _MAX_DEPTH:
            folder = ""
            for part in parts[:-1]:
                folder = self._enter(folder, part)
            if name.endswith("/"):
                self._enter(folder, parts[-1])
            else:
                self._folders[folder][parts[-1]] = Entry(parts[-1], _kind_of(info.external_attr >> 16), info)

    def _enter(self, folder: str, part: str) -> str:
        inner = f"{folder}/{part}" if folder else part
        if inner not in self._folders:
            self._folders[inner] = {}
            self._folders[folder][part] = Entry(part, "folder", None)
        return inner


class Part:
    """A folder of another tree, as a tree of its own."""

    def __init__(self, tree: Tree, folder: str):
        self.tree, self.folder = tree, folder

    def children(self, folder: str = "") -> dict[str, Entry]:
        """The entries of one folder by name."""
        return self.tree.children(self._within(folder))

    def entry(self, name: str, folder: str = "") -> Entry:
        """One entry of a folder."""
        return self.tree.entry(name, self._within(folder))

    def read(self, entry: Entry, limit: int) -> bytes:
        """The bytes of a file."""
        return self.tree.read(entry, limit)

    def _within(self, folder: str) -> str:
        return "/".join(p for p in (self.folder, folder) if p)


class Loose:
    """A few files of another tree under names of their own, as if they lay in a folder."""

    def __init__(self, tree: Tree, files: dict[str, Entry]):
        self.tree, self.files = tree, files

    def children(self, folder: str = "") -> dict[str, Entry]:
        """The files by name; there are no folders."""
        return self.files if not folder else {}

    def entry(self, name: str, folder: str = "") -> Entry:
        """One of the files."""
        return _named(name, self.children(folder), shown(name))

    def read(self, entry: Entry, limit: int) -> bytes:
        """The bytes of a file."""
        return self.tree.read(entry, limit)


class Merged:
    """Several members of a tree as one: what lies in its folders, and its files under names of their own."""

    def __init__(self, tree: Tree, folders: list[str], files: dict[str, Entry]):
        self.tree, self.parts, self.files = tree, [Part(tree, folder) for folder in folders], files

    def children(self, folder: str = "") -> dict[str, Entry]:
        """The entries of one folder by name; a file that is there twice is the first."""
        found = dict(self.files) if not folder else {}
        for part in self.parts:
            with contextlib.suppress(SubmissionProblem):  # not every part has this folder
                found = part.children(folder) | found
        return found

    def entry(self, name: str, folder: str = "") -> Entry:
        """One entry of a folder."""
        return _named(name, self.children(folder), shown(name))

    def read(self, entry: Entry, limit: int) -> bytes:
        """The bytes of a file."""
        return self.tree.read(entry, limit)


def tree_of(path: str) -> Tree:
    """The tree of a folder, a zip or a single file on disk."""
    if os.path.isdir(path):
        return Folder(path)
    if path.lower().endswith(".zip"):
        return archive_of(path)
    name = os.path.basename(path)
    return Loose(Folder(os.path.dirname(path)), {name: Entry(name, "file", path)})


def archive_of(path: str) -> Archive:
    """The zip at `path`; the last few are kept open, so that a class in one zip is listed once."""
    try:
        status = os.stat(path)
    except OSError as error:
        raise _unreadable(path, error) from None
    return _archive(path, status.st_mtime_ns, status.st_size, os.getpid())


def inner_archive(path: str, member: str) -> Archive:
    """The zip that is a member of the folder or zip at `path`, as `a/b.zip`; the last few are kept open."""
    status = os.stat(path)
    return _inner_archive(path, member, status.st_mtime_ns, status.st_size, os.getpid())


@lru_cache(maxsize=4)
def _archive(path: str, _changed: int, _size: int, _process: int) -> Archive:
    # a fork shares the file's position with its parent, so each process opens its own
    return Archive(path, os.path.basename(path))


@lru_cache(maxsize=4)
def _inner_archive(path: str, member: str, _changed: int, _size: int, _process: int) -> Archive:
    tree = tree_of(path)
    folder, _, name = member.rpartition("/")
    return Archive(io.BytesIO(tree.read(tree.entry(name, folder), MAX_ZIP_BYTES)), name)


def entered(tree: Tree, stops: Callable[[str], bool]) -> Tree:
    """`tree`, or the one folder that wraps everything in it, unless `stops` says of its name that it is more."""
    folder = ""
    for _ in range(4):
        names = [e for e in tree.children(folder).values() if not is_junk(e.name)]
        if len(names) != 1 or names[0].kind != "folder" or stops(names[0].name):
            break
        folder = f"{folder}/{names[0].name}" if folder else names[0].name
    return Part(tree, folder) if folder else tree


def read_file(path: str, limit: int) -> bytes:
    """The bytes of an ordinary file on disk, of no link, pipe or device."""
    flags = os.O_RDONLY | sum(getattr(os, f, 0) for f in ("O_NOFOLLOW", "O_NONBLOCK", "O_CLOEXEC", "O_BINARY"))
    where = shown(os.path.basename(path))
    try:
        descriptor = os.open(path, flags)
        with open(descriptor, "rb") as file:
            if not stat.S_ISREG(os.fstat(descriptor).st_mode):
                raise _no_file(where)
            return _within(file.read(limit + 1), limit, where)
    except OSError as error:
        raise _no_file(where) if os.path.islink(path) else _unreadable(path, error) from None


def _named(name: str, entries: dict[str, Entry], where: str) -> Entry:
    if name not in entries:
        raise SubmissionProblem(f"{where} is no longer there.", f"{where} 已不存在。")
    return entries[name]


def _within(data: bytes, limit: int, where: str) -> bytes:
    if len(data) > limit:
        size = f"{limit / MB:.3g} MB"
        raise SubmissionProblem(
            f"{where} is larger than {size}: leave pictures and data out of what you hand in.",
            f"{where} 超过 {size}：提交时请去掉图片和数据。",
        )
    return data


def _no_file(where: str) -> SubmissionProblem:
    return SubmissionProblem(
        f"{where} is not an ordinary file (a link, pipe or device): hand in the file itself.",
        f"{where} 不是普通文件（而是链接、管道或设备）：请提交文件本身。",
    )


def _unreadable(path: str, error: OSError) -> SubmissionProblem:
    where, why = shown(os.path.basename(path)), error.strerror or type(error).__name__
    return SubmissionProblem(
        f"{where} cannot be read ({why}): check its permissions, or ask for it again.",
        f"无法读取 {where}（{why}）：请检查权限，或请学生重新提交。",
    )


def _require_regular(path: str) -> None:
    if not stat.S_ISREG(os.stat(path).st_mode):  # opening a pipe would wait for ever
        raise _no_file(shown(os.path.basename(path)))


def _check_directory(file: str | io.BytesIO, label: str) -> None:
    """Refuse a list of names that would fill the memory, by asking what zipfile itself is about to read."""
    if isinstance(file, str):
        with open(file, "rb") as source:
            end = _zipfile._EndRecData(source)
    else:
        end = _zipfile._EndRecData(file)
    limit = MAX_DIRECTORY_BYTES if isinstance(file, str) else MAX_ENTRIES * 300
    if end and end[_zipfile._ECD_SIZE] > limit:
        raise too_many(label)


def too_many(label: str | Text, limit: int = MAX_ENTRIES) -> SubmissionProblem:
    """The problem of a submission with far too many files."""
    what = as_text(label)
    return SubmissionProblem(
        f"{what.en} holds more than {limit:,} files: hand in your own files only.",
        f"{what.zh} 含有超过 {limit:,} 个文件：请只提交自己写的文件。",
    )


def _kind(entry: os.DirEntry[str]) -> str:
    if entry.is_symlink():
        return "link"
    if entry.is_dir(follow_symlinks=False):
        return "folder"
    return "file" if entry.is_file(follow_symlinks=False) else "other"


def _kind_of(mode: int) -> str:
    kinds = {stat.S_IFLNK: "link", stat.S_IFDIR: "folder", stat.S_IFREG: "file", 0: "file"}
    return kinds.get(stat.S_IFMT(mode), "other")


def _has_backslashes_for_slashes(infos: list[zipfile.ZipInfo]) -> bool:
    """Whether a zip separates by `\\`, as some Windows tools do; elsewhere that is a letter like others.

    One file that a student calls so must not change how the files of a whole class are read.
    """
    names = [info.orig_filename for info in infos]
    return not any("/" in name for name in names) and 2 * sum("\\" in name for name in names) > len(names)


def _member_name(info: zipfile.ZipInfo, windows: bool) -> str:
    name = info.orig_filename  # `filename` is cut at the first NUL
    if not info.flag_bits & 0x800 and not name.isascii():  # zipfile took it for cp437: Chinese Windows means GBK
        name = _text(name.encode("cp437", "replace")) or name
    return name.replace("\\", "/") if windows else name


def _text(raw: bytes) -> str | None:
    for encoding in ("utf-8", "gb18030"):
        try:
            return raw.decode(encoding)
        except UnicodeDecodeError:
            continue
    return None
