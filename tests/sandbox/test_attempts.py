"""What a worker tried and was denied: told to staff by kind, no point for it, and nothing of an honest module."""

import time

import pytest

from autograder.sandbox import Cell, Job, Limits, Sandbox, Source
from autograder.sandbox.lock import syscalls
from autograder.sandbox.messages import Tried
from autograder.sandbox.trusted.attempts import Attempts, is_there, told

TIERS = ("isolated", "restricted", "process") if syscalls.known() else ("process",)
TRY = """
import contextlib, os, socket, subprocess
def attempt(do, *args):
    with contextlib.suppress(OSError):
        return do(*args)
"""
ATTEMPTS = {
    "file": [
        'attempt(open, "/etc/passwd")',
        'attempt(os.listdir, "/etc")',
        'import numpy; attempt(numpy.load, "/etc/hostname")',
        'import pathlib; attempt(pathlib.Path("/proc/1/environ").read_bytes)',
        'attempt(os.open, "/sys/kernel/notes", os.O_RDONLY)',
        'attempt(os.rename, "mine", "/etc/passwd")',
    ],
    "process": [
        "attempt(os.kill, os.getppid() or 1 << 20, 0)",
        'attempt(subprocess.run, ["no-such-program"])',
        'attempt(os.execv, "/no/such/program", ["x"])',
        'import threading; t = threading.Thread(target=attempt, args=(subprocess.run, ["none"])); t.start(); t.join()',
    ],
    "network": [
        'attempt(socket.create_connection, ("127.0.0.1", 1))',
        "attempt(socket.socket, socket.AF_INET, socket.SOCK_DGRAM)",
        'import urllib.request; attempt(urllib.request.urlopen, "http://127.0.0.1:1/")',
    ],
    "native": ["import ctypes; ctypes.CDLL(None).getpid()"],
    "wire": ['def answer(): os.write(3, b"something that is no answer of the worker")'],
}
HONEST = [
    'attempt(open, "data.csv"); attempt(open, "../data/fashion.npz"); attempt(open, "C:\\\\\\\\me\\\\\\\\data.csv")',
    'attempt(open, "/home/ada.lovelace/d2l/data.csv"); attempt(open, "/content/drive/MyDrive/data.npz")',
    "import json, csv, typing, dataclasses, collections, asyncio, multiprocessing, urllib.request, sqlite3",
    "import torch.utils.data, torch.nn.utils, torch.optim.lr_scheduler, numpy.linalg, matplotlib.pyplot, uuid, ctypes",
    "import platform; platform.platform(); platform.processor(); platform.libc_ver()",
    "import sys; sys.path.insert(0, '..'); sys.path.append('/home/ada/lib'); attempt(__import__, 'd2l')",
    "import asyncio; asyncio.run(asyncio.sleep(0))",
    "import tempfile; attempt(tempfile.mkdtemp)",
    "import inspect, linecache, traceback; traceback.format_stack(); inspect.getsource(asyncio_of())\n",
    "import multiprocessing; multiprocessing.cpu_count(); os.cpu_count(); os.path.exists('/etc/passwd')",
    "with open(os.devnull) as file: file.read()",
    "attempt(open, '/proc/cpuinfo'); attempt(open, '/proc/meminfo')",
    "import torch; torch.optim.Adam([torch.zeros(1, requires_grad=True)]).step()",
    "import logging, warnings; logging.warning('hello'); warnings.warn('hello', stacklevel=1)",
    "1 / 0",
]


@pytest.fixture(scope="module", params=TIERS)
def sandbox(request):
    with Sandbox("process", at_most=request.param) as sandbox:
        if sandbox.report["tier"] != request.param:
            pytest.skip(f"this machine offers {sandbox.report['tier']}")
        yield sandbox


def job(code: str) -> Job:
    prelude = TRY + "def asyncio_of():\n    import asyncio\n    return asyncio.run\n"
    cell = Cell(prelude + code, "corr2d.py")
    return Job("corr2d", {"corr2d": Source("corr2d.py", (cell,))}, limits=Limits(seconds=20))


