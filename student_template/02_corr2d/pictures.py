"""Pictures of your convolution: python -m autograder show edges, and kernel.

把你的卷积画成图：python -m autograder show edges，以及 kernel。
"""

from typing import Any

import torch
from torch import nn

from autograder.selfcheck.drawing import BLUE, grey, signed, size
from autograder.selfcheck.pictures import NoPicture, Student, course_data, picture

SNAPSHOTS = (0, 1, 3, 10, 30, 60, 100)  # steps of learning at which the kernel is drawn


@picture
def edges(student: Student, plot, label):
    """An image, your kernels, and where they find edges: vertical, horizontal, and on a real picture (after corr2d)

    一张图像、你的卷积核，以及它们找到的边缘：竖直的、水平的，还有真实图片上的（写完 corr2d 之后）
    """
    bar = student.matrix("edge_image")
    upright, flat = student.matrix("vertical_edge_kernel"), student.matrix("horizontal_edge_kernel")
    shoe = course_data().test_images[0, 0]
    names = [
        label("vertical edges", "竖直边缘"),
        label("horizontal edges", "水平边缘"),
        label("on a real picture", "真实图片"),
    ]
    figure, axes = plot.subplots(3, 3, figsize=(9, 8.4), layout="constrained")
    for row, (name, X, K) in zip(axes, zip(names, (bar, bar.T, shoe), (upright, flat, upright))):
        Y = student.matrix("corr2d", X, K)
        grey(row[0], X, f"{name}: {label('image', '图像')} {size(X)}")
        signed(row[1], K, f"{label('kernel', '卷积核')} {size(K)}")
        image = signed(row[2], Y, f"{label('response', '响应')} {size(Y)}")
        figure.colorbar(image, ax=row[2], shrink=0.8)
    return figure


@picture
def kernel(student: Student, plot, label):
    """Your Conv2D learning a 3×3 kernel from one image and its response, step by step (after Conv2D)

    你的 Conv2D 从一张图像和它的响应中一步步学出 3×3 的卷积核（写完 Conv2D 之后）
    """
    due = torch.tensor([[1.0, 0.0, -1.0], [2.0, 0.0, -2.0], [1.0, 0.0, -1.0]])
    X = course_data().test_images[0, 0, 12:24, 14:27]
    X = X - X.mean()  # learning is faster without a constant part
    Y = student.matrix("corr2d", X, due)
    torch.manual_seed(0)
    layer = student.call("Conv2D", (3, 3))
    with student.excused("Conv2D"):
        losses, kernels = learn(layer, X, Y)
    figure = plot.figure(figsize=(12, 5.2), layout="constrained")
    above, below = figure.subfigures(2, 1, height_ratios=(1, 1.3))
    draw_kernels(above, kernels, due, label)
    draw_lesson(below, X, Y, losses, label)
    return figure


def learn(layer: nn.Module, X: torch.Tensor, Y: torch.Tensor) -> tuple[list[float], dict[int, torch.Tensor]]:
    """Loss at every step, and the layer's kernel at some of them."""
    optimizer = torch.optim.Adam(layer.parameters(), lr=0.1)
    losses, kernels = [], {}
    for step in range(SNAPSHOTS[-1] + 1):
        if step in SNAPSHOTS:
            kernels[step] = layer.weight.detach().clone().reshape(3, 3)
        loss = ((layer(X) - Y) ** 2).mean()
        if not loss.requires_grad:
            raise NoPicture(
                "`Conv2D` cannot learn: no gradient reaches its weight. Are weight and bias nn.Parameter, "
                "and does forward use them?",
                "`Conv2D` 学不动：梯度传不到 weight。weight 和 bias 是 nn.Parameter 吗？forward 用到它们了吗？",
            )
        losses.append(loss.item())
        optimizer.zero_grad()
        loss.backward()
        optimizer.step()
    return losses, kernels


def draw_kernels(figure: Any, kernels: dict[int, torch.Tensor], due: torch.Tensor, label) -> None:
    """The learned kernel at some steps, and the true one beside them."""
    axes = figure.subplots(1, len(kernels) + 1)
    for axis, step in zip(axes, kernels):
        signed(axis, kernels[step], label(f"step {step}", f"第 {step} 步"), limit=2)
    signed(axes[-1], due, label("true kernel", "真实的核"), limit=2)
    figure.suptitle(
        label("Your Conv2D learns a kernel from an image and its response", "你的 Conv2D 从图像和响应中学出卷积核")
    )


def draw_lesson(figure: Any, X: torch.Tensor, Y: torch.Tensor, losses: list[float], label) -> None:
    """What the layer learned from, and the loss on the way."""
    image, response, curve = figure.subplots(1, 3, width_ratios=(1, 1, 3))
    signed(image, X, f"{label('image', '图像')} {size(X)}")
    signed(response, Y, f"{label('response', '响应')} {size(Y)}")
    curve.plot(losses, color=BLUE)
    curve.set(xlabel=label("step", "步数"), ylabel=label("loss (mean squared error)", "损失（均方误差）"), yscale="log")
    curve.grid(alpha=0.3)
