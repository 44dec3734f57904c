"""A worker answers, and whatever student code does costs only its own check and is told truthfully."""

import os
import time
from pathlib import Path

import pytest
import torch

from autograder.sandbox import Cell, Job, Limits, Sandbox, Source
from autograder.sandbox.trusted.spawned import Spawner
from autograder.selfcheck.face import Face
from autograder.selfcheck.trouble import Raised, Stopped

CODE = """
import os, random, sys, threading, time
import numpy as np
import torch
from helper import double

SIZE = 2**2000

def corr2d(X, K):
    h, w = K.shape
    Y = torch.zeros(X.shape[0] - h + 1, X.shape[1] - w + 1)
    for i in range(Y.shape[0]):
        for j in range(Y.shape[1]):
            Y[i, j] = (X[i:i + h, j:j + w] * K).sum()
    return Y

class Layer:
    def __init__(self):
        self.weight = torch.ones(3, requires_grad=True)
    def __call__(self, X):
        return X + self.weight
    def spin(self):
        while True: pass

def echo(x): return x
def twice(x): return double(x)
def drawn(): return [random.random(), float(np.random.rand()), torch.rand(1)]
def shape(X): return X.shape
def risky(x): return 10 // x
def boom(): raise ValueError("no such luck")
def spin():
    while True: pass
def sleep(): time.sleep(60)
def leave(): sys.exit(3)
def interrupt(): raise KeyboardInterrupt
def vanish(): os._exit(0)
def hoard(): return torch.zeros(3_000_000_000)
def pile(): return bytearray(3_000_000_000)
def flood():
    while True: print("x" * 1000)
def talk(): print("hello there")
def crash():
    import ctypes
    ctypes.string_at(0)
def dive(): return dive()
def forge(): os.write(3, b"\\xff" * 100)
def drip():
    os.write(3, b"cnn1" + bytes([0, 0, 8, 0]) + bytes(8))
    while True:
        os.write(3, b"x")
        time.sleep(0.05)
def hang_up():
    os.close(3)
    time.sleep(60)
def large(): return torch.zeros(100_000_000)
def long(): return list(range(1_000_000))
def deep():
    value = []
    for _ in range(1000): value = [value]
    return value
def huge(): return 1 << 100_000
def odd(): return "a\\ud800", np.float32(1.5), torch.zeros(2).to_sparse(), object()
def batches():
    data = torch.utils.data.TensorDataset(torch.arange(5.0))
    loader = torch.utils.data.DataLoader(data, 2, True, None, None, 4, drop_last=True, persistent_workers=True)
    return [len(X) for X, in loader]
def environment(): return dict(os.environ)
def open_files(): return sorted(fd for fd in range(256) if alive(fd))
def alive(fd):
    try: os.fstat(fd)
    except OSError: return False
    return True
"""
LIMITS = Limits(seconds=5, memory_mb=1024)


def source(code: str, filename: str = "corr2d.py") -> Source:
    return Source(filename, (Cell(code, filename),))


def job(code: str = CODE, **fields) -> Job:
    sources = {"corr2d": source(code), "helper": source("def double(x): return 2 * x", "helper.py")}
    return Job("corr2d", sources, **{"limits": LIMITS} | fields)


@pytest.fixture(scope="module")
def sandbox():
    with Sandbox("process") as sandbox:
        yield sandbox


@pytest.fixture(scope="module")
def shared(sandbox):
    """One worker for the calls that do no harm."""
    with sandbox.open(job()) as worker:
        yield worker


@pytest.fixture
def worker(sandbox):
    with sandbox.open(job()) as worker:
        yield worker


def call(worker, name, *args):
    worker.begin()
    return worker.call(0, name, list(args), {}, ()).value


