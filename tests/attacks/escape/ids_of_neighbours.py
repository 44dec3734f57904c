"""Looks for the processes and threads of others by every call that tells whether an id is taken.

Observed: no call tells of any process but its own.
Says: defines no `corr2d`
"""

import contextlib
import ctypes
import os

here, libc = os.getpid(), ctypes.CDLL(None, use_errno=True)
head, size = ctypes.c_void_p(), ctypes.c_size_t()
asks = [
    os.getpgid,
    os.getsid,
    os.sched_getaffinity,
    os.sched_getscheduler,
    os.sched_getparam,
    lambda pid: os.getpriority(os.PRIO_PROCESS, pid),
    lambda pid: os.getpriority(os.PRIO_PGRP, pid),
    lambda pid: os.kill(pid, 0),
    lambda pid: os.waitid(os.P_PID, pid, os.WEXITED | os.WNOHANG | os.WNOWAIT),
    os.pidfd_open,
]
for pid in {1, int("@GRADER@"), os.getppid(), *range(max(1, here - 40), here + 40)} - {0, here}:
    for ask in asks:
        with contextlib.suppress(OSError):
            ask(pid)
            raise SystemExit(f"ESCAPED: {pid} is there")
    if libc.syscall(274, pid, ctypes.byref(head), ctypes.byref(size)) == 0:  # get_robust_list
        raise SystemExit(f"ESCAPED: {pid} is there")
