"""Announces an answer of 4 GB on the wire.

Observed: the size is refused before any memory is taken for it.
Says: something that is no answer
"""

import os
import struct

os.write(3, struct.pack("<4sIQ", b"cnn1", 64, 1 << 32))
os.write(3, b"x" * 4096)
