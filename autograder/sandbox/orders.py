"""What the trusted side and the zygote tell each other: wake up, awake, fork a worker."""

import msgspec

from autograder.sandbox.job import Limits
from autograder.sandbox.lock.lockdown import JailReport


class Wake(msgspec.Struct, frozen=True):
    """Tells the zygote all it is to know: devices, how strong a jail to build, rules to watch, the core to stay on."""

    device: str
    at_most: str
    rules: tuple[tuple[str, ...], ...] = ()
    core: int | None = None


class Awake(msgspec.Struct, frozen=True):
    """The zygote says that it is ready to fork, and which jail it is in."""

    jail: JailReport
    spoiled: bool = False  # CUDA was asked something, and no fork can use it any more


class Spawn(msgspec.Struct, frozen=True):
    """Asks the zygote for a worker; its data socket, output pipe and status socket come along."""

    limits: Limits
