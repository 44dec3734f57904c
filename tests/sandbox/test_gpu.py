"""On a machine with a GPU: it gives the CPU's logits, and the student's functions run on it."""

import pytest
import torch
from torch import nn

from autograder.course.answers import Answers
from autograder.course.course import load_course
from autograder.selfcheck.assignment import load_probes

pytestmark = pytest.mark.skipif(not torch.cuda.is_available(), reason="no CUDA GPU on this machine")

BUNDLE = load_course()
ASSIGNMENT = BUNDLE.select(["06_lenet"])[0]
ANSWERS = Answers(BUNDLE, ASSIGNMENT)
NETS = ["make_lenet", *(a.name for a in ANSWERS.alternatives() if a.exercise == "make_lenet")]


@pytest.fixture(autouse=True)
def full_precision(monkeypatch):
    """float32 throughout: TF32 keeps ten bits of a factor, too few for 1e-4."""
    monkeypatch.setattr(torch.backends.cuda.matmul, "allow_tf32", False)
    monkeypatch.setattr(torch.backends.cudnn, "allow_tf32", False)


def right_lenet(name):
    """The solution's net or one of the alternatives'."""
    if name == "make_lenet":
        return ANSWERS.solution().make_lenet()
    made = next(a.replacement for a in ANSWERS.alternatives() if a.name == name)()
    return made() if isinstance(made, type) else made


@pytest.mark.parametrize("name", NETS)
def test_cpu_and_gpu_give_the_same_logits(name):
    torch.manual_seed(0)
    net, X = right_lenet(name).eval(), torch.randn(64, 1, 28, 28)
    with torch.no_grad():
        on_cpu = net(X)
        on_gpu = net.to("cuda")(X.to("cuda")).cpu()
    assert (on_cpu - on_gpu).abs().max() < 1e-4


def test_the_solution_finds_the_gpu():
    assert ANSWERS.solution().try_gpu() == torch.device("cuda", 0)
    assert ANSWERS.solution().try_gpu(torch.cuda.device_count()) == torch.device("cpu")


@pytest.mark.parametrize("name", ["train", *(a.name for a in ANSWERS.alternatives() if a.exercise == "train")])
def test_training_runs_on_the_gpu(name):
    module, probes = ANSWERS.solution(), load_probes(ASSIGNMENT.folder)
    train = module.train if name == "train" else next(a.replacement for a in ANSWERS.alternatives() if a.name == name)
    net, X, y = probes.small_net(), torch.randn(40, 1, 6, 6), torch.arange(40) % 4
    history = train(net, probes.Batches(X, y, 4), probes.Batches(X, y, 7), 2, 0.1, torch.device("cuda"))
    assert all(parameter.is_cuda for parameter in net.parameters())
    assert [len(values) for key, values in history.items() if key != "lr"] == [2, 2, 2]


def test_accuracy_of_a_net_on_the_gpu():
    net = nn.Sequential(nn.Flatten(), nn.Linear(36, 4)).to("cuda")
    X = torch.randn(19, 1, 6, 6)
    with torch.no_grad():
        y = net(X.to("cuda")).argmax(1).cpu()
    batches = list(zip(X.split(8), y.split(8)))
    evaluate_accuracy = ANSWERS.solution().evaluate_accuracy
    assert evaluate_accuracy(net, batches) == evaluate_accuracy(net, batches, torch.device("cuda")) == 1.0


def test_the_accuracy_check_trains_on_the_gpu():
    module, probes = ANSWERS.solution(), load_probes(ASSIGNMENT.folder)
    images, labels = torch.randint(0, 256, (256, 28, 28), dtype=torch.uint8), torch.arange(256) % 10
    trained = probes.train_and_predict(module, images, labels.to(torch.uint8), 0, 1, module.LR)
    logits = probes.scores_of_trained(trained, images[:50])
    assert logits.shape == (50, 10) and bool(logits.isfinite().all())
    assert all(parameter.device.type == "cpu" for parameter in trained["parameters"])
