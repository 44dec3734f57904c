"""The base of every error that ends in one sentence: what is not one is a fault of the kit itself."""

from .text import Text


class KitError(Exception):
    """Something that a person can mend: one bilingual sentence that names the file and the cure (exit code 2)."""

    def __init__(self, en: Text | str, zh: str | None = None):
        self.text = en if isinstance(en, Text) else Text(en, zh)
        super().__init__(self.text.en, self.text.zh)

    def __str__(self) -> str:
        return str(self.text)


class AssignmentError(KitError):
    """An assignment's own file is wrong; the text names the file and what to do."""
