"""Small faults that a program can make in a solution by itself: operators, constants, order, dropped parts."""

import ast
import copy
from collections.abc import Iterator
from dataclasses import dataclass

_OPERATORS: dict[type, tuple[type, ...]] = {
    ast.Add: (ast.Sub,),
    ast.Sub: (ast.Add,),
    ast.Mult: (ast.Add, ast.FloorDiv),
    ast.Div: (ast.Mult, ast.FloorDiv),
    ast.FloorDiv: (ast.Div, ast.Mult),
    ast.Mod: (ast.FloorDiv,),
    ast.Pow: (ast.Mult,),
    ast.MatMult: (ast.Mult,),
    ast.Lt: (ast.LtE, ast.Gt),
    ast.LtE: (ast.Lt, ast.GtE),
    ast.Gt: (ast.GtE, ast.Lt),
    ast.GtE: (ast.Gt, ast.LtE),
    ast.Eq: (ast.NotEq,),
    ast.NotEq: (ast.Eq,),
    ast.Is: (ast.IsNot,),
    ast.IsNot: (ast.Is,),
    ast.In: (ast.NotIn,),
    ast.NotIn: (ast.In,),
    ast.And: (ast.Or,),
    ast.Or: (ast.And,),
}
_NAMES = {  # of functions that are easily taken for each other, in Python and in torch
    one: other
    for a, b in (
        ("sum", "mean"),
        ("max", "min"),
        ("amax", "amin"),
        ("argmax", "argmin"),
        ("zeros", "ones"),
        ("new_zeros", "new_ones"),
        ("floor", "ceil"),
        ("stack", "cat"),
        ("any", "all"),
        ("height", "width"),
    )
    for one, other in ((a, b), (b, a))
}
_UNTOUCHED = (ast.Import, ast.ImportFrom, ast.Raise, ast.JoinedStr, ast.Global, ast.Nonlocal)
_KEPT = (ast.FunctionDef, ast.AsyncFunctionDef, ast.ClassDef, ast.Pass, *_UNTOUCHED)


@dataclass(frozen=True)
class Change:
    """One fault: which node of the source it befalls (in the order of `places`), and which of that node's variants."""

    place: int
    variant: int


def changes(source: str) -> list[Change]:
    """Every fault that can be made in `source`."""
    found = []
    for number, node in enumerate(places(ast.parse(source))):
        as_it_is = ast.dump(node)
        found += [Change(number, k) for k, new in enumerate(variants(node)) if ast.dump(new) != as_it_is]
    return found


def changed(source: str, change: Change) -> tuple[ast.Module, int, str, str]:
    """The tree with the fault in it, its line, and the smallest readable piece of the line before and after."""
    tree = ast.parse(source)
    node = next(n for number, n in enumerate(places(tree)) if number == change.place)
    shown = _readable(tree, node)
    before, line = _first_line(shown), node.lineno
    new = ast.copy_location(list(variants(node))[change.variant], node)
    swap = _Swap(node, new)
    after = _first_line(swap.visit(copy.copy(shown)) if shown is not node else new)
    swap.visit(tree)  # in place: a module is never what is exchanged
    return ast.fix_missing_locations(tree), line, before, after


def places(tree: ast.AST) -> Iterator[ast.expr | ast.stmt]:
    """The nodes that a fault can befall, outer ones first: no docstring, annotation, import, message or given body."""
    for child in ast.iter_child_nodes(tree):
        if isinstance(child, _UNTOUCHED) or _is_docstring(child) or _is_given(child):
            continue
        if isinstance(child, ast.arg):
            continue  # its annotation
        if isinstance(child, (ast.expr, ast.stmt)) and not _is_declaration(tree, child):
            yield child
        if not _is_declaration(tree, child):
            yield from places(child)


def variants(node: ast.expr | ast.stmt) -> Iterator[ast.expr | ast.stmt]:
    """What may stand in the place of `node` and should be noticed."""
    if isinstance(node, ast.stmt):
        yield from _statements(node)
    elif isinstance(node, ast.Constant):
        yield from map(ast.Constant, _constants(node.value))
    elif isinstance(node, ast.BinOp):
        yield from (ast.BinOp(node.left, other(), node.right) for other in _OPERATORS.get(type(node.op), ()))
    elif isinstance(node, ast.UnaryOp):
        yield node.operand
    elif isinstance(node, ast.BoolOp):
        yield from (ast.BoolOp(other(), node.values) for other in _OPERATORS[type(node.op)])
    elif isinstance(node, ast.Compare):
        for other in _OPERATORS.get(type(node.ops[0]), ()):
            yield ast.Compare(node.left, [other(), *node.ops[1:]], node.comparators)
    elif isinstance(node, ast.Call):
        yield from _calls(node)
    elif isinstance(node, (ast.Tuple, ast.List)):
        yield from (type(node)(elements, node.ctx) for elements in _swapped(node.elts))
    elif isinstance(node, ast.Slice):
        yield from _slices(node)
    elif isinstance(node, ast.IfExp):
        yield node.body
        yield node.orelse
    elif isinstance(node, (ast.ListComp, ast.GeneratorExp, ast.SetComp)):
        first = node.generators[0]
        for test in first.ifs:
            left = [each for each in first.ifs if each is not test]
            less = ast.comprehension(first.target, first.iter, left, first.is_async)
            yield type(node)(node.elt, [less, *node.generators[1:]])


