"""Makes up the report of its attempts: a million of them, with text of its own choosing, in kinds that there are not.

Observed: a report of the wrong form is no answer, and nothing of what it says is kept.
Says: something that is no answer
"""

import sys

from autograder.sandbox.messages import Tried

lies = [Tried(kind, 1 << 40, ("LEAK \u202e" * 50,) * 30) for kind in ("file", "marks", "process")]
type(sys.modules["autograder.sandbox.inside.worker"].watch).news = lambda self: lies


def corr2d(X, K):
    return X
