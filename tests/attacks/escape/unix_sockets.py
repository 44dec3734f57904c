"""Connects to sockets by path and by abstract name, and passes descriptors.

Observed: neither kind can be reached.
Says: defines no `corr2d`
"""

import contextlib
import socket

for address in ("@WORLD@/door", "\0@WORLD@/door", "/run/docker.sock", "/var/run/docker.sock", "/dev/log"):
    for kind in (socket.SOCK_STREAM, socket.SOCK_DGRAM, socket.SOCK_SEQPACKET):
        with contextlib.suppress(OSError):
            line = socket.socket(socket.AF_UNIX, kind)
            line.connect(address)
            raise SystemExit("ESCAPED")
for kind in (socket.SOCK_DGRAM, socket.SOCK_SEQPACKET):
    with contextlib.suppress(OSError):
        here, there = socket.socketpair(socket.AF_UNIX, kind)
        here.sendto(b"x", "@WORLD@/door")
        raise SystemExit("ESCAPED")
