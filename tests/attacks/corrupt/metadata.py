"""Changes modes, owners, dates and attributes of others' files.

Observed: no such call is allowed, on any file.
Says: defines no `corr2d`
"""

import contextlib
import os

for path in ("@WORLD@/course/solutions/02_corr2d/corr2d.py", "@WORLD@/class/sibling/corr2d.py", "@WORLD@/out/results/sibling.json", "@WORLD@/home", "@WORLD@/out"):
    for change in (
        lambda p: os.chmod(p, 0o777),
        lambda p: os.chown(p, os.getuid(), os.getgid()),
        lambda p: os.lchown(p, 0, 0),
        lambda p: os.utime(p, (0, 0)),
        lambda p: os.setxattr(p, "user.attack", b"x"),
        lambda p: os.removexattr(p, "user.attack"),
    ):
        with contextlib.suppress(OSError):
            change(path)
            raise SystemExit("ESCAPED")
