"""`course.toml`: when work is due, what lateness costs, which attempt counts, and who has longer.

Everything in it is optional. It changes marks and regrades nobody.
"""

import tomllib
from collections.abc import Iterable
from datetime import datetime, timedelta, tzinfo
from pathlib import Path
from typing import Any, Literal
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

import msgspec
from msgspec import Struct, field

from autograder.errors import CourseError

FILE = "course.toml"
DAY = timedelta(days=1)


class CourseTable(Struct, forbid_unknown_fields=True):
    name: str = ""
    timezone: str = ""  # as in `Asia/Shanghai`; empty: the machine's own
    languages: list[str] = field(default_factory=list)


class AttemptsTable(Struct, forbid_unknown_fields=True):
    count: Literal["last", "best", "last-on-time"] = "last"


class LateTable(Struct, forbid_unknown_fields=True):
    """`per_day` and `at_most` are parts of an assignment's maximum; `free_days` are each person's for the term."""

    grace_minutes: float = 0
    per_day: float = 0
    at_most: float = 1
    free_days: int = 0


class Extension(Struct, forbid_unknown_fields=True):
    """`until` takes the place of the due date for one person (by submission, id, e-mail or name)."""

    student: str
    assignment: str
    until: Any
    why: str = ""


class Policy(Struct, forbid_unknown_fields=True):
    course: CourseTable = field(default_factory=CourseTable)
    roster: dict[str, Any] = field(default_factory=dict)
    attempts: AttemptsTable = field(default_factory=AttemptsTable)
    late: LateTable = field(default_factory=LateTable)
    due: dict[str, Any] = field(default_factory=dict)
    extension: list[Extension] = field(default_factory=list)

    @property
    def zone(self) -> tzinfo:
        """The course's time zone."""
        if self.course.timezone:
            return ZoneInfo(self.course.timezone)
        local = datetime.now().astimezone().tzinfo
        assert local is not None
        return local

    def moment(self, when: Any) -> datetime:
        """A time with its zone; one that names none is in the course's."""
        if isinstance(when, str):
            when = datetime.fromisoformat(when)
        return when if when.tzinfo else when.replace(tzinfo=self.zone)

    def due_for(self, names: set[str], assignment: str) -> tuple[datetime, Extension | None] | None:
        """When an assignment is due for somebody who goes by any of `names`; None where nothing is due."""
        mine = [e for e in self.extension if e.assignment == assignment and e.student in names]
        if mine:
            longest = max(mine, key=lambda e: self.moment(e.until))
            return self.moment(longest.until), longest
        return (self.moment(self.due[assignment]), None) if assignment in self.due else None


def load_policy(root: Path | None, known: Iterable[str] = ()) -> Policy:
    """The policy of the course at `root`; the empty one where it has no `course.toml`. `known` are its assignments.

    Raises `CourseError` that names the file and the key.
    """
    file = root / FILE if root else None
    if file is None or not file.is_file():
        return Policy()
    try:
        policy = msgspec.convert(tomllib.loads(file.read_text("utf-8-sig")), Policy)
        policy.zone  # noqa: B018  a name that is no zone shows here
        for name, when in policy.due.items():
            _checked(policy, f"[due] {name}", when)
        for extension in policy.extension:
            _checked(policy, f"[[extension]] of {extension.student}, until", extension.until)
    except (tomllib.TOMLDecodeError, msgspec.ValidationError, UnicodeDecodeError, OSError, ValueError) as error:
        raise CourseError(f"{file}: {error}", f"{file}：{error}") from None
    except ZoneInfoNotFoundError as error:
        raise CourseError(
            f'{file}: [course] timezone is no time zone ({error}); write one such as "Asia/Shanghai"',
            f'{file}：[course] timezone 不是时区（{error}）；应写成 "Asia/Shanghai" 这样',
        ) from None
    named, known = {*policy.due, *(e.assignment for e in policy.extension)}, set(known)
    if known and named - known:
        names, there = ", ".join(sorted(named - known)), ", ".join(sorted(known))
        raise CourseError(
            f"{file}: no assignment is called {names}; there are: {there}",
            f"{file}：没有名为 {names} 的作业；现有：{there}",
        )
    late = policy.late
    if not (late.grace_minutes >= 0 and 0 <= late.per_day <= 1 and 0 <= late.at_most <= 1 and late.free_days >= 0):
        raise CourseError(
            f"{file}: [late] per_day and at_most are parts of the maximum from 0 to 1, grace_minutes and free_days not "
            "below 0",
            f"{file}：[late] 的 per_day 和 at_most 是满分的比例，应在 0 到 1 之间；"
            "grace_minutes 和 free_days 不能小于 0",
        )
    return policy


def _checked(policy: Policy, key: str, when: Any) -> None:
    try:
        policy.moment(when)
    except (TypeError, ValueError, AttributeError):
        raise ValueError(f"{key}: {when!r} is no date and time; write 2026-12-01T23:59:00") from None
