"""Plausible wrong answers to section 4.1: each names the check that catches it, and carries its hint."""

import math

import torch

from autograder.course.answers import mistake


@mistake(
    "dense_parameter_count",
    caught_by="check_dense_count",
    title_zh="漏算了偏置",
    hint="How many numbers besides the weight matrix does a dense layer learn?",
    hint_zh="除了权重矩阵，全连接层还要学习哪些数？",
)
def forgets_the_bias(input_shape, output_shape, bias=True):
    return math.prod(input_shape) * math.prod(output_shape)


@mistake(
    "dense_parameter_count",
    caught_by="check_dense_count",
    title_zh="整层只算了一个偏置",
    hint="Write out the layer for one pixel and two units: how many biases are there?",
    hint_zh="只有一个像素、两个单元时，把这一层写出来：一共有几个偏置？",
)
def one_bias_for_the_whole_layer(input_shape, output_shape, bias=True):
    return math.prod(input_shape) * math.prod(output_shape) + int(bias)


@mistake(
    "dense_parameter_count",
    caught_by="check_dense_count",
    title_zh="给每个像素配了一个偏置",
    hint="Does every unit have a bias, or every pixel?",
    hint_zh="是每个单元有一个偏置，还是每个像素有一个偏置？",
)
def a_bias_for_every_pixel(input_shape, output_shape, bias=True):
    return math.prod(input_shape) * (math.prod(output_shape) + int(bias))


@mistake(
    "dense_parameter_count",
    caught_by="check_dense_count",
    title_zh="把两个大小相加而非相乘",
    hint="How many connections does a single unit have?",
    hint_zh="单独一个单元有多少条连接？",
)
def adds_the_two_sizes(input_shape, output_shape, bias=True):
    return math.prod(input_shape) + math.prod(output_shape) * (2 if bias else 1)


@mistake(
    "dense_parameter_count",
    caught_by="check_dense_count",
    title_zh="不用偏置时也算了偏置",
    hint="What should happen when the third argument is False?",
    hint_zh="第三个参数为 False 时应当怎样？",
)
def always_counts_the_bias(input_shape, output_shape, bias=True):
    return (math.prod(input_shape) + 1) * math.prod(output_shape)


@mistake(
    "dense_parameter_count",
    caught_by="check_dense_count_is_exact",
    title_zh="用浮点数来计数",
    hint="A float has about sixteen digits. Is there a float anywhere on the way to your result?",
    hint_zh="浮点数大约只有十六位有效数字。你的计算过程中出现过浮点数吗？",
)
def counts_in_floats(input_shape, output_shape, bias=True):
    count = 1.0
    for size in (*input_shape, *output_shape):
        count *= size
    return int(count + (math.prod(output_shape) if bias else 0))


@mistake(
    "dense_parameter_count",
    caught_by="check_dense_count_is_exact",
    title_zh="只算了前两个轴",
    hint="The shapes may have any length: try an image with channels, (3, 4, 5).",
    hint_zh="形状可以是任意长度：试试带通道的图像 (3, 4, 5)。",
)
def counts_two_axes_only(input_shape, output_shape, bias=True):
    units = math.prod(output_shape[:2])
    return math.prod(input_shape[:2]) * units + (units if bias else 0)


@mistake(
    "conv_parameter_count",
    caught_by="check_conv_count",
    title_zh="漏乘了输入通道数",
    hint="How deep is one kernel when the image has three channels?",
    hint_zh="图像有三个通道时，一个卷积核有多“厚”？",
)
def forgets_the_input_channels(kernel_size, in_channels=1, out_channels=1, bias=True):
    return out_channels * kernel_size[0] * kernel_size[1] + (out_channels if bias else 0)


