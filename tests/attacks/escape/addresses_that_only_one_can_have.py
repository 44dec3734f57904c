"""Tells a bit by taking an address that only one can have: abstract names, ports, channels of virtual machines.

Observed: no socket can be made to take one.
Says: defines no `corr2d`
"""

import contextlib
import socket

addresses = [
    (socket.AF_UNIX, "\0meet"),
    (socket.AF_UNIX, ""),  # the kernel would choose a name, and tell how many there are
    (socket.AF_UNIX, "meet"),
    (socket.AF_INET, ("127.0.0.1", 47119)),
    (socket.AF_INET6, ("::1", 47119)),
    (40, (0xFFFFFFFF, 47119)),  # AF_VSOCK
    (16, (0, 0)),  # AF_NETLINK
    (38, ("hash", "sha256")),  # AF_ALG
]
for family, address in addresses:
    for kind in (socket.SOCK_STREAM, socket.SOCK_DGRAM, socket.SOCK_SEQPACKET, socket.SOCK_RAW):
        with contextlib.suppress(OSError):
            socket.socket(family, kind).bind(address)
            raise SystemExit(f"ESCAPED by family {family}")
pair = socket.socketpair()
for address in ("\0meet", "meet", ""):
    with contextlib.suppress(OSError):
        pair[0].bind(address)
        raise SystemExit("ESCAPED by a pair")
    with contextlib.suppress(OSError):
        pair[0].connect(address or "\0meet")
        raise SystemExit("ESCAPED by a pair")
