"""What a student's code may import beside its own files: one list, named in the handouts, enforced wherever it runs.

More may be installed where the code runs. A function that works thanks to that would work in one place only.
"""

import importlib.abc
import os
import re
import sys
import types
from collections.abc import Iterable

from .text import Text
from .trouble import Raised, is_library

OFFERED = ("torch", "numpy", "matplotlib")
# What `pip install` brings along with these three.
COME_ALONG = (
    "torchgen", "functorch", "filelock", "typing_extensions", "sympy", "mpmath", "isympy", "networkx", "jinja2",
    "markupsafe", "fsspec", "setuptools", "pkg_resources", "_distutils_hack", "triton", "nvidia", "cuda",
    "mpl_toolkits", "pylab", "contourpy", "cycler", "fontTools", "kiwisolver", "packaging", "PIL", "pyparsing",
    "dateutil", "six", "tzdata",
)  # fmt: skip
LIBRARIES = frozenset(OFFERED + COME_ALONG)
ALLOWED = LIBRARIES | frozenset(sys.stdlib_module_names) | {"autograder", "__main__"}
NAMED = Text(
    "torch, numpy, matplotlib and Python's own library may be used",
    "可用的只有 torch、numpy、matplotlib 和 Python 标准库",
)
_MISSING = re.compile(r"No module named '([^\W\d][\w.]*)'")
_IMPORTLIB = os.path.dirname(importlib.abc.__file__)


class Guard(importlib.abc.MetaPathFinder):
    """Tells a student's file that a library which is not on the list is missing; libraries find all that there is.

    `also` are modules that the course itself gives to students.
    """

    def __init__(self, also: Iterable[str] = ()):
        self.allowed = ALLOWED | frozenset(also)

    def find_spec(self, name: str, path: object = None, target: object = None) -> None:
        """Nothing, so that the search goes on, or the ModuleNotFoundError of a machine without this library."""
        root = name.partition(".")[0]
        if root not in self.allowed and _asked_by_a_student(sys._getframe(1)):
            raise ModuleNotFoundError(f"No module named {root!r} ({NAMED.en})", name=root)


def missing_module(raised: Raised) -> str:
    """The library that was not found, where that is what went wrong; of what the exception says only an identifier."""
    found = _MISSING.match(raised.text) if raised.kind == "ModuleNotFoundError" else None
    return found[1].partition(".")[0][:100] if found else ""


def _asked_by_a_student(frame: types.FrameType | None) -> bool:
    while frame and _is_importlib(frame.f_code.co_filename):
        frame = frame.f_back
    return frame is not None and not is_library(frame.f_code.co_filename)


def _is_importlib(filename: str) -> bool:
    return filename.startswith("<frozen importlib") or os.path.dirname(filename) == _IMPORTLIB
