"""Let two workers of one sandbox try every channel between them, and print what the second one heard.

python tests/sandbox/courier.py KIT TIER
"""

import json
import sys
from pathlib import Path

sys.path.insert(0, sys.argv[1])
from autograder.sandbox import Cell, Job, Limits, Sandbox, Source  # noqa: E402 - the kit need not be installed

CODE = (Path(__file__).parent / "colluder.py").read_text(encoding="utf-8")
BITS = (0, 1, 0, 1)


def heard(sandbox: Sandbox, channel: str, bits: tuple[int, ...] = BITS) -> list[str]:
    """What one worker heard for each bit; a fresh pair for each channel."""
    job = Job("colluder", {"colluder": Source("colluder.py", (Cell(CODE, "colluder.py"),))}, limits=Limits(seconds=60))
    with sandbox.open(job) as one, sandbox.open(job) as other:
        return [told(one, other, channel, bit) for bit in bits]


def told(one, other, channel: str, bit: int) -> str:
    ask(other, "hear", channel) if bit is BITS[0] else None
    ask(one, "tell", channel, bit)
    answer = ask(other, "hear", channel)
    ask(one, "forget", channel)
    return answer


def ask(worker, name: str, *args):
    if worker.loaded is not None:
        raise worker.loaded
    worker.begin(60)
    return worker.call(0, name, list(args), {}, ()).value


def main(tier: str) -> None:
    namespace: dict = {}
    exec(compile(CODE, "colluder.py", "exec"), namespace)
    with Sandbox("process", at_most=tier) as sandbox:
        everything = {channel: heard(sandbox, channel) for channel in namespace["CHANNELS"]}
        print(json.dumps({"tier": sandbox.observed.tier, "heard": everything}))


if __name__ == "__main__":
    main(sys.argv[2])
