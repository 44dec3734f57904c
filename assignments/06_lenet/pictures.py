"""A picture of your LeNet: python -m autograder show lenet.

把你的 LeNet 画成图：python -m autograder show lenet。
"""

import contextlib
import hashlib
from pathlib import Path
from typing import Any

import torch
from torch import nn

from autograder.selfcheck.assignment import load_file
from autograder.selfcheck.drawing import BLUE, GREEN, ORANGE, grey, signed, size
from autograder.selfcheck.pictures import NoPicture, Student, course_data, picture
from autograder.selfcheck.text import say

LAST = ".autograder_lenet.pt"  # the last training, in the course folder; nobody else reads it


@picture
def lenet(student: Student, plot, label, *, epochs: int = 0, again: bool = False):
    """Training curves, mistaken pictures and feature maps of your LeNet (after train); --epochs 1 is quicker

    你的 LeNet 的训练曲线、认错的图像和特征图（写完 train 之后）；--epochs 1 更快
    """
    images = course_data()
    epochs = epochs or number_of_epochs(student)
    net = build(student, images.train_images[:2])
    history = None if again else last_training(net, epochs)
    if history is None:
        history = train(student, net, images, epochs)
        keep_training(net, history, epochs)
    with student.excused("make_lenet"):
        maps, guesses = feature_maps(net, images.test_images[:1]), predictions(net, images.test_images)
    figure = plot.figure(figsize=(12, 9.5), layout="constrained")
    above, middle, below = figure.subfigures(3, 1, height_ratios=(1, 0.5, 1.5))
    draw_curves(above, history, label)
    draw_wrong(middle, images, guesses, label)
    draw_maps(below, images.test_images[0, 0], maps, label)
    return figure


def written() -> str:
    """A digest of all the student's Python files: a training is as old as they are."""
    digest = hashlib.sha256()
    for file in sorted(Path.cwd().glob("*/*.py")):
        if file.parent.name not in ("autograder", "figures"):
            digest.update(file.name.encode() + file.read_bytes())
    return digest.hexdigest()


def last_training(net: nn.Module, epochs: int) -> dict[str, list[float]] | None:
    """The history of the last training, its weights put into `net`; None where something has changed since."""
    try:
        kept = torch.load(LAST, weights_only=True)
        if (kept["written"], kept["epochs"]) != (written(), epochs):
            return None
        net.load_state_dict(kept["weights"])
        history = kept["history"]
    except Exception:  # there is none, or it is of another kind
        return None
    print(say("this is your last training; --again trains anew", "这是上一次训练的结果；加 --again 重新训练"))
    return history


def keep_training(net: nn.Module, history: dict[str, list[float]], epochs: int) -> None:
    """Keep what was trained for the next picture, where that can be."""
    weights = {name: value.cpu() for name, value in net.state_dict().items()}
    with contextlib.suppress(OSError, RuntimeError):
        torch.save({"written": written(), "epochs": epochs, "weights": weights, "history": history}, LAST)


def number_of_epochs(student: Student) -> int:
    """The student's NUM_EPOCHS."""
    epochs = student.get("NUM_EPOCHS")
    if not isinstance(epochs, int):
        raise NoPicture("NUM_EPOCHS in lenet.py is not a number yet.", "lenet.py 里的 NUM_EPOCHS 还不是一个数。")
    return epochs


def build(student: Student, X: torch.Tensor) -> nn.Module:
    """The student's net, the same weights every time, after it has seen a few images."""
    torch.manual_seed(0)
    net = student.call("make_lenet")
    net = net() if isinstance(net, type) else net
    with student.excused("make_lenet"):
        net(X)  # lazy layers learn their shapes
    return net


def train(student: Student, net: nn.Module, images: Any, epochs: int) -> dict[str, list[float]]:
    """The three curves of the student's `train`; a word about what is missing if it gave something else."""
    from data import Batches, Watched

    print(say(f"training your LeNet for {epochs} epochs", f"正在训练你的 LeNet，共 {epochs} 个周期"), flush=True)
    batches = Batches(images.train_images, images.train_labels)
    seen = Watched(batches, net, epochs, images.test_images, images.test_labels)
    unseen = Batches(images.test_images, images.test_labels, shuffle=False)
    history = student.call("train", net, seen, unseen, epochs, student.get("LR"))
    names = ("train_loss", "train_acc", "test_acc")
    if not (isinstance(history, dict) and all(name in history for name in names)):
        raise NoPicture(
            f"`train` should give back a dict with the lists {', '.join(names)}.",
            f"`train` 应当返回一个字典，含有 {', '.join(names)} 三个列表。",
        )
    return {name: [float(value) for value in history[name]] for name in names}


