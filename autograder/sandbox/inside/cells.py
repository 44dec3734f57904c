"""Which statements of a notebook have any business at import: it was made to be run by hand, from top to bottom.

Kept are imports, functions, classes, and constants (assignments that call nothing, and names in capitals). An
assignment that calls something is kept only where a function or class uses its name as a global, directly or by way
of another kept assignment, and never if it trains: `history = train(net, ...)` would take minutes. Loops, plots,
prints, bare calls and everything else of the trying-out are left aside. Lines for IPython (`%matplotlib inline`,
`!pip install d2l`, `plt.plot?`) are blanked, so that line numbers stay.
"""

import ast
import re
import symtable
from collections.abc import Iterator

from autograder.sandbox.job import Cell

DEFINITIONS = (ast.FunctionDef, ast.AsyncFunctionDef, ast.ClassDef)
_ASSIGNMENTS = (ast.Assign, ast.AnnAssign, ast.AugAssign)
_CELL_MAGIC = re.compile(r"\s*%%(\w*)(.*)")
_PYTHON_MAGICS = ("time", "timeit", "capture", "prun", "writefile")  # what stands below them is Python
_MAGIC_LINE = re.compile(r"^[ \t]*(?:[%!?].*|\w+[ \t]*=[ \t]*[%!].*|[\w.]+\?{1,2}[ \t]*)$", re.MULTILINE)


def python_of(cell: Cell) -> Cell:
    """The cell without what only IPython understands; a cell that is Python already stays as it is."""
    magic = _CELL_MAGIC.match(cell.code)
    code = cell.code
    if magic:
        is_python = magic[1] in _PYTHON_MAGICS and (magic[1] != "writefile" or magic[2].strip().endswith(".py"))
        code = code[magic.end() :] if is_python else ""
        code = "\n" * cell.code[: magic.end()].count("\n") + code
    try:
        compile(code, cell.label, "exec", ast.PyCF_ONLY_AST, dont_inherit=True)
    except (SyntaxError, ValueError, MemoryError, RecursionError):
        code = _MAGIC_LINE.sub("", code)
    return Cell(code, cell.label)


def kept(parsed: list[tuple[Cell, ast.Module]]) -> list[tuple[Cell, list[ast.stmt]]]:
    """The statements to run, cell by cell, of a notebook whose cells are given with their trees."""
    statements = [s for _, tree in parsed for s in tree.body]
    wanted = {name for cell, _ in parsed for name in _globals_of_definitions(cell)}
    wanted |= {n.id for s in statements if isinstance(s, DEFINITIONS) for n in _at_definition(s)}
    trainers = _trainers(statements)
    while (
        grown := {
            name
            for s in statements
            if isinstance(s, _ASSIGNMENTS) and _is_kept(s, wanted, trainers)
            for name in _loaded(s)
        }
        - wanted
    ):
        wanted |= grown
    return [(cell, [s for s in tree.body if _is_kept(s, wanted, trainers)]) for cell, tree in parsed]


def _is_kept(statement: ast.stmt, wanted: set[str], trainers: set[str]) -> bool:
    if isinstance(statement, (ast.Import, ast.ImportFrom, *DEFINITIONS)):
        return True
    if isinstance(statement, (ast.If, ast.Try)):  # `try: import ...`, `if torch.cuda.is_available(): def ...`
        return any(isinstance(n, (ast.Import, ast.ImportFrom, *DEFINITIONS)) for n in ast.walk(statement))
    if not isinstance(statement, _ASSIGNMENTS):
        return False
    calls = [n for n in ast.walk(statement) if isinstance(n, (ast.Call, ast.comprehension))]
    targets = set(_targets(statement))
    if any(isinstance(c, ast.Call) and isinstance(c.func, ast.Name) and c.func.id in trainers for c in calls):
        return False
    is_constant = isinstance(getattr(statement, "value", None), ast.Lambda) or not calls
    return is_constant or bool(targets & wanted) or any(t.isupper() and len(t) > 1 for t in targets)  # X is no constant


def _globals_of_definitions(cell: Cell) -> Iterator[str]:
    try:
        tables = symtable.symtable(cell.code, cell.label, "exec").get_children()
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
    """The functions that call `.backward()`, and those that call such a one."""
    bodies = {s.name: list(ast.walk(s)) for s in statements if isinstance(s, (ast.FunctionDef, ast.AsyncFunctionDef))}
    called = {
        f: {n.func.id for n in nodes if isinstance(n, ast.Call) and isinstance(n.func, ast.Name)}
        for f, nodes in bodies.items()
    }
    found = {f for f, nodes in bodies.items() for n in nodes if isinstance(n, ast.Attribute) and n.attr == "backward"}
    while more := {f for f in bodies if called[f] & found} - found:
        found |= more
    return found


def _targets(statement: ast.Assign | ast.AnnAssign | ast.AugAssign) -> Iterator[str]:
    targets = statement.targets if isinstance(statement, ast.Assign) else [statement.target]
    for target in targets:
        yield from (n.id for n in ast.walk(target) if isinstance(n, ast.Name))


def _loaded(statement: ast.stmt) -> Iterator[str]:
    return (n.id for n in ast.walk(statement) if isinstance(n, ast.Name) and isinstance(n.ctx, ast.Load))
