"""Reads every descriptor that was left open, and the folders of those that are folders.

Observed: nothing but the standard streams and its own wire is open.
Says: LOOT None
"""

import os
import re


def loot(text):
    """Carry out what was found, as the text of an exception that the student sees."""
    found = re.search("canary-[0-9a-f]+", text)
    raise RuntimeError(f"LOOT {found[0] if found else None}")


found = ""
for number in range(4, 1024):
    try:
        os.fstat(number)
    except OSError:
        continue
    raise SystemExit(f"LOOT: descriptor {number} is open")
for number in range(0, 4):
    try:
        found += os.readlink(f"/proc/self/fd/{number}")
    except OSError:
        pass
loot(found)
