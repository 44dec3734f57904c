"""Two workers that live at once and work together try to pass a bit: none arrives, in any tier that this machine has.

What time tells, and what `restricted` shows of a path or a process (`stat`), is left aside: docs/confinement.md.
"""

import json
import subprocess
import sys
from pathlib import Path

import pytest

from autograder.sandbox.lock import syscalls

HERE = Path(__file__).parent
COURIER = HERE / "courier.py"
CAGE = (sys.executable, str(HERE.parent / "cage.py"))
pytestmark = pytest.mark.skipif(not syscalls.known(), reason="the lock is for Linux on x86_64 and aarch64")


def passed(at_most: str, command: tuple[str, ...] = (sys.executable,)) -> tuple[str, dict[str, list[str]]]:
    """The tier, and for each channel over which a bit arrived what was heard without it and with it."""
    kit = str(HERE.parents[1])
    run = subprocess.run([*command, str(COURIER), kit, at_most], capture_output=True, text=True, timeout=240)
    assert run.returncode == 0, run.stderr
    answer = json.loads(run.stdout)
    return answer["tier"], {channel: heard for channel, heard in answer["heard"].items() if len(set(heard)) > 1}


@pytest.mark.parametrize(
    ("tier", "command"),
    [
        ("isolated", (sys.executable,)),
        ("restricted", (sys.executable,)),
        pytest.param("restricted", (*CAGE, sys.executable), id="restricted-cage"),
    ],
)
def test_no_bit_passes(tier, command):
    found, bits = passed(tier, command)
    if found != tier:
        pytest.skip(f"this machine offers {found}")
    assert not bits


def test_without_a_lock_the_bits_would_be_heard():
    _, bits = passed("process")
    assert {"flock", "posix lock", "abstract socket", "shared memory", "sleepers on a page"} <= set(bits)
