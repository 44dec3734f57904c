"""LeNet's training: inside the worker, outside, as D2L's published loop does it, and as arithmetic alone."""

import statistics
import sys
import time
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from contextlib import ExitStack

import numpy as np
import torch
from PIL import Image
from torch import nn
from torch.utils.data import DataLoader, Dataset

from autograder.course.answers import Answers
from autograder.course.course import Course
from autograder.sandbox import Cell, Job, Limits, Sandbox, Source
from autograder.selfcheck.assignment import load_file, load_probes
from autograder.selfcheck.face import Face, local_face

EPOCHS, LR, BATCH, EVALUATED = 2, 0.1, 64, 1000  # as `train_and_predict` has them
D2L_LOADERS = 4


def training(course: Course, times: int) -> dict:
    """Images per second, medians.

    One worker and one thread beside the same loop outside; a worker on each core beside D2L's loop, which has them all.
    """
    (assignment,) = course.select(["06_lenet"])
    answers, probes = Answers(course, assignment), load_probes(assignment.folder)
    data = load_file(course.root / "assignments" / "data.py", "data")
    images, labels, _, _ = data.load_bytes("subset")
    source = answers.file.read_text(encoding="utf-8")
    job = Job(
        "lenet",
        {"lenet": Source("lenet.py", (Cell(source, "lenet.py"),))},
        (assignment.folder / "probes.py").read_text(encoding="utf-8"),
        Limits(600, 600),
    )
    module = answers.solution()
    cores, count = torch.get_num_threads(), EPOCHS * len(labels)
    both = f"a worker on each of {cores} cores"
    rates: dict[str, list] = {"inside the worker": [], "the same loop outside": [], both: [], "D2L's loop": []}
    with Sandbox("process") as sandbox:
        for _ in range(times):
            for name, workers in (("inside the worker", 1), (both, cores)):
                seconds = _at_once(sandbox, job, workers, lambda face: _clocked(face, probes, images, labels))
                rates[name].append(workers * count / seconds)
            torch.set_num_threads(1)
            here = local_face(module, probes)
            rates["the same loop outside"].append(count / _clocked(here, probes, images, labels))
            torch.set_num_threads(cores)
            rates["D2L's loop"].append(_d2l(images, labels, module.make_lenet()))
    found = {name: statistics.median(values) for name, values in rates.items()}
    torch.set_num_threads(1)
    found["arithmetic alone (one core)"] = _arithmetic()
    torch.set_num_threads(cores)
    found["inside beside outside"] = found["inside the worker"] / found["the same loop outside"]
    found["inside beside D2L, all cores"] = found[both] / found["D2L's loop"]
    return found


def _at_once(sandbox: Sandbox, job: Job, workers: int, train: Callable[[Face], float]) -> float:
    """Seconds until each of some workers has trained its net."""
    with ExitStack() as stack, ThreadPoolExecutor(workers) as threads:
        opened = [stack.enter_context(sandbox.open(job)) for _ in range(workers)]
        for worker in opened:
            worker.begin(600)
        return max(threads.map(lambda worker: train(Face(worker, "lenet")), opened))


def _clocked(face, probes, images, labels) -> float:
    start = time.perf_counter()
    face.probe(probes.train_and_predict, images, labels, 1, EPOCHS, LR)
    return time.perf_counter() - start


class Pictures(Dataset):
    """Fashion-MNIST as torchvision gives it to D2L's loop: image by image, through PIL, to a float tensor."""

    def __init__(self, images, labels):
        self.images, self.labels = images, labels

    def __len__(self):
        return len(self.labels)

    def __getitem__(self, i):
        picture = Image.fromarray(self.images[i].numpy().reshape(28, 28))
        pixels = torch.from_numpy(np.array(picture, np.uint8, copy=True)).view(28, 28, 1)
        return pixels.permute(2, 0, 1).contiguous().to(torch.float32).div(255), int(self.labels[i])


def _d2l(images, labels, net) -> float:
    """Images per second of D2L's train_ch6 (1.0.3): the same statements, without its plotting.

    Its net, batches and evaluations are those of `train_and_predict`, so that only the loops differ.
    """
    loader = DataLoader(Pictures(images, labels), BATCH, shuffle=True, num_workers=D2L_LOADERS)
    tests = DataLoader(Pictures(images[:EVALUATED], labels[:EVALUATED]), BATCH, num_workers=D2L_LOADERS)
    optimizer, loss = torch.optim.SGD(net.parameters(), lr=0.1), nn.CrossEntropyLoss()
    start = time.perf_counter()
    for _ in range(EPOCHS):
        net.train()
        seen = [0.0, 0.0, 0]
        for X, y in loader:
            optimizer.zero_grad()
            y_hat = net(X)
            cost = loss(y_hat, y)
            cost.backward()
            optimizer.step()
            with torch.no_grad():
                seen[0] += float(cost * X.shape[0])
                seen[1] += float((y_hat.argmax(1) == y).sum())
                seen[2] += X.shape[0]
        net.eval()
        with torch.no_grad():
            right = sum(float((net(X).argmax(1) == y).sum()) for X, y in tests)
    assert right > 0 and seen[2] == len(labels)
    return EPOCHS * len(labels) / (time.perf_counter() - start)


def _arithmetic() -> float:
    """Images per second if a training step of LeNet were nothing but one matrix product of as many operations."""
    forward = 28 * 28 * 6 * 25 + 10 * 10 * 16 * 6 * 25 + 400 * 120 + 120 * 84 + 84 * 10  # multiply-adds of one image
    A, B = torch.rand(1024, 1024), torch.rand(1024, 1024)
    A @ B
    seconds = statistics.median(_product(A, B) for _ in range(9))
    return 1024**3 / seconds / (3 * forward)  # a step is three times its forward pass


def _product(A, B) -> float:
    start = time.perf_counter()
    A @ B
    return time.perf_counter() - start


if __name__ == "__main__":
    from autograder.course.course import load_course

    print(training(load_course(), int(sys.argv[1]) if len(sys.argv) > 1 else 3))
