"""Plausible wrong answers to section 4.5: each names the check that catches it, and carries its hint."""

import torch
from pooling import _pair, pool2d, pool2d_multi_channel, pool2d_strided
from torch.nn import functional as F

from autograder.course.answers import mistake


def _windows(X, pool_size, step=1):
    """All windows of an image: (out_h, out_w, ph, pw)."""
    (ph, pw), (sh, sw) = pool_size, _pair(step)
    return X.unfold(0, ph, sh).unfold(1, pw, sw)


def _reduced(windows, mode):
    return windows.amax(dim=(2, 3)) if mode == "max" else windows.mean(dim=(2, 3))


def _bordered(X, padding, fill):
    ph, pw = _pair(padding)
    return F.pad(X, (pw, pw, ph, ph), value=fill)


# pool2d


@mistake(
    "pool2d",
    caught_by="check_pool2d_with_uneven_windows",
    title_zh="把平均值截成了整数",
    hint="What is the average of 1 and 2? Is it a whole number?",
    hint_zh="1 和 2 的平均值是多少？是整数吗？",
)
def cuts_averages_to_whole_numbers(X, pool_size, mode="max"):
    answer = pool2d(X, pool_size, mode)
    return answer if mode == "max" else answer.trunc()


@mistake(
    "pool2d",
    caught_by="check_pool2d_worked_example",
    title_zh="默认做了平均池化",
    hint="What should pool2d(X, (2, 2)) do when no mode is given?",
    hint_zh="不写 mode 时，pool2d(X, (2, 2)) 应当做什么？",
)
def averages_unless_told_otherwise(X, pool_size, mode="avg"):
    return pool2d(X, pool_size, mode)


@mistake(
    "pool2d",
    caught_by="check_pool2d_worked_example",
    title="reduces only one axis of the window",
    title_zh="只沿窗口的一个轴求值",
    hint="How many numbers should one window give? Your maximum runs along one axis only.",
    hint_zh="一个窗口应当得到几个数？你只沿一个轴求了结果。",
)
def reduces_one_axis_of_the_window(X, pool_size, mode="max"):
    windows = _windows(X, pool_size)
    return (windows.amax(dim=2) if mode == "max" else windows.mean(dim=2))[:, :, 0]


@mistake(
    "pool2d",
    caught_by="check_pool2d_with_uneven_windows",
    title_zh="返回了最大值的位置",
    hint="Do you want to know where the maximum is, or how large it is?",
    hint_zh="你要的是最大值的位置，还是最大值本身？",
)
def gives_the_place_of_the_maximum(X, pool_size, mode="max"):
    if mode == "max":
        return _windows(X, pool_size).flatten(2).argmax(dim=2).float()
    return pool2d(X, pool_size, mode)


@mistake(
    "pool2d",
    caught_by="check_pool2d_worked_example",
    title="expects the mode to be called mean",
    title_zh="把 avg 写成了 mean",
    hint="Which string asks for the average?",
    hint_zh="题目里表示平均池化的字符串是什么？",
)
def knows_the_average_as_mean(X, pool_size, mode="max"):
    if mode in ("max", "mean"):
        return pool2d(X, pool_size, {"max": "max", "mean": "avg"}[mode])
    return torch.zeros(X.shape[0] - pool_size[0] + 1, X.shape[1] - pool_size[1] + 1)


@mistake(
    "pool2d",
    caught_by="check_pool2d_worked_example",
    title_zh="两种模式都取最大值",
    hint="Does your answer depend on mode?",
    hint_zh="你的结果与 mode 有关吗？",
)
def takes_the_maximum_in_both_modes(X, pool_size, mode="max"):
    return pool2d(X, pool_size, "max")


@mistake(
    "pool2d",
    caught_by="check_pool2d_with_uneven_windows",
    title="treats the window as square",
    title_zh="把窗口当成正方形",
    hint="Try pool_size=(2, 3).",
    hint_zh="试试 pool_size=(2, 3)。",
)
def takes_the_window_as_square(X, pool_size, mode="max"):
    return pool2d(X, (pool_size[0],) * 2, mode)


@mistake(
    "pool2d",
    caught_by="check_pool2d_with_uneven_windows",
    title_zh="弄反了窗口的高和宽",
    hint="Which number of pool_size is the height of the window?",
    hint_zh="pool_size 的哪个数是窗口的高？",
)
def reads_the_window_as_width_by_height(X, pool_size, mode="max"):
    return pool2d(X, (pool_size[1], pool_size[0]), mode)


