"""Raises KeyboardInterrupt at import, as if the instructor had pressed Ctrl-C.

Observed: the grader does not take it for its own.
"""

raise KeyboardInterrupt
