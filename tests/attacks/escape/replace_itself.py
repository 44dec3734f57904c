"""Replaces itself by a shell, from a file and from memory.

Observed: exec is refused, and memory files too.
Says: defines no `corr2d`
"""

import contextlib
import os

for run in (os.execv, lambda path, words: os.execve(path, words, {})):
    for path in ("/bin/sh", "/usr/bin/env", "@KIT@/.venv/bin/python", "/lib64/ld-linux-x86-64.so.2"):
        with contextlib.suppress(OSError):
            run(path, [path, "-c", "touch /tmp/attack-was-here"])
with contextlib.suppress(OSError):
    os.memfd_create("code")
    raise SystemExit("ESCAPED")