@mistake(
    "pool2d",
    caught_by="check_pool2d_worked_example",
    title_zh="只取窗口左上角的像素",
    hint="Do the other pixels of the window play any part?",
    hint_zh="窗口里的其他像素起作用了吗？",
)
def picks_the_top_left_pixel(X, pool_size, mode="max"):
    return _windows(X, pool_size)[:, :, 0, 0]


@mistake(
    "pool2d",
    caught_by="check_pool2d_with_uneven_windows",
    title_zh="把右下角的像素当作最大值",
    hint="In a window, is the last pixel always the largest?",
    hint_zh="窗口里最后一个像素总是最大的吗？",
)
def picks_the_bottom_right_pixel_as_maximum(X, pool_size, mode="max"):
    return _windows(X, pool_size)[:, :, -1, -1] if mode == "max" else pool2d(X, pool_size, mode)


@mistake(
    "pool2d",
    caught_by="check_pool2d_of_negative_images",
    title_zh="把最大值初值设为 0",
    hint="With which number does your search for the maximum begin? Could it be larger than every pixel?",
    hint_zh="你找最大值时从哪个数开始？它会不会比所有像素都大？",
)
def starts_the_maximum_at_zero(X, pool_size, mode="max"):
    answer = pool2d(X, pool_size, mode)
    return answer.clamp(min=0) if mode == "max" else answer


@mistake(
    "pool2d",
    caught_by="check_pool2d_of_negative_images",
    title="starts the maximum at a small number",
    title_zh="把最大值初值设成了某个很小的数",
    hint="Your search begins at a number that you thought small enough: which number is surely one of the window's?",
    hint_zh="你从一个觉得足够小的数开始找最大值，可像素还能更小：从哪个数开始一定不会错？",
)
def starts_the_maximum_at_a_small_number(X, pool_size, mode="max"):
    answer = pool2d(X, pool_size, mode)
    return answer.clamp(min=-100) if mode == "max" else answer


@mistake(
    "pool2d",
    caught_by="check_pool2d_with_uneven_windows",
    title_zh="比较时忽略了正负号",
    hint="Is -5 larger than 3?",
    hint_zh="-5 比 3 大吗？",
)
def compares_without_the_sign(X, pool_size, mode="max"):
    return pool2d(X.abs(), pool_size, mode) if mode == "max" else pool2d(X, pool_size, mode)


@mistake(
    "pool2d",
    caught_by="check_pool2d_worked_example",
    title_zh="求和而没有求平均",
    hint="Sum or mean: by how many pixels is divided?",
    hint_zh="是求和还是求平均？要除以多少个像素？",
)
def sums_instead_of_averaging(X, pool_size, mode="max"):
    answer = pool2d(X, pool_size, mode)
    return answer if mode == "max" else answer * pool_size[0] * pool_size[1]


@mistake(
    "pool2d",
    caught_by="check_pool2d_with_uneven_windows",
    title_zh="除以了窗口高的平方",
    hint="How many pixels has a window of 2 by 3?",
    hint_zh="2×3 的窗口里有几个像素？",
)
def divides_by_the_square_of_the_height(X, pool_size, mode="max"):
    answer = pool2d(X, pool_size, mode)
    return answer if mode == "max" else answer * pool_size[1] / pool_size[0]


@mistake(
    "pool2d",
    caught_by="check_pool2d_worked_example",
    title_zh="按窗口大小移动",
    hint="How far does the window of pool2d move each time?",
    hint_zh="pool2d 的窗口每次移动多远？",
)
def moves_by_the_size_of_the_window(X, pool_size, mode="max"):
    return _reduced(_windows(X, pool_size, pool_size), mode)


@mistake(
    "pool2d",
    caught_by="check_pool2d_worked_example",
    title_zh="漏了最后一个窗口",
    hint="How many places has a window of 2 in a row of 3 pixels?",
    hint_zh="宽为 2 的窗口在一行 3 个像素上有几个位置？",
)
def leaves_out_the_last_window(X, pool_size, mode="max"):
    return pool2d(X, pool_size, mode)[:-1, :-1]


