"""Takes back user ids, groups and capabilities, and undoes the locks.

Observed: what was given up cannot be taken back.
Says: defines no `corr2d`
"""

import contextlib
import ctypes
import os
import struct

libc = ctypes.CDLL(None, use_errno=True)
header = ctypes.create_string_buffer(struct.pack("=Ii", 0x20080522, 0))
everything = ctypes.create_string_buffer(b"\xff" * 24)
if libc.syscall(126, header, everything) == 0:
    raise SystemExit("ESCAPED by capset")
if os.getuid():
    for become in (lambda: os.setuid(0), lambda: os.setresuid(0, 0, 0), lambda: os.setgroups([0]), lambda: os.setgid(0)):
        with contextlib.suppress(OSError):
            become()
            raise SystemExit("ESCAPED by setuid")
for option, value in ((1, 0), (4, 1), (38, 0), (8, 1), (28, 0x2F), (22, 0), (0x59616D61, -1)):
    if libc.prctl(option, value, 0, 0, 0) == 0:
        raise SystemExit(f"ESCAPED by prctl {option}")
