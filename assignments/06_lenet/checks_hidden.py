"""Hidden checks of section 4.6: only the grader runs them."""

import os
from pathlib import Path

import torch
from probes import (
    SHAPES,
    TIERS,
    TrainingRun,
    evaluated,
    four_alike,
    gradients,
    has_shapes,
    initialised_weights,
    lenet_gradients,
    lenet_outputs,
    lenet_scores,
    misses_the_device,
    near,
    points_for,
    scores_of_trained,
    shapes_of,
    train_and_predict,
    training_record,
    wide_net,
    wide_task,
)
from torch.nn.functional import avg_pool2d, conv2d, cross_entropy, linear

from autograder.selfcheck import (
    Partial,
    Text,
    assert_agrees,
    assert_close,
    assert_equal,
    draw,
    fail,
    generator,
    show_figure,
    worth,
)
from autograder.selfcheck.assignment import load_file

MOST_EPOCHS = 20
RIGHT = [[f"{a} {p}", f"{a} {p}", a, a] for a in ("sigmoid", "tanh", "relu") for p in ("average", "maximum")]

data = load_file(Path(__file__).resolve().parents[1] / "data.py", "data")


def drawn_weights(rng):
    """Random weights of LeNet, scaled so that every layer stays lively."""
    scale = {4: 0.25, 2: 0.1, 1: 0.25}
    return [draw(rng, *shape) * scale[len(shape)] * (0.4 if shape[-1] == 400 else 1) for shape in SHAPES]


def right_scores(weights, X):
    """The scores of every right LeNet, logits and log_softmax of them."""
    logits = [lenet_scores([w.double() for w in weights], variant, X.double()) for variant in RIGHT]
    return logits + [scores.log_softmax(1) for scores in logits]


def right_gradients(weights, X, y, variant):
    """Gradients of the cross-entropy of a right LeNet."""
    leaves = [w.double().requires_grad_() for w in weights]
    cross_entropy(lenet_scores(leaves, variant, X.double()), y).backward()
    return [leaf.grad for leaf in leaves]


@worth(1, "make_lenet")
def check_lenet_judges_each_image_by_itself(student):
    """make_lenet's net gives an image the same scores alone and in a batch, each time, training or not, and can learn

    同一幅图像无论单独输入还是在批量中、第几次输入、处于训练还是评估模式，得分都相同；梯度能传到每个参数
    """
    rng = generator()
    weights, X, y = drawn_weights(rng), draw(rng, 5, 1, 28, 28), torch.randint(0, 10, (5,), generator=rng)
    expected = right_scores(weights, X)
    for training in (False, True):
        answers = student.probe(lenet_outputs, weights, X, training)
        if not (four_alike(answers) and any(all(near(answer, e) for answer in answers[:3]) for e in expected)):
            fail("the scores of some images are not LeNet's in every mode", "有的图像在某种模式下得分与 LeNet 不符")
    found = student.probe(lenet_gradients, weights, X, y)
    if not (isinstance(found, list) and len(found) == len(SHAPES)) or not any(
        all(near(f, e) for f, e in zip(found, right_gradients(weights, X, y, variant))) for variant in RIGHT
    ):
        fail("gradients do not reach every parameter as they should", "梯度没有正确地传到每个参数")


def assert_shapes(told, expected):
    """Demands what `shapes_of` tells of a right `layer_shapes`, which leaves no hook behind."""
    if not (isinstance(told, list) and len(told) == 2 and type(told[1]) is int):
        fail("`layer_shapes` was not asked twice", "没有两次调用 `layer_shapes`")
    assert_equal(told[0], expected)
    if told[1] != 0:
        fail("`layer_shapes` leaves hooks on the net", "`layer_shapes` 在网络上留下了钩子（hook）", reveal=True)


