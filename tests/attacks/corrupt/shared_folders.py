"""Leaves files, pipes, sockets and devices where others may stumble over them.

Observed: there is no folder that workers share.
Says: defines no `corr2d`
"""

import contextlib
import os

for folder in ("/tmp", "/var/tmp", "/dev/shm", "/run", "/var/run", "/", os.getcwd(), "@WORLD@", "@WORLD@/home"):
    path = os.path.join(folder, "attack-was-here")
    for make in (os.mkdir, os.mkfifo, lambda p: os.mknod(p, 0o20666, os.makedev(1, 3)), lambda p: os.symlink("/etc/passwd", p)):
        with contextlib.suppress(OSError):
            make(path)
with contextlib.suppress(OSError, ImportError):
    from multiprocessing.shared_memory import SharedMemory

    SharedMemory("attack-was-here", True, 4096)