def test_data_comes_back_as_data(shared):
    student = Face(shared, "corr2d")
    X, K = torch.arange(9.0).reshape(3, 3), torch.arange(4.0).reshape(2, 2)
    assert torch.equal(student.corr2d(X, K), torch.tensor([[19.0, 25.0], [37.0, 43.0]]))
    assert torch.equal(student.corr2d(X, K=K), student.corr2d(K=K, X=X))
    assert student.corr2d(X, K=K).shape == (2, 2)
    assert student.shape(X) == (3, 3)
    assert student.SIZE == 2**2000
    assert student.twice(4) == 8
    assert student.echo({"a": [1, (None, True)]}) == {"a": [1, (None, True)]}


def test_an_object_becomes_a_handle(shared):
    layer = Face(shared, "corr2d").Layer()
    assert layer(torch.zeros(3)).tolist() == [1, 1, 1]
    assert layer.weight.tolist() == [1, 1, 1] and not layer.weight.requires_grad


def test_a_handle_may_be_an_argument(shared):
    student = Face(shared, "corr2d")
    assert student.echo(student.Layer()).weight.tolist() == [1, 1, 1]


def test_unusual_values_travel_or_stay_as_handles(shared):
    text, number, sparse, thing = call(shared, "odd")
    assert (text, number, sparse.tolist()) == ("a\\ud800", 1.5, [0, 0])
    assert thing.type_name == "object"


def test_probes_run_beside_the_module(sandbox):
    probes = "def changed(module, X):\n    X[0] = 7\n    return [module.twice(3), X]\n"
    with sandbox.open(job(probes=probes)) as worker:
        answer = worker.probe("assignment", "changed", [torch.zeros(2)], ()).value
    assert answer[0] == 6 and answer[1].tolist() == [7, 0]


def test_several_questions_travel_together(shared):
    student = Face(shared, "corr2d")
    shared.begin()
    layers = [layer for _, layer in student.Layer.each([(), ()])]
    assert [answer for _, answer in student.twice.each([(4,), (5,)])] == [8, 10]
    images = [(torch.ones(2, 3), torch.ones(1, 2)), (torch.arange(4.0).reshape(2, 2), torch.ones(2, 2))]
    assert [Y.tolist() for _, Y in student.corr2d.each(images)] == [[[2, 2], [2, 2]], [[6]]]
    assert [echo.weight.tolist() for _, echo in student.echo.each([(layer,) for layer in layers])] == [[1, 1, 1]] * 2


def test_one_exception_among_several_answers_comes_in_its_turn(shared):
    answers = Face(shared, "corr2d").risky.each([(5,), (0,), (1,)])
    assert next(answers) == ((5,), 2)
    with pytest.raises(ZeroDivisionError) as caught:
        next(answers)
    assert caught.value.raised.code == "def risky(x): return 10 // x"
    assert shared.alive


@pytest.mark.parametrize("answers", ["fewer", "more", "trouble among"])
def test_answers_of_another_number_are_no_answer(sandbox, answers):
    forged = {"fewer": "a[:-1]", "more": "[*a, a[0]]", "trouble among": "[a[0], trouble, a[0]]"}
    code = f"""
from autograder.sandbox import framing, messages
from autograder.sandbox.inside import worker
trouble = messages.Trouble(*[''] * 4, 0, '', '')
def answer(backend, questions, unpacker):
    a = [messages.Answer(1) for question in questions]
    return framing.frame(messages.Answers({forged[answers]}))
worker.answer = answer
def echo(x): return x
"""
    with sandbox.open(job(code)) as worker:
        with pytest.raises(Stopped, match="sent the grader something that is no answer in `echo`"):
            list(Face(worker, "corr2d").echo.each([(1,), (2,), (3,)]))


def test_an_exception_arrives_with_the_students_line(shared):
    with pytest.raises(Raised) as caught:
        call(shared, "boom")
    raised = caught.value
    assert (raised.kind, raised.text, raised.file) == ("ValueError", "no such luck", "corr2d.py")
    assert raised.code == 'def boom(): raise ValueError("no such luck")'
    assert "sandbox" not in raised.traceback
    assert shared.alive


