"""Bound what a process may use by resource limits; memory counts from what it already has."""

import math
import resource
import sys

from autograder.sandbox.job import MAX_THREADS

MB = 1 << 20
SLACK_MB = 1024  # address space that libraries reserve and never touch
MAX_FILE, MAX_DESCRIPTORS = 32 * MB, 256


def limit(cpu_seconds: float, memory_mb: int, device: str) -> None:
    """Set the limits for good: no student code can raise them again."""
    seconds = max(1, math.ceil(cpu_seconds))
    bound("CPU", seconds, seconds + 1)  # the soft one says by its own signal what struck
    bound("FSIZE", MAX_FILE)
    bound("NOFILE", MAX_DESCRIPTORS)
    for unused in ("CORE", "MEMLOCK", "MSGQUEUE"):
        if hasattr(resource, f"RLIMIT_{unused}"):
            bound(unused, 0)
    if sys.platform == "linux":
        size, data = memory()
        bound("DATA", data + memory_mb * MB)
        if device == "cpu":  # CUDA reserves far more addresses than memory
            bound("AS", size + (memory_mb + SLACK_MB) * MB)


def limit_threads() -> None:
    """Only where the limit counts this worker alone; elsewhere it would count all processes of the user."""
    bound("NPROC", MAX_THREADS)


def bound(name: str, soft: int, hard: int | None = None) -> None:
    """Set a limit, or keep the one we came with where that is lower."""
    kind = getattr(resource, f"RLIMIT_{name}")
    ceiling = resource.getrlimit(kind)[1]
    wanted = [soft, soft if hard is None else hard]
    if ceiling != resource.RLIM_INFINITY:
        wanted = [min(value, ceiling) for value in wanted]
    resource.setrlimit(kind, tuple(wanted))


def memory() -> tuple[int, int]:
    """Bytes of address space and of data that this process has, or what torch takes where /proc is closed."""
    page = resource.getpagesize()
    try:
        with open("/proc/self/statm") as file:
            fields = file.read().split()
        return int(fields[0]) * page, int(fields[5]) * page
    except OSError:
        return 1024 * MB, 512 * MB
