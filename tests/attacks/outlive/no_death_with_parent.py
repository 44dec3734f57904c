"""Clears its death signal, becomes a subreaper, and asks not to be killed for memory.

Observed: prctl allows names and nothing else.
Says: defines no `corr2d`
"""

import ctypes

libc = ctypes.CDLL(None, use_errno=True)
for option, value in ((1, 0), (36, 1), (4, 1)):
    if libc.prctl(option, value, 0, 0, 0) == 0:
        raise SystemExit("ESCAPED by prctl")
for path in ("/proc/self/oom_score_adj", "/proc/self/oom_adj", "/proc/self/comm", "/proc/self/mem"):
    try:
        open(path, "w").write("-1000")
        raise SystemExit(f"ESCAPED by {path}")
    except OSError:
        pass
