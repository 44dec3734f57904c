"""Which top-level statements matter to the functions of a file, which only try them out, and which train.

Imports, definitions and constants are needed, and so are assignments and loops that fill what a function or class uses
as a global, directly or by way of another such assignment. Everything else is a trial (prints, plots, examples):
it runs as long as there is time for such. What trains is left aside, unless a function needs what it assigns: it would
take minutes, and most files and notebooks end with it.
"""

import ast
import symtable
from collections.abc import Iterator
from typing import NamedTuple

from .cells import Block

DEFINITIONS = (ast.FunctionDef, ast.AsyncFunctionDef, ast.ClassDef)
_ASSIGNMENTS = (ast.Assign, ast.AnnAssign, ast.AugAssign)
_IMPORTS = (ast.Import, ast.ImportFrom)
_SCOPES = (*DEFINITIONS, ast.Lambda)


class Step(NamedTuple):
    """A statement to run; `is_needed` is false for a trial."""

    statement: ast.stmt
    label: str
    is_needed: bool
    names: tuple[str, ...]  # that it binds


def steps(blocks: list[Block]) -> list[Step]:
    """The statements to run, in order."""
    statements = [statement for block in blocks for statement in block.statements]
    wanted, trainers = _wanted(blocks, statements), _trainers(statements)
    planned, absent = [], set()
    for block in blocks:
        for statement in block.statements:
            names = bound(statement)
            is_needed = _is_needed(statement, names, wanted)
            trains = not isinstance(statement, DEFINITIONS) and _trains(statement, trainers)
            if (trains and not wanted & {*names, *_stored_into(statement)}) or (
                not is_needed and absent & set(_loaded(statement))
            ):
                absent |= set(names)
            else:
                absent -= set(names)
                planned.append(Step(statement, block.label, is_needed, names))
    return planned


def users(blocks: list[Block], names: set[str]) -> set[str]:
    """The names, and all whose definition or value uses one of them, directly or by way of others."""
    statements = [(set(bound(s)), set(_loaded(s))) for block in blocks for s in block.statements]
    found = set(names)
    while more := {name for bound_here, used in statements if used & found for name in bound_here} - found:
        found |= more
    return found


def bound(statement: ast.stmt) -> tuple[str, ...]:
    """The names that a top-level statement gives a value."""
    names = []
    for node in _outer(statement):
        if isinstance(node, DEFINITIONS):
            names.append(node.name)
        elif isinstance(node, ast.Name) and not isinstance(node.ctx, ast.Load):
            names.append(node.id)
        elif isinstance(node, _IMPORTS):
            names += [alias.asname or alias.name.partition(".")[0] for alias in node.names]
    return tuple(dict.fromkeys(names))


def of_programs(statement: ast.stmt) -> tuple[str, ...]:
    """The functions and classes that stand under `if __name__ == …`."""
    if not (isinstance(statement, ast.If) and "__name__" in _loaded(statement.test)):
        return ()
    return tuple(node.name for node in _outer(statement) if isinstance(node, DEFINITIONS))


def _outer(statement: ast.stmt) -> Iterator[ast.AST]:
    """The nodes of a statement that belong to the module itself: not those within functions and classes."""
    waiting: list[ast.AST] = [statement]
    while waiting:
        node = waiting.pop()
        yield node
        if not isinstance(node, _SCOPES):
            waiting += reversed(list(ast.iter_child_nodes(node)))


def _wanted(blocks: list[Block], statements: list[ast.stmt]) -> set[str]:
    wanted = {name for block in blocks for name in _globals_of_definitions(block)}
    wanted |= {n.id for s in statements if isinstance(s, DEFINITIONS) for n in _at_definition(s)}
    while True:
        needed = (s for s in statements if not isinstance(s, _SCOPES) and _gives(s, bound(s), wanted))
        grown = {name for s in needed for name in _loaded(s)} - wanted
        if not grown:
            return wanted
        wanted |= grown


