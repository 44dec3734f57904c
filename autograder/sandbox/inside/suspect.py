"""What a hostile worker would try first; run under the real lock, as a student's module is, to see what it observes."""

import ctypes
import errno
import os
import socket
import struct
from collections.abc import Callable
from typing import Any

from autograder.sandbox.lock.syscalls import NUMBERS, call

SHARED = os.__file__  # a file that every worker may read


def outcome(attempt: Callable[..., object], *args: Any) -> str:
    """ "allowed", or the name of the error that met the attempt."""
    try:
        attempt(*args)
    except OSError as refusal:
        return errno.errorcode.get(refusal.errno or 0, str(refusal.errno))
    except Exception as trouble:
        return type(trouble).__name__
    return "allowed"


def myself() -> dict[str, Any]:
    """What a sibling would need to find this worker; it leaves a file in its folder, if it has one."""
    folder = os.environ.get("TMPDIR", "")
    left = os.path.join(folder, "left-by-a-sibling")
    if outcome(write, left) != "allowed":
        left = ""
    return {"pid": os.getpid(), "file": left}


def attempts(facts: dict[str, Any]) -> dict[str, str]:
    """Try everything; `facts` says where the secrets, the grader and the sibling are."""
    found = {}
    for what, path in facts["secrets"]:
        found[f"read {what}"] = outcome(read, path)
        found[f"see {what}"] = outcome(os.stat, path)
    for what, path in facts["folders"]:
        found[f"list {what}"] = outcome(os.listdir, path)
    found["write beside a secret"] = outcome(write, facts["target"] + ".new")
    found["write to a secret"] = outcome(append, facts["target"])
    found["change the dates of a secret"] = outcome(os.utime, facts["target"])
    found["change the mode of a secret"] = outcome(os.chmod, facts["target"], 0o644)
    for what in ("grader", "sibling", "zygote"):
        process = facts.get(what) or os.getppid()
        found[f"signal the {what}"] = outcome(os.kill, process, 0)
        found[f"read the memory of the {what}"] = outcome(read, f"/proc/{process}/mem")
        found[f"read the environment of the {what}"] = outcome(read, f"/proc/{process}/environ")
        found[f"list the descriptors of the {what}"] = outcome(os.listdir, f"/proc/{process}/fd")
        found[f"see the {what}"] = outcome(os.stat, f"/proc/{process}")
        found[f"limit the {what}"] = outcome(prlimit, process)
        found[f"ask after the {what}"] = outcome(ask_after, process)
    found["signal everyone"] = outcome(os.kill, -1, 0)
    if facts["sibling_file"]:
        found["read a sibling's file"] = outcome(read, facts["sibling_file"])
    found["connect over loopback"] = outcome(connect, socket.AF_INET, ("127.0.0.1", facts["port"]))
    found["connect to an abstract socket"] = outcome(connect, socket.AF_UNIX, "\0" + facts["abstract"])
    found["connect to a socket file"] = outcome(connect, socket.AF_UNIX, facts["socket"])
    found["open a datagram socket"] = outcome(socket.socket, socket.AF_INET, socket.SOCK_DGRAM)
    found["start a process"] = outcome(fork)
    found["keep a descriptor of the grader"] = outcome(foreign_descriptor)
    found["make a file in memory"] = outcome(memory_file)
    found["make a namespace"] = outcome(unshare)
    return found | {f"tell a sibling by {what}": outcome(attempt) for what, attempt in channels().items()}


