"""Names the known mistake behind a wrong answer: the one that answers every check of the exercise as the student did."""

from autograder.answers import Answers, Mistake
from autograder.selfcheck.judge import Verdict
from autograder.selfcheck.marks import Check
from autograder.selfcheck.outcome import outcome, same
from autograder.trial import try_module

_VAGUE = {"NotImplementedError", "NameError", "AttributeError", "ImportError", "ModuleNotFoundError", "missing",
          "SystemExit", "RecursionError", "MemoryError", "timeout", "killed"}  # many faults end like this


class Diagnosis:
    """The mistakes of one assignment, tried once on the inputs of a run (they depend on its seed alone)."""

    def __init__(self, answers: Answers, checks: list[Check], seed: int):
        self.answers, self.seed = answers, seed
        self.checks = [check for check in checks if check.seconds is None]  # a training run is no evidence
        self.mistakes = answers.mistakes()
        self._outcomes: dict[str, list[tuple]] = {}

    def name(self, exercise: str, verdicts: list[Verdict]) -> Mistake | None:
        """The one mistake of `exercise` whose outcome equals the student's in every check of it, else None.

        A mistake that differs in a single check is another mistake; two that agree in all of them stay unnamed.
        """
        mine = {v.check.name: outcome(v) for v in verdicts if v.check.exercise == exercise}
        checks = [c for c in self.checks if c.exercise == exercise and c.name in mine]
        theirs = [mine[c.name] for c in checks]
        if not any(telling(o) for o in theirs):
            return None
        found = [m for m in self.mistakes if m.exercise == exercise
                 and all(same(o, t) for o, t in zip(self._tried(m, checks), theirs))]
        return found[0] if len(found) == 1 else None

    def _tried(self, mistake: Mistake, checks: list[Check]) -> list[tuple]:
        if mistake.name not in self._outcomes:
            verdicts = try_module(self.answers.assignment, self.answers.module_with(mistake), checks, self.seed)
            self._outcomes[mistake.name] = [outcome(v) for v in verdicts]
        return self._outcomes[mistake.name]


def telling(result: tuple) -> bool:
    """Whether an outcome is evidence of one fault: a wrong answer, or an exception that is not anybody's."""
    return result[0] == "answered" or (result[0] == "raised" and result[3] not in _VAGUE)
