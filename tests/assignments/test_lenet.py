"""4.6: what the accuracy check lets the student's process see and how it scores; which training records are refused."""

import copy
import json
import types
from pathlib import Path

import pytest
import torch
from torch import nn

from autograder.course.answers import Answers
from autograder.course.checks import collect_checks
from autograder.course.course import load_course
from autograder.course.diagnosis import Diagnosis
from autograder.course.trial import try_module
from autograder.selfcheck import text as language
from autograder.selfcheck.assignment import load_file, load_probes
from autograder.selfcheck.face import local_face
from autograder.selfcheck.judge import FAILED, judge

ROOT = Path(__file__).parents[2]
ASSIGNMENT = load_course(ROOT).select(["06_lenet"])[0]
CHECKS = {check.name: check for check in collect_checks([ASSIGNMENT])["06_lenet"]}
CHECK = CHECKS["check_trained_accuracy"]
HIDDEN = CHECK.function.__globals__
ANSWERS = Answers(load_course(ROOT), ASSIGNMENT)
PROBES = load_probes(ASSIGNMENT.folder)
SHAPES = PROBES.SHAPES
MEASURED = json.loads((ROOT / "scripts" / "lenet_tiers_subset_cpu.json").read_text())["runs"]
measuring = load_file(ROOT / "scripts" / "measure_lenet_tiers.py", "measure_lenet_tiers")


@pytest.fixture(autouse=True)
def english():
    language.choose("en")
    yield
    language.choose(None)


@pytest.fixture(autouse=True)
def one_thread():
    """As in the grader; a second thread waits for a processor longer than it helps where others work, too."""
    before = torch.get_num_threads()
    torch.set_num_threads(1)
    yield
    torch.set_num_threads(before)


@pytest.fixture
def pictures(monkeypatch):
    """A small public data set: noise pictures whose labels can only be known by heart."""
    rng = torch.Generator().manual_seed(3)
    train, test = (torch.randint(0, 256, (n, 28, 28), dtype=torch.uint8, generator=rng) for n in (1000, 300))
    sets = train, (torch.arange(1000) % 10).to(torch.uint8), test, (torch.arange(300) % 10).to(torch.uint8)
    monkeypatch.setattr(HIDDEN["data"], "load_bytes", lambda where=None: sets)
    return sets


def lenet(act=nn.ReLU, pool=nn.MaxPool2d, dense=None, padding=2, inputs=400):
    """A net of LeNet's form."""
    dense = dense or act
    first = [nn.Conv2d(1, 6, 5, padding=padding), act(), pool(2)]
    blocks = [*first, nn.Conv2d(6, 16, 5), act(), pool(2), nn.Flatten()]
    return nn.Sequential(*blocks, nn.Linear(inputs, 120), dense(), nn.Linear(120, 84), dense(), nn.Linear(84, 10))


def module(make_lenet=lenet, train=lambda *args: {}, epochs=1, lr=0.1):
    """A module with these functions and constants."""
    found = types.ModuleType("lenet")
    found.make_lenet, found.train, found.NUM_EPOCHS, found.LR = make_lenet, train, epochs, lr
    return found


def verdict(student, seed=1, check=CHECK, **forged):
    """What the check says of the module, where the probes that are named answer as `forged` has it."""
    probes = {**vars(PROBES), **{name: lambda *args, answer=answer: answer for name, answer in forged.items()}}
    return judge(check, local_face(student, probes), seed)


def told(change=lambda parameters: parameters, variant=("relu maximum", "relu maximum", "relu", "relu")):
    """What `train_and_predict` tells of a net that it did train, with a change."""
    return {"parameters": change([torch.ones(shape) for shape in SHAPES]), "variant": list(variant)}


@pytest.mark.parametrize("epochs", [21, 0, 2.5, True, None, "20"])
def test_too_many_epochs_score_nothing_and_say_why(pictures, epochs):
    found = verdict(module(epochs=epochs))
    assert (found.status, found.earned) == (FAILED, 0) and "from 1 to 20" in str(found.message)


@pytest.mark.parametrize("lr", [0, -0.1, float("nan"), "0.1", None])
def test_a_useless_learning_rate_is_named(pictures, lr):
    found = verdict(module(lr=lr))
    assert found.earned == 0 and "LR" in str(found.message)


def test_a_guess_earns_nothing_and_says_what_it_reached(pictures):
    found = verdict(module(), train_and_predict=told(lambda parameters: [0 * p for p in parameters]))
    assert (found.status, found.earned) == (FAILED, 0) and "10.0%" in str(found.message)


