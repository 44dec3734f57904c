"""What trusted side and worker say to each other: each message a typed record, decoded into nothing else."""

from dataclasses import replace
from typing import Annotated, Literal, Union

import msgspec
from msgspec import Meta, Struct

from autograder.sandbox.job import Job
from autograder.sandbox.values import SHORT, Malformed, Short, Value, pack_text
from autograder.selfcheck.notes import Note as Noted
from autograder.selfcheck.trouble import BUILTIN, Raised

LONG = 10_000  # characters in what a worker says about an exception
NOTED, NAMES = 400, 50  # characters of an exception in a note; names that it tells of
MAX_REACHED = 100  # operators that an answer tells of
MAX_TIMES, MAX_EXAMPLES = 1 << 20, 20  # in a report of attempts

Long = Annotated[str, Meta(max_length=LONG)]

# What the trusted side asks.


class Load(Struct, tag="load", frozen=True):
    """Load the probes, then the student's module."""

    job: Job


class Get(Struct, tag="get", frozen=True):
    ref: int
    name: str
    seed: int | None = None  # where a check begins: draw from here on as this number says


class Call(Struct, tag="call", frozen=True):
    ref: int
    name: str | None
    args: list[Value]
    kwargs: dict[str, Value]
    forbidden: tuple[str, ...]
    seed: int | None = None


class Probe(Struct, tag="probe", frozen=True):
    origin: str
    name: str
    args: list[Value]
    forbidden: tuple[str, ...]
    seed: int | None = None


class Ask(Struct, tag="ask", frozen=True):
    """One question or several, answered in order up to the first that raises."""

    questions: list[Union[Get, Call, Probe]]


# What the worker answers.


class Answer(Struct, tag="answer", frozen=True):
    value: Value
    reached: Annotated[tuple[Short, ...], Meta(max_length=MAX_REACHED)] = ()


class Trouble(Struct, tag="trouble", frozen=True):
    """The student's exception: the fields of `Raised`."""

    kind: Short
    type_name: Short
    text: Long
    file: Short
    line: int
    code: Long
    traceback: Long

    @classmethod
    def of(cls, raised: Raised) -> "Trouble":
        short, long = (lambda text: pack_text(text)[:SHORT]), (lambda text: pack_text(text)[:LONG])
        return cls(short(raised.kind), short(raised.type_name), long(raised.text), short(raised.file),
                   raised.line, long(raised.code), long(raised.traceback))  # fmt: skip

    def rebuild(self) -> Raised:
        """The record as we may use it: the kind is the name of a builtin exception, whatever the worker says."""
        kind = self.kind if self.kind in BUILTIN else "Exception"
        return Raised(kind, self.type_name, self.text, self.file, self.line, self.code, self.traceback)


Kind = Literal["file", "process", "network", "native"]


class Tried(Struct, array_like=True, frozen=True):
    """What the student's code attempted beyond its own folder, as seen from beside it."""

    kind: Kind
    times: Annotated[int, Meta(ge=1, le=MAX_TIMES)]
    examples: Annotated[tuple[Short, ...], Meta(max_length=MAX_EXAMPLES)] = ()


Report = Annotated[list[Tried], Meta(max_length=4)]  # empty where nothing was added to the last one


class Note(Struct, frozen=True):
    """What the worker noticed while it read: the fields of `selfcheck.notes.Note`."""

    kind: Literal["failed", "slow", "ended", "rebound", "untried", "program"]
    trouble: Trouble
    names: list[Short] = []

    @classmethod
    def of(cls, note: Noted) -> "Note":
        raised = replace(note.raised, text=note.raised.text[:NOTED], code=note.raised.code[:NOTED], traceback="")
        return cls(note.kind, Trouble.of(raised), [pack_text(name)[:SHORT] for name in note.names[:NAMES]])

    def rebuild(self) -> Noted:
        return Noted(
            self.kind, self.trouble.rebuild(), tuple(name for name in self.names[:NAMES] if name.isidentifier())
        )


class Answers(Struct, tag="answers", frozen=True):
    """What came of `Ask`; the arrays of all of them follow one another."""

    answers: list[Union[Answer, Trouble]]
    tried: Report = []


class Ready(Struct, tag="ready", frozen=True):
    """A spawned worker has imported what it needs."""


class Loaded(Struct, tag="loaded", frozen=True):
    """The module's names, or the trouble that kept it away; `notes` tell what failed on the way."""

    trouble: Trouble | None = None
    names: dict[str, Literal["callable", "data", "object"]] = {}
    notes: list[Note] = []
    tried: Report = []


class Refused(Struct, tag="refused", frozen=True):
    """The answer could not be sent, or memory or time ran out; the worker says so and is then of no more use."""

    why: Literal["memory", "time", "unsendable"]
    detail: Long = ""


Question = Union[Get, Call, Probe]
Request = Union[Load, Ask]
Response = Union[Answers, Ready, Loaded, Refused]

read_request = msgspec.msgpack.Decoder(Request).decode
_decode_response = msgspec.msgpack.Decoder(Response).decode


def read_response(header: bytes | memoryview) -> Response:
    """Decode what a worker sent; whatever is wrong with it is one error."""
    try:
        return _decode_response(header)
    except (msgspec.MsgspecError, ValueError, RecursionError) as error:
        raise Malformed(str(error)[:200]) from None
