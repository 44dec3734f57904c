"""Pictures of what students build: `python -m autograder.selfcheck.show edges`, `kernel` or `lenet`."""

import argparse
import contextlib
import importlib
import sys
from pathlib import Path

import torch
from torch import nn

from . import language
from .assignment import AssignmentError, find_assignments
from .language import say
from .trouble import Raised

BLUE, ORANGE, GREEN = "#0072b2", "#d55e00", "#009e73"  # told apart by colour-blind eyes too
CHINESE_FONTS = (
    "Noto Sans CJK SC",
    "Noto Sans SC",
    "Source Han Sans SC",
    "Microsoft YaHei",
    "PingFang SC",
    "Hiragino Sans GB",
    "SimHei",
    "WenQuanYi Zen Hei",
    "WenQuanYi Micro Hei",
    "Heiti SC",
    "STHeiti",
    "SimSun",
    "Arial Unicode MS",
)
SNAPSHOTS = (0, 1, 3, 10, 30, 60, 100)  # steps of learning at which the kernel is drawn


class NoPicture(Exception):
    """A picture that cannot be drawn yet; says what is missing and where."""

    def __init__(self, en: str, zh: str):
        super().__init__(say(en, zh))


class Student:
    """The modules of the student's folder; `call` turns whatever goes wrong in them into a friendly `NoPicture`."""

    def __init__(self, root: Path):
        self.files = {each.module: f"{each.name}/{each.module}.py" for each in find_assignments(root)}
        if not {"corr2d", "lenet"} <= self.files.keys():
            raise NoPicture(
                f"{root} holds no 02_corr2d and 06_lenet: change to your course folder first.",
                f"{root} 中没有 02_corr2d 和 06_lenet：请先进入课程文件夹。",
            )
        sys.path[:0] = [str(root), *(str(root / Path(file).parent) for file in self.files.values())]

    def get(self, module: str, name: str):
        with self.excused(module, name):
            loaded = importlib.import_module(module)
        if not hasattr(loaded, name):
            raise NoPicture(f"{self.files[module]} has no `{name}` yet.", f"{self.files[module]} 里还没有 `{name}`。")
        return getattr(loaded, name)

    def call(self, module: str, name: str, *args):
        function = self.get(module, name)
        with self.excused(module, name):
            return function(*args)

    @contextlib.contextmanager
    def excused(self, module: str, name: str):
        """While entered, an exception of the student's code becomes one sentence with its line."""
        try:
            yield
        except NoPicture:
            raise
        except NotImplementedError as error:
            place = Raised.of(error).place()
            raise NoPicture(
                f"`{name}` needs something that is not written yet: {place or self.files[module]}",
                f"`{name}` 用到的代码还没有实现：{place or self.files[module]}",
            ) from None
        except (Exception, SystemExit) as error:  # noqa: BLE001  whatever a student's code raises
            raised = Raised.of(error)
            raise NoPicture(
                f"`{name}` raised {raised}\n  {raised.place()}", f"`{name}` 抛出了 {raised}\n  {raised.place()}"
            ) from None

    def matrix(self, module: str, name: str, *args) -> torch.Tensor:
        """The answer of a call as a picture: a 2-D tensor on the CPU."""
        answer = self.call(module, name, *args)
        try:
            picture = torch.as_tensor(answer).detach().cpu().float()
        except Exception:  # noqa: BLE001  an answer can be anything
            picture = torch.empty(0)
        if picture.dim() != 2 or not picture.numel():
            kind = f"shape {tuple(picture.shape)}" if isinstance(answer, torch.Tensor) else type(answer).__name__
            raise NoPicture(
                f"`{name}` should give a tensor with two axes, but gave {kind}.",
                f"`{name}` 应当返回有两个轴的张量，却返回了 {kind}。",
            )
        return picture


