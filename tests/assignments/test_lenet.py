"""The accuracy check of 4.6: what it lets the student's process see, how it scores, and what its tiers rest on."""

import json
import types
from pathlib import Path

import pytest
import torch
from torch import nn

from autograder.course.checks import collect_checks
from autograder.course.course import load_course
from autograder.selfcheck import text as language
from autograder.selfcheck.assignment import load_file, load_probes
from autograder.selfcheck.face import local_face
from autograder.selfcheck.judge import FAILED, judge

ROOT = Path(__file__).parents[2]
ASSIGNMENT = load_course(ROOT).select(["06_lenet"])[0]
CHECK = next(c for c in collect_checks([ASSIGNMENT])["06_lenet"] if c.name == "check_trained_accuracy")
HIDDEN = CHECK.function.__globals__
MEASURED = json.loads((ROOT / "scripts" / "lenet_tiers_subset_cpu.json").read_text())["runs"]
measuring = load_file(ROOT / "scripts" / "measure_lenet_tiers.py", "measure_lenet_tiers")


@pytest.fixture(autouse=True)
def english():
    language.choose("en")
    yield
    language.choose(None)


@pytest.fixture
def pictures(monkeypatch):
    """A small public data set: noise pictures whose labels can only be known by heart."""
    rng = torch.Generator().manual_seed(3)
    train, test = (torch.randint(0, 256, (n, 28, 28), dtype=torch.uint8, generator=rng) for n in (1000, 300))
    sets = train, (torch.arange(1000) % 10).to(torch.uint8), test, (torch.arange(300) % 10).to(torch.uint8)
    monkeypatch.setattr(HIDDEN["data"], "load_bytes", lambda where=None: sets)
    return sets


class Net(nn.Module):
    """Gives whatever scores `answer` gives for a batch of pictures."""

    def __init__(self, answer):
        super().__init__()
        self.answer, self.unused = answer, nn.Parameter(torch.zeros(1))

    def forward(self, X):
        return self.answer(X)


def always_the_first(X):
    return torch.eye(10)[:1].repeat(len(X), 1)


def module(answer=always_the_first, train=lambda *args: {}, epochs=1, lr=0.1):
    """A module whose net gives `answer`."""
    found = types.ModuleType("lenet")
    found.make_lenet, found.train, found.NUM_EPOCHS, found.LR = lambda: Net(answer), train, epochs, lr
    return found


def verdict(student, seed=1):
    return judge(CHECK, local_face(student, load_probes(ASSIGNMENT.folder)), seed)


@pytest.mark.parametrize("epochs", [21, 0, 2.5, True, None, "20"])
def test_too_many_epochs_score_nothing_and_say_why(pictures, epochs):
    found = verdict(module(epochs=epochs))
    assert (found.status, found.earned) == (FAILED, 0) and "from 1 to 20" in str(found.message)


@pytest.mark.parametrize("lr", [0, -0.1, float("nan"), "0.1", None])
def test_a_useless_learning_rate_is_named(pictures, lr):
    found = verdict(module(lr=lr))
    assert found.earned == 0 and "LR" in str(found.message)


def test_a_guess_earns_nothing_and_says_what_it_reached(pictures):
    found = verdict(module())
    assert (found.status, found.earned) == (FAILED, 0) and "10.0%" in str(found.message)


@pytest.mark.parametrize("scores", [torch.zeros(3, 10), torch.full((300, 10), float("nan")), torch.zeros(300, 9)])
def test_scores_that_are_no_scores_earn_nothing(pictures, scores):
    assert verdict(module(lambda X: scores[: len(X)])).earned == 0


def test_labels_known_by_heart_are_worth_nothing(pictures):
    _, _, test_images, test_labels = pictures
    table = {picture.numpy().tobytes(): int(label) for picture, label in zip(test_images & 0xFE, test_labels)}

    def recall(X):
        pixels = ((X * 0.353 + 0.286) * 255).round().to(torch.uint8) & 0xFE
        known = [table.get(picture.numpy().tobytes(), 0) for picture in pixels.squeeze(1)]
        return nn.functional.one_hot(torch.tensor(known), 10).float()

    assert verdict(module(recall)).earned == 0


def test_the_student_sees_no_label_of_the_pictures_that_count(pictures):
    seen = []

    def train(net, train_iter, test_iter, num_epochs, lr, device):
        seen.append([torch.cat(parts) for parts in zip(*train_iter)] + [torch.cat(parts) for parts in zip(*test_iter)])
        return {}

    verdict(module(train=train))
    X, y, X_test, y_test = seen[0]
    assert len(X) == 1000 and len(X_test) == 1000
    known = {picture.numpy().tobytes(): int(label) for picture, label in zip(X, y)}
    assert all(known[picture.numpy().tobytes()] == int(label) for picture, label in zip(X_test, y_test))


def test_each_seed_has_its_own_disguise_and_each_student_of_a_run_the_same(pictures):
    seen = []

    def train(net, train_iter, *rest):
        seen.append(torch.cat([X for X, _ in train_iter]).flatten(1).sum(1).sort()[0])
        return {}

    for seed in (1, 1, 2):
        verdict(module(train=train), seed)
    assert torch.equal(seen[0], seen[1]) and not torch.equal(seen[0], seen[2])


def test_tiers_give_their_points():
    labels = torch.arange(1000) % 10
    for tier, points in [*HIDDEN["TIERS"], (HIDDEN["TIERS"][-1][0] - 0.002, 0)]:
        scores = nn.functional.one_hot(labels, 10).float()
        wrong = 1000 - round(1000 * tier)
        scores[:wrong] = scores[:wrong].roll(1, 1)
        earned = CHECK.points
        try:
            HIDDEN["score"](scores, labels)
        except HIDDEN["Partial"] as partial:
            earned = partial.points
            assert f"{points} of 6" in str(partial)
        assert earned == points


def test_the_top_tier_stands_where_every_right_recipe_reaches_it():
    lines = measuring.table(MEASURED)
    assert {line["recipe"] for line in lines if line["right"]} == set(measuring.RIGHT)
    assert HIDDEN["TIERS"][0] == (measuring.top_tier(lines), CHECK.points)
    for folder_file in ("README.md", "README.zh-CN.md"):
        text = (ASSIGNMENT.folder / folder_file).read_text("utf-8")
        assert all(f"{tier:.0%}" in text.replace(" %", "%") for tier, _ in HIDDEN["TIERS"])