def _statements(node: ast.stmt) -> Iterator[ast.stmt]:
    if isinstance(node, ast.AugAssign):
        for other in _OPERATORS.get(type(node.op), ()):
            yield ast.AugAssign(node.target, other(), node.value)
    if isinstance(node, (ast.If, ast.While)):
        for value in (True, False):
            yield type(node)(ast.Constant(value), node.body, node.orelse)
    if isinstance(node, ast.With):
        yield ast.If(ast.Constant(True), node.body, [])
    if not isinstance(node, _KEPT):
        yield ast.Pass()


def _constants(value: object) -> tuple:
    if isinstance(value, bool):
        return (not value,)
    if isinstance(value, int):
        return (value + 1, value - 1)
    if isinstance(value, float):
        return (value + 1, -value)
    return ("",) if isinstance(value, str) and value else ()


def _calls(node: ast.Call) -> Iterator[ast.expr]:
    if isinstance(node.func, ast.Attribute) and isinstance(node.func.value, (ast.Call, ast.Subscript, ast.Name)):
        if not _is_namespace(node.func.value):
            yield node.func.value  # X.flip(0) becomes X
    if len(node.args) == 1 and not isinstance(node.args[0], (ast.GeneratorExp, ast.Starred)):
        yield node.args[0]  # _pair(stride) becomes stride
    for args in _swapped(node.args):
        yield ast.Call(node.func, args, node.keywords)
    for keyword in node.keywords:
        yield ast.Call(node.func, node.args, [k for k in node.keywords if k is not keyword])
    if len(node.args) > 1:
        yield ast.Call(node.func, node.args[:-1], node.keywords)
    if (name := getattr(node.func, "attr", getattr(node.func, "id", ""))) in _NAMES:
        func = copy.copy(node.func)
        setattr(func, "attr" if isinstance(func, ast.Attribute) else "id", _NAMES[name])
        yield ast.Call(func, node.args, node.keywords)


def _slices(node: ast.Slice) -> Iterator[ast.expr]:
    if node.lower:
        yield ast.Slice(None, node.upper, node.step)
    if node.upper:
        yield ast.Slice(node.lower, None, node.step)
    if node.step:
        yield ast.Slice(node.lower, node.upper, None)


def _swapped(parts: list) -> Iterator[list]:
    """The list with two neighbours exchanged, for each pair of neighbours."""
    for i in range(len(parts) - 1):
        yield [*parts[:i], parts[i + 1], parts[i], *parts[i + 2 :]]


class _Swap(ast.NodeTransformer):
    """Puts one node in the place of another."""

    def __init__(self, old: ast.AST, new: ast.AST):
        self.old, self.new = old, new

    def visit(self, node: ast.AST) -> ast.AST:
        return self.new if node is self.old else self.generic_visit(node)


def _readable(tree: ast.AST, node: ast.AST) -> ast.AST:
    """The largest expression or plain statement around `node` that a line of a report can hold."""
    parents = {child: parent for parent in ast.walk(tree) for child in ast.iter_child_nodes(parent)}
    shown, outer = node, parents.get(node)
    while outer is not None and not hasattr(outer, "body") and len(ast.unparse(outer)) <= 70:
        if isinstance(outer, (ast.expr, ast.stmt)):
            shown = outer
        outer = parents.get(outer)
    return shown


def _first_line(node: ast.AST) -> str:
    lines = ast.unparse(ast.fix_missing_locations(copy.deepcopy(node))).splitlines()
    return lines[0] + (" …" if len(lines) > 1 else "")


def _is_docstring(node: ast.AST) -> bool:
    return isinstance(node, ast.Expr) and isinstance(node.value, ast.Constant)


def _is_given(node: ast.AST) -> bool:
    return any("given" in ast.unparse(each) for each in getattr(node, "decorator_list", ()))


def _is_declaration(parent: ast.AST, child: ast.AST) -> bool:
    """Annotations, bases and what an assignment or a call is named by: no place for a fault."""
    if isinstance(parent, (ast.FunctionDef, ast.AsyncFunctionDef)):
        return child is parent.returns
    if isinstance(parent, ast.AnnAssign):
        return child is parent.annotation
    return isinstance(parent, ast.ClassDef) and child in parent.bases


def _is_namespace(node: ast.expr) -> bool:
    return isinstance(node, ast.Name) and node.id in ("torch", "nn", "math", "np", "itertools", "self")