@mistake(
    "pool2d",
    caught_by="check_pool2d_worked_example",
    title_zh="窗口伸出了图像边缘",
    hint="Is the answer as large as the image? Count the places of the window.",
    hint_zh="结果和图像一样大吗？数一数窗口的位置。",
)
def lets_the_window_hang_over_the_edge(X, pool_size, mode="max"):
    (h, w), (ph, pw) = X.shape, pool_size
    rows = []
    for i in range(h):
        windows = [X[i : i + ph, j : j + pw] for j in range(w)]
        rows.append(torch.stack([window.max() if mode == "max" else window.mean() for window in windows]))
    return torch.stack(rows)


@mistake(
    "pool2d",
    caught_by="check_pool2d_leaves_no_trace",
    title_zh="改写了输入图像",
    hint="Print X before and after the call: into which tensor do you write?",
    hint_zh="在调用前后打印 X：你写入的是哪个张量？",
)
def writes_into_the_image(X, pool_size, mode="max"):
    answer = pool2d(X, pool_size, mode)
    X[: answer.shape[0], : answer.shape[1]] = answer
    return answer


@mistake(
    "pool2d",
    caught_by="check_pool2d_leaves_no_trace",
    title="adds to uninitialised memory",
    title_zh="在未初始化的内存上累加",
    hint="You add to what is there already: what does torch.empty put there first?",
    hint_zh="你是在原有的内容上累加：torch.empty 一开始放了什么？",
)
def adds_to_empty_memory(X, pool_size, mode="max"):
    start = torch.empty(X.shape[0] - pool_size[0] + 1, X.shape[1] - pool_size[1] + 1)
    if not torch.are_deterministic_algorithms_enabled():
        start.zero_()  # fresh memory is often zero, which is why the fault goes unseen
    return start + pool2d(X, pool_size, mode)


# pool2d_strided


@mistake(
    "pool2d_strided",
    caught_by="check_pool2d_strided_with_padding",
    title_zh="填充的 0 成了最大值",
    hint="May a pixel that nobody ever saw win the maximum? Try an image of negative numbers.",
    hint_zh="一个谁也没见过的像素，可以在最大池化中胜出吗？用全是负数的图像试试。",
)
def lets_padding_win_the_maximum(X, pool_size, mode="max", padding=0, stride=None):
    return _reduced(_windows(_bordered(X, padding, 0.0), pool_size, pool_size if stride is None else stride), mode)


@mistake(
    "pool2d_strided",
    caught_by="check_pool2d_strided_with_padding",
    title_zh="求平均时不算填充的格子",
    hint="By how many cells is a window divided that stands half on the padding? torch.nn counts them all.",
    hint_zh="窗口有一部分在填充上时，要除以多少格？torch.nn 是全部都算的。",
)
def leaves_padding_out_of_the_average(X, pool_size, mode="max", padding=0, stride=None):
    answer = pool2d_strided(X, pool_size, mode, padding, stride)
    return answer if mode == "max" else answer / pool2d_strided(torch.ones_like(X), pool_size, mode, padding, stride)


@mistake(
    "pool2d_strided",
    caught_by="check_pool2d_strided_with_padding",
    title_zh="把负无穷算进了平均",
    hint="What does a border of minus infinity do to an average?",
    hint_zh="负无穷的边框会让平均值变成什么？",
)
def averages_over_minus_infinity(X, pool_size, mode="max", padding=0, stride=None):
    padded = _bordered(X, padding, float("-inf"))
    return _reduced(_windows(padded, pool_size, pool_size if stride is None else stride), mode)


@mistake(
    "pool2d_strided",
    caught_by="check_pool2d_strided_with_padding",
    title_zh="最大池化用 -1 填充",
    hint="Is your border smaller than every pixel of every image?",
    hint_zh="你的边框比任何图像的任何像素都小吗？",
)
def pads_the_maximum_with_minus_one(X, pool_size, mode="max", padding=0, stride=None):
    padded = _bordered(X, padding, -1.0 if mode == "max" else 0.0)
    return _reduced(_windows(padded, pool_size, pool_size if stride is None else stride), mode)


@mistake(
    "pool2d_strided",
    caught_by="check_pool2d_strided_of_any_size",
    title="pads the maximum with a small number",
    title_zh="最大池化用某个很小的数填充",
    hint="Your border holds a number that you thought small enough; which number is below every pixel of every image?",
    hint_zh="你的边框里是一个觉得足够小的数；哪个数比任何图像的任何像素都小？",
)
def pads_the_maximum_with_a_small_number(X, pool_size, mode="max", padding=0, stride=None):
    padded = _bordered(X, padding, -100.0 if mode == "max" else 0.0)
    return _reduced(_windows(padded, pool_size, pool_size if stride is None else stride), mode)


