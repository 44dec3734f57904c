"""Serve a submission's modules and packages by name, so that tracebacks show the student's own lines."""

import os
import types
from importlib.machinery import ModuleSpec
from typing import Any

from autograder.sandbox.job import Source
from autograder.sandbox.reserved import PROTECTED
from autograder.selfcheck.cells import build
from autograder.selfcheck.reading import Reader, remember_lines


class Finder:
    """Finds and loads the modules of one submission, and those that the course itself gives to students."""

    def __init__(self, sources: dict[str, Source], course: dict[str, Source], reader: Reader) -> None:
        own = {name: source for name, source in sources.items() if name.partition(".")[0] not in PROTECTED}
        self.sources, self.course, self.reader = course | own, course.keys() - own.keys(), reader
        self.packages = {name.rpartition(".")[0] for name in self.sources if "." in name}
        self.packages |= {name.rpartition(".")[0] for name in self.packages if "." in name}

    def find_spec(self, name: str, path: object = None, target: object = None) -> ModuleSpec | None:
        source = self.sources.get(name)
        is_package = name in self.packages or (source is not None and source.filename.endswith("/__init__.py"))
        if source is None and not is_package:
            return None
        loader: Any = self  # typeshed asks for a subclass of Loader; Python for these methods alone
        return ModuleSpec(name, loader, origin=self.place(name), is_package=is_package)

    def place(self, name: str) -> str:
        """The path that the module would have if the submission lay in the worker's own folder."""
        return os.path.join(os.getcwd(), self.sources[name].filename) if name in self.sources else ""

    def create_module(self, spec: ModuleSpec) -> None:
        return None

    def exec_module(self, module: types.ModuleType) -> None:
        source = self.sources.get(module.__name__)
        if source is None:  # a folder without __init__.py
            return
        module.__file__ = self.place(module.__name__)
        if module.__name__ in self.course:
            for cell in source.cells:
                remember_lines(cell)
                exec(build(cell.code, cell.label), vars(module))
        else:
            self.reader.read(module, source.cells)

    def get_source(self, name: str) -> str:
        return "\n".join(cell.code for cell in self.sources[name].cells)
