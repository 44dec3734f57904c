"""Choose, among the files of one submission, which of them is which module, and read those alone.

The rule, in the order in which it decides: `corr2d.py` in the folder `02_corr2d`, `corr2d.py` at the top,
`corr2d.py` in the folder of another assignment; then notebooks in the same places, one named `corr2d.ipynb` before
one that defines most of the module's exercises. Helpers beside a module come along if they shadow nothing.
"""

import io
from hashlib import sha256

import msgspec
from msgspec import Struct

from autograder.intake.companions import Companions, beside
from autograder.intake.decoding import complaint, decoded_with_note
from autograder.intake.notebooks import MAX_BYTES, defined_names, read_notebook_with_note
from autograder.intake.recognise import MAX_MODULE_BYTES, File, Modules, is_notebook
from autograder.intake.trees import (
    MAX_ENTRIES,
    MAX_ZIP_BYTES,
    MB,
    OTHER_ARCHIVES,
    Archive,
    Entry,
    Part,
    SubmissionProblem,
    Tree,
    entered,
    is_junk,
    shown,
    too_many,
)
from autograder.sandbox.job import Cell, Source
from autograder.text import Text

_MAX_TOTAL_BYTES = 128 * MB
_MAX_ZIPS = 12


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

    def files(self, module: str) -> dict[str, bytes]:
        """The data files by path, as they lie and as if the folder of `module` were the current one."""
        own = self.taken.get(module, "").rpartition("/")[0]
        lying = {
            f"{folder}/{path}" if folder else path: c for folder in self.data for path, c in self.data[folder].items()
        }
        return self.data.get(own, {}) | lying

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
        self.problems: list[SubmissionProblem] = []

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
        return Submission(name, digest, modules, helpers, taken, tuple(self.notes), data)

    def files(self, tree: Tree, depth: int = 0) -> list[File]:
        """All files that may matter, at the top and in the folders of assignments; zips are opened if need be."""
        if isinstance(tree, Archive):
            self.refuse_unsafe(tree)
        tree = entered(tree, self.expected.is_folder)
        top = {n: e for n, e in sorted(tree.children().items()) if not is_junk(n)}
        if len(top) > MAX_ENTRIES:
            raise too_many(Text("the submission", "这份提交"))
        files = [File("", e, tree) for e in top.values() if e.kind != "folder"]
        for folder in self.expected.modules:
            if folder in top and top[folder].kind == "link":
                File("", top[folder], tree).read(0)
            if folder in top and top[folder].kind == "folder":
                files += [
                    File(folder, e, tree)
                    for n, e in sorted(tree.children(folder).items())
                    if e.kind != "folder" and not is_junk(n)
                ]
        if any(self.matters(f) for f in files):
            return files
        return self.inner(tree, top, files, depth)

    def inner(self, tree: Tree, top: dict[str, Entry], files: list[File], depth: int) -> list[File]:
        """Where the top holds no work: the only folder that does, or the zips that lie there."""
        folders = [e.name for e in top.values() if e.kind == "folder"]
        if len(folders) == 1 and depth < 3:
            return self.files(Part(tree, folders[0]), depth + 1) or files
        zips = [f for f in files if f.entry.name.lower().endswith(".zip")]
        if zips and depth < 2:
            return [inner for f in zips[:_MAX_ZIPS] for inner in self.files(self.unzipped(f), depth + 1)]
        for file in files:
            if file.entry.name.lower().endswith(OTHER_ARCHIVES):
                raise SubmissionProblem(
                    f"{file.path} is no zip: unpack it, or ask for a .zip.",
                    f"{file.path} 不是 zip 文件：请解压，或请学生改交 .zip。",
                )
        return files

    def matters(self, file: File) -> bool:
        name = file.entry.name
        return bool(self.expected.of_file(name)) or is_notebook(name)

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
        missing = {f: m for f, m in self.expected.modules.items() if m not in modules}
        notebooks = self.notebooks(files) if missing else []
        lone = [f for f in files if f.entry.name.endswith(".py")]
        if len(files) == len(lone) == 1 and not taken:  # a single .py of any name
            notebooks = [(lone[0], self.python(lone[0]))]
        for folder, module in missing.items():
            if found := self.best_notebook(notebooks, folder, module):
                modules[module], taken[module] = found[1], found[0].path
                self.notes.append(Text(f"{module} was taken from {found[0].path}.", f"{module} 取自 {found[0].path}。"))
        return modules, taken

    def named(self, files: list[File], folder: str, module: str) -> File | None:
        """The .py file that is `module` by its name: in its folder, at the top, elsewhere; a copy comes last."""
        same = [
            (f, plain)
            for f in files
            if (found := self.expected.of_file(f.entry.name))
            for owner, plain in [found]
            if owner == module
        ]
        same.sort(
            key=lambda pair: (
                not pair[1].endswith(".py"),
                _distance(pair[0], folder),
                pair[0].entry.name != pair[1],
                pair[0].path,
            )
        )
        if len(same) > 1:
            first, second = same[0][0].path, same[1][0].path
            self.notes.append(
                Text(f"{module} was taken from {first}, not from {second}.", f"{module} 取自 {first}，而非 {second}。")
            )
        return same[0][0] if same and same[0][1].endswith(".py") else None

    def python(self, file: File) -> Source:
        """A .py file as a source; one that cannot be read becomes a source that says so when it is imported."""
        try:
            data = self.read(file, MAX_MODULE_BYTES)
        except SubmissionProblem as problem:
            self.problems.append(problem)
            code = complaint(problem)
        else:
            self.readable += 1
            code = self.text(data, file)
        return Source(file.path, (Cell(code, shown(file.entry.name)),))

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

    def best_notebook(
        self, notebooks: list[tuple[File, Source]], folder: str, module: str
    ) -> tuple[File, Source] | None:
        """The notebook for `module`: by name, else the one that defines most of its exercises."""
        wanted = set(self.expected.exercises.get(module, ()))

        def rank(pair: tuple[File, Source]) -> tuple[bool, int, int]:
            file, source = pair
            by_name = (self.expected.of_file(file.entry.name) or ("",))[0] == module
            return by_name, len(wanted & defined_names(source)), -_distance(file, folder)

        best = max(notebooks, key=rank, default=None)
        return best if best and any(rank(best)[:2]) else None

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


def _distance(file: File, folder: str) -> int:
    return 0 if file.folder == folder else 1 if not file.folder else 2
