"""The result of one submission, as it stands in `OUT/results/NAME.json` and in the gradebook."""

from typing import Any, Literal

from msgspec import Struct, field

SCHEMA = 1
Status = Literal["passed", "failed", "error", "timeout", "killed", "not_run"]


class CheckResult(Struct):
    """One line of the rubric; `score` never exceeds `max_score`, which never changes. `seconds` is wall time."""

    name: str
    title: str
    exercise: str
    hidden: bool
    score: float
    max_score: float
    status: Status
    message: str = ""
    hint: str = ""
    mistake: str = ""
    seconds: float = 0.0


class AssignmentResult(Struct):
    """All checks of one assignment; `source` is the file that was taken, `notes` what the instructor should know."""

    name: str
    score: float
    max_score: float
    checks: list[CheckResult]
    source: str = ""
    lessons: dict[str, str] = field(default_factory=dict)
    notes: list[str] = field(default_factory=list)


class GraderInfo(Struct):
    """Which engine and which checks gave the marks."""

    version: str
    bundle_sha256: str
    torch: str = ""


class Result(Struct):
    """Everything the grader says of one submission."""

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
    message: str = ""
    notes: list[str] = field(default_factory=list)
    schema: int = SCHEMA
