"""Loads Fashion-MNIST as plain tensors: the embedded subset, or the full set where it is found.

    from data import load, Batches
    fashion = load()
    train_iter = Batches(fashion.train_images, fashion.train_labels)

Run as a script it rehearses the grader's accuracy check with your LeNet: python data.py

    以张量形式读取 Fashion-MNIST：默认是随作业附带的子集，找到完整数据集时使用完整数据集。
    作为脚本运行（python data.py）时，用你的 LeNet 预演评分系统的准确率检查。
"""

import gzip
import os
import struct
import sys
import time
from collections.abc import Iterable, Iterator
from pathlib import Path
from types import SimpleNamespace
from typing import NamedTuple

import torch
from torch import Tensor

SUBSET = Path(__file__).resolve().parent / "data"
VARIABLE = "FASHION_MNIST"  # "subset", "full", or a folder
# Where Debian's package and torchvision's FashionMNIST(root="data") put the full set.
PLACES = (Path("/usr/share/datasets/fashion-mnist"), Path("data"), Path.home() / "data")
# Of all training pixels, taken from 0 to 1: a sigmoid net learns far sooner from 0 and 1.
MEAN, DEVIATION = 0.286, 0.353
CLASSES = ("t-shirt", "trouser", "pullover", "dress", "coat", "sandal", "shirt", "sneaker", "bag", "ankle boot")
CLASSES_ZH = ("T恤", "裤子", "套衫", "连衣裙", "外套", "凉鞋", "衬衫", "运动鞋", "包", "短靴")


class Fashion(NamedTuple):
    """Images are float32, (N, 1, 28, 28), standardised; labels are int64, (N,); `name` is "subset" or "full"."""

    name: str
    train_images: Tensor
    train_labels: Tensor
    test_images: Tensor
    test_labels: Tensor


