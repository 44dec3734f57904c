"""Start workers as fresh interpreters, where a warm process cannot fork safely (macOS, Windows)."""

import io
import os
import shutil
import signal
import socket
import subprocess
import sys
import tempfile
import threading
import time
import weakref
from typing import Any

from autograder.sandbox.boot import boot_code, clean_environment, kit_folder
from autograder.sandbox.job import Limits
from autograder.sandbox.lock.lockdown import JailReport
from autograder.sandbox.process import Exit, data_sockets, waited

END_SECONDS, PAUSE = 10, 0.02
WINDOWS = sys.platform == "win32"


def can_fork() -> bool:
    return sys.platform == "linux"


class SpawnedChild:
    """A fresh interpreter with torch imported; it serves one module and ends."""

    def __init__(self, device: str) -> None:
        self.folder = tempfile.mkdtemp(prefix="autograder-")
        self.data, theirs = data_sockets()
        command = [sys.executable, "-I", "-c", boot_code("autograder.sandbox.inside.spawned"), kit_folder()]
        inherit: dict[str, Any] = {} if WINDOWS else {"pass_fds": [theirs.fileno()], "start_new_session": True}
        with theirs:
            self.process = subprocess.Popen(
                command if WINDOWS else [*command, str(theirs.fileno())],
                env=clean_environment(device, self.folder),
                cwd=self.folder,
                stdin=subprocess.PIPE,
                stdout=subprocess.PIPE,
                stderr=subprocess.STDOUT,
                bufsize=0,
                **inherit,
            )
            assert self.process.stdin and self.process.stdout  # both are pipes
            if WINDOWS:
                self.process.stdin.write(theirs.share(self.process.pid))
            self.process.stdin.close()
        self.output = pumped(self.process.stdout) if WINDOWS else unblocked(self.process.stdout)
        self.exit: Exit | None = None
        self.finalizer = weakref.finalize(self, end, self.process, self.folder)

    def wait(self, seconds: float) -> Exit | None:
        deadline = time.monotonic() + seconds
        while self.exit is None:
            self.exit = look(self.process)
            if self.exit or time.monotonic() >= deadline:
                break
            time.sleep(PAUSE)
        return self.exit

    def waited(self) -> float:
        return waited(self.process.pid)

    def kill(self) -> Exit | None:
        self.finalizer()
        return self.wait(END_SECONDS)


def look(process: subprocess.Popen) -> Exit | None:
    """How the process ended, with its processor time where the system tells."""
    if WINDOWS:
        return None if process.poll() is None else Exit(process.returncode)
    if process.returncode is not None:
        return Exit(process.returncode)
    pid, status, usage = os.wait4(process.pid, os.WNOHANG)
    if pid == 0:
        return None
    process.returncode = os.waitstatus_to_exitcode(status)
    return Exit(process.returncode, usage.ru_utime + usage.ru_stime)


def end(process: subprocess.Popen, folder: str) -> None:
    if process.returncode is None:
        process.kill() if WINDOWS else kill_session(process.pid)
    shutil.rmtree(folder, ignore_errors=True)


def kill_session(pid: int) -> None:
    try:
        os.killpg(pid, signal.SIGKILL)
    except (ProcessLookupError, PermissionError):
        pass


def unblocked(pipe: Any) -> io.FileIO:
    os.set_blocking(pipe.fileno(), False)
    return pipe


def pumped(pipe: Any) -> Any:
    """Windows cannot wait for a pipe and a socket together: a thread carries the pipe into a socket."""
    ours, theirs = socket.socketpair()
    ours.setblocking(False)

    def pump() -> None:
        with theirs:
            try:
                while chunk := pipe.read(1 << 16):
                    theirs.sendall(chunk)
            except OSError:
                pass  # the reader has seen enough

    threading.Thread(target=pump, daemon=True).start()
    return ours.makefile("rb", buffering=0)


class Spawner:
    """Keeps one spare worker warming up, so that its imports hide behind the module before."""

    def __init__(self, device: str = "cpu") -> None:
        self.device = device
        self.jail = JailReport(reasons=(f"a process cannot be locked up on {sys.platform}",))
        self.report: dict[str, Any] = {"start": "spawned"}
        self.lock = threading.Lock()
        self.spare = SpawnedChild(device)

    def launch(self, limits: Limits) -> SpawnedChild:
        with self.lock:
            child, self.spare = self.spare, SpawnedChild(self.device)
        return child

    def close(self) -> None:
        self.spare.kill()
        self.spare.data.close()
        self.spare.output.close()
