"""What a grading says of a person and of the class, as facts: the terminal and the pages both tell these."""

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from statistics import correlation

from msgspec import Struct, field

from autograder.gradebook.records import CheckResult, Counterexample, Evidence, Result
from autograder.selfcheck.trouble import not_defined, not_written
from autograder.text import Text, joined

_DEFINES_NO = not_defined("", "`").en.partition("`")[0]
LEAST = 10  # people below which nothing can be said of how a check discriminates
POOR = 0.1  # a check whose marks go less than so much with the other marks
TAUGHT_AGAIN = 5


def remark(result: Result) -> Text:
    """The misconceptions that were named, else what stopped the submission, else how far it came."""
    if result.status == "failed":
        return Text("could not be read", "无法读取")
    handed = [a for a in result.assignments if a.source]
    if not handed:
        some = f" ({', '.join(result.unused[:2])}{', …' if result.unused[2:] else ''})" if result.unused else ""
        return Text("not handed in", "未提交代码") + some
    checks = [c for a in handed for c in a.checks]
    mistakes = list({c.mistake: c.mistake_title or Text(c.mistake) for c in checks if c.mistake}.values())
    if mistakes:
        more = len(mistakes) - 1
        return mistakes[0] + (Text(f" and {more} more", f" 等 {len(mistakes)} 处") if more else "")
    unwritten = [c for c in checks if is_unwritten(c)]
    if len(unwritten) == len(checks):
        return Text("not written", "尚未编写")
    broken = [a.name for a in handed if all(c.status == "not_run" and not is_unwritten(c) for c in a.checks)]
    if broken:
        which = ", ".join(map(short_name, broken))
        return Text(f"cannot be imported: {which}", f"无法导入：{which}")
    for status, words in (
        ("timeout", Text("ran out of time", "超时")),
        ("killed", Text("hit a limit", "触及限制")),
        ("error", Text("raises exceptions", "抛出异常")),
        ("failed", Text("wrong answers", "答案有误")),
    ):
        if any(c.status == status for c in checks if c not in unwritten):
            return words
    if unwritten:
        names = list(dict.fromkeys(c.exercise for c in unwritten))
        which = ", ".join(names[:3]) + (", …" if names[3:] else "")
        return Text(f"not written: {which}", f"尚未编写：{which}")
    missing = ", ".join(short_name(a.name) for a in result.assignments if not a.source)
    return Text(f"not handed in: {missing}", f"未提交：{missing}") if missing else Text()


def is_unwritten(check: CheckResult) -> bool:
    """Whether a check found a stub, or nothing by that name."""
    if check.status == "not_run":
        return check.message.en.startswith(not_written(check.exercise).en)
    return check.status == "failed" and _DEFINES_NO in check.message.en


def late(result: Result) -> list[str]:
    """The assignments that a platform calls late, by short name."""
    return [short_name(a.name) for a in result.assignments if a.late or (a.late is None and a.source and result.late)]


def notes_of(result: Result) -> list[Text]:
    """What staff should know of a submission and of its assignments."""
    return list(dict.fromkeys([*result.notes, *(note for a in result.assignments for note in a.notes)]))


def short_name(name: str) -> str:
    """`02` for `02_corr2d`."""
    return name[:2] if name[:2].isdigit() else name


class CheckFacts(Struct):
    """How one check went in the class: who got how much, and whether those who know more pass it more often.

    `discrimination` is the correlation of its marks with the sum of all other marks (the item-rest correlation of
    classical test theory), None where it says nothing: in a small class, or where all got the same.
    """

    assignment: str
    name: str
    title: Text
    exercise: str
    hidden: bool
    count: int
    passed: int
    rate: float
    discrimination: float | None

    @property
    def is_doubtful(self) -> bool:
        """A check that the better half does not pass more often may be wrong itself."""
        return self.discrimination is not None and self.discrimination < POOR


class Misconception(Struct):
    """A named mistake of one exercise, who shares it, and one counter-example where there is one."""

    assignment: str
    exercise: str
    mistake: str
    title: Text
    hint: Text
    people: list[str]
    lost: float
    example: Counterexample | None = None


class Group(Struct):
    """Answers to one exercise that nobody has named and that did the same in every check which they failed."""

    assignment: str
    exercise: str
    checks: list[str]
    people: list[str]
    lost: float
    message: Text = field(default_factory=Text)
    example: Counterexample | None = None


