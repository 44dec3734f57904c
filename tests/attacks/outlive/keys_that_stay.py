"""Leaves a key in its user's ring, where it would wait for the next worker.

Observed: no key can be made.
Says: defines no `corr2d`
"""

import ctypes
import platform

libc = ctypes.CDLL(None, use_errno=True)
ADD, KEYCTL = {"x86_64": (248, 250), "aarch64": (217, 219)}[platform.machine()]
for ring in (-3, -4, -5):
    if libc.syscall(ADD, b"user", b"attack-was-here", b"1", ctypes.c_size_t(1), ring) >= 0:
        raise SystemExit("ESCAPED")
    if libc.syscall(ADD, b"keyring", b"attack-was-here", None, ctypes.c_size_t(0), ring) >= 0:
        raise SystemExit("ESCAPED")
if libc.syscall(KEYCTL, 1, b"attack-was-here") >= 0:  # join a session
    raise SystemExit("ESCAPED")
