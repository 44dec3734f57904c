"""One core for each grading process: it and its worker take turns, and a question then costs half as much."""

import os
import socket
import sys

_claims: list[socket.socket] = []  # held as long as this process lives


def allowed() -> list[int]:
    """The processors that this process may use; none where the system does not tell."""
    return sorted(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else []


def cores() -> int:
    """How many they are."""
    return len(allowed()) or os.cpu_count() or 1


def take_core() -> int | None:
    """The first processor that no other grader of this machine has taken, if there is one.

    A name that only one socket can have stands for each: Linux frees it when its owner ends, however it ends.
    """
    for number in allowed() if sys.platform == "linux" else ():
        claim = socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM)
        try:
            claim.bind(f"\0autograder-core-{number}")
        except OSError:
            claim.close()
        else:
            _claims.append(claim)
            return number
    return None


def stay_on(core: int | None) -> None:
    """Keep the calling thread, and what it starts from now on, on this core."""
    if core is not None:
        os.sched_setaffinity(0, {core})