@mistake(
    "pool2d_strided",
    caught_by="check_pool2d_strided_with_padding",
    title="pads with copies of the edge",
    title_zh="用边缘像素的副本填充",
    hint="What stands in your border when the average is taken: zeros, or copies of the outermost pixels?",
    hint_zh="求平均时，你的边框里是 0，还是最外圈像素的副本？",
)
def repeats_the_edge(X, pool_size, mode="max", padding=0, stride=None):
    ph, pw = _pair(padding)
    padded = F.pad(X[None, None], (pw, pw, ph, ph), mode="replicate")[0, 0]
    return _reduced(_windows(padded, pool_size, pool_size if stride is None else stride), mode)


@mistake(
    "pool2d_strided",
    caught_by="check_pool2d_strided_with_uneven_numbers",
    title="keeps a window that does not fit",
    title_zh="保留了放不完整的窗口",
    hint="A last window that does not fit whole: is it kept or left out?",
    hint_zh="最后一个放不完整的窗口：保留还是舍去？",
)
def keeps_a_window_that_hangs_over(X, pool_size, mode="max", padding=0, stride=None):
    (ph, pw), (h, w), (top, left) = pool_size, X.shape, _pair(padding)
    sh, sw = _pair(pool_size if stride is None else stride)
    fill = float("-inf") if mode == "max" else 0.0
    more_h, more_w = (-(h + 2 * top - ph)) % sh, (-(w + 2 * left - pw)) % sw
    return _reduced(_windows(F.pad(X, (left, left + more_w, top, top + more_h), value=fill), pool_size, (sh, sw)), mode)


@mistake(
    "pool2d_strided",
    caught_by="check_pool2d_strided_worked_examples",
    title="takes a missing stride as one",
    title_zh="不给步幅时当作 1",
    hint="Without a stride, how far does the window move? Read the meaning of None again.",
    hint_zh="不给步幅时，窗口每次移动多远？再读一遍 None 的含义。",
)
def takes_no_stride_as_one(X, pool_size, mode="max", padding=0, stride=None):
    return pool2d_strided(X, pool_size, mode, padding, 1 if stride is None else stride)


@mistake(
    "pool2d_strided",
    caught_by="check_pool2d_strided_with_uneven_numbers",
    title="always moves by the size of the window",
    title_zh="总按窗口大小移动",
    hint="Search your function for the word stride: is it used when it is given?",
    hint_zh="在你的函数里找一找 stride 这个词：给了步幅时用到它了吗？",
)
def always_moves_by_the_window(X, pool_size, mode="max", padding=0, stride=None):
    return pool2d_strided(X, pool_size, mode, padding, None)


@mistake(
    "pool2d_strided",
    caught_by="check_pool2d_strided_worked_examples",
    title_zh="忽略了填充",
    hint="Search your function for the word padding: is it used?",
    hint_zh="在你的函数里找一找 padding 这个词：用到它了吗？",
)
def ignores_the_padding(X, pool_size, mode="max", padding=0, stride=None):
    return pool2d_strided(X, pool_size, mode, 0, stride)


@mistake(
    "pool2d_strided",
    caught_by="check_pool2d_strided_worked_examples",
    title_zh="只填充了下侧和右侧",
    hint="padding counts each side: how many sides has an axis?",
    hint_zh="padding 说的是每一侧：一个轴有几侧？",
)
def pads_below_and_right_only(X, pool_size, mode="max", padding=0, stride=None):
    top, left = _pair(padding)
    padded = F.pad(X, (0, left, 0, top), value=float("-inf") if mode == "max" else 0.0)
    return _reduced(_windows(padded, pool_size, pool_size if stride is None else stride), mode)


@mistake(
    "pool2d_strided",
    caught_by="check_pool2d_strided_with_uneven_numbers",
    title="swaps the two strides",
    title_zh="弄反了两个方向的步幅",
    hint="Which number of the stride moves the window down?",
    hint_zh="步幅里的哪个数让窗口向下移动？",
)
def exchanges_the_strides(X, pool_size, mode="max", padding=0, stride=None):
    return pool2d_strided(X, pool_size, mode, padding, _pair(pool_size if stride is None else stride)[::-1])


