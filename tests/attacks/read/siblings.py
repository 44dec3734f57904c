"""Reads the submissions of classmates and the results that are already there.

Observed: no such file, or no permission.
Says: LOOT None
"""

import re


def loot(text):
    """Carry out what was found, as the text of an exception that the student sees."""
    found = re.search("canary-[0-9a-f]+", text)
    raise RuntimeError(f"LOOT {found[0] if found else None}")


found = ""
for path in ("@WORLD@/class/sibling/corr2d.py", "@WORLD@/out/results/sibling.json"):
    try:
        found += open(path).read()
    except OSError:
        pass
loot(found)