@mistake(
    "conv_parameter_count",
    caught_by="check_conv_count",
    title_zh="把卷积核当成正方形",
    hint="Try a kernel that is not square, such as (5, 2).",
    hint_zh="试试不是正方形的核，例如 (5, 2)。",
)
def takes_the_kernel_for_a_square(kernel_size, in_channels=1, out_channels=1, bias=True):
    return out_channels * in_channels * kernel_size[0] ** 2 + (out_channels if bias else 0)


@mistake(
    "conv_parameter_count",
    caught_by="check_conv_count",
    title="a bias for every pair of channels",
    title_zh="给每对通道都配了偏置",
    hint="The kernel is shared by all positions: its bias too. How many output channels need one?",
    hint_zh="所有位置共用同一个核，偏置也是共用的。有几个输出通道就需要几个偏置？",
)
def a_bias_for_every_kernel(kernel_size, in_channels=1, out_channels=1, bias=True):
    return out_channels * in_channels * (kernel_size[0] * kernel_size[1] + int(bias))


@mistake(
    "conv_parameter_count",
    caught_by="check_conv_count_of_uneven_channels",
    title_zh="按输入通道数算偏置",
    hint="Is there one bias for each channel that goes in, or for each that comes out?",
    hint_zh="是每个输入通道有一个偏置，还是每个输出通道有一个偏置？",
)
def a_bias_for_every_input_channel(kernel_size, in_channels=1, out_channels=1, bias=True):
    return out_channels * in_channels * kernel_size[0] * kernel_size[1] + (in_channels if bias else 0)


@mistake(
    "corr2d_matrix",
    caught_by="check_matrix_example",
    title_zh="用输出宽度算像素下标",
    hint="How many entries does one row of the image occupy in the flattened image?",
    hint_zh="图像的一行在展平后的向量里占几个位置？",
)
def steps_by_the_output_width(K, input_shape):
    (in_h, in_w), (kh, kw) = input_shape, K.shape
    out_h, out_w = in_h - kh + 1, in_w - kw + 1
    matrix = torch.zeros(out_h * out_w, in_h * in_w)
    for i in range(out_h):
        for j in range(out_w):
            for a in range(kh):
                for b in range(kw):
                    matrix[i * out_w + j, (i + a) * out_w + j + b] = K[a, b]
    return matrix


@mistake(
    "corr2d_matrix",
    caught_by="check_matrix_example",
    title_zh="返回了转置矩阵",
    hint="Which axis of W must have as many entries as the image has pixels, so that W @ X.reshape(-1) works?",
    hint_zh="要使 W @ X.reshape(-1) 成立，W 的哪个轴的长度必须等于图像的像素数？",
)
def gives_the_transpose(K, input_shape):
    (in_h, in_w), (kh, kw) = input_shape, K.shape
    out_h, out_w = in_h - kh + 1, in_w - kw + 1
    weights = torch.zeros(out_h, out_w, in_h, in_w)
    for i in range(out_h):
        for j in range(out_w):
            weights[i, j, i : i + kh, j : j + kw] = K
    return weights.reshape(out_h * out_w, in_h * in_w).T


@mistake(
    "corr2d_matrix",
    caught_by="check_matrix_example",
    title_zh="窗口跨过右边界折到下一行",
    hint="Can the kernel begin in the last column of the image? Count the rows of the matrix in the worked example.",
    hint_zh="核能从图像的最后一列开始吗？数一数例题中的矩阵有几行。",
)
def wraps_around_the_right_border(K, input_shape):
    (in_h, in_w), (kh, kw) = input_shape, K.shape
    first = torch.zeros(in_h, in_w)
    first[:kh, :kw] = K
    starts = range(in_h * in_w - (kh - 1) * in_w - kw + 1)
    return torch.stack([first.reshape(-1).roll(start) for start in starts])