def edges(student: Student, plot, label):
    """An image, a kernel and the response, three times: vertical edges, horizontal edges, and a real picture."""
    bar = student.matrix("corr2d", "edge_image")
    upright, flat = student.matrix("corr2d", "vertical_edge_kernel"), student.matrix("corr2d", "horizontal_edge_kernel")
    shoe = fashion().test_images[0, 0]
    names = [
        label("vertical edges", "竖直边缘"),
        label("horizontal edges", "水平边缘"),
        label("on a real picture", "真实图片"),
    ]
    figure, axes = plot.subplots(3, 3, figsize=(9, 8.4), layout="constrained")
    for row, (name, X, K) in zip(axes, zip(names, (bar, bar.T, shoe), (upright, flat, upright))):
        Y = student.matrix("corr2d", "corr2d", X, K)
        grey(row[0], X, f"{name}: {label('image', '图像')} {size(X)}")
        signed(row[1], K, f"{label('kernel', '卷积核')} {size(K)}")
        image = signed(row[2], Y, f"{label('response', '响应')} {size(Y)}")
        figure.colorbar(image, ax=row[2], shrink=0.8)
    return figure


def kernel(student: Student, plot, label):
    """The student's `Conv2D` learning a kernel of 3×3 from one image and its response, and the loss on the way."""
    due = torch.tensor([[1.0, 0.0, -1.0], [2.0, 0.0, -2.0], [1.0, 0.0, -1.0]])
    X = fashion().test_images[0, 0, 12:24, 14:27]
    X = X - X.mean()  # learning is faster without a constant part
    Y = student.matrix("corr2d", "corr2d", X, due)
    torch.manual_seed(0)
    layer = student.call("corr2d", "Conv2D", (3, 3))
    with student.excused("corr2d", "Conv2D"):
        losses, kernels = learn(layer, X, Y)
    figure = plot.figure(figsize=(12, 5.2), layout="constrained")
    above, below = figure.subfigures(2, 1, height_ratios=(1, 1.3))
    axes = above.subplots(1, len(kernels) + 1)
    for axis, step in zip(axes, kernels):
        signed(axis, kernels[step], label(f"step {step}", f"第 {step} 步"), limit=2)
    signed(axes[-1], due, label("true kernel", "真实的核"), limit=2)
    image, response, curve = below.subplots(1, 3, width_ratios=(1, 1, 3))
    signed(image, X, f"{label('image', '图像')} {size(X)}")
    signed(response, Y, f"{label('response', '响应')} {size(Y)}")
    curve.plot(losses, color=BLUE)
    curve.set(xlabel=label("step", "步数"), ylabel=label("loss (mean squared error)", "损失（均方误差）"), yscale="log")
    curve.grid(alpha=0.3)
    above.suptitle(
        label("Your Conv2D learns a kernel from an image and its response", "你的 Conv2D 从图像和响应中学出卷积核")
    )
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


def lenet(student: Student, plot, label, epochs: int | None = None):
    """Learning curves of the student's LeNet, and what its two convolutions make of one picture."""
    images = fashion()
    epochs = epochs or student.get("lenet", "NUM_EPOCHS")
    if not isinstance(epochs, int):
        raise NoPicture("NUM_EPOCHS in lenet.py is not a number yet.", "lenet.py 里的 NUM_EPOCHS 还不是一个数。")
    from data import Batches

    torch.manual_seed(0)
    net = student.call("lenet", "make_lenet")
    net = net() if isinstance(net, type) else net
    with student.excused("lenet", "make_lenet"):
        net(images.train_images[:2])  # lazy layers learn their shapes
    print(
        say(
            f"training your LeNet for {epochs} epochs; a minute of patience …",
            f"正在训练你的 LeNet，共 {epochs} 个周期，请稍候……",
        )
    )
    history = student.call(
        "lenet",
        "train",
        net,
        Batches(images.train_images, images.train_labels),
        Batches(images.test_images, images.test_labels, shuffle=False),
        epochs,
        student.get("lenet", "LR"),
    )
    history = curves_of(history)
    with student.excused("lenet", "make_lenet"):
        maps = feature_maps(net, images.test_images[:1])
    figure = plot.figure(figsize=(12, 8), layout="constrained")
    above, below = figure.subfigures(2, 1, height_ratios=(1, 1.5))
    draw_curves(above, history, label)
    draw_maps(below, images.test_images[0, 0], maps, label)
    return figure


def curves_of(history) -> dict[str, list[float]]:
    """The three curves of `train`; a word about what is missing if it gave something else."""
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


def draw_curves(figure, history: dict[str, list[float]], label) -> None:
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


def draw_maps(figure, image: torch.Tensor, maps: list[torch.Tensor], label) -> None:
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


def grey(axis, picture: torch.Tensor, title: str) -> None:
    axis.imshow(picture, cmap="gray", vmin=0, vmax=1)
    frame(axis, title)


