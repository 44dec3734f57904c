"""Meets a worker beside it at a number that both know: shared memory, queues and semaphores of System V.

Observed: none of them can be made or found.
Says: defines no `corr2d`
"""

import ctypes

libc = ctypes.CDLL(None, use_errno=True)
for key in (0, 0x636E6E31):
    for flags in (0, 0o1600):
        for meet in (
            lambda: libc.shmget(key, 4096, flags),
            lambda: libc.msgget(key, flags),
            lambda: libc.semget(key, 1, flags),
        ):
            ctypes.set_errno(0)
            if meet() >= 0 or ctypes.get_errno() == 2:  # ENOENT tells that nobody has come yet
                raise SystemExit("ESCAPED")
