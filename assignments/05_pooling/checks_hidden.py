"""Hidden checks of section 4.5: pooling."""

from torch.nn.functional import avg_pool2d as torch_avg_pool2d
from torch.nn.functional import max_pool2d as torch_max_pool2d

from autograder.selfcheck import assert_agrees, assert_no_trace, draw, generator, worth

MODES = ("max", "avg")
FAR = 2.0**16  # times an image, it is below any small number that a search could begin with


def pooled(X, pool_size, mode="max", padding=0, stride=1):
    """What torch's own operator gives for an image (h, w) or (c, h, w)."""
    operator = {"max": torch_max_pool2d, "avg": torch_avg_pool2d}[mode]
    return operator(X[None], pool_size, stride, padding)[0]


@worth(1, "pool2d")
def check_pool2d_of_negative_images(student):
    """pool2d finds the maximum of an image that is negative everywhere

    图像处处为负时，pool2d 也能找到最大值
    """
    rng = generator()
    images = [((5, 4), (2, 3), 1), ((4, 7), (3, 2), 1), ((3, 5), (2, 2), FAR)]
    cases = [(-draw(rng, *image).abs() * scale, window) for image, window, scale in images]
    assert_agrees(student.pool2d, pooled, cases)


@worth(1, "pool2d")
def check_pool2d_of_any_size(student):
    """pool2d agrees with torch for windows of one pixel, of one row and as large as the image, in both modes

    对一个像素的窗口、一行的窗口、与图像一样大的窗口，两种模式下 pool2d 都与 torch 一致
    """
    rng = generator()
    cases = [((6, 9), (3, 4)), ((3, 4), (1, 1)), ((5, 7), (1, 4)), ((4, 3), (4, 3)), ((2, 6), (2, 3)), ((7, 5), (5, 2))]
    images = [(draw(rng, *image), window) for image, window in cases]
    assert_agrees(student.pool2d, pooled, [(*image, mode) for image in images for mode in MODES])


@worth(1, "pool2d")
def check_pool2d_leaves_no_trace(student):
    """pool2d gives the same answer twice, fills in every element and leaves the image as it was

    pool2d 两次调用结果相同，每个元素都算到，并且不改动图像
    """
    rng = generator()
    cases = [(draw(rng, 5, 7), (2, 3), mode) for mode in MODES * 2]
    assert_no_trace(student, "pool2d", pooled, cases)


@worth(1, "pool2d_strided")
def check_pool2d_strided_of_any_size(student):
    """pool2d_strided agrees with torch for any window, padding and stride, int or pair, negative images included

    对任意的窗口、填充和步幅（整数或一对数），以及全是负数的图像，pool2d_strided 都与 torch 一致
    """
    rng = generator()
    cases = [
        ((7, 10), (3, 2), (1, 0), (2, 3)),
        ((6, 11), (2, 5), (0, 2), (1, 4)),
        ((9, 6), (4, 3), 1, 3),
        ((5, 8), (2, 3), 0, None),
        ((6, 7), (3, 2), (1, 1), None),
        ((3, 9), (3, 2), 0, (1, 2)),
        ((5, 6), (1, 1), 0, 2),
        ((4, 5), (2, 2), 1, 1),
    ]
    windows = []
    for image, window, *rest in cases:
        X = draw(rng, *image)
        windows += [(signed, window, mode, *rest) for signed in (X, -X.abs(), -X.abs() * FAR) for mode in MODES]
    assert_agrees(student.pool2d_strided, pooled, windows)


@worth(1, "pool2d_strided")
def check_pool2d_strided_leaves_no_trace(student):
    """pool2d_strided gives the same answer twice, fills in every element and leaves the image as it was

    pool2d_strided 两次调用结果相同，每个元素都算到，并且不改动图像
    """
    rng = generator()
    cases = [(draw(rng, 6, 5), (2, 3), mode, *rest) for mode in MODES * 2 for rest in [((1, 0), (2, 1)), (0, None)]]
    assert_no_trace(student, "pool2d_strided", pooled, cases)


@worth(1, "pool2d_multi_channel")
def check_multi_channel_of_any_size(student):
    """pool2d_multi_channel agrees with torch for any channels, window, padding and stride, and changes no input

    对任意多个通道和任意的窗口、填充、步幅，pool2d_multi_channel 都与 torch 一致，并且不改动输入
    """
    rng = generator()
    cases = [
        ((4, 5, 8), (2, 3), (1, 0), (2, 3)),
        ((1, 6, 5), (3, 2), 1, 2),
        ((3, 5, 4), (2, 3), 1, None),
        ((2, 3, 7), (3, 4), (0, 2), (1, 3)),
    ]
    windows = []
    for shape, window, *rest in cases:
        X = -draw(rng, *shape).abs()
        windows += [(signed, window, mode, *rest) for signed in (X, X * FAR) for mode in MODES]
    assert_no_trace(student, "pool2d_multi_channel", pooled, windows)
