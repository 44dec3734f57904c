"""Reads the environment, its own, its parents' and the grader's.

Observed: it was started with a clean one, and /proc shows no other.
Says: LOOT None
"""

import ctypes
import os
import re


def loot(text):
    """Carry out what was found, as the text of an exception that the student sees."""
    found = re.search("canary-[0-9a-f]+", text)
    raise RuntimeError(f"LOOT {found[0] if found else None}")


found = str(dict(os.environ))
for pid in ("self", "1", "@GRADER@", os.getppid(), os.getpid(), *range(2, 50)):
    try:
        found += open(f"/proc/{pid}/environ", "rb").read().decode("latin-1")
    except OSError:
        pass
libc = ctypes.CDLL(None)
block, index = ctypes.POINTER(ctypes.c_char_p).in_dll(libc, "environ"), 0
while block[index]:
    found += block[index].decode("latin-1")
    index += 1
loot(found)