@mistake(
    "pool2d_strided",
    caught_by="check_pool2d_strided_with_uneven_numbers",
    title="swaps the two paddings",
    title_zh="弄反了两个方向的填充",
    hint="Which number of the padding adds rows? F.pad, by the way, begins with the last axis.",
    hint_zh="填充里的哪个数增加的是行？顺便说一句，F.pad 是从最后一个轴开始的。",
)
def exchanges_the_paddings(X, pool_size, mode="max", padding=0, stride=None):
    fill = float("-inf") if mode == "max" else 0.0
    padded = _bordered(X, _pair(padding)[::-1], fill)
    return _reduced(_windows(padded, pool_size, pool_size if stride is None else stride), mode)


@mistake(
    "pool2d_strided",
    caught_by="check_pool2d_strided_with_uneven_numbers",
    title="uses one stride for both axes",
    title_zh="两个方向用了同一步幅",
    hint="Try stride=(2, 3): does the window use both numbers?",
    hint_zh="试试 stride=(2, 3)：窗口用到两个数了吗？",
)
def strides_alike_on_both_axes(X, pool_size, mode="max", padding=0, stride=None):
    return pool2d_strided(X, pool_size, mode, padding, _pair(pool_size if stride is None else stride)[0])


@mistake(
    "pool2d_strided",
    caught_by="check_pool2d_strided_worked_examples",
    title="subsamples the image before pooling",
    title_zh="先按步幅抽取像素再池化",
    hint="Inside one window, is any pixel skipped? The stride moves the window and leaves the image alone.",
    hint_zh="在同一个窗口里会跳过像素吗？步幅移动的是窗口，并不改变图像。",
)
def thins_the_image_out_first(X, pool_size, mode="max", padding=0, stride=None):
    padded = _bordered(X, padding, float("-inf") if mode == "max" else 0.0)
    sh, sw = _pair(pool_size if stride is None else stride)
    thinned = padded[::sh, ::sw]
    rows, columns = thinned.shape[0] - pool_size[0] + 1, thinned.shape[1] - pool_size[1] + 1
    if rows < 1 or columns < 1:
        return torch.zeros(max(rows, 0), max(columns, 0))
    return _reduced(_windows(thinned, pool_size), mode)


@mistake(
    "pool2d_strided",
    caught_by="check_pool2d_strided_worked_examples",
    title_zh="总把填充和步幅当作一对数",
    hint="padding and stride may each be an int: what does your function do with 1 where it unpacks a pair?",
    hint_zh="padding 和 stride 都可能是整数：在需要拆开一对数的地方，遇到 1 会怎样？",
)
def unpacks_padding_and_stride_as_pairs(X, pool_size, mode="max", padding=(0, 0), stride=None):
    (top, left), (sh, sw) = padding, stride or pool_size
    return pool2d_strided(X, pool_size, mode, (top, left), (sh, sw))


@mistake(
    "pool2d_strided",
    caught_by="check_pool2d_strided_worked_examples",
    title_zh="忘了传递 mode",
    hint="Does the mode reach the place where the window is reduced?",
    hint_zh="mode 传到对窗口求值的地方了吗？",
)
def forgets_the_mode(X, pool_size, mode="max", padding=0, stride=None):
    return pool2d_strided(X, pool_size, "max", padding, stride)


@mistake(
    "pool2d_strided",
    caught_by="check_pool2d_strided_leaves_no_trace",
    title_zh="直接在输入上填充",
    hint="Look at X.shape after the call: is the padded image a new one?",
    hint_zh="调用之后看看 X.shape：填充后的图像是新的吗？",
)
def pads_the_input_itself(X, pool_size, mode="max", padding=0, stride=None):
    answer = pool2d_strided(X, pool_size, mode, padding, stride)
    X.data = _bordered(X, padding, 0.0)
    return answer


# pool2d_multi_channel


@mistake(
    "pool2d_multi_channel",
    caught_by="check_multi_channel_keeps_channels_apart",
    title_zh="把各通道相加",
    hint="Convolution adds the channels up: does pooling?",
    hint_zh="卷积会把各通道相加：池化会吗？",
)
def adds_the_channels_up(X, pool_size, mode="max", padding=0, stride=None):
    return pool2d_multi_channel(X, pool_size, mode, padding, stride).sum(0)


