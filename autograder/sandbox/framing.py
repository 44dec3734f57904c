"""Messages on a byte stream: a header and raw buffers, no length believed before it is checked."""

import struct
from collections.abc import Callable, Sequence
from typing import Any

import msgspec
import numpy as np
from msgspec import Struct

from autograder.sandbox.values import ALIGNMENT, MAX_BLOB, Malformed, TooMuch, Unsendable

MAGIC = b"cnn1"
PREFIX = struct.Struct("<4sIQ")  # magic, bytes of the header, bytes of the buffers
MAX_HEADER = 1 << 20
MAX_REQUEST = 64 << 20  # of a header that the trusted side sends: sources may be long
SMALL = 1 << 16  # messages up to this size are sent in one piece

_encoder = msgspec.msgpack.Encoder()


def frame(message: Struct, buffers: Sequence[memoryview] = (), limit: int = MAX_HEADER) -> list[Any]:
    """The byte strings that make one message on the wire."""
    header = _encoder.encode(message)
    if len(header) > limit:
        raise Unsendable(f"more than {limit >> 20} MB of items")
    body: list[Any] = []
    for buffer in buffers:
        body.append(buffer)
        if padding := -buffer.nbytes % ALIGNMENT:
            body.append(bytes(padding))
    size = sum(len(part) for part in body)
    start = PREFIX.pack(MAGIC, len(header), size) + header
    return [b"".join([start, *body])] if len(start) + size <= SMALL else [start, *body]


def read_prefix(
    prefix: bytes | memoryview, limit: int = MAX_HEADER, room: int = MAX_HEADER + MAX_BLOB
) -> tuple[int, int]:
    """The lengths of header and blob, checked before anything is allocated for them."""
    magic, header, blob = PREFIX.unpack(prefix)
    if magic != MAGIC or header > limit or blob > MAX_BLOB or blob % ALIGNMENT:
        raise Malformed("no message")
    if header + blob > room:
        raise TooMuch("more than there is room for")
    return header, blob


class Inbox:
    """Takes one message after another from a connection, most of them in a single read.

    `room` is what its messages may still have in bytes; whoever owns it may set it anew.
    """

    def __init__(self, fill: Callable[[memoryview], int], limit: int = MAX_HEADER) -> None:
        """`fill` waits for bytes, puts some into the view, and says how many; at the end it raises EOFError."""
        self.fill, self.limit = fill, limit
        self.room: int = limit + MAX_BLOB
        self.buffer = memoryview(bytearray(SMALL))

    def take(self) -> tuple[memoryview, np.ndarray]:
        """The header, which the next call overwrites, and the buffers in memory of their own. Raises Malformed."""
        data = self.buffer
        got = self.until(PREFIX.size, data, 0)
        header, blob = read_prefix(data[: PREFIX.size], self.limit, self.room)
        end = PREFIX.size + header
        if end > len(data):
            data = memoryview(bytearray(end))
            data[:got] = self.buffer[:got]
        got = self.until(end, data, got)
        body, got = np.empty(blob, np.uint8), got - end
        if got > blob:
            raise Malformed("more than one message")  # nothing may be said before it is asked for
        view = body.data
        view[:got] = data[end : end + got]
        self.until(blob, view, got)
        return data[PREFIX.size : end], body

    def until(self, size: int, view: memoryview, got: int) -> int:
        """Fill `view`, which holds `got` bytes, with at least `size`; how many it holds then."""
        while got < size:
            got += self.fill(view[got:])
        return got
