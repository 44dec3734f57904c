"""Text(en, zh), resolved only when it is shown. Its home is `selfcheck`, which students receive without the kit."""

from autograder.selfcheck.text import LANGUAGES, Text, as_text, choose, current, joined, say

__all__ = ["LANGUAGES", "Text", "as_text", "choose", "current", "joined", "say"]
