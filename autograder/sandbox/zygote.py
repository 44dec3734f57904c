"""The process that imports torch once and forks a worker for each module; it knows code and no secret."""

import ctypes
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

from autograder.sandbox.forked import Awake, Spawn
from autograder.sandbox.process import Exit
from autograder.sandbox.rlimits import limit
from autograder.sandbox.warm import preload_kit, settle, warm_up

DATA_FD = 3
PR_SET_PDEATHSIG, PR_SET_DUMPABLE = 1, 4


@dataclass
class Child:
    pid: int
    status: socket.socket
    slot: int
    home: str


class Zygote:
    """Forks workers on demand, kills one when its status socket closes, and reports how each ended."""

    def __init__(self, control: socket.socket) -> None:
        self.control = control
        self.children: dict[int, Child] = {}
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
        for fd, _ in self.poller.poll():
            if fd == self.control.fileno():
                if not self.take_order():
                    return False
            elif fd == self.wakeup.fileno():
                self.reap()
            else:
                self.end(fd)
        return True

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
        home = tempfile.mkdtemp(prefix="worker-")
        pid = os.fork()
        if pid == 0:
            become_worker(self, order, data, output, home)
        os.close(data)
        os.close(output)
        child = Child(pid, socket.socket(fileno=status), slot, home)
        self.children[pid] = child
        self.poller.register(child.status, select.POLLIN)

    def end(self, fd: int) -> None:
        """The trusted side closed or spoke on a status socket: that worker has to go."""
        for child in self.children.values():
            if child.status.fileno() == fd:
                self.poller.unregister(fd)
                kill(child.pid)

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
        last = Exit(os.waitstatus_to_exitcode(status), usage.ru_utime + usage.ru_stime, usage.ru_maxrss >> 10)
        try:
            child.status.send(msgspec.msgpack.encode(last))
        except OSError:
            pass  # the trusted side does not want to know
        child.status.close()
        shutil.rmtree(child.home, ignore_errors=True)


def kill(pid: int) -> None:
    """Kill a worker and all of its session; it may be gone already."""
    for send in (os.killpg, os.kill):
        try:
            send(pid, signal.SIGKILL)
        except (ProcessLookupError, PermissionError):
            pass


def become_worker(zygote: Zygote, order: Spawn, data: int, output: int, home: str) -> NoReturn:
    """In the fork: give up everything of the zygote, take on the limits, and only then serve student code."""
    code = 1
    try:
        inherit_nothing(zygote, data, output)
        enter_home(home)
        limit(order.limits, order.device)
        protect()
        connection = socket.socket(fileno=DATA_FD)
        connection.setblocking(True)
        # lockdown.confine() belongs here: after the limits, before the student's bytes
        from autograder.sandbox import worker

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
    os.setsid()
    data, output = os.dup(data), os.dup(output)  # out of the way of 0 to 3
    null = os.open(os.devnull, os.O_RDONLY)
    for source, target in ((null, 0), (output, 1), (output, 2), (data, DATA_FD)):
        os.dup2(source, target)
    os.closerange(DATA_FD + 1, resource.getrlimit(resource.RLIMIT_NOFILE)[0])


def enter_home(home: str) -> None:
    os.umask(0o077)
    os.chdir(home)
    for name in ("TMPDIR", "TEMP", "TMP", "HOME"):
        os.environ[name] = home
    tempfile.tempdir = home


def protect() -> None:
    """Die with the zygote, and let no process of the same user look inside."""
    libc = ctypes.CDLL(None, use_errno=True)
    libc.prctl(PR_SET_PDEATHSIG, signal.SIGKILL, 0, 0, 0)
    libc.prctl(PR_SET_DUMPABLE, 0, 0, 0, 0)


def main(arguments: list[str]) -> None:
    """Warm up, report, and fork until the trusted side hangs up."""
    control = socket.socket(fileno=int(arguments[0]))
    preload_kit()
    warm_up()
    ctypes.CDLL(None).prctl(PR_SET_DUMPABLE, 0, 0, 0, 0)
    # lockdown.jail() belongs here: once, before the first fork
    zygote = Zygote(control)
    settle()
    control.send(msgspec.msgpack.encode(Awake()))
    zygote.run()
    sys.exit(0)
