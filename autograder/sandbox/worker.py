"""The confined process: loads one module of a submission and answers what the trusted side asks about it."""

import importlib
import random
import socket
import sys
import types
from collections.abc import Callable
from contextlib import suppress

import numpy as np
import torch

from autograder.sandbox import wire
from autograder.sandbox.job import Job, Limits
from autograder.sandbox.modules import Finder, build
from autograder.selfcheck.face import LocalBackend, Reply
from autograder.selfcheck.trouble import Raised


def serve(connection: socket.socket, prepare: Callable[[Limits], None] = lambda limits: None) -> None:
    """Say that all is ready, then answer until the connection ends.

    `prepare` sets the limits where they were not known at the start.
    """
    send(connection, wire.frame(wire.Ready()))
    inbox = wire.Inbox(lambda view: receive(connection, view), wire.MAX_REQUEST)
    backend: LocalBackend | None = None
    while True:
        try:
            header, blob = inbox.take()
        except EOFError:
            return
        request = wire.read_request(header)
        if isinstance(request, wire.Load):
            prepare(request.job.limits)
            backend, response = load(request.job)
            parts = wire.frame(response)
        else:
            parts = answer(backend, request.questions, wire.Unpacker(blob))
        with suppress(BaseException):  # it may be the student's own object
            sys.stdout.flush()
        send(connection, parts)


def receive(connection: socket.socket, view: memoryview) -> int:
    received = connection.recv_into(view)
    if not received:
        raise EOFError
    return received


def send(connection: socket.socket, parts: list) -> None:
    for part in parts:
        connection.sendall(part)


def load(job: Job) -> tuple[LocalBackend | None, wire.Loaded | wire.Refused]:
    """Load the probes, then the student's module; the student's bytes run here for the first time."""
    finder = Finder(job.sources, seconds_per_statement=job.limits.seconds / 4)
    try:
        probes = load_probes(job.probes)
        seed(job.seed, job.device)
        sys.meta_path.insert(0, finder)
        backend = LocalBackend(importlib.import_module(job.module), probes)
        response = wire.Loaded(names=names(backend), skipped=troubles(finder.skipped))
    except BaseException as error:
        raised = describe(error)
        return None, out_of_memory(raised) or wire.Loaded(wire.Trouble.of(raised), {}, troubles(finder.skipped))
    return backend, response


def load_probes(code: str | None) -> types.ModuleType | None:
    if code is None:
        return None
    module = types.ModuleType("probes")
    exec(build(code, "probes.py"), vars(module))
    return module


def seed(number: int, device: str) -> None:
    """Make what is drawn, and what a GPU adds up, the same in every run."""
    random.seed(number)
    np.random.seed(number % 2**32)
    torch.default_generator.manual_seed(number % 2**63)  # torch.manual_seed formats a traceback: 3 ms
    if device == "cuda":
        torch.cuda.manual_seed_all(number % 2**63)
        torch.backends.cudnn.allow_tf32 = torch.backends.cudnn.benchmark = False
        torch.backends.cudnn.deterministic = True


def names(backend: LocalBackend) -> dict[str, str]:
    return {wire.pack_text(name): kind for name, kind in backend.names().items()}


def troubles(skipped: list[Raised]) -> list[wire.Trouble]:
    return [wire.Trouble.of(raised) for raised in skipped[:50]]


def answer(backend: LocalBackend, questions: list[wire.Question], unpacker: wire.Unpacker) -> list:
    """The frame that answers `questions`; whatever the student's code raises becomes part of it."""
    packer, answers = wire.Packer(), []
    try:
        for question in questions:
            packed = len(packer.buffers)
            try:
                reply = run(backend, question, unpacker)
                answers.append(wire.Answer(packer.pack(reply.value), reply.reached[:100]))
            except wire.Unsendable:
                raise
            except BaseException as error:
                raised = describe(error)
                if refused := out_of_memory(raised):
                    return wire.frame(refused)
                del packer.buffers[packed:]
                answers.append(wire.Trouble.of(raised))
                break
        return wire.frame(wire.Answers(answers), packer.buffers)
    except wire.Unsendable as error:
        return wire.frame(wire.Refused("unsendable", str(error)[: wire.LONG]))


def run(backend: LocalBackend, question: wire.Question, unpacker: wire.Unpacker) -> Reply:
    if question.seed is not None:
        backend.reseed(question.seed)
    if isinstance(question, wire.Get):
        return Reply(backend.get(question.ref, question.name))
    args = [unpacker.unpack(value) for value in question.args]
    if isinstance(question, wire.Probe):
        return backend.probe(question.origin, question.name, args, question.forbidden)
    kwargs = {key: unpacker.unpack(value) for key, value in question.kwargs.items()}
    return backend.call(question.ref, question.name, args, kwargs, question.forbidden)


def describe(error: BaseException) -> Raised:
    return error if isinstance(error, Raised) else Raised.of(error)


def out_of_memory(raised: Raised) -> wire.Refused | None:
    """Python, NumPy and torch each say in their own way that the limit on memory struck."""
    if raised.kind == "MemoryError" or (raised.kind == "RuntimeError" and "can't allocate memory" in raised.text):
        return wire.Refused("memory", raised.text[: wire.LONG])
    return None
