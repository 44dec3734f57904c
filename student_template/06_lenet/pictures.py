"""A picture of your LeNet: python -m autograder show lenet.

把你的 LeNet 画成图：python -m autograder show lenet。
"""

from typing import Any

import torch
from torch import nn

from autograder.selfcheck.drawing import BLUE, GREEN, ORANGE, grey, signed, size
from autograder.selfcheck.pictures import NoPicture, Student, course_data, picture
from autograder.selfcheck.text import say


@picture
def lenet(student: Student, plot, label, *, epochs: int = 0):
    """Training curves and feature maps of your LeNet (after train); --epochs 1 is quicker than your NUM_EPOCHS

    你的 LeNet 的训练曲线和特征图（写完 train 之后）；--epochs 1 比你的 NUM_EPOCHS 更快
    """
    images = course_data()
    epochs = epochs or number_of_epochs(student)
    net = build(student, images.train_images[:2])
    history = train(student, net, images, epochs)
    with student.excused("make_lenet"):
        maps = feature_maps(net, images.test_images[:1])
    figure = plot.figure(figsize=(12, 8), layout="constrained")
    above, below = figure.subfigures(2, 1, height_ratios=(1, 1.5))
    draw_curves(above, history, label)
    draw_maps(below, images.test_images[0, 0], maps, label)
    return figure


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
    from data import Batches

    print(
        say(
            f"training your LeNet for {epochs} epochs; a minute of patience …",
            f"正在训练你的 LeNet，共 {epochs} 个周期，请稍候……",
        ),
        flush=True,
    )
    seen = Batches(images.train_images, images.train_labels)
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
    reached = f"{history['test_acc'][-1]:.3f}"
    figure.suptitle(label(f"Your LeNet learns: test accuracy {reached}", f"你的 LeNet 在学习：测试准确率 {reached}"))


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
