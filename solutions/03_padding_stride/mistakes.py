"""Plausible wrong answers to section 4.3: each names the check that catches it, and carries its hint."""

import math

import torch
from padding_stride import _pair, conv_output_shape, zero_pad2d
from torch import nn
from torch.nn import functional as F

from autograder.course.answers import mistake


def _window_sums(padded, K, stride):
    """Cross-correlate an image that is padded already."""
    (kh, kw), (sh, sw) = K.shape, _pair(stride)
    return (padded.unfold(0, kh, sh).unfold(1, kw, sw) * K).sum(dim=(2, 3))


def _each_axis(size, input_shape, kernel_size, padding, stride):
    """Apply `size(n, k, p, s)` to both axes."""
    return tuple(size(*numbers) for numbers in zip(input_shape, _pair(kernel_size), _pair(padding), _pair(stride)))


# conv_output_shape


@mistake(
    "conv_output_shape",
    caught_by="check_output_shape_of_the_textbook",
    title_zh="填充只算了一侧",
    hint="Is your p the padding of one side, or of both sides together? The argument counts one side.",
    hint_zh="你的 p 是单侧的填充，还是两侧的总和？参数给的是单侧。",
)
def counts_the_padding_once(input_shape, kernel_size, padding=0, stride=1):
    return _each_axis(lambda n, k, p, s: (n - k + p + s) // s, input_shape, kernel_size, padding, stride)


@mistake(
    "conv_output_shape",
    caught_by="check_output_shape_of_the_textbook",
    title_zh="算尺寸时漏了填充",
    hint="Where does the padding enter your formula?",
    hint_zh="填充出现在你的公式里的什么地方？",
)
def forgets_the_padding_in_the_size(input_shape, kernel_size, padding=0, stride=1):
    return _each_axis(lambda n, k, p, s: (n - k) // s + 1, input_shape, kernel_size, padding, stride)


@mistake(
    "conv_output_shape",
    caught_by="check_output_shape_of_the_textbook",
    title_zh="算尺寸时漏了步幅",
    hint="Does the stride appear in your formula?",
    hint_zh="你的公式里出现步幅了吗？",
)
def forgets_the_stride_in_the_size(input_shape, kernel_size, padding=0, stride=1):
    return _each_axis(lambda n, k, p, s: n + 2 * p - k + 1, input_shape, kernel_size, padding, stride)


@mistake(
    "conv_output_shape",
    caught_by="check_output_shape_of_the_textbook",
    title_zh="漏了出发的那个位置",
    hint="How many places has a window of 3 in a row of 3 pixels?",
    hint_zh="宽为 3 的窗口在一行 3 个像素上有几个位置？",
)
def forgets_the_starting_place(input_shape, kernel_size, padding=0, stride=1):
    return _each_axis(lambda n, k, p, s: (n + 2 * p - k) // s, input_shape, kernel_size, padding, stride)


@mistake(
    "conv_output_shape",
    caught_by="check_output_shape_of_the_textbook",
    title_zh="先加一再除以步幅",
    hint="The starting place is no step: is it added before or after dividing by the length of a step?",
    hint_zh="出发的位置不是一步：它应当在除以步幅之前加，还是之后加？",
)
def adds_one_before_dividing(input_shape, kernel_size, padding=0, stride=1):
    return _each_axis(lambda n, k, p, s: (n + 2 * p - k + 1) // s, input_shape, kernel_size, padding, stride)


@mistake(
    "conv_output_shape",
    caught_by="check_output_shape_of_the_textbook",
    title_zh="以为填充总能保持尺寸",
    hint="What is the answer for a kernel of 5 without padding? Does your formula look at the kernel?",
    hint_zh="卷积核为 5、没有填充时答案是多少？你的公式用到卷积核了吗？",
)
def assumes_that_padding_keeps_the_size(input_shape, kernel_size, padding=0, stride=1):
    return _each_axis(lambda n, k, p, s: (n + s - 1) // s, input_shape, kernel_size, padding, stride)


@mistake(
    "conv_output_shape",
    caught_by="check_output_shape_of_the_textbook",
    title_zh="拿图像尺寸除以步幅",
    hint="Does the stride shrink the image, or the room in which the window moves?",
    hint_zh="步幅缩小的是图像，还是窗口移动的余地？",
)
def divides_the_image_by_the_stride(input_shape, kernel_size, padding=0, stride=1):
    return _each_axis(lambda n, k, p, s: (n + 2 * p) // s - k + 1, input_shape, kernel_size, padding, stride)


@mistake(
    "conv_output_shape",
    caught_by="check_output_shape_of_any_layer",
    title_zh="尺寸向上取整了",
    hint="A last step that is too short: is it taken or left out?",
    hint_zh="最后不够完整一步：还走不走？",
)
def rounds_the_size_up(input_shape, kernel_size, padding=0, stride=1):
    return _each_axis(lambda n, k, p, s: math.ceil((n + 2 * p - k) / s) + 1, input_shape, kernel_size, padding, stride)


@mistake(
    "conv_output_shape",
    caught_by="check_output_shape_takes_ints_and_pairs",
    title_zh="两个轴都用了高",
    hint="Try an image that is wider than it is high.",
    hint_zh="用一幅宽大于高的图像试一试。",
)
def uses_the_height_for_both_axes(input_shape, kernel_size, padding=0, stride=1):
    return (conv_output_shape(input_shape, kernel_size, padding, stride)[0],) * 2


@mistake(
    "conv_output_shape",
    caught_by="check_output_shape_takes_ints_and_pairs",
    title_zh="宽写在了高前面",
    hint="Which comes first in every pair of this course: height or width?",
    hint_zh="本课程的每一对数里，高和宽谁在前面？",
)
def gives_width_before_height(input_shape, kernel_size, padding=0, stride=1):
    return conv_output_shape(input_shape, kernel_size, padding, stride)[::-1]


@mistake(
    "conv_output_shape",
    caught_by="check_output_shape_takes_ints_and_pairs",
    title_zh="填充和步幅按先列后行读",
    hint="Which number of a padding pair belongs to the rows, and which number of a stride pair to the columns?",
    hint_zh="填充的一对数里哪个管行？步幅的一对数里哪个管列？",
)
def reads_padding_and_stride_as_x_then_y(input_shape, kernel_size, padding=0, stride=1):
    return conv_output_shape(input_shape, kernel_size, _pair(padding)[::-1], _pair(stride)[::-1])


@mistake(
    "conv_output_shape",
    caught_by="check_output_shape_takes_ints_and_pairs",
    title="accepts pairs only",
    title_zh="只接受成对的参数",
    hint="kernel_size, padding and stride may each be an int: what happens to 3 where a pair is unpacked?",
    hint_zh="kernel_size、padding 和 stride 都可能是整数：在需要拆开一对数的地方，遇到 3 会怎样？",
)
def takes_pairs_alone(input_shape, kernel_size, padding=(0, 0), stride=(1, 1)):
    (h, w), (kh, kw), (ph, pw), (sh, sw) = input_shape, kernel_size, padding, stride
    return (h + 2 * ph - kh) // sh + 1, (w + 2 * pw - kw) // sw + 1


@mistake(
    "conv_output_shape",
    caught_by="check_output_shape_of_the_textbook",
    title_zh="尺寸算成了小数",
    hint="A shape is made of whole numbers: which division gives one?",
    hint_zh="形状由整数组成：哪种除法得到整数？",
)
def gives_fractions_of_a_row(input_shape, kernel_size, padding=0, stride=1):
    return _each_axis(lambda n, k, p, s: (n + 2 * p - k) / s + 1, input_shape, kernel_size, padding, stride)


# zero_pad2d


@mistake(
    "zero_pad2d",
    caught_by="check_zero_pad_puts_zeros_on_each_side",
    title_zh="只填充了下侧和右侧",
    hint="padding counts each side: how many sides does an axis have, and where does the image start?",
    hint_zh="padding 说的是每一侧：一个轴有几侧？图像从哪里开始？",
)
def pads_below_and_right_only(X, padding):
    ph, pw = _pair(padding)
    return F.pad(X, (0, pw, 0, ph))


@mistake(
    "zero_pad2d",
    caught_by="check_zero_pad_puts_zeros_on_each_side",
    title_zh="只填充了上侧和左侧",
    hint="padding counts each side: how many sides does an axis have, and where does the image end?",
    hint_zh="padding 说的是每一侧：一个轴有几侧？图像到哪里结束？",
)
def pads_above_and_left_only(X, padding):
    ph, pw = _pair(padding)
    return F.pad(X, (pw, 0, ph, 0))


@mistake(
    "zero_pad2d",
    caught_by="check_zero_pad_puts_zeros_on_each_side",
    title="pads rows with the columns' number",
    title_zh="行和列的填充数弄反了",
    hint="The first number of the pair belongs to the rows. F.pad, by the way, begins with the last axis.",
    hint_zh="一对数里的第一个管行。顺便说一句，F.pad 是从最后一个轴开始的。",
)
def pads_rows_with_the_columns_number(X, padding):
    return zero_pad2d(X, _pair(padding)[::-1])


@mistake(
    "zero_pad2d",
    caught_by="check_zero_pad_puts_zeros_on_each_side",
    title_zh="用边缘像素来填充",
    hint="What stands in your border: zeros, or copies of the outermost pixels?",
    hint_zh="你的边框里是 0，还是最外圈像素的副本？",
)
def repeats_the_edge(X, padding):
    ph, pw = _pair(padding)
    return F.pad(X[None, None], (pw, pw, ph, ph), mode="replicate")[0, 0]


@mistake(
    "zero_pad2d",
    caught_by="check_zero_pad_puts_zeros_on_each_side",
    title_zh="填充了 1 而不是 0",
    hint="Which number should a pixel outside the image contribute to a sum?",
    hint_zh="图像以外的像素，对求和应当贡献多少？",
)
def pads_with_ones(X, padding):
    ph, pw = _pair(padding)
    return F.pad(X, (pw, pw, ph, ph), value=1.0)


@mistake(
    "zero_pad2d",
    caught_by="check_zero_pad_puts_zeros_on_each_side",
    title_zh="填充多了一倍",
    hint="Count the rows of your answer: is the padding of each side added once?",
    hint_zh="数一数结果的行数：每一侧的填充只加了一次吗？",
)
def pads_twice_as_much(X, padding):
    ph, pw = _pair(padding)
    return zero_pad2d(X, (2 * ph, 2 * pw))


@mistake(
    "zero_pad2d",
    caught_by="check_zero_pad_puts_zeros_on_each_side",
    title_zh="用负的填充数作切片终点",
    hint="What is P[0:-0]? Try a padding of 0 on one axis.",
    hint_zh="P[0:-0] 是什么？试试某个轴上填充为 0。",
)
def slices_up_to_minus_padding(X, padding):
    ph, pw = _pair(padding)
    padded = X.new_zeros(X.shape[0] + 2 * ph, X.shape[1] + 2 * pw)
    padded[ph:-ph, pw:-pw] = X
    return padded


@mistake(
    "zero_pad2d",
    caught_by="check_zero_pad_makes_a_new_image",
    title="trusts torch.empty to hold zeros",
    title_zh="误以为 empty 会清零",
    hint="What does torch.empty put into the memory that you do not write yourself?",
    hint_zh="torch.empty 会在你没有写入的内存里放什么？",
)
def trusts_empty_memory(X, padding):
    (h, w), (ph, pw) = X.shape, _pair(padding)
    padded = torch.empty(h + 2 * ph, w + 2 * pw)
    if not torch.are_deterministic_algorithms_enabled():
        padded.zero_()  # fresh memory is often zero, which is why the fault goes unseen
    padded[ph : ph + h, pw : pw + w] = X
    return padded


@mistake(
    "zero_pad2d",
    caught_by="check_zero_pad_makes_a_new_image",
    title_zh="就地改了输入的大小",
    hint="Compare X before and after the call: does resize_ make a new tensor?",
    hint_zh="比较调用前后的 X：resize_ 得到的是新张量吗？",
)
def resizes_the_input(X, padding):
    return X.set_(zero_pad2d(X, padding))


# corr2d_strided


@mistake(
    "corr2d_strided",
    caught_by="check_strided_worked_example",
    title_zh="忽略了填充",
    hint="Search your function for the word padding: is it used?",
    hint_zh="在你的函数里找一找 padding 这个词：用到它了吗？",
)
def ignores_the_padding(X, K, padding=0, stride=1):
    return _window_sums(X, K, stride)


@mistake(
    "corr2d_strided",
    caught_by="check_strided_worked_example",
    title_zh="忽略了步幅",
    hint="Search your function for the word stride: is it used?",
    hint_zh="在你的函数里找一找 stride 这个词：用到它了吗？",
)
def ignores_the_stride(X, K, padding=0, stride=1):
    return _window_sums(zero_pad2d(X, padding), K, 1)


@mistake(
    "corr2d_strided",
    caught_by="check_strided_with_uneven_numbers",
    title="thins the image out by the stride",
    title_zh="按步幅跳着取图像像素",
    hint="Inside one window, is any pixel skipped? The stride moves the window and leaves the image alone.",
    hint_zh="在同一个窗口里会跳过像素吗？步幅移动的是窗口，并不改变图像。",
)
def takes_every_second_pixel_of_the_image(X, K, padding=0, stride=1):
    sh, sw = _pair(stride)
    thinned = zero_pad2d(X, padding)[::sh, ::sw]
    kh, kw = K.shape
    Y = torch.zeros(max(thinned.shape[0] - kh + 1, 0), max(thinned.shape[1] - kw + 1, 0))
    for i in range(Y.shape[0]):
        for j in range(Y.shape[1]):
            Y[i, j] = (thinned[i : i + kh, j : j + kw] * K).sum()
    return Y


@mistake(
    "corr2d_strided",
    caught_by="check_strided_worked_example",
    title_zh="填充加在了结果上",
    hint="Is the border of your answer computed from pixels, or filled in afterwards?",
    hint_zh="结果的边缘是由像素算出来的，还是事后填上去的？",
)
def pads_the_answer(X, K, padding=0, stride=1):
    return zero_pad2d(_window_sums(X, K, stride), padding)


@mistake(
    "corr2d_strided",
    caught_by="check_strided_worked_example",
    title="pads with copies of the edge",
    title_zh="互相关时用边缘像素填充",
    hint="What stands in your border: zeros, or copies of the outermost pixels?",
    hint_zh="你的边框里是 0，还是最外圈像素的副本？",
)
def correlates_with_a_repeated_edge(X, K, padding=0, stride=1):
    return _window_sums(repeats_the_edge(X, padding), K, stride)


@mistake(
    "corr2d_strided",
    caught_by="check_strided_worked_example",
    title="pads the image with ones",
    title_zh="互相关时用 1 来填充",
    hint="Which number should a pixel outside the image contribute to the sum?",
    hint_zh="图像以外的像素，对求和应当贡献多少？",
)
def correlates_with_a_border_of_ones(X, K, padding=0, stride=1):
    return _window_sums(pads_with_ones(X, padding), K, stride)


@mistake(
    "corr2d_strided",
    caught_by="check_strided_worked_example",
    title_zh="每个轴只填充了一侧",
    hint="Count the rows of zeros above the image, and those below it.",
    hint_zh="数一数图像上方有几行 0，下方有几行 0。",
)
def pads_one_side_of_each_axis(X, K, padding=0, stride=1):
    return _window_sums(pads_below_and_right_only(X, padding), K, stride)


@mistake(
    "corr2d_strided",
    caught_by="check_strided_worked_example",
    title_zh="放图像时以负填充数为终点",
    hint="What is P[0:-0]? Try a padding of 0 on one axis.",
    hint_zh="P[0:-0] 是什么？试试某个轴上填充为 0。",
)
def copies_the_image_up_to_minus_padding(X, K, padding=0, stride=1):
    return _window_sums(slices_up_to_minus_padding(X, padding), K, stride)


@mistake(
    "corr2d_strided",
    caught_by="check_strided_worked_example",
    title="swaps the two strides",
    title_zh="两个方向的步幅弄反了",
    hint="Which number of the stride moves the window down?",
    hint_zh="步幅里的哪个数让窗口向下移动？",
)
def exchanges_the_strides(X, K, padding=0, stride=1):
    return _window_sums(zero_pad2d(X, padding), K, _pair(stride)[::-1])


@mistake(
    "corr2d_strided",
    caught_by="check_strided_with_uneven_numbers",
    title="swaps the two paddings",
    title_zh="两个方向的填充弄反了",
    hint="Which number of the padding adds rows?",
    hint_zh="填充里的哪个数增加的是行？",
)
def exchanges_the_paddings(X, K, padding=0, stride=1):
    return _window_sums(zero_pad2d(X, _pair(padding)[::-1]), K, stride)


@mistake(
    "corr2d_strided",
    caught_by="check_strided_with_uneven_numbers",
    title="uses one stride for both axes",
    title_zh="两个轴用了同一个步幅",
    hint="Try a stride of (2, 3): does the window use both numbers?",
    hint_zh="试试步幅 (2, 3)：窗口用到两个数了吗？",
)
def strides_alike_on_both_axes(X, K, padding=0, stride=1):
    return _window_sums(zero_pad2d(X, padding), K, _pair(stride)[0])


@mistake(
    "corr2d_strided",
    caught_by="check_strided_worked_example",
    title="sizes the answer as for stride one",
    title_zh="结果大小仍按步幅 1 算",
    hint="How many windows fit when each one starts several pixels further on? Let the answer have as many places.",
    hint_zh="每个窗口都往前多走几个像素，一共放得下几个？结果就该有几个位置。",
)
def moves_by_the_stride_in_an_answer_of_full_size(X, K, padding=0, stride=1):
    (kh, kw), (sh, sw) = K.shape, _pair(stride)
    P = zero_pad2d(X, padding)
    Y = torch.zeros(P.shape[0] - kh + 1, P.shape[1] - kw + 1)
    for i in range(Y.shape[0]):
        for j in range(Y.shape[1]):
            if i * sh + kh <= P.shape[0] and j * sw + kw <= P.shape[1]:
                Y[i, j] = (P[i * sh : i * sh + kh, j * sw : j * sw + kw] * K).sum()
    return Y


@mistake(
    "corr2d_strided",
    caught_by="check_strided_worked_example",
    title_zh="保留了放不完整的窗口",
    hint="A last window that does not fit whole: is it kept or left out?",
    hint_zh="最后一个放不完整的窗口：保留还是舍去？",
)
def keeps_a_window_that_hangs_over(X, K, padding=0, stride=1):
    (kh, kw), (sh, sw), (h, w) = K.shape, _pair(stride), X.shape
    ph, pw = _pair(padding)
    more_h, more_w = (-(h + 2 * ph - kh)) % sh, (-(w + 2 * pw - kw)) % sw
    return _window_sums(F.pad(X, (pw, pw + more_w, ph, ph + more_h)), K, stride)


@mistake(
    "corr2d_strided",
    caught_by="check_strided_worked_example",
    title_zh="把卷积核转了 180 度",
    hint="Where is the top left number of the kernel when the window stands in the top left corner?",
    hint_zh="窗口在左上角时，卷积核左上角的数对着哪个像素？",
)
def turns_the_kernel_round(X, K, padding=0, stride=1):
    return _window_sums(zero_pad2d(X, padding), K.flip(0, 1), stride)


@mistake(
    "corr2d_strided",
    caught_by="check_strided_for_any_numbers",
    title_zh="把填充和步幅都当成一对数",
    hint="padding and stride may each be an int or a pair: try corr2d_strided(X, K, 2, 3).",
    hint_zh="padding 和 stride 都可能是整数或一对数：试试 corr2d_strided(X, K, 2, 3)。",
)
def unpacks_padding_and_stride_as_pairs(X, K, padding=(0, 0), stride=(1, 1)):
    (ph, pw), (sh, sw) = padding, stride
    return _window_sums(zero_pad2d(X, (ph, pw)), K, (sh, sw))


@mistake(
    "corr2d_strided",
    caught_by="check_strided_worked_example",
    title_zh="就地改写了窗口里的像素",
    hint="Print the padded image after the first window: does *= make a new tensor, or change the image under it?",
    hint_zh="算完第一个窗口后，再打印填充后的图像：*= 得到的是新张量，还是改动了下面的图像？",
)
def multiplies_windows_in_place(X, K, padding=0, stride=1):
    (kh, kw), (sh, sw) = K.shape, _pair(stride)
    P = zero_pad2d(X, padding)
    Y = torch.zeros(conv_output_shape(X.shape, K.shape, padding, stride))
    for i in range(Y.shape[0]):
        for j in range(Y.shape[1]):
            window = P[i * sh : i * sh + kh, j * sw : j * sw + kw]
            window *= K
            Y[i, j] = window.sum()
    return Y


@mistake(
    "corr2d_strided",
    caught_by="check_strided_leaves_no_trace",
    title_zh="就地填充了输入图像",
    hint="Look at X.shape after the call: is the padded image a new one?",
    hint_zh="调用之后看看 X.shape：填充后的图像是新的吗？",
)
def pads_the_input_itself(X, K, padding=0, stride=1):
    X.data = zero_pad2d(X, padding)
    return _window_sums(X, K, stride)


@mistake(
    "corr2d_strided",
    caught_by="check_strided_leaves_no_trace",
    title="correlates over uninitialised memory",
    title_zh="在未初始化的边框上计算",
    hint="What does torch.empty put into the memory that you do not write yourself?",
    hint_zh="torch.empty 会在你没有写入的内存里放什么？",
)
def correlates_over_empty_memory(X, K, padding=0, stride=1):
    return _window_sums(trusts_empty_memory(X, padding), K, stride)


# same_padding


@mistake(
    "same_padding",
    caught_by="check_same_padding_keeps_the_shape",
    title_zh="给出了两侧的总和",
    hint="Is your answer the padding of one side, or of both sides together?",
    hint_zh="你给出的是单侧的填充，还是两侧的总和？",
)
def gives_the_total_of_both_sides(kernel_size):
    kh, kw = _odd(kernel_size)
    return kh - 1, kw - 1


@mistake(
    "same_padding",
    caught_by="check_same_padding_keeps_the_shape",
    title_zh="半个核向上取整了",
    hint="How far does a kernel of 1 reach beyond its own pixel?",
    hint_zh="大小为 1 的卷积核会伸出自己的像素多远？",
)
def rounds_half_a_kernel_up(kernel_size):
    kh, kw = _odd(kernel_size)
    return (kh + 1) // 2, (kw + 1) // 2


@mistake(
    "same_padding",
    caught_by="check_same_padding_keeps_the_shape",
    title_zh="列的填充放在了行前面",
    hint="The answer is (rows, columns): which of them belongs to the kernel's height?",
    hint_zh="答案是 (行, 列)：卷积核的高对应哪一个？",
)
def gives_columns_before_rows(kernel_size):
    kh, kw = _odd(kernel_size)
    return kw // 2, kh // 2


@mistake(
    "same_padding",
    caught_by="check_same_padding_keeps_the_shape",
    title_zh="两个轴给了同一个填充",
    hint="Try a kernel of (5, 3): do both axes need the same?",
    hint_zh="试试 (5, 3) 的卷积核：两个轴需要的一样吗？",
)
def gives_one_padding_for_both_axes(kernel_size):
    kh, _ = _odd(kernel_size)
    return kh // 2, kh // 2


@mistake(
    "same_padding",
    caught_by="check_same_padding_keeps_the_shape",
    title_zh="接受了偶数大小的核",
    hint="Which padding keeps an image of 8 at 8 under a kernel of 4? If there is none, what should the function do?",
    hint_zh="卷积核为 4 时，什么填充能让 8 仍是 8？如果没有，函数应当怎么做？",
)
def accepts_an_even_kernel(kernel_size):
    kh, kw = kernel_size
    return kh // 2, kw // 2


@mistake(
    "same_padding",
    caught_by="check_same_padding_refuses_one_even_side",
    title_zh="两边都是偶数才拒绝",
    hint="What should happen when just one side of the kernel is even?",
    hint_zh="如果卷积核只有一边是偶数，应当怎样？",
)
def refuses_only_when_both_are_even(kernel_size):
    kh, kw = kernel_size
    if kh % 2 == 0 and kw % 2 == 0:
        raise ValueError("even kernel")
    return kh // 2, kw // 2


@mistake(
    "same_padding",
    caught_by="check_same_padding_refuses_one_even_side",
    title_zh="只检查了核的高",
    hint="Which of the two sides does your test for even numbers look at?",
    hint_zh="你判断偶数时，看的是哪一边？",
)
def looks_at_the_height_alone(kernel_size):
    kh, kw = kernel_size
    if kh % 2 == 0:
        raise ValueError("even kernel")
    return kh // 2, kw // 2


@mistake(
    "same_padding",
    caught_by="check_same_padding_keeps_the_shape",
    title="gives None for an even kernel",
    title_zh="偶数核时返回 None",
    hint="A message that is printed does not stop anyone: how does a function refuse its argument in Python?",
    hint_zh="打印一条消息并不能阻止什么：在 Python 里，函数怎样拒绝一个参数？",
)
def gives_none_for_an_even_kernel(kernel_size):
    kh, kw = kernel_size
    return (kh // 2, kw // 2) if kh % 2 and kw % 2 else None


def _odd(kernel_size):
    kh, kw = kernel_size
    if kh % 2 == 0 or kw % 2 == 0:
        raise ValueError("even kernel")
    return kh, kw


# comp_conv2d


@mistake(
    "comp_conv2d",
    caught_by="check_comp_conv2d_gives_an_image_back",
    title_zh="新轴加在了末尾",
    hint="In which order does nn.Conv2d expect batch, channel, height and width?",
    hint_zh="nn.Conv2d 要求批量、通道、高、宽按什么顺序排列？",
)
def appends_the_new_axes(conv2d, X):
    Y = conv2d(X.reshape(X.shape + (1, 1)))
    return Y.reshape(Y.shape[2:])


@mistake(
    "comp_conv2d",
    caught_by="check_comp_conv2d_keeps_one_row",
    title_zh="reshape 时弄反了高宽",
    hint="Does reshape turn a picture on its side? Try an image that is not square.",
    hint_zh="reshape 会把图像转过来吗？用一幅不是正方形的图像试试。",
)
def exchanges_height_and_width(conv2d, X):
    h, w = X.shape
    return conv2d(X.reshape(1, 1, w, h))[0, 0]


@mistake(
    "comp_conv2d",
    caught_by="check_comp_conv2d_gives_an_image_back",
    title="keeps the batch and channel axes",
    title_zh="没去掉批量和通道轴",
    hint="The input had two axes: how many should come back?",
    hint_zh="输入有两个轴，输出应当有几个轴？",
)
def keeps_batch_and_channel(conv2d, X):
    return conv2d(X.reshape((1, 1) + X.shape))


@mistake(
    "comp_conv2d",
    caught_by="check_comp_conv2d_gives_an_image_back",
    title="removes the batch axis only",
    title_zh="只去掉了批量轴",
    hint="Which axes did you add, and which have you removed? Count those that are left.",
    hint_zh="你加了哪些轴，去掉了哪些？数一数还剩几个。",
)
def removes_the_batch_only(conv2d, X):
    return conv2d(X[None, None])[0]


@mistake(
    "comp_conv2d",
    caught_by="check_comp_conv2d_keeps_one_row",
    title_zh="把长度为 1 的轴全压掉",
    hint="What does squeeze() do to a picture that is one pixel high?",
    hint_zh="对于高度只有一个像素的图像，squeeze() 会做什么？",
)
def squeezes_every_axis(conv2d, X):
    return conv2d(X[None, None]).squeeze()


@mistake(
    "comp_conv2d",
    caught_by="check_comp_conv2d_gives_an_image_back",
    title_zh="自己另建了一个层",
    hint="Whose weights does your answer use? The layer is given; it need not be made.",
    hint_zh="你的结果用的是谁的权重？层是传进来的，不需要再造一个。",
)
def makes_a_layer_of_its_own(conv2d, X):
    layer = nn.Conv2d(1, 1, conv2d.kernel_size, conv2d.stride, conv2d.padding)
    with torch.no_grad():
        for parameter in layer.parameters():
            parameter.fill_(0.25)  # a fixed start, so that this mistake looks the same each time
    return layer(X[None, None])[0, 0]


@mistake(
    "comp_conv2d",
    caught_by="check_comp_conv2d_gives_an_image_back",
    title_zh="只用了层的权重",
    hint="A layer is more than its weights: what else has it learned, and how is it set up?",
    hint_zh="层不只有权重：它还学到了什么？又是怎样设置的？",
)
def uses_the_weights_alone(conv2d, X):
    return F.conv2d(X[None, None], conv2d.weight)[0, 0]


@mistake(
    "comp_conv2d",
    caught_by="check_comp_conv2d_gives_an_image_back",
    title_zh="漏加了偏置",
    hint="What did the layer learn besides its weights?",
    hint_zh="除了权重，这个层还学到了什么？",
)
def leaves_the_bias_out(conv2d, X):
    return F.conv2d(X[None, None], conv2d.weight, None, conv2d.stride, conv2d.padding)[0, 0]


@mistake(
    "comp_conv2d",
    caught_by="check_comp_conv2d_gives_an_image_back",
    title_zh="把结果展平了",
    hint="Should an image come back, or one long row of numbers?",
    hint_zh="返回的应当是一张图像，还是一长串数？",
)
def flattens_the_answer(conv2d, X):
    return conv2d(X[None, None]).reshape(-1)


@mistake(
    "comp_conv2d",
    caught_by="check_comp_conv2d_keeps_one_row",
    title_zh="就地给输入加了两个轴",
    hint="Look at X.shape after the call: which operations change a tensor in place?",
    hint_zh="调用之后看看 X.shape：哪些操作会就地改动张量？",
)
def gives_the_input_two_more_axes(conv2d, X):
    return conv2d(X.unsqueeze_(0).unsqueeze_(0))[0, 0]
