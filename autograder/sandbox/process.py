"""What the ways to start a worker have in common: a child with a data socket, its output, and how it ended."""

import os
import socket
from typing import Any, Protocol

from msgspec import Struct

from autograder.sandbox.job import Limits
from autograder.sandbox.lock.lockdown import JailReport


def data_sockets() -> tuple[socket.socket, socket.socket]:
    """Both ends of a worker's wire, with room for a batch of images at once."""
    ends = socket.socketpair()
    for end in ends:
        end.setsockopt(socket.SOL_SOCKET, socket.SO_SNDBUF, 1 << 20)
    return ends


def holds_sockets(folder: str) -> bool:
    """Whether the path of a socket in a new folder below this one is short enough: Unix allows 107 bytes."""
    return len(os.fsencode(folder)) < 70


class Exit(Struct, frozen=True):
    """How a worker ended: its exit code, negative for a signal, and what it used."""

    code: int
    cpu_seconds: float = 0
    peak_mb: int = 0
    struck: str = ""  # the limit that ended it, where the zygote struck


def waited(pid: int) -> float:
    """Seconds in which a process could have run while others had its processor; 0 where the system does not tell.

    What its own other threads ran meanwhile, dead ones included, is no waiting: they are not others.
    """
    try:
        with open(f"/proc/{pid}/schedstat", "rb") as file:
            ran, waited, *_ = [int(field) / 1e9 for field in file.read().split()]  # of the first thread alone
        with open(f"/proc/{pid}/stat", "rb") as file:
            ticks = sum(map(int, file.read().rpartition(b")")[2].split()[11:13]))
    except (OSError, ValueError):
        return 0.0
    return max(0.0, waited - max(0.0, ticks / os.sysconf("SC_CLK_TCK") - ran))


class Output(Protocol):
    """The reading end of what a worker prints; `read` gives None when there is nothing yet."""

    def fileno(self) -> int: ...
    def read(self, size: int, /) -> bytes | None: ...
    def close(self) -> None: ...


class Child(Protocol):
    """A worker's process as the trusted side sees it."""

    data: socket.socket

    @property
    def output(self) -> Output: ...

    def waited(self) -> float:
        """Seconds in which it could have run while other processes had its processor."""
        ...

    def wait(self, seconds: float) -> Exit | None:
        """How it ended, or None if it still lives after `seconds`."""
        ...

    def kill(self) -> Exit | None:
        """End it with all that it started, and wait until it is gone."""
        ...


class Launcher(Protocol):
    """Starts workers; `jail` and `report` say how they are confined."""

    @property
    def jail(self) -> JailReport: ...
    @property
    def report(self) -> dict[str, Any]: ...
    def launch(self, limits: Limits) -> Child: ...
    def close(self) -> None: ...
