"""Choose, among the files of one submission, which of them is which module, and read those alone.

The rule, in the order in which it decides: `corr2d.py` in the folder `02_corr2d`, at the top, in the folder of another
assignment, in any other if it is the only one (case and the mark of a copy aside); then one named `corr2d.ipynb`
before the file that defines most of the module's exercises. Helpers beside a module come along if they shadow nothing.
"""

import io
import re
from collections.abc import Iterator
from hashlib import sha256

import msgspec
from msgspec import Struct

from autograder.errors import SubmissionProblem
from autograder.intake.companions import MAX_HELPERS, Companions, beside
from autograder.intake.decoding import complaint, decoded_with_note
from autograder.intake.notebooks import MAX_BYTES, read_notebook_with_note
from autograder.intake.recognise import (
    MAX_MODULE_BYTES,
    PICTURES,
    File,
    Modules,
    is_code,
    is_notebook,
    parted,
    visible,
    without_copy,
)
from autograder.intake.trees import (
    MAX_ENTRIES,
    MAX_ZIP_BYTES,
    MB,
    OTHER_ARCHIVES,
    Archive,
    Tree,
    entered,
    shown,
    too_many,
)
from autograder.sandbox.job import Cell, Source
from autograder.text import Text

_MAX_TOTAL_BYTES = 128 * MB
_MAX_ZIPS = 12
_MAX_DEPTH, _MAX_RIVALS, _NAMED = 5, 5, 5
ELSEWHERE = 4
_OTHERS = ("venv", "env", "node_modules", "site-packages", "dist-packages")  # folders that hold no student's work
_TEMPLATE = (
    "readme.md", "readme.zh-cn.md", "checks_public.py", "probes.py", "pictures.py", "assignment.toml", "conftest.py",
    "pyproject.toml", "data.py", "requirements.txt", "license", "__init__.py",
)  # fmt: skip
_GIVEN = ("autograder", "data")
_DATA = (".npz", ".npy", ".pt", ".pth", ".json", ".toml", ".csv", ".gz", ".ubyte", *PICTURES)
_TEST = re.compile(r"test_|tests?$|checks_|.*_test$")


class Submission(Struct, frozen=True):
    """What one student handed in: a source for each module, `taken` says from which file it came.

    `sha256` covers the code that can run, the data that it can read and nothing else: a notebook's pictures do not
    change it. `helpers` and `data` hold what may be imported and read, by the folder that it lies in (`""` is the top).
    """

    name: str
    sha256: str
    modules: dict[str, Source]
    helpers: dict[str, dict[str, Source]]
    taken: dict[str, str]
    notes: tuple[Text, ...] = ()
    data: dict[str, dict[str, bytes]] = {}
    unused: tuple[str, ...] = ()
    unclear: dict[str, Text] = {}

    def files(self, module: str) -> dict[str, bytes]:
        """The data files by path, as they lie and as if the folder of `module` were the current one."""
        own = self.taken.get(module, "").rpartition("/")[0]
        lying = {
            f"{folder}/{path}" if folder else path: c for folder in self.data for path, c in self.data[folder].items()
        }
        return self.data.get(own, {}) | lying

    def absence(self, module: str) -> Text:
        """Why there is nothing to grade for `module`: what was seen instead."""
        if module in self.unclear:
            return self.unclear[module]
        gone = Text(f"{module}.py is not in the submission", f"提交中没有 {module}.py")
        if not self.unused:
            return gone + Text(".", "。")
        some = ", ".join(self.unused[:_NAMED]) + (", …" if self.unused[_NAMED:] else "")
        return gone + Text(f"; it holds {some}.", f"，只有 {some}。")

    def sources(self, module: str) -> dict[str, Source]:
        """Everything that `module` may import, itself included; helpers in its own folder come before others."""
        beside = self.taken.get(module, "").rpartition("/")[0]
        folders = sorted(self.helpers, key=lambda folder: (folder == beside, folder == ""))
        helpers = {name: source for folder in folders for name, source in self.helpers[folder].items()}
        return helpers | self.modules


def pick(tree: Tree, name: str, expected: Modules) -> Submission:
    """Read the submission in `tree`."""
    return _Picker(expected).submission(tree, name)


