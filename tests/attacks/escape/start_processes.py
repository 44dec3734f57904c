"""Starts processes in every way that Python knows.

Observed: none starts; fork says that the system is full.
Says: defines no `corr2d`
"""

import ctypes
import multiprocessing
import os
import subprocess

def tries():
    yield lambda: os.fork()
    yield lambda: os.forkpty()
    yield lambda: os.posix_spawn("/bin/true", ["true"], {})
    yield lambda: os.system("touch /tmp/attack-was-here") and 1 / 0
    yield lambda: subprocess.run(["true"])
    yield lambda: multiprocessing.get_context("fork").Process(target=print).start()
    yield lambda: multiprocessing.get_context("spawn").Process(target=print).start()
    yield lambda: ctypes.CDLL(None).vfork() > 0 or 1 / 0
    yield lambda: ctypes.CDLL(None, use_errno=True).syscall(56, 17, 0, 0, 0, 0) >= 0 or 1 / 0


mine = os.getpid()
for attempt in tries():
    try:
        attempt()
    except (OSError, ZeroDivisionError, ImportError):
        continue
    if os.getpid() != mine:
        os._exit(0)
    raise SystemExit("ESCAPED")
