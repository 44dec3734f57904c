"""Opens workers, and says how strongly they are confined."""

from typing import Any

from autograder.errors import SandboxError
from autograder.sandbox.job import Job
from autograder.sandbox.lock.lockdown import DEFAULT_TIER, hide
from autograder.sandbox.process import Launcher
from autograder.sandbox.trusted import tiers
from autograder.sandbox.trusted.forked import Forker, Wake
from autograder.sandbox.trusted.spawned import Spawner, can_fork
from autograder.sandbox.trusted.worker import Worker


class Sandbox:
    """Opens one worker per module of a submission; closing it leaves no process behind."""

    def __init__(
        self,
        require_tier: str | None = None,
        device: str = "cpu",
        launcher: Launcher | None = None,
        at_most: str = "isolated",
        rules: tuple[tuple[str, ...], ...] = (),
        core: int | None = None,
    ) -> None:
        """Start, and let a suspect show which tier holds; raise TierRefused where it is weaker than `require_tier`.

        `rules` are the patterns of forbidden operators that calls will name: to know them early saves time, no more.
        Forked workers stay on the processor `core`.
        """
        self.device = device
        hide()
        self.launcher: Launcher = launcher or (
            Forker(Wake(device, at_most, rules, core)) if can_fork() else Spawner(device)
        )
        try:
            self.observed = tiers.observe(self.open, self.launcher.jail)
            tiers.require(self.observed, require_tier or DEFAULT_TIER)
        except BaseException:
            self.close()
            raise

    @property
    def report(self) -> dict[str, Any]:
        """What stands under `sandbox` in each result."""
        return self.observed.record() | self.launcher.report

    def open(self, job: Job) -> Worker:
        """A worker that has loaded the job's module, or knows in `.loaded` why it could not."""
        if job.device == "cuda" and self.device != "cuda":
            raise ValueError("this sandbox was opened without a GPU; use Sandbox(device='cuda')")
        try:
            return Worker(self.launcher.launch(job.limits), job)
        except SandboxError:  # the zygote may have died under it
            return Worker(self.launcher.launch(job.limits), job)

    def close(self) -> None:
        self.launcher.close()

    def __enter__(self) -> "Sandbox":
        return self

    def __exit__(self, *error: object) -> None:
        self.close()
