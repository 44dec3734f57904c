"""Holds locks on the files that others need.

Observed: files of others cannot be locked.
Says: defines no `corr2d`
"""

import contextlib
import fcntl
import os

import torch

kept = []
for path in (torch.__file__, os.__file__, "@WORLD@/class/sibling/corr2d.py", "@WORLD@/out/results/sibling.json"):
    with contextlib.suppress(OSError):
        file = open(path)
        kept.append(file)
        for lock in (fcntl.flock, fcntl.lockf):
            with contextlib.suppress(OSError):
                lock(file, fcntl.LOCK_SH | fcntl.LOCK_NB)
                raise SystemExit("ESCAPED")
        with contextlib.suppress(OSError):
            fcntl.fcntl(file, 1024, 0)
            raise SystemExit("ESCAPED")
