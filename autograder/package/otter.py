"""Writes an assignment's checks as one self-contained otter test file; knows otter's format and never imports otter.

Otter runs a student's code, the tests and the marks in one process: these files serve notebooks and self-checking,
never our marks.
"""

import ast
import io
import tokenize
from pathlib import Path

from autograder.course.course import ENGINE, Course
from autograder.selfcheck.assignment import Assignment

SELFCHECK = ENGINE / "selfcheck"
# What a test file uses of it; what these import comes along.
ROOTS = ("__init__", "agree", "compare", "context", "face", "marks", "probes", "trouble")
PACKAGE, PROBES = (
    "autograder_selfcheck_{}",
    "autograder_probes_{}",
)  # each file has its own: two of different age never mix

HEADER = '''"""{title} as an otter test file, by `autograder package otter`. Edit the assignment's checks instead."""

import importlib.abc
import importlib.util
import sys
import types

from otter.test_files import test_case

OK_FORMAT = False
name = {name!r}
points = None

MODULE, FORBIDDEN, SEED = {module!r}, {forbidden!r}, {seed!r}
'''

LOADER = '''

class Sources(importlib.abc.MetaPathFinder, importlib.abc.Loader):
    """Imports the modules above from their text."""

    package = PACKAGE

    def find_spec(self, fullname, path=None, target=None):
        if fullname in SOURCES:
            return importlib.util.spec_from_loader(fullname, self, is_package=fullname == PACKAGE)

    def exec_module(self, module):
        module.__file__ = f"<kit>/<autograder>/<selfcheck>/{module.__name__}.py"  # no folder of the student's
        exec(compile(SOURCES[module.__name__], module.__file__, "exec"), vars(module))


for each in SOURCES:
    sys.modules.pop(each, None)  # otter runs this file anew for each check
sys.meta_path[:] = [Sources(), *(each for each in sys.meta_path if getattr(each, "package", "") != PACKAGE)]
context = importlib.import_module(PACKAGE + ".context")
face = importlib.import_module(PACKAGE + ".face")


class Case(test_case):
    """A check as otter's test case; `student` is the face of the notebook's own names."""

    def call_func(self, global_environment):
        namespace = types.ModuleType(MODULE)
        vars(namespace).update(global_environment)
        probes = importlib.import_module(PROBES) if PROBES in SOURCES else None
        student = face.Face(face.LocalBackend(namespace, probes), MODULE)
        student._judge(self.test_func.__name__, self.exercise, tuple(FORBIDDEN.get(self.exercise, ())))
        context.begin(self.test_func.__name__, SEED)
        try:
            self.test_func(student)
        except Exception as error:
            raised = getattr(error, "raised", None)
            if raised is not None:
                place = raised.place()
                error.args = (f"{raised.text} ({place})" if raised.text and place else raised.text or place,)
            raise

    def __reduce__(self):  # otter pickles results into its log; the check itself stays here
        return test_case, (self.name, self.points, self.hidden)


def worth_in(hidden):
    def worth(points, exercise, **limits):
        def mark(function):
            title = " ".join((function.__doc__ or function.__name__).split("\\n\\n")[0].split())
            case = Case(title, points, hidden)(function)
            case.exercise = exercise
            return case

        return mark

    return worth

'''


def export(course: Course, directory: Path, hidden: bool = False, seed: int = 0) -> list[Path]:
    """Write `NN_name.py` for each assignment of the course; `hidden` adds the hidden checks, drawn with `seed`."""
    directory = Path(directory)
    directory.mkdir(parents=True, exist_ok=True)
    written = []
    for each in course.assignments:
        written.append(directory / f"{each.name}.py")
        written[-1].write_text(test_file(each, hidden, seed), "utf-8")
    return written


