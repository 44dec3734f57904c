"""The process that imports torch once and forks a worker for each module; it knows code and no secret."""

import os
import resource
import select
import shutil
import signal
import socket
import sys
import tempfile
from dataclasses import dataclass
from typing import NoReturn

import msgspec

from autograder.sandbox.boot import kit_folder
from autograder.sandbox.cores import stay_on
from autograder.sandbox.inside import worker
from autograder.sandbox.inside.warm import (
    preload_kit,
    preload_pictures,
    preload_rules,
    settle,
    use_huge_pages,
    warm_up,
)
from autograder.sandbox.job import MAX_THREADS
from autograder.sandbox.lock import seccomp
from autograder.sandbox.lock.libraries import readable
from autograder.sandbox.lock.lockdown import JailReport, Policy, confine, hide, jail
from autograder.sandbox.orders import Awake, Spawn, Wake
from autograder.sandbox.process import Exit, waited

DATA_FD = 3
MANY = 30  # workers, after which it pays to make each one cheaper
WATCH_MS = 20


@dataclass
class Child:
    pid: int
    status: socket.socket
    slot: int
    home: str
    struck: str = ""


class Zygote:
    """Forks workers on demand, kills one when its status socket closes, and reports how each ended."""

    def __init__(self, control: socket.socket, jail: JailReport) -> None:
        self.control, self.jail = control, jail
        self.children: dict[int, Child] = {}
        self.spawned = 0
        self.poller = select.poll()
        self.wakeup, alarm = socket.socketpair()
        for end in (self.wakeup, alarm):
            end.setblocking(False)
        self.alarm = alarm
        signal.signal(signal.SIGCHLD, lambda *_: None)
        signal.set_wakeup_fd(alarm.fileno(), warn_on_full_buffer=False)
        self.poller.register(control, select.POLLIN)
        self.poller.register(self.wakeup, select.POLLIN)

    def run(self) -> None:
        """Serve until the trusted side is gone; then nothing of ours is left."""
        try:
            while self.turn():
                pass
        finally:
            for child in list(self.children.values()):
                kill(child.pid)
            shutil.rmtree(tempfile.gettempdir(), ignore_errors=True)

    def turn(self) -> bool:
        for fd, _ in self.poller.poll(self.patience()):
            if fd == self.control.fileno():
                if not self.take_order():
                    return False
            elif fd == self.wakeup.fileno():
                self.reap()
            else:
                self.hear(fd)
        return True

    def patience(self) -> int | None:
        """Milliseconds until the next look at the workers' threads, where no limit of the system's counts them."""
        if self.jail.counts_threads or not self.children:
            return None
        for child in self.children.values():
            if not child.struck and threads(child.pid) > MAX_THREADS:
                child.struck = "threads"
                kill(child.pid)
        return WATCH_MS

    def take_order(self) -> bool:
        message, fds, _, _ = socket.recv_fds(self.control, 1 << 16, 3)
        if not message:
            return False
        self.spawn(msgspec.msgpack.decode(message, type=Spawn), fds)
        return True

    def spawn(self, order: Spawn, fds: list[int]) -> None:
        data, output, status = fds
        if (threads := len(os.listdir("/proc/self/task"))) != 1:
            raise RuntimeError(f"a process of {threads} threads cannot fork safely")
        slot = min(set(range(len(self.children) + 1)) - {child.slot for child in self.children.values()})
        self.spawned += 1
        if self.spawned == MANY:
            use_huge_pages()
        home = "" if self.jail.lock else tempfile.mkdtemp(prefix="worker-")
        pid = os.fork()
        if pid == 0:
            policy = Policy(self.jail, slot, order.limits.cpu_seconds, order.limits.memory_mb)
            become_worker(self, policy, data, output, home)
        os.close(data)
        os.close(output)
        child = Child(pid, socket.socket(fileno=status), slot, home)
        self.children[pid] = child
        self.poller.register(child.status, select.POLLIN)

    def hear(self, fd: int) -> None:
        """The trusted side asks how long a worker waited for a processor, or hangs up: then that worker has to go."""
        for child in self.children.values():
            if child.status.fileno() == fd:
                try:
                    if asked := child.status.recv(16):
                        child.status.send(msgspec.msgpack.encode(waited(child.pid)))
                except OSError:
                    asked = b""
                if not asked:
                    self.poller.unregister(fd)
                    kill(child.pid)
                return

    def reap(self) -> None:
        self.wakeup.recv(4096)
        while True:
            try:
                pid, status, usage = os.wait4(-1, os.WNOHANG)
            except ChildProcessError:
                return
            if pid == 0:
                return
            if pid in self.children:
                self.bury(self.children.pop(pid), status, usage)

    def bury(self, child: Child, status: int, usage: resource.struct_rusage) -> None:
        """Report the end of a worker and clear away what it left: its process group and its folder."""
        kill(child.pid)
        try:
            self.poller.unregister(child.status)
        except KeyError:
            pass
        cpu_seconds, peak_mb = usage.ru_utime + usage.ru_stime, usage.ru_maxrss >> 10
        last = Exit(os.waitstatus_to_exitcode(status), cpu_seconds, peak_mb, child.struck)
        try:
            child.status.send(msgspec.msgpack.encode(last))
        except OSError:
            pass  # the trusted side does not want to know
        child.status.close()
        shutil.rmtree(child.home, ignore_errors=True)


