"""Tests of the lock itself: system call numbers, the filter's verdicts, the jail in a cage, and as an ordinary user."""

import ctypes
import ctypes.util
import json
import os
import platform
import shutil
import struct
import subprocess
import sys
from pathlib import Path

import pytest

from autograder.sandbox.boot import kit_folder
from autograder.sandbox.lock import landlock, libraries, namespaces, seccomp, syscalls
from autograder.sandbox.lock.lockdown import JailReport
from autograder.sandbox.trusted import tiers
from autograder.selfcheck.trouble import Raised

KIT = Path(__file__).parents[2]
CAGE = [sys.executable, str(Path(__file__).parents[1] / "cage.py")]
LINUX = pytest.mark.skipif(not syscalls.known(), reason="the lock is for Linux on x86_64 and aarch64")
OBSERVE = """
import json, sys
sys.path.insert(0, sys.argv[1])
from autograder.sandbox import Sandbox
with Sandbox("process") as sandbox:
    print(json.dumps(sandbox.report))
"""


@pytest.mark.parametrize("machine", ["x86_64", "aarch64"])
def test_system_calls_have_the_numbers_that_libseccomp_knows(machine):
    name = ctypes.util.find_library("seccomp")
    if not name:
        pytest.skip("libseccomp is not installed")
    library = ctypes.CDLL(name)
    token = {"x86_64": 0xC000003E, "aarch64": 0xC00000B7}[machine]
    wrong = {
        call: (number, known)
        for call, number in syscalls.TABLES[machine].items()
        if (known := library.seccomp_syscall_resolve_name_arch(token, call.encode())) not in (number, -1)
    }
    assert not wrong


def verdict(code: bytes, call: str, *arguments: int) -> int:
    """What the filter answers, by interpreting it."""
    data = struct.pack(
        "=IIQ6Q",
        syscalls.NUMBERS[call],
        seccomp.AUDIT_ARCH[syscalls.MACHINE],
        0,
        *arguments,
        *[0] * (6 - len(arguments)),
    )
    at, value = 0, 0
    while True:
        operation, yes, no, word = struct.unpack_from("=HBBI", code, 8 * at)
        at += 1
        if operation == seccomp.LOAD:
            (value,) = struct.unpack_from("=I", data, word)
        elif operation == seccomp.AND:
            value &= word
        elif operation == seccomp.RETURN:
            return word
        else:
            met = value == word if operation == seccomp.EQUAL else value >= word
            at += yes if met else no


@LINUX
@pytest.mark.parametrize(
    ("call", "arguments", "allowed"),
    [
        ("read", (0,), True),
        ("openat", (), True),
        ("clone", (0x3D0F00,), True),  # what glibc asks for a thread
        ("clone", (17,), False),  # fork
        ("clone", (0x10010F00,), False),  # a thread in a new user namespace
        ("kill", (4242,), True),
        ("kill", (4243,), False),
        ("kill", (0xFFFFFFFF,), False),
        ("tgkill", (4242, 4250, 6), True),
        ("tgkill", (1, 1, 6), False),
        ("prlimit64", (0,), True),
        ("prlimit64", (1,), False),
        ("ioctl", (0, 0x5401), True),
        ("ioctl", (0, 0x5412), False),  # TIOCSTI
        ("fcntl", (0, 1), True),
        *[("fcntl", (0, command), True) for command in (0, 1, 2, 3, 4, 1030)],
        *[("fcntl", (0, command), False) for command in (5, 6, 7, 8, 9, 10, 11, 15, 16)],  # locks, owners, signals
        *[("fcntl", (0, command), False) for command in (36, 37, 38, 1024, 1025, 1026, 1031, 1033)],  # locks, leases
        ("flock", (0, 1), False),
        ("futex", (0, 128), True),
        ("futex", (0, 0), False),  # sleep and wake on a page of all
        ("futex", (0, 1), False),
        ("sendmsg", (3,), False),
        ("preadv2", (3,), False),
        ("fadvise64", (3,), False),
        ("sched_getaffinity", (0,), True),
        ("sched_getaffinity", (4243,), False),
        ("getpgid", (4243,), False),
        ("getsid", (4243,), False),
        ("getpriority", (0, 4243), False),
        *[(call, (), False) for call in ("keyctl", "add_key", "request_key", "shmget", "msgget", "semget", "mq_open")],
        *[(call, (), False) for call in ("inotify_init1", "inotify_add_watch", "fanotify_init")],
        ("prctl", (15,), True),
        ("prctl", (1,), False),  # PR_SET_PDEATHSIG
        ("socketpair", (1, 0x80001), True),
        ("socketpair", (1, 2), False),
        ("socketpair", (2, 1), False),
        ("socket", (1, 1), False),
        ("execve", (), False),
        ("ptrace", (), False),
        ("mount", (), False),
        ("truncate", (), False),
        ("memfd_create", (), False),
    ],
)
def test_the_filter_allows_what_torch_needs_and_no_more(call, arguments, allowed):
    assert (verdict(seccomp.program(4242, truncate=False), call, *arguments) == seccomp.ALLOW) is allowed


