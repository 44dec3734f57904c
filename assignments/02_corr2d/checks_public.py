"""Public checks of section 4.2: run them as often as you like."""

import numpy as np
import torch
from torch.nn.functional import conv2d as torch_conv2d
from torch.nn.functional import conv_transpose2d as torch_conv_transpose2d

from autograder.selfcheck import assert_agrees, assert_close, assert_equal, fail, pattern, worth
from autograder.selfcheck.probes import set_parameters, tensors_of_layer


def cross_correlation(X, K):
    """What torch's own operator gives for one image and one kernel."""
    return torch_conv2d(X[None, None], K[None, None])[0, 0]


def convolution(X, K):
    """Every pixel of X spreads a copy of K around it; kept is where K lies within the image."""
    full = torch_conv_transpose2d(X[None, None], K[None, None])[0, 0]
    return full[K.shape[0] - 1 : X.shape[0], K.shape[1] - 1 : X.shape[1]]


EDGE_IMAGE = torch.tensor([[1.0, 1, 0, 0, 0, 0, 1, 1]] * 6)


def assert_responds(name, kernel, true, image):
    """A kernel is what it answers: its responses at the edges are told, not its numbers."""
    numbers = torch.from_numpy(kernel) if isinstance(kernel, np.ndarray) else kernel
    if isinstance(numbers, torch.Tensor) and numbers.shape == true.shape and not numbers.is_complex():
        came, due = cross_correlation(image, numbers.detach().float()), cross_correlation(image, true)
        for response, en, zh in (
            (1.0, "where white turns to black", "由白变黑处"),
            (-1.0, "where black turns to white", "由黑变白处"),
            (0.0, "where nothing changes", "没有变化处"),
        ):
            found = came[due == response]
            wrong = found[(found - response).abs() > 1e-4]
            if wrong.numel():
                fail(
                    f"`{name}` responds with {wrong[0]:.4g} {en}; expected {response:g}",
                    f"`{name}` 在{zh}的响应是 {wrong[0]:.4g}；应为 {response:g}",
                )
    assert_close(kernel, true)


def is_matrix(answer, shape):
    """Whether an answer is a tensor of real numbers of this shape."""
    return isinstance(answer, torch.Tensor) and answer.shape == shape and answer.is_floating_point()


def tell_how_it_learns(student, X, true, learned):
    """Say what goes wrong, from what part of the way between two opposite kernels the answers go.

    Fainter pictures mean smaller steps: who only stops early goes less far on them, who swings to and fro perhaps more.
    """
    far, parts, all_answers = 20 * true, [], [learned]
    for faint in (1.0, 0.7, 0.5):
        there, back = (
            student.learn_kernel(faint * X, faint * cross_correlation(X, K), tuple(true.shape)) for K in (far, -far)
        )
        all_answers += [there, back]
        if not all(is_matrix(answer, true.shape) and answer.isfinite().all() for answer in all_answers):
            break
        parts.append(float(((there - back) * far).sum() / (2 * far.square().sum())))
    if not parts or max(map(abs, parts)) > 1e3:
        fail(
            "`learn_kernel` diverged: its numbers grow beyond all bounds. Is the step too large for a sum of squares, "
            "does it go up the gradient instead of down, or is .grad never set to zero, so that old gradients add up?",
            "`learn_kernel` 发散了：数值越来越大，没有止境。用平方和时步子是否太大？是不是沿梯度上升而不是下降？"
            "还是从不把 .grad 清零，让旧的梯度越积越多？",
        )
    part, ends = parts[0], f"{far.int().tolist()} / {(-far).int().tolist()}"
    if all(abs(each + 1) < 0.1 for each in parts):
        fail(
            "`learn_kernel` finds the kernel turned round, or with the other sign: is something flipped in the "
            "prediction?",
            "`learn_kernel` 找到的核是反的（翻转了，或符号相反）：预测里是不是翻转了什么？",
        )
    if max(parts) < -0.01:
        fail(
            "`learn_kernel` moves away from the kernel that is looked for: the gradient points uphill.",
            "`learn_kernel` 离要找的核越来越远：梯度指向上坡方向。",
        )
    if max(parts) > 1.1 or max(parts) > part + 0.1:
        fail(
            "`learn_kernel` swings to and fro past the kernel that is looked for: is .grad set to zero in every step, "
            "or is the step too large?",
            "`learn_kernel` 在要找的核两侧来回摆动：每一步都把 .grad 清零了吗？还是步子太大？",
        )
    if abs(part) < 0.05:
        fail(
            f"asked for {ends}, `learn_kernel` gives nearly the same answer both times: does each step change the "
            "tensor that is returned, is the gradient still there when the step is made, and does the loss grow with "
            "the square of the error?",
            f"分别要它学 {ends}，`learn_kernel` 两次的结果几乎一样：每一步是否真的改变了最后返回的那个张量？"
            "走这一步时梯度还在吗？损失是误差的平方吗？",
        )
    if part < 0.9:
        fail(
            f"`learn_kernel` goes the right way but stops after {part:.0%} of it: more steps or larger ones are needed "
            "(a mean of squares has a smaller gradient than their sum).",
            f"`learn_kernel` 方向是对的，但只走了 {part:.0%} 就停了：需要更多步，或更大的步子"
            "（平方的均值比平方和的梯度小）。",
        )
    came = [[round(value, 2) for value in row] for row in learned.tolist()]
    fail(
        f"`learn_kernel` follows Y, but its answer {came} is off from {true.tolist()}: does something else take part "
        "in the prediction, such as a bias?",
        f"`learn_kernel` 会随 Y 改变，但结果 {came} 与 {true.tolist()} 有偏差：预测里是不是还有别的东西参与，"
        "例如偏置？",
    )