FORGED = {
    "scores": torch.eye(10)[torch.arange(300) % 10],
    "nothing": None,
    "no parts": {},
    "no tensors": told(lambda parameters: []),
    "no variant": told(variant=[]),
    "nine": told(lambda parameters: parameters[:-1]),
    "eleven": told(lambda parameters: [*parameters, torch.ones(3)]),
    "transposed": told(lambda parameters: [p.T.contiguous() if p.dim() == 2 else p for p in parameters]),
    "not reshaped": told(
        lambda parameters: [p.reshape(120, 16, 5, 5) if p.numel() == 48_000 else p for p in parameters]
    ),
    "in another order": told(lambda parameters: parameters[::-1]),
    "wider": told(lambda parameters: [torch.cat([p, p]) for p in parameters]),
    "numbers": told(lambda parameters: [1.0] * 10),
    "float64": told(lambda parameters: [p.double() for p in parameters]),
    "no number": told(lambda parameters: [p * float("nan") for p in parameters]),
    "infinite": told(lambda parameters: [p / 0 for p in parameters]),
    "overflows": told(lambda parameters: [p * 3e38 for p in parameters]),
    "unknown names": told(variant=["__class__"] * 4),
    "no names": told(variant=[["relu"], torch.ones(2), None, 4]),
    "a pooling in the dense part": told(variant=["relu maximum"] * 4),
    "another activation": told(variant=["gelu maximum", "relu maximum", "relu", "relu"]),
    "too many parts": told(variant=["relu maximum", "relu maximum", *["relu"] * 1000]),
}


@pytest.mark.parametrize("claim", FORGED.values(), ids=FORGED)
def test_what_is_no_lenet_earns_nothing_and_breaks_nothing(pictures, claim):
    found = verdict(module(), train_and_predict=claim)
    assert (found.status, found.earned) == (FAILED, 0) and "ten parameters" in str(found.message)


class Remembers(nn.Module):
    """Knows the public test pictures by heart."""

    def __init__(self, images, labels):
        super().__init__()
        self.unused = nn.Parameter(torch.zeros(1))
        self.table = {picture.numpy().tobytes(): int(label) for picture, label in zip(images & 0xFE, labels)}

    def forward(self, X):
        pixels = ((X * 0.353 + 0.286) * 255).round().to(torch.uint8) & 0xFE
        known = [self.table.get(picture.numpy().tobytes(), 0) for picture in pixels.squeeze(1)]
        return nn.functional.one_hot(torch.tensor(known), 10).float()


def test_labels_known_by_heart_are_worth_nothing(pictures):
    _, _, test_images, test_labels = pictures
    assert verdict(module(lambda: Remembers(test_images, test_labels))).earned == 0


def test_a_net_that_is_larger_or_looks_up_neighbours_is_worth_nothing(pictures):
    wide = lambda: nn.Sequential(nn.Flatten(), nn.Linear(784, 500), nn.ReLU(), nn.Linear(500, 10))  # noqa: E731
    assert "ten parameters" in str(verdict(module(wide)).message)
    with_more = lambda: nn.Sequential(lenet(), nn.BatchNorm1d(10))  # noqa: E731
    assert "ten parameters" in str(verdict(module(with_more)).message)


def test_no_test_picture_is_sent_to_the_student(pictures):
    sent = []

    def train_and_predict(module, *data):
        sent.extend(data)
        return told()

    judge(CHECK, local_face(module(), {**vars(PROBES), "train_and_predict": train_and_predict}), 1)
    tensors = [part for part in sent if isinstance(part, torch.Tensor)]
    train_images, train_labels, test_images, _ = pictures
    disguise = HIDDEN["data"].Disguise(torch.Generator())
    same = lambda X: (X & 0xFE).flatten(1).sort(1)[0].long().sum(1)  # noqa: E731  no layout of blocks changes it
    assert [tuple(tensor.shape) for tensor in tensors] == [(1000, 28, 28), (1000,)]
    assert torch.equal(same(tensors[0]), same(train_images)) and not torch.equal(tensors[0], train_images)
    assert not set(same(tensors[0]).tolist()) >= set(same(disguise.images(test_images)).tolist())


