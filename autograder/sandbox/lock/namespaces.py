"""A root of its own for the zygote and a private /tmp for each worker: mount, user, pid, network, IPC namespaces."""

import os
import stat
import struct
from collections.abc import Iterable

from autograder.sandbox.lock.syscalls import call

NEWNS, NEWUTS, NEWIPC, NEWUSER, NEWPID, NEWNET = 0x20000, 0x4000000, 0x8000000, 0x10000000, 0x20000000, 0x40000000
AT_FDCWD, AT_EMPTY_PATH, AT_RECURSIVE, CLOEXEC = -100, 0x1000, 0x8000, 0x80000
OPEN_TREE_CLONE, MOVE_FROM_FD = 1, 4
RDONLY, NOSUID, NODEV, NOEXEC = 1, 2, 4, 8
PRIVATE, RECURSIVE, DETACH = 1 << 18, 1 << 14, 2

DEVICES = ("/dev/null", "/dev/zero", "/dev/urandom", "/dev/random")
BASE = "/tmp"  # the new root is mounted here; what it covers was cloned before
OWN_FOLDER = "/tmp"  # a worker's folder, seen from inside
OWN_BYTES, OWN_FILES = 64 << 20, 1024
FIRST_WORKER_UID, WORKER_UIDS = 200_000, 64


def worker_uids() -> int:
    """The first of the user ids that are this zygote's alone: threads and more are counted by user, on all cores."""
    return FIRST_WORKER_UID + WORKER_UIDS * os.getpid()


def enter_user_namespace(first: int) -> bool:
    """Become root of a new user namespace; say whether the workers' own uids, from `first` on, exist in it."""
    uid, gid = os.getuid(), os.getgid()
    if uid == 0 and _mapped_by_a_helper(gid, first):
        return True
    if uid != 0:
        call("unshare", NEWUSER)
    _write("/proc/self/setgroups", "deny")
    _write("/proc/self/uid_map", f"0 {uid} 1\n")
    _write("/proc/self/gid_map", f"0 {gid} 1\n")
    return False


def _mapped_by_a_helper(gid: int, first: int) -> bool:
    """As root: unshare, and let a child left outside map the workers' uids too, for only it still may."""
    us, reader, writer = os.getpid(), *os.pipe()
    helper = os.fork()
    if not helper:
        os.close(writer)
        os.read(reader, 1)
        own = f"{first} {first} {WORKER_UIDS}\n"
        try:
            _write(f"/proc/{us}/uid_map", f"0 0 1\n{own}")
            _write(f"/proc/{us}/gid_map", f"0 {gid} 1\n{own}")
        except OSError:
            os._exit(1)
        os._exit(0)
    try:
        call("unshare", NEWUSER)
    finally:
        os.close(writer)
        os.close(reader)
        _, status = os.waitpid(helper, 0)
    return status == 0


def _write(path: str, text: str) -> None:
    """Write in one go, as the kernel wants a map."""
    fd = os.open(path, os.O_WRONLY)
    try:
        os.write(fd, text.encode())
    finally:
        os.close(fd)


def enter_others() -> None:
    """Leave the machine's mounts, IPC, host name and network; the next fork is process 1 of a new pid namespace."""
    call("unshare", NEWNS | NEWIPC | NEWUTS | NEWNET | NEWPID)
    call("mount", "none", "/", 0, PRIVATE | RECURSIVE, 0)


def pivot(folders: Iterable[str], devices: Iterable[str] = DEVICES) -> bool:
    """Make a root that holds `folders` read-only, `devices`, and nothing else; say whether it has a /proc."""
    trees = [(path, _clone(path, RDONLY | NOSUID | NODEV)) for path in _outermost(folders)]
    trees += [(path, _clone(path, RDONLY | NOSUID | NOEXEC)) for path in devices if os.path.exists(path)]
    call("mount", "root", BASE, "tmpfs", NOSUID | NODEV, "size=1m,mode=0755")
    for folder in ("/proc", OWN_FOLDER):
        os.makedirs(BASE + folder)
    for path, tree in trees:
        _place(path, tree)
    has_proc = _mount_proc()
    os.chdir(BASE)
    call("pivot_root", ".", ".")
    call("umount2", ".", DETACH)
    os.chdir("/")
    _restrict(AT_FDCWD, "/", RDONLY | NOSUID | NODEV, 0)
    return has_proc


def _outermost(folders: Iterable[str]) -> list[str]:
    """Each path as written and as resolved, without those below another."""
    there = [path for path in folders if os.path.exists(path)]
    wanted = {*map(os.path.abspath, there), *map(os.path.realpath, there)}
    return sorted(path for path in wanted if not any(path.startswith(other + "/") for other in wanted))


def _clone(path: str, flags: int) -> int:
    """A detached copy of the mount at `path`, restricted by `flags`."""
    tree = call("open_tree", AT_FDCWD, path, OPEN_TREE_CLONE | CLOEXEC | AT_RECURSIVE)
    _restrict(tree, "", flags, AT_EMPTY_PATH | AT_RECURSIVE)
    return tree


def _restrict(fd: int, path: str, flags: int, how: int) -> None:
    wanted = struct.pack("=QQQQ", flags, 0, 0, 0)
    call("mount_setattr", fd, path, how, wanted, len(wanted))


def _place(path: str, tree: int) -> None:
    target = BASE + path
    if stat.S_ISDIR(os.fstat(tree).st_mode):
        os.makedirs(target, exist_ok=True)
    else:
        os.makedirs(os.path.dirname(target), exist_ok=True)
        with open(target, "x"):
            pass
    call("move_mount", tree, "", AT_FDCWD, target, MOVE_FROM_FD)
    os.close(tree)


def _mount_proc() -> bool:
    """The zygote counts its threads and its workers' memory there; a container that masks /proc refuses."""
    try:
        call("mount", "proc", BASE + "/proc", "proc", NOSUID | NODEV | NOEXEC, 0)
        return True
    except OSError:
        return False


def private_folder(uid: int, gid: int, *, hide_proc: bool) -> None:
    """Give the calling worker mounts of its own: an empty, small /tmp and no /proc; both go when it ends."""
    call("unshare", NEWNS)
    options = f"size={OWN_BYTES},nr_inodes={OWN_FILES},mode=0700,uid={uid},gid={gid}"
    call("mount", "own", OWN_FOLDER, "tmpfs", NOSUID | NODEV, options)
    if hide_proc:
        call("umount2", "/proc", DETACH)


def count_threads_apart() -> None:
    """Enter one more user namespace, where the limit on processes counts this worker alone."""
    call("unshare", NEWUSER)