@worth(1, "corr2d")
def check_worked_example(student):
    """corr2d reproduces the worked example of section 4.2

    corr2d 算出 4.2 节的例题
    """
    X, K = torch.arange(9.0).reshape(3, 3), torch.arange(4.0).reshape(2, 2)
    assert_close(student.corr2d(X, K), torch.tensor([[19.0, 25.0], [37.0, 43.0]]))


@worth(2, "corr2d")
def check_uneven_kernels(student):
    """corr2d works for images and kernels whose height and width differ, and for negative numbers

    图像与核的高、宽不相等、数值有负数时，corr2d 也正确
    """
    cases = [
        ((4, 5), (1, 2)),
        ((4, 5), (2, 1)),
        ((4, 6), (2, 3)),
        ((6, 4), (3, 2)),
        ((5, 5), (3, 3)),
        ((3, 5), (1, 1)),
        ((3, 6), (3, 2)),
        ((5, 3), (2, 3)),
    ]
    images = [(pattern(*image_size), pattern(*kernel_size, salt=1)) for image_size, kernel_size in cases]
    assert_agrees(student.corr2d, cross_correlation, images)


@worth(1, "Conv2D")
def check_layer_output(student):
    """Conv2D gives the cross-correlation with its weight, plus its bias

    Conv2D 的输出是与 weight 的互相关，再加上 bias
    """
    layer, X, K = student.Conv2D((2, 2)), pattern(4, 5), pattern(2, 2, salt=1)
    require_parameters(student, layer, (2, 2))
    student.probe(set_parameters, layer, {"weight": K, "bias": torch.tensor([0.75])})
    assert_close(layer(X), cross_correlation(X, K) + 0.75)


@worth(1, "Conv2D")
def check_layer_follows_its_parameters(student):
    """Conv2D takes any shape of kernel, and its output follows its two parameters when they change

    Conv2D 的核可以是任何形状；两个参数改变时，输出随之改变
    """
    for kernel_size in [(1, 2), (3, 1), (2, 3)]:
        layer, X = student.Conv2D(kernel_size), pattern(4, 5)
        require_parameters(student, layer, kernel_size)
        for salt, bias in [(1, -0.5), (2, 1.25)]:
            K = pattern(*kernel_size, salt=salt)
            student.probe(set_parameters, layer, {"weight": K, "bias": torch.tensor([bias])})
            assert_close(layer(X), cross_correlation(X, K) + bias)