@worth(1, "layer_shapes")
def check_shapes_of_nested_nets(student):
    """layer_shapes finds the leaves of nested nets, whatever their class, each time that they are used, in that order

    layer_shapes 能找出嵌套网络的叶子层（无论是什么类），每次被使用都列出，并按使用的先后排列
    """
    assert_shapes(
        student.probe(shapes_of, "nested", (3, 2, 6, 5)),
        [
            ("Conv2d", (3, 4, 4, 5)),
            ("ReLU", (3, 4, 4, 5)),
            ("MaxPool2d", (3, 4, 4, 2)),
            ("Flatten", (3, 32)),
            ("Linear", (3, 7)),
            ("Sigmoid", (3, 7)),
        ],
    )
    assert_shapes(
        student.probe(shapes_of, "other order", (2, 1, 5, 4)),
        [
            ("Conv2d", (2, 5, 2, 2)),
            ("Flatten", (2, 20)),
            ("Linear", (2, 6)),
            ("Linear", (2, 2)),
        ],
    )
    assert_shapes(
        student.probe(shapes_of, "used twice", (4, 3)),
        [
            ("Halve", (4, 3)),
            ("Linear", (4, 5)),
            ("Tanh", (4, 5)),
            ("Linear", (4, 2)),
            ("Tanh", (4, 2)),
            ("Halve", (4, 2)),
        ],
    )


def share_right(y_hat, y):
    """The share of rows whose largest score is at their label; the contract leaves ties and unknown labels open."""
    top = y_hat.topk(min(2, y_hat.shape[1]), 1).values
    if int(y.min()) < 0 or int(y.max()) >= y_hat.shape[1] or bool((top[:, 0] == top[:, -1]).any()):
        raise ValueError
    return (y_hat.argmax(1) == y).double().mean().item()


@worth(1, "accuracy")
def check_accuracy_of_drawn_scores(student):
    """accuracy is right for any number of samples and classes, and for scores that are all negative

    样本数、类别数任意，或者得分全为负数时，accuracy 也正确
    """
    rng = generator()
    cases = []
    for samples, classes, right in [(23, 7, 9), (5, 5, 2), (8, 12, 7), (40, 3, 17)]:
        scores = torch.stack([torch.randperm(classes, generator=rng) for _ in range(samples)]) / 8.0 - 5
        best = scores.argmax(1)
        wrong = torch.randperm(samples, generator=rng) >= right
        y = (best + wrong * torch.randint(1, classes, (samples,), generator=rng)) % classes
        cases.append((scores, y))
    assert_agrees(student.accuracy, share_right, cases)


@worth(1, "evaluate_accuracy")
def check_evaluate_in_evaluation_mode(student):
    """evaluate_accuracy uses evaluation mode and the device that it is told, and is right for unsure nets too

    evaluate_accuracy 在评估模式下、在指定的设备上计算，网络把握不大时也正确
    """
    rng = generator()
    for count, batch_size, scale, device in [(29, 7, 1.0, None), (13, 4, 1 / 64, "cpu"), (11, 1, 1.0, "cpu")]:
        X, weights = draw(rng, count, 1, 3, 2), [draw(rng, 9, 6) * scale, draw(rng, 9) * scale - 2]
        best = linear(X.flatten(1), *weights).argmax(1)
        right = int(torch.randint(2, count - 2, (), generator=rng))
        y = (best + (torch.randperm(count, generator=rng) >= right)) % 9
        assert_close(student.probe(evaluated, weights, X, y, batch_size, True, device), right / count)
    if not misses_nothing(student.probe(misses_the_device, "evaluate_accuracy")):
        fail(
            "on a GPU the net and its batches would be on different devices",
            "在 GPU 上，网络和批量会处于不同的设备",
            reveal=True,
        )


def misses_nothing(said):
    """Whether the probe says so: an empty string, and nothing else that is empty."""
    return isinstance(said, str) and said == ""


