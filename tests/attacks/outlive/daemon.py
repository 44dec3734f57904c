"""Forks twice, starts a session and goes on as a daemon.

Observed: it cannot fork, and its session ends with it.
Says: defines no `corr2d`
"""

import os
import time

try:
    if os.fork() == 0:
        os.setsid()
        if os.fork() == 0:
            time.sleep(3600)
        os._exit(0)
except OSError:
    pass
for leave in (os.setsid, lambda: os.setpgid(0, 0)):
    try:
        leave()
    except OSError:
        pass
