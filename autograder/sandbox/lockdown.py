"""Lock the zygote into a jail once, and each worker into its own limits before it sees a student's byte."""

import contextlib
import ctypes
import os
import resource
import signal
import struct
import sys
from dataclasses import dataclass, replace

from autograder.sandbox import landlock, namespaces, seccomp, syscalls
from autograder.sandbox.syscalls import call, prctl

TIERS = ("process", "restricted", "isolated")
PR_SET_PDEATHSIG, PR_SET_DUMPABLE, PR_CAPBSET_DROP, PR_SET_NO_NEW_PRIVS, PR_CAP_AMBIENT = 1, 4, 24, 38, 47
CAPABILITY_VERSION = 0x20080522
MB = 1 << 20
MAX_FILE, MAX_DESCRIPTORS, MAX_THREADS = 32 * MB, 256, 64
ADDRESS_SLACK_MB = 1024  # address space that libraries reserve and never touch
GPU_DEVICES = ("/dev/nvidiactl", "/dev/nvidia-uvm", "/dev/nvidia-uvm-tools", "/dev/nvidia-modeset", "/dev/nvidia-caps")
GPU_FACTS = ("/proc/driver/nvidia", "/proc/devices", "/proc/self", "/sys/bus/pci", "/sys/devices")
FACTS = ("/proc/cpuinfo", "/proc/meminfo", "/sys/devices/system/cpu")


@dataclass(frozen=True)
class JailReport:
    """What the zygote's jail is made of, and why it is no stronger; every worker locks itself by it."""

    namespaces: bool = False
    user_namespace: bool = False
    own_uids: bool = False  # each worker may take a uid of its own
    has_proc: bool = True
    lock: bool = False  # Landlock, seccomp and the rest are wanted and their numbers known
    reasons: tuple[str, ...] = ()
    readonly: tuple[str, ...] = ()
    device: str = "cpu"


@dataclass(frozen=True)
class Policy:
    """How one worker is confined; `slot` is different for workers that live at the same time."""

    jail: JailReport
    slot: int = 0
    cpu_seconds: float = 60
    memory_mb: int = 2048


def jail(readonly: list[str], *, device: str = "cpu", at_most: str = "isolated") -> JailReport:
    """Jail the calling zygote as well as this machine allows, and report how.

    Call it once, with one thread, after every import. With namespaces the zygote goes on in a forked child, process 1
    of its own pid namespace; the process that called stays behind as an empty shell that ends as the child ends.
    `readonly` names library folders only. `at_most` holds a test to a weaker tier.
    """
    plain = JailReport(has_proc=os.path.isdir("/proc/self"), readonly=tuple(readonly), device=device)
    if not syscalls.known():
        return replace(plain, reasons=(f"no lock is known for {sys.platform} on {syscalls.MACHINE}",))
    require_one_thread()
    if at_most == "process":
        return replace(plain, reasons=("the caller asked for no more than `process`",))
    locked = replace(plain, lock=True)
    if at_most == "restricted":
        return _without_namespaces(locked, ["the caller asked for no more than `restricted`"])
    return _with_namespaces(locked)


def _with_namespaces(plain: JailReport) -> JailReport:
    """The first plan that works in a throwaway child is carried out; a half-made jail could not be undone."""
    reasons = []
    for user_namespace in (True, False):
        if not user_namespace and os.geteuid() != 0:
            continue
        trouble = _in_a_child(lambda plan=user_namespace: _build(plain, plan))
        if not trouble:
            return _build(plain, user_namespace)
        reasons.append(("with" if user_namespace else "without") + f" a user namespace: {trouble}")
    return _without_namespaces(plain, reasons)


def _build(plain: JailReport, user_namespace: bool) -> JailReport:
    own_uids = os.geteuid() == 0
    if user_namespace:
        prctl(PR_SET_DUMPABLE, 1)  # the maps of a process that is not dumpable belong to the machine's root
        try:
            own_uids = namespaces.enter_user_namespace()
        finally:
            prctl(PR_SET_DUMPABLE, 0)
    namespaces.enter_others()
    _continue_in_a_fork()
    folders = [*plain.readonly, *FACTS, *(GPU_FACTS if plain.device == "cuda" else ())]
    has_proc = namespaces.pivot(folders, [*namespaces.DEVICES, *_gpu_devices(plain.device)])
    return replace(plain, namespaces=True, user_namespace=user_namespace, own_uids=own_uids, has_proc=has_proc)