def channels() -> dict[str, Callable[[], object]]:
    """Ways in which two workers at once could talk; those that need a partner are begun, for then one will be found."""
    import fcntl

    lock = struct.pack("=hhqqi4x", fcntl.F_RDLCK, 0, 0, 0, 0)

    def on_shared(ask: Callable[..., object], *words: Any) -> Callable[[], object]:
        def attempt() -> None:
            with open(SHARED) as file:
                ask(file, *words)

        return attempt

    return {
        "a lock": on_shared(fcntl.flock, fcntl.LOCK_SH | fcntl.LOCK_NB),
        "a lock of bytes": on_shared(fcntl.fcntl, fcntl.F_SETLK, lock),
        "asking for locks": on_shared(fcntl.fcntl, fcntl.F_GETLK, lock),
        "a lock of an open file": on_shared(fcntl.fcntl, 37, lock),  # F_OFD_SETLK
        "a lease": on_shared(fcntl.fcntl, fcntl.F_SETLEASE, fcntl.F_RDLCK),
        "a watch on a folder": watch,
        "inotify": lambda: os.close(call("inotify_init1", 0)),
        "fanotify": lambda: os.close(call("fanotify_init", 0, 0)),
        "a key": lambda: call("keyctl", 0, -3, 0, 0, 0),  # KEYCTL_GET_KEYRING_ID of the session
        "shared memory": lambda: call("shmget", 0, 4096, 0o600),  # private, and gone with the jail
        "a queue": lambda: call("msgget", 0, 0o600),
        "a semaphore": lambda: call("semget", 0, 1, 0o600),
        "a named queue": lambda: os.close(call("mq_open", "autograder-suspect", os.O_CREAT | os.O_RDONLY, 0o600, 0)),
        "a sleeper on a shared page": wake,
        "an address": lambda: socket.socket(socket.AF_UNIX).bind("\0autograder-suspect"),
        "an address of virtual machines": lambda: socket.socket(getattr(socket, "AF_VSOCK", 40)).close(),
    }


def state() -> dict[str, Any]:
    """What limits and capabilities the worker has, in its own eyes."""
    import resource

    names = ("AS", "DATA", "CPU", "NPROC")
    limits = {name: resource.getrlimit(getattr(resource, "RLIMIT_" + name))[0] for name in names}
    folder = os.environ.get("TMPDIR", "")
    room = -1
    if folder and outcome(os.listdir, folder) == "allowed":
        described = os.statvfs(folder)
        room = described.f_blocks * described.f_frsize
    return {"limits": limits, "room": room, "environment": sorted(os.environ), "uid": os.getuid()}


def read(path: str) -> bytes | None:
    with open(path, "rb", buffering=0) as file:
        return file.read(1)


def write(path: str) -> None:
    with open(path, "x") as file:
        file.write("x")


def append(path: str) -> None:
    os.close(os.open(path, os.O_WRONLY | os.O_APPEND))


def prlimit(process: int) -> None:
    """Set the limit of another on core files to what it is; harmless where it is allowed."""
    import resource

    resource.prlimit(process, resource.RLIMIT_CORE, resource.prlimit(process, resource.RLIMIT_CORE))


def ask_after(process: int) -> None:
    """By any call that tells whether there is such a process."""
    told = [outcome(ask, process) for ask in (os.getpgid, os.getsid, os.sched_getaffinity, os.sched_getscheduler)]
    told.append(outcome(os.getpriority, os.PRIO_PROCESS, process))
    if all(each in ("EPERM", "ENOSYS", "ESRCH") for each in told):
        raise OSError(errno.EPERM, "nothing is told")


def watch() -> None:
    import fcntl

    folder = os.open(os.path.dirname(SHARED), os.O_RDONLY)
    try:
        fcntl.fcntl(folder, fcntl.F_NOTIFY, fcntl.DN_ACCESS)
    finally:
        os.close(folder)


def wake() -> None:
    """Wake whoever sleeps on a page of a library, which is one page for everybody."""
    libc = ctypes.CDLL(None, use_errno=True)
    libc.mmap.restype = ctypes.c_void_p
    with open(SHARED, "rb") as file:
        page = libc.mmap(None, ctypes.c_size_t(4096), 1, 1, file.fileno(), ctypes.c_long(0))
    if libc.syscall(NUMBERS["futex"], ctypes.c_void_p(page), 1, 1) < 0:
        raise OSError(ctypes.get_errno(), "futex")


def connect(family: int, address: Any) -> None:
    with socket.socket(family) as line:
        line.settimeout(1)
        line.connect(address)


def fork() -> None:
    child = os.fork()
    if child == 0:
        os._exit(0)
    os.waitpid(child, 0)


def foreign_descriptor() -> None:
    """Whether anything but the standard streams and the worker's own line is open."""
    for number in range(4, 256):
        try:
            os.fstat(number)
        except OSError:
            continue
        return
    raise OSError(errno.EBADF, "nothing else is open")


def memory_file() -> None:
    os.close(os.memfd_create("probe"))


def unshare() -> None:
    if ctypes.CDLL(None, use_errno=True).unshare(0x20000) != 0:
        raise OSError(ctypes.get_errno(), "unshare")
