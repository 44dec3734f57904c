"""Opens netlink, packet, vsock, Bluetooth and kernel-crypto sockets.

Observed: every family is refused, those without a namespace too.
Says: defines no `corr2d`
"""

import contextlib
import socket

for family in (1, 2, 10, 16, 17, 31, 38, 40, 44):
    for kind in (1, 2, 3, 5):
        with contextlib.suppress(OSError):
            socket.socket(family, kind)
            raise SystemExit(f"ESCAPED by family {family}")