def _continue_in_a_fork() -> None:
    """Go on as process 1 of the new pid namespace; the old process only waits, and dies with it or takes it along."""
    child = os.fork()
    if child:
        os.closerange(0, 65536)
        _, status = os.waitpid(child, 0)
        os._exit(os.WEXITSTATUS(status) if os.WIFEXITED(status) else 128 + os.WTERMSIG(status))
    prctl(PR_SET_PDEATHSIG, signal.SIGKILL)


def _without_namespaces(plain: JailReport, reasons: list[str]) -> JailReport:
    """Landlock and seccomp alone; root also takes other uids where those can read the libraries."""
    own_uids = False
    if os.geteuid() == 0:
        trouble = _in_a_child(lambda: _read_as_another_user(plain.readonly))
        own_uids = not trouble
        reasons += [f"no uid of its own: {trouble}"] if trouble else []
    return replace(plain, own_uids=own_uids, reasons=tuple(reasons))


def _read_as_another_user(readonly: tuple[str, ...]) -> None:
    _become(namespaces.FIRST_WORKER_UID)
    for folder in readonly:
        if os.path.isdir(folder):
            os.listdir(folder)
    with open(os.__file__) as source:
        source.read(1)


def _in_a_child(attempt) -> str:
    """Try something that cannot be undone in a throwaway child; return its trouble, "" for none."""
    reader, writer = os.pipe()
    child = os.fork()
    if not child:
        said = ""
        try:
            attempt()
        except BaseException as trouble:
            said = str(trouble) or type(trouble).__name__
        os.write(writer, b"." + said.encode()[:500])
        os._exit(0)
    os.close(writer)
    with open(reader, "rb") as pipe:
        said = pipe.read().decode(errors="replace")
    os.waitpid(child, 0)
    return said[1:] if said else "the trial died"


def require_one_thread() -> None:
    """Raise unless this process has one thread: a lock binds only the thread that asks, and forks copy only it."""
    try:
        threads = len(os.listdir("/proc/self/task"))
    except FileNotFoundError:
        try:
            call("unshare", 0x10000)  # CLONE_THREAD: without effect in a process of one thread, EINVAL in another
            threads = 1
        except OSError:
            threads = 2
    if threads != 1:
        raise RuntimeError(f"the process has {threads} threads where it must have one")


def confine(policy: Policy) -> str:
    """Lock the calling worker; return the folder it may write, "" for none. There is no way back.

    Descriptors are the caller's: it has closed what the worker must not hold, and made its socket object, before.
    """
    report = policy.jail
    if hasattr(resource, "RLIMIT_DATA") and hasattr(os, "setsid"):
        with contextlib.suppress(PermissionError):
            os.setsid()
        os.umask(0o077)
        _limit(policy)
    if not report.lock:
        _die_with_parent()
        return ""
    require_one_thread()
    folder = _settle(policy)
    _drop_capabilities()
    _die_with_parent()  # last of those that change credentials: they clear it
    call("prctl", PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0)
    abi = landlock.enforce(_grants(report, folder))
    seccomp.enforce(gpu=report.device == "cuda", truncate=abi >= 3 or report.namespaces)
    return folder


def _settle(policy: Policy) -> str:
    """Take a private folder and an identity of its own, as far as the jail allows; return the folder."""
    report, uid = policy.jail, namespaces.FIRST_WORKER_UID + policy.slot % namespaces.WORKER_UIDS
    if report.namespaces:
        owner = (uid, uid) if report.own_uids else (os.getuid(), os.getgid())
        namespaces.private_folder(*owner, hide_proc=report.has_proc and not _gpu(report))
    _drop_bounding_set()
    if report.own_uids:
        _become(uid)
    elif report.namespaces:
        namespaces.count_threads_apart()
    if report.namespaces or report.own_uids:  # elsewhere the limit would count all processes of the grader's user
        _set_limit(resource.RLIMIT_NPROC, MAX_THREADS)
    folder = namespaces.OWN_FOLDER if report.namespaces else ""
    os.chdir(folder or "/")
    return folder