@pytest.mark.parametrize("name, type_name", [("leave", "SystemExit"), ("interrupt", "KeyboardInterrupt")])
def test_leaving_is_an_exception_like_any_other(shared, name, type_name):
    with pytest.raises(Raised) as caught:
        call(shared, name)
    assert caught.value.type_name == type_name
    assert isinstance(caught.value.rebuild(), Exception)
    assert shared.alive


def test_endless_recursion_is_an_exception(shared):
    with pytest.raises(Raised) as caught:
        call(shared, "dive")
    assert caught.value.kind == "RecursionError" and shared.alive


def test_too_many_parts_are_an_exception(shared):
    for name in ("long", "deep"):
        with pytest.raises(Raised) as caught:
            call(shared, name)
        assert "nested too deeply or has too many parts" in caught.value.text


@pytest.mark.parametrize(
    "name, status, en, zh",
    [
        ("spin", "timeout", "stopped after 1 s in `spin`", "运行 `spin` 时超过 1 秒，已停止"),
        ("sleep", "timeout", "stopped after 1 s in `sleep`", "运行 `sleep` 时超过 1 秒，已停止"),
        ("drip", "timeout", "stopped after 1 s in `drip`", "运行 `drip` 时超过 1 秒，已停止"),
        ("vanish", "killed", "ended Python itself (exit code 0) in `vanish`", "直接结束了 Python 进程（退出码 0）"),
        ("hoard", "killed", "used more than 1 GB of memory in `hoard`", "使用的内存超过 1 GB"),
        ("pile", "killed", "used more than 1 GB of memory in `pile`", "使用的内存超过 1 GB"),
        ("flood", "killed", "printed more than 32 MB in `flood`", "打印的内容超过 32 MB"),
        ("crash", "killed", "Python died in `crash`: a segmentation fault", "段错误"),
        ("forge", "killed", "sent the grader something that is no answer in `forge`", "不是有效的结果"),
        ("hang_up", "killed", "closed the line to the grader in `hang_up`", "断开了与评分程序的连接"),
        ("large", "killed", "too large to be graded in `large`", "返回的结果太大"),
        ("huge", "killed", "too large to be graded in `huge`", "返回的结果太大"),
    ],
)
def test_every_limit_tells_the_truth(worker, name, status, en, zh):
    worker.begin(10 if status == "killed" else 1)
    with pytest.raises(Stopped) as caught:
        worker.call(0, name, [], {}, ())
    assert caught.value.status == status
    assert en in caught.value.text.en and zh in caught.value.text.zh
    assert not worker.alive
    with pytest.raises(Stopped):
        call(worker, "echo", 1)


def test_a_method_is_named_by_its_class(worker):
    layer = Face(worker, "corr2d").Layer()
    worker.begin(0.5)
    with pytest.raises(Stopped, match="stopped after 0.5 s in `Layer.spin`"):
        layer.spin()


def test_processor_time_is_limited_apart_from_wall_time(sandbox):
    with sandbox.open(job(limits=Limits(seconds=60, cpu_seconds=1))) as worker:
        with pytest.raises(Stopped, match="used more than 1 s of processor time in `spin`"):
            worker.call(0, "spin", [], {}, ())


@pytest.mark.parametrize(
    "code, type_name, line",
    [
        ("x = 1\n1 / 0", "ZeroDivisionError", 2),
        ("def corr2d(X:\n    pass", "SyntaxError", 1),
        ("import sys\nsys.exit(0)", "SystemExit", 2),
        ("import no_such_module", "ModuleNotFoundError", 1),
        ("from corr2d import nothing", "ImportError", 1),
        ("(" * 5000, "SyntaxError", 1),
    ],
)
def test_a_module_that_cannot_be_imported(sandbox, code, type_name, line):
    with sandbox.open(job(code)) as worker:
        assert isinstance(worker.loaded, Raised)
        assert (worker.loaded.type_name, worker.loaded.file, worker.loaded.line) == (type_name, "corr2d.py", line)