NETS = {a.name: a.replacement for a in ANSWERS.alternatives() if a.exercise == "make_lenet"}
NETS |= {m.name: m.replacement for m in ANSWERS.mistakes() if m.exercise == "make_lenet" and "activation" in m.name}
NETS |= {"sigmoid, then ReLU": lambda: lenet(nn.Sigmoid, nn.AvgPool2d, nn.ReLU)}


@pytest.mark.parametrize("name", NETS)
def test_the_scores_of_the_trained_net_are_found_outside(name):
    """Whatever form it has: its own predictions come out, an activation that lacks included."""
    made = NETS[name]()
    net = (made() if isinstance(made, type) else made).eval()
    net(torch.zeros(2, 1, 28, 28))
    for p in net.parameters():
        nn.init.normal_(p, std=0.3)
    images, rng = torch.randint(0, 256, (300, 28, 28), dtype=torch.uint8), torch.arange(300) % 10
    trained = PROBES.train_and_predict(module(lambda: net), images, rng, 0, 1, 0.1)
    with torch.no_grad():
        own = net(PROBES.as_inputs(images)).log_softmax(1)
    found = PROBES.scores_of_trained(trained, images).log_softmax(1)
    assert (own - found).abs().max() < 1e-3 * own.abs().max()


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


# Training records.

STEPS = CHECKS["check_train_takes_sgd_steps"]
RECORDED = ("check_train_takes_sgd_steps", "check_train_tells_its_history", "check_train_switches_modes")


class Keeps(dict):
    """The probes, with `training_record` changed by `change` before anybody sees it."""

    def __init__(self, change):
        super().__init__(vars(PROBES))
        self["training_record"] = lambda *args: change(copy.deepcopy(PROBES.training_record(*args)))


def recorded(change, check=STEPS):
    """The verdict on the solution's own record after a change."""
    return judge(check, local_face(ANSWERS.solution(), Keeps(change)), 1)


def each_state(change):
    """Changes every parameter of every state, by its number."""

    def changed(record):
        record["states"] = [[change(p, n) for p in state] for n, state in enumerate(record["states"])]
        return record

    return changed


def states_repeat(record):
    first = record["states"][:2]
    record["states"] = [first[n % 2] for n in range(len(record["states"]))]
    return record


def two_batches_exchanged(record):
    record["inputs"][:2] = record["inputs"][1::-1]
    return record


def starts_from_zeros(record):
    record["states"][0] = [torch.zeros_like(p) for p in record["states"][0]]
    return record


def many_looks(record):
    for key in ("modes", "inputs", "states"):
        record[key] = record[key][:1] * 5000 + record[key]
    return record


INVENTED = {
    "float64": each_state(lambda p, n: p.double()),
    "integers": each_state(lambda p, n: p.long()),
    "infinite": each_state(lambda p, n: p / 0 if n else p),
    "no number": each_state(lambda p, n: p * float("nan")),
    "huge": each_state(lambda p, n: p * 1e30),
    "overflowing": each_state(lambda p, n: p.sign() * 3e38),
    "tiny": each_state(lambda p, n: p * 1e-12),
    "wider": each_state(lambda p, n: torch.cat([p, p])),
    "flat": each_state(lambda p, n: p.flatten()),
    "without elements": each_state(lambda p, n: p[:0]),
    "a list": each_state(lambda p, n: p.tolist()),
    "never changing": each_state(lambda p, n: torch.zeros_like(p)),
    "repeating": states_repeat,
    "batches exchanged": two_batches_exchanged,
    "from zeros": starts_from_zeros,
    "many looks": many_looks,
    "a state too few": lambda record: {**record, "states": record["states"][:-1]},
    "a mode too few": lambda record: {**record, "modes": record["modes"][:-1]},
    "modes that are no modes": lambda record: {**record, "modes": [1.0] * len(record["modes"])},
    "inputs of another kind": lambda record: {**record, "inputs": [X.tolist() for X in record["inputs"]]},
    "inputs that are larger": lambda record: {**record, "inputs": [X.repeat(99, 1, 1, 1) for X in record["inputs"]]},
    "no inputs": lambda record: {**record, "inputs": [X[:0] for X in record["inputs"]]},
    "empty": lambda record: {key: [] for key in record},
    "no keys": lambda record: {},
    "nothing": lambda record: None,
    "a part more": lambda record: {**record, "cleared": True},
}


@pytest.mark.parametrize("name", RECORDED)
@pytest.mark.parametrize("change", INVENTED.values(), ids=INVENTED)
def test_an_invented_record_is_refused_without_breaking_the_check(change, name):
    found = recorded(change, CHECKS[name])
    assert (found.status, found.earned) == (FAILED, 0) and "cannot be used" not in str(found.message)


