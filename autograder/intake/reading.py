"""Choose, among the files of one submission, which of them is which module, and read those alone.

The rule, in the order in which it decides: `corr2d.py` in the folder `02_corr2d`, at the top, in the folder of another
assignment, in any other if it is the only one (case and the mark of a copy aside); then one named `corr2d.ipynb`
before the file that defines most of the module's exercises; a file of stubs alone gives way to one that holds more.
An exercise that the file chosen lacks is imported from the one file beside it that defines it. Helpers beside a module
come along if they shadow nothing.
"""

import contextlib
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
    defined,
    is_code,
    parted,
    visible,
    without_copy,
    written,
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
from autograder.sandbox.reserved import PROTECTED
from autograder.selfcheck.definitions import span_of
from autograder.text import Text, joined

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
_WHY_NOT = {
    "": Text("its name has no ending: .py, say", "文件名没有扩展名，例如 .py"),
    "pyc": Text("compiled: the .py is wanted", "这是编译后的文件，需要 .py"),
    "zip": Text("not opened: the modules lie beside it", "未打开：模块就在它旁边"),
}
_NOTEBOOK = re.compile(r'\s*\{\s*"(?:cells|metadata|nbformat\w*)"\s*:')
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


class _Choice:
    """The file that was chosen for a module, and its source; `lent`: it imports others' code, which may import it."""

    def __init__(self, file: File, source: Source):
        self.file, self.source, self.lent = file, source, False

    def take(self, name: str, file: File) -> None:
        """Import `name` from a file beside it, after everything else."""
        line = f"from {parted(file.entry.name)[0]} import {name}\n"
        label = f"{shown(self.file.entry.name)}, with {shown(file.entry.name)}"
        self.source, self.lent = Source(self.source.filename, (*self.source.cells, Cell(line, label))), True


