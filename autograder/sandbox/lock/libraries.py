"""The folders a worker may read: Python, its packages, the system's libraries, the published part of the kit."""

import glob
import os
import sys
import sysconfig

SYSTEM = ("/usr/lib", "/usr/lib64", "/usr/local/lib", "/lib", "/lib64", "/etc/ld.so.cache")
DATA = ("/usr/share/fonts", "/usr/share/zoneinfo")
PUBLISHED = ("__init__.py", "text.py", "errors.py", "selfcheck", "sandbox")
SECRET = ("solutions", "assignments")


def readable(kit: str) -> list[str]:
    """Library folders, never `/`, and none that holds what the kit keeps secret."""
    paths = sysconfig.get_paths()
    python = [paths[name] for name in ("stdlib", "platstdlib", "purelib", "platlib")]
    packages = [path for path in sys.path if path.endswith(("site-packages", "dist-packages", ".zip"))]
    linked = [path for path in os.environ.get("LD_LIBRARY_PATH", "").split(":") if glob.glob(f"{path}/*.so*")]
    published = [os.path.join(kit, "autograder", name) for name in PUBLISHED]
    wanted = [os.path.join(sys.base_prefix, "lib"), *python, *packages, *linked, *SYSTEM, *DATA, *published]
    return [path for path in dict.fromkeys(wanted) if os.path.exists(path) and not _holds_a_secret(path, kit)]


def _holds_a_secret(path: str, kit: str) -> bool:
    """Whether `path` is the root, somebody's home, or a folder above the kit's checks and answers."""
    closed = [os.path.join(kit, name) for name in SECRET] + [os.path.expanduser("~"), "/home/x", "/root"]
    real = os.path.realpath(path)
    return any(os.path.realpath(place).startswith(real.rstrip("/") + "/") or place == real for place in closed)
