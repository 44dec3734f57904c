"""Deletes and renames folders and files of others.

Observed: nothing outside can be removed or moved.
Says: defines no `corr2d`
"""

import contextlib
import os
import shutil

for path in ("@WORLD@/course/solutions/02_corr2d/corr2d.py", "@WORLD@/class/sibling/corr2d.py", "@WORLD@/out/results/sibling.json"):
    for change in (os.unlink, lambda p: os.rename(p, p + ".old"), lambda p: os.rename(p, "mine"), lambda p: os.replace(__file__, p)):
        with contextlib.suppress(OSError):
            change(path)
for folder in ("@WORLD@/out", "@WORLD@/class", "@KIT@/tests/attacks"):
    shutil.rmtree(folder, ignore_errors=True)
