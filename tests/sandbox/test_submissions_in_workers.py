"""What a submission finds in a worker: its files and the template's, the libraries of the list, no other processes."""

import pytest
import torch

from autograder.sandbox import Cell, Job, Limits, Sandbox, Source
from autograder.selfcheck.face import Face
from autograder.selfcheck.trouble import Raised

LIMITS = Limits(seconds=5, memory_mb=1024)


def source(code: str, filename: str = "corr2d.py") -> Source:
    return Source(filename, (Cell(code, filename.rpartition("/")[2]),))


def job(code: str, filename: str = "corr2d.py", **fields) -> Job:
    sources = {"corr2d": source(code, filename)} | fields.pop("sources", {})
    return Job("corr2d", sources, **{"limits": LIMITS} | fields)


@pytest.fixture(scope="module", params=["isolated", "restricted", "process"])
def sandbox(request):
    with Sandbox("process", at_most=request.param) as sandbox:
        if sandbox.report["tier"] != request.param:
            pytest.skip(f"this machine does not offer the tier {request.param}")
        yield sandbox


def ask(sandbox, code, *args, **fields):
    """What the function `f` of a module gives."""
    with sandbox.open(job(code, **fields)) as worker:
        assert worker.loaded is None, worker.loaded
        worker.begin()
        return worker.call(0, "f", list(args), {}, ()).value


def test_data_files_are_read_by_name_and_beside_file(sandbox):
    code = """
import json, os
from pathlib import Path
import numpy as np
def f():
    beside = json.loads((Path(__file__).parent / "bar.json").read_text())
    again = open(os.path.dirname(__file__) + "/bar.json", encoding="utf-8").read()
    with open("bar.json", "rb") as file:
        return [beside, again, file.read(), float(np.load("w.npy")[0])]
"""
    w = b"\x93NUMPY\x01\x00v\x00{'descr': '<f8', 'fortran_order': False, 'shape': (1,), }"
    w += b" " * (127 - len(w)) + b"\n" + b"\0\0\0\0\0\0\xe0?"
    files = {"02_corr2d/bar.json": b"[2, 6]", "bar.json": b"[2, 6]", "w.npy": w}
    answer = ask(sandbox, code.replace("file.read()]", "0]").replace("file.read(),", "len(file.read()),"),
                 filename="02_corr2d/corr2d.py", files=files)  # fmt: skip
    assert answer == [[2, 6], "[2, 6]", 6, 0.5]


def test_packages_with_and_without_init_are_importable(sandbox):
    sources = {
        "utils": source("", "utils/__init__.py"),
        "utils.ops": source("from .low import two\ndef double(x): return two * x", "utils/ops.py"),
        "utils.low": source("two = 2", "utils/low.py"),
        "plain.deep.one": source("one = 1", "plain/deep/one.py"),
        "test_utils": source("zero = 0", "test_utils.py"),
    }
    code = """
import utils.ops
from plain.deep.one import one
from plain.deep import one as module
from test_utils import zero
def f(x): return utils.ops.double(x) + one + module.one + zero
"""
    assert ask(sandbox, code, 4, sources=sources) == 10


def test_what_the_template_ships_is_importable(sandbox):
    course = {"data": source("def load(): return 7", "data.py"), "probes": source("here = 1", "probes.py")}
    code = "from data import load\nimport probes, autograder.selfcheck\ndef f(): return load() + probes.here"
    assert ask(sandbox, code, course=course) == 8
    own = {"data": source("def load(): return 9", "data.py"), "probes": source("here = 5", "probes.py")}
    assert (
        ask(sandbox, code, course=course, sources=own) == 10
    )  # their own data.py; what is protected stays the course's


@pytest.mark.parametrize("library", ["d2l", "pandas", "IPython", "pytest", "msgspec", "typer", "otter", "hypothesis"])
def test_a_library_that_is_not_on_the_list_is_missing(sandbox, library):
    code = f"""
import torch, numpy, matplotlib.pyplot, sympy, PIL
def f():
    try:
        import {library}
    except ModuleNotFoundError as error:
        return [error.name, str(error)]
"""
    name, text = ask(sandbox, code)
    assert name == library and "torch, numpy, matplotlib" in text


@pytest.mark.parametrize(
    "code",
    [
        "import multiprocessing\ndef f():\n    with multiprocessing.Pool(2) as pool:\n        return pool",
        "from concurrent.futures import *\ndef f():\n    return list(ProcessPoolExecutor(2).map(abs, [1]))",
        "import multiprocessing\ndef f():\n    multiprocessing.Process(target=print).start()",
        "import subprocess\ndef f():\n    return subprocess.run(['ls'])",
        "import os\ndef f():\n    return os.popen('ls').read()",
        "import torch.multiprocessing as mp\ndef f():\n    return mp.Pool(2)",
    ],
)
def test_a_process_is_refused_in_words(sandbox, code):
    with pytest.raises(Raised, match="the grader runs no other processes") as caught:
        ask(sandbox, code)
    assert caught.value.kind == "PermissionError" and "其他进程" in caught.value.text


@pytest.mark.parametrize(
    "line",
    [
        "sys.stdout.reconfigure(encoding='utf-8')",
        "sys.stdout.reconfigure(line_buffering=True)",
        "sys.stdout = io.TextIOWrapper(sys.stdout.buffer, encoding='utf-8')",
        "sys.stdout = codecs.getwriter('utf-8')(sys.stdout.detach())",
        "sys.stderr.reconfigure(errors='replace')",
        "print('\\ud83d', flush=True)",
        "os.environ['KMP_DUPLICATE_LIB_OK'] = 'TRUE'",
        "options = argparse.ArgumentParser().parse_args()",
        "torch.set_num_threads(4)",
        "torch.multiprocessing.set_start_method('spawn', force=True)",
    ],
)
def test_what_scripts_begin_with_does_no_harm(sandbox, line):
    code = f"import argparse, codecs, io, os, sys, torch\n{line}\nprint('fine', flush=True)\ndef f(): return 1"
    with sandbox.open(job(code)) as worker:
        assert worker.loaded is None and worker.notes() == []
        assert worker.call(0, "f", [], {}, ()).value == 1
        assert "fine" in worker.printed()


def test_torch_compile_gives_back_what_it_is_given(sandbox):
    code = """
import torch
@torch.compile
def double(x): return 2 * x
@torch.compile(mode="reduce-overhead")
def f(x):
    net = torch.nn.Identity()
    net.compile()
    return torch.compile(net)(double(x))
"""
    assert ask(sandbox, code, torch.ones(2)).tolist() == [2, 2]


def test_what_failed_is_noted_with_our_own_copy_of_the_line(sandbox):
    code = "import d2l\nfrom d2l import x\ndef f(): return d2l.x\nx = [1 / 0]\ndef g(): return x\npool = 1\n"
    with sandbox.open(job(code)) as worker:
        notes = [(n.kind, n.raised.line, n.raised.code, n.names) for n in worker.notes()]
        assert notes == [
            ("failed", 1, "import d2l", ("d2l",)),
            ("failed", 2, "from d2l import x", ("x",)),
            ("failed", 4, "x = [1 / 0]", ("x",)),
        ]
        with pytest.raises(NameError) as caught:
            Face(worker, "corr2d").f()
        assert "`corr2d` uses `d2l`, which is not part of the course" in caught.value.raised.because.en