@pytest.mark.parametrize(
    "code, en",
    [
        ("while True: pass", "stopped after 1 s while importing `corr2d`"),
        ("import os; os._exit(0)", "ended Python itself (exit code 0) while importing `corr2d`"),
        ("x = bytearray(8_000_000_000)", "used more than 2 GB of memory while importing `corr2d`"),
    ],
)
def test_an_import_that_does_not_end_well(sandbox, code, en):
    with sandbox.open(job(code, limits=Limits(seconds=1))) as worker:
        assert isinstance(worker.loaded, Stopped) and worker.loaded.text.en == en
        assert not worker.alive


def test_what_was_printed_is_kept(worker):
    call(worker, "talk")
    assert worker.printed() == "hello there\n"
    worker.close()
    assert worker.printed() == "hello there\n"


def test_the_seed_decides_what_is_drawn(sandbox):
    drawn = []
    for seed in (1, 1, 2):
        with sandbox.open(job(seed=seed)) as worker:
            drawn.append(call(worker, "drawn"))
    assert drawn[0] == drawn[1] != drawn[2]


def test_a_worker_inherits_nothing(shared, monkeypatch):
    monkeypatch.setenv("SECRET", "canary")
    assert "canary" not in str(call(shared, "environment"))
    assert call(shared, "open_files") == [0, 1, 2, 3]


def test_a_data_loader_needs_no_processes(shared):
    assert call(shared, "batches") == [2, 2]


HONEST_WORK = """
import asyncio, io, os, socket, sys, tempfile, threading
import numpy as np, torch
from torch import nn

def answers():
    said, threads = [], [threading.Thread(target=said_by, args=(n,)) for n in range(4)]
    for thread in threads: thread.start()
    for thread in threads: thread.join()
    torch.set_num_threads(2)
    net = nn.Sequential(nn.Conv2d(1, 4, 3), nn.ReLU(), nn.Flatten(), nn.Linear(4 * 26 * 26, 10))
    net(torch.rand(8, 1, 28, 28)).sum().backward()
    torch.linalg.svd(torch.rand(20, 20)), np.linalg.svd(np.random.rand(20, 20)), np.ones((300, 300)) @ np.ones(300)
    async def wait(): await asyncio.sleep(0.01); return 5
    said.append(asyncio.run(wait()))
    memory = io.BytesIO(); torch.save(net.state_dict(), memory)
    import matplotlib.pyplot as plt
    plt.plot([1, 2]); plt.savefig(io.BytesIO()); plt.close("all")
    if os.environ["TMPDIR"] != "/":
        with tempfile.NamedTemporaryFile() as file:
            np.save(file, np.arange(3)); file.flush(); said.append(int(np.load(file.name).sum()))
        torch.save(net, os.path.join(tempfile.mkdtemp(), "net.pt"))
    return len(os.sched_getaffinity(0)) > 0, said
def said_by(n): torch.rand(50, 50) @ torch.rand(50, 50)
"""


def test_what_libraries_do_works_under_the_lock(sandbox):
    with sandbox.open(job(HONEST_WORK, limits=Limits(seconds=60))) as worker:
        known, said = call(worker, "answers")
    assert known and said[0] == 5 and said[1:] in ([], [3])


def test_protected_modules_cannot_be_shadowed(sandbox):
    hostile = {name: source("def zeros(*shape): return 'forged'") for name in ("torch", "numpy", "json", "autograder")}
    code = "import torch, json\ndef made(): return [torch.zeros(1), hasattr(json, 'dumps')]"
    with sandbox.open(Job("corr2d", {"corr2d": source(code), **hostile}, limits=LIMITS)) as worker:
        assert call(worker, "made") == [torch.zeros(1), True]


