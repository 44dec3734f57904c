"""The confined process: loads one module of a submission and answers what the trusted side asks about it."""

import importlib
import random
import socket
import sys
import types
from collections.abc import Callable
from contextlib import suppress
from typing import cast

import numpy as np
import torch

from autograder.sandbox import framing, messages, values
from autograder.sandbox.inside import companions
from autograder.sandbox.inside.attempts import Watch
from autograder.sandbox.inside.modules import Finder
from autograder.sandbox.job import Job, Limits
from autograder.selfcheck.cells import build
from autograder.selfcheck.face import Kind, LocalBackend, Reply
from autograder.selfcheck.imports import Guard
from autograder.selfcheck.notes import Note
from autograder.selfcheck.reading import MAX_NOTES, Overtime, Reader
from autograder.selfcheck.trouble import Raised

OF_THE_KIT = ("msgspec",)  # no library of the course: once everything of ours is loaded, it can be imported no more
watch = Watch()  # of this process, which serves one module


def serve(connection: socket.socket, prepare: Callable[[Limits], None] = lambda limits: None) -> None:
    """Say that all is ready, then answer until the connection ends.

    `prepare` sets the limits where they were not known at the start.
    """
    renew_streams()
    send(connection, framing.frame(messages.Ready()))
    inbox = framing.Inbox(lambda view: receive(connection, view), framing.MAX_REQUEST)
    backend: LocalBackend | None = None
    while True:
        try:
            header, blob = inbox.take()
        except EOFError:
            return
        request = messages.read_request(header)
        if isinstance(request, messages.Load):
            prepare(request.job.limits)
            backend, response = load(request.job)
            parts = framing.frame(response)
        else:
            loaded = cast(LocalBackend, backend)  # nobody is asked whose module could not be loaded
            parts = answer(loaded, request.questions, values.Unpacker(blob))
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


def renew_streams() -> None:
    """Python's own output anew: it believes to write to the file that it had before the fork, and fails to seek."""
    for name in ("stdout", "stderr"):
        number, at_once = getattr(sys, name).fileno(), 1 if name == "stderr" else -1
        stream = open(number, "w", at_once, encoding="utf-8", errors="backslashreplace", closefd=False)
        setattr(sys, name, stream)
        setattr(sys, f"__{name}__", stream)


def load(job: Job) -> tuple[LocalBackend | None, messages.Loaded | messages.Refused]:
    """Load the probes, then the student's module; the student's bytes run here for the first time."""
    reader = Reader(job.limits.seconds)
    finder = Finder(job.sources, job.course, reader)
    try:
        probes = load_probes(job.probes)
        seed(job.seed, job.device)
        companions.place(job.files, [source.filename for source in finder.sources.values()])
        look_like_a_script(finder.place(job.module))
        watch.start(job)
        sys.meta_path[:0] = [finder, Guard()]
        module = importlib.import_module(job.module)
        reader.require_work(module)
        backend = LocalBackend(module, probes, reader.notes)
        return backend, messages.Loaded(names=names(backend), notes=noted(reader.notes), tried=watch.news())
    except Overtime as error:
        return None, messages.Refused("time", f"{error.seconds:g}")
    except BaseException as error:
        raised = describe(error)
        trouble, notes = messages.Trouble.of(raised), noted(reader.notes)
        return None, out_of_memory(raised) or messages.Loaded(trouble, {}, notes, watch.news())


def look_like_a_script(path: str) -> None:
    """Leave nothing of how the worker was started for student code to stumble over."""
    sys.argv[:] = [path]
    for name in [name for name in sys.modules if name.partition(".")[0] in OF_THE_KIT]:
        del sys.modules[name]


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


def names(backend: LocalBackend) -> dict[str, Kind]:
    return {values.pack_text(name): kind for name, kind in backend.names().items()}


def noted(notes: list[Note]) -> list[messages.Note]:
    return [messages.Note.of(note) for note in notes[:MAX_NOTES]]


def answer(backend: LocalBackend, questions: list[messages.Question], unpacker: values.Unpacker) -> list:
    """The frame that answers `questions`; whatever the student's code raises becomes part of it."""
    packer, answers = values.Packer(), []
    try:
        for question in questions:
            packed = len(packer.buffers)
            try:
                reply = run(backend, question, unpacker)
                answers.append(messages.Answer(packer.pack(reply.value), reply.reached[: messages.MAX_REACHED]))
            except values.Unsendable:
                raise
            except BaseException as error:
                raised = describe(error)
                if refused := out_of_memory(raised):
                    return framing.frame(refused)
                del packer.buffers[packed:]
                answers.append(messages.Trouble.of(raised))
                break
        return framing.frame(messages.Answers(answers, watch.news()), packer.buffers)
    except values.Unsendable as error:
        return framing.frame(messages.Refused("unsendable", str(error)[: messages.LONG]))


def run(backend: LocalBackend, question: messages.Question, unpacker: values.Unpacker) -> Reply:
    if question.seed is not None:
        backend.reseed(question.seed)
    if isinstance(question, messages.Get):
        return Reply(backend.get(question.ref, question.name))
    args = [unpacker.unpack(value) for value in question.args]
    if isinstance(question, messages.Probe):
        return backend.probe(question.origin, question.name, args, question.forbidden)
    kwargs = {key: unpacker.unpack(value) for key, value in question.kwargs.items()}
    return backend.call(question.ref, question.name, args, kwargs, question.forbidden)


def describe(error: BaseException) -> Raised:
    return error if isinstance(error, Raised) else Raised.of(error)


def out_of_memory(raised: Raised) -> messages.Refused | None:
    """Python, NumPy and torch each say in their own way that the limit on memory struck."""
    if raised.kind == "MemoryError" or (raised.kind == "RuntimeError" and "can't allocate memory" in raised.text):
        return messages.Refused("memory", raised.text[: messages.LONG])
    return None
