"""The rooms of the kit and the direction of imports between them, read from the sources without running them."""

import ast
from collections.abc import Iterator
from graphlib import CycleError, TopologicalSorter
from pathlib import Path

import pytest

KIT = Path(__file__).resolve().parents[1] / "autograder"
# Each room may import itself and those after it. `__init__` is the version, which the students' copy does not have.
ORDER = (
    ("cli", "__main__"),
    ("package",),
    ("export",),
    ("report",),
    ("grading",),
    ("course",),
    ("intake",),
    ("sandbox",),
    ("gradebook",),
    ("text", "errors"),
    ("__init__",),
    ("selfcheck",),
)
RANK = {name: number for number, room in enumerate(ORDER) for name in room}


def module_name(file: Path) -> str:
    parts = file.relative_to(KIT.parent).with_suffix("").parts
    return ".".join(parts[:-1] if parts[-1] == "__init__" else parts)


FILES = {module_name(file): file for file in sorted(KIT.rglob("*.py"))}
TREES = {name: ast.parse(file.read_bytes(), str(file)) for name, file in FILES.items()}


def rank(module: str) -> int:
    return RANK[(module + ".__init__").split(".")[1]]


def targets(module: str, node: ast.AST) -> Iterator[str]:
    """The modules of the kit that an import names; `from package import module` names the module."""
    if isinstance(node, ast.Import):
        yield from (alias.name for alias in node.names if alias.name in FILES)
    elif isinstance(node, ast.ImportFrom):
        package = module if FILES[module].name == "__init__.py" else module.rpartition(".")[0]
        home = package.rsplit(".", node.level - 1)[0] if node.level else ""
        source = ".".join(part for part in (home, node.module) if part)
        for name in (f"{source}.{alias.name}" for alias in node.names):
            yield from (each for each in [name if name in FILES else source] if each in FILES)


def everywhere(module: str) -> set[str]:
    """What a module imports anywhere, inside functions too."""
    return {target for node in ast.walk(TREES[module]) for target in targets(module, node)}


def at_import(module: str) -> set[str]:
    """What must be imported before the module is: not what only functions or a type checker import."""
    found, nodes = set(), list(TREES[module].body)
    while nodes:
        node = nodes.pop()
        found |= set(targets(module, node))
        if isinstance(node, ast.If) and ast.unparse(node.test) == "TYPE_CHECKING":
            nodes += node.orelse
        elif not isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef):
            nodes += [each for each in ast.iter_child_nodes(node) if isinstance(each, ast.stmt | ast.ExceptHandler)]
    return found


def within(module: str, package: str) -> bool:
    return f"{module}.".startswith(f"{package}.")


def test_every_module_has_a_room():
    strangers = sorted(name for name in FILES if (name + ".__init__").split(".")[1] not in RANK)
    assert not strangers, "give these a place in ORDER"


def test_the_imports_are_seen():
    assert {"autograder.errors", "autograder.text"} <= everywhere("autograder.cli")  # inside functions
    assert "autograder.selfcheck.text" in at_import("autograder.selfcheck.errors")  # relative
    assert "autograder.selfcheck.context" in at_import("autograder.selfcheck.face")  # `from . import context`
    assert "autograder.sandbox.trusted.worker" in everywhere("autograder.sandbox")
    assert "autograder.sandbox.trusted.worker" not in at_import("autograder.sandbox")


@pytest.mark.parametrize("room", ORDER, ids=lambda room: room[0])
def test_a_room_imports_only_itself_and_those_after_it(room):
    number = RANK[room[0]]
    mine = [module for module in FILES if rank(module) == number]
    assert mine
    wrong = [f"{module} imports {target}" for module in mine for target in everywhere(module) if rank(target) < number]
    assert not wrong


@pytest.mark.parametrize(
    "here, there", [("inside", "trusted"), ("trusted", "inside"), ("lock", "inside"), ("lock", "trusted")]
)
def test_the_sides_of_the_wall_never_import_each_other(here, there):
    mine = [module for module in FILES if within(module, f"autograder.sandbox.{here}")]
    assert len(mine) > 1
    seen, waiting = set(), [target for module in mine for target in everywhere(module)]
    while waiting:  # nor by way of a third
        target = waiting.pop()
        if target not in seen:
            seen.add(target)
            waiting += at_import(target)
    assert not [target for target in seen if within(target, f"autograder.sandbox.{there}")]


def test_no_import_comes_back_to_where_it_began():
    try:
        TopologicalSorter({module: at_import(module) - {module} for module in FILES}).prepare()
    except CycleError as error:
        pytest.fail(" -> ".join(reversed(error.args[1])))
