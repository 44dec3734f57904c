"""Read the code cells of a Jupyter notebook without trusting a byte of it.

Only cell types and sources are decoded; outputs, however large, deep or odd, are skipped and spoil nothing. What of the
code has any business at import is decided where the code runs, in the confined worker: see `selfcheck/business.py`.
"""

import codecs
import re

import msgspec

from autograder.errors import SubmissionProblem
from autograder.intake.trees import MB
from autograder.sandbox.job import Cell, Source
from autograder.selfcheck.source_text import NoText, refuse_other_formats, wide
from autograder.text import Text

MAX_BYTES = 64 * MB
_MAX_CODE = 4 * MB
_DEFINITION = re.compile(
    r"^(?:async[ \t]+def|def|class)[ \t]+(\w+)|^([^\W\d]\w*)[ \t]*(?::[^=\n]*)?=(?!=)", re.MULTILINE
)
_STRING_OR_WORD = re.compile(r'"[^"\\]*+(?:\\.[^"\\]*+)*+"|-?\b(?:NaN|Infinity)\b', re.DOTALL)
_ESCAPE = re.compile(  # a pair of surrogates is one character, a backslash another; half a pair is none
    r"(\\u[dD][89abAB]\w\w\\u[dD][c-fC-F]\w\w|(?:[^\\]++|\\(?!u[dD][89a-fA-F]).)++)|\\u[dD][89a-fA-F]\w\w", re.DOTALL
)
_MAX_STRINGS, _MAX_SURROGATES = 2_000_000, 200_000  # of a notebook that has to be mended


class _Cell(msgspec.Struct):
    cell_type: str = ""
    source: msgspec.Raw = msgspec.Raw(b'""')
    input: msgspec.Raw = msgspec.Raw(b'""')  # nbformat 3; nobody sees it in a later one


class _Sheet(msgspec.Struct):
    cells: list[_Cell] = []


class _Notebook(msgspec.Struct):
    cells: list[_Cell] = []
    worksheets: list[_Sheet] = []  # nbformat 3


_DECODER = msgspec.json.Decoder(_Notebook)
_SOURCE = msgspec.json.Decoder(str | list[str | None] | None)
_ERRORS = (msgspec.MsgspecError, UnicodeError, RecursionError, ValueError, MemoryError)


def read_notebook(data: bytes, name: str) -> Source:
    """The code cells of a notebook, numbered as they stand; raises `SubmissionProblem` on anything else."""
    return read_notebook_with_note(data, name)[0]


def read_notebook_with_note(data: bytes, name: str) -> tuple[Source, Text]:
    """The same, and what should be said about its encoding; an empty text if nothing."""
    try:
        refuse_other_formats(data)
        codes, note = _mended_codes(data.removeprefix(codecs.BOM_UTF8))
    except (NoText, *_ERRORS) as error:
        why, remedy = _why(data, error), _remedy(data, error)
        raise SubmissionProblem(
            f"{name} is not a readable notebook ({why.en}): {remedy.en}.",
            f"{name} 不是可读的 notebook（{why.zh}）：{remedy.zh}。",
        ) from None
    if sum(map(len, codes)) > _MAX_CODE:
        raise SubmissionProblem(
            f"{name} holds more than {_MAX_CODE // MB} MB of code: hand in your own code only.",
            f"{name} 中的代码超过 {_MAX_CODE // MB} MB：请只提交自己写的代码。",
        )
    cells = tuple(Cell(code, f"{name}, cell {number}") for number, code in enumerate(codes, 1))
    return Source(name, cells), f"{name} " + note if note else Text()


def defined_names(source: Source) -> set[str]:
    """The names that `source` defines or assigns at the margin, as far as a look at the text can tell."""
    return {a or b for cell in source.cells for a, b in _DEFINITION.findall(cell.code)}


def _mended_codes(data: bytes) -> tuple[list[str], Text]:
    """As JSON has it, else what Jupyter and its kin write instead: NaN, half characters, other encodings."""
    try:
        return _codes(data), Text()
    except (msgspec.DecodeError, UnicodeError):
        text, encoding = _text(data)
    if text.count('"') > 2 * _MAX_STRINGS or text.count("\\ud") + text.count("\\uD") > _MAX_SURROGATES:
        raise NoText(Text("damaged JSON of too many parts to be mended", "JSON 已损坏，且部分过多，无法修复"))
    note = Text(f"is {encoding}, not UTF-8.", f"的编码是 {encoding}，不是 UTF-8。") if encoding != "UTF-8" else Text()
    return _codes(_STRING_OR_WORD.sub(_mended, text).encode("utf-8", "replace")), note


def _codes(data: bytes) -> list[str]:
    notebook = _DECODER.decode(data)
    if notebook.cells:
        return [_joined(cell.source) for cell in notebook.cells if cell.cell_type == "code"]
    cells = [cell for sheet in notebook.worksheets for cell in sheet.cells if cell.cell_type == "code"]
    return [_joined(cell.input) or _joined(cell.source) for cell in cells]


def _text(data: bytes) -> tuple[str, str]:
    for encoding in (*wide(data), "utf-8", "gb18030"):
        try:
            return data.decode(encoding), encoding.upper()
        except UnicodeError:
            continue
    return data.decode("utf-8", "replace"), "UTF-8"


def _mended(found: re.Match[str]) -> str:
    """A string without half characters; null for what is no JSON."""
    text = found[0]
    if text[0] != '"':
        return "null"
    return _ESCAPE.sub(_whole, text) if "\\ud" in text or "\\uD" in text else text


def _whole(found: re.Match[str]) -> str:
    return found[0] if found[1] else "\\ufffd"


def _joined(raw: msgspec.Raw) -> str:
    source = _SOURCE.decode(raw) or ""
    text = source if isinstance(source, str) else "".join(part or "" for part in source)
    return text.replace("\r\n", "\n").replace("\r", "\n")


def _remedy(data: bytes, error: Exception) -> Text:
    """What its owner can do about it; a file that Jupyter cannot open either must be had again."""
    if b"<<<<<<<" in data and b">>>>>>>" in data:
        return Text(
            "it holds both sides of a git conflict; settle it (git checkout --ours or --theirs) and hand it in again",
            "其中有未解决的 git 冲突；请先解决（git checkout --ours 或 --theirs）再重新提交",
        )
    if isinstance(error, msgspec.DecodeError) and not isinstance(error, msgspec.ValidationError):
        return Text(
            "save it again in Jupyter, where it is still open, or download it again, and hand that in",
            "请在 Jupyter 中重新保存（如果还开着），或重新下载一份后提交",
        )
    return Text("open it in Jupyter, save it and hand it in again", "请用 Jupyter 打开并保存后重新提交")


def _why(data: bytes, error: Exception) -> Text:
    """What keeps the file from being a notebook."""
    if isinstance(error, NoText):
        return error.why
    if not data.strip():
        return Text("it is empty", "文件是空的")
    if isinstance(error, msgspec.ValidationError):
        return Text(
            f"its cells are not laid out as Jupyter does it: {error}", f"单元格的结构不符合 Jupyter 的格式：{error}"
        )
    if data.lstrip()[:1] == b"<":
        return Text("it is a web page", "它是一个网页")
    if isinstance(error, msgspec.DecodeError):
        return Text(f"damaged JSON: {error}", f"JSON 已损坏：{error}")
    if isinstance(error, MemoryError):
        return Text("it has too many parts to be read", "它的部分太多，无法读取")
    return Text(f"damaged: {type(error).__name__}", f"已损坏：{type(error).__name__}")
