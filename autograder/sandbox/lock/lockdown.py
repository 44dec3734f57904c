"""Lock the zygote into a jail once, and each worker into its own limits before it sees a student's byte."""

import contextlib
import ctypes
import os
import signal
import struct
import sys
from collections.abc import Callable
from dataclasses import dataclass, replace

from autograder.sandbox.lock import landlock, namespaces, seccomp, syscalls
from autograder.sandbox.lock.syscalls import call, prctl

TIERS = ("process", "restricted", "isolated")
DEFAULT_TIER = (
    "restricted" if sys.platform == "linux" else "process"
)  # less is no boundary: only asked for where no better exists
PR_SET_PDEATHSIG, PR_SET_DUMPABLE, PR_CAPBSET_DROP, PR_SET_NO_NEW_PRIVS, PR_CAP_AMBIENT = 1, 4, 24, 38, 47
CAPABILITY_VERSION = 0x20080522
GPU_DEVICES = ("/dev/nvidiactl", "/dev/nvidia-uvm", "/dev/nvidia-uvm-tools", "/dev/nvidia-modeset", "/dev/nvidia-caps")
GPU_FACTS = ("/proc/driver/nvidia", "/proc/devices", "/proc/self", "/sys/bus/pci", "/sys/devices")
FACTS = ("/proc/cpuinfo", "/proc/meminfo", "/sys/devices/system/cpu")


@dataclass(frozen=True)
class JailReport:
    """What the zygote's jail is made of, and why it is no stronger; every worker locks itself by it."""

    namespaces: bool = False
    user_namespace: bool = False
    own_uids: bool = False  # each worker takes a uid of its own
    counts_threads: bool = False  # RLIMIT_NPROC counts a worker alone; else it would count all of the grader's user
    has_proc: bool = True
    lock: bool = False  # Landlock, seccomp and the rest are wanted and their numbers known
    reasons: tuple[str, ...] = ()
    readonly: tuple[str, ...] = ()
    device: str = "cpu"
    first_uid: int = 0  # of those that this zygote gives its workers

    def summary(self) -> dict[str, bool | int]:
        """What a result records of it."""
        return {
            "namespaces": self.namespaces,
            "user_namespace": self.user_namespace,
            "landlock_abi": landlock.abi() if self.lock else 0,
            "seccomp": self.lock,
            "own_uids": self.own_uids,
            "thread_limit": self.counts_threads,
        }


@dataclass(frozen=True)
class Policy:
    """How one worker is confined; `slot` differs for workers that live at the same time."""

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
    plain = JailReport(
        has_proc=os.path.isdir("/proc/self"),
        readonly=tuple(readonly),
        device=device,
        first_uid=namespaces.worker_uids(),
    )
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
        trouble = _in_a_child(lambda plan=user_namespace: confine(Policy(_build(plain, plan))))
        if not trouble:
            return _build(plain, user_namespace)
        reasons.append(("with" if user_namespace else "without") + f" a user namespace: {trouble}")
    return _without_namespaces(plain, reasons)


def _build(plain: JailReport, user_namespace: bool) -> JailReport:
    root = own_uids = os.geteuid() == 0
    if user_namespace:
        prctl(PR_SET_DUMPABLE, 1)  # the maps of a process that is not dumpable belong to the machine's root
        try:
            own_uids = namespaces.enter_user_namespace(plain.first_uid)
        finally:
            prctl(PR_SET_DUMPABLE, 0)
    namespaces.enter_others()
    _continue_in_a_fork()
    folders = [*plain.readonly, *FACTS, *(GPU_FACTS if plain.device == "cuda" else ())]
    folders = [path for path in folders if path != "/proc/self"]  # the jail has a /proc of its own
    has_proc = namespaces.pivot(folders, [*namespaces.DEVICES, *_gpu_devices(plain.device)])
    own_uids = own_uids and not _in_a_child(lambda: _read_as_another_user(plain))
    counts_threads = own_uids or not root  # the limit is void for the machine's root, in whatever namespace
    made = replace(plain, namespaces=True, user_namespace=user_namespace, own_uids=own_uids, has_proc=has_proc)
    return replace(made, counts_threads=counts_threads)


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
    if not landlock.abi():
        reasons.append("this kernel has no Landlock (Linux 5.13), so only another user id could keep files apart")
    if os.geteuid() == 0:
        trouble = _in_a_child(lambda: _read_as_another_user(plain))
        own_uids = not trouble
        reasons += [f"no uid of its own: {trouble}"] if trouble else []
    made = replace(plain, own_uids=own_uids, counts_threads=own_uids, reasons=tuple(reasons))
    trouble = _in_a_child(lambda: confine(Policy(made)))
    return replace(plain, lock=False, reasons=(*reasons, f"no lock holds here: {trouble}")) if trouble else made


