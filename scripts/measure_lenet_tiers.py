"""Measures which accuracy right and wrong LeNets reach under the grader's disguise, and sets the tiers from it.

    python scripts/measure_lenet_tiers.py --seeds 20             # measures what is missing, then prints the table
    python scripts/measure_lenet_tiers.py --seeds 0              # prints the table of what is measured
    python scripts/measure_lenet_tiers.py --full-set --device cuda --seeds 20
    python scripts/measure_lenet_tiers.py --plain --only relu_maximum --seeds 3      # what the disguise costs

Every run goes the grader's own way: `data.Disguise`, `probes.train_and_predict`, then the scores of the LeNet whose ten
tensors it gives back. Recipe, learning rate and seed name a run, and a run that stands in the results file is not
repeated. Runs take 25 to 45 s of one core.
"""

import argparse
import importlib.util
import json
import math
import statistics
import sys
import time
from pathlib import Path
from types import ModuleType, SimpleNamespace

import torch
from torch import nn

ROOT = Path(__file__).resolve().parents[1]
EPOCHS = 20  # as many as the handout allows: 2,500 steps
SIGMAS = 4  # a right recipe misses the top tier less than once in 10,000 runs
RIGHT = {  # net: two sensible learning rates of plain SGD
    "sigmoid_average": (0.9, 1.5),
    "sigmoid_maximum": (0.9, 1.5),
    "tanh_average": (0.1, 0.2),
    "tanh_maximum": (0.05, 0.1),
    "relu_average": (0.05, 0.1),
    "relu_maximum": (0.05, 0.1),
}
WRONG = {  # a name from mistakes.py, one_epoch, or a right net: a learning rate that does not fit it
    "sigmoid_average": 0.1,
    "no_activation": 0.05,
    "softmax_at_the_end": 0.9,
    "sigmoid_on_logits": 0.9,
    "relu_on_logits": 0.9,
    "gradients_never_zeroed": 0.1,
    "optimiser_never_stepped": 0.1,
    "init_every_epoch": 0.1,
    "sums_the_loss": 0.1,
    "one_epoch": 0.1,
}


def load_file(path: Path) -> ModuleType:
    """Imports one file of the course by its path; folder names such as 06_lenet are no identifiers."""
    spec = importlib.util.spec_from_file_location(path.stem, path)
    module = importlib.util.module_from_spec(spec)
    sys.modules[path.stem] = module
    spec.loader.exec_module(module)
    return module


data = load_file(ROOT / "assignments" / "data.py")
probes = load_file(ROOT / "assignments" / "06_lenet" / "probes.py")
lenet = load_file(ROOT / "solutions" / "06_lenet" / "lenet.py")


def right_net(name: str) -> nn.Module:
    """Builds the net that a name such as `tanh_maximum` stands for."""
    activation, pooling = name.split("_")
    act = {"sigmoid": nn.Sigmoid, "tanh": nn.Tanh, "relu": nn.ReLU}[activation]
    pool = {"average": nn.AvgPool2d, "maximum": nn.MaxPool2d}[pooling]
    return nn.Sequential(
        nn.Conv2d(1, 6, 5, padding=2),
        act(),
        pool(2),
        nn.Conv2d(6, 16, 5),
        act(),
        pool(2),
        nn.Flatten(),
        nn.Linear(400, 120),
        act(),
        nn.Linear(120, 84),
        act(),
        nn.Linear(84, 10),
    )


def submission(recipe: str, lr: float, epochs: int) -> SimpleNamespace:
    """A module as a student would hand it in: a right net, or the solution with one named mistake in it."""
    module = SimpleNamespace(make_lenet=lenet.make_lenet, train=lenet.train, NUM_EPOCHS=epochs, LR=lr)
    if recipe in RIGHT:
        module.make_lenet = lambda: right_net(recipe)
    elif recipe != "one_epoch":
        wrong = getattr(load_file(ROOT / "solutions" / "06_lenet" / "mistakes.py"), recipe)
        setattr(module, wrong.answer.exercise, wrong)
    return module


class Plain:
    """No disguise at all."""

    def images(self, images: torch.Tensor) -> torch.Tensor:
        return images

    def labels(self, labels: torch.Tensor) -> torch.Tensor:
        return labels


def measure(module: SimpleNamespace, sets: tuple, seed: int, disguise, device: str) -> tuple[float, list[float]]:
    """Trains, and gives the accuracy on the images whose labels stayed here, and the curve of training."""
    images, labels, test_images, test_labels = sets
    histories, train = [], module.train
    module.train = lambda *args: histories.append(train(*args))
    sent = disguise.images(images), disguise.labels(labels)
    trained = probes.train_and_predict(module, *sent, seed, module.NUM_EPOCHS, module.LR, device)
    logits = probes.scores_of_trained(trained, disguise.images(test_images))
    right = (logits.argmax(1) == disguise.labels(test_labels)).double().mean().item()
    return right, [round(share, 3) for share in histories[0]["train_acc"]]