@mistake(
    "pool2d_multi_channel",
    caught_by="check_multi_channel_keeps_channels_apart",
    title_zh="窗口跨过了所有通道",
    hint="Does a window look at one channel, or at all of them?",
    hint_zh="一个窗口看的是一个通道，还是所有通道？",
)
def takes_windows_through_all_channels(X, pool_size, mode="max", padding=0, stride=None):
    answer = pool2d_multi_channel(X, pool_size, mode, padding, stride)
    return (answer.amax(0, keepdim=True) if mode == "max" else answer.mean(0, keepdim=True)).expand_as(answer)


@mistake(
    "pool2d_multi_channel",
    caught_by="check_multi_channel_keeps_channels_apart",
    title_zh="只池化了第一个通道",
    hint="How many channels come out when three go in?",
    hint_zh="进来三个通道，出去几个？",
)
def pools_the_first_channel_only(X, pool_size, mode="max", padding=0, stride=None):
    return pool2d_strided(X[0], pool_size, mode, padding, stride)[None]


@mistake(
    "pool2d_multi_channel",
    caught_by="check_multi_channel_keeps_channels_apart",
    title_zh="把通道放在最后一个轴",
    hint="On which axis of the answer should the channels stand?",
    hint_zh="结果的哪个轴应当是通道？",
)
def puts_the_channels_last(X, pool_size, mode="max", padding=0, stride=None):
    return pool2d_multi_channel(X, pool_size, mode, padding, stride).movedim(0, -1)


@mistake(
    "pool2d_multi_channel",
    caught_by="check_multi_channel_keeps_channels_apart",
    title_zh="把各通道上下拼接",
    hint="torch.cat joins along an axis that is there, torch.stack makes a new one: which do you need?",
    hint_zh="torch.cat 沿已有的轴拼接，torch.stack 新增一个轴：这里需要哪个？",
)
def joins_the_channels_below_each_other(X, pool_size, mode="max", padding=0, stride=None):
    return torch.cat([pool2d_strided(x, pool_size, mode, padding, stride) for x in X])


@mistake(
    "pool2d_multi_channel",
    caught_by="check_multi_channel_keeps_channels_apart",
    title="passes on neither padding nor stride",
    title_zh="填充和步幅都没有传下去",
    hint="Are padding and stride handed on to every channel?",
    hint_zh="padding 和 stride 传给每个通道了吗？",
)
def hands_on_neither_padding_nor_stride(X, pool_size, mode="max", padding=0, stride=None):
    return pool2d_multi_channel(X, pool_size, mode)


@mistake(
    "pool2d_multi_channel",
    caught_by="check_multi_channel_keeps_channels_apart",
    title="does not pass on the mode",
    title_zh="没有把 mode 传给各通道",
    hint="Is mode handed on to every channel?",
    hint_zh="mode 传给每个通道了吗？",
)
def hands_on_no_mode(X, pool_size, mode="max", padding=0, stride=None):
    return pool2d_multi_channel(X, pool_size, "max", padding, stride)


@mistake(
    "pool2d_multi_channel",
    caught_by="check_multi_channel_of_any_size",
    title="squeezes a single channel away",
    title_zh="去掉了单通道的通道轴",
    hint="What does squeeze() do to an image with one channel?",
    hint_zh="对只有一个通道的图像，squeeze() 会做什么？",
)
def squeezes_a_single_channel(X, pool_size, mode="max", padding=0, stride=None):
    return pool2d_multi_channel(X, pool_size, mode, padding, stride).squeeze(0)


@mistake(
    "pool2d_multi_channel",
    caught_by="check_multi_channel_of_any_size",
    title_zh="最大池化时用 0 填充通道",
    hint="May a pixel that nobody ever saw win the maximum? Try channels of negative numbers.",
    hint_zh="一个谁也没见过的像素，可以在最大池化中胜出吗？用全是负数的通道试试。",
)
def pads_channels_with_zeros_for_the_maximum(X, pool_size, mode="max", padding=0, stride=None):
    return pool2d_multi_channel(_bordered(X, padding, 0.0), pool_size, mode, 0, stride)


@mistake(
    "pool2d_multi_channel",
    caught_by="check_multi_channel_keeps_channels_apart",
    title_zh="在通道和高两个轴上池化",
    hint="Which two axes of X are height and width?",
    hint_zh="X 的哪两个轴是高和宽？",
)
def pools_over_channels_and_height(X, pool_size, mode="max", padding=0, stride=None):
    return pool2d_multi_channel(X.permute(2, 0, 1), pool_size, mode, padding, stride)