def test_file(assignment: Assignment, hidden: bool = False, seed: int = 0) -> str:
    """The text of the otter test file of one assignment."""
    package = PACKAGE.format(assignment.name)
    sources = {f"{package}.{name}".removesuffix(".__init__"): text for name, text in _selfcheck_sources().items()}
    probes = Path(assignment.folder) / "probes.py"
    if probes.exists():
        sources[PROBES.format(assignment.name)] = _rebound(probes.read_text("utf-8"), assignment.name)
    parts = [_rebound((assignment.folder / "checks_public.py").read_text("utf-8"), assignment.name)]
    if hidden:
        secret = _rebound((assignment.folder / "checks_hidden.py").read_text("utf-8"), assignment.name)
        parts.append(_renamed(secret, _conflicts(parts[0], secret)))
    header = HEADER.format(
        title=assignment.name,
        name=assignment.name,
        module=assignment.module,
        seed=seed,
        forbidden=_forbidden(assignment),
    )
    texts = "".join(f"    {name!r}: {_literal(text)},\n" for name, text in sources.items())
    checks = "".join(_checks(part, "hidden" if place else "public") for place, part in enumerate(parts))
    names = f"PACKAGE, PROBES = {package!r}, {PROBES.format(assignment.name)!r}\n"
    return f"{header}{names}SOURCES = {{\n{texts}}}\n{LOADER}{checks}"


def _selfcheck_sources() -> dict[str, str]:
    """The modules of `selfcheck` that a test file needs, by name."""
    sources, wanted = {}, list(ROOTS)
    while wanted:
        name = wanted.pop()
        if name not in sources:
            sources[name] = (SELFCHECK / f"{name}.py").read_text("utf-8")
            imports = [
                node for node in ast.walk(ast.parse(sources[name])) if isinstance(node, ast.ImportFrom) and node.level
            ]
            wanted += [
                each for node in imports for each in ([node.module] if node.module else [a.name for a in node.names])
            ]
    return dict(sorted(sources.items()))


def _forbidden(assignment: Assignment) -> dict[str, list[str]]:
    return {name: list(exercise.forbidden) for name, exercise in assignment.exercises.items() if exercise.forbidden}


def _checks(source: str, kind: str) -> str:
    """One file of checks, with `worth` bound to otter's test cases after its imports."""
    last = max(
        (
            node.end_lineno or node.lineno
            for node in ast.parse(source).body
            if isinstance(node, ast.Import | ast.ImportFrom)
        ),
        default=0,
    )
    lines = source.splitlines()
    return "\n".join(
        ["", f"# {kind} checks", *lines[:last], f"worth = worth_in(hidden={kind == 'hidden'})", *lines[last:], ""]
    )


def _rebound(source: str, name: str) -> str:
    """The source with its imports of `autograder.selfcheck` and `probes` bound to the copies inside the file."""
    package, lines = PACKAGE.format(name), source.splitlines()
    inside = {
        "probes": PROBES.format(name),
        "autograder.selfcheck": package,
        "autograder.selfcheck.probes": f"{package}.probes",
    }
    for node in ast.walk(ast.parse(source)):
        if isinstance(node, ast.ImportFrom) and node.module in inside:
            line = lines[node.lineno - 1]
            lines[node.lineno - 1] = line.replace(f"from {node.module} import", f"from {inside[node.module]} import", 1)
    return "\n".join(lines) + "\n"


def _conflicts(public: str, hidden: str) -> set[str]:
    """Names that both files define at top level, each in its own way."""
    ours, theirs = _definitions(public), _definitions(hidden)
    return {name for name in ours.keys() & theirs.keys() if ours[name] != theirs[name]}


def _definitions(source: str) -> dict[str, str]:
    found = {}
    for node in ast.parse(source).body:
        if isinstance(node, ast.FunctionDef | ast.ClassDef):
            found[node.name] = ast.dump(node)
        elif isinstance(node, ast.Assign | ast.AnnAssign):
            found |= {
                each.id: ast.dump(node)
                for each in ast.walk(node)
                if isinstance(each, ast.Name) and isinstance(each.ctx, ast.Store)
            }
    return found


def _renamed(source: str, names: set[str]) -> str:
    """The source with `_hidden` after each of these names, attributes and keywords aside."""
    tokens, previous = [], ""
    for token in tokenize.generate_tokens(io.StringIO(source).readline):
        if token.type == tokenize.NAME and token.string in names and previous != ".":
            tokens.append((token.start, token.end, token.string + "_hidden"))
        previous = token.string
    lines = source.splitlines()
    for (row, start), (_, end), text in reversed(tokens):
        lines[row - 1] = lines[row - 1][:start] + text + lines[row - 1][end:]
    return "\n".join(lines) + "\n"


def _literal(text: str) -> str:
    """A raw string that can be read, or a plain literal where the text forbids it."""
    literal = f"r'''{text}'''"
    return literal if "'''" not in text and ast.literal_eval(literal) == text else repr(text)
