"""Public checks of section 4.6: run them as often as you like."""

import math

import numpy as np
import torch
from probes import (
    SHAPES,
    TrainingRun,
    evaluated,
    four_alike,
    gpus_for,
    lenet_outputs,
    lenet_parameters,
    lenet_scores,
    lenet_variants,
    near,
    shapes_of,
    training_record,
)
from torch.nn.functional import linear

from autograder.selfcheck import assert_close, assert_equal, assert_true, draw, fail, pattern, worth

RIGHT = [[f"{a} {p}", f"{a} {p}", a, a] for a in ("sigmoid", "tanh", "relu") for p in ("average", "maximum")]
HEADS = [torch.clone, *(lambda X, head=head: head(X, 1) for head in (torch.log_softmax, torch.softmax))]
HEADS += [torch.sigmoid, torch.relu]
LAST = ("", "log_softmax", "softmax", "sigmoid", "relu")  # their names


def right_scores(weights, X):
    """The scores of every LeNet that is right, and the same after log_softmax, which changes no prediction."""
    weights, X = [w.double() for w in weights], X.double()
    logits = [lenet_scores(weights, variant, X) for variant in RIGHT]
    return logits + [scores.log_softmax(1) for scores in logits]


def lenet_like_scores(weights, X):
    """The scores of all that has LeNet's parameters and nearly its form: activations may lack, or follow the last."""
    variants = lenet_variants([w.double() for w in weights], X.double())
    return [head(scores) for _, scores in variants for head in HEADS]


def lively_weights():
    """The same weights every time, scaled so that every layer stays lively under every activation."""
    rng = torch.Generator().manual_seed(46)
    scale = {4: 0.25, 2: 0.1, 1: 0.25}
    return [draw(rng, *shape) * scale[len(shape)] * (0.4 if shape[-1] == 400 else 1) for shape in SHAPES]


def nearest(answer, expected):
    """The one of the `expected` tensors that the answer is nearest to."""
    if not (isinstance(answer, torch.Tensor) and answer.is_floating_point() and answer.shape == expected[0].shape):
        return expected[0]
    return min(expected, key=lambda e: float((answer.double() - e).abs().max().nan_to_num(1e9)))


def scores_of_three(student, weights, X):
    """What the student's net makes of three images, four times."""
    answers = student.probe(lenet_outputs, weights, X, False)
    if not four_alike(answers):
        tell_shapes(student)
    return answers


def tell_shapes(student):
    """Say which of LeNet's ten parameters is not there, and what is there in its place."""
    found = student.probe(lenet_parameters)
    mine = found if count_of(found) else []
    due = [list(shape) for shape in SHAPES]
    lacking, beyond = [shape for shape in due if shape not in mine], [shape for shape in mine if shape not in due]
    first, others = (lacking or due)[0], ", ".join(map(str, beyond[:4])) + (", …" if beyond[4:] else "")
    fail(
        f"the parameters of make_lenet's net do not have LeNet's shapes: none is {first}"
        + (f"; yours has {others} instead" if others else f"; it has {len(mine)} parameters, LeNet has {len(due)}")
        + ". Follow an image through the layers: which shape does it have after each?",
        f"make_lenet 的网络的参数形状与 LeNet 不符：没有形状为 {first} 的参数"
        + (f"，却有 {others}" if others else f"；共有 {len(mine)} 个参数，LeNet 有 {len(due)} 个")
        + "。跟着一张图像走过各层：每一层之后是什么形状？",
    )


