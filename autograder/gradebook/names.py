"""File names for results: safe on every system and one to one, where case does not count too."""

import unicodedata
from hashlib import sha256


def folded(stem: str) -> str:
    """The same for all names that some system takes for one: they ignore case, or how an accent is written."""
    return unicodedata.normalize("NFKC", unicodedata.normalize("NFKC", stem).casefold())


def result_stem(name: str) -> str:
    """The file name, without ending, for the result of submission `name`: safe on every system, and one to one.

    Letters of every script stay; what a file system may mind is written `%XX`, and what is long ends in a digest.
    """
    if not name:
        return "%"
    safe = "".join(c if _is_safe(c) else _percent(c) for c in name)
    if safe[0] in ". -" or safe.partition(".")[0].upper() in _RESERVED:
        safe = _percent(name[0]) + safe[1:]
    if safe[-1] in ". ":
        safe = safe[:-1] + _percent(safe[-1])
    if len(safe.encode()) > 180:
        head = safe.encode()[:100].decode(errors="ignore").rpartition("%")  # never end within an escape
        safe = f"{head[0] or head[2]}%~{sha256(name.encode('utf-8', 'surrogatepass')).hexdigest()[:40]}"
    return safe


_RESERVED = {"CON", "PRN", "AUX", "NUL", *(f"{port}{k}" for port in ("COM", "LPT") for k in range(10))}


def _is_safe(c: str) -> bool:
    return c.isprintable() and c not in '%/\\:*?"<>|'


def _percent(c: str) -> str:
    return "".join(f"%{byte:02X}" for byte in c.encode("utf-8", "surrogatepass"))