class _Picker:
    """The reading of one submission, with what it has used of its allowance and what it has to say."""

    def __init__(self, expected: Modules):
        self.expected, self.left, self.readable = expected, _MAX_TOTAL_BYTES, 0
        self.notes: list[Text] = []
        self.unclear: dict[str, Text] = {}
        self.problems: list[SubmissionProblem] = []
        self.read_already: dict[str, Source] = {}
        self.no_text: dict[str, Text] = {}

    def submission(self, tree: Tree, name: str) -> Submission:
        files = self.files(tree)
        chosen = self.modules(files)
        for module, choice in chosen.items():
            self.complete(module, choice, files)
        if self.problems and not self.readable:
            raise self.problems[0]
        self.notes += [p.text for p in self.problems]
        modules = {module: choice.source for module, choice in chosen.items()}
        taken = {module: choice.file.path for module, choice in chosen.items()}
        companions = self.companions(files, list(chosen.values()))
        for module, choice in chosen.items():
            self.name_rivals(module, choice, files)
        helpers = {folder: found.helpers for folder, found in companions.items() if found.helpers}
        data = {folder: found.data for folder, found in companions.items() if found.data}
        digest = sha256(msgspec.json.encode([_code(modules), _code(helpers), _code(data)])).hexdigest()
        places, used = {choice.file.place for choice in chosen.values()}, set[str]()
        if modules:  # else nothing imports them
            used |= {source.filename for sources in helpers.values() for source in sources.values()}
            used |= {f"{folder}/{path}".lstrip("/") for folder, paths in data.items() for path in paths}
        left = leftovers([f for f in files if f.place not in places and f.path not in used], bool(modules))
        unused = [file.place for file in left]
        self.notes += [unused_note({file.place: self.why_unused(file) for file in left})] if left else []
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
                    inner = self.files(self.unzipped(file), depth + 1)
                    files += [msgspec.structs.replace(f, packed=_joined(file.place, f.packed)) for f in inner]
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

    def modules(self, files: list[File]) -> dict[str, _Choice]:
        """The file of each module that is there."""
        chosen = {}
        for folder, module in self.expected.modules.items():
            if file := self.named(files, folder, module):
                chosen[module] = _Choice(file, self.python(file))
        open_ones = {
            folder: module
            for folder, module in self.expected.modules.items()
            if module not in self.unclear and not (module in chosen and self.written(chosen[module].source, module))
        }
        others = self.by_content(files) if open_ones else []
        for folder, module in open_ones.items():
            found = self.best(others, folder, module)
            if module in chosen and (not found or mentions(chosen[module].source, found.file)):
                continue
            if found and (module not in chosen or self.written(found.source, module)):
                chosen[module] = found
                self.notes.append(taken_note(module, found, self.expected))
            elif module not in chosen:
                self.notes += self.refusals(others, module)
        return chosen

    def refusals(self, others: list[_Choice], module: str) -> list[Text]:
        """What other modules' files define of a module that nobody handed in: helpers, most likely."""
        return [
            Text(
                f"{each.file.place} is {owner} by its name; {names} in it was not graded as {module}.",
                f"{each.file.place} 按文件名是 {owner}；其中的 {names} 没有按 {module} 批改。",
            )
            for each in others
            if (owner := self.owner(each)) not in ("", module)
            and (names := ", ".join(sorted(self.written(each.source, module) - set(self.expected.exercises[owner]))))
        ][:_NAMED]

    def complete(self, module: str, choice: _Choice, files: list[File]) -> None:
        """Let the source import each exercise that it lacks from the one file beside it that defines it."""
        lacking = set(self.expected.exercises.get(module, ())) - written(choice.source)
        givers: dict[str, list[File]] = {}
        for file in self.beside(choice, files) if lacking else ():
            if file.ending == "py" and not hides(file) and not mentions(choice.source, file):
                for name in lacking & written(self.python(file)):
                    givers.setdefault(name, []).append(file)
        for name, (file, *rivals) in sorted(givers.items()):
            if not rivals:
                choice.take(name, file)
                self.notes.append(
                    Text(
                        f"{choice.file.place} does not answer {name}; it was taken from {file.place}.",
                        f"{choice.file.place} 没有完成 {name}；它取自 {file.place}。",
                    )
                )

    def name_rivals(self, module: str, choice: _Choice, files: list[File]) -> None:
        """Note which other files define what was taken from this one, where it does not import them itself."""
        own = self.written(choice.source, module)
        told = []
        for file in self.beside(choice, files) if own else ():
            names: list[str] = []
            with contextlib.suppress(SubmissionProblem):  # nobody asked for this file
                names = sorted(own & written(self.source(file)))
            if names and not mentions(choice.source, file):
                what = ", ".join(names[:3])
                told.append(
                    Text(
                        f"{file.place} also defines {what}; {choice.file.place} counts.",
                        f"{file.place} 也定义了 {what}；以 {choice.file.place} 为准。",
                    )
                )
        self.notes += told[:_NAMED]

    def written(self, source: Source, module: str) -> set[str]:
        """The exercises of `module` that a source answers."""
        return written(source) & set(self.expected.exercises.get(module, ()))

    def beside(self, choice: _Choice, files: list[File]) -> list[File]:
        """The other code in the folder of a module, and at the top, whose name says nothing else."""
        own = choice.file
        near = [f for f in files if f.packed == own.packed and f.folder in (own.folder, "") and f.place != own.place]
        return [f for f in near if is_code(f.entry.name) and f.entry.kind == "file" and not self.is_named(f)][
            :MAX_HELPERS
        ]

    def is_named(self, file: File) -> bool:
        """Whether its name says what a file is: a module, a test, what the template brings along."""
        name = file.entry.name
        return bool(self.expected.of_file(name) or _TEST.match(parted(name)[0]) or name.lower() in _TEMPLATE)

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
            self.set_unclear(module, [f.place for f in rivals])
            return None
        if len(same) > 1:
            first, second = same[0][0].place, same[1][0].place
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

    def by_content(self, files: list[File]) -> list[_Choice]:
        """What may hold a module under another name: the notebooks, and every .py file, tests last."""
        code = [f for f in files if is_code(f.entry.name) and f.entry.kind == "file"]
        notebooks = [f for f in code if f.ending == "ipynb"][: 4 * len(self.expected.modules)]
        python = sorted((f for f in code if f.ending == "py"), key=_is_test)[:MAX_HELPERS]
        found = []
        for file in [*notebooks, *python]:
            try:
                found.append(_Choice(file, self.source(file)))
            except SubmissionProblem as problem:
                self.problems.append(problem)
        return found

    def best(self, others: list[_Choice], folder: str, module: str) -> _Choice | None:
        """The file for `module`: by name, else the one that answers most of its exercises, if it is the only one."""

        def rank(choice: _Choice) -> tuple:
            file = choice.file
            answers, defines = self.answered(choice, module)
            plain = file.entry.name == without_copy(file.entry.name)
            place = (file.ending == "py", plain, -self.distance(file, folder))
            return answers > 0, self.is_called(file, module), not _is_test(file), answers, defines, *place

        those = [each for each in others if self.is_called(each.file, module) or any(self.answered(each, module))]
        order = sorted(those, key=rank, reverse=True)
        rivals = [each for each in order if rank(each) == rank(order[0])]
        if len({_text(each.source) for each in rivals}) < 2:
            return order[0] if order else None
        if self.compete(rivals, module):
            self.set_unclear(module, [each.file.place for each in rivals])
            return None
        return min(rivals, key=lambda each: each.file.place)

    def is_called(self, file: File, module: str) -> bool:
        """Whether a file is `module` by its name."""
        found = self.expected.of_file(file.entry.name)
        return found is not None and found[0] == module

    def compete(self, rivals: list[_Choice], module: str) -> bool:
        """Whether two files answer the same exercise; parts of one answer do not compete."""
        answers = [self.written(each.source, module) for each in rivals]
        given: dict[str, set[str]] = {}
        for each, names in zip(rivals, answers):
            for name in names:
                given.setdefault(name, set()).add(definition_of(name, _text(each.source)))
        return not all(answers) or any(len(texts) > 1 for texts in given.values())

    def answered(self, choice: _Choice, module: str) -> tuple[int, int]:
        """How many exercises of `module` a file answers, and how many it defines, stubs included.

        One that is another module by name, and answers it, brings helpers of the earlier sections: it counts where it
        holds most of `module`, what both ask for aside.
        """
        exercises = set(self.expected.exercises.get(module, ()))
        owner = self.owner(choice)
        least = 0
        if owner not in ("", module):
            least = len(exercises) // 2
            exercises -= set(self.expected.exercises.get(owner, ()))
        counts = (len(names & exercises) for names in (written(choice.source), defined(choice.source)))
        answers, defines = (count if count > least else 0 for count in counts)
        return answers, defines

    def owner(self, choice: _Choice) -> str:
        """The module that a .py file is by its name and by an answer in it; an empty string where it is none."""
        found = self.expected.of_file(choice.file.entry.name)
        return found[0] if found and choice.file.ending == "py" and self.written(choice.source, found[0]) else ""

    def source(self, file: File) -> Source:
        """A file of code as a source, read once; raises `SubmissionProblem` for a notebook that cannot be read."""
        if file.place not in self.read_already:
            if file.ending == "ipynb":
                self.read_already[file.place] = self.notebook(self.read(file, MAX_BYTES), file)
            else:
                self.python(file)
        return self.read_already[file.place]

    def python(self, file: File) -> Source:
        """A .py file as a source, read once; one that cannot be read is a source that says so when it is imported."""
        if file.place in self.read_already:
            return self.read_already[file.place]
        source = None
        try:
            data = self.read(file, MAX_MODULE_BYTES)
        except SubmissionProblem as problem:
            self.problems.append(problem)
            code = complaint(problem)
        else:
            self.readable += 1
            code = self.text(data, file)
            if _NOTEBOOK.match(code):
                with contextlib.suppress(SubmissionProblem):
                    source = self.notebook(data, file)
                    self.notes.append(
                        Text(f"{file.place} is a notebook by its content.", f"{file.place} 的内容其实是 notebook。")
                    )
        source = source or Source(file.path, (Cell(code, shown(file.entry.name)),))
        self.read_already[file.place] = source
        return source

    def text(self, data: bytes, file: File) -> str:
        """The text of a .py file, or, as Python would have it, a module that raises `SyntaxError` on import."""
        try:
            text, note = decoded_with_note(data, file.place)
        except SubmissionProblem as problem:
            self.no_text[file.place] = problem.text
            return complaint(problem)
        self.notes += [note] if note else []
        return text

    def notebook(self, data: bytes, file: File) -> Source:
        try:
            source, note = read_notebook_with_note(data, shown(file.entry.name))
        except SubmissionProblem:
            if not (source := python_after_all(data, file)):
                raise
            note = Text(f"{file.place} is Python by its content.", f"{file.place} 的内容其实是 Python 代码。")
        self.readable += 1
        self.notes += [note] if note else []
        return Source(file.path, source.cells)

    def companions(self, files: list[File], chosen: list[_Choice]) -> dict[str, Companions]:
        """Helpers and data, by folder: beside a module that was taken, and at the top."""
        trees: dict[str, Tree] = {}
        for choice in reversed(chosen):
            trees[""] = trees[choice.file.folder] = choice.file.tree
        code = "\n".join(_text(choice.source) for choice in chosen)
        taken = {choice.file.path for choice in chosen if not choice.lent}
        found = {folder: beside(tree, folder, self.expected, taken, code, self.read) for folder, tree in trees.items()}
        self.notes += [note for folder in sorted(found) for note in found[folder].notes]
        return found

    def why_unused(self, file: File) -> Text:
        """Why a file was not used, as far as it was looked at."""
        if not is_code(file.entry.name):
            return _WHY_NOT.get(parted(f"_{file.entry.name}")[1] if "." in file.entry.name else "", Text())
        if file.place in self.no_text:
            return Text("it is no text", "它不是文本")
        source = self.read_already.get(file.place)
        if source is None:
            return Text()
        if not _text(source).strip():
            return Text("no code in it", "其中没有代码")
        if not defined(source) & {name for names in self.expected.exercises.values() for name in names}:
            return Text("it defines none of the exercises", "其中没有定义任何练习")
        return Text()