@mistake(
    "corr2d_matrix",
    caught_by="check_matrix_example",
    title_zh="把卷积核转了 180 度",
    hint="The weight of pixel (i + a, j + b) in output (i, j) is K[a, b]. Is yours the kernel turned around?",
    hint_zh="输出 (i, j) 中像素 (i + a, j + b) 的权重是 K[a, b]。你的核是不是转了方向？",
)
def turns_the_kernel_around(K, input_shape):
    (in_h, in_w), (kh, kw) = input_shape, K.shape
    out_h, out_w = in_h - kh + 1, in_w - kw + 1
    weights = torch.zeros(out_h, out_w, in_h, in_w)
    for i in range(out_h):
        for j in range(out_w):
            weights[i, j, i : i + kh, j : j + kw] = K.flip(0, 1)
    return weights.reshape(out_h * out_w, in_h * in_w)


@mistake(
    "corr2d_matrix",
    caught_by="check_matrix_of_uneven_kernels",
    title_zh="弄反了核的高和宽",
    hint="Which size of the kernel limits how far it can move down, and which how far to the right?",
    hint_zh="核能向下移动多远取决于它的哪个尺寸？向右呢？",
)
def exchanges_kernel_height_and_width(K, input_shape):
    (in_h, in_w), (kh, kw) = input_shape, K.shape
    out_h, out_w = in_h - kw + 1, in_w - kh + 1
    matrix = torch.zeros(max(out_h * out_w, 0), in_h * in_w)
    for i in range(out_h):
        for j in range(out_w):
            for a in range(kh):
                for b in range(kw):
                    matrix[i * out_w + j, ((i + a) * in_w + j + b) % (in_h * in_w)] = K[a, b]
    return matrix


@mistake(
    "corr2d_matrix",
    caught_by="check_matrix_of_any_kernel",
    title_zh="该为零的元素没有写入",
    hint="torch.empty does not fill its memory with zeros. Which entries does your loop never write?",
    hint_zh="torch.empty 不会把内存清零。哪些元素是你的循环从未写入的？",
)
def leaves_the_zeros_unwritten(K, input_shape):
    (in_h, in_w), (kh, kw) = input_shape, K.shape
    out_h, out_w = in_h - kh + 1, in_w - kw + 1
    weights = torch.empty(out_h, out_w, in_h, in_w)
    for i in range(out_h):
        for j in range(out_w):
            weights[i, j, i : i + kh, j : j + kw] = K
    return weights.reshape(out_h * out_w, in_h * in_w)


def _responses(image, detector):
    _, h, w = detector.shape
    rows, cols = image.shape[1] - h + 1, image.shape[2] - w + 1
    windows = [image[:, i : i + h, j : j + w] for i in range(rows) for j in range(cols)]
    return torch.stack([(window * detector).sum() for window in windows]).reshape(rows, cols)


def _corner(responses):
    return divmod(int(responses.argmax()), responses.shape[1])


@mistake(
    "find_waldo",
    caught_by="check_waldo_is_found",
    title_zh="列号放在了行号前面",
    hint="The answer is (row, col): which of the two comes first in yours?",
    hint_zh="答案是 (row, col)，即 (行, 列)：你的结果里哪个在前？",
)
def gives_the_column_first(image, detector):
    return _corner(_responses(image, detector))[::-1]


@mistake(
    "find_waldo",
    caught_by="check_waldo_is_found",
    title_zh="除以图像宽度来求行列",
    hint="You have the number of the window. How many windows fit side by side in one row?",
    hint_zh="你得到的是窗口的序号。一行里并排能放下几个窗口？",
)
def divides_by_the_image_width(image, detector):
    return divmod(int(_responses(image, detector).argmax()), image.shape[2])


@mistake(
    "find_waldo",
    caught_by="check_waldo_is_found",
    title_zh="返回了窗口的中心",
    hint="Is the answer a corner of the window, or its middle?",
    hint_zh="答案应是窗口的角，还是窗口的中心？",
)
def gives_the_middle_of_the_window(image, detector):
    row, col = _corner(_responses(image, detector))
    return row + detector.shape[1] // 2, col + detector.shape[2] // 2