def _become(uid: int) -> None:
    os.setgroups([])
    os.setresgid(uid, uid, uid)
    os.setresuid(uid, uid, uid)


def _limit(policy: Policy) -> None:
    """Limits that torch bears; memory counts from what the zygote already holds."""
    size, data = _sizes()
    if policy.jail.device != "cuda":  # CUDA reserves far more addresses than memory
        _set_limit(resource.RLIMIT_AS, size + (policy.memory_mb + ADDRESS_SLACK_MB) * MB)
    _set_limit(resource.RLIMIT_DATA, data + policy.memory_mb * MB)
    seconds = max(1, round(policy.cpu_seconds))
    _set_limit(resource.RLIMIT_CPU, seconds, seconds + 1)  # SIGXCPU first: it says what struck
    _set_limit(resource.RLIMIT_FSIZE, MAX_FILE)
    _set_limit(resource.RLIMIT_NOFILE, MAX_DESCRIPTORS)
    _set_limit(resource.RLIMIT_CORE, 0)
    for name in ("RLIMIT_MEMLOCK", "RLIMIT_MSGQUEUE", "RLIMIT_SIGPENDING"):
        if hasattr(resource, name):
            _set_limit(getattr(resource, name), 0 if name != "RLIMIT_SIGPENDING" else 128)


def _set_limit(what: int, soft: int, hard: int | None = None) -> None:
    """Set a limit, or keep the one we came with where that is lower."""
    ceiling = resource.getrlimit(what)[1]
    hard = soft if hard is None else hard
    if ceiling != resource.RLIM_INFINITY:
        soft, hard = min(soft, ceiling), min(hard, ceiling)
    with contextlib.suppress(ValueError, OSError):  # macOS knows some of them by name only
        resource.setrlimit(what, (soft, hard))


def _sizes() -> tuple[int, int]:
    """Address space and data of this process in bytes, or what torch takes where /proc is not there to ask."""
    page = resource.getpagesize()
    try:
        with open("/proc/self/statm") as statm:
            fields = statm.read().split()
        return int(fields[0]) * page, int(fields[5]) * page
    except OSError:
        return 1024 * MB, 512 * MB


def _drop_bounding_set() -> None:
    """Give up what a later exec could regain; not needed where exec is refused, and refused to who has nothing."""
    for capability in range(64):
        try:
            prctl(PR_CAPBSET_DROP, capability)
        except OSError:
            break


def _drop_capabilities() -> None:
    with contextlib.suppress(OSError):
        prctl(PR_CAP_AMBIENT, 4)
    header, nothing = struct.pack("=Ii", CAPABILITY_VERSION, 0), bytes(24)
    call("capset", ctypes.c_char_p(header), ctypes.c_char_p(nothing))


def _die_with_parent() -> None:
    """End when the zygote ends, and let no process of the same user look inside."""
    if syscalls.known():
        prctl(PR_SET_PDEATHSIG, signal.SIGKILL)
        prctl(PR_SET_DUMPABLE, 0)


def hide() -> None:
    """Let no other process of this user read this one's memory or environment, or trace it; for grader and zygote."""
    if syscalls.known():
        prctl(PR_SET_DUMPABLE, 0)


def _gpu(report: JailReport) -> bool:
    return report.device == "cuda"


def _gpu_devices(device: str) -> list[str]:
    """The nodes CUDA opens; they must exist already, for nvidia-modprobe cannot run in here."""
    if device != "cuda":
        return []
    cards = [f"/dev/nvidia{number}" for number in range(16)]
    return [path for path in [*GPU_DEVICES, *cards] if os.path.exists(path)]


def _grants(report: JailReport, folder: str) -> list[tuple[str, int]]:
    """What Landlock lets a worker open: the libraries, a few facts, null devices, its own folder; never `/`."""
    readable = [*report.readonly, *FACTS, *(GPU_FACTS if _gpu(report) else ())]
    grants = [(path, landlock.READ) for path in readable]
    grants += [(path, landlock.READ | landlock.WRITE_FILE) for path in namespaces.DEVICES]
    grants += [(path, landlock.DEVICE | landlock.READ_DIR) for path in _gpu_devices(report.device)]
    if folder:
        grants.append((folder, landlock.OWN))
    return grants
