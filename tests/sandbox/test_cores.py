"""Graders take different cores, and one that ends leaves its core to the next."""

import subprocess
import sys

import pytest

from autograder.sandbox.cores import allowed, cores

TAKER = """
import os, sys
from autograder.sandbox.cores import stay_on, take_core
core = take_core()
stay_on(core)
print(core, sorted(os.sched_getaffinity(0)), flush=True)
sys.stdin.read()
"""

pytestmark = pytest.mark.skipif(sys.platform != "linux", reason="only Linux lets a process choose its core")


def taker() -> tuple[subprocess.Popen, str]:
    process = subprocess.Popen([sys.executable, "-c", TAKER], stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True)
    return process, process.stdout.readline().strip()


def test_no_two_graders_share_a_core_and_the_last_goes_without():
    started = [taker() for _ in range(cores() + 1)]
    try:
        said = [line for _, line in started]
        free = [line for line in said if not line.startswith("None")]
        assert len(set(free)) == len(free) < len(said)
        assert all(line == f"{line.split()[0]} [{line.split()[0]}]" for line in free)
        assert said[-1] == f"None {allowed()}"
    finally:
        for process, _ in started:
            process.communicate()


def test_a_core_is_free_again_when_its_grader_was_killed():
    first, said = taker()
    first.kill()
    first.communicate()
    second, again = taker()
    second.communicate()
    assert said == again
