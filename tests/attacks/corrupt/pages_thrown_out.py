"""Drives the libraries out of memory, so that every other worker has to fetch them again.

Observed: no call throws out pages that others use; a classmate is graded as before.
Says: defines no `corr2d`
"""

import contextlib
import glob
import os

import torch

for path in glob.glob(os.path.join(os.path.dirname(torch.__file__), "lib", "*.so*")):
    file = os.open(path, os.O_RDONLY)
    with contextlib.suppress(OSError):
        os.posix_fadvise(file, 0, 0, os.POSIX_FADV_DONTNEED)
        raise SystemExit("ESCAPED")
    os.close(file)
