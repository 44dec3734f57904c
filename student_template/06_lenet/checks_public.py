"""Public checks of section 4.6: run them as often as you like."""

import torch
from probes import (
    TrainingRun,
    evaluated,
    gpus_for,
    lenet_outputs,
    lenet_parameters,
    shapes_of,
    training_record,
)
from torch.nn.functional import avg_pool2d, conv2d, linear, max_pool2d

from autograder.selfcheck import assert_close, assert_equal, assert_true, draw, fail, pattern, worth

SHAPES = [(6, 1, 5, 5), (6,), (16, 6, 5, 5), (16,), (120, 400), (120,), (84, 120), (84,), (10, 84), (10,)]


def reference_lenet(weights, X, activation, pool):
    """LeNet's logits by torch's own operators, in float64."""
    k1, b1, k2, b2, w3, b3, w4, b4, w5, b5 = (w.double() for w in weights)
    X = pool(activation(conv2d(X.double(), k1, b1, padding=2)), 2)
    X = pool(activation(conv2d(X, k2, b2)), 2).flatten(1)
    return linear(activation(linear(activation(linear(X, w3, b3)), w4, b4)), w5, b5)


def references(weights, X):
    """The logits of every LeNet that is right, and the same after log_softmax, which changes no prediction."""
    logits = [
        reference_lenet(weights, X, activation, pool)
        for activation in (torch.sigmoid, torch.tanh, torch.relu)
        for pool in (avg_pool2d, max_pool2d)
    ]
    return logits + [scores.log_softmax(1) for scores in logits]


def lively_weights():
    """The same weights every time, scaled so that every layer stays lively under every activation."""
    rng = torch.Generator().manual_seed(46)
    scale = {4: 0.25, 2: 0.1, 1: 0.25}
    return [draw(rng, *shape) * scale[len(shape)] * (0.4 if shape[-1] == 400 else 1) for shape in SHAPES]


def assert_one_of(answer, expected):
    """The answer equals one of the `expected` tensors; else it is compared with the nearest."""
    if isinstance(answer, torch.Tensor) and answer.shape == expected[0].shape:
        expected = sorted(expected, key=lambda e: float((answer.double() - e).abs().max().nan_to_num(1e9)))
    assert_close(answer, expected[0])


def training_task(count, salt):
    """A small training set and a test set (X, y) of four classes for the small net of the probes."""
    number = torch.arange(count)
    X, y = pattern(count, 1, 6, 6, salt=salt), number * 3 % 4
    X = X + (y.reshape(-1, 1, 1, 1) - 1.5) * pattern(1, 1, 6, 6, salt=salt + 1) + number.reshape(-1, 1, 1, 1) / 64
    return X, (y + (number % 5 == 4)) % 4


def small_start():
    """Parameters of the small net before initialisation."""
    return [torch.full(shape, 0.25) for shape in [(2, 1, 3, 3), (2,), (4, 32), (4,)]]


def followed(student, count, batch_size, num_epochs, lr, salt):
    """Runs the student's `train` on a small task; fails where it took no or not the right number of steps."""
    train_set, test_set = training_task(count, salt), training_task(19, salt + 7)
    record = student.probe(training_record, small_start(), train_set, test_set, batch_size, num_epochs, lr)
    run = TrainingRun(record, train_set, test_set, batch_size, num_epochs, lr)
    assert_true(
        bool(run.steps),
        "`train` never changed the parameters of the net: is there a step after backward?",
        "`train` 始终没有改变网络的参数：反向传播之后更新了吗？",
    )
    if not run.in_order():
        fail(
            f"`train` should take one step for every batch, {run.per_epoch} in each of {num_epochs} epochs, in the "
            f"order of train_iter; it took {len(run.steps)} in all",
            f"`train` 应当对每个批量更新一次：共 {num_epochs} 个周期，每个周期 {run.per_epoch} 步，"
            f"按 train_iter 给出的次序；实际共 {len(run.steps)} 步",
        )
    return run