def tell_function(answer, weights, X):
    """Say what the net computes instead, where it is nearly a LeNet, whichever activation and pooling are meant."""
    all_variants = lenet_variants([w.double() for w in weights], X.double())
    fits = ((v, last) for v, scores in all_variants for last, head in zip(LAST, HEADS) if near(answer, head(scores)))
    variant, last = next(fits, (None, ""))
    if variant is None:
        return
    if last not in ("", "log_softmax"):
        fail(
            f"make_lenet's net computes {last} after its last layer: nothing is due there, the scores are the answer",
            f"make_lenet 的网络在最后一层之后还做了 {last}：那里不该有任何运算，直接输出得分",
        )
    names = [part.split()[0] for part in variant]
    pools = [part.split()[1] for part in variant[:2]]
    fail(
        f"after its four hidden layers make_lenet's net has these activations: {', '.join(names)}, and these poolings: "
        f"{', '.join(pools)}. One activation and one pooling are due throughout",
        f"make_lenet 的网络在四个隐藏层之后的激活依次是 {'、'.join(names)}，池化依次是 {'、'.join(pools)}。"
        "应当始终用同一种激活和同一种池化",
    )


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
    """Runs the student's `train` on a small task; fails where a step is missing, or is not the right one."""
    train_set, test_set = training_task(count, salt), training_task(19, salt + 7)
    record = student.probe(training_record, small_start(), train_set, test_set, batch_size, num_epochs, lr)
    run = TrainingRun(record, small_start(), train_set, test_set, batch_size, num_epochs, lr)
    assert_true(
        run.is_well_formed(),
        "the net that `train` trains should keep its parameters and their shapes",
        "`train` 训练网络时，网络的参数及其形状应保持不变",
    )
    assert_true(
        bool(run.steps),
        "`train` never changed the parameters of the net: is there a step after backward?",
        "`train` 始终没有改变网络的参数：反向传播之后更新了吗？",
    )
    assert_true(
        run.begins_afresh(),
        "`train` begins with weights that no random initialisation gives",
        "`train` 开始时的权重不是任何随机初始化会给出的",
    )
    assert_true(
        run.in_order(),
        f"`train` should take one step for every batch, {run.per_epoch} in each of {num_epochs} epochs, in the "
        f"order of train_iter; it took {len(run.steps)} in all",
        f"`train` 应当对每个批量更新一次：共 {num_epochs} 个周期，每个周期 {run.per_epoch} 步，"
        f"按 train_iter 给出的次序；实际共 {len(run.steps)} 步",
    )
    wrong = run.first_wrong_step()
    epoch, batch = divmod(wrong or 0, run.per_epoch)
    assert_true(
        wrong is None or bool(run.changes[wrong].rows),
        f"something else than a step changes the parameters, after {wrong} right ones: is the initialisation, or "
        "anything like it, inside the loop over the epochs?",
        f"前 {wrong} 步都对，之后参数却不是由更新改变的：初始化之类的语句是不是写进了周期的循环？",
    )
    assert_true(
        wrong is None,
        f"the change that `train` makes in epoch {epoch + 1} at batch {batch + 1} is not p - lr * gradient of that "
        f"batch's mean cross-entropy (lr = {lr})",
        f"`train` 在第 {epoch + 1} 个周期第 {batch + 1} 个批量上的更新"
        f"不等于 p - lr * 该批量平均交叉熵的梯度（lr = {lr}）",
    )
    return run


def assert_history(run):
    """The history holds the numbers of this run, one of each kind for every epoch."""
    history, keys = run.record["history"], ("train_loss", "train_acc", "test_acc")
    lists = {key: listed(history.get(key)) for key in keys} if isinstance(history, dict) else {}
    assert_true(
        len(lists) == len(keys) and None not in lists.values(),
        "`train` should give back a dict with the lists train_loss, train_acc and test_acc",
        "`train` 应当返回一个字典，其中有 train_loss、train_acc、test_acc 三个列表",
    )
    for key in keys:
        assert_true(
            len(lists[key]) == run.num_epochs,
            f"{key} has {len(lists[key])} numbers after {run.num_epochs} epochs: one for every epoch is due",
            f"训练 {run.num_epochs} 个周期后 {key} 中有 {len(lists[key])} 个数：每个周期应有一个",
        )
        for epoch, accepted in enumerate(run.accepted(key)):
            found = as_number(lists[key][epoch])
            assert_true(
                any(abs(found - value) <= 1e-3 * abs(value) + 1e-6 for value in accepted),
                f"{key} of epoch {epoch + 1} is {found:.6g}; expected {accepted[-1]:.4f}, over all its samples",
                f"第 {epoch + 1} 个周期的 {key} 是 {found:.6g}；应为 {accepted[-1]:.4f}，是对这个周期的所有样本计算的",
            )


def listed(values):
    """A column of the history as a list; None where it is no list of anything."""
    if isinstance(values, (torch.Tensor, np.ndarray)):
        return list(values) if values.ndim == 1 else None  # a row without elements takes no byte to send
    return list(values) if isinstance(values, (list, tuple)) else None


def as_number(value):
    """A number of the history as a float; NaN, which is near nothing, where it is none."""
    if isinstance(value, (torch.Tensor, np.ndarray)) and torch.as_tensor(value).numel() == 1:
        value = torch.as_tensor(value).reshape(()).item()
    right = isinstance(value, (int, float)) and not isinstance(value, bool) and abs(value) < 1e12
    return float(value) if right else math.nan


@worth(2, "make_lenet")
def check_lenet_computes_lenet(student):
    """With given weights make_lenet's net gives LeNet's scores, with nothing after the last layer

    给定权重时，make_lenet 的网络算出 LeNet 的得分，最后一层之后没有别的运算
    """
    weights, X = lively_weights(), draw(torch.Generator().manual_seed(28), 3, 1, 28, 28)
    expected = right_scores(weights, X)
    for answer in scores_of_three(student, weights, X)[:3]:
        if not near(answer, nearest(answer, expected)):
            tell_function(answer, weights, X)
        assert_close(answer, nearest(answer, expected))