class _Picker:
    """The reading of one submission, with what it has used of its allowance and what it has to say."""

    def __init__(self, expected: Modules):
        self.expected, self.left, self.readable = expected, _MAX_TOTAL_BYTES, 0
        self.notes: list[Text] = []
        self.unclear: dict[str, Text] = {}
        self.problems: list[SubmissionProblem] = []
        self.read_already: dict[str, Source] = {}

    def submission(self, tree: Tree, name: str) -> Submission:
        files = self.files(tree)
        modules, taken = self.modules(files)
        if self.problems and not self.readable:
            raise self.problems[0]
        self.notes += [p.text for p in self.problems]
        companions = self.companions(files, {taken[m]: _text(source) for m, source in modules.items()})
        helpers = {folder: found.helpers for folder, found in companions.items() if found.helpers}
        data = {folder: found.data for folder, found in companions.items() if found.data}
        digest = sha256(msgspec.json.encode([_code(modules), _code(helpers), _code(data)])).hexdigest()
        used = set(taken.values())
        if modules:  # else nothing imports them
            used |= {source.filename for sources in helpers.values() for source in sources.values()}
            used |= {f"{folder}/{path}".lstrip("/") for folder, paths in data.items() for path in paths}
        unused = leftovers([f for f in files if f.path not in used], self.expected)
        self.notes += [unused_note(unused)] if unused else []
        return Submission(name, digest, modules, helpers, taken, tuple(self.notes), data, tuple(unused), self.unclear)

    def files(self, tree: Tree, depth: int = 0) -> list[File]:
        """All files that may matter; what lies in zips comes after what lies open."""
        if isinstance(tree, Archive):
            self.refuse_unsafe(tree)
        tree = entered(tree, self.expected.is_folder)
        if len(tree.children()) > MAX_ENTRIES:
            raise too_many(Text("the submission", "这份提交"))
        files = list(self.walk(tree))
        zips = [f for f in files if f.ending == "zip"]
        if depth < 2 and {found[0] for f in files if (found := self.expected.of_file(f.entry.name))} != set(
            self.expected.modules.values()
        ):
            for file in zips[:_MAX_ZIPS]:
                try:
                    files += self.files(self.unzipped(file), depth + 1)
                    files.remove(file)
                except SubmissionProblem as problem:
                    self.problems.append(problem)
        if packed := next((f for f in files if f.entry.name.lower().endswith(OTHER_ARCHIVES)), None):
            self.problems.append(
                SubmissionProblem(
                    f"{packed.path} is no zip: unpack it, or ask for a .zip.",
                    f"{packed.path} 不是 zip 文件：请解压，或请学生改交 .zip。",
                )
            )
        return files

    def walk(self, tree: Tree) -> Iterator[File]:
        """The files of a tree, the top before its folders and those of assignments before others, within bounds."""
        waiting, count = [""], 0
        while waiting:
            folder = waiting.pop(0)
            try:
                entries = visible(tree, folder)
            except SubmissionProblem as problem:
                self.problems.append(problem)
                continue
            count += len(entries)
            if folder and count > MAX_ENTRIES:  # a data set: no work of the student lies behind it
                return
            for name, entry in sorted(entries.items(), key=lambda pair: not self.expected.is_folder(pair[0])):
                if entry.kind == "folder":
                    if folder.count("/") < _MAX_DEPTH and name not in _OTHERS:
                        waiting.append(f"{folder}/{name}" if folder else name)
                elif entry.kind == "link" and self.expected.is_folder(name):
                    try:
                        File(folder, entry, tree).read(0)
                    except SubmissionProblem as problem:
                        self.problems.append(problem)
                else:
                    yield File(folder, entry, tree)

    def unzipped(self, file: File) -> Archive:
        return Archive(io.BytesIO(self.read(file, MAX_ZIP_BYTES)), file.path)

    def refuse_unsafe(self, tree: Archive) -> None:
        if tree.unsafe:
            raise SubmissionProblem(
                f"{tree.label} holds {shown(tree.unsafe[0])}, a path that leads outside: zip the folder again.",
                f"{tree.label} 中的 {shown(tree.unsafe[0])} 指向压缩包之外：请重新压缩文件夹。",
            )
        if tree.count > MAX_ENTRIES:
            raise too_many(tree.label)

    def read(self, file: File, limit: int) -> bytes:
        data = file.read(min(limit, self.left))
        self.left -= len(data)
        return data

    def modules(self, files: list[File]) -> tuple[dict[str, Source], dict[str, str]]:
        """The source of each module that is there, and the path of the file it came from."""
        modules, taken = {}, {}
        for folder, module in self.expected.modules.items():
            if file := self.named(files, folder, module):
                modules[module], taken[module] = self.python(file), file.path
        missing = {f: m for f, m in self.expected.modules.items() if m not in modules and m not in self.unclear}
        others = self.by_content(files) if missing else []
        for folder, module in missing.items():
            if found := self.best(others, folder, module):
                modules[module], taken[module] = found[1], found[0].path
                self.notes.append(taken_note(module, *found, self.expected))
        return modules, taken

    def named(self, files: list[File], folder: str, module: str) -> File | None:
        """The .py file that is `module` by its name: in its folder, at the top, elsewhere; a copy comes last."""

        def rank(pair: tuple[File, str]) -> tuple[bool, int, bool]:
            file, plain = pair
            return not plain.endswith(".py"), self.distance(file, folder), file.entry.name != plain

        same = [(f, found[1]) for f in files if (found := self.expected.of_file(f.entry.name)) and found[0] == module]
        same.sort(key=lambda pair: (*rank(pair), pair[0].path))
        if not same or not same[0][1].endswith(".py"):
            return None
        rivals = [f for f, plain in same if rank((f, plain)) == rank(same[0])]
        if self.distance(rivals[0], folder) == ELSEWHERE and self.differ(rivals):
            self.set_unclear(module, [f.path for f in rivals])
            return None
        if len(same) > 1:
            first, second = same[0][0].path, same[1][0].path
            self.notes.append(
                Text(f"{module} was taken from {first}, not from {second}.", f"{module} 取自 {first}，而非 {second}。")
            )
        return same[0][0]

    def differ(self, files: list[File]) -> bool:
        """Whether files of the same rank hold different bytes; what cannot be read differs from all."""
        try:
            return len({self.read(f, MAX_MODULE_BYTES) for f in files[:_MAX_RIVALS]}) > 1
        except SubmissionProblem:
            return True

    def set_unclear(self, module: str, paths: list[str]) -> None:
        names = ", ".join(paths[:_MAX_RIVALS])
        self.unclear[module] = Text(
            f"{module}: which of {names} counts is not clear, so none was taken; ask for one file.",
            f"{module}：无法确定以 {names} 中的哪一个为准，因此都未采用；请学生只交一个文件。",
        )
        self.notes.append(self.unclear[module])

    def distance(self, file: File, folder: str) -> int:
        """How far a file lies from where the template has it."""
        if file.folder == folder:
            return 0
        of = self.expected.of_folder(file.folder.rpartition("/")[2])
        return 1 if of == folder else 2 if not file.folder else 3 if of else ELSEWHERE

    def by_content(self, files: list[File]) -> list[tuple[File, Source]]:
        """What may hold a module under another name: the notebooks, and every .py file."""
        python = [f for f in files if f.ending == "py" and f.entry.kind == "file"]
        python = [f for f in python if not _TEST.match(parted(f.entry.name)[0])][:MAX_HELPERS]
        return [*self.notebooks(files), *((f, self.python(f)) for f in python)]

    def best(self, others: list[tuple[File, Source]], folder: str, module: str) -> tuple[File, Source] | None:
        """The file for `module`: by name, else the one that defines most of its exercises, if it is the only one."""

        def rank(pair: tuple[File, Source]) -> tuple[bool, int, bool, bool, int]:
            file, source = pair
            by_name = (self.expected.of_file(file.entry.name) or ("",))[0] == module
            count = self.answered(file, source, module)
            name = file.entry.name
            return by_name, count, file.ending == "py", name == without_copy(name), -self.distance(file, folder)

        order = sorted(others, key=rank, reverse=True)
        if not order or not any(rank(order[0])[:2]):
            return None
        rivals = [pair for pair in order if rank(pair) == rank(order[0])]
        if len({_text(source) for _, source in rivals}) > 1:
            self.set_unclear(module, [file.path for file, _ in rivals])
            return None
        return order[0]

    def answered(self, file: File, source: Source, module: str) -> int:
        """How many exercises of `module` a file defines.

        One that is another module by name brings helpers of the earlier sections: it counts where it holds most of
        `module`, what both ask for aside.
        """
        names = self.expected.defined_by(source, module)
        owner = (self.expected.of_file(file.entry.name) or (module,))[0]
        if owner != module and file.ending == "py":
            names -= set(self.expected.exercises.get(owner, ()))
            return len(names) if 2 * len(names) > len(self.expected.exercises.get(module, ())) else 0
        return len(names)

    def python(self, file: File) -> Source:
        """A .py file as a source, read once; one that cannot be read is a source that says so when it is imported."""
        if file.path in self.read_already:
            return self.read_already[file.path]
        try:
            data = self.read(file, MAX_MODULE_BYTES)
        except SubmissionProblem as problem:
            self.problems.append(problem)
            code = complaint(problem)
        else:
            self.readable += 1
            code = self.text(data, file)
        source = self.read_already[file.path] = Source(file.path, (Cell(code, shown(file.entry.name)),))
        return source

    def text(self, data: bytes, file: File) -> str:
        """The text of a .py file, or, as Python would have it, a module that raises `SyntaxError` on import."""
        try:
            text, note = decoded_with_note(data, file.path)
        except SubmissionProblem as problem:
            return complaint(problem)
        self.notes += [note] if note else []
        return text

    def notebooks(self, files: list[File]) -> list[tuple[File, Source]]:
        found = []
        for file in [f for f in files if is_notebook(f.entry.name)][: 4 * len(self.expected.modules)]:
            try:
                source, note = read_notebook_with_note(self.read(file, MAX_BYTES), shown(file.entry.name))
                self.readable += 1
                self.notes += [note] if note else []
                found.append((file, Source(file.path, source.cells)))
            except SubmissionProblem as problem:
                self.problems.append(problem)
        return found

    def companions(self, files: list[File], taken: dict[str, str]) -> dict[str, Companions]:
        """Helpers and data, by folder: beside a module that was taken (their code by path), and at the top."""
        folders = {path.rpartition("/")[0] for path in taken} | {""}
        trees = {f.folder: f.tree for f in reversed(files) if f.folder in folders}
        found = {folder: beside(tree, folder, self.expected, taken, self.read) for folder, tree in trees.items()}
        self.notes += [note for folder in sorted(found) for note in found[folder].notes]
        return found


