"""Sends a header of half a million nested lists.

Observed: the decoder refuses it; the grader's stack is unharmed.
Says: something that is no answer
"""

import os
import struct

header = b"\x91" * 500_000
os.write(3, struct.pack("<4sIQ", b"cnn1", len(header), 0))
sent = 0
while sent < len(header):
    sent += os.write(3, header[sent : sent + 65536])
