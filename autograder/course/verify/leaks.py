"""A stage that looks for drawn inputs in what hidden checks say: the same answer must hear the same with any seed."""

from autograder.course.trial import try_module
from autograder.course.verify.case import Case
from autograder.selfcheck.judge import FAILED, Verdict, withheld


def leaks(case: Case) -> None:
    """No message of a hidden check depends on the draw."""
    told: set[str] = set()
    for attempt in case.wrong:
        spoken = {v.check.name: v for v in attempt.verdicts if _says_more(v) and v.check.name not in told}
        if not spoken:
            continue
        checks = [v.check for v in spoken.values()]
        for again in try_module(case.assignment, attempt.make(), checks, case.seed + 1):
            if _leaks(spoken[again.check.name], again):
                told.add(again.check.name)
                case.problem_of(
                    again.check,
                    f"{again.check.name} is hidden, but what it says of {attempt.what} depends on the draw: leave "
                    "inputs and expected values out of its words",
                    f"{again.check.name} 是隐藏检查，但它对 {attempt.what} 说的话随抽取的数据而变："
                    "请不要在消息中写入输入或期望值",
                )


def _says_more(verdict: Verdict) -> bool:
    check = verdict.check
    return (
        check.hidden and check.seconds is None and verdict.status == FAILED and verdict.message not in withheld(check)
    )


def _leaks(one: Verdict, other: Verdict) -> bool:
    """Whether two verdicts of one kind differ in their words; another rung or mark is another message by right."""
    alike = (one.status, one.rung, one.earned) == (other.status, other.rung, other.earned)
    return alike and one.message != other.message
