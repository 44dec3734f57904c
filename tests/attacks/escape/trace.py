"""Traces the grader, its zygote and itself.

Observed: ptrace is refused.
Says: defines no `corr2d`
"""

import ctypes
import os

libc = ctypes.CDLL(None, use_errno=True)
for request in (0, 16, 0x4206):
    for pid in (0, os.getppid(), 1, int("@GRADER@")):
        if libc.ptrace(request, pid, 0, 0) == 0:
            raise SystemExit(f"ESCAPED by ptrace {request} of {pid}")
