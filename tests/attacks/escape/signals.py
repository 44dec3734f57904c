"""Sends signals to the grader, to its zygote, to its group and to everyone.

Observed: only itself can be signalled.
Says: defines no `corr2d`
"""

import contextlib
import ctypes
import os
import signal

libc = ctypes.CDLL(None, use_errno=True)
for pid in (int("@GRADER@"), os.getppid(), 1, 0, -1, -os.getppid() or -1, -int("@GRADER@")):
    with contextlib.suppress(OSError):
        os.kill(pid, signal.SIGUSR1)
        if pid not in (0,):
            raise SystemExit(f"ESCAPED: signalled {pid}")
for pid in (int("@GRADER@"), os.getppid(), 1):
    if libc.syscall(234, pid, pid, signal.SIGUSR1) == 0 or libc.syscall(200, pid, signal.SIGUSR1) == 0:
        raise SystemExit("ESCAPED by tgkill")
    if libc.syscall(129, pid, signal.SIGUSR1, ctypes.create_string_buffer(128)) == 0:
        raise SystemExit("ESCAPED by sigqueue")
    if libc.syscall(434, pid, 0) >= 0:
        raise SystemExit("ESCAPED by pidfd")