@mistake(
    "find_waldo",
    caught_by="check_waldo_is_found",
    title="gives tensors instead of ints",
    title_zh="返回张量而非整数",
    hint="The answer consists of two Python ints. What is the type of yours?",
    hint_zh="答案由两个 Python 整数组成。你返回的是什么类型？",
)
def gives_tensors(image, detector):
    responses = _responses(image, detector)
    place = responses.argmax()
    return place // responses.shape[1], place % responses.shape[1]


@mistake(
    "find_waldo",
    caught_by="check_waldo_is_found",
    title="looks at the first channel only",
    title_zh="只看了第一个通道",
    hint="Which channels of the image take part in your response?",
    hint_zh="计算响应时，图像的哪些通道参与了运算？",
)
def looks_at_the_first_channel(image, detector):
    return _corner(_responses(image[:1], detector[:1]))


@mistake(
    "find_waldo",
    caught_by="check_waldo_in_any_picture",
    title_zh="取了绝对值最大的响应",
    hint="Is a response of -9 stronger than one of 5? Strongest means largest here.",
    hint_zh="响应 -9 比 5 更强吗？这里最强指的是最大。",
)
def takes_the_largest_absolute_response(image, detector):
    return _corner(_responses(image, detector).abs())


@mistake(
    "find_waldo",
    caught_by="check_waldo_in_any_picture",
    title_zh="漏了最后一行和最后一列",
    hint="Is the whole image within reach? Look at the end of each of your ranges.",
    hint_zh="整幅图像都搜索到了吗？看看每个 range 的终点。",
)
def misses_the_last_row_and_column(image, detector):
    return _corner(_responses(image[:, :-1, :-1], detector))


@mistake(
    "find_waldo",
    caught_by="check_first_of_equal_waldos",
    title="takes the last of equal windows",
    title_zh="同样强时取了最后一个",
    hint="When a later window is exactly as strong as the best so far, should it replace it?",
    hint_zh="后面的窗口与目前最强的窗口一样强时，应当替换它吗？",
)
def takes_the_last_of_equals(image, detector):
    responses = _responses(image, detector)
    best = 0
    for number, response in enumerate(responses.reshape(-1)):
        if response >= responses.reshape(-1)[best]:
            best = number
    return divmod(best, responses.shape[1])


@mistake(
    "find_waldo",
    caught_by="check_first_of_equal_waldos",
    title_zh="按列优先搜索",
    hint="Row-major order goes through a whole row before the next one. In which order do your loops go?",
    hint_zh="按行优先是先走完一整行再到下一行。你的两重循环是什么顺序？",
)
def searches_column_by_column(image, detector):
    return _corner(_responses(image, detector).T)[::-1]


@mistake(
    "find_waldo",
    caught_by="check_waldo_in_the_dark",
    title_zh="把最强响应初值设为 0",
    hint="What is your best response before the first window, and can every window be weaker than that?",
    hint_zh="在第一个窗口之前，你的最强响应初值是多少？会不会所有窗口都比它弱？",
)
def begins_with_zero_as_the_best(image, detector):
    best, place = 0, (0, 0)
    for i, row in enumerate(_responses(image, detector).tolist()):
        for j, response in enumerate(row):
            if response > best:
                best, place = response, (i, j)
    return place


@mistake(
    "find_waldo",
    caught_by="check_waldo_in_the_dark",
    title="begins with a small number as the best",
    title_zh="把最强响应的初值设成了某个很小的数",
    hint="Your best response begins at a number that you thought small enough. Which window's response is surely one?",
    hint_zh="最强响应的初值是你觉得足够小的一个数，可响应还能更小。用哪个窗口的响应作初值一定不会错？",
)
def begins_with_a_small_number_as_the_best(image, detector):
    best, place = -999, (0, 0)
    for i, row in enumerate(_responses(image, detector).tolist()):
        for j, response in enumerate(row):
            if response > best:
                best, place = response, (i, j)
    return place
