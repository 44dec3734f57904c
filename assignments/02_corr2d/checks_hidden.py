"""Hidden checks of section 4.2: only the grader runs them, on numbers that it draws."""

import torch
from torch.nn.functional import conv2d as torch_conv2d

from autograder.selfcheck import (
    assert_agrees,
    assert_close,
    assert_equal,
    assert_no_trace,
    assert_untouched,
    draw,
    fail,
    generator,
    worth,
)
from autograder.selfcheck.probes import answers_of_layer, call_reporting_changes, forward_and_gradients, set_parameters


def cross_correlation(X, K):
    """What torch's own operator gives for one image and one kernel, computed in float64."""
    return torch_conv2d(X[None, None].double(), K[None, None].double())[0, 0].float()


def convolution(X, K):
    """The cross-correlation with the kernel turned by half a circle."""
    return cross_correlation(X, K.flip(0, 1))


def field_of(layers):
    """From the output back: n units rest on (n - 1) * stride + kernel size inputs."""
    field = 1
    for kernel_size, stride in reversed(layers):
        field = (field - 1) * stride + kernel_size
    return field


def integer(rng, low, high):
    return int(torch.randint(low, high, (), generator=rng))


def images_and_kernels(rng):
    """Uneven kernels in both orders, on images taller and wider than themselves in turn."""
    for number, kernel_size in enumerate([(1, 2), (2, 1), (2, 3), (3, 2), (4, 1), (2, 4), (1, 1), (3, 3)]):
        more = integer(rng, 1, 3)
        height, width = (more, more + 2) if number % 4 in (0, 3) else (more + 3, more)
        image_size = (kernel_size[0] + height, kernel_size[1] + width)
        yield draw(rng, *image_size) * 0.7, draw(rng, *kernel_size) * 0.3


def drawn(sizes):
    """An image and a kernel for each pair of sizes."""
    rng = generator()
    return [(draw(rng, *image_size), draw(rng, *kernel_size)) for image_size, kernel_size in sizes]


def layers_with(kernels, student):
    """A layer for each kernel, which it has as its weight, with the bias 0.7."""
    layers = [layer for _, layer in student.Conv2D.each((tuple(K.shape),) for K in kernels)]
    bias = torch.tensor([0.7])
    for _ in student.probe_each(
        set_parameters, [(layer, {"weight": K, "bias": bias}) for layer, K in zip(layers, kernels)]
    ):
        pass
    return layers


@worth(2, "corr2d")
def check_drawn_images(student):
    """corr2d is right for drawn images and kernels of many shapes, with fractions and negative numbers

    对各种形状、含小数和负数的随机图像与核，corr2d 都正确
    """
    assert_agrees(student.corr2d, cross_correlation, images_and_kernels(generator()))


@worth(1, "corr2d")
def check_thin_outputs(student):
    """corr2d keeps two axes even when its output is one row, one column or one number

    即使输出只有一行、一列或一个数，corr2d 的结果仍是两个轴
    """
    cases = drawn(
        [((3, 7), (3, 2)), ((7, 3), (2, 3)), ((2, 3), (2, 3)), ((1, 5), (1, 3)), ((5, 1), (2, 1)), ((4, 6), (4, 5))]
    )
    assert_agrees(student.corr2d, cross_correlation, cases)


@worth(1, "corr2d")
def check_called_again(student):
    """corr2d gives the same right result when it is called again, fills all of it, and leaves X and K alone

    再次调用时 corr2d 结果相同且正确，每个元素都算出来，并且不改动 X 和 K
    """
    cases = drawn([((5, 7), (2, 3)), ((6, 4), (3, 2)), ((5, 6), (1, 1)), ((5, 7), (2, 3))])
    assert_no_trace(student, "corr2d", cross_correlation, cases)


@worth(1, "Conv2D")
def check_layer_on_drawn_images(student):
    """Conv2D adds its bias once to every output, for drawn weights, and answers the same when asked again

    对随机的权重，Conv2D 给每个输出只加一次偏置；再次调用结果相同
    """
    cases = list(images_and_kernels(generator()))
    layers = layers_with([K for _, K in cases], student)
    answers = student.probe_each(answers_of_layer, [(layer, X, X) for layer, (X, _) in zip(layers, cases)])
    for (_, (first, again)), (X, K) in zip(answers, cases):
        for answer in (first, again):
            assert_close(answer, cross_correlation(X, K) + 0.7)


