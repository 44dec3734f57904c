"""Measure what confinement costs: the life of one worker in each tier, in milliseconds and against `process`.

    .venv/bin/python scripts/measure_confinement.py [ROUNDS]

A life is: fork, lock, load a module, one call of corr2d, one training step, kill, reap. The tiers take turns, so that
all see the same load of the machine; minima are the cost, medians what this machine made of it.
"""

import statistics
import sys
import time
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parents[1]))
import torch  # noqa: E402

from autograder.sandbox import Cell, Job, Sandbox, Source  # noqa: E402 - also from a kit that is not installed

CODE = """
import torch
from torch import nn


def corr2d(X, K):
    kh, kw = K.shape
    Y = torch.zeros(X.shape[0] - kh + 1, X.shape[1] - kw + 1)
    for i in range(Y.shape[0]):
        for j in range(Y.shape[1]):
            Y[i, j] = (X[i : i + kh, j : j + kw] * K).sum()
    return Y


def step(X):
    net = nn.Conv2d(1, 2, 3)
    optimizer = torch.optim.SGD(net.parameters(), lr=0.1)
    net(X[None, None]).sum().backward()
    optimizer.step()
"""
TIERS = ("process", "restricted", "isolated")


def live(sandbox: Sandbox) -> float:
    """Milliseconds of one worker's life."""
    job = Job("corr2d", {"corr2d": Source("corr2d.py", (Cell(CODE, "corr2d.py"),))})
    X, K = torch.ones(6, 8), torch.ones(2, 2)
    started = time.perf_counter()
    with sandbox.open(job) as worker:
        worker.call(0, "corr2d", [X, K], {}, ())
        worker.call(0, "step", [X], {}, ())
    return 1000 * (time.perf_counter() - started)


def main() -> None:
    rounds = int(sys.argv[1]) if len(sys.argv) > 1 else 40
    sandboxes = {tier: Sandbox("process", at_most=tier) for tier in TIERS}
    times = {tier: [] for tier in TIERS}
    try:
        for _ in range(rounds):
            for tier, sandbox in sandboxes.items():
                times[tier].append(live(sandbox))
    finally:
        for sandbox in sandboxes.values():
            sandbox.close()
    least = min(times["process"])
    print(f"{'tier asked for':15} {'observed':11} {'min ms':>7} {'median':>7} {'min / process':>14}")
    for tier, sandbox in sandboxes.items():
        best, middle = min(times[tier]), statistics.median(times[tier])
        print(f"{tier:15} {sandbox.observed.tier:11} {best:7.1f} {middle:7.1f} {best / least:14.2f}")


if __name__ == "__main__":
    main()