def feature_maps(net: nn.Module, X: torch.Tensor) -> list[torch.Tensor]:
    """What the first layer with six channels and the first with sixteen make of one image, as (channels, h, w)."""
    found, hooks = {}, []

    def note(layer, inputs, output):
        if isinstance(output, torch.Tensor) and output.dim() == 4:
            found.setdefault(output.shape[1], output[0].detach().cpu())

    device = next(net.parameters()).device
    for layer in net.modules():
        if not list(layer.children()):
            hooks.append(layer.register_forward_hook(note))
    try:
        with torch.no_grad():
            net.eval()(X.to(device))
    finally:
        for hook in hooks:
            hook.remove()
    return [found[channels] for channels in (6, 16) if channels in found]


def predictions(net: nn.Module, X: torch.Tensor) -> torch.Tensor:
    """The class that the net gives each image."""
    device = next(net.parameters()).device
    with torch.no_grad():
        return torch.cat([net.eval()(part.to(device)).argmax(1).cpu() for part in X.split(500)])


def draw_wrong(figure: Any, images: Any, guesses: torch.Tensor, label) -> None:
    """The first pictures that the net takes for something else, and for what."""
    from data import CLASSES, CLASSES_ZH

    wrong = (guesses != images.test_labels).nonzero().flatten().tolist()
    axes = figure.subplots(1, 8)
    for axis in axes:
        axis.set_axis_off()
    for axis, k in zip(axes, wrong):
        is_, said = int(images.test_labels[k]), int(guesses[k])
        image = images.test_images[k, 0]
        words = label(f"{CLASSES[is_]}\nnot {CLASSES[said]}", f"{CLASSES_ZH[is_]}\n不是{CLASSES_ZH[said]}")
        grey(axis, (image - image.min()) / (image.max() - image.min()), words)
    count, total = len(wrong), len(guesses)
    figure.suptitle(label(f"Taken for something else: {count} of {total}", f"认错的图像：{total} 张中有 {count} 张"))


def draw_curves(figure: Any, history: dict[str, list[float]], label) -> None:
    """Loss and accuracies by epoch."""
    epochs = range(1, len(history["train_loss"]) + 1)
    left, right = figure.subplots(1, 2)
    left.plot(epochs, history["train_loss"], color=ORANGE, marker=".", label=label("training loss", "训练损失"))
    right.plot(epochs, history["train_acc"], color=BLUE, marker=".", label=label("training accuracy", "训练准确率"))
    right.plot(
        epochs, history["test_acc"], color=GREEN, marker=".", linestyle="--", label=label("test accuracy", "测试准确率")
    )
    for axis in (left, right):
        axis.set_xlabel(label("epoch", "周期"))
        axis.xaxis.get_major_locator().set_params(integer=True)
        axis.grid(alpha=0.3)
        axis.legend()
    accuracy, probes = history["test_acc"][-1], load_file(Path(__file__).with_name("probes.py"), "probes_of_lenet")
    points, most = probes.points_for(accuracy), probes.TIERS[0][1]
    figure.suptitle(
        label(
            f"Your LeNet learns: test accuracy {accuracy:.3f}, which would earn {points} of {most} points",
            f"你的 LeNet 在学习：测试准确率 {accuracy:.3f}，可得 {points} 分（满分 {most} 分）",
        )
    )


def draw_maps(figure: Any, image: torch.Tensor, maps: list[torch.Tensor], label) -> None:
    """One image, and each channel that the two convolutions make of it."""
    columns = 8
    axes = figure.subplots(3, columns)
    for axis in axes.flat:
        axis.set_axis_off()
    grey(axes[0, 0], image, label("input", "输入") + f" {size(image)}")
    for rows, channels in zip((axes[0, 1:], axes[1:].flatten()), maps):
        limit = float(channels.abs().max()) or 1.0
        for number, (axis, channel) in enumerate(zip(rows, channels), start=1):
            signed(axis, channel, label(f"channel {number}", f"通道 {number}"), limit=limit)
    shapes = ", ".join("×".join(map(str, channels.shape)) for channels in maps)
    figure.suptitle(label(f"Feature maps of the two convolutions: {shapes}", f"两个卷积层的特征图：{shapes}"))
