"""Changes the host's name, clock, kernel settings and power.

Observed: nothing of the machine can be changed.
Says: defines no `corr2d`
"""

import contextlib
import ctypes

libc = ctypes.CDLL(None, use_errno=True)
for call in (lambda: libc.sethostname(b"attack", 6), lambda: libc.sync() or -1,
             lambda: libc.swapoff(b"/swap"), lambda: libc.acct(None), lambda: libc.klogctl(5, None, 0)):
    if call() > 0:
        raise SystemExit("ESCAPED")
for path in ("/proc/sys/kernel/hostname", "/proc/sysrq-trigger", "/sys/power/state", "/proc/sys/kernel/core_pattern"):
    with contextlib.suppress(OSError), open(path, "w") as file:
        raise SystemExit("ESCAPED")