def assert_plain_sgd(run):
    """Every step of the run is p - lr * gradient of its own batch."""
    wrong = run.first_wrong_step()
    if wrong is not None:
        epoch, batch = wrong // run.per_epoch + 1, wrong % run.per_epoch + 1
        fail(
            f"the change that `train` makes in epoch {epoch} at batch {batch} is not p - lr * gradient of that batch's "
            f"mean cross-entropy (lr = {run.lr})",
            f"`train` 在第 {epoch} 个周期第 {batch} 个批量上的更新"
            f"不等于 p - lr * 该批量平均交叉熵的梯度（lr = {run.lr}）",
        )


def assert_history(run):
    """The history holds the numbers of this run, one of each kind for every epoch."""
    history, keys = run.record["history"], ("train_loss", "train_acc", "test_acc")
    if isinstance(history, dict):
        history = {key: list(values) if hasattr(values, "__len__") else values for key, values in history.items()}
    assert_true(
        isinstance(history, dict) and all(isinstance(history.get(key), list) for key in keys),
        "`train` should give back a dict with the lists train_loss, train_acc and test_acc",
        "`train` 应当返回一个字典，其中有 train_loss、train_acc、test_acc 三个列表",
    )
    for key in keys:
        assert_true(
            len(history[key]) == run.num_epochs,
            f"{key} has {len(history[key])} numbers after {run.num_epochs} epochs: one for every epoch is due",
            f"训练 {run.num_epochs} 个周期后 {key} 中有 {len(history[key])} 个数：每个周期应有一个",
        )
        for epoch, (found, accepted) in enumerate(zip(history[key], run.accepted(key))):
            right = isinstance(found, (int, float, torch.Tensor)) and any(
                abs(float(found) - value) <= 1e-3 * abs(value) + 1e-6 for value in accepted
            )
            assert_true(
                right,
                f"{key} of epoch {epoch + 1} is {found}; expected {accepted[-1]:.4f}",
                f"第 {epoch + 1} 个周期的 {key} 是 {found}；应为 {accepted[-1]:.4f}",
            )


@worth(2, "make_lenet")
def check_lenet_computes_lenet(student):
    """With given weights make_lenet's net gives LeNet's scores, with nothing after the last layer

    给定权重时，make_lenet 的网络算出 LeNet 的得分，最后一层之后没有别的运算
    """
    weights, X = lively_weights(), draw(torch.Generator().manual_seed(28), 3, 1, 28, 28)
    answer = student.probe(lenet_outputs, weights, X, False)
    assert_true(
        answer is not None,
        "the parameters of make_lenet's net do not have LeNet's shapes: "
        + ", ".join(str(list(shape)) for shape in SHAPES),
        "make_lenet 的网络的参数形状与 LeNet 不符，应为：" + "、".join(str(list(shape)) for shape in SHAPES),
    )
    assert_one_of(answer[0], references(weights, X))


@worth(1, "make_lenet")
def check_lenet_parameters(student):
    """make_lenet's net has LeNet's 61,706 trainable parameters, all of them registered

    make_lenet 的网络有 LeNet 的 61,706 个可训练参数，并且全部登记在网络中
    """
    shapes = student.probe(lenet_parameters)
    count = sum(torch.Size(shape).numel() for shape in shapes)
    assert_true(
        count == 61_706,
        f"make_lenet's net has {count:,} trainable parameters; expected 61,706",
        f"make_lenet 的网络有 {count:,} 个可训练参数；应为 61,706 个",
    )
    assert_equal(sorted(shapes), sorted(list(shape) for shape in SHAPES))


@worth(1, "layer_shapes")
def check_shapes_of_a_plain_net(student):
    """layer_shapes lists every layer of a flat net with the shape of its output

    layer_shapes 列出一个没有嵌套的网络中每一层及其输出形状
    """
    assert_equal(
        student.probe(shapes_of, "plain", (1, 1, 8, 8)),
        [
            ("Conv2d", (1, 3, 8, 8)),
            ("Tanh", (1, 3, 8, 8)),
            ("AvgPool2d", (1, 3, 4, 4)),
            ("Flatten", (1, 48)),
            ("Linear", (1, 5)),
        ],
    )