def check_facts(results: Sequence[Result]) -> list[CheckFacts]:
    """How each check went, in the order of the course."""
    told: dict[tuple[str, str], list[tuple[CheckResult, float]]] = {}
    for result in results:
        for assignment in result.assignments:
            if assignment.source:
                for check in assignment.checks:
                    told.setdefault((assignment.name, check.name), []).append((check, result.score - check.score))
    found = []
    for (assignment, name), pairs in sorted(told.items(), key=lambda item: item[0][0]):
        check = pairs[0][0]
        shares = [c.score / c.max_score if c.max_score else 0.0 for c, _ in pairs]
        passed = sum(c.status == "passed" for c, _ in pairs)
        agree = _discrimination(shares, [rest for _, rest in pairs])
        found.append(
            CheckFacts(
                assignment,
                name,
                check.title,
                check.exercise,
                check.hidden,
                len(pairs),
                passed,
                passed / len(pairs),
                agree,
            )
        )
    return found


def _discrimination(shares: list[float], rests: list[float]) -> float | None:
    if len(shares) < LEAST or len(set(shares)) < 2 or len(set(rests)) < 2:
        return None
    return correlation(shares, rests)


def misconceptions(results: Iterable[Result]) -> list[Misconception]:
    """The mistakes that were named, the commonest first."""
    found: dict[tuple[str, str, str], Misconception] = {}
    for result in results:
        for a in result.assignments:
            for check in a.checks:
                if not check.mistake:
                    continue
                key = (a.name, check.exercise, check.mistake)
                one = found.setdefault(
                    key, Misconception(*key, check.mistake_title or Text(check.mistake), check.hint, [], 0.0)
                )
                one.lost += check.max_score - check.score
                one.example = one.example or (check.counterexample or None)
                if result.submission not in one.people:
                    one.people.append(result.submission)
    return sorted(found.values(), key=lambda m: (-len(m.people), m.assignment, m.exercise, m.mistake))


def answer_groups(results: Iterable[Result], evidence: Mapping[str, Evidence]) -> list[Group]:
    """Wrong answers that no mistake names, put together by what they did in the checks; the largest group first."""
    found: dict[tuple, Group] = {}
    for result in results:
        told = evidence.get(result.submission, Evidence()).checks
        for a in result.assignments:
            for exercise in dict.fromkeys(c.exercise for c in a.checks):
                bad = [c for c in a.checks if c.exercise == exercise and c.status in ("failed", "error", "timeout")]
                bad = [c for c in bad if not is_unwritten(c)]
                outcomes = tuple(
                    (c.name, told.get(a.name, {})[c.name].outcome) for c in bad if c.name in told.get(a.name, {})
                )
                if not bad or any(c.mistake for c in bad) or len(outcomes) < len(bad):
                    continue
                example = next((c.counterexample or None for c in bad if c.counterexample or None), None)
                group = found.setdefault(
                    (a.name, exercise, outcomes),
                    Group(a.name, exercise, [c.name for c in bad], [], 0.0, bad[0].message, example),
                )
                group.people.append(result.submission)
                group.lost += sum(c.max_score - c.score for c in bad)
    return sorted(found.values(), key=lambda g: (-len(g.people), -g.lost, g.assignment, g.exercise))


def to_teach_again(mistakes: Sequence[Misconception], groups: Sequence[Group]) -> list[Misconception | Group]:
    """The ideas that cost the class most points."""
    shared = [group for group in groups if len(group.people) > 1]
    return sorted([*mistakes, *shared], key=lambda each: -each.lost)[:TAUGHT_AGAIN]


def limits_hit(results: Iterable[Result]) -> list[tuple[str, Text]]:
    """Who ran into a limit, and where."""
    found = []
    for r in results:
        names = [
            f"{short_name(a.name)} {c.exercise}"
            for a in r.assignments
            for c in a.checks
            if c.status in ("timeout", "killed")
        ]
        if names:
            found.append((r.submission, joined(", ", [Text(name) for name in dict.fromkeys(names)])))
    return found


def histogram(results: Sequence[Result], bins: int = 10) -> list[int]:
    """How many people have which tenth of the points."""
    counted = Counter(min(bins - 1, int(bins * r.score / r.max_score)) if r.max_score else 0 for r in results)
    return [counted[k] for k in range(bins)]