def _text(source: Source) -> str:
    return "\n".join(cell.code for cell in source.cells)


def _code(table: dict) -> list:
    """What can run or be read, in order of name, wherever it lies."""
    return sorted((name, _code(value) if isinstance(value, dict) else _content(value)) for name, value in table.items())


def _content(value: Source | bytes) -> object:
    return value.cells if isinstance(value, Source) else value


def taken_note(module: str, file: File, source: Source, expected: Modules) -> Text:
    """That a module came from a file of another name, and why."""
    names = sorted(expected.defined_by(source, module))
    what = ", ".join(names[:3]) + (", …" if names[3:] else "")
    if not names:
        return Text(f"{module} was taken from {file.path}.", f"{module} 取自 {file.path}。")
    return Text(
        f"{file.path} defines {what}; it was taken as {module}.", f"{file.path} 定义了 {what}，按 {module} 采用。"
    )


def leftovers(files: list[File], expected: Modules) -> list[str]:
    """The files that were seen and not used, without what the template brings along, documents first."""
    paths = [f.path for f in files if f.entry.name.lower() not in _TEMPLATE and not f.folder.startswith(_GIVEN)]
    paths = [path for path in paths if not path.endswith((".pyc", *_DATA))]
    return sorted(dict.fromkeys(paths), key=lambda path: path.endswith(".py"))


def unused_note(paths: list[str]) -> Text:
    """What was seen and not used, in one sentence."""
    some = paths[:_NAMED]
    names = ", ".join(some)
    more = f" and {len(paths) - len(some)} more" if paths[_NAMED:] else ""
    more_zh = f" 等 {len(paths)} 个文件" if paths[_NAMED:] else ""
    if len(paths) == 1 and not is_code(names):
        return Text(f"{names} is not code: it was not used.", f"{names} 不是代码，未采用。")
    return Text(f"Not used: {names}{more}.", f"未采用：{names}{more_zh}。")