def definition_of(name: str, text: str) -> str:
    """The text of the last definition of a name, ends of lines aside."""
    span = span_of(name, text)
    return "\n".join(line.rstrip() for line in text.split("\n")[slice(*span)]).rstrip() if span else ""


def python_after_all(data: bytes, file: File) -> Source | None:
    """A file that is called a notebook and holds Python."""
    try:
        text = decoded_with_note(data, file.place)[0]
    except SubmissionProblem:
        return None
    source = Source(file.path, (Cell(text, shown(file.entry.name)),))
    return source if text.lstrip()[:1] not in ("{", "[", "<") and defined(source) else None


def mentions(source: Source, file: File) -> bool:
    """Whether a source imports this file."""
    stem = re.escape(parted(file.entry.name)[0])
    return re.search(rf"^[ \t]*(?:from|import)\b[^\n#]*\b{stem}\b", _text(source), re.MULTILINE) is not None


def hides(file: File) -> bool:
    """Whether a file cannot be imported by its name."""
    stem = parted(file.entry.name)[0]
    return not stem.isidentifier() or stem in PROTECTED


def _is_test(file: File) -> bool:
    return _TEST.match(parted(file.entry.name)[0]) is not None


def _joined(outer: str, inner: str) -> str:
    return f"{outer}/{inner}" if inner else outer


