"""LeNet: a whole convolutional network, its accuracy, and the loop that trains it, on CPU or GPU."""

from collections.abc import Iterable

import torch
from torch import nn

NUM_EPOCHS = 8
LR = 0.1


def make_lenet() -> nn.Module:
    """Build a fresh LeNet for grey images of 28 x 28 pixels and ten classes.

    Two blocks of convolution, activation and 2 x 2 pooling with stride 2 (6 channels 5 x 5 with padding 2, then 16
    channels 5 x 5), then dense layers of 120, 84 and 10 units with an activation between them and nothing after the
    last. Use one activation and one pooling throughout: sigmoid and average pooling as in the book, or ReLU or tanh
    with maximum pooling; any of these is right, and so is any way of writing a module.

    Returns:
        a module that maps (N, 1, 28, 28) to the scores (logits) of shape (N, 10), with 61,706 parameters.
    Example:
        >>> make_lenet()(torch.zeros(2, 1, 28, 28)).shape
        torch.Size([2, 10])

    构造一个新的 LeNet，输入是 28 x 28 的单通道图像，共十类。
    两个卷积块（卷积、激活、步幅为 2 的 2 x 2 池化）：先是 6 个 5 x 5 的通道、填充 2，再是 16 个 5 x 5 的通道；
    然后是 120、84、10 个单元的全连接层，层与层之间有激活，最后一层之后什么也不加。全网使用同一种激活和同一种池化：
    可以像书里那样用 sigmoid 加平均池化，也可以用 ReLU 或 tanh 加最大池化，写法不限。
    返回的网络把 (N, 1, 28, 28) 变为 (N, 10) 的得分（logits），共有 61,706 个参数。
    """
    return nn.Sequential(
        nn.Conv2d(1, 6, kernel_size=5, padding=2),
        nn.ReLU(),
        nn.MaxPool2d(2),
        nn.Conv2d(6, 16, kernel_size=5),
        nn.ReLU(),
        nn.MaxPool2d(2),
        nn.Flatten(),
        nn.Linear(16 * 5 * 5, 120),
        nn.ReLU(),
        nn.Linear(120, 84),
        nn.ReLU(),
        nn.Linear(84, 10),
    )


def layer_shapes(net: nn.Module, input_shape: tuple[int, ...]) -> list[tuple[str, tuple[int, ...]]]:
    """Send one input through a net and note what every leaf layer makes of it.

    A leaf is a module without children: a convolution or an activation is one, a Sequential is not.

    Args:
        net: any module, nested or not.
        input_shape: the shape of a whole input, batch axis included, such as (1, 1, 28, 28).
    Returns:
        one pair (class name, output shape) per leaf layer, in the order in which they are used.
    Example:
        >>> layer_shapes(nn.Sequential(nn.Conv2d(1, 6, 5), nn.Sequential(nn.ReLU(), nn.Flatten())), (1, 1, 8, 8))
        [('Conv2d', (1, 6, 4, 4)), ('ReLU', (1, 6, 4, 4)), ('Flatten', (1, 96))]

    让一个输入通过网络，记录每个叶子层的输出。叶子层是没有子模块的模块：卷积、激活是叶子层，Sequential 不是。
    input_shape 是整个输入的形状，包括批量轴，例如 (1, 1, 28, 28)。
    返回 (类名, 输出形状) 的列表，按各层被使用的先后排列；网络可以有任意层嵌套。
    """
    shapes, hooks = [], []

    def note(layer, inputs, output):
        shapes.append((type(layer).__name__, tuple(output.shape)))

    for layer in net.modules():
        if not list(layer.children()):
            hooks.append(layer.register_forward_hook(note))
    try:
        with torch.no_grad():
            net(torch.zeros(input_shape))
    finally:
        for hook in hooks:
            hook.remove()
    return shapes


def accuracy(y_hat: torch.Tensor, y: torch.Tensor) -> float:
    """Tell which part of the samples gets its highest score at the right class.

    Args:
        y_hat: the scores, shape (N, classes).
        y: the right classes, int64, shape (N,).
    Returns:
        a fraction from 0 to 1: neither a count nor a percentage.
    Example:
        >>> accuracy(torch.tensor([[0.1, 0.9], [0.8, 0.2], [0.3, 0.7], [0.4, 0.6]]), torch.tensor([1, 0, 0, 1]))
        0.75

    返回得分最高的类别恰好正确的样本所占的比例，是 0 到 1 之间的小数，既不是个数，也不是百分数。
    y_hat 是形状为 (N, 类别数) 的得分，y 是形状为 (N,) 的正确类别。
    """
    return (y_hat.argmax(dim=1) == y).double().mean().item()  # survives: a tensor of one number is a number too


