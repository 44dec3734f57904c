"""Overwrites, appends to and truncates the solution, a classmate's work and results.

Observed: no file outside can be opened for writing.
Says: defines no `corr2d`
"""

import contextlib
import os

for path in ("@WORLD@/course/solutions/02_corr2d/corr2d.py", "@WORLD@/class/sibling/corr2d.py", "@WORLD@/out/results/sibling.json"):
    for how in ("w", "a", "r+", "x"):
        with contextlib.suppress(OSError), open(path, how) as file:
            file.write("attack")
    with contextlib.suppress(OSError):
        os.truncate(path, 0)
