"""Talks to a worker beside it by a futex on a library's page, which is one page of memory for all, though read-only.

Observed: sleeping and waking work among a process's own threads alone.
Says: defines no `corr2d`
"""

import ctypes
import mmap
import os
import platform

libc = ctypes.CDLL(None, use_errno=True)
libc.mmap.restype = ctypes.c_void_p
FUTEX = {"x86_64": 202, "aarch64": 98}[platform.machine()]
with open(os.__file__, "rb") as file:
    page = libc.mmap(None, ctypes.c_size_t(mmap.PAGESIZE), 1, 1, file.fileno(), ctypes.c_long(0))
word = ctypes.c_uint32.from_address(page)
briefly = (ctypes.c_long * 2)(0, 1000)
# wake, requeue, wake by bits, wake of two, sleep by bits, sleep
for operation, value in ((1, 1), (3, 1), (10, 1), (5, 1), (9, word.value), (0, word.value)):
    ctypes.set_errno(0)
    answer = libc.syscall(FUTEX, ctypes.c_void_p(page), operation, value, briefly, ctypes.c_void_p(page), -1)
    if answer >= 0 or ctypes.get_errno() == 110:  # ETIMEDOUT: it slept
        raise SystemExit(f"ESCAPED by operation {operation}")