def _text(source: Source) -> str:
    return "\n".join(cell.code for cell in source.cells)


def _code(table: dict) -> list:
    """What can run or be read, in order of name, wherever it lies."""
    return sorted((name, _code(value) if isinstance(value, dict) else _content(value)) for name, value in table.items())


def _content(value: Source | bytes) -> object:
    return value.cells if isinstance(value, Source) else value


def taken_note(module: str, choice: _Choice, expected: Modules) -> Text:
    """That a module came from a file of another name, and why."""
    names, place = sorted(expected.defined_by(choice.source, module)), choice.file.place
    what = ", ".join(names[:3]) + (", …" if names[3:] else "")
    if not names:
        return Text(f"{module} was taken from {place}.", f"{module} 取自 {place}。")
    return Text(f"{place} defines {what}; it was taken as {module}.", f"{place} 定义了 {what}，按 {module} 采用。")


def leftovers(files: list[File], some_used: bool) -> list[File]:
    """The files that were seen and not used, without what the template brings along, documents first."""
    left = [f for f in files if f.entry.name.lower() not in _TEMPLATE and not f.folder.startswith(_GIVEN)]
    left = [f for f in left if not f.path.endswith((*_DATA, ".pyc")[: None if some_used else -1])]
    return sorted({f.place: f for f in left}.values(), key=lambda file: file.path.endswith(".py"))


def unused_note(reasons: dict[str, Text]) -> Text:
    """What was seen and not used, in one sentence; each path with its reason, which may be empty."""
    some = list(reasons.items())[:_NAMED]
    if len(reasons) == 1 and not is_code(some[0][0]) and not some[0][1]:
        return Text(f"{some[0][0]} is not code: it was not used.", f"{some[0][0]} 不是代码，未采用。")
    names = joined(", ", [path + (" (" + why + ")" if why else Text()) for path, why in some])
    rest = len(reasons) - len(some)
    more = Text(f" and {rest} more", f" 等 {len(reasons)} 个文件") if rest else Text()
    return Text("Not used: ", "未采用：") + names + more + Text(".", "。")
