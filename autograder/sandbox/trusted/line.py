"""The trusted end of a worker's wire: every wait has one deadline, and what the worker prints is drained meanwhile."""

import selectors
import socket
import time
from collections import deque
from collections.abc import Callable

import numpy as np

from autograder.sandbox import framing, messages
from autograder.sandbox.process import Output
from autograder.sandbox.trusted import reasons

READ, WRITE = selectors.EVENT_READ, selectors.EVENT_WRITE
FLOOD = reasons.FLOOD_MB << 20
CHUNK, KEPT_CHUNKS = 1 << 16, 2
LEAST_EXCUSE = 0.1  # seconds that are worth another wait
SHOWN = 4096  # bytes of the output that a report may show

Selector = getattr(selectors, "PollSelector", selectors.SelectSelector)


class Flood(Exception):
    """The worker printed more than anyone will read."""


class Line:
    """Sends and receives messages until `deadline`; raises TimeoutError, EOFError, Flood and Malformed."""

    def __init__(self, data: socket.socket, output: Output, excuse: Callable[[], float]) -> None:
        """`excuse` tells, once a deadline has passed, how much later it may be."""
        self.data, self.output, self.excuse = data, output, excuse
        self.deadline = 0.0
        data.setblocking(False)
        self.inbox = framing.Inbox(self.fill)
        self.printed, self.tail = 0, deque(maxlen=KEPT_CHUNKS)
        self.selector = Selector()
        self.interest = READ
        self.selector.register(data, READ)
        self.selector.register(output, READ)
        self.listening = True

    def send(self, parts: list) -> None:
        for part in parts:
            view = memoryview(part).cast("B")
            while view:
                try:
                    view = view[self.data.send(view) :]
                except BlockingIOError:
                    self.wait(WRITE)
                except (BrokenPipeError, ConnectionResetError):
                    raise EOFError from None

    def receive(self) -> tuple[messages.Response, np.ndarray]:
        header, blob = self.inbox.take()
        self.inbox.room -= len(header) + blob.nbytes
        return messages.read_response(header), blob

    def fill(self, view: memoryview) -> int:
        """Some bytes, if they come before the deadline: a drip of them cannot outlive it."""
        while True:
            self.wait(READ)
            try:
                received = self.data.recv_into(view)
            except BlockingIOError:
                continue
            except ConnectionResetError:
                received = 0
            if not received:
                raise EOFError
            return received

    def wait(self, interest: int) -> None:
        """Until the data socket is ready; the output is drained as it comes."""
        if interest != self.interest:
            self.selector.modify(self.data, interest)
            self.interest = interest
        while True:
            remaining = self.deadline - time.monotonic()
            if remaining <= 0:
                self.overdue()
                continue
            ready = self.selector.select(remaining)
            files = [key.fileobj for key, _ in ready]
            if self.output in files:
                self.drain()
            if self.data in files:
                return

    def overdue(self) -> None:
        later = self.excuse()
        if later < LEAST_EXCUSE:
            raise TimeoutError
        self.deadline += later

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
