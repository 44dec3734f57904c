"""Measure how much data a submission carries in its source, however it is spelt: the compressed size of its literals.

Nothing is parsed or run: one pass of a pattern tells strings, numbers, comments and names apart, in time that grows
with the text alone. Text that the course handed out does not count. Data can also be spelt by names, so these count
as well: each one once, and in order where hundreds stand in one pair of brackets or in statements of a word or two.
A comment counts where the code names something by which it could read its own text.
"""

import re
import zlib
from collections.abc import Iterable, Iterator

LIMIT = 2500  # bytes: the classes of 8,000 pictures are at least 3,320; honest submissions were measured below 1,300
LARGE = 64 << 10  # characters of one module that are remarkable by themselves
LONGEST = 1 << 19  # characters of all modules that are looked at: half a second, whatever stands there
SENTENCE = 16  # characters of a line that can be known from the course; digits and words of a table cannot
TABLE = 200  # names in one pair of brackets, or short statements after one another, that honest code does not have
FEW = 3  # tokens of a short statement

_TOKEN = re.compile(
    r"""
    (?P<comment> \#[^\n]* )
    | (?P<string> [A-Za-z]{0,2} (?:
        \"\"\" (?: [^"\\] | \\. | "(?!"") )*+ (?: \"\"\" )?
        | ''' (?: [^'\\] | \\. | '(?!'') )*+ (?: ''' )?
        | " (?: [^"\\\n] | \\. )*+ "?
        | ' (?: [^'\\\n] | \\. )*+ '? ) )
    | (?P<number> \d[\w.]* | \.\d\w* )
    | (?P<name> \w+ )
    | (?P<open> [(\[{] ) | (?P<close> [)\]}] ) | (?P<end> [\n;] )
    | [^\S\n]+ | .
    """,
    re.VERBOSE | re.DOTALL,
)
_READERS = re.compile(  # not `net.eval()`
    r"(?<![.\w])(?:linecache|inspect|tokenize|ast|gc|traceback|pkgutil|importlib|getattr|globals|vars|eval|exec|open)\b"
    r"|\b(?:get_?source\w*|_getframe|read_text|modules|__(?:file|loader|spec|import|builtins|dict)__)\b"
)


def weight(sources: Iterable[str], given: frozenset[str] = frozenset()) -> int:
    """Bytes of data in the sources of one submission; `given` is what the course handed out (`known`)."""
    data: list[str] = []
    names: dict[str, None] = {}
    sentences, left = {text for text in given if len(text) >= SENTENCE}, LONGEST
    for source in sources:
        source, left = source[:left], left - len(source[:left])
        for text, is_name in _carriers(source):
            if is_name:
                names[text] = None
                continue
            for line in map(str.strip, text.splitlines()):
                if line in sentences:
                    sentences.discard(line)  # once: their order could spell data too
                else:
                    data.append(line)
    own = (name for name in names if name not in given)
    return len(zlib.compress("\n".join([*data, *own]).encode("utf-8", "replace"), 9))


def known(sources: Iterable[str]) -> frozenset[str]:
    """The sentences in what the course handed out, and its names."""
    found: set[str] = set()
    for text, is_name in (carrier for source in sources for carrier in _carriers(source, with_comments=True)):
        found |= {text} if is_name else {line.strip() for line in text.splitlines() if len(line.strip()) >= SENTENCE}
    return frozenset(found)


def _carriers(source: str, *, with_comments: bool = False) -> Iterator[tuple[str, bool]]:
    """What can carry data, in order, and whether it is a name that counts once."""
    with_comments = with_comments or bool(_READERS.search(source))
    for run in _runs(source):
        names = [text for kind, text in run if kind == "name"]
        is_table = len(names) > TABLE
        for kind, text in run:
            if kind in ("string", "number") or (kind == "comment" and with_comments):
                yield text, False
            elif kind == "name":
                yield text, not is_table


def _runs(source: str) -> Iterator[list[tuple[str, str]]]:
    """The tokens, cut where a statement ends; short statements after one another stay together."""
    run: list[tuple[str, str]] = []
    depth = since = 0
    for match in _TOKEN.finditer(source):
        kind = match.lastgroup
        if kind == "open":
            depth += 1
        elif kind == "close":
            depth = max(0, depth - 1)
        elif kind == "end" and not depth:
            if since > FEW:
                yield run
                run = []
            since = 0
        elif kind in ("string", "number", "name", "comment"):
            run.append((kind, match.group()))
            since += kind != "comment"
    yield run


def is_large(sources: Iterable[str]) -> bool:
    """Whether there is more than anyone writes by hand, or than `weight` looks at."""
    sizes = [len(source) for source in sources]
    return max(sizes, default=0) > LARGE or sum(sizes) > LONGEST
