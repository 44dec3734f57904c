"""Decode what was handed in as text: as Python would, and more kindly, with a note where that was needed."""

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
            f"{name} is not UTF-8 text ({error.why.en}): open it in the editor that you wrote it with and save it as "
            "UTF-8.",
            f"{name} 不是 UTF-8 文本（{error.why.zh}）：请用原来的编辑器打开，另存为 UTF-8 编码。",
        ) from None
    return text, f"{name} " + note if note else Text()


def complaint(problem: SubmissionProblem) -> str:
    """A module that raises `SyntaxError` on import, with the text of `problem`."""
    return f"raise SyntaxError({f'{problem.text.en} / {problem.text.zh}'!r})\n"
