"""Changes torch, the kit and Python itself for those who come after.

Observed: libraries are read-only.
Says: defines no `corr2d`
"""

import contextlib
import json
import os
import py_compile
import sys

import autograder.selfcheck
import torch

for module in (torch, autograder.selfcheck, os, json):
    folder = os.path.dirname(module.__file__)
    for path in (module.__file__, os.path.join(folder, "attack-was-here"), os.path.join(os.path.dirname(folder), "attack-was-here")):
        with contextlib.suppress(OSError), open(path, "a") as file:
            file.write("\n")
            raise SystemExit("ESCAPED")
for folder in sys.path:
    with contextlib.suppress(OSError), open(os.path.join(folder, "attack-was-here"), "w") as file:
        raise SystemExit("ESCAPED")
with contextlib.suppress(OSError):
    py_compile.compile(os.__file__, os.path.join(os.path.dirname(os.__file__), "attack-was-here"))