class Batches:
    """Mini-batches of one set; every pass shuffles anew (a seed makes the whole sequence repeatable)."""

    def __init__(self, images: Tensor, labels: Tensor, batch_size: int = 64, shuffle: bool = True, seed: int = 0):
        self.images, self.labels, self.batch_size, self.shuffle = images, labels, batch_size, shuffle
        self.rng = torch.Generator().manual_seed(seed)

    def __len__(self) -> int:
        return -(-len(self.labels) // self.batch_size)

    def __iter__(self) -> Iterator[tuple[Tensor, Tensor]]:
        images, labels = self.images, self.labels
        if self.shuffle:
            order = torch.randperm(len(labels), generator=self.rng)
            images, labels = images[order], labels[order]
        yield from zip(images.split(self.batch_size), labels.split(self.batch_size))


def load(where: str | os.PathLike | None = None) -> Fashion:
    """Loads the set named by `where`: "subset", "full" or a folder of idx files, gzipped or not.

    Without it the environment variable FASHION_MNIST decides in the same words; without that the full set is taken
    where it is found (Debian's package, torchvision's folder), and the embedded subset everywhere else.
    """
    train_images, train_labels, test_images, test_labels = load_bytes(where)
    name = "subset" if len(train_labels) == 8000 else "full"
    return Fashion(name, as_inputs(train_images), train_labels.long(), as_inputs(test_images), test_labels.long())


def load_bytes(where: str | os.PathLike | None = None) -> tuple[Tensor, Tensor, Tensor, Tensor]:
    """Loads the same set as uint8: train images (N, 28, 28), train labels (N,), test images, test labels."""
    folder = find(where)
    kinds = ("images-idx3-ubyte", "labels-idx1-ubyte")
    return tuple(read_idx(folder, f"{part}-{kind}") for part in ("train", "t10k") for kind in kinds)


def as_inputs(images: Tensor) -> Tensor:
    """Turns uint8 images (N, 28, 28) into a network's float32 inputs (N, 1, 28, 28) of mean 0 and deviation 1."""
    return (images.unsqueeze(1).float() / 255 - MEAN) / DEVIATION


class Disguise:
    """What the grader does to its pictures, so that labels learned by heart are worth nothing.

    The sixteen blocks of 7x7 pixels are laid out anew (one layout for all pictures), the lowest bit of every pixel is
    drawn again, and the ten labels are permuted. Draw your own to see what it costs: Disguise(torch.Generator()).
    """

    def __init__(self, rng: torch.Generator):
        self.rng = rng
        self.blocks = torch.randperm(16, generator=rng)
        self.names = torch.randperm(10, generator=rng)

    def images(self, images: Tensor) -> Tensor:
        """Disguises uint8 images (N, 28, 28)."""
        n = len(images)
        bit = torch.randint(0, 2, images.shape, generator=self.rng, dtype=torch.uint8)
        blocks = (images & 0xFE | bit).reshape(n, 4, 7, 4, 7).transpose(2, 3).reshape(n, 16, 7, 7)
        return blocks[:, self.blocks].reshape(n, 4, 4, 7, 7).transpose(2, 3).reshape(n, 28, 28)

    def labels(self, labels: Tensor) -> Tensor:
        """Renames uint8 labels (N,)."""
        return self.names[labels.long()].to(torch.uint8)


def find(where: str | os.PathLike | None = None) -> Path:
    """Gives the folder that `load(where)` reads."""
    where = where or os.environ.get(VARIABLE)
    if where is None:
        return find_full() or SUBSET
    if os.fspath(where) == "subset":
        return SUBSET
    folder = find_full() if os.fspath(where) == "full" else within(Path(where))
    if folder is None:
        raise FileNotFoundError(
            f"no Fashion-MNIST found for {os.fspath(where)!r}: `apt-get install dataset-fashion-mnist` installs it; "
            f"or name a folder with train-images-idx3-ubyte.gz and its three companions (argument or ${VARIABLE})"
        )
    return folder


def find_full() -> Path | None:
    """Looks for all 70,000 images in the usual places."""
    return next((folder for place in PLACES if (folder := within(place, but=SUBSET))), None)


def within(place: Path, but: Path | None = None) -> Path | None:
    """Gives `place` itself or torchvision's folder under it, whichever holds the training images and is not `but`."""
    # The embedded subset has the same file names, and whoever works in the folder above it has it under ./data.
    folders = [place, place / "FashionMNIST" / "raw"]
    return next((f for f in folders if f.resolve() != but and holds(f, "train-images-idx3-ubyte")), None)


def holds(folder: Path, name: str) -> bool:
    """Tells whether `folder` has the file, gzipped or not."""
    return (folder / name).is_file() or (folder / f"{name}.gz").is_file()


def read_idx(folder: Path, name: str) -> Tensor:
    """Reads one idx file of unsigned bytes: 0, 0, 8, the number of axes, the axes, the bytes."""
    packed = folder / f"{name}.gz"
    content = gzip.decompress(packed.read_bytes()) if packed.is_file() else (folder / name).read_bytes()
    axes = content[3]
    shape = struct.unpack_from(f">{axes}I", content, 4)
    return torch.frombuffer(bytearray(content), dtype=torch.uint8, offset=4 + 4 * axes).reshape(shape)


class Watched:
    """Batches that say on the screen how a training goes, each time they are looped over: once an epoch.

    From the second epoch on they tell the accuracy so far (on the first 500 of `images`) and the seconds left.
    """

    def __init__(self, batches: Iterable, net: torch.nn.Module, num_epochs: int, images: Tensor, labels: Tensor):
        self.batches, self.net, self.num_epochs = batches, net, num_epochs
        self.images, self.labels = images[:500], labels[:500].long()
        self.epoch, self.started = 0, time.monotonic()

    def __len__(self) -> int:
        return len(self.batches)  # pyright: ignore[reportArgumentType]

    def __iter__(self) -> Iterator[tuple[Tensor, Tensor]]:
        self.epoch += 1
        line = f"epoch {self.epoch}/{self.num_epochs}"
        if 1 < self.epoch <= self.num_epochs:
            each = (time.monotonic() - self.started) / (self.epoch - 1)
            line += f"  accuracy {self.accuracy():.1%}  {each * (self.num_epochs - self.epoch + 1):.0f} s left"
        print(line, file=sys.stderr, flush=True)
        yield from self.batches

    def accuracy(self) -> float:
        training, place = self.net.training, next(self.net.parameters())
        with torch.no_grad():
            scores = self.net.eval()(self.images.to(place.device, place.dtype))
        self.net.train(training)
        return (scores.argmax(1).cpu() == self.labels).double().mean().item()


def rehearse(seed: int = 0) -> float:
    """Trains the LeNet of 06_lenet as the grader does, on the disguised subset, and gives its accuracy."""
    sys.path.insert(0, str(Path(__file__).resolve().parent / "06_lenet"))
    import lenet
    import probes

    torch.set_num_threads(1)
    images, labels, test_images, test_labels = load_bytes("subset")
    disguise = Disguise(torch.Generator().manual_seed(seed))
    images, labels = disguise.images(images), disguise.labels(labels)

    def train(net, train_iter, test_iter, num_epochs, lr, device):
        shown = Watched(train_iter, net, num_epochs, as_inputs(images), labels)
        return lenet.train(net, shown, test_iter, num_epochs, lr, device)

    module = SimpleNamespace(make_lenet=lenet.make_lenet, train=train)
    trained = probes.train_and_predict(module, images, labels, seed, lenet.NUM_EPOCHS, lenet.LR)
    logits = probes.scores_of_trained(trained, disguise.images(test_images))
    if logits is None:
        raise SystemExit("make_lenet's net has not LeNet's ten parameters / make_lenet 的网络没有 LeNet 的十个参数张量")
    return (logits.argmax(1) == disguise.labels(test_labels)).double().mean().item()


if __name__ == "__main__":
    reached = rehearse(*map(int, sys.argv[1:]))
    from probes import TIERS, points_for

    print(f"{reached:.1%}: {points_for(reached)} / {TIERS[0][1]}")
