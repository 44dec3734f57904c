"""Connects to a server of the grader's machine and to the world, by TCP and UDP.

Observed: no socket can be made.
Says: defines no `corr2d`
"""

import contextlib
import socket

for family, kind in ((socket.AF_INET, socket.SOCK_STREAM), (socket.AF_INET, socket.SOCK_DGRAM), (socket.AF_INET6, socket.SOCK_STREAM)):
    for address in (("127.0.0.1", int("@PORT@")), ("10.0.0.1", 80), ("1.1.1.1", 53)):
        with contextlib.suppress(OSError):
            line = socket.socket(family, kind)
            line.settimeout(0.2)
            line.connect(address)
            line.send(b"hello")
            raise SystemExit("ESCAPED")
