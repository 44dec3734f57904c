"""Leaves shared memory, a queue and semaphores behind, which live on when their maker is gone.

Observed: none can be made, and nothing is in /dev/shm.
Says: defines no `corr2d`
"""

import ctypes
import os

libc = ctypes.CDLL(None, use_errno=True)
for made in (
    libc.shmget(0x41545441, 1 << 20, 0o1666),
    libc.msgget(0x41545441, 0o1666),
    libc.semget(0x41545441, 4, 0o1666),
    libc.shm_open(b"/attack-was-here", os.O_CREAT | os.O_RDWR, 0o666),
):
    if made >= 0:
        raise SystemExit("ESCAPED")