@worth(1, "train")
def check_train_initialises_by_xavier(student):
    """train begins with Xavier initialisation of every linear and convolution layer, nested ones too

    train 首先对每个全连接层和卷积层（包括嵌套的）做 Xavier 初始化
    """
    seed = int(torch.randint(0, 2**31, (), generator=generator()))
    states = student.probe(initialised_weights, seed)
    shapes = [p.shape for p in wide_net().parameters()]
    if not (isinstance(states, list) and len(states) == 2 and all(has_shapes(state, shapes) for state in states)):
        fail("`train` does not keep the net's parameters as they should be", "`train` 没有保持网络参数应有的样子")
    if not all(bool((p.abs() <= 2).all()) for p in states[0] if p.dim() < 2):
        fail("the biases start from very large numbers", "偏置的初始值过大")
    if not goes_downhill(*states, seed):
        fail("the first step does not follow the gradient of the first batch", "第一步没有沿着第一个批量的梯度")
    weights = [p for p in states[0] if p.dim() > 1]
    # Some books multiply by a gain for the activation that follows: 2 ** 0.5 for ReLU, 5 / 3 for tanh.
    if not any(all(drawn_by_xavier(weight, gain) for weight in weights) for gain in (1.0, 2**0.5, 5 / 3)):
        fail("some weights do not start as Xavier initialisation would have them", "有的权重不是 Xavier 初始化的结果")


def goes_downhill(before, after, seed):
    """Whether the step from these weights, which are drawn for training, points where the gradient does, roughly."""
    X, y = wide_task(seed)
    due = [-g for g in gradients(wide_net(), before, X[:2], y[:2])]
    done = [b.double() - a.double() for a, b in zip(before, after)]
    together = sum(float((a * b).sum()) for a, b in zip(due, done))
    lengths = [sum(float((a * a).sum()) for a in step) ** 0.5 for step in (due, done)]
    return together > 0.5 * lengths[0] * lengths[1]


def drawn_by_xavier(weight, gain):
    """Whether mean and deviation of a weight are those of Xavier's draw."""
    receptive = weight[0, 0].numel() if weight.dim() == 4 else 1
    due = gain * (2 / (receptive * (weight.shape[0] + weight.shape[1]))) ** 0.5
    return abs(float(weight.std()) / due - 1) < 0.12 and abs(float(weight.mean())) < 6 * due / weight.numel() ** 0.5


@worth(1, "train")
def check_train_goes_on_from_epoch_to_epoch(student):
    """train obeys lr, num_epochs and device, and every epoch goes on where the one before ended

    train 遵守 lr、num_epochs 和 device，每个周期都从上一个周期结束的地方继续
    """
    rng = generator()
    lr = float(torch.tensor([0.04, 0.15, 0.6])[torch.randint(0, 3, (), generator=rng)])
    for samples, num_epochs, rate in [(34, 4, lr), (26, MOST_EPOCHS, 0.01)]:  # a rate may change after some epochs
        train_set = draw(rng, samples, 1, 6, 6), torch.randint(0, 4, (samples,), generator=rng)
        test_set = draw(rng, 11, 1, 6, 6), torch.randint(0, 4, (11,), generator=rng)
        start = [draw(rng, *shape) for shape in [(2, 1, 3, 3), (2,), (4, 32), (4,)]]
        record = student.probe(training_record, start, train_set, test_set, 6, num_epochs, rate)
        run = TrainingRun(record, start, train_set, test_set, 6, num_epochs, rate)
        if not (run.steps and run.in_order()):
            fail("the number or the order of steps is wrong", "更新的步数或次序不对")
        if not run.begins_afresh() or run.first_wrong_step() is not None:
            fail("a step is not p - lr * gradient of its own batch", "有一步更新不等于 p - lr * 本批量的梯度")
    if not misses_nothing(student.probe(misses_the_device, "train")):
        fail(
            "on a GPU the net or its batches would not be on the device",
            "在 GPU 上，网络或批量不会都在指定的设备上",
            reveal=True,
        )