def signed(axis, picture: torch.Tensor, title: str, limit: float | None = None):
    """Red is positive, blue is negative, white is zero; small kernels show their numbers."""
    limit = limit or float(picture.abs().max()) or 1.0
    image = axis.imshow(picture, cmap="RdBu_r", vmin=-limit, vmax=limit)
    if picture.numel() <= 9:
        for i, row in enumerate(picture.tolist()):
            for j, value in enumerate(row):
                color = "white" if abs(value) > 0.6 * limit else "black"
                axis.text(
                    j,
                    i,
                    f"{round(value, 2) + 0.0:.2f}".rstrip("0").rstrip("."),
                    ha="center",
                    va="center",
                    color=color,
                    fontsize=9,
                )
    frame(axis, title)
    return image


def frame(axis, title: str) -> None:
    axis.set_title(title, fontsize=10)
    axis.set(xticks=[], yticks=[])
    axis.set_axis_on()


def size(picture: torch.Tensor) -> str:
    return "×".join(map(str, picture.shape))


def fashion():
    """The data set of the student's folder."""
    try:
        from data import load

        return load("subset")
    except (ImportError, OSError) as error:
        raise NoPicture(
            f"the images cannot be read ({error}): are data.py and data/ in this folder?",
            f"无法读取图像（{error}）：data.py 和 data/ 在这个文件夹里吗？",
        ) from None


def plotter(save: bool):
    """Matplotlib's pyplot, and whether it can open a window."""
    try:
        import matplotlib
    except ImportError:
        raise NoPicture(
            "pictures need matplotlib: pip install matplotlib", "画图需要 matplotlib：pip install matplotlib"
        ) from None
    if save:
        matplotlib.use("Agg")
    try:
        from matplotlib import pyplot

        backend = pyplot.get_backend().lower()
    except ImportError:  # a notebook's backend, inherited by a process that has no notebook
        matplotlib.use("Agg", force=True)
        from matplotlib import pyplot

        backend = "agg"
    window = backend == "macosx" or (backend.endswith("agg") and backend not in ("agg", "webagg", "nbagg"))
    if not window:
        pyplot.switch_backend("Agg")
    return pyplot, window


def labeller():
    """A function that picks a label's language: Chinese only where there is a font to write it with."""
    from matplotlib import font_manager, rcParams

    known = {font.name for font in font_manager.fontManager.ttflist}
    fonts = [font for font in CHINESE_FONTS if font in known]
    if not fonts:
        return lambda en, zh: en
    rcParams["font.family"] = ["DejaVu Sans", *fonts]  # what the first lacks comes from the next
    return say


def main(arguments: list[str] | None = None) -> int:
    """Draws one picture for the student's folder and gives the exit code."""
    parser = argparse.ArgumentParser(
        prog="python -m autograder.selfcheck.show", description=say(__doc__, "把你写的代码画成图。")
    )
    parser.add_argument("picture", choices=("edges", "kernel", "lenet"))
    parser.add_argument(
        "--save",
        action="store_true",
        help=say("write a PNG file instead of opening a window", "不开窗口，保存为 PNG 文件"),
    )
    parser.add_argument(
        "--epochs",
        type=int,
        help=say("epochs for lenet (default: your NUM_EPOCHS)", "lenet 训练的周期数（默认为 NUM_EPOCHS）"),
    )
    parser.add_argument(
        "--lang", choices=language.LANGUAGES, help=say("language of labels and messages", "图中文字和提示的语言")
    )
    wish = parser.parse_args(arguments)
    language.choose(wish.lang)
    try:
        plot, window = plotter(wish.save)
        student, label = Student(Path.cwd()), labeller()
        if wish.picture == "lenet":
            figure = lenet(student, plot, label, wish.epochs)
        else:
            figure = {"edges": edges, "kernel": kernel}[wish.picture](student, plot, label)
    except (NoPicture, AssignmentError) as error:
        print(error, file=sys.stderr)
        return 1
    if window:
        plot.show()
    else:
        figure.savefig(f"{wish.picture}.png", dpi=110)
        print(say(f"the picture is in {wish.picture}.png", f"图片已保存为 {wish.picture}.png"))
    return 0


if __name__ == "__main__":
    sys.exit(main())
