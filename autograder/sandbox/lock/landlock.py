"""Landlock by system call: which folders a worker may read, which it may write, and no way to reach another process."""

import ctypes
import os
import stat
from collections.abc import Iterable

from autograder.sandbox.lock import syscalls

EXECUTE, WRITE_FILE, READ_FILE, READ_DIR, REMOVE_DIR, REMOVE_FILE = (1 << bit for bit in range(6))
MAKE_CHAR, MAKE_DIR, MAKE_REG, MAKE_SOCK, MAKE_FIFO, MAKE_BLOCK, MAKE_SYM = (1 << bit for bit in range(6, 13))
REFER, TRUNCATE, IOCTL_DEV = 1 << 13, 1 << 14, 1 << 15

READ = READ_FILE | READ_DIR  # a .so needs no EXECUTE: mapping it is no Landlock event
OWN = READ | WRITE_FILE | REMOVE_DIR | REMOVE_FILE | MAKE_DIR | MAKE_REG | MAKE_SYM | REFER | TRUNCATE
DEVICE = READ_FILE | WRITE_FILE | TRUNCATE | IOCTL_DEV
OF_A_FILE = EXECUTE | WRITE_FILE | READ_FILE | TRUNCATE | IOCTL_DEV  # a rule on a file may hold only these

# What each version of the kernel's Landlock added: a bit it does not know would make the whole call fail.
FILE_RIGHTS = {1: (1 << 13) - 1, 2: REFER, 3: TRUNCATE, 5: IOCTL_DEV, 9: 1 << 16}  # 9: to look up a socket by path
NET_RIGHTS = {4: 0b11, 10: 0b1100}  # bind and connect of TCP, then of UDP
SCOPES = {6: 0b11}  # abstract sockets and signals
FLAGS = {7: 1 << 0, 8: 1 << 3}  # denials fill no log of the machine's; every thread is bound, not only the caller
RULE_PATH_BENEATH = 1


class _Ruleset(ctypes.Structure):
    _fields_ = [("fs", ctypes.c_uint64), ("net", ctypes.c_uint64), ("scoped", ctypes.c_uint64)]


class _PathBeneath(ctypes.Structure):
    _pack_ = 1
    _fields_ = [("access", ctypes.c_uint64), ("fd", ctypes.c_int32)]


def abi() -> int:
    """The kernel's Landlock version; 0 where it has none or refuses."""
    if not syscalls.known():
        return 0
    try:
        return syscalls.call("landlock_create_ruleset", 0, 0, 1)
    except OSError:
        return 0


def _known(added: dict[int, int], version: int) -> int:
    """The bits that both this kernel and this kit know."""
    return sum(bits for since, bits in added.items() if since <= version)


def _ruleset(version: int) -> int:
    """A ruleset that governs all this kernel can govern: files, TCP and UDP, signals and sockets of others."""
    rules = _Ruleset(*(_known(added, version) for added in (FILE_RIGHTS, NET_RIGHTS, SCOPES)))
    size = 24 if version >= 6 else 16 if version >= 4 else 8
    return syscalls.call("landlock_create_ruleset", ctypes.byref(rules), size, 0)


def _allow(ruleset: int, path: str, access: int) -> None:
    """Grant `access` below `path`; a path that is not there is simply not granted."""
    try:
        fd = os.open(path, os.O_PATH | os.O_CLOEXEC)
    except (FileNotFoundError, NotADirectoryError, PermissionError):
        return
    try:
        if not stat.S_ISDIR(os.fstat(fd).st_mode):
            access &= OF_A_FILE
        rule = _PathBeneath(access, fd)
        syscalls.call("landlock_add_rule", ruleset, RULE_PATH_BENEATH, ctypes.byref(rule), 0)
    finally:
        os.close(fd)


def enforce(grants: Iterable[tuple[str, int]]) -> int:
    """Bind the calling thread to `grants`; it needs no_new_privs. Return the version that holds it, 0 for none."""
    version = abi()
    if not version:
        return 0
    ruleset = _ruleset(version)
    for path, access in grants:
        _allow(ruleset, path, access & _known(FILE_RIGHTS, version))
    try:
        syscalls.call("landlock_restrict_self", ruleset, _known(FLAGS, version))
    finally:
        os.close(ruleset)
    return version
