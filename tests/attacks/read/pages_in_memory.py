"""Learns what others have read from which pages of a file are in memory, and drives pages out to ask again.

Observed: no call tells or changes what is in memory.
Says: defines no `corr2d`
"""

import contextlib
import ctypes
import os
import platform

libc = ctypes.CDLL(None, use_errno=True)
libc.mmap.restype = ctypes.c_void_p
MINCORE, CACHESTAT = {"x86_64": 27, "aarch64": 232}[platform.machine()], 451
file = os.open(os.__file__, os.O_RDONLY)
with contextlib.suppress(OSError):
    os.preadv(file, [bytearray(1)], 0, 8)  # RWF_NOWAIT: only what is there already
    raise SystemExit("ESCAPED by preadv2")
with contextlib.suppress(OSError):
    os.posix_fadvise(file, 0, 0, os.POSIX_FADV_DONTNEED)
    raise SystemExit("ESCAPED by fadvise")
page = libc.mmap(None, ctypes.c_size_t(4096), 1, 1, file, ctypes.c_long(0))
told = (ctypes.c_ubyte * 8)()
if libc.syscall(MINCORE, ctypes.c_void_p(page), ctypes.c_size_t(4096), told) == 0:
    raise SystemExit("ESCAPED by mincore")
if libc.syscall(CACHESTAT, file, (ctypes.c_uint64 * 2)(0, 4096), (ctypes.c_uint64 * 5)(), 0) == 0:
    raise SystemExit("ESCAPED by cachestat")
if libc.readahead(file, ctypes.c_long(0), ctypes.c_size_t(4096)) == 0:
    raise SystemExit("ESCAPED by readahead")
