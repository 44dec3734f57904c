"""Run a command as in a container with Docker's default profile: no namespaces, no mounts, few capabilities.

python tests/cage.py COMMAND ARGUMENT...
"""

import ctypes
import errno
import os
import struct
import sys
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parents[1]))
from autograder.sandbox.lock import seccomp, syscalls  # noqa: E402 - the kit need not be installed to be tested

REFUSED = """
    unshare mount umount2 pivot_root setns open_tree move_mount mount_setattr keyctl add_key request_key userfaultfd bpf
    perf_event_open io_uring_setup io_uring_enter io_uring_register kcmp open_by_handle_at
""".split()
KEPT_CAPABILITIES = {
    0,
    1,
    3,
    4,
    5,
    6,
    7,
    8,
    10,
    13,
    18,
    27,
    29,
    31,
}  # moby's default set; 21, CAP_SYS_ADMIN, is not in it


def program() -> bytes:
    """What Docker's default filter refuses to a process without CAP_SYS_ADMIN."""
    refuse, missing = (seccomp._return(seccomp._refusal(error)) for error in (errno.EPERM, errno.ENOSYS))
    steps = [seccomp._instruction(seccomp.LOAD, 0)]
    for name in REFUSED:
        steps += [seccomp._instruction(seccomp.EQUAL, syscalls.NUMBERS[name], 0, 1), refuse]
    steps += [seccomp._instruction(seccomp.EQUAL, syscalls.NUMBERS["clone3"], 0, 1), missing]
    steps += [seccomp._instruction(seccomp.EQUAL, syscalls.NUMBERS["clone"], 0, 4), seccomp._argument(0)]
    steps += [seccomp._instruction(seccomp.AND, seccomp.CLONE_NAMESPACES), seccomp._instruction(seccomp.EQUAL, 0, 1, 0)]
    return b"".join([*steps, refuse, seccomp._return(seccomp.ALLOW)])


def enter() -> None:
    """Cage this process and all that it starts."""
    if os.geteuid() != 0:
        syscalls.prctl(38, 1)  # PR_SET_NO_NEW_PRIVS
        return seccomp.install(program())
    for capability in set(range(64)) - KEPT_CAPABILITIES:
        try:
            syscalls.prctl(24, capability)  # PR_CAPBSET_DROP
        except OSError:
            break
    seccomp.install(program())
    kept = sum(1 << capability for capability in KEPT_CAPABILITIES)
    header, sets = struct.pack("=Ii", 0x20080522, 0), struct.pack("=6I", kept, kept, 0, 0, 0, 0)
    syscalls.call("capset", ctypes.c_char_p(header), ctypes.c_char_p(sets))


if __name__ == "__main__":
    enter()
    os.execvp(sys.argv[1], sys.argv[1:])
