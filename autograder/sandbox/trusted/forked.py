"""Start workers by asking a zygote to fork: milliseconds each, on Linux."""

import io
import os
import shutil
import socket
import subprocess
import sys
import tempfile
import threading
import time
import weakref
from typing import Any

import msgspec

from autograder.errors import SandboxError
from autograder.sandbox.boot import boot_code, clean_environment, kit_folder
from autograder.sandbox.job import Limits
from autograder.sandbox.lock.lockdown import JailReport
from autograder.sandbox.orders import Awake, Spawn, Wake
from autograder.sandbox.process import Exit, data_sockets

START_SECONDS, END_SECONDS, ANSWER_SECONDS = 120, 10, 1


class ForkedChild:
    """A worker that the zygote forked; closing the status socket kills it."""

    def __init__(self, data: socket.socket, output: io.FileIO, status: socket.socket) -> None:
        self.data, self.output, self.status = data, output, status
        self.exit: Exit | None = None

    def wait(self, seconds: float) -> Exit | None:
        deadline = time.monotonic() + seconds
        while self.exit is None:
            said = self.hear(max(0.0, deadline - time.monotonic()))
            if said is None:
                break
        return self.exit

    def waited(self) -> float:
        try:
            self.status.send(b"waited")
        except OSError:
            return 0.0
        said = self.hear(ANSWER_SECONDS)
        return said if isinstance(said, float) else 0.0

    def hear(self, seconds: float) -> Exit | float | None:
        """What the zygote says about this worker; None if it says nothing in time, or is gone with all its workers."""
        self.status.settimeout(seconds)
        try:
            said = msgspec.msgpack.decode(self.status.recv(1024), type=Exit | float)
        except (OSError, msgspec.MsgspecError):
            return None
        if isinstance(said, Exit):
            self.exit = said
        return said

    def kill(self) -> Exit | None:
        if self.exit is None:
            try:
                self.status.shutdown(socket.SHUT_WR)  # unread bytes would cost us its last message
            except OSError:
                pass
        exit = self.wait(END_SECONDS)
        self.status.close()
        return exit


class Forker:
    """Keeps one zygote; a new one is started if it should die."""

    def __init__(self, order: Wake) -> None:
        self.order = order
        self.lock = threading.Lock()
        self.start()

    def start(self) -> None:
        """Start a zygote, one whose forks can use the device."""
        self.wake()
        if self.awake.spoiled:
            self.finalizer()
            raise SandboxError(
                "importing torch makes CUDA unusable in forked workers here; grade with `--device cpu`",
                "在本机导入 torch 会使 fork 出的进程无法使用 CUDA；请用 `--device cpu` 批改",
            )

    def wake(self) -> None:
        self.folder = tempfile.mkdtemp(prefix="autograder-")
        self.control, theirs = socket.socketpair(socket.AF_UNIX, socket.SOCK_SEQPACKET)
        with theirs, tempfile.TemporaryFile() as errors:
            command = [sys.executable, "-I", "-c", boot_code("autograder.sandbox.inside.zygote"), kit_folder()]
            self.process = subprocess.Popen(
                [*command, str(theirs.fileno())],
                pass_fds=[theirs.fileno()],
                env=clean_environment(self.order.device, self.folder),
                cwd=self.folder,
                stdin=subprocess.DEVNULL,
                stdout=errors,
                stderr=errors,
                start_new_session=True,  # Ctrl-C is for the grader, which then ends its zygote in order
            )
            self.finalizer = weakref.finalize(self, end, self.process, self.control, self.folder)
            theirs.close()
            self.control.send(msgspec.msgpack.encode(self.order))
            self.awake = self.await_ready(errors)

    def await_ready(self, errors: Any) -> Awake:
        self.control.settimeout(START_SECONDS)
        try:
            message = self.control.recv(1 << 16)
        except OSError as error:
            message, reason = b"", str(error)
        else:
            reason = "it ended"
        self.control.settimeout(None)
        if message:
            return msgspec.msgpack.decode(message, type=Awake)
        errors.seek(0)
        said = errors.read()[-2000:].decode("utf-8", "replace")
        self.close()
        raise SandboxError(
            f"the zygote did not start ({reason}); `autograder doctor` may say why\n{said}",
            f"zygote 进程未能启动（{reason}）；可用 `autograder doctor` 查原因\n{said}",
        )

    @property
    def jail(self) -> JailReport:
        return self.awake.jail

    @property
    def report(self) -> dict[str, Any]:
        return {"start": "forked"} | self.jail.summary()

    def launch(self, limits: Limits) -> ForkedChild:
        process = self.process
        try:
            return self.fork(limits)
        except OSError:  # the zygote is gone
            with self.lock:
                if process is self.process:
                    self.restart()
            return self.fork(limits)

    def restart(self) -> None:
        before = self.jail
        self.finalizer()
        self.start()
        if self.jail != before:  # what was observed no longer holds
            raise SandboxError(
                "the new zygote is jailed in another way than the first one", "新的 zygote 与原来的隔离方式不同"
            )

    def fork(self, limits: Limits) -> ForkedChild:
        data, their_data = data_sockets()
        status, their_status = socket.socketpair(socket.AF_UNIX, socket.SOCK_SEQPACKET)
        read, write = os.pipe()
        os.set_blocking(read, False)
        child = ForkedChild(data, io.FileIO(read), status)
        with their_data, their_status, io.FileIO(write, "w"):
            order = msgspec.msgpack.encode(Spawn(limits))
            try:
                socket.send_fds(self.control, [order], [their_data.fileno(), write, their_status.fileno()])
            except OSError:  # nobody will ever speak at the other ends
                for end in (data, status, child.output):
                    end.close()
                raise
        return child

    def close(self) -> None:
        self.finalizer()


def end(process: subprocess.Popen, control: socket.socket, folder: str) -> None:
    """Hang up: the zygote kills its workers and ends; one that does not is killed."""
    control.close()
    try:
        process.wait(END_SECONDS)
    except subprocess.TimeoutExpired:
        process.kill()
        process.wait()
    shutil.rmtree(folder, ignore_errors=True)
