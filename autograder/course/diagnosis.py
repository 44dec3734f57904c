"""Names the known mistake behind a wrong answer: the one that answers every check of the exercise alike."""

from collections.abc import Iterator

from autograder.course.answers import Answers, Mistake
from autograder.course.trial import tried_one_by_one
from autograder.selfcheck.judge import Verdict
from autograder.selfcheck.marks import Check
from autograder.selfcheck.outcome import outcome, same

_VAGUE = {
    "NotImplementedError",
    "NameError",
    "AttributeError",
    "ImportError",
    "ModuleNotFoundError",
    "missing",
    "SystemExit",
    "RecursionError",
    "MemoryError",
    "timeout",
    "killed",
}  # many faults end like this


class Diagnosis:
    """The mistakes of one assignment, tried once on the inputs of a run (they depend on its seed alone)."""

    def __init__(self, answers: Answers, checks: list[Check], seed: int):
        self.answers, self.seed = answers, seed
        self.checks = [check for check in checks if check.seconds is None]  # a training run is no evidence
        self.mistakes = answers.mistakes()
        self._trials: dict[str, _Trial] = {}

    def name(self, exercise: str, verdicts: list[Verdict]) -> Mistake | None:
        """The one mistake of `exercise` whose outcome equals the student's in every check of it, else None.

        A mistake that differs in a single check is another mistake; two that agree in all of them stay unnamed.
        """
        mine = {v.check.name: outcome(v) for v in verdicts if v.check.exercise == exercise}
        checks = [c for c in self.checks if c.exercise == exercise and c.name in mine]
        theirs = [mine[c.name] for c in checks]
        if not any(telling(o) for o in theirs):
            return None
        found = [m for m in self.mistakes if m.exercise == exercise and self._trial(m, checks).is_like(theirs)]
        return found[0] if len(found) == 1 else None

    def _trial(self, mistake: Mistake, checks: list[Check]) -> "_Trial":
        if mistake.name not in self._trials:
            module = self.answers.module_with(mistake)
            self._trials[mistake.name] = _Trial(tried_one_by_one(self.answers.assignment, module, checks, self.seed))
        return self._trials[mistake.name]


class _Trial:
    """What a mistake does in the checks of its exercise, tried no further than somebody asked."""

    def __init__(self, verdicts: Iterator[Verdict]):
        self.verdicts, self.outcomes = verdicts, []

    def is_like(self, theirs: list[tuple]) -> bool:
        for number, their in enumerate(theirs):
            if number == len(self.outcomes):
                self.outcomes.append(outcome(next(self.verdicts)))
            if not same(self.outcomes[number], their):
                return False
        return True


def telling(result: tuple) -> bool:
    """Whether an outcome is evidence of one fault: a wrong answer, or an exception that is not anybody's."""
    return result[0] == "answered" or (result[0] == "raised" and result[3] not in _VAGUE)