def require_parameters(student, layer, kernel_size):
    """A trainable weight of the kernel's shape, a trainable bias of one number, and nothing else."""
    parameters, tensors = student.probe(tensors_of_layer, layer)
    told = {name: (tuple(shape), count) for name, shape, count in parameters}
    weight, _ = told.get("weight", ((), 0))
    while len(weight) > 2 and weight[0] == 1:  # (1, 1, kh, kw) holds the same kernel
        weight = weight[1:]
    _, numbers = told.get("bias", ((), 0))  # of any shape
    if set(told) != {"weight", "bias"} or weight != kernel_size or numbers != 1:
        found = ", ".join(f"{name} {shape}" for name, (shape, _) in sorted(told.items()))
        plain = [name for name in ("weight", "bias") if name in tensors]
        but = f"; {' and '.join(plain)}: a plain tensor is no nn.Parameter" if plain else ""
        but_zh = f"；{'、'.join(plain)} 只是普通张量，不是 nn.Parameter" if plain else ""
        fail(
            f"`Conv2D({kernel_size})` should have two trainable parameters, weight {kernel_size} and bias (1,); "
            f"it has {found or 'none'}{but}",
            f"`Conv2D({kernel_size})` 应有两个可训练参数：weight {kernel_size} 和 bias (1,)；"
            f"现在有：{found or '无'}{but_zh}",
        )


@worth(1, "edge_image")
def check_edge_image(student):
    """edge_image is a 6 by 8 image, white with a black bar in columns 2 to 5

    edge_image 是 6×8 的白底图像，第 2 到 5 列是黑条
    """
    assert_close(student.edge_image(), EDGE_IMAGE)


@worth(1, "vertical_edge_kernel")
def check_vertical_edges(student):
    """vertical_edge_kernel answers 1 from white to black, -1 from black to white, and 0 elsewhere

    vertical_edge_kernel 的响应：由白变黑为 1，由黑变白为 -1，其余为 0
    """
    assert_responds("vertical_edge_kernel", student.vertical_edge_kernel(), torch.tensor([[1.0, -1.0]]), EDGE_IMAGE)


@worth(1, "horizontal_edge_kernel")
def check_horizontal_edges(student):
    """horizontal_edge_kernel answers in the same way from top to bottom

    horizontal_edge_kernel 的响应与前者相同，只是方向从上到下
    """
    true = torch.tensor([[1.0], [-1.0]])
    assert_responds("horizontal_edge_kernel", student.horizontal_edge_kernel(), true, EDGE_IMAGE.T)


@worth(1, "learn_kernel")
def check_edge_kernel_is_learned(student):
    """learn_kernel finds the edge kernel from the edge image and its response, from a random start

    learn_kernel 能从随机初值出发，由边缘图像和它的响应学出边缘检测核
    """
    X = EDGE_IMAGE
    true = torch.tensor([[1.0, -1.0]])
    learned = student.learn_kernel(X, cross_correlation(X, true), (1, 2))
    if is_matrix(learned, true.shape) and not torch.allclose(learned.double(), true.double(), atol=0.1):
        tell_how_it_learns(student, X, true, learned)
    assert_close(learned, true, rtol=0.1)


@worth(1, "conv2d")
def check_strict_convolution(student):
    """conv2d flips the kernel along both axes: the worked example, and a dot that turns into the kernel

    conv2d 把核沿两个轴翻转：例题，以及单个亮点的卷积正好是核本身
    """
    X, K = torch.arange(9.0).reshape(3, 3), torch.arange(4.0).reshape(2, 2)
    dot, shape = torch.zeros(3, 5), pattern(2, 3)
    dot[1, 2] = 1
    cases = [(X, K), (dot, shape), (pattern(3, 4), pattern(1, 2)), (pattern(4, 3), pattern(2, 1))]
    assert_agrees(student.conv2d, convolution, cases)


@worth(1, "receptive_field")
def check_receptive_field(student):
    """receptive_field grows with every kernel, and faster after a stride

    每一层的核都会扩大 receptive_field，步幅之后扩大得更快
    """
    nets = [[(3, 1)], [(3, 1), (3, 1)], [(3, 1), (3, 2)], [(3, 2), (3, 1)], [(5, 1), (2, 2), (5, 1), (2, 2)]]
    for (_, field), expected in zip(student.receptive_field.each((net,) for net in nets), [3, 5, 5, 7, 16]):
        assert_equal(field, expected)