def _gives(statement: ast.stmt, names: tuple[str, ...], wanted: set[str]) -> bool:
    """Whether something that is wanted gets its value here, or a part of it."""
    if isinstance(statement, _IMPORTS):
        return False
    return bool(set(names) & wanted) or any(name in wanted for name in _filled(statement))


def _is_needed(statement: ast.stmt, names: tuple[str, ...], wanted: set[str]) -> bool:
    if any(isinstance(node, (*_IMPORTS, *DEFINITIONS)) for node in _outer(statement)):
        return True  # also `try: import …`, `if torch.cuda.is_available(): def …`
    if _gives(statement, names, wanted):
        return True
    if not isinstance(statement, _ASSIGNMENTS):
        return False
    calls = any(isinstance(node, (ast.Call, ast.comprehension)) for node in ast.walk(statement))
    is_constant = isinstance(statement.value, ast.Lambda) or not calls
    return is_constant or any(name.isupper() and len(name) > 1 for name in names)  # X is no constant


def _filled(statement: ast.stmt) -> Iterator[str]:
    """The names whose objects are changed: by what is stored into them, `bar.fill_(0)`, `setattr(Conv2D, …)`."""
    yield from _stored_into(statement)
    for node in _outer(statement):
        if isinstance(node, ast.Expr) and isinstance(node.value, ast.Call):
            call = node.value
            if isinstance(call.func, ast.Attribute):
                yield from _root(call.func)
            elif isinstance(call.func, ast.Name) and call.func.id == "setattr" and call.args:
                yield from _root(call.args[0])


def _stored_into(statement: ast.stmt) -> Iterator[str]:
    """`bar[:, 2] = 0`, `Conv2D.forward = f`."""
    for node in _outer(statement):
        if isinstance(node, (ast.Subscript, ast.Attribute)) and isinstance(node.ctx, ast.Store):
            yield from _root(node)


def _root(node: ast.AST) -> Iterator[str]:
    while isinstance(node, (ast.Subscript, ast.Attribute)):
        node = node.value
    if isinstance(node, ast.Name):
        yield node.id


def _globals_of_definitions(block: Block) -> Iterator[str]:
    try:
        tables = symtable.symtable(block.code, block.label, "exec").get_children()
    except (SyntaxError, ValueError, MemoryError, RecursionError):
        return
    while tables:
        table = tables.pop()
        tables += table.get_children()
        yield from (s.get_name() for s in table.get_symbols() if s.is_referenced() and s.is_global())


def _at_definition(definition: ast.stmt) -> Iterator[ast.Name]:
    """The names that are looked up when a function or class is made: decorators, bases, defaults, annotations."""
    for field, value in ast.iter_fields(definition):
        if field != "body":
            for part in value if isinstance(value, list) else [value]:
                if isinstance(part, ast.AST):
                    yield from (n for n in ast.walk(part) if isinstance(n, ast.Name))


def _trainers(statements: list[ast.stmt]) -> set[str]:
    """The functions and methods that call `.backward()`, and those that call such a one."""
    nodes = (node for statement in statements for node in ast.walk(statement))
    bodies = {node.name: list(ast.walk(node)) for node in nodes if isinstance(node, DEFINITIONS[:2])}
    called = {name: {c for node in body if (c := _called(node))} for name, body in bodies.items()}
    found = {"backward"}
    while more := {name for name in bodies if called[name] & found} - found:
        found |= more
    return found - {"forward", "__init__", "__call__"}  # every layer has these


def _trains(statement: ast.stmt, trainers: set[str]) -> bool:
    return any(_called(node) in trainers for node in _outer(statement))


def _called(node: ast.AST) -> str:
    if not isinstance(node, ast.Call):
        return ""
    return node.func.id if isinstance(node.func, ast.Name) else getattr(node.func, "attr", "")


def _loaded(statement: ast.AST) -> Iterator[str]:
    return (n.id for n in ast.walk(statement) if isinstance(n, ast.Name) and isinstance(n.ctx, ast.Load))
