"""The text of a source file: decoded as Python would, else as the editors of this world write, with a note."""

import codecs
import io
import re
import tokenize

from .text import Text

# Python would take these too; nobody writes a source in them, and some take a time that grows with the square.
_REFUSED = frozenset({"idna", "punycode", "undefined", "unicode_escape", "raw_unicode_escape", "mbcs", "oem"})
_WIDE = ((codecs.BOM_UTF32_LE, "utf-32"), (codecs.BOM_UTF32_BE, "utf-32"), (codecs.BOM_UTF16_LE, "utf-16"),
         (codecs.BOM_UTF16_BE, "utf-16"))  # fmt: skip
_HIGH = re.compile(rb"[\x80-\xff]+")
_NO_TEXT = re.compile(r"[\0-\x08\x0e-\x1a\x1c-\x1f\x7f-\x84\x86-\x9f]")  # control characters that no editor writes
_SAMPLE = 4096
_FORMATS = ((b"%PDF", "PDF"), (b"PK\3\4", "zip, .docx"), (b"\xd0\xcf\x11\xe0", ".doc"), (b"\x89PNG", "PNG"),
            (b"\xff\xd8\xff", "JPEG"), (b"Rar!", "RAR"), (b"\x1f\x8b", "gzip"), (b"7z\xbc\xaf", "7z"),
            (b"{\\rtf", "RTF"))  # fmt: skip


class NoText(ValueError):
    """The bytes are no text in any encoding that is tried; `why` says what they are."""

    def __init__(self, why: Text):
        super().__init__(why.en)
        self.why = why


def source_text(data: bytes) -> tuple[str, Text]:
    """The text with plain newlines, and a note where Python would not have read it so. Raises `NoText`."""
    refuse_other_formats(data)
    asked = declared(data)
    if asked and (text := _decoded(data, asked)) is not None:
        return _plain(text), Text()
    for encoding in (*wide(data), "utf-8-sig", *eight_bit(data)):
        text = _decoded(data, encoding)
        if text is not None and not (encoding == "latin-1" and _NO_TEXT.search(text)):
            return _plain(text), _note(encoding)
    raise NoText(Text("it is no text in any usual encoding", "它不是任何常见编码的文本"))


def refuse_other_formats(data: bytes) -> None:
    """Raise `NoText` for files that only bear the name of a source."""
    for begin, name in _FORMATS:
        if data.startswith(begin):
            raise NoText(
                Text(
                    f"by its first bytes it is another kind of file ({name})",
                    f"从开头的字节看，它是另一种文件（{name}）",
                )
            )


def declared(data: bytes) -> str:
    """The encoding in which Python would read this source; an empty string where it would refuse."""
    if wide(data):
        return ""
    lines = io.BytesIO(data[:_SAMPLE].replace(b"\r\n", b"\n").replace(b"\r", b"\n"))
    first_lines = b"".join(lines.readline() for _ in range(2))
    try:
        encoding = tokenize.detect_encoding(io.BytesIO(first_lines).readline)[0]
        name = codecs.lookup(encoding).name
    except (SyntaxError, LookupError, ValueError):
        return ""
    return "" if name.replace("-", "_") in _REFUSED else encoding


def wide(data: bytes) -> tuple[str, ...]:
    """UTF-16 or UTF-32, by its mark or because every second byte of the beginning is zero."""
    for mark, encoding in _WIDE:
        if data.startswith(mark):
            return (encoding,)
    sample = data[:_SAMPLE]
    half, even, odd = len(sample) // 2, sample[::2].count(0), sample[1::2].count(0)
    if half and odd > 0.4 * half and even < 0.1 * half:
        return ("utf-16-le",)
    if half and even > 0.4 * half and odd < 0.1 * half:
        return ("utf-16-be",)
    return ()


def eight_bit(data: bytes) -> tuple[str, str]:
    """Latin-1 or GB18030 first: accents stand alone among plain letters, Chinese characters are pairs of high bytes."""
    runs = _HIGH.findall(data)
    alone = sum(len(run) == 1 for run in runs)
    return ("latin-1", "gb18030") if 2 * alone > len(runs) else ("gb18030", "latin-1")


def _decoded(data: bytes, encoding: str) -> str | None:
    try:
        return data.decode(encoding)
    except (UnicodeError, LookupError, ValueError):
        return None


def _plain(text: str) -> str:
    return text.removeprefix("\ufeff").replace("\r\n", "\n").replace("\r", "\n")


def _note(encoding: str) -> Text:
    if encoding == "utf-8-sig":
        return Text(
            "was read as UTF-8; the encoding that its first lines name is not known to Python",
            "已按 UTF-8 读取；开头注明的编码 Python 不认识",
        )
    name = {"gb18030": "GB18030", "latin-1": "Latin-1"}.get(encoding, encoding.upper())
    return Text(
        f"was read as {name}, which Python would not do: save it as UTF-8",
        f"已按 {name} 读取，而 Python 不会这样读：请另存为 UTF-8 编码",
    )
