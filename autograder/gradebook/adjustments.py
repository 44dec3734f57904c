"""Marks that a person changed: a log that is only ever added to, with a name and a reason in every line."""

from msgspec import Struct

TOTAL = "total"  # in the place of an assignment: the sum of all


class Adjustment(Struct):
    """One line: points added to a check, an assignment or the sum. `undone_by` is the line that took it back, or 0."""

    number: int
    submission: str
    assignment: str
    check: str
    points: float
    why: str
    by: str
    at: str
    extra: bool = False
    undone_by: int = 0

    @property
    def place(self) -> str:
        """As it is typed: `02_corr2d:check_worked_example`."""
        return f"{self.assignment}:{self.check}" if self.check else self.assignment
