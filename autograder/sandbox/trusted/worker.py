"""The trusted side's handle on one confined module: it asks, and whatever comes back is a claim."""

import math
import os
import time
from dataclasses import replace
from itertools import islice
from typing import Any

import numpy as np

from autograder.errors import SandboxError
from autograder.sandbox import framing, messages, values
from autograder.sandbox.job import Job
from autograder.sandbox.process import Child
from autograder.sandbox.trusted import reasons
from autograder.sandbox.trusted.attempts import Attempts
from autograder.sandbox.trusted.line import Flood, Line
from autograder.selfcheck.face import Reply, Told
from autograder.selfcheck.notes import Note
from autograder.selfcheck.trouble import Raised, Stopped
from autograder.selfcheck.values import Ref
from autograder.text import Text

START_SECONDS = 120
LAST_WORDS = 2  # seconds in which a worker that closed its line may still be seen to end
MAX_NAMES = 5000  # a look for a name that is nearly right reads them all
PATIENCE = 9  # what other processes took prolongs a check by at most so many times its limit
CHEAP = 1  # seconds of waiting for a worker that are not worth the question how many of them others took
READING_FACTOR = 3  # one statement may take the limit, all of a file together this many times as much


class Worker:
    """One student module in its own process; its answers are claims. After a `Stopped` it is dead."""

    def __init__(self, child: Child, job: Job) -> None:
        self.child, self.job = child, job
        self.line = Line(child.data, child.output, self.excuse)
        self.excused = 0.0  # seconds that other processes took and that have been made up for
        self.spent = self.charged = 0.0  # seconds of waiting for it; those of other processes that are not its cost
        self.waited = 0.0  # what other processes took, as last seen
        self.loaded: Raised | Stopped | None = None
        self.noticed: list[Note] = []
        self.known: dict[str, str] = {}
        self.next_seed: int | None = None
        self.labels: dict[int, str] = {}  # what to call an object in a message
        self.ended: Stopped | None = None
        self.tried = Attempts()
        self.last_words = ""
        self.load()

    @property
    def alive(self) -> bool:
        return self.ended is None

    def begin(self, seconds: float | None = None, wall: float = math.inf, discreet: bool = False) -> None:
        """Start the clock of one check: we wait for its answers, all together, this long, less what others took.

        Never beyond the moment `wall`. `discreet`: what stops it is told without a word that the worker chose.
        """
        self.left = self.job.limits.seconds if seconds is None else seconds
        self.more, self.wall, self.discreet = PATIENCE * self.left, wall, discreet
        self.limit, self.passed = self.left, 0.0  # seconds of waiting in this check, those of other processes included
        self.line.inbox.room = self.job.limits.answer_mb * (1 << 20)

    def excuse(self) -> float:
        """How much later the deadline may be: a busy machine is not the student's fault, unless it was its own work."""
        waited = self.look()
        later = min(waited - self.excused, self.more, self.wall - time.monotonic())
        self.excused = waited
        self.more -= max(0.0, later)
        return later

    def look(self) -> float:
        """Seconds that other processes took from it, as far as is known: a dead one cannot be asked."""
        self.waited = max(self.waited, self.child.waited())
        return self.waited

    def cost(self) -> float:
        """Seconds that we waited for it since we last asked, less what other processes took of them."""
        spent, self.spent = self.spent, 0.0
        if spent < CHEAP:
            return spent
        waited = self.waited if self.line.closed else self.look()
        others, self.charged = min(spent, waited - self.charged), waited
        return spent - others

    def load(self) -> None:
        doing = reasons.importing(self.job.module)
        self.await_ready()
        self.begin(self.job.limits.seconds * READING_FACTOR)
        try:
            loaded, _ = self.ask(
                framing.frame(messages.Load(self.job), limit=framing.MAX_REQUEST), doing, messages.Loaded
            )
        except (values.Unsendable, UnicodeEncodeError):
            self.loaded = self.stop(reasons.unreadable(doing))
        except Stopped as stopped:
            self.loaded = stopped
        else:
            self.loaded = loaded.trouble.rebuild() if loaded.trouble else None
            notes = [note.rebuild() for note in loaded.notes]
            self.noticed = [replace(note, raised=located(note.raised, self.job)) for note in notes]
            named = ((name, kind) for name, kind in loaded.names.items() if len(name) <= values.SHORT)
            self.known = dict(islice(named, MAX_NAMES))
        self.begin()

    def await_ready(self) -> None:
        """Until the worker is locked up; what fails before then is the kit's fault, for no student code has run."""
        try:
            self.begin(START_SECONDS)
            self.line.deadline = time.monotonic() + START_SECONDS
            ready, _ = self.line.receive()
        except (TimeoutError, EOFError, Flood, values.Malformed) as error:
            self.close()
            raise SandboxError(
                f"a worker did not start ({type(error).__name__}): {self.last_words}",
                f"工作进程未能启动（{type(error).__name__}）：{self.last_words}",
            ) from None
        if not isinstance(ready, messages.Ready):
            self.close()
            raise SandboxError("a worker did not report ready", "工作进程没有报告就绪")

    def reseed(self, number: int) -> None:
        """Seed the worker anew with its next request."""
        self.next_seed = number

    def take_seed(self) -> int | None:
        number, self.next_seed = self.next_seed, None
        return number

    def names(self) -> dict[str, str]:
        """The public names that the module had when it was loaded."""
        return self.known

    def notes(self) -> list[Note]:
        """What was noticed then; no hidden input was there yet."""
        return self.noticed

    def get(self, ref: int, name: str) -> Any:
        value = self.answer(messages.Get(ref, name, self.take_seed()), values.Packer(), name).value
        if isinstance(value, Ref):
            owner = self.labels.get(ref, "")
            self.labels[value.id] = f"{owner}.{name}" if owner else name
        return value

    def call(self, ref: int, name: str | None, args: list, kwargs: dict, forbidden: tuple[str, ...]) -> Reply:
        packer = values.Packer()
        return self.answer(self.a_call(packer, ref, name, args, kwargs, forbidden), packer, self.label(ref, name))

    def call_each(self, ref: int, name: str | None, cases: list[list], forbidden: tuple[str, ...]) -> list[Told]:
        packer = values.Packer()
        questions: list[messages.Question] = [self.a_call(packer, ref, name, args, {}, forbidden) for args in cases]
        return self.answers(questions, packer, self.label(ref, name))

    def probe(self, origin: str, name: str, args: list, forbidden: tuple[str, ...]) -> Reply:
        packer = values.Packer()
        return self.answer(self.a_probe(packer, origin, name, args, forbidden), packer, name)

    def probe_each(self, origin: str, name: str, cases: list[list], forbidden: tuple[str, ...]) -> list[Told]:
        packer = values.Packer()
        return self.answers([self.a_probe(packer, origin, name, args, forbidden) for args in cases], packer, name)

    def a_call(
        self, packer: values.Packer, ref: int, name: str | None, args: list, kwargs: dict, forbidden: tuple[str, ...]
    ) -> messages.Call:
        packed = [packer.pack(value) for value in args]  # before the named ones: the worker unpacks in this order
        named = {key: packer.pack(value) for key, value in kwargs.items()}
        return messages.Call(ref, name, packed, named, forbidden, self.take_seed())

    def a_probe(
        self, packer: values.Packer, origin: str, name: str, args: list, forbidden: tuple[str, ...]
    ) -> messages.Probe:
        return messages.Probe(origin, name, [packer.pack(value) for value in args], forbidden, self.take_seed())

    def label(self, ref: int, name: str | None) -> str:
        return name or self.labels.get(ref, self.job.module)

    def answer(self, question: messages.Question, packer: values.Packer, name: str) -> Reply:
        (told,) = self.answers([question], packer, name)
        if isinstance(told, Raised):
            raise told
        return told

    def answers(self, questions: list[messages.Question], packer: values.Packer, name: str) -> list[Told]:
        """What each question brought, up to the first exception; `name` says in a message what was running."""
        doing = reasons.running(name)
        response, blob = self.ask(framing.frame(messages.Ask(questions), packer.buffers), doing, messages.Answers)
        *rest, last = response.answers or [None]
        complete = len(response.answers) == len(questions) or isinstance(last, messages.Trouble)
        if not complete or len(response.answers) > len(questions) or any(isinstance(a, messages.Trouble) for a in rest):
            raise self.forged(doing)
        unpacker = values.Unpacker(blob, self.line.inbox.room + blob.nbytes)
        try:
            told = [self.told(answer, unpacker) for answer in response.answers]
            unpacker.finish()
        except values.Malformed:
            raise self.stop(self.no_answer(unpacker.room, doing)) from None
        self.line.inbox.room = unpacker.room
        if not self.discreet:
            self.labels.update(islice(unpacker.types.items(), max(0, MAX_NAMES - len(self.labels))))
        return told

    def told(self, answer: messages.Answer | messages.Trouble, unpacker: values.Unpacker) -> Told:
        if isinstance(answer, messages.Trouble):
            return located(answer.rebuild(), self.job)
        return Reply(unpacker.unpack(answer.value), answer.reached)

    def ask(self, parts: list, doing: Text, expected: type) -> tuple[Any, Any]:
        """Send a request and wait for its answer; whatever goes wrong is the end of this worker."""
        if self.ended:
            raise self.ended
        try:
            response, blob = self.exchange(parts)
        except TimeoutError:
            raise self.stop(reasons.timed_out(self.limit - self.left, self.passed, doing)) from None
        except Flood:
            raise self.stop(reasons.flooded(doing)) from None
        except values.Malformed:
            raise self.stop(self.no_answer(self.line.inbox.room, doing)) from None
        except EOFError:
            raise self.stop(self.explain_death(doing)) from None
        except BaseException:  # Ctrl-C in mid-message: the line is out of step for good
            self.close()
            raise
        return self.accept(response, doing, expected), blob

    def exchange(self, parts: list) -> tuple[messages.Response, np.ndarray]:
        """Send and receive; the clock of the check runs meanwhile, and at no other time."""
        began = time.monotonic()
        self.line.deadline = began + self.left
        try:
            self.line.send(parts)
            return self.line.receive()
        finally:
            ended = time.monotonic()
            self.left = self.line.deadline - ended
            self.passed += ended - began
            self.spent += ended - began

    def accept(self, response: messages.Response, doing: Text, expected: type) -> Any:
        if isinstance(response, messages.Refused) and response.why == "memory":
            raise self.stop(reasons.out_of_memory(self.job.limits, doing))
        if isinstance(response, messages.Refused) and response.why == "time":
            seconds = seconds_of(response.detail, self.job.limits.seconds)
            raise self.stop(reasons.timed_out(seconds, seconds, doing))
        if isinstance(response, messages.Refused):
            raise self.stop(reasons.unsendable(doing))
        if not isinstance(response, expected):
            raise self.forged(doing)
        if isinstance(response, messages.Loaded | messages.Answers):
            self.tried.hear(response.tried)
        return response

    def no_answer(self, room: float, doing: Text) -> Stopped:
        """What came cannot be read; where there was no `room` left for it, that is why."""
        return reasons.too_much(self.job.limits, doing) if room < 0 else self.forged(doing)

    def explain_death(self, doing: Text) -> Stopped:
        exit = self.child.wait(LAST_WORDS)
        if exit and exit.struck == "threads":
            return reasons.too_many_threads(doing)
        if exit and reasons.tells_of_cpu(exit, self.job.limits):
            return reasons.out_of_cpu(self.job.limits, doing)
        return reasons.died(exit.code if exit else None, doing, self.discreet)

    def forged(self, doing: Text) -> Stopped:
        """What came is no answer; no honest module sends such a thing."""
        self.tried.wire += 1
        return self.stop(reasons.malformed(doing))

    def stop(self, stopped: Stopped) -> Stopped:
        self.ended = stopped
        self.close()
        return stopped

    def printed(self) -> str:
        """The end of what the module printed, at most 4 KB."""
        return self.last_words if self.line.closed else self.line.said()

    def close(self) -> None:
        """Kill the process and wait until nothing of it is left."""
        if self.line.closed:
            return
        self.ended = self.ended or Stopped("killed", "the worker was closed", "工作进程已关闭")
        if self.spent >= CHEAP:
            self.look()
        self.child.kill()
        self.last_words = self.line.said()
        self.line.close()

    def __enter__(self) -> "Worker":
        return self

    def __exit__(self, *error: object) -> None:
        self.close()


def seconds_of(claim: str, at_most: float) -> float:
    """How long a worker says that it let a statement run."""
    try:
        seconds = float(claim)
    except ValueError:
        return at_most
    return seconds if 0 < seconds < at_most else at_most


def located(raised: Raised, job: Job) -> Raised:
    """The student's line as our own copy of the source has it: what the worker says of it could be anything."""
    for source in job.sources.values():
        for cell in source.cells:
            lines = cell.code.splitlines()
            if os.path.basename(cell.label) == raised.file and 0 <= raised.line <= len(lines):
                return replace(raised, code=lines[raised.line - 1].strip() if raised.line else "")
    return replace(raised, file="", line=0, code="")