def test_the_rest_of_the_kit_cannot_be_imported(sandbox):
    with sandbox.open(
        job("from autograder.selfcheck import assert_close\nimport autograder.grading.attempt")
    ) as worker:
        assert worker.loaded.type_name == "ModuleNotFoundError" and worker.loaded.line == 2


def test_a_notebook_runs_on_past_a_failing_cell(sandbox):
    codes = [
        "import torch\nfrom torch import nn",
        "def pool2d(X, size):\n    return 'mine'",
        "1 / 0",
        "def after(): return pool2d(1, 2)",
        "pool2d = nn.MaxPool2d(2)",
        "%matplotlib inline",
    ]
    cells = tuple(Cell(code, f"lab.ipynb, cell {number}") for number, code in enumerate(codes, 1))
    with sandbox.open(Job("lab", {"lab": Source("lab.ipynb", cells)}, limits=LIMITS)) as worker:
        assert worker.loaded is None
        assert call(worker, "pool2d", 1, 2) == call(worker, "after") == "mine"


def test_sources_that_cannot_be_sent_are_said_so(sandbox):
    with sandbox.open(job("x = '\ud800'")) as worker:
        assert worker.loaded.text.en == "the source is too large or is no text while importing `corr2d`"


@pytest.mark.skipif(not torch.cuda.is_available(), reason="no GPU here")
def test_a_worker_uses_the_gpu():
    code = "import torch\ndef add(): return (torch.ones(3, device='cuda') + 1).cpu()"
    with Sandbox("process", device="cuda") as sandbox, sandbox.open(job(code, device="cuda")) as worker:
        assert call(worker, "add").tolist() == [2, 2, 2]


def test_closing_leaves_no_process(sandbox):
    before = children()
    workers = [sandbox.open(job()) for _ in range(3)]
    assert len(children()) == len(before) + 3
    for worker in workers:
        worker.close()
    assert children() == before


def until_stopped(worker) -> None:
    """Ask until the worker's end is noticed."""
    with pytest.raises(Stopped):
        for _ in range(1000):
            call(worker, "echo", 1)
            time.sleep(0.01)
    worker.close()


def test_a_dead_zygote_costs_no_submission_and_a_closed_sandbox_ends_its_workers():
    sandbox = Sandbox("process")
    worker = sandbox.open(job())
    sandbox.launcher.process.kill()
    until_stopped(worker)
    worker = sandbox.open(job())
    assert call(worker, "echo", 1) == 1
    sandbox.close()
    until_stopped(worker)


def test_a_spawned_worker_does_the_same(tmp_path):
    with Sandbox("process", launcher=Spawner()) as sandbox:
        assert sandbox.report["tier"] == "process"
        with sandbox.open(job()) as worker:
            assert call(worker, "twice", torch.ones(2)).tolist() == [2, 2]
            with pytest.raises(Stopped, match="ended Python itself"):
                call(worker, "vanish")
        with sandbox.open(job()) as worker:
            worker.begin(0.5)
            with pytest.raises(Stopped, match="stopped after 0.5 s in `spin`"):
                worker.call(0, "spin", [], {}, ())


def children() -> set[str]:
    """All processes that descend from this one."""
    parents = {}
    for stat in Path("/proc").glob("[0-9]*/stat"):
        try:
            fields = stat.read_text().rpartition(")")[2].split()
        except OSError:
            continue
        if fields[0] != "Z":
            parents[stat.parent.name] = fields[1]
    found, grown = {str(os.getpid())}, True
    while grown:
        more = {pid for pid, parent in parents.items() if parent in found} - found
        found |= more
        grown = bool(more)
    return found


def test_many_workers_cost_little(sandbox):
    started = time.perf_counter()
    for _ in range(5):
        sandbox.open(job("x = 1")).close()
    assert time.perf_counter() - started < 5 * 1.0  # some 40 ms each on a quiet machine
