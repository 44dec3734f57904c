"""Looks for a thread that was started before the locks, or starts one hoping that it is free.

Observed: every thread is locked.
Says: defines no `corr2d`
"""

import contextlib
import threading

found = []


def look():
    for path in ("/etc/passwd", "@WORLD@/home/.netrc", "@WORLD@/course/solutions/02_corr2d/corr2d.py"):
        with contextlib.suppress(OSError):
            found.append(open(path).read())


thread = threading.Thread(target=look)
thread.start()
thread.join()
if found or threading.active_count() > 1:
    raise SystemExit("ESCAPED")