def _read_as_another_user(plain: JailReport) -> None:
    _become(plain.first_uid)
    for folder in plain.readonly:
        if os.path.isdir(folder):
            os.listdir(folder)
    with open(os.__file__) as source:
        source.read(1)


def _in_a_child(attempt: Callable[[], object]) -> str:
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
    """Limit and lock the calling worker; return the folder it may write, "" for none. There is no way back.

    The caller has closed what the worker must not hold, made its socket object and imported what it needs.
    """
    from autograder.sandbox.lock import rlimits  # not on Windows, where this module is read all the same

    jail = policy.jail
    os.umask(0o077)
    with contextlib.suppress(PermissionError):  # it leads a session already
        os.setsid()
    rlimits.limit(policy.cpu_seconds, policy.memory_mb, jail.device)
    if not jail.lock:
        _die_with_parent(jail.device)
        return ""
    require_one_thread()
    folder = _settle(jail, policy.slot)
    if jail.counts_threads:
        rlimits.limit_threads()
    _drop_capabilities()
    _die_with_parent(jail.device)  # last of those that change credentials: they clear it
    prctl(PR_SET_NO_NEW_PRIVS, 1)
    abi = landlock.enforce(_grants(jail, folder))
    seccomp.enforce(gpu=jail.device == "cuda", truncate=abi >= 3 or jail.namespaces, sendmsg=jail.own_uids)
    return folder


def _settle(jail: JailReport, slot: int) -> str:
    """Take a private folder and an identity of its own, as far as the jail allows; return the folder."""
    uid = jail.first_uid + slot % namespaces.WORKER_UIDS
    if jail.namespaces:
        owner = (uid, uid) if jail.own_uids else (os.getuid(), os.getgid())
        namespaces.private_folder(*owner, hide_proc=jail.has_proc and jail.device != "cuda")
    _drop_bounding_set()
    if jail.own_uids:
        _become(uid)
    elif jail.namespaces:
        namespaces.count_threads_apart()
    folder = namespaces.OWN_FOLDER if jail.namespaces else ""
    os.chdir(folder or "/")
    return folder


def _become(uid: int) -> None:
    os.setgroups([])
    os.setresgid(uid, uid, uid)
    os.setresuid(uid, uid, uid)


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


def _die_with_parent(device: str) -> None:
    """End when the zygote ends, and let no process of the same user look inside.

    CUDA gives its threads names by files in /proc/self/task, which belong to root in a process that is not dumpable,
    and gives up where it cannot. Landlock, and a user id of its own, keep others out of such a worker.
    """
    if syscalls.known():
        prctl(PR_SET_PDEATHSIG, signal.SIGKILL)
        prctl(PR_SET_DUMPABLE, int(device == "cuda"))


def hide() -> None:
    """Let no other process of this user read this one's memory or environment, or trace it; for grader and zygote."""
    if syscalls.known():
        prctl(PR_SET_DUMPABLE, 0)


def _gpu_devices(device: str) -> list[str]:
    """The nodes CUDA opens; they must exist already, for nvidia-modprobe cannot run in here."""
    if device != "cuda":
        return []
    cards = [f"/dev/nvidia{number}" for number in range(16)]
    return [path for path in [*GPU_DEVICES, *cards] if os.path.exists(path)]


def _grants(jail: JailReport, folder: str) -> list[tuple[str, int]]:
    """What Landlock lets a worker open: the libraries, a few facts, null devices, its own folder; never `/`."""
    readable = [*jail.readonly, *FACTS, *(GPU_FACTS if jail.device == "cuda" else ())]
    grants = [(path, landlock.READ) for path in readable]
    grants += [(path, landlock.READ | landlock.WRITE_FILE) for path in namespaces.DEVICES]
    grants += [(path, landlock.DEVICE | landlock.READ_DIR) for path in _gpu_devices(jail.device)]
    if jail.device == "cuda":
        # the names of its threads
        grants.append(("/proc/self/task", landlock.READ | landlock.WRITE_FILE | landlock.TRUNCATE))
    if folder:
        grants.append((folder, landlock.OWN))
    return grants
