"""The trusted end of a worker's wire: every wait has one deadline, and what the worker prints is drained meanwhile."""

import selectors
import socket
import time
from collections import deque
from typing import Protocol

import numpy as np

from autograder.sandbox import reasons, wire

READ, WRITE = selectors.EVENT_READ, selectors.EVENT_WRITE
FLOOD = reasons.FLOOD_MB << 20
CHUNK, KEPT_CHUNKS = 1 << 16, 2
SHOWN = 4096  # bytes of the output that a report may show

Selector = getattr(selectors, "PollSelector", selectors.SelectSelector)


class Flood(Exception):
    """The worker printed more than anyone will read."""


class Output(Protocol):
    """The reading end of what a worker prints; `read` gives None when there is nothing yet."""

    def fileno(self) -> int: ...
    def read(self, size: int) -> bytes | None: ...
    def close(self) -> None: ...


class Line:
    """Sends and receives messages under absolute deadlines; raises TimeoutError, EOFError, Flood and Malformed."""

    def __init__(self, data: socket.socket, output: Output) -> None:
        self.data, self.output = data, output
        data.setblocking(False)
        self.printed, self.tail = 0, deque(maxlen=KEPT_CHUNKS)
        self.selector = Selector()
        self.interest = READ
        self.selector.register(data, READ)
        self.selector.register(output, READ)
        self.listening = True

    def ask(self, parts: list, deadline: float) -> tuple[wire.Response, np.ndarray]:
        self.send(parts, deadline)
        return self.receive(deadline)

    def send(self, parts: list, deadline: float) -> None:
        for part in parts:
            view = memoryview(part).cast("B")
            while view:
                try:
                    view = view[self.data.send(view) :]
                except BlockingIOError:
                    self.wait(WRITE, deadline)
                except (BrokenPipeError, ConnectionResetError):
                    raise EOFError from None

    def receive(self, deadline: float) -> tuple[wire.Response, np.ndarray]:
        header, blob = wire.read_prefix(self.read(wire.PREFIX.size, deadline).tobytes())
        response = wire.read_response(self.read(header, deadline))
        return response, self.read(blob, deadline)

    def read(self, size: int, deadline: float) -> np.ndarray:
        buffer = np.empty(size, np.uint8)
        view = memoryview(buffer)
        while view:
            try:
                received = self.data.recv_into(view)
            except BlockingIOError:
                self.wait(READ, deadline)
                continue
            except ConnectionResetError:
                received = 0
            if not received:
                raise EOFError
            view = view[received:]
            if view and time.monotonic() > deadline:  # a drip of bytes must not outlive the deadline
                raise TimeoutError
        return buffer

    def wait(self, interest: int, deadline: float) -> None:
        """Until the data socket is ready; the output is drained as it comes."""
        if interest != self.interest:
            self.selector.modify(self.data, interest)
            self.interest = interest
        while True:
            remaining = deadline - time.monotonic()
            ready = self.selector.select(remaining) if remaining > 0 else []
            if not ready:
                raise TimeoutError
            files = [key.fileobj for key, _ in ready]
            if self.output in files:
                self.drain()
            if self.data in files:
                return

    def drain(self) -> None:
        """Take what was printed, keep its end, and count the rest."""
        while self.listening:
            chunk = self.output.read(CHUNK)
            if chunk is None:
                return
            if not chunk:
                self.listening = False
                self.selector.unregister(self.output)
                return
            self.printed += len(chunk)
            self.tail.append(chunk)
            if self.printed > FLOOD:
                raise Flood

    def said(self) -> str:
        """The end of what the worker printed."""
        try:
            self.drain()
        except (Flood, OSError, ValueError):
            pass  # ValueError: it is closed already
        return b"".join(self.tail)[-SHOWN:].decode("utf-8", "replace")

    @property
    def closed(self) -> bool:
        return self.data.fileno() < 0

    def close(self) -> None:
        self.selector.close()
        self.data.close()
        self.output.close()
