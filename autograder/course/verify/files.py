"""Stages that read what a teacher wrote: keys, languages and names; each fault is told with its file and its cure."""

import ast
import difflib
from collections.abc import Iterable

from autograder.course.verify.case import Case
from autograder.text import Text

STEPS = 3  # of help with an exercise
SHORT = 12  # characters of a line, blanks aside, that anybody would write
_SPEAKS = {"fail": 0, "assert_true": 1, "Partial": 1, "Unhappy": 1}  # at which argument a text in English begins


def unknown_keys(case: Case) -> None:
    """assignment.toml holds no key that means nothing: `forbiden = …` would forbid nothing."""
    for text in case.assignment.unknown:
        case.problem(case.assignment.folder / "assignment.toml", text.en, text.zh)


def languages(case: Case) -> None:
    """Everything that a student reads exists in both languages."""
    toml, title = case.assignment.folder / "assignment.toml", case.assignment.title
    if not (title.en and title.zh):
        case.problem(toml, "[title] must have en and zh-CN: write both", "[title] 要有 en 和 zh-CN：请都写上")
    for name, exercise in case.assignment.exercises.items():
        if exercise.lesson and not (exercise.lesson.en and exercise.lesson.zh):
            case.problem(
                toml,
                f"lesson of {name} must be in en and zh-CN: write lesson.en and lesson.zh-CN",
                f"{name} 的 lesson 要有 en 和 zh-CN：请写上 lesson.en 和 lesson.zh-CN",
            )
    for check in case.checks:
        for language, text in (("en", check.title.en), ("zh-CN", check.title.zh)):
            if not text:
                case.problem_of(
                    check,
                    f"{check.name} has no title in {language}: the docstring's first paragraph is English, "
                    "its second Chinese",
                    f"{check.name} 缺少 {language} 标题：docstring 第一段为英文，第二段为中文",
                )
    for mistake in case.answers.mistakes():
        if not (mistake.hint.en and mistake.hint.zh and mistake.title.zh):
            case.problem_in(
                mistake,
                "needs title_zh, hint and hint_zh: write what is empty",
                "需要 title_zh、hint 和 hint_zh：请补上空缺的",
            )
    for name in ("README.md", "README.zh-CN.md"):
        if not (case.assignment.folder / name).is_file():
            case.problem(
                case.assignment.folder / name,
                "the handout is missing: write it in English and in Chinese",
                "缺少讲义：中英文都要写",
            )


def hints(case: Case) -> None:
    """Each exercise has three steps of help, and none holds a line of the solution."""
    toml = case.assignment.folder / "assignment.toml"
    lines = _lines_of_code(case.answers.file.read_bytes())
    for name, exercise in case.assignment.exercises.items():
        if exercise.hints and len(exercise.hints) != STEPS:
            case.problem(
                toml,
                f"{name} has {len(exercise.hints)} hints: a question, a pointer and nearly the answer are wanted",
                f"{name} 有 {len(exercise.hints)} 条提示：需要三条，即一个问题、一个方向、接近答案的说明",
            )
        for text in exercise.hints:
            if told := next((line for line in lines for said in (text.en, text.zh) if line in _squeezed(said)), ""):
                case.problem(
                    toml,
                    f"a hint of {name} holds a line of the solution: take it out ({told})",
                    f"{name} 的一条提示含有参考答案中的一行：请去掉（{told}）",
                )


def _lines_of_code(source: bytes) -> set[str]:
    """The lines of a solution's functions, without blanks and docstrings; short ones are everybody's."""
    try:
        tree = ast.parse(source)
    except (SyntaxError, ValueError):  # a later stage imports it, and says so
        return set()
    found = set()
    for node in ast.walk(tree):
        if isinstance(node, ast.stmt) and not isinstance(
            node, ast.FunctionDef | ast.ClassDef | ast.Import | ast.ImportFrom
        ):
            found |= {_squeezed(line) for line in ast.unparse(node).splitlines()}
    return {line for line in found if len(line) > SHORT}


def _squeezed(text: str) -> str:
    return "".join(text.split())


def spoken_languages(case: Case) -> None:
    """Whatever a check says when it is unhappy is said in both languages, also where no mistake makes it speak."""
    for file in sorted(case.assignment.folder.glob("checks_*.py")):
        for node in ast.walk(ast.parse(file.read_bytes(), str(file))):
            if isinstance(node, ast.Call) and isinstance(node.func, ast.Name) and node.func.id in _SPEAKS:
                if not _speaks_both(node, _SPEAKS[node.func.id]):
                    case.problem(
                        file,
                        f"{node.func.id}(…) says something in one language only: give it the English text, "
                        "then the Chinese one",
                        f"{node.func.id}(…) 只说了一种语言：请先写英文，再写中文",
                        node.lineno,
                    )


def _speaks_both(call: ast.Call, first: int) -> bool:
    if any(isinstance(a, ast.Starred) for a in call.args) or any(k.arg is None for k in call.keywords):
        return True  # cannot be read off
    given = {k.arg: k.value for k in call.keywords} | dict(zip(("en", "zh"), call.args[first : first + 2]))
    texts = [given.get("en"), given.get("zh")]
    return all(text is not None and not (isinstance(text, ast.Constant) and not text.value) for text in texts)


def names(case: Case) -> None:
    """Checks, mistakes and alternatives name exercises that exist, mistakes a check that exists."""
    toml, exercises = case.assignment.folder / "assignment.toml", case.assignment.exercises
    judged = {check.exercise for check in case.checks}
    for check in case.checks:
        if check.exercise not in exercises:
            case.problem(
                toml,
                f"lists no [exercises.{check.exercise}], which {check.name} judges: add it"
                + _near(check.exercise, exercises).en,
                f"没有 [exercises.{check.exercise}]，而 {check.name} 评的正是它：请加上"
                + _near(check.exercise, exercises).zh,
            )
    for name in exercises:
        if name not in judged:
            case.problem(
                toml,
                f"lists exercise {name}, but no check judges it: write one, or take it out",
                f"列出了练习 {name}，却没有检查评它：请写一个检查，或去掉这个练习",
            )
    for answer in (*case.answers.mistakes(), *case.answers.alternatives()):
        if answer.exercise not in exercises:
            near = _near(answer.exercise, exercises)
            case.problem_in(
                answer,
                f"answers {answer.exercise}, which is no exercise of this assignment: name one of them" + near.en,
                f"回答的 {answer.exercise} 不是本作业的练习：请写上其中一个" + near.zh,
            )
    checks = [check.name for check in case.checks]
    for mistake in case.answers.mistakes():
        if mistake.caught_by not in checks:
            near = _near(mistake.caught_by, checks)
            case.problem_in(
                mistake,
                f"names {mistake.caught_by}, which is no check: name the one that catches it" + near.en,
                f"写的 {mistake.caught_by} 不是检查：请写上能发现它的检查" + near.zh,
            )


def _near(name: str, known: Iterable[str]) -> Text:
    near = difflib.get_close_matches(name, list(known), n=1)
    return Text(f" (did you mean {near[0]}?)", f"（是不是 {near[0]}？）") if near else Text()
