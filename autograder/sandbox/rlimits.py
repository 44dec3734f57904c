"""Bound what a process may use by resource limits; memory counts from what it already has."""

import math
import resource
import sys

from autograder.sandbox.job import Limits

GB = 1 << 30


def limit(limits: Limits, device: str) -> None:
    """Soft and hard limits are equal: no student code can raise them again."""
    budget = limits.memory_mb << 20
    ceilings = {"CPU": max(1, math.ceil(limits.cpu_seconds)), "FSIZE": 64 << 20, "NOFILE": 256, "CORE": 0}
    if sys.platform == "linux":
        size, data = memory()
        ceilings["DATA"] = data + budget
        if device == "cpu":  # CUDA reserves far more addresses than memory
            ceilings["AS"] = size + budget + GB
    for name, ceiling in ceilings.items():
        resource.setrlimit(getattr(resource, f"RLIMIT_{name}"), (ceiling, ceiling))


def memory() -> tuple[int, int]:
    """Bytes of address space and of data that this process has."""
    with open("/proc/self/statm") as file:
        fields = file.read().split()
    page = resource.getpagesize()
    return int(fields[0]) * page, int(fields[5]) * page