@worth(1, "make_lenet")
def check_lenet_parameters(student):
    """make_lenet gives a fresh net each time, with LeNet's 61,706 trainable parameters, all of them registered

    make_lenet 每次都给出一个新的网络，它有 LeNet 的 61,706 个可训练参数，并且全部登记在网络中
    """
    count = count_of(student.probe(lenet_parameters))
    assert_true(
        count == 61_706,
        f"make_lenet's net has {count:,} trainable parameters; expected 61,706",
        f"make_lenet 的网络有 {count:,} 个可训练参数；应为 61,706 个",
    )
    weights, X = lively_weights(), draw(torch.Generator().manual_seed(82), 3, 1, 28, 28)
    *_, last, after = scores_of_three(student, weights, X)
    assert_true(
        any(near(last, scores) for scores in lenet_like_scores(weights, X)),
        "make_lenet's net does not compute with its parameters as LeNet does",
        "make_lenet 的网络没有像 LeNet 那样使用它的参数",
    )
    bias_alone = [0 * weight for weight in weights[:-1]] + weights[-1:]  # every LeNet gives these ten numbers back
    answers, due = scores_of_three(student, bias_alone, X), weights[-1].double().expand(3, 10)
    assert_true(
        any(all(near(answer, head(due)) for answer in answers) for head in HEADS),
        "a second call of make_lenet gives the same net again, or its parameters: each call should give a fresh one",
        "第二次调用 make_lenet 得到的还是同一个网络（或同样的参数）：每次调用都应返回新的网络",
    )
    assert_true(near(after, last.double()), "the net changes by itself", "网络自己发生了变化")


def count_of(shapes):
    """How many numbers tensors of these shapes hold; 0 where they are no shapes."""
    lists = isinstance(shapes, list) and all(isinstance(shape, list) for shape in shapes)
    return sum(map(math.prod, shapes)) if lists and all(type(n) is int for shape in shapes for n in shape) else 0


@worth(1, "layer_shapes")
def check_shapes_of_a_plain_net(student):
    """layer_shapes lists every layer of a flat net with the shape of its output

    layer_shapes 列出一个没有嵌套的网络中每一层及其输出形状
    """
    told = student.probe(shapes_of, "plain", (1, 1, 8, 8))
    shapes, hooks = told if isinstance(told, list) and len(told) == 2 else (None, None)
    assert_equal(
        shapes,
        [
            ("Conv2d", (1, 3, 8, 8)),
            ("Tanh", (1, 3, 8, 8)),
            ("AvgPool2d", (1, 3, 4, 4)),
            ("Flatten", (1, 48)),
            ("Linear", (1, 5)),
        ],
    )
    assert_true(
        type(hooks) is int and hooks == 0,
        f"after two calls of layer_shapes {hooks} hooks are still on the net, which run whenever it is used again: "
        "take each off with handle.remove()",
        f"两次调用 layer_shapes 之后，网络上还留着 {hooks} 个钩子（hook），以后每次使用网络都会运行："
        "请用 handle.remove() 把它们逐个取下",
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
    assert_true(
        isinstance(names, list) and len(names) == len(cases) and all(isinstance(name, str) for name in names),
        "try_gpu did not answer every time",
        "try_gpu 没有每次都给出答案",
    )
    for ((gpus, i), expected), found in zip(cases.items(), names):
        call = "try_gpu()" if i is None else f"try_gpu({i})"
        assert_true(
            found == expected or (found, expected) == ("cuda", "cuda:0"),
            f"on a machine with {gpus} GPUs {call} gives {found}; expected {expected}",
            f"在有 {gpus} 块 GPU 的机器上，{call} 返回 {found}；应为 {expected}",
        )


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
    followed(student, 24, 4, 2, 0.25, salt=2)


@worth(1, "train")
def check_train_tells_its_history(student):
    """train gives back the loss and the accuracies of every epoch

    train 返回每个周期的损失和准确率
    """
    assert_history(followed(student, 22, 4, 3, 0.5, salt=4))  # the last batch is smaller, and weighs less


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
    assert_true(
        len(run.test_modes) >= run.num_epochs,
        "`train` does not show the test set to the net in every epoch",
        "`train` 没有在每个周期都让网络看测试集",
    )
    assert_true(
        all(mode is False for mode in run.test_modes),
        "`train` tests the net in training mode",
        "`train` 在训练模式下测试网络",
    )
