"""Count what a student's code tries beyond its own folder: files, processes, the network, native code.

Python's audit hook sees it beside the student's code, which may hide it or make it up: a hint for staff, never a proof.
What libraries do of their own accord is no attempt, nor is a file that is nowhere; whether it is somewhere, only the
trusted side can tell, so a few paths are reported as candidates.
"""

import os
import sys
from collections.abc import Iterator
from typing import Any

from autograder.sandbox.boot import kit_folder
from autograder.sandbox.job import Job
from autograder.sandbox.lock.libraries import readable
from autograder.sandbox.messages import MAX_EXAMPLES, MAX_TIMES, Kind, Tried
from autograder.sandbox.values import SHORT, pack_text

_FILES = """
    open os.listdir os.scandir os.remove os.rename os.rmdir os.link os.symlink os.chmod os.chown os.utime os.truncate
    os.setxattr os.chdir sqlite3.connect
"""
_PROCESSES = """
    os.fork os.forkpty os.exec os.posix_spawn os.spawn os.system os.startfile subprocess.Popen pty.spawn os.kill
    os.killpg resource.prlimit
"""
_NETWORK = "socket.__new__ socket.getaddrinfo socket.gethostbyname socket.gethostbyaddr"
_EVENTS: dict[Kind, str] = {"file": _FILES, "process": _PROCESSES, "network": _NETWORK, "native": "ctypes.dlopen"}
KINDS: dict[str, Kind] = {event: kind for kind, events in _EVENTS.items() for event in events.split()}

# Modules that look around by themselves; what they were called for is not what they open or start.
INNOCENT = (
    "importlib", "_frozen_importlib", "autograder", "platform", "mimetypes", "ctypes.util", "uuid", "tempfile",
    "linecache", "traceback", "inspect", "zoneinfo", "torch._", "torch.utils", "torch.hub", "torch.cuda",
    "torch.backends", "triton", "pynvml", "matplotlib", "encodings",
)  # fmt: skip
REFUSALS = "autograder.sandbox.inside.shims"  # answers attempts in words, and is asked by whoever made them
EVERYBODYS = ("cpuinfo", "meminfo", "stat", "statm", "status", "version", "loadavg", "cgroup", "mounts")  # in /proc
NOBODYS = ("/", "/dev/null", "/dev/zero", "/dev/random", "/dev/urandom", "/dev/stdin", "/dev/stdout", "/dev/stderr")
OF_TWO_PATHS, OF_A_PROCESS = ("os.rename", "os.link", "os.symlink"), ("os.kill", "os.killpg", "resource.prlimit")
LIBRARIES = tuple(
    f"{place(path)}{os.sep}" for path in readable(kit_folder()) for place in (os.path.abspath, os.path.realpath)
)


class Watch:
    """The attempts of this process, by kind; bounded, whatever comes."""

    def __init__(self) -> None:
        self.labels: set[str] = set()  # the file names of the student's own code
        self.times: dict[Kind, int] = dict.fromkeys(_EVENTS, 0)
        self.examples: dict[Kind, dict[str, None]] = {kind: {} for kind in _EVENTS}
        self.told = 0

    def start(self, job: Job) -> None:
        """From now on, for good: a hook cannot be taken away."""
        self.labels = {cell.label for source in job.sources.values() for cell in source.cells}
        sys.addaudithook(self.see)

    def see(self, event: str, args: tuple) -> None:
        """The hook: quick for the thousands of events that are of no interest, and never in the student's way."""
        kind = KINDS.get(event)
        if kind is None:
            return
        try:
            reached = _beyond(event, args)
            if reached and self.is_students(sys._getframe(1)):
                self.note(kind, reached)
        except Exception:
            pass

    def is_students(self, frame: Any) -> bool:
        """Whether it was the student's code that asked, and not a library by itself."""
        while frame is not None:
            if frame.f_code.co_filename in self.labels:
                return True
            name = str(frame.f_globals.get("__name__"))
            if name != REFUSALS and (name.startswith(INNOCENT) or frame.f_code.co_name == "socketpair"):
                return False
            frame = frame.f_back
        return True  # a thread's own

    def note(self, kind: Kind, reached: list[str]) -> None:
        self.times[kind] = min(self.times[kind] + 1, MAX_TIMES)
        for example in reached:
            if len(self.examples[kind]) < MAX_EXAMPLES:
                self.examples[kind][pack_text(example)[:SHORT]] = None

    def news(self) -> list[Tried]:
        """All attempts, if there are more than when last asked."""
        if (now := sum(self.times.values())) == self.told:
            return []
        self.told = now
        return list(self.report())

    def report(self) -> Iterator[Tried]:
        for kind, times in self.times.items():
            if times:
                yield Tried(kind, times, tuple(self.examples[kind]))


def _beyond(event: str, args: tuple) -> list[str]:
    """What an attempt reached for, "" for what has no name; nothing where it is no attempt."""
    if KINDS[event] == "file":
        paths = [_outside(path) for path in args[: 2 if event in OF_TWO_PATHS else 1]]
        return [path for path in paths if path]
    if event in OF_A_PROCESS:
        return [""] if args[0] not in (0, os.getpid()) else []
    name = args[0] if args and event != "socket.__new__" else ""
    name = name[0] if isinstance(name, list | tuple) and name else name
    return [os.fsdecode(name) if isinstance(name, str | bytes | os.PathLike) else ""]


def _outside(path: Any) -> str | None:
    """The absolute path, where it is neither the worker's own nor a library's nor a fact for everybody."""
    if not isinstance(path, str | bytes | os.PathLike):
        return None  # a descriptor, or the working folder
    full = os.path.abspath(os.fsdecode(path))
    folder, name = os.path.split(full)
    known = full in NOBODYS or (folder in ("/proc", "/proc/self") and name in EVERYBODYS)
    return None if known or f"{full}{os.sep}".startswith((*LIBRARIES, _own())) else full


def _own() -> str:
    """The worker's folder; one that has none may write nowhere, and none is its own."""
    folder = os.environ.get("TMPDIR", "/")
    return f"{folder.rstrip(os.sep)}{os.sep}" if folder != "/" else "\0"
