"""Decode what was handed in as text: as Python would, and more kindly, with a note where it was not UTF-8 as it should."""

from autograder.errors import SubmissionProblem
from autograder.selfcheck.source_text import NoText, source_text
from autograder.text import Text


def decoded(data: bytes, name: str) -> str:
    """The text of a .py file, with plain newlines."""
    return decoded_with_note(data, name)[0]


def decoded_with_note(data: bytes, name: str) -> tuple[str, Text]:
    """The same, and what should be said about its encoding; an empty text if nothing."""
    try:
        text, note = source_text(data)
    except NoText as error:
        raise SubmissionProblem(
            f"{name} cannot be read as Python ({error.why.en}): hand in the .py file itself, saved as UTF-8.",
            f"无法把 {name} 当作 Python 读取（{error.why.zh}）：请提交 .py 文件本身，保存为 UTF-8 编码。",
        ) from None
    return text, f"{name} " + note if note else Text()


def decoded_or_complaint(data: bytes, name: str) -> str:
    """The text, or, as Python would have it, a module that raises `SyntaxError` on import and says why."""
    try:
        return decoded(data, name)
    except SubmissionProblem as problem:
        return complaint(problem)


def complaint(problem: SubmissionProblem) -> str:
    """A module that raises `SyntaxError` on import, with the text of `problem`."""
    return f"raise SyntaxError({f'{problem.text.en} / {problem.text.zh}'!r})\n"
