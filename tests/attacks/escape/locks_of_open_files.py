"""Asks who holds locks on a library's file, and takes one that belongs to the open file.

Observed: no kind of lock can be taken or asked for.
Says: defines no `corr2d`
"""

import contextlib
import fcntl
import os
import struct

import torch

for path in (os.__file__, torch.__file__, "/dev/null"):
    file = os.open(path, os.O_RDONLY)
    for command in (5, 6, 7, 36, 37, 38):  # F_GETLK, F_SETLK, F_SETLKW and the three of open files
        for kind in (fcntl.F_RDLCK, fcntl.F_UNLCK):
            with contextlib.suppress(OSError):
                fcntl.fcntl(file, command, struct.pack("=hhiqqi4x", kind, 0, 0, 0, 0, 0))
                raise SystemExit(f"ESCAPED by {command}")
    for lock in (fcntl.LOCK_SH, fcntl.LOCK_EX):
        with contextlib.suppress(OSError):
            fcntl.flock(file, lock | fcntl.LOCK_NB)
            raise SystemExit("ESCAPED by flock")
