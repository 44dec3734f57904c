"""Makes links in its own folder to secret files, and reads through them.

Observed: a link does not open what it points to.
Says: LOOT None
"""

import os
import re


def loot(text):
    """Carry out what was found, as the text of an exception that the student sees."""
    found = re.search("canary-[0-9a-f]+", text)
    raise RuntimeError(f"LOOT {found[0] if found else None}")


found = ""
for number, path in enumerate(("@WORLD@/course/solutions/02_corr2d/corr2d.py", "@WORLD@/home/.netrc", "/proc/1/environ")):
    for make in (os.symlink, os.link):
        try:
            make(path, f"link{number}")
            found += open(f"link{number}").read()
        except OSError:
            pass
loot(found)
