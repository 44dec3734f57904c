"""Tries the system calls through which kernels have been broken.

Observed: io_uring, bpf, keyctl, userfaultfd, perf and the like are refused.
Says: defines no `corr2d`
"""

import ctypes

libc = ctypes.CDLL(None, use_errno=True)
blank = ctypes.create_string_buffer(256)
for number in (425, 426, 427, 321, 248, 249, 250, 323, 298, 312, 304, 310, 311, 29, 30, 64, 68, 240, 319, 447, 135, 169, 175, 246):
    if libc.syscall(number, blank, 1, 0, 0, 0, 0) >= 0:
        raise SystemExit(f"ESCAPED by system call {number}")
