"""Which tier holds here: what a hostile worker, locked like any other and with a sibling beside it, could do."""

import contextlib
import os
import socket
import tempfile
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

from msgspec import Struct

from autograder.errors import TierRefused
from autograder.sandbox.boot import kit_folder
from autograder.sandbox.job import Cell, Job, Limits, Source
from autograder.sandbox.lock.lockdown import TIERS, JailReport
from autograder.sandbox.process import holds_sockets

LEAK = "see "  # what `restricted` does not hide: that a path or a process exists
EXPECTED_ROOM = 1 << 30  # a folder larger than this is no private one
SECONDS = 20
SHOWN = 5  # of the breaches that are told


class Observed(Struct, frozen=True):
    """The tier, why it is no stronger, and how many attempts were made and denied."""

    tier: str
    reasons: tuple[str, ...] = ()
    tried: int = 0
    denied: int = 0

    def record(self) -> dict[str, Any]:
        """What stands under `sandbox` in a result."""
        probe = f"{self.denied} of {self.tried} attempts denied"
        return {"tier": self.tier, "probe": probe, "why_not_stronger": list(self.reasons)}


def require(observed: Observed, tier: str) -> None:
    """Raise TierRefused where the tier is weaker than `tier`."""
    if TIERS.index(observed.tier) >= TIERS.index(tier):
        return
    why = "\n".join(f"  - {reason}" for reason in observed.reasons)
    raise TierRefused(
        f"This machine confines student code only as `{observed.tier}`, and `{tier}` is required:\n"
        f"{why or '  - no reason was found'}\n"
        "Grade on Linux 5.13 or newer, or in a container there (Docker's defaults are enough), or accept the risk with "
        f"`--require-tier {observed.tier}`: student code can then reach what the list above says.",
        f"本机只能以 `{observed.tier}` 级别隔离学生代码，而要求的是 `{tier}`：\n{why or '  - 没有找到原因'}\n"
        "请在 Linux 5.13 或更新的系统上（或其容器中，Docker 的默认设置即可）批改，或者用 "
        f"`--require-tier {observed.tier}` 接受风险：学生代码就能做到上面列出的事。",
    )


def observe(open_worker: Callable[[Job], Any], jail: JailReport) -> Observed:
    """Let a suspect try everything it can; the tier is what it could not do."""
    if not jail.lock:
        return Observed("process", jail.reasons)
    with _secrets() as facts, open_worker(_job()) as sibling, open_worker(_job()) as suspect:
        try:
            left = _ask(sibling, "myself")
            facts |= {"sibling": left["pid"], "sibling_file": left["file"]}
            outcomes, state = _ask(suspect, "attempts", facts), _ask(suspect, "state")
        except Exception as trouble:
            return Observed("process", (*jail.reasons, f"the probe did not come to its end: {trouble}"))
    return judge(outcomes, state, jail)


def judge(outcomes: dict[str, str], state: dict[str, Any], jail: JailReport) -> Observed:
    """The strongest tier that what was observed allows."""
    serious = {what: outcome == "allowed" for what, outcome in outcomes.items() if not what.startswith(LEAK)}
    counted = len(serious), len(serious) - sum(serious.values())
    breaches = [what for what, done in serious.items() if done] + _unlimited(state, jail)
    if breaches:
        return Observed("process", (*jail.reasons, *_told(breaches)), *counted)
    weaknesses = _weaknesses(outcomes, state)
    if jail.namespaces and not weaknesses:
        return Observed("isolated", (), *counted)
    return Observed("restricted", (*jail.reasons, *weaknesses), *counted)


def _told(breaches: list[str]) -> list[str]:
    """The first few, for they tend to come in dozens."""
    more = [f"and {len(breaches) - SHOWN} things more"] if len(breaches) > SHOWN else []
    return [f"a worker could {what}" for what in breaches[:SHOWN]] + more


def _weaknesses(outcomes: dict[str, str], state: dict[str, Any]) -> list[str]:
    """What `restricted` leaves open and `isolated` must not."""
    seen = [what for what, outcome in outcomes.items() if what.startswith(LEAK) and outcome == "allowed"]
    weaknesses = [f"a worker could {seen[0]}, and {len(seen) - 1} things more: not open, but stat them"] if seen else []
    if not 0 < state["room"] <= EXPECTED_ROOM:
        weaknesses.append("a worker has no small folder of its own to write to")
    return weaknesses


def _unlimited(state: dict[str, Any], jail: JailReport) -> list[str]:
    """The limits that every worker must have."""
    needed = ["DATA", "CPU"] + (["AS"] if jail.device == "cpu" else []) + (["NPROC"] if jail.counts_threads else [])
    return [f"use unlimited {name}" for name in needed if state["limits"][name] < 0]


def _job() -> Job:
    """The suspect, sent and loaded as a student's module is."""
    code = (Path(kit_folder(), "autograder", "sandbox", "inside", "suspect.py")).read_text(encoding="utf-8")
    source = Source("suspect.py", (Cell(code, "suspect.py"),))
    return Job("suspect", {"suspect": source}, limits=Limits(seconds=SECONDS, cpu_seconds=SECONDS))


def _ask(worker: Any, name: str, *args: Any) -> Any:
    if worker.loaded is not None:
        raise worker.loaded
    worker.begin(SECONDS)
    return worker.call(0, name, list(args), {}, ()).value


@contextlib.contextmanager
def _secrets() -> Iterator[dict[str, Any]]:
    """Things worth stealing, alive while the suspect looks for them: files, doors, and this very process."""
    place = None if holds_sockets(tempfile.gettempdir()) else "/tmp"
    with tempfile.TemporaryDirectory(prefix="autograder-canary-", dir=place) as folder, contextlib.ExitStack() as doors:
        canary = os.path.join(folder, "canary")
        Path(canary).write_text("canary")
        port = doors.enter_context(_listening(socket.AF_INET, ("127.0.0.1", 0))).getsockname()[1]
        facts = {"grader": os.getpid(), "port": port, "target": canary}
        facts |= {
            "secrets": [["a canary", canary], *_real()],
            "folders": [["the kit", kit_folder()], ["home", _home()]],
        }
        if hasattr(socket, "AF_UNIX"):
            abstract = f"autograder-canary-{os.getpid()}-{port}"
            facts |= {"abstract": abstract, "socket": os.path.join(folder, "door")}
            doors.enter_context(_listening(socket.AF_UNIX, facts["socket"]))
            doors.enter_context(_listening(socket.AF_UNIX, "\0" + abstract))
        yield facts


def _listening(family: int, address: Any) -> socket.socket:
    door = socket.socket(family)
    door.bind(address)
    door.listen(1)
    return door


def _real() -> list[list[str]]:
    """What the kit really keeps from students, as far as it lies here."""
    kit = Path(kit_folder())
    files = [*kit.glob("solutions/*/*.py"), *kit.glob("assignments/*/checks_hidden.py")]
    return [[f"{path.parent.name}/{path.name}", str(path)] for path in sorted(files)]


def _home() -> str:
    return os.path.expanduser("~")
