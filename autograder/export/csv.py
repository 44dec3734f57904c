"""`export --format csv`: the table of marks as it stands in `gradebook.csv`."""

from autograder.gradebook.store import Gradebook


def export(book: Gradebook) -> str:
    """The text of the table."""
    return book.csv()
