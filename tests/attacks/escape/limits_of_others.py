"""Changes the limits, processors and priority of the grader and raises its own.

Observed: others cannot be touched, and its own can only sink.
Says: defines no `corr2d`
"""

import contextlib
import os
import resource

for pid in (int("@GRADER@"), os.getppid(), 1):
    for attempt in (
        lambda: resource.prlimit(pid, resource.RLIMIT_CPU, (1, 1)),
        lambda: os.sched_setaffinity(pid, {0}),
        lambda: os.setpriority(os.PRIO_PROCESS, pid, 19),
        lambda: os.sched_setscheduler(pid, os.SCHED_IDLE, os.sched_param(0)),
    ):
        with contextlib.suppress(OSError):
            attempt()
            raise SystemExit("ESCAPED")
for kind in (resource.RLIMIT_AS, resource.RLIMIT_DATA, resource.RLIMIT_CPU, resource.RLIMIT_NOFILE, resource.RLIMIT_FSIZE):
    with contextlib.suppress(OSError, ValueError):
        resource.setrlimit(kind, (resource.RLIM_INFINITY, resource.RLIM_INFINITY))
        raise SystemExit("ESCAPED")
