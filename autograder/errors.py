"""The tree of errors: each is one sentence in two languages that names the file and the cure; the command ends with 2.

What is no `KitError` is a fault of ours and shown as one. The base lives in `selfcheck`, which students have too.
"""

import contextlib
import errno
import sqlite3
from collections.abc import Iterator
from pathlib import Path

from autograder.selfcheck.errors import AssignmentError, KitError

__all__ = ["AssignmentError", "KitError"]


class CourseError(KitError):
    """The course on disk cannot be used."""


class StubError(CourseError):
    """A solution that cannot be turned into a stub; names the file, the line and the way out."""


class ReleaseError(KitError):
    """The student version cannot be written there."""


class ScaffoldError(KitError):
    """The assignment cannot be made under this name."""


class PathProblem(KitError):
    """A path on the command line that cannot be graded: nothing is begun."""


class SubmissionProblem(KitError):
    """One submission that cannot be read: costs that submission alone."""


class BatchError(KitError):
    """The command cannot be carried out as given; nothing was graded."""


class DeviceMissing(KitError):
    """`--device cuda` on a machine without one."""


class GradebookError(KitError):
    """The gradebook cannot be opened, read or written."""


class HeldByAnother(KitError):
    """Another command works in this folder of results."""


class SandboxError(KitError):
    """The sandbox itself is broken: no student's fault."""


class TierRefused(KitError):
    """This machine confines less than was required; nothing has been graded."""


class DiskError(KitError):
    """A file or folder of ours that the system will not let us read or write."""


_CURES = {
    errno.ENOSPC: ("make room on the disk, then run the same command again", "请清理磁盘空间后再次运行同一条命令"),
    errno.EROFS: ("choose a folder that can be written to", "请换一个可写的文件夹"),
    errno.EACCES: ("check its permissions, or choose another folder", "请检查权限，或换一个文件夹"),
    errno.EPERM: ("check its permissions, or choose another folder", "请检查权限，或换一个文件夹"),
    errno.ENOTDIR: ("a part of this path is a file: choose another folder", "路径中有一段是文件：请换一个文件夹"),
    errno.EEXIST: ("there is a file of this name: choose another folder", "已有同名文件：请换一个文件夹"),
    errno.EISDIR: ("this is a folder: give a file", "这是一个文件夹：请给出文件"),
}


@contextlib.contextmanager
def reported(path: str | Path) -> Iterator[None]:
    """Turn what disk, SQLite or an encoding raises about `path` into a `KitError` that names it and the cure."""
    try:
        yield
    except OSError as error:
        raise disk_error(error, path) from error
    except sqlite3.Error as error:
        raise sqlite_error(error, path) from error
    except UnicodeError as error:
        raise DiskError(
            f"{path} is not UTF-8 text ({error}): save it as UTF-8",
            f"{path} 不是 UTF-8 文本（{error}）：请另存为 UTF-8",
        ) from error


def sqlite_error(error: sqlite3.Error, path: str | Path) -> GradebookError:
    """The sentence for what SQLite raises."""
    if "locked" in str(error) or "busy" in str(error):
        return GradebookError(
            f"{path} is being used by another program: wait until it is done, or close it, and run the command again",
            f"{path} 正被其他程序使用：请等它结束或将其关闭，然后再运行一次",
        )
    return GradebookError(
        f"{path} cannot be used ({error}): make sure that its disk has room and can be written to",
        f"无法使用 {path}（{error}）：请检查磁盘空间和写权限",
    )


def disk_error(error: OSError, path: str | Path | None = None) -> DiskError:
    """The sentence for an `OSError`."""
    where, why = error.filename or path or "stdout", error.strerror or type(error).__name__
    en, zh = _CURES.get(
        error.errno or 0, ("look at this file or folder, then run the command again", "请检查该文件或文件夹后重试")
    )
    return DiskError(f"{where}: {why}; {en}", f"{where}：{why}；{zh}")