@pytest.mark.parametrize("name", RECORDED)
def test_a_record_as_it_is_earns_everything(name):
    assert recorded(lambda record: record, CHECKS[name]).earned == CHECKS[name].points


def test_a_net_that_knows_the_classes_was_not_drawn(monkeypatch):
    """Steps that hold do not help where the first weights are finished."""
    train_set, test_set = CHECKS["check_train_takes_sgd_steps"].function.__globals__["training_task"](24, 2), None
    run = PROBES.TrainingRun(None, [], train_set, test_set, 4, 2, 0.25)
    torch.manual_seed(0)
    net, afresh = PROBES.small_net(), []
    run.start = [torch.zeros_like(p) for p in net.parameters()]
    optimizer = torch.optim.Adam(net.parameters(), 0.02)
    for _ in range(600):
        state = [p.detach().clone() for p in net.parameters()]
        run.steps = [PROBES.Step([0], True, state, state)]
        afresh.append(run.begins_afresh())
        optimizer.zero_grad()
        nn.functional.cross_entropy(net(train_set[0]), train_set[1]).backward()
        optimizer.step()
    assert afresh[0] and not afresh[-1]


COLUMNS = [[2**4000] * 3, [float("inf")] * 3, [True] * 3, [None] * 3, [[]] * 3, [torch.ones(2)] * 3, "abc", 7, None]


@pytest.mark.parametrize("column", [*COLUMNS, torch.zeros(10**12, 0)])
def test_a_history_of_no_numbers_is_refused(column):
    found = recorded(
        lambda record: {**record, "history": {**record["history"], "train_loss": column}},
        CHECKS["check_train_tells_its_history"],
    )
    assert (found.status, found.earned) == (FAILED, 0) and "train_loss" in str(found.message)


def test_history_and_modes_are_judged_only_of_a_run_whose_steps_hold():
    wrong = ANSWERS.module_with(next(m for m in ANSWERS.mistakes() if m.name == "uses_momentum"))
    assert all(judge(CHECKS[name], local_face(wrong, PROBES), 1).earned == 0 for name in RECORDED)


# Mistakes are recognised in whatever net they come.


def named(exercise, replacement):
    """The name of the mistake that is seen in the solution with this replacement."""
    student = ANSWERS.solution()
    setattr(student, exercise, replacement)
    checks = [check for check in CHECKS.values() if check.exercise == exercise and check.seconds is None]
    found = Diagnosis(ANSWERS, list(CHECKS.values()), 7).name(exercise, try_module(ASSIGNMENT, student, checks, 7))
    return found and found.name


@pytest.mark.parametrize("act", [nn.Sigmoid, nn.Tanh, nn.ReLU])
@pytest.mark.parametrize("pool", [nn.AvgPool2d, nn.MaxPool2d])
def test_a_lenet_without_padding_is_recognised(act, pool):
    assert named("make_lenet", lambda: lenet(act, pool, padding=0)) == "first_convolution_without_padding"
    narrow = named("make_lenet", lambda: lenet(act, pool, padding=0, inputs=256))
    assert narrow == "first_convolution_without_padding_on_256_inputs"


@pytest.mark.parametrize("act", [nn.Sigmoid, nn.Tanh, nn.ReLU])
def test_a_net_that_is_made_once_is_recognised(act):
    net = lenet(act)
    assert named("make_lenet", lambda: net) == "gives_the_same_net_each_time"


def test_a_net_that_is_no_function_is_fresh_enough():
    assert named("make_lenet", lenet()) is None


def test_a_sigmoid_dense_part_is_recognised():
    assert named("make_lenet", lambda: lenet(dense=nn.Sigmoid)) == "sigmoid_dense_part_behind_relu_blocks"


def test_the_order_of_the_old_book_is_recognised():
    def evaluate_accuracy(data_iter, net, device=None):
        if device is None and isinstance(net, nn.Module):
            device = list(net.parameters())[0].device
        acc_sum, n = 0.0, 0
        with torch.no_grad():
            for X, y in data_iter:
                net.eval()
                acc_sum += (net(X.to(device)).argmax(dim=1) == y.to(device)).float().sum().cpu().item()
                net.train()
                n += y.shape[0]
        return acc_sum / n

    assert named("evaluate_accuracy", evaluate_accuracy) == "takes_the_data_first"