@worth(6, "train", seconds=600)
def check_trained_accuracy(student):
    """Your own make_lenet and train, with your NUM_EPOCHS and LR, reach a good accuracy on pictures never seen

    用你自己的 make_lenet、train、NUM_EPOCHS 和 LR 训练出的网络，在没有见过的图像上达到足够的准确率
    """
    epochs, lr = student.NUM_EPOCHS, student.LR
    if type(epochs) is not int or not 1 <= epochs <= MOST_EPOCHS:
        fail(
            f"NUM_EPOCHS should be a whole number from 1 to {MOST_EPOCHS}: the accuracy is not measured, 0 points.",
            f"NUM_EPOCHS 应为 1 到 {MOST_EPOCHS} 之间的整数：不测准确率，得 0 分。",
            reveal=True,
        )
    if type(lr) not in (int, float) or not 0 < lr < float("inf"):
        fail(
            "LR should be a positive number: the accuracy is not measured, 0 points.",
            "LR 应为正数：不测准确率，得 0 分。",
            reveal=True,
        )
    images, labels, test_images, test_labels = data.load_bytes(os.environ.get(data.VARIABLE, "subset"))
    disguise = data.Disguise(generator())
    seed = int(torch.randint(0, 2**31, (), generator=disguise.rng))
    trained = student.probe(train_and_predict, disguise.images(images), disguise.labels(labels), seed, epochs, lr)
    logits, labels = scores_of_trained(trained, disguise.images(test_images)), disguise.labels(test_labels)
    if logits is not None:
        show_what_was_learned(trained, logits, labels, disguise.names, test_images[0])
    score(logits, labels)


def show_what_was_learned(trained, logits, labels, names, picture):
    """Figures of the trained net for its student's page: the pictures and the names of the classes are public."""
    classes, real = [Text(*pair) for pair in zip(data.CLASSES, data.CLASSES_ZH)], names.argsort()
    counts = torch.zeros(10, 10)
    one = torch.ones(len(labels))
    counts.index_put_((real[labels.long()], real[logits.argmax(1)]), one, accumulate=True)
    show_figure(
        "matrix",
        Text("What it is (rows), and what your net says", "实际类别（行）与网络的判断（列）"),
        classes,
        counts.tolist(),
    )
    history = trained.get("history")
    told = {key: told_numbers(history.get(key)) for key in CURVES} if isinstance(history, dict) else {}
    if told and all(told.values()):
        title = Text("How the training went, as your `train` told", "训练过程（由你的 `train` 报告）")
        show_figure("curves", title, list(CURVES.values()), list(told.values()))
    kernels, bias = trained["parameters"][:2]
    maps = avg_pool2d(conv2d(data.as_inputs(picture[None]), kernels, bias, padding=2), 2)[0]
    shown = [shade(avg_pool2d(picture[None].float(), 2)[0]), *map(shade, maps)]
    title = Text(
        "A picture, and what the six kernels of your first layer answer", "一张图像，以及第一层六个核对它的响应"
    )
    kernel_names = [Text(f"kernel {k}", f"核 {k}") for k in range(1, 7)]
    show_figure("maps", title, [Text("the picture", "原图"), *kernel_names], shown)


CURVES = {
    "train_loss": Text("loss", "损失"),
    "train_acc": Text("accuracy in training", "训练准确率"),
    "test_acc": Text("accuracy in the test", "测试准确率"),
}


def told_numbers(values):
    """A column of a claimed history: some finite numbers, else nothing."""
    right = isinstance(values, list) and 0 < len(values) <= MOST_EPOCHS and all(type(n) is float for n in values)
    return values if right and all(abs(n) < 1e6 for n in values) else []


def shade(image):
    """An image as numbers from 0 to 1 with one digit, row by row."""
    low, high = float(image.min()), float(image.max())
    return [round((n - low) / (high - low), 1) if high > low else 0.0 for n in image.flatten().tolist()]


def score(logits, labels):
    """Gives the points of the tier that the accuracy reaches."""
    shaped = isinstance(logits, torch.Tensor) and tuple(logits.shape) == (len(labels), 10)
    if not (shaped and bool(logits.isfinite().all())):
        fail(
            "what counts is LeNet with the ten parameters that `train` leaves in it: these are others, or not finite",
            "评分看的是 LeNet 训练后留下的十个参数张量：这里的不是它们，或者其中有无穷或 NaN",
            reveal=True,
        )
    reached = (logits.argmax(1) == labels).double().mean().item()
    top, most = TIERS[0]
    points = points_for(reached)
    if points < most:
        raise Partial(
            points,
            f"Your trained net is right for {reached:.1%} of the pictures: {points} of {most} points; "
            f"all {most} from {top:.0%}.",
            f"训练后的网络对 {reached:.1%} 的图像判断正确：得 {points} 分（满分 {most} 分，需达到 {top:.0%}）。",
        )
