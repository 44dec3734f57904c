"""What a hostile worker would try first; run under the real lock, as a student's module is, to see what it observes."""

import ctypes
import errno
import os
import socket
from collections.abc import Callable
from typing import Any


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
    return found


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
