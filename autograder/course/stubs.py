"""Makes the stub of a solution: signatures and docstrings stay, what answers the exercise goes.

Stubs hide by default. Only what is marked `@given` (or `NAME = given(value)`) keeps its body; a forgotten mark hides
too much, never too little.
"""

import ast
import io
import itertools
import tokenize
from typing import TypeGuard

from autograder.errors import StubError

KEPT_DECORATORS = {
    "staticmethod",
    "classmethod",
    "property",
    "abstractmethod",
    "setter",
    "getter",
    "deleter",
    "dataclass",
}
ALWAYS_IMPORTED = {"torch", "nn"}  # every answer of the chapter needs them, so that keeping them tells nothing
Function = ast.FunctionDef | ast.AsyncFunctionDef


def stub(source: str, filename: str = "solution.py") -> str:
    """The stub of the solution `source`: what the student receives as `filename`."""
    try:
        tree = ast.parse(source, filename)
    except SyntaxError as error:
        raise StubError(
            f"{filename}:{error.lineno}: {error.msg}: mend the solution; the stub is made from it",
            f"{filename}:{error.lineno}：{error.msg}：请修正参考答案，模板由它生成",
        ) from None
    pieces = [piece for node in tree.body for piece in _pieces(node, source, filename)]
    kept = _used_names("\n".join(text for node, text in pieces if not _is_import(node)))
    _refuse_missing_names(tree, pieces, kept, filename)
    pieces = [(node, _import(node, kept) if _is_import(node) else text) for node, text in pieces]
    return _assemble([(node, text) for node, text in pieces if text], source.splitlines())


def _pieces(node: ast.stmt, source: str, filename: str, level: str = "") -> list[tuple[ast.stmt, str]]:
    """What of the statement stays, as pairs of the statement and its text: none, one or more."""
    if _is_import(node):
        if any(alias.name == "*" for alias in node.names):
            raise StubError(
                f"{filename}:{node.lineno}: a star import hides what the stub needs; import the names one by one",
                f"{filename}:{node.lineno}：import * 看不出模板需要什么；请逐个导入名字",
            )
        return [(node, "")]
    if _is_docstring(node):
        return [(node, level + _segment(source, node))]
    if isinstance(node, Function | ast.ClassDef):
        if _is_given(node):
            return [(node, _given_text(node, source))]
        if not _is_public(node.name):
            return []
        if isinstance(node, ast.ClassDef):
            return [(node, _class_stub(node, source, filename, level))]
        return [(node, _function_stub(node, source, filename, level))]
    if isinstance(node, ast.Assign | ast.AnnAssign):
        return [(node, level + line) for line in _constants(node, source)]
    return []


def _function_stub(node: Function, source: str, filename: str, level: str) -> str:
    lines = [*_decorators(node, level), level + _header(node, source)]
    if _is_docstring(node.body[0]):
        lines.append(f"{level}    {_segment(source, node.body[0])}")
    return "\n".join([*lines, f"{level}    raise NotImplementedError"])


def _class_stub(node: ast.ClassDef, source: str, filename: str, level: str) -> str:
    inner = [piece for member in node.body for piece in _pieces(member, source, filename, level + "    ")]
    lines = [*_decorators(node, level), level + _header(node, source)]
    for place, (member, text) in enumerate(inner):
        wide = place and (isinstance(member, Function | ast.ClassDef) or _is_docstring(inner[place - 1][0]))
        lines += [""] * bool(wide) + [text]
    return "\n".join(lines if inner else [*lines, f"{level}    pass"])


def _header(node: Function | ast.ClassDef, source: str) -> str:
    """The text from `def` or `class` to its colon, without comments."""
    assert node.end_lineno is not None and node.end_col_offset is not None  # it was parsed, not made
    text = source[
        _position(source, node.lineno, node.col_offset) : _position(source, node.end_lineno, node.end_col_offset)
    ]
    depth, comments, end = 0, [], (1, 0)
    for token in tokenize.generate_tokens(io.StringIO(text).readline):
        depth += (token.string in ("(", "[", "{")) - (token.string in (")", "]", "}"))
        if token.type == tokenize.COMMENT:
            comments.append(token.start)
        if token.string == ":" and depth == 0:
            end = token.end
            break
    lines = text.splitlines()[: end[0]]
    lines[-1] = lines[-1][: end[1]]
    for row, column in comments:
        lines[row - 1] = lines[row - 1][:column].rstrip()
    return "\n".join(line for line in lines if line)


def _position(source: str, line: int, byte_column: int) -> int:
    """The index in `source` of what `ast` gives as a line and a column in bytes."""
    lines = source.splitlines(keepends=True)
    return sum(map(len, lines[: line - 1])) + len(lines[line - 1].encode()[:byte_column].decode())


def _decorators(node: Function | ast.ClassDef, level: str) -> list[str]:
    """Those that belong to the interface; others, such as `@torch.no_grad()`, may be half of the answer."""
    return [f"{level}@{ast.unparse(each)}" for each in node.decorator_list if _last_name(each) in KEPT_DECORATORS]