@LINUX
def test_the_filter_for_a_gpu_allows_every_ioctl():
    assert verdict(seccomp.program(1, gpu=True), "ioctl", 0, 0xC020462A) == seccomp.ALLOW


@LINUX
def test_the_filter_is_of_a_size_that_the_kernel_takes():
    assert len(seccomp.program(1)) // 8 < 1024


@pytest.mark.parametrize("version", range(1, 14))
def test_landlock_is_asked_for_what_kernel_and_kit_know_and_no_bit_more(monkeypatch, version):
    asked = {}

    def kernel(name, *args):
        if name == "landlock_create_ruleset" and args[2]:
            return version
        asked[name] = bytes(args[0]._obj)[: args[1]] if name == "landlock_create_ruleset" else args
        return os.open(os.devnull, os.O_RDONLY)

    monkeypatch.setattr(landlock.syscalls, "call", kernel)
    assert landlock.enforce([("/usr/lib", landlock.READ), (os.devnull, landlock.DEVICE)]) == version
    files, net, scoped, *_ = struct.unpack_from("=3Q", asked["landlock_create_ruleset"].ljust(24, b"\0"))
    bits = [13, 14, 15, 15, 16, 16, 16, 16, 17][min(version, 9) - 1]
    assert files == (1 << bits) - 1
    assert net == (0b1111 if version >= 10 else 0b11 if version >= 4 else 0)
    assert scoped == (0b11 if version >= 6 else 0)
    assert asked["landlock_restrict_self"][1] == (0b1001 if version >= 8 else 1 if version == 7 else 0)


def test_zygotes_that_live_at_once_give_their_workers_different_user_ids(monkeypatch):
    """Threads and descriptors on their way are counted by user, whichever zygote forked."""
    given = []
    for pid in (1, 2, 3, (1 << 22) - 1):
        monkeypatch.setattr(os, "getpid", lambda pid=pid: pid)
        first = namespaces.worker_uids()
        given += range(first, first + namespaces.WORKER_UIDS)
    assert len(given) == len(set(given)) and 1000 < min(given) and max(given) < 1 << 31


def test_no_library_folder_holds_the_kit_or_a_home():
    kit = kit_folder()
    for path in libraries.readable(kit):
        assert path not in ("/", kit, os.path.expanduser("~"))
        assert not f"{kit}/solutions".startswith(path.rstrip("/") + "/")


def test_a_secret_folder_is_left_out_of_the_libraries(monkeypatch):
    monkeypatch.setenv("LD_LIBRARY_PATH", os.pathsep.join([kit_folder(), "/", os.path.expanduser("~")]))
    assert not {kit_folder(), "/", os.path.expanduser("~")} & set(libraries.readable(kit_folder()))


LIMITS = {"AS": 1, "DATA": 1, "CPU": 1, "NPROC": 1}


@pytest.mark.parametrize(
    ("outcomes", "room", "jail", "tier"),
    [
        ({"read a": "ENOENT", "see a": "ENOENT"}, 1 << 26, JailReport(namespaces=True, lock=True), "isolated"),
        ({"read a": "ENOENT", "see a": "ENOENT"}, 1 << 26, JailReport(namespaces=False, lock=True), "restricted"),
        ({"read a": "EACCES", "see a": "allowed"}, 1 << 26, JailReport(namespaces=True, lock=True), "restricted"),
        ({"read a": "ENOENT", "see a": "ENOENT"}, -1, JailReport(namespaces=True, lock=True), "restricted"),
        ({"read a": "allowed", "see a": "ENOENT"}, 1 << 26, JailReport(namespaces=True, lock=True), "process"),
    ],
)
def test_the_tier_is_what_was_observed(outcomes, room, jail, tier):
    assert tiers.judge(outcomes, {"limits": LIMITS, "room": room}, jail).tier == tier


def test_a_limit_that_is_not_set_is_a_breach():
    state = {"limits": LIMITS | {"DATA": -1}, "room": 1 << 26}
    assert tiers.judge({}, state, JailReport(namespaces=True, lock=True)).tier == "process"


def test_a_weaker_tier_is_refused_with_the_reason_and_a_way_on():
    observed = tiers.Observed("process", ("unshare: Operation not permitted",))
    with pytest.raises(tiers.TierRefused, match="(?s)Operation not permitted.*--require-tier process"):
        tiers.require(observed, "restricted")
    tiers.require(observed, "process")


def observe(command: list[str], python: str = sys.executable) -> dict:
    """The report of a sandbox that is started under `command`."""
    run = subprocess.run(
        [*command, python, "-c", OBSERVE, str(KIT)], capture_output=True, text=True, timeout=300, cwd="/"
    )
    assert run.returncode == 0, run.stderr
    return json.loads(run.stdout.splitlines()[-1])