def threads(pid: int) -> int:
    """How many threads a worker has; 0 when it is gone."""
    try:
        with open(f"/proc/{pid}/stat", "rb") as file:
            return int(file.read().rpartition(b")")[2].split()[17])
    except (OSError, IndexError):
        return 0


def kill(pid: int) -> None:
    """Kill a worker and all of its session; it may be gone already."""
    for send in (os.killpg, os.kill):
        try:
            send(pid, signal.SIGKILL)
        except (ProcessLookupError, PermissionError):
            pass


def become_worker(zygote: Zygote, policy: Policy, data: int, output: int, home: str) -> NoReturn:
    """In the fork: give up everything of the zygote, lock up, and only then serve student code."""
    code = 1
    try:
        inherit_nothing(zygote, data, output)
        connection = socket.socket(fileno=DATA_FD)  # asks the kernel what it is, which the lock forbids
        live_in(confine(policy) or home)
        worker.serve(connection)
        code = 0
    finally:
        os._exit(code)


def inherit_nothing(zygote: Zygote, data: int, output: int) -> None:
    """Only an empty input, the output pipe and the data socket stay open."""
    signal.set_wakeup_fd(-1)
    signal.signal(signal.SIGCHLD, signal.SIG_DFL)
    for end in (zygote.control, zygote.wakeup, zygote.alarm, *(child.status for child in zygote.children.values())):
        end.detach()  # or their collection would close a file of the student's that has the same number
    data, output = os.dup(data), os.dup(output)  # out of the way of 0 to 3
    null = os.open(os.devnull, os.O_RDONLY)
    for source, target in ((null, 0), (output, 1), (output, 2), (data, DATA_FD)):
        os.dup2(source, target)
    os.closerange(DATA_FD + 1, resource.getrlimit(resource.RLIMIT_NOFILE)[0])


def live_in(folder: str) -> None:
    """Make `folder` the worker's own; without one it can write nowhere."""
    if folder:
        os.chdir(folder)
    for name in ("TMPDIR", "TEMP", "TMP", "HOME", "MPLCONFIGDIR"):
        os.environ[name] = folder or "/"
    tempfile.tempdir = None


def spoiled() -> bool:
    """Whether a fork of this process could no longer use CUDA; only a fork can tell."""
    import torch

    pid = os.fork()
    if pid == 0:
        os._exit(int(torch.cuda._is_in_bad_fork()))
    return os.waitstatus_to_exitcode(os.waitpid(pid, 0)[1]) != 0


def main(arguments: list[str]) -> None:
    """Warm up, jail, report, and fork until the trusted side hangs up."""
    control = socket.socket(fileno=int(arguments[0]))
    order = msgspec.msgpack.decode(control.recv(1 << 16), type=Wake)
    preload_kit()
    preload_rules(order.rules)
    preload_pictures()
    warm_up()
    hide()
    folder = tempfile.gettempdir()
    os.chdir("/")
    shutil.rmtree(folder, ignore_errors=True)  # a jailed zygote cannot clear it away later
    jailed = jail(readable(kit_folder()), device=order.device, at_most=order.at_most)
    if not jailed.lock:
        os.mkdir(folder, 0o700)
    zygote = Zygote(control, jailed)
    if jailed.lock:
        seccomp.program(os.getpid())  # most of it is the same for every worker
    settle()
    stay_on(order.core)
    control.send(msgspec.msgpack.encode(Awake(jailed, order.device == "cuda" and spoiled())))
    zygote.run()
    sys.exit(0)
