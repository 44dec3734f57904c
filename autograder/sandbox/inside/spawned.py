"""A worker as a fresh interpreter: warm up, say so, serve one module."""

import os
import socket
import sys

from autograder.sandbox.inside.warm import preload_kit, warm_up
from autograder.sandbox.job import Limits

WINDOWS = sys.platform == "win32"


def limit(limits: Limits) -> None:
    """The limits that this system has."""
    if not WINDOWS:
        from autograder.sandbox.lock import rlimits

        rlimits.limit(limits.cpu_seconds, limits.memory_mb, "cpu")


def main(arguments: list[str]) -> None:
    """Warm up, say so, and serve one module."""
    connection = socket.fromshare(sys.stdin.buffer.read()) if WINDOWS else socket.socket(fileno=int(arguments[0]))
    preload_kit()
    warm_up()
    from autograder.sandbox.inside import worker

    worker.serve(connection, limit)
    os._exit(0)
