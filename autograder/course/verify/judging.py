"""Stages that try answers: solution, stub, trivial answers, mistakes and alternatives score what they should."""

import types

from autograder.course.answers import Mistake
from autograder.course.blank_answers import KINDS, trivial_module
from autograder.course.diagnosis import Diagnosis
from autograder.course.stubs import stub
from autograder.course.trial import breaks
from autograder.course.verify.case import Case
from autograder.course.verify.pruned_replies import play
from autograder.errors import reported
from autograder.selfcheck.judge import PASSED


def solution(case: Case) -> None:
    """The solution earns everything, and no check breaks on it, with this seed and with another."""
    case.played = list(play(case.assignment, case.answers.solution(), case.checks, case.seed))
    verdicts = [played.verdict for played in case.played]
    case.report.solution = sum(v.earned for v in verdicts)
    passed = {v.check.name for v in verdicts if v.status == PASSED}
    again = [v for v in case.tried(case.answers.solution(), seed=case.seed + 1) if v.check.name in passed]
    for v in [*verdicts, *again]:
        name = v.check.name
        if v.broke:
            broken = breaks(v)
            case.problem_of(v.check, f"{name} {broken.en}", f"{name} {broken.zh}")
        elif v.status != PASSED:
            case.problem_of(
                v.check,
                f"the solution fails {name} ({v.message.en}): mend the one that is wrong",
                f"参考答案没有通过 {name}（{v.message.zh}）：请修正二者中出错的一个",
            )


def pruned(case: Case) -> None:
    """The solution's own replies earn nothing once parts of them are gone."""
    for played in case.played:
        case.report.pruned += played.tried
        case.report.pruned_earned += len(played.faults)
        if played.faults:
            case.problem_of(played.check, played.problem.en, played.problem.zh)


def worthless(case: Case) -> None:
    """The stub and answers without a thought earn nothing."""
    exercises = list(dict.fromkeys([*case.assignment.exercises, *(c.exercise for c in case.checks)]))
    case.report.stub = _worth_nothing(case, "stub", lambda: _stub(case))
    for kind in KINDS:
        case.report.trivial += _worth_nothing(
            case, kind, lambda kind=kind: trivial_module(case.answers.solution(), exercises, kind)
        )


def _stub(case: Case) -> types.ModuleType:
    file = case.answers.file
    module = types.ModuleType(case.assignment.module)
    with reported(file):
        source = stub(file.read_text(encoding="utf-8"), str(file))
    exec(compile(source, f"stub of {file.name}", "exec"), vars(module))
    return module


def _worth_nothing(case: Case, what: str, make) -> float:
    verdicts = case.tried_wrong(what, make)
    for v in verdicts:
        if v.earned:
            case.problem_of(
                v.check,
                f"{v.check.name} gives {v.earned:g} to an answer without thought ({what}): ask for a right value first",
                f"{v.check.name} 给敷衍的答案（{what}）打了 {v.earned:g} 分：请先要求一个正确的数值",
            )
    return sum(v.earned for v in verdicts)


def mistakes(case: Case) -> None:
    """Every mistake is caught by the check that it names, and taken for itself."""
    diagnosis, names = Diagnosis(case.answers, case.checks, case.seed), {c.name: c for c in case.checks}
    for mistake in case.answers.mistakes():
        case.report.mistakes += 1
        if mistake.caught_by in names:
            _mistake(case, diagnosis, mistake, slow=names[mistake.caught_by].seconds is not None)


def _mistake(case: Case, diagnosis: Diagnosis, mistake: Mistake, slow: bool) -> None:
    verdicts = case.tried_wrong(mistake.name, lambda: case.answers.module_with(mistake), slow)
    failed = {v.check.name for v in verdicts if v.status != PASSED}
    case.rejecting |= failed
    if mistake.caught_by in failed:
        case.report.caught += 1
    else:
        fails = ", ".join(sorted(failed))
        case.problem_in(
            mistake,
            f"is not caught by {mistake.caught_by} (it fails {fails or 'nothing'}): mend the check, or name another",
            f"没有被 {mistake.caught_by} 发现（未通过：{fails or '无'}）：请修正检查，或写上另一个检查",
        )
    found = diagnosis.name(mistake.exercise, verdicts)
    if found is None:
        case.report.undiagnosed.append(mistake.name)
    elif found.name == mistake.name:
        case.report.diagnosed += 1
    else:
        case.report.misdiagnosed += 1
        case.problem_in(
            mistake,
            f"is taken for {found.name}: let a check tell them apart, or leave one out",
            f"被认成了 {found.name}：请让某个检查区分二者，或去掉一个",
        )


def alternatives(case: Case) -> None:
    """Every unusual right answer is accepted by the checks of its exercise."""
    trained = 0
    for alternative in case.answers.alternatives():
        case.report.alternatives += 1
        slow = any(c.seconds and c.exercise == alternative.exercise for c in case.checks) and trained < 1
        trained += slow
        verdicts = case.tried(case.answers.module_with(alternative), slow)
        # its own exercise alone: a corr2d that leaves the graph is right, though no Conv2D can learn with it
        bad = [v for v in verdicts if v.status != PASSED and v.check.exercise == alternative.exercise]
        case.report.accepted += not bad
        for v in bad:
            case.problem_in(
                alternative,
                f"is right, but {v.check.name} says: {v.message.en} — mend that check",
                f"是对的，但 {v.check.name} 说：{v.message.zh} —— 请修正这个检查",
            )


def idle_checks(case: Case) -> None:
    """Every check rejects something."""
    for check in case.checks:
        if check.name not in case.rejecting and (check.seconds is None or case.full):
            case.problem_of(
                check,
                f"{check.name} rejects none of the mistakes: add one that it must catch to mistakes.py",
                f"{check.name} 没有拒绝任何一个错误：请在 mistakes.py 中加一个它必须发现的错误",
            )