@worth(2, "Conv2D")
def check_layer_gradients(student):
    """The weight and the bias of Conv2D get the right gradients

    Conv2D 的 weight 和 bias 得到正确的梯度
    """
    rng = generator()
    cases, right = list(images_and_kernels(rng)), []
    for X, K in cases:
        weight, bias = K.clone().requires_grad_(), torch.full((1,), 0.7, requires_grad=True)
        output = torch_conv2d(X[None, None], weight[None, None], bias)[0, 0]
        upstream = draw(rng, *output.shape)
        (output * upstream).sum().backward()
        right.append((output.detach(), upstream, {"weight": weight.grad, "bias": bias.grad}))

    layers = layers_with([K for _, K in cases], student)
    told = student.probe_each(
        forward_and_gradients, [(layer, X, upstream) for layer, (X, _), (_, upstream, _) in zip(layers, cases, right)]
    )
    for (_, mine), (output, _, gradients) in zip(told, right):
        assert_close(mine["output"], output)
        for name, expected in gradients.items():
            gradient = mine["gradients"].get(name)
            if gradient is None:
                fail(f"No gradient reaches `{name}`.", f"梯度没有传到 `{name}`。", reveal=True)
            assert_close(gradient.reshape(expected.shape), expected, rtol=1e-3)


def well_conditioned(rng, image_size, kernel_size):
    """An image on which gradient descent is as easy as on the edge image.

    The textbook's recipe (summed squares, step 0.03) converges while the curvature stays below 33: the best of many
    drawn images is scaled so that its largest is 20; its smallest is then about 10 (the edge image: 30 and 6).
    """
    images = draw(rng, 200, *image_size)
    windows = images.unfold(1, kernel_size[0], 1).unfold(2, kernel_size[1], 1).flatten(3).flatten(1, 2)
    curvatures = torch.linalg.eigvalsh(windows.mT @ windows)
    best = int((curvatures[:, 0] / curvatures[:, -1]).argmax())
    return images[best] * (20 / curvatures[best, -1]).sqrt()


def assert_learned(student, X, true):
    """Within 0.1 of the true kernel in every element."""
    kernel_size = tuple(true.shape)
    answer, changed = student.probe(call_reporting_changes, "learn_kernel", X, cross_correlation(X, true), kernel_size)
    assert_close(answer, true, rtol=0.1 / float(true.abs().max()))
    assert_untouched("learn_kernel", changed)


@worth(1, "learn_kernel")
def check_other_kernels_are_learned(student):
    """learn_kernel learns another kernel than the edge kernel, an upright one, from an image of another size

    learn_kernel 也能学出别的核，比如竖的核，图像可以是其他大小
    """
    rng = generator()
    assert_learned(student, well_conditioned(rng, (8, 4), (3, 1)), draw(rng, 3, 1) / 2)


@worth(1, "learn_kernel")
def check_larger_kernels_are_learned(student):
    """learn_kernel learns kernels with several rows and columns

    learn_kernel 能学出有多行多列的核
    """
    rng = generator()
    assert_learned(student, well_conditioned(rng, (6, 8), (2, 3)), draw(rng, 2, 3) / 2)


@worth(1, "conv2d")
def check_convolution_of_drawn_images(student):
    """conv2d is right for drawn images and kernels of many shapes

    对各种形状的随机图像与核，conv2d 都正确
    """
    assert_agrees(student.conv2d, convolution, images_and_kernels(generator()))


@worth(1, "conv2d")
def check_convolution_keeps_its_kernel(student):
    """conv2d gives the same right result twice, and leaves X and K alone

    conv2d 连续两次都给出相同的正确结果，并且不改动 X 和 K
    """
    cases = drawn([((5, 7), (2, 3)), ((7, 3), (3, 2)), ((2, 4), (2, 3)), ((5, 7), (2, 3))])
    assert_no_trace(student, "conv2d", convolution, cases)


@worth(1, "receptive_field")
def check_receptive_field_of_deep_nets(student):
    """receptive_field is right for drawn nets with strides anywhere

    对随机的多层网络，无论步幅出现在哪一层，receptive_field 都正确
    """
    rng = generator()
    nets = []
    for depth in [1, 2, 3, 4, 5, 7]:
        kernels = [integer(rng, 3, 8) for _ in range(depth)]
        strides = [2, 3, *(integer(rng, 1, 4) for _ in range(depth))]
        nets.append((list(zip(kernels, strides)),))
    assert_agrees(student.receptive_field, field_of, nets, assert_equal)