def plan(seeds: int, only: list[str]) -> list[tuple[str, float, int]]:
    """All runs, seed by seed, so that an interrupted measurement has as many of every recipe."""
    recipes = [(name, lr) for name, rates in RIGHT.items() for lr in rates] + list(WRONG.items())
    return [(name, lr, seed) for seed in range(seeds) for name, lr in recipes if not only or name in only]


def table(runs: list[dict]) -> list[dict]:
    """Mean, deviation and lowest accuracy of every recipe."""
    groups: dict[tuple, list[float]] = {}
    for run in runs:
        groups.setdefault((run["recipe"], run["lr"]), []).append(run["accuracy"])
    return [
        {
            "recipe": name,
            "lr": lr,
            "right": lr in RIGHT.get(name, ()),
            "seeds": len(found),
            "mean": statistics.mean(found),
            "deviation": statistics.stdev(found) if len(found) > 1 else math.nan,
            "lowest": min(found),
        }
        for (name, lr), found in groups.items()
    ]


def reached(lines: list[dict]) -> float:
    """What every right recipe reaches with `SIGMAS` deviations to spare: its own, or that of all where it is larger."""
    right = [line for line in lines if line["right"] and line["seeds"] > 1]
    degrees = sum(line["seeds"] - 1 for line in right)
    pooled = math.sqrt(sum(line["deviation"] ** 2 * (line["seeds"] - 1) for line in right) / max(degrees, 1))
    return min((line["mean"] - SIGMAS * max(line["deviation"], pooled) for line in right), default=0.0)


def top_tier(lines: list[dict]) -> float:
    """`reached`, rounded down to a twentieth: a tier that more seeds do not move."""
    return math.floor(20 * reached(lines)) / 20


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--seeds", type=int, default=20, help="runs of every recipe, those already measured included")
    parser.add_argument("--only", nargs="*", default=[], choices=[*RIGHT, *WRONG], help="recipes to measure now")
    parser.add_argument("--plain", action="store_true", help="without the disguise, into a file of its own")
    parser.add_argument("--full-set", action="store_true", help="all 70,000 images")
    parser.add_argument("--device", default="cpu")
    options = parser.parse_args()
    torch.set_num_threads(1)
    which = "full" if options.full_set else "subset"
    results = Path(__file__).with_name(f"lenet_tiers_{which}_{options.device}{'_plain' * options.plain}.json")
    runs = json.loads(results.read_text())["runs"] if results.is_file() else []
    done = {(run["recipe"], run["lr"], run["seed"]) for run in runs}
    sets = data.load_bytes(which)
    for name, lr, seed in plan(options.seeds, options.only):
        if (name, lr, seed) in done:
            continue
        started = time.process_time()
        disguise = Plain() if options.plain else data.Disguise(torch.Generator().manual_seed(seed))
        module = submission(name, lr, 1 if name == "one_epoch" else EPOCHS)
        accuracy, curve = measure(module, sets, seed, disguise, options.device)
        runs.append(
            {
                "recipe": name,
                "lr": lr,
                "seed": seed,
                "accuracy": round(accuracy, 5),
                "cpu_seconds": round(time.process_time() - started, 1),
                "train_acc": curve,
            }
        )
        print(json.dumps(runs[-1]), flush=True)
        save(results, runs, which, options.device)
    print_table(table(runs))


def print_table(lines: list[dict]) -> None:
    """Prints what was measured, right recipes first, and the tier that follows."""
    for x in sorted(lines, key=lambda x: (not x["right"], x["recipe"])):
        print(
            f"{x['recipe']:24} lr {x['lr']:<5} {x['seeds']:3} seeds  mean {x['mean']:.4f}  "
            f"deviation {x['deviation']:.4f}  lowest {x['lowest']:.4f}"
        )
    print(f"every right recipe reaches {reached(lines):.4f}; top tier: {top_tier(lines)}")


def save(results: Path, runs: list[dict], which: str, device: str) -> None:
    """Writes everything measured so far, one run a line."""
    lines = ",\n    ".join(json.dumps(run) for run in runs)
    head = {"set": which, "epochs": EPOCHS, "batch_size": 64, "device": device, "torch": torch.__version__}
    results.write_text(json.dumps(head)[:-1] + ',\n  "runs": [\n    ' + lines + "\n  ]}\n")


if __name__ == "__main__":
    main()