def _given_text(node: Function | ast.ClassDef, source: str) -> str:
    """The whole definition as it is written, with only its mark taken away."""
    marks = {each.lineno for each in node.decorator_list if _last_name(each) == "given"}
    first = min([node.lineno, *(each.lineno for each in node.decorator_list)])
    lines = source.splitlines()
    return "\n".join(
        lines[line - 1] for line in range(first, (node.end_lineno or node.lineno) + 1) if line not in marks
    )


def _constants(node: ast.Assign | ast.AnnAssign, source: str) -> list[str]:
    """`NAME = ...` for each public name; the value itself stays only in `NAME = given(value)`."""
    targets = node.targets if isinstance(node, ast.Assign) else [node.target]
    names = [each.id for target in targets for each in ast.walk(target) if isinstance(each, ast.Name)]
    note = f": {_segment(source, node.annotation)}" if isinstance(node, ast.AnnAssign) else ""
    if isinstance(node.value, ast.Call) and _last_name(node.value) == "given":
        value = _segment(source, node.value.args[0])
        return [f"{name}{note} = {value}" for name in names]
    blank = "" if node.value is None else " = ..."
    return [f"{name}{note}{blank}" for name in names if _is_public(name) and not name.startswith("__")]


def _import(node: ast.Import | ast.ImportFrom, used: set[str]) -> str:
    """The import with the names that the stub uses; empty if none is left."""
    future = isinstance(node, ast.ImportFrom) and node.module == "__future__"
    kept = [each for each in node.names if future or _bound_name(each) in used | ALWAYS_IMPORTED]
    if not kept:
        return ""
    names = ", ".join(ast.unparse(each) for each in kept)
    return (
        f"import {names}"
        if isinstance(node, ast.Import)
        else f"from {'.' * node.level}{node.module or ''} import {names}"
    )


def _assemble(pieces: list[tuple[ast.stmt, str]], source_lines: list[str]) -> str:
    """Join the pieces: two blank lines round definitions, elsewhere one where the solution has one."""
    text = pieces[0][1] if pieces else ""
    for (before, _), (node, piece) in itertools.pairwise(pieces):
        between = source_lines[before.end_lineno : node.lineno - 1]
        wide = any(isinstance(each, Function | ast.ClassDef) for each in (before, node))
        apart = "" in between or _is_docstring(before) or _is_import(before) is not _is_import(node)
        text += ("\n\n\n" if wide else "\n\n" if apart else "\n") + piece
    return text + "\n"


def _refuse_missing_names(tree: ast.Module, pieces: list[tuple[ast.stmt, str]], used: set[str], filename: str) -> None:
    """A default, a base or a given body that needs a dropped helper would break the stub at import."""
    kept = {name for node, _ in pieces for name in _defined_names(node)}
    for node in tree.body:
        for name in sorted(_defined_names(node) & used - kept):
            raise StubError(
                f"{filename}:{node.lineno}: the stub uses {name}, which it drops; mark {name} as given, or do "
                "without it in signatures and given bodies",
                f"{filename}:{node.lineno}：模板用到了会被去掉的 {name}；"
                f"请给 {name} 加上 @given，或在签名和保留的代码中不用它",
            )


def _defined_names(node: ast.stmt) -> set[str]:
    if _is_import(node):
        return {_bound_name(each) for each in node.names}
    if isinstance(node, Function | ast.ClassDef):
        return {node.name}
    stored = {each.id for each in ast.walk(node) if isinstance(each, ast.Name) and isinstance(each.ctx, ast.Store)}
    return stored | {_bound_name(alias) for each in ast.walk(node) if _is_import(each) for alias in each.names}


def _used_names(code: str) -> set[str]:
    """Every name that the code reads, those inside annotations written as strings too."""
    tree = ast.parse(code)
    names = {each.id for each in ast.walk(tree) if isinstance(each, ast.Name) and isinstance(each.ctx, ast.Load)}
    notes = [getattr(each, "annotation", None) or getattr(each, "returns", None) for each in ast.walk(tree)]
    for note in notes:
        if isinstance(note, ast.Constant) and isinstance(note.value, str):
            names |= _used_names(note.value)
    return names


def _segment(source: str, node: ast.AST) -> str:
    """The text of what was parsed from `source`."""
    return ast.get_source_segment(source, node) or ""


def _bound_name(alias: ast.alias) -> str:
    return alias.asname or alias.name.partition(".")[0]


def _last_name(node: ast.expr) -> str:
    """`given` for `given`, `given(3)`, `answers.given`."""
    node = node.func if isinstance(node, ast.Call) else node
    return node.attr if isinstance(node, ast.Attribute) else getattr(node, "id", "")


def _is_given(node: Function | ast.ClassDef) -> bool:
    return any(_last_name(each) == "given" for each in node.decorator_list)


def _is_public(name: str) -> bool:
    return not name.startswith("_") or (name.startswith("__") and name.endswith("__"))


def _is_import(node: ast.AST) -> TypeGuard[ast.Import | ast.ImportFrom]:
    return isinstance(node, ast.Import | ast.ImportFrom)


def _is_docstring(node: ast.stmt) -> bool:
    return isinstance(node, ast.Expr) and isinstance(node.value, ast.Constant) and isinstance(node.value.value, str)