def try_gpu(i: int = 0) -> torch.device:
    """Give the i-th GPU if the machine has that many, else the CPU.

    Example, on a machine without a GPU:
        >>> try_gpu()
        device(type='cpu')

    有第 i 块 GPU 就返回它（编号从 0 开始），否则返回 CPU。
    """
    return torch.device("cuda", i) if i < torch.cuda.device_count() else torch.device("cpu")


def evaluate_accuracy(net: nn.Module, data_iter: Iterable, device: torch.device | None = None) -> float:
    """Measure the accuracy of a net over all samples of a data set, in evaluation mode.

    Args:
        net: any module with parameters; it may behave differently in training mode (dropout).
        data_iter: gives pairs (X, y); the last batch may be smaller than the others, and each sample counts the same.
        device: where to compute; None means where the net's parameters are.
    Returns:
        the fraction of right samples, from 0 to 1.

    在整个数据集上计算网络的准确率，网络要处于评估模式（eval）。
    data_iter 给出 (X, y)；最后一个批量可能较小，每个样本的份量相同。device 为 None 时使用网络参数所在的设备。
    """
    device = device if device is not None else next(net.parameters()).device
    was_training = net.training
    net.eval()
    right = total = 0
    with torch.no_grad():
        for X, y in data_iter:
            X, y = X.to(device), y.to(device)
            right += int((net(X).argmax(dim=1) == y).sum())  # survives: a count may be a tensor
            total += len(y)
    net.train(was_training)
    return right / total


def _xavier(layer: nn.Module) -> None:
    if isinstance(layer, (nn.Linear, nn.Conv2d)):
        nn.init.xavier_uniform_(layer.weight)


def train(
    net: nn.Module,
    train_iter: Iterable,
    test_iter: Iterable,
    num_epochs: int,
    lr: float,
    device: torch.device | None = None,
) -> dict[str, list[float]]:
    """Train a net by the book's recipe and tell how it went.

    1. Once, before the first step: Xavier initialisation (uniform or normal) of the weight of every linear and every
       convolution layer, however deeply nested.
    2. The net, and every batch, on `device`.
    3. Every step: cross-entropy (mean over the batch) and plain mini-batch SGD, p <- p - lr * gradient of this batch.
    4. After every epoch: accuracy on `test_iter` in evaluation mode; the next epoch trains in training mode again.

    Args:
        net: gives logits; its parameters hold anything when it comes in.
        train_iter, test_iter: give pairs (X, y), anew each time they are looped over.
        num_epochs: the number of passes over train_iter.
        lr: the learning rate.
        device: a device, its name, or None for where the net already is.
    Returns:
        {"train_loss": [...], "train_acc": [...], "test_acc": [...]}: one float per epoch in each list. train_loss and
        train_acc are means over the epoch's samples, taken while it trains; accuracies are fractions from 0 to 1.

    按书中的方法训练网络，并返回训练过程：
    1. 只在开始训练前做一次：对每个全连接层和卷积层（无论嵌套多深）的权重做 Xavier 初始化（均匀或正态皆可）；
    2. 网络和每个批量都放到 device 上（None 表示网络当前所在的设备）；
    3. 每一步：交叉熵损失（对批量取平均）加普通的小批量 SGD，p <- p - lr * 本批量的梯度；
    4. 每个周期结束后在评估模式下计算 test_iter 上的准确率，下一个周期回到训练模式。
    返回一个字典，三个列表 train_loss、train_acc、test_acc 中每个周期各有一个浮点数；前两个是训练中全周期样本的平均。
    """
    device = device if device is not None else next(net.parameters()).device
    net.apply(_xavier)
    net.to(device)
    optimizer, loss = torch.optim.SGD(net.parameters(), lr=lr), nn.CrossEntropyLoss()
    history = {"train_loss": [], "train_acc": [], "test_acc": []}
    for _ in range(num_epochs):
        net.train()
        total_loss = right = total = 0
        for X, y in train_iter:
            X, y = X.to(device), y.to(device)
            optimizer.zero_grad()
            y_hat = net(X)
            batch_loss = loss(y_hat, y)
            batch_loss.backward()
            optimizer.step()
            total_loss += batch_loss.item() * len(y)  # survives: a loss may be a tensor
            right += accuracy(y_hat, y) * len(y)
            total += len(y)
        history["train_loss"].append(total_loss / total)
        history["train_acc"].append(right / total)
        history["test_acc"].append(evaluate_accuracy(net, test_iter, device))
    return history
