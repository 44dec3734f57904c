"""What a record may hold of a student's text: cut and cleaned here, before it is stored, and nowhere else."""

import unicodedata

from msgspec.structs import asdict

from autograder.gradebook.records import Person, Result, encode
from autograder.text import Text

MESSAGE, NOTES, RECORD = 2000, 50, 2 << 20  # characters of a text, notes of a submission, bytes of its record
EXAMPLE = 4000  # characters of a drawn counter-example
SHORTER = (500, 100)  # what messages are cut to where the record is still too large
BLANK = "\u034f\u115f\u1160\u17b4\u17b5\u3164\uffa0"  # letters and marks that show nothing


def bounded(result: Result) -> Result:
    """The result with every text of a student's cleaned, and cut so that the record stays within its size."""
    result.person = Person(**{field: clean(value)[:MESSAGE] for field, value in asdict(result.person).items()})
    result.handed_in = clean(result.handed_in)[:100]
    _leave_out_notes(result)
    for limit in (MESSAGE, *SHORTER):
        _cut(result, limit)
        if len(encode(result)) <= RECORD:
            break
    return result


def clean(text: str) -> str:
    """The text without control characters (line ends and tabs stay), marks of direction, and what has no width."""
    if text.isascii() and text.isprintable():
        return text
    return "".join(c for c in text if c in "\n\t" or not is_unseen(c))


def is_unseen(c: str) -> bool:
    """Whether a character shows nothing, or changes how others are shown."""
    selector = "\ufe00" <= c <= "\ufe0f" or "\U000e0100" <= c <= "\U000e01ef"
    return selector or c in BLANK or unicodedata.category(c) in ("Cc", "Cf", "Cs", "Co", "Zl", "Zp")


def _cut(result: Result, limit: int) -> None:
    def short(text: Text) -> Text:
        return text.each(lambda words: _short(clean(words), limit))

    result.message, result.notes = short(result.message), [short(note) for note in result.notes]
    for assignment in result.assignments:
        assignment.source = _short(clean(assignment.source), limit)
        assignment.notes = [short(note) for note in assignment.notes]
        for check in assignment.checks:
            check.message = short(check.message)
            if example := check.counterexample or None:
                example.drawing = example.drawing.each(lambda words: _short(clean(words), EXAMPLE))
                example.got = clean(example.got) if isinstance(example.got, str) else example.got


def _short(text: str, limit: int) -> str:
    return text if len(text) <= limit else text[: limit - 1] + "…"


def _leave_out_notes(result: Result) -> None:
    """Keep the first notes, those on the whole submission before those on its assignments, and say how many went."""
    holders = [result, *result.assignments]
    over = sum(len(holder.notes) for holder in holders) - NOTES
    if over <= 0:
        return
    room = NOTES - 1
    for holder in holders:
        holder.notes, room = holder.notes[:room], max(0, room - len(holder.notes))
    result.notes.append(Text(f"{over + 1} more notes are left out.", f"另有 {over + 1} 条备注未列出。"))