@LINUX
def test_in_a_container_that_refuses_namespaces_the_tier_is_restricted():
    if not landlock.abi():
        pytest.skip("this kernel has no Landlock")
    report = observe(CAGE)
    assert report["tier"] == "restricted", report
    assert any("unshare" in reason for reason in report["why_not_stronger"])


@LINUX
@pytest.mark.parametrize("cage", [[], CAGE], ids=["free", "caged"])
def test_as_an_ordinary_user(cage, tmp_path_factory):
    """As root we become `nobody`, with a Python that it may read; as a user this test is what all others are."""
    if os.geteuid() != 0:
        pytest.skip("all tests run as an ordinary user already")
    python = usable_by_nobody(tmp_path_factory)
    user = ["setpriv", "--reuid=65534", "--regid=65534", "--clear-groups", "env", "HOME=/nonexistent"]
    cage = [python, *cage[1:]] if cage else []
    report = observe([*user, *cage], python)
    wanted = "restricted" if cage or not namespaces_for_users() else "isolated"
    assert report["tier"] == wanted, report
    assert not report["own_uids"]


def usable_by_nobody(tmp_path_factory) -> str:
    """A Python outside every home, of this version, that finds this one's packages."""
    system = f"/usr/bin/python{sys.version_info.major}.{sys.version_info.minor}"
    packages = next((p for p in sys.path if p.endswith("site-packages") and Path(p, "torch").is_dir()), None)
    if not (shutil.which("setpriv") and Path(system).exists() and packages):
        pytest.skip("no Python outside root's home to become somebody else with")
    folder = tmp_path_factory.mktemp("venv")
    for parent in (folder, *folder.parents[:2]):
        parent.chmod(0o755)
    subprocess.run([system, "-m", "venv", "--without-pip", folder], check=True)
    Path(folder, f"lib/{Path(system).name}/site-packages/packages.pth").write_text(packages)
    probe = [
        "setpriv",
        "--reuid=65534",
        "--regid=65534",
        "--clear-groups",
        f"{folder}/bin/python",
        "-c",
        "import msgspec",
    ]
    if subprocess.run(probe, capture_output=True).returncode != 0:
        pytest.skip("another user cannot read this Python's packages")
    return f"{folder}/bin/python"


def namespaces_for_users() -> bool:
    limit = Path("/proc/sys/user/max_user_namespaces")
    as_user = [
        "setpriv",
        "--reuid=65534",
        "--regid=65534",
        "--clear-groups",
        "unshare",
        "-Urm",
        "mount",
        "-t",
        "tmpfs",
        "x",
        "/mnt",
    ]
    return limit.exists() and subprocess.run(as_user, capture_output=True).returncode == 0


def gpu_worker(code):
    """A sandbox and a worker in it, under the rules of a machine with a GPU, whether or not there is one."""
    from autograder.sandbox import Cell, Job, Sandbox, Source

    sandbox = Sandbox("restricted", device="cuda")
    return sandbox, sandbox.open(Job("m", {"m": Source("m.py", (Cell(code, "m.py"),))}, device="cuda"))


@pytest.mark.skipif(
    not Path("/dev/nvidiactl").exists(), reason="no GPU on this machine: the rules for one are untested here"
)
def test_a_gpu_worker_computes_on_the_gpu_and_is_locked():
    code = "import torch\ndef f():\n    return (torch.ones(3, device='cuda') * 2).cpu()\n"
    code += "def g():\n    return open('/etc/passwd').read()"
    sandbox, worker = gpu_worker(code)
    with sandbox, worker:
        assert worker.call(0, "f", [], {}, ()).value.tolist() == [2, 2, 2]
        with pytest.raises(Raised, match="No such file|Permission denied"):
            worker.call(0, "g", [], {}, ())


@pytest.mark.skipif(sys.platform != "linux", reason="the lock is Linux's")
def test_a_gpu_worker_may_name_its_threads():
    """CUDA does so by their files in /proc, and gives up where it cannot: no driver is needed to see that."""
    code = """import os, threading
def f():
    waiting = threading.Event()
    threading.Thread(target=waiting.wait, daemon=True).start()
    names = [f"/proc/self/task/{task}/comm" for task in os.listdir("/proc/self/task")]
    for name in names:
        with open(name, "w") as file:
            file.write("hello")
    waiting.set()
    return len(names)
def g():
    return open("/proc/self/oom_score_adj", "w").write("0")"""
    sandbox, worker = gpu_worker(code)
    with sandbox, worker:
        assert worker.call(0, "f", [], {}, ()).value == 2
        with pytest.raises(Raised, match="Permission denied"):
            worker.call(0, "g", [], {}, ())


def test_machine_is_known_here():
    assert platform.system() != "Linux" or platform.machine() not in syscalls.TABLES or syscalls.known()
