"""Reports attempts in the right form that it never made, with a hidden input for an example.

Observed: nothing that the worker chose is kept: no count, and no example that does not stand in its source.
"""

import sys

from autograder.sandbox.messages import Tried

seen = []
type(sys.modules["autograder.sandbox.inside.worker"].watch).news = lambda self: [
    Tried(kind, len(seen) + 1, (f"/etc/LE{'AK'} {seen}"[:200],)) for kind in ("file", "process", "network")
]


def corr2d(X, K):
    seen.append(X.flatten()[:3].tolist())
    return X
