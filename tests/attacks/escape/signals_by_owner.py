"""Has the kernel send a signal to the grader when its pipe becomes readable.

Observed: nobody else can be made the owner of a descriptor.
Says: defines no `corr2d`
"""

import contextlib
import fcntl
import os
import struct

reader, writer = os.pipe()
for command, word in ((8, int("@GRADER@")), (10, 10), (15, struct.pack("=ii", 1, int("@GRADER@"))), (1024, 0), (1026, 1)):
    with contextlib.suppress(OSError):
        fcntl.fcntl(reader, command, word)
        raise SystemExit(f"ESCAPED by fcntl {command}")
fcntl.fcntl(reader, fcntl.F_SETFL, 0o20000)
os.write(writer, b"x")
