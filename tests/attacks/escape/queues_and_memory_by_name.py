"""Meets a worker beside it at a name: POSIX queues, shared memory, named semaphores, files in memory.

Observed: none of them can be made or found.
Says: defines no `corr2d`
"""

import contextlib
import ctypes
import os
from multiprocessing import shared_memory

libc = ctypes.CDLL(None, use_errno=True)
libc.sem_open.restype = ctypes.c_void_p
if libc.syscall(240, b"meet", os.O_CREAT | os.O_RDWR, 0o600, None) >= 0:  # mq_open
    raise SystemExit("ESCAPED by a queue")
if libc.shm_open(b"/meet", os.O_CREAT | os.O_RDWR, 0o600) >= 0:
    raise SystemExit("ESCAPED by shared memory")
if libc.sem_open(b"/meet", os.O_CREAT, 0o600, 0):
    raise SystemExit("ESCAPED by a semaphore")
with contextlib.suppress(OSError):
    shared_memory.SharedMemory("meet", create=True, size=4096)
    raise SystemExit("ESCAPED by Python's shared memory")
for folder in ("/dev/shm", "/dev/mqueue", "/run/lock", "/var/tmp", "/run/user/0", "/dev/hugepages"):
    with contextlib.suppress(OSError):
        os.close(os.open(f"{folder}/meet", os.O_CREAT | os.O_RDWR))
        raise SystemExit(f"ESCAPED by {folder}")
with contextlib.suppress(OSError):
    os.memfd_create("meet")
    raise SystemExit("ESCAPED by a file in memory")
