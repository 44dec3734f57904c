"""Sends its descriptors to the grader over the wire, and asks for the grader's.

Observed: the grader takes bytes and nothing else.
Says: something that is no answer
"""

import contextlib
import os
import socket
import struct

import array

wire = socket.socket(fileno=os.dup(3))
reader, writer = os.pipe()
with contextlib.suppress(OSError):
    wire.sendmsg([b"cnn1"], [(socket.SOL_SOCKET, socket.SCM_RIGHTS, array.array("i", [reader, writer] * 20))])
with contextlib.suppress(OSError):
    wire.sendmsg([b"cnn1"], [(socket.SOL_SOCKET, 2, struct.pack("=iII", int("@GRADER@"), 0, 0))])
with contextlib.suppress(OSError):
    wire.send(b"cnn1")  # where it may not send descriptors, it sends something at least