@worth(1, "accuracy")
def check_accuracy_example(student):
    """accuracy is the fraction of rows whose highest score stands at the right class

    accuracy 是得分最高处恰为正确类别的行所占的比例
    """
    scores = torch.tensor([[0.1, 0.9], [0.8, 0.2], [0.3, 0.7], [0.4, 0.6]])
    assert_close(student.accuracy(scores, torch.tensor([1, 0, 0, 1])), 0.75)
    scores = torch.tensor([[2.0, 5.0, 1.0], [4.0, 3.0, 0.5], [7.0, 6.0, -1.0]])  # as many samples as classes
    assert_close(student.accuracy(scores, torch.tensor([1, 0, 2])), 2 / 3)
    assert_close(student.accuracy(scores[:2] - 9, torch.tensor([2, 0])), 0.5)


@worth(1, "try_gpu")
def check_try_gpu(student):
    """try_gpu gives the i-th GPU where the machine has it and the CPU where not

    有第 i 块 GPU 时 try_gpu 返回它，没有时返回 CPU
    """
    cases = {(0, None): "cpu", (1, None): "cuda:0", (1, 1): "cpu", (2, 1): "cuda:1", (0, 3): "cpu", (4, 2): "cuda:2"}
    names = student.probe(gpus_for, list(cases))
    for ((gpus, i), expected), found in zip(cases.items(), names):
        call = "try_gpu()" if i is None else f"try_gpu({i})"
        assert_true(
            found == expected or (found, expected) == ("cuda", "cuda:0"),
            f"on a machine with {gpus} GPUs {call} gives {found}; expected {expected}",
            f"在有 {gpus} 块 GPU 的机器上，{call} 返回 {found}；应为 {expected}",
        )
    assert_true(len(names) == len(cases), "try_gpu did not answer every time", "try_gpu 没有每次都给出答案")


@worth(1, "evaluate_accuracy")
def check_evaluate_weighs_every_sample(student):
    """evaluate_accuracy counts every sample once, also in a short last batch

    evaluate_accuracy 对每个样本一视同仁，最后一个较小的批量也不例外
    """
    for count, batch_size, right in [(19, 8, 14), (7, 3, 2), (6, 6, 5)]:
        X, weights = pattern(count, 1, 2, 3, salt=count), [pattern(4, 6, salt=2), pattern(4, salt=1)]
        best = linear(X.flatten(1), *weights).argmax(1)
        y = (best + (torch.arange(count) < count - right)) % 4  # the first ones are wrong: batches differ in accuracy
        assert_close(student.probe(evaluated, weights, X, y, batch_size, False, None), right / count)


@worth(2, "train")
def check_train_takes_sgd_steps(student):
    """Every step of train is plain SGD: p - lr * gradient of this batch's mean cross-entropy

    train 的每一步都是普通的 SGD：p - lr * 本批量平均交叉熵的梯度
    """
    assert_plain_sgd(followed(student, 24, 4, 2, 0.25, salt=2))


@worth(1, "train")
def check_train_tells_its_history(student):
    """train gives back the loss and the accuracies of every epoch

    train 返回每个周期的损失和准确率
    """
    assert_history(followed(student, 20, 4, 3, 0.5, salt=4))


@worth(1, "train")
def check_train_switches_modes(student):
    """train learns in training mode in every epoch, and tests in evaluation mode after each

    train 在每个周期都以训练模式学习，并在每个周期结束后以评估模式测试
    """
    run = followed(student, 20, 4, 3, 0.5, salt=6)
    for k, step in enumerate(run.steps):
        epoch = k // run.per_epoch + 1
        assert_true(
            step.training,
            f"`train` takes the steps of epoch {epoch} in evaluation mode: when does it go back?",
            f"`train` 在第 {epoch} 个周期以评估模式更新参数：是不是忘了切换回来？",
        )
    assert_true(bool(run.test_modes), "`train` never showed the test set to the net", "`train` 没有让网络看过测试集")
    assert_true(not any(run.test_modes), "`train` tests the net in training mode", "`train` 在训练模式下测试网络")
