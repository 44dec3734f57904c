"""Calls the kernel through the gates for 32-bit programs, with machine code of its own.

Observed: the call kills the worker, for the filter knows its architecture.
Says: a system call that is not allowed
"""

import ctypes
import mmap
import platform

if platform.machine() == "x86_64":
    page = mmap.mmap(-1, 4096, prot=mmap.PROT_READ | mmap.PROT_WRITE | mmap.PROT_EXEC)
    page.write(b"\xb8\x14\x00\x00\x00\xcd\x80\xc3")  # mov eax, 20 (getpid); int 0x80; ret
    address = ctypes.addressof(ctypes.c_char.from_buffer(page))
    libc = ctypes.CDLL(None, use_errno=True)
    if libc.syscall(0x40000000 + 39) >= 0:
        raise SystemExit("ESCAPED by x32")
    ctypes.CFUNCTYPE(ctypes.c_int)(address)()
    raise SystemExit("ESCAPED by int 0x80")