def noted(sandbox: Sandbox, code: str) -> tuple[set[str], list]:
    """The kinds of attempts that were noticed, and the notes."""
    asked = job(code)
    with sandbox.open(asked) as worker:
        if worker.loaded is None and "answer" in worker.names():
            with pytest.raises(Exception, match="no answer"):
                worker.call(0, "answer", [], {}, ())
        kinds = set(worker.tried.reported) | ({"wire"} if worker.tried.wire else set())
        return kinds, told([worker.tried], asked)


@pytest.mark.parametrize(
    ("kind", "code"), [(kind, code) for kind, codes in ATTEMPTS.items() for code in codes], ids=lambda text: text[:40]
)
def test_an_attempt_is_noted_by_its_kind(sandbox, kind, code):
    kinds, notes = noted(sandbox, code)
    assert kind in kinds
    (note,) = notes
    assert "corr2d" in note.en and "corr2d" in note.zh and note.en != note.zh


@pytest.mark.parametrize("code", HONEST, ids=lambda text: text[:40])
def test_honest_work_is_no_attempt(sandbox, code):
    assert noted(sandbox, code)[1] == []


def test_an_attempt_in_a_call_is_heard_with_its_answer(sandbox):
    asked = job("def corr2d(X, K):\n    attempt(open, '/etc/passwd')\n    return 5\n")
    with sandbox.open(asked) as worker:
        assert told([worker.tried], asked) == []
        assert worker.call(0, "corr2d", [1, 2], {}, ()).value == 5
        assert "such as /etc/passwd" in told([worker.tried], asked)[0].en


def test_a_watch_costs_no_exception_and_stays_bounded(sandbox):
    asked = job("for n in range(300):\n    attempt(open, f'/etc/{n}' * 40)\n    attempt(open, b'/etc/\\xff')\n")
    with sandbox.open(asked) as worker:
        assert worker.loaded is None
        assert worker.tried.reported["file"].times == 600 and len(worker.tried.reported["file"].examples) <= 20


def test_nothing_that_the_worker_chose_is_told():
    """It may have seen hidden inputs: no count, and no example that does not stand in its source."""
    asked = job('open("/etc/passwd")')
    notes = []
    for secret in (3, 7, 10):
        attempts = Attempts()
        attempts.hear(
            [Tried("file", secret, (f"/etc/{secret}", "/etc/passwd")), Tried("process", secret, (str(secret),))]
        )
        notes.append(told([attempts], asked))
    assert notes[0] == notes[1] == notes[2] and "/etc/passwd" in notes[0][0].en


def test_an_example_is_no_choice_of_the_worker():
    """Of a source that spells out all numbers, any of them would say what the worker has seen."""
    asked = job("# 00700 00701 '00702'\nopen('/etc/passwd')\nopen('/etc/shadow')\ny = 1\n")
    notes = set()
    for secret in ("/etc/hosts", "00700", "00701"):
        attempts = Attempts()
        attempts.hear([Tried("file", 1, (secret, "/etc/shadow", "/etc/passwd")), Tried("process", 1, (secret,))])
        notes.add(told([attempts], asked)[0])
    assert len(notes) == 1 and "such as /etc/passwd" in notes.pop().en
    assert not is_there("/tmp/..//net/host/x") and not is_there("//net/host/x") and is_there("/etc/./passwd")


def test_workers_of_one_module_are_told_once():
    attempts = [Attempts(), Attempts()]
    for each in attempts:
        each.hear([Tried("process", 1, ("ls",))])
    (note,) = told(attempts, job("os.system('ls')"))
    assert "(once" in note.en and "一次" in note.zh


def test_what_only_a_students_own_machine_has_is_not_denied():
    attempts = Attempts()
    attempts.hear([Tried("file", 5, ("/home/nobody-of-this-name/x", "/net/reached/out", "relative", "/tmp/\0"))])
    assert told([attempts], job("")) == []


def test_a_search_for_examples_costs_little_however_large_the_source():
    attempts = Attempts()
    attempts.hear([Tried(kind, 1, ("a" * 500 + "b" + "a" * 499,) * 20) for kind in ("process", "network", "native")])
    large = job("#" + "a" * 30_000_000)
    started = time.process_time()
    assert told([attempts], large)
    assert time.process_time() - started < 1
