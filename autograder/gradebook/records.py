"""The records of what was handed in and what came of it, as they stand in `OUT/results/NAME.json` and the gradebook."""

from typing import Any, Literal

import msgspec
from msgspec import Struct, field

from autograder.text import Text

SCHEMA = 2
Status = Literal["passed", "failed", "error", "timeout", "killed", "not_run", "broken"]


class Person(Struct, frozen=True):
    """Who handed in, as the platform names them; what it does not tell is empty. Ids are text: zeros lead some."""

    id: str = ""
    name: str = ""
    email: str = ""
    section: str = ""
    platform: str = ""


class Origin(Struct, frozen=True):
    """Where a submission lay: the path on the command line, and the member inside it."""

    path: str = ""
    member: str = ""

    @property
    def place(self) -> str:
        """Both as one path: `class` and `ann` are the same place as `class/ann`."""
        return "/".join(part.rstrip("/") for part in (self.path, self.member) if part)


class Counterexample(Struct):
    """The smallest input found on which the answer is wrong: see `selfcheck.counterexample`, which makes it."""

    call: str
    inputs: dict[str, Any]
    got: Any
    expected: Any
    where: list[int] | None = None
    drawing: Text = field(default_factory=Text)


class CheckResult(Struct):
    """One line of the rubric; `score` never exceeds `max_score`, which never changes. `seconds` is wall time."""

    name: str
    title: Text
    exercise: str
    hidden: bool
    score: float
    max_score: float
    status: Status
    message: Text = field(default_factory=Text)
    hint: Text = field(default_factory=Text)
    mistake: str = ""
    mistake_title: Text = field(default_factory=Text)
    seconds: float = 0.0
    counterexample: Counterexample | msgspec.UnsetType = msgspec.UNSET


class AssignmentResult(Struct):
    """All checks of one assignment; `source` is the file that was taken, `notes` what the instructor should know.

    `attempt`, `handed_in` and `late` are those of the submission that it was part of.
    """

    name: str
    score: float
    max_score: float
    checks: list[CheckResult]
    source: str = ""
    lessons: dict[str, Text] = field(default_factory=dict)
    notes: list[Text] = field(default_factory=list)
    attempt: int = 1
    handed_in: str = ""
    late: bool | None = None


class GraderInfo(Struct):
    """Which engine and which checks gave the marks."""

    version: str
    bundle_sha256: str
    torch: str = ""


class Earlier(Struct):
    """Another attempt at an assignment, which does not count; its checks stand in the gradebook."""

    assignment: str
    attempt: int
    handed_in: str
    late: bool | None
    status: str
    score: float
    max_score: float
    sha256: str
    origin: Origin


class Told(Struct):
    """What a failed check asked last and what came back, for staff alone; `outcome` is a digest of what was done."""

    call: str = ""
    answer: str = ""
    outcome: str = ""


class Figure(Struct):
    """A matrix (its rows), curves (one list each) or square maps (one each, row by row) for the student's page."""

    kind: Literal["matrix", "curves", "maps"]
    title: Text
    names: list[Text]
    values: list[list[float]]


class Evidence(Struct):
    """What is kept beside a result, by assignment: its sources (label, code) and figures, and, for staff alone, what
    its failed checks asked."""

    sources: dict[str, list[tuple[str, str]]] = field(default_factory=dict)
    checks: dict[str, dict[str, Told]] = field(default_factory=dict)
    figures: dict[str, list[Figure]] = field(default_factory=dict)


class Result(Struct):
    """Everything the grader says of one submission. `handed_in` is an ISO time or empty; `late` is what the platform
    says, None where it says nothing; `unused` are files that were seen and not used. `seed` is the run's,
    `attempt_seed` what this attempt's hidden inputs were drawn from: `--seed` with it draws them again."""

    submission: str
    sha256: str
    score: float
    max_score: float
    status: Literal["graded", "failed"]
    seed: int
    device: str
    seconds: float
    started: str
    sandbox: dict[str, Any]
    grader: GraderInfo
    assignments: list[AssignmentResult]
    message: Text = field(default_factory=Text)
    notes: list[Text] = field(default_factory=list)
    person: Person = Person()
    handed_in: str = ""
    late: bool | None = None
    attempt: int = 1
    origin: Origin = Origin()
    earlier: list[Earlier] = field(default_factory=list)
    unused: list[str] = field(default_factory=list)
    attempt_seed: int = 0
    schema: int = SCHEMA
    evidence: Evidence | msgspec.UnsetType = msgspec.UNSET  # until it is stored, in a table of its own

    @property
    def has_broken_checks(self) -> bool:
        """Whether a check judged nobody's work here: the instructor must mend it and grade again."""
        return any(check.status == "broken" for assignment in self.assignments for check in assignment.checks)


class Run(Struct):
    """`OUT/run.json`: what must stay the same when a grading is taken up again.

    `returned` counts how often feedback was written: what is handed in after it is drawn from another seed. `root` is
    the course's folder, where its `course.toml` lies.
    """

    seed: int
    assignments: list[str]
    device: str
    bundle_sha256: str
    returned: int = 0
    root: str = ""


class Summary(Struct):
    """How a batch went: the results of this call's people, how many submissions were kept from an earlier run, whose
    were refused, what was not looked at, and what each zip was read as."""

    results: list[Result]
    kept: int
    refused: list[Text] = field(default_factory=list)
    passed_over: list[Text] = field(default_factory=list)
    read_as: list[Text] = field(default_factory=list)


def encode(record: object) -> bytes:
    """A record as JSON; a text is a table of its languages, and a result is written without its evidence."""
    if isinstance(record, Result) and record.evidence:
        record = msgspec.structs.replace(record, evidence=msgspec.UNSET)
    return _encoder.encode(record)


def decode(data: bytes) -> Result:
    """A result from its JSON, one of schema 1 (texts in a single language) included. Raises `msgspec.MsgspecError`."""
    return _decoder.decode(data)


def decode_figures(data: str | bytes) -> list[Figure]:
    """The figures of an assignment from what `encode` made of them. Raises `msgspec.MsgspecError`."""
    return _figures.decode(data)


def _to_json(value: object) -> dict[str, str]:
    if isinstance(value, Text):
        return {"en": value.en, "zh-CN": value.zh}
    raise NotImplementedError(type(value).__name__)


def _from_json(kind: type, value: object) -> Text:
    if kind is Text and isinstance(value, str):
        return Text(value)
    if kind is Text and isinstance(value, dict):
        return Text(str(value.get("en", "")), str(value.get("zh-CN", "")))
    raise NotImplementedError(kind.__name__)


_encoder = msgspec.json.Encoder(enc_hook=_to_json)
_decoder = msgspec.json.Decoder(Result, dec_hook=_from_json)
_figures = msgspec.json.Decoder(list[Figure], dec_hook=_from_json)
