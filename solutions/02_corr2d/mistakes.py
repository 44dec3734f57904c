"""Plausible wrong answers to section 4.2: each names the check that catches it, and carries its hint."""

import torch
from corr2d import corr2d, edge_image
from torch import nn

from autograder.course.answers import mistake


def _fill(X, K, value):
    """The usual two loops; `value(i, j)` is the output at (i, j)."""
    Y = torch.zeros(X.shape[0] - K.shape[0] + 1, X.shape[1] - K.shape[1] + 1)
    for i in range(Y.shape[0]):
        for j in range(Y.shape[1]):
            Y[i, j] = value(i, j)
    return Y


def _overlap(X, K, i, j):
    """Sum of products of K and the part of the window at (i, j) that lies inside X."""
    window = X[i : i + K.shape[0], j : j + K.shape[1]]
    return (window * K[: window.shape[0], : window.shape[1]]).sum()


# corr2d


@mistake(
    "corr2d",
    caught_by="check_worked_example",
    title_zh="窗口按核的大小移动",
    hint="How far does the window move between Y[0, 0] and Y[0, 1]?",
    hint_zh="从 Y[0, 0] 到 Y[0, 1]，窗口移动了几个像素？",
)
def steps_by_the_kernel_size(X, K):
    kh, kw = K.shape
    return _fill(X, K, lambda i, j: _overlap(X, K, i * kh, j * kw))


@mistake(
    "corr2d",
    caught_by="check_worked_example",
    title_zh="窗口的行列下标写反了",
    hint="For Y[0, 1] the window moves to the right: which index of X has to grow?",
    hint_zh="计算 Y[0, 1] 时窗口向右移动：X 的哪一个下标应当增大？",
)
def exchanges_rows_and_columns(X, K):
    return _fill(X, K, lambda i, j: _overlap(X, K, j, i))


@mistake(
    "corr2d",
    caught_by="check_worked_example",
    title_zh="把窗口中心放在 (i, j)",
    hint="Y[i, j] belongs to the window whose top-left corner is (i, j). What does X[-1:1] select in Python?",
    hint_zh="Y[i, j] 对应以 (i, j) 为左上角的窗口。Python 里 X[-1:1] 会取到什么？",
)
def centres_the_window(X, K):
    kh, kw = K.shape
    return _fill(X, K, lambda i, j: _overlap(X, K, i - kh // 2, j - kw // 2))


@mistake(
    "corr2d",
    caught_by="check_worked_example",
    title_zh="把赋值写成了比较",
    hint="Which of your statements changes Y?",
    hint_zh="你的哪一条语句真正修改了 Y？",
)
def compares_instead_of_assigning(X, K):
    kh, kw = K.shape
    Y = torch.zeros(X.shape[0] - kh + 1, X.shape[1] - kw + 1)
    for i in range(Y.shape[0]):
        for j in range(Y.shape[1]):
            Y[i, j] == (X[i : i + kh, j : j + kw] * K).sum()  # noqa: B015  this is the mistake
    return Y


@mistake(
    "corr2d",
    caught_by="check_worked_example",
    title_zh="改写了卷积核",
    hint="Is K the same for the second window as for the first?",
    hint_zh="处理第二个窗口时，K 还和第一个窗口时一样吗？",
)
def overwrites_the_kernel(X, K):
    def value(i, j):
        K.mul_(X[i : i + K.shape[0], j : j + K.shape[1]])
        return K.sum()

    return _fill(X, K, value)


@mistake(
    "corr2d",
    caught_by="check_worked_example",
    title_zh="把卷积核转置了",
    hint="Compare the window with what you multiply it by: are the same places multiplied?",
    hint_zh="把窗口和与它相乘的张量对照一下：相乘的是相同位置的元素吗？",
)
def transposes_the_kernel(X, K):
    return _fill(X, K, lambda i, j: (X[i : i + K.shape[0], j : j + K.shape[1]] * K.T).sum())


@mistake(
    "corr2d",
    caught_by="check_worked_example",
    title_zh="做成了矩阵乘法",
    hint="Is the picture's operation a matrix product, or a product of entries at the same place?",
    hint_zh="图中的运算是矩阵乘法，还是相同位置的元素相乘？",
)
def multiplies_matrices(X, K):
    return _fill(X, K, lambda i, j: (X[i : i + K.shape[0], j : j + K.shape[1]] @ K).sum())


@mistake(
    "corr2d",
    caught_by="check_worked_example",
    title_zh="对乘积求了平均",
    hint="Work out one value by hand: are all of yours too small by the same factor?",
    hint_zh="手算一个值：你的结果是否都小了同样的倍数？",
)
def averages_the_products(X, K):
    return _fill(X, K, lambda i, j: (X[i : i + K.shape[0], j : j + K.shape[1]] * K).mean())


@mistake(
    "corr2d",
    caught_by="check_worked_example",
    title_zh="累加变量没有清零",
    hint="What is in your running sum when the second window begins?",
    hint_zh="处理第二个窗口时，累加变量的初值是多少？",
)
def never_resets_the_sum(X, K):
    total = 0.0

    def value(i, j):
        nonlocal total
        total += (X[i : i + K.shape[0], j : j + K.shape[1]] * K).sum()
        return total

    return _fill(X, K, value)


@mistake(
    "corr2d",
    caught_by="check_worked_example",
    title_zh="先求和再相乘",
    hint="Which comes first: multiplying, or adding up?",
    hint_zh="先相乘，还是先求和？",
)
def adds_before_it_multiplies(X, K):
    return _fill(X, K, lambda i, j: X[i : i + K.shape[0], j : j + K.shape[1]].sum() * K.sum())


@mistake(
    "corr2d",
    caught_by="check_worked_example",
    title_zh="翻转了卷积核",
    hint="Cross-correlation takes the kernel as it is. Which exercise turns it around?",
    hint_zh="互相关直接使用核本身。翻转核的是哪一道练习？",
)
def flips_the_kernel(X, K):
    return _fill(X, K, lambda i, j: (X[i : i + K.shape[0], j : j + K.shape[1]] * K.flip(0, 1)).sum())


@mistake(
    "corr2d",
    caught_by="check_worked_example",
    title_zh="输出尺寸忘了加一",
    hint="A row of 3 has how many places for a window of 2? Count them in the picture.",
    hint_zh="长度为 3 的一行里，宽度为 2 的窗口有几个位置？在图上数一数。",
)
def forgets_the_plus_one(X, K):
    kh, kw = K.shape
    return corr2d(X, K)[: X.shape[0] - kh, : X.shape[1] - kw]


@mistake(
    "corr2d",
    caught_by="check_worked_example",
    title_zh="让输出与图像一样大",
    hint="Only positions where the kernel fits entirely count; padding comes in the next section.",
    hint_zh="只计算核能完整放下的位置；填充是下一节的内容。",
)
def keeps_the_image_size(X, K):
    return corr2d(nn.functional.pad(X, (0, K.shape[1] - 1, 0, K.shape[0] - 1)), K)


@mistake(
    "corr2d",
    caught_by="check_uneven_kernels",
    title="handles two-by-two kernels only",
    title_zh="只会处理 2×2 的核",
    hint="Where does the number 2 in your code come from?",
    hint_zh="你代码里的数字 2 是从哪里来的？",
)
def knows_two_by_two_only(X, K):
    return _fill(X, torch.zeros(2, 2), lambda i, j: (X[i : i + 2, j : j + 2] * K[:2, :2]).sum())


@mistake(
    "corr2d",
    caught_by="check_uneven_kernels",
    title="swaps the two loop ranges",
    title_zh="两重循环的范围弄反了",
    hint="Which loop variable numbers the rows of Y, and how far may it go?",
    hint_zh="哪个循环变量对应 Y 的行？它最大能到多少？",
)
def exchanges_the_ranges(X, K):
    Y = torch.zeros(X.shape[0] - K.shape[0] + 1, X.shape[1] - K.shape[1] + 1)
    for i in range(Y.shape[1]):
        for j in range(Y.shape[0]):
            Y[i, j] = (X[i : i + K.shape[0], j : j + K.shape[1]] * K).sum()
    return Y


@mistake(
    "corr2d",
    caught_by="check_uneven_kernels",
    title_zh="把负的结果截成了 0",
    hint="Is an activation function part of the cross-correlation?",
    hint_zh="激活函数是互相关运算的一部分吗？",
)
def cuts_off_negative_results(X, K):
    return corr2d(X, K).clamp(min=0)


@mistake(
    "corr2d",
    caught_by="check_uneven_kernels",
    title_zh="把卷积核当成正方形",
    hint="Try a kernel of one row and two columns.",
    hint_zh="用一行两列的核试一试。",
)
def takes_the_kernel_for_a_square(X, K):
    k = K.shape[0]
    return _fill(X, torch.zeros(k, k), lambda i, j: (X[i : i + k, j : j + k] * K).sum())


@mistake(
    "corr2d",
    caught_by="check_uneven_kernels",
    title="sizes the output by the transposed kernel",
    title_zh="算输出大小时弄反核的高宽",
    hint="Which size of the kernel limits how far the window can move down?",
    hint_zh="窗口能向下移动多远，取决于核的哪个尺寸？",
)
def exchanges_height_and_width_of_the_output(X, K):
    return _fill(X, K.T, lambda i, j: _overlap(X, K, i, j))


@mistake(
    "corr2d",
    caught_by="check_uneven_kernels",
    title_zh="把像素转成了 uint8",
    hint="Which numbers can an element of a uint8 tensor hold?",
    hint_zh="uint8 类型的元素能存哪些数？",
)
def turns_pixels_into_bytes(X, K):
    return corr2d(X.to(torch.int64).to(torch.uint8).float(), K)


@mistake(
    "corr2d",
    caught_by="check_uneven_kernels",
    title_zh="把小数部分截掉了",
    hint="What is the dtype of Y, and what becomes of 0.5 in it?",
    hint_zh="Y 的 dtype 是什么？0.5 存进去会变成什么？",
)
def cuts_fractions_off(X, K):
    return corr2d(X, K).to(torch.int64)


@mistake(
    "corr2d",
    caught_by="check_drawn_images",
    title_zh="用半精度做计算",
    hint="How many digits does a float16 keep?",
    hint_zh="float16 能保留几位有效数字？",
)
def computes_in_half_precision(X, K):
    return _fill(X, K, lambda i, j: (X[i : i + K.shape[0], j : j + K.shape[1]].half() * K.half()).sum())


@mistake(
    "corr2d",
    caught_by="check_thin_outputs",
    title_zh="压掉了长度为 1 的轴",
    hint="Which axes did you want to remove, and which does squeeze() remove?",
    hint_zh="你想去掉的是哪些轴？squeeze() 实际去掉了哪些轴？",
)
def squeezes_thin_outputs(X, K):
    return corr2d(X, K).squeeze()


_kept = {}


@mistake(
    "corr2d",
    caught_by="check_called_again",
    title_zh="把和留到了下一次调用",
    hint="Call your function twice with the same arguments: is the answer the same?",
    hint_zh="用相同的参数连续调用两次，结果一样吗？",
)
def keeps_its_sums_between_calls(X, K):
    size = (X.shape[0] - K.shape[0] + 1, X.shape[1] - K.shape[1] + 1)
    Y = _kept.setdefault(size, torch.zeros(size))
    Y += corr2d(X, K).detach()
    return Y


@mistake(
    "corr2d",
    caught_by="check_called_again",
    title_zh="在未初始化的内存上累加",
    hint="What is in a tensor made by torch.empty before you write to it?",
    hint_zh="torch.empty 创建的张量，写入之前里面是什么？",
)
def adds_to_unwritten_memory(X, K):
    kh, kw = K.shape
    Y = torch.empty(X.shape[0] - kh + 1, X.shape[1] - kw + 1)
    for i in range(kh):
        for j in range(kw):
            Y += X[i : i + Y.shape[0], j : j + Y.shape[1]] * K[i, j]
    return Y


@mistake(
    "corr2d",
    caught_by="check_called_again",
    title="changes the image in place",
    title_zh="就地改动了输入图像",
    hint="Print X before and after the call. Which of your operations end in an underscore or in *=?",
    hint_zh="在调用前后各打印一次 X。你用了哪些以下划线结尾的操作，或者 *= 这样的赋值？",
)
def scales_the_image_in_place(X, K):
    Y = corr2d(X, K)
    X /= X.abs().max()
    return Y


# Conv2D


class _Layer(nn.Module):
    def __init__(self, kernel_size):
        super().__init__()
        self.weight = nn.Parameter(torch.rand(kernel_size))
        self.bias = nn.Parameter(torch.zeros(1))


@mistake(
    "Conv2D",
    caught_by="check_layer_output",
    title_zh="每个乘积都加了偏置",
    hint="Set the kernel to zeros and the bias to 1: what should come out?",
    hint_zh="令核全为 0、偏置为 1：输出应当是多少？",
)
class adds_the_bias_to_every_product(_Layer):
    def forward(self, X):
        kh, kw = self.weight.shape
        rows, cols = X.shape[0] - kh + 1, X.shape[1] - kw + 1
        windows = [X[i : i + kh, j : j + kw] for i in range(rows) for j in range(cols)]
        return torch.stack([(window * self.weight + self.bias).sum() for window in windows]).reshape(rows, cols)


@mistake(
    "Conv2D",
    caught_by="check_layer_output",
    title_zh="层里没有偏置",
    hint="Which two things does a convolutional layer learn?",
    hint_zh="卷积层要学习哪两样东西？",
)
class has_no_bias(nn.Module):
    def __init__(self, kernel_size):
        super().__init__()
        self.weight = nn.Parameter(torch.rand(kernel_size))

    def forward(self, X):
        return corr2d(X, self.weight)


@mistake(
    "Conv2D",
    caught_by="check_layer_output",
    title_zh="有偏置却忘了加上",
    hint="Your layer owns a bias. Where does forward use it?",
    hint_zh="你的层有偏置。forward 在哪里用到了它？",
)
class forgets_to_add_the_bias(_Layer):
    def forward(self, X):
        return corr2d(X, self.weight)


@mistake(
    "Conv2D",
    caught_by="check_layer_output",
    title_zh="偏置只是普通张量",
    hint="How many numbers should this layer learn? Compare with the length of list(layer.parameters()).",
    hint_zh="这一层应当学习多少个数？与 list(layer.parameters()) 的长度比较一下。",
)
class keeps_its_bias_as_a_plain_tensor(nn.Module):
    def __init__(self, kernel_size):
        super().__init__()
        self.weight = nn.Parameter(torch.rand(kernel_size))
        self.bias = torch.zeros(1)

    def forward(self, X):
        return corr2d(X, self.weight) + self.bias


@mistake(
    "Conv2D",
    caught_by="check_layer_output",
    title_zh="两个参数都只是普通张量",
    hint="Which of a module's tensors does an optimiser get to see? Print list(layer.parameters()).",
    hint_zh="优化器能看到模块里的哪些张量？打印 list(layer.parameters()) 看看。",
)
class keeps_both_as_plain_tensors(nn.Module):
    def __init__(self, kernel_size):
        super().__init__()
        self.weight = torch.rand(kernel_size, requires_grad=True)
        self.bias = torch.zeros(1, requires_grad=True)

    def forward(self, X):
        return corr2d(X, self.weight) + self.bias


@mistake(
    "Conv2D",
    caught_by="check_layer_output",
    title_zh="每次前向计算都换新权重",
    hint="Call the layer twice with the same image: is the answer the same?",
    hint_zh="用同一幅图像调用两次，输出相同吗？",
)
class draws_a_new_weight_in_forward(nn.Module):
    def __init__(self, kernel_size):
        super().__init__()
        self.kernel_size = kernel_size
        self.bias = nn.Parameter(torch.zeros(1))

    def forward(self, X):
        self.weight = nn.Parameter(torch.rand(self.kernel_size))
        return corr2d(X, self.weight) + self.bias


@mistake(
    "Conv2D",
    caught_by="check_layer_output",
    title_zh="把参数藏在列表里",
    hint="Does nn.Module look for parameters inside an ordinary Python list?",
    hint_zh="nn.Module 会到普通的 Python 列表里找参数吗？",
)
class hides_its_parameters_in_a_list(nn.Module):
    def __init__(self, kernel_size):
        super().__init__()
        self.both = [nn.Parameter(torch.rand(kernel_size)), nn.Parameter(torch.zeros(1))]

    def forward(self, X):
        return corr2d(X, self.both[0]) + self.both[1]


@mistake(
    "Conv2D",
    caught_by="check_layer_output",
    title_zh="给每个权重配了偏置",
    hint="The kernel is shared by all positions. How many biases belong to it?",
    hint_zh="所有位置共用一个核。它有几个偏置？",
)
class has_a_bias_for_every_weight(nn.Module):
    def __init__(self, kernel_size):
        super().__init__()
        self.weight = nn.Parameter(torch.rand(kernel_size))
        self.bias = nn.Parameter(torch.zeros(kernel_size))

    def forward(self, X):
        return corr2d(X, self.weight) + self.bias.mean()


@mistake(
    "Conv2D",
    caught_by="check_layer_follows_its_parameters",
    title_zh="只会建正方形的核",
    hint="Make a layer with kernel_size (1, 2) and print weight.shape.",
    hint_zh="用 kernel_size (1, 2) 创建一个层，打印 weight.shape。",
)
class makes_square_kernels_only(_Layer):
    def __init__(self, kernel_size):
        super().__init__((kernel_size[0], kernel_size[0]))

    def forward(self, X):
        return corr2d(X, self.weight) + self.bias


@mistake(
    "Conv2D",
    caught_by="check_layer_follows_its_parameters",
    title_zh="只在首次调用时复制权重",
    hint="An optimiser changes layer.weight. Does forward read it at every call?",
    hint_zh="优化器会修改 layer.weight。forward 每次调用时都读取它吗？",
)
class copies_its_weight_at_the_start(_Layer):
    def __init__(self, kernel_size):
        super().__init__(kernel_size)
        self.kernel = None

    def forward(self, X):
        if self.kernel is None:
            self.kernel = self.weight.clone()
        return corr2d(X, self.kernel) + self.bias


@mistake(
    "Conv2D",
    caught_by="check_layer_on_drawn_images",
    title_zh="加上了上一次的输出",
    hint="Call the layer twice with the same image: what has it kept from the first call?",
    hint_zh="用同一幅图像调用两次：第一次调用留下了什么？",
)
class adds_to_its_last_output(_Layer):
    def forward(self, X):
        answer = corr2d(X, self.weight) + self.bias
        last, self.last = getattr(self, "last", None), answer.detach()
        return answer if last is None or not torch.equal(last, self.last) else answer + last


@mistake(
    "Conv2D",
    caught_by="check_layer_gradients",
    title="computes in NumPy",
    title_zh="用 NumPy 做计算",
    hint="Can autograd follow a computation done in NumPy?",
    hint_zh="自动求导能跟踪 NumPy 里的计算吗？",
)
class computes_in_numpy(_Layer):
    def forward(self, X):
        Y = corr2d(torch.from_numpy(X.numpy()), torch.from_numpy(self.weight.detach().numpy()))
        return Y + self.bias


@mistake(
    "Conv2D",
    caught_by="check_layer_gradients",
    title="turns results into Python numbers",
    title_zh="把结果转成 Python 数字",
    hint="Is a Python number still connected to the computation graph?",
    hint_zh="普通的 Python 数字还连在计算图上吗？",
)
class turns_results_into_python_numbers(_Layer):
    def forward(self, X):
        return torch.tensor([[y.item() + self.bias.item() for y in row] for row in corr2d(X, self.weight)])


@mistake(
    "Conv2D",
    caught_by="check_layer_gradients",
    title_zh="计算时没有建计算图",
    hint="What does torch.no_grad() switch off?",
    hint_zh="torch.no_grad() 关闭了什么？",
)
class computes_without_a_graph(_Layer):
    @torch.no_grad()
    def forward(self, X):
        return corr2d(X, self.weight) + self.bias


# edges


@mistake(
    "edge_image",
    caught_by="check_edge_image",
    title_zh="黑条少了最右一列",
    hint="How many columns does 2:5 contain?",
    hint_zh="2:5 包含几列？",
)
def ends_the_bar_a_column_early():
    X = torch.ones(6, 8)
    X[:, 2:5] = 0
    return X


@mistake(
    "edge_image",
    caught_by="check_edge_image",
    title_zh="黑白颠倒了",
    hint="Which number is white, and which colour is the bar?",
    hint_zh="白色用哪个数表示？黑条是什么颜色？",
)
def exchanges_black_and_white():
    return 1 - edge_image()


@mistake(
    "edge_image",
    caught_by="check_edge_image",
    title_zh="图像的高和宽弄反了",
    hint="A shape is (height, width): 6 rows of 8 pixels.",
    hint_zh="形状是（高，宽）：共 6 行，每行 8 个像素。",
)
def exchanges_height_and_width():
    return edge_image().T


@mistake(
    "vertical_edge_kernel",
    caught_by="check_vertical_edges",
    title_zh="响应的正负号反了",
    hint="Put your kernel on the first border, where white turns to black: which sign do you get?",
    hint_zh="把你的核放在第一个由白变黑的边界上：得到什么符号？",
)
def answers_with_the_wrong_sign():
    return torch.tensor([[-1.0, 1.0]])


@mistake(
    "vertical_edge_kernel",
    caught_by="check_vertical_edges",
    title_zh="返回了一维向量",
    hint="A kernel has two axes. What is the shape of yours?",
    hint_zh="核有两个轴。你的核是什么形状？",
)
def gives_a_vector():
    return torch.tensor([1.0, -1.0])


@mistake(
    "vertical_edge_kernel",
    caught_by="check_vertical_edges",
    title="gives an upright kernel",
    title_zh="给出的核是竖着的",
    hint="A vertical edge lies between neighbours in one row. Which neighbours does your kernel compare?",
    hint_zh="竖直边缘位于同一行的左右相邻像素之间。你的核比较的是哪两个相邻像素？",
)
def stands_upright():
    return torch.tensor([[1.0], [-1.0]])


@mistake(
    "horizontal_edge_kernel",
    caught_by="check_horizontal_edges",
    title="gives a kernel lying flat",
    title_zh="给出的核是横着的",
    hint="A horizontal edge lies between one row and the next. Which pixels does your kernel compare?",
    hint_zh="水平边缘位于上下两行之间。你的核比较的是哪些像素？",
)
def lies_flat():
    return torch.tensor([[1.0, -1.0]])


@mistake(
    "horizontal_edge_kernel",
    caught_by="check_horizontal_edges",
    title="has the kernel upside down",
    title_zh="核的上下两数写反了",
    hint="From top to bottom, white turns to black at the first border: which sign should the response have?",
    hint_zh="从上到下，第一个边界处由白变黑：响应应当是什么符号？",
)
def answers_upside_down():
    return torch.tensor([[-1.0], [1.0]])


# learn_kernel


def _descend(X, Y, kernel_size, steps=40, lr=3e-2, loss=lambda E: E.square().sum(), bias=0.0):
    K = torch.randn(1, 1, *kernel_size, requires_grad=True)
    for _ in range(steps):
        (gradient,) = torch.autograd.grad(loss(nn.functional.conv2d(X[None, None], K)[0, 0] + bias - Y), K)
        K.data -= lr * gradient
    return K.detach()[0, 0]


@mistake(
    "learn_kernel",
    caught_by="check_edge_kernel_is_learned",
    title_zh="预测里多了一个偏置",
    hint="Y was made without a bias. Which other number takes part in your prediction?",
    hint_zh="Y 是不带偏置算出来的。你的预测里还有哪个数参与？",
)
def leaves_a_bias_in(X, Y, kernel_size):
    return _descend(X, Y, kernel_size, bias=0.6)


@mistake(
    "learn_kernel",
    caught_by="check_edge_kernel_is_learned",
    title_zh="每步更新太小",
    hint="Taking the mean instead of the sum makes the gradient smaller: by which factor?",
    hint_zh="用均值代替求和，梯度会变小：小了多少倍？",
)
def takes_tiny_steps(X, Y, kernel_size):
    return _descend(X, Y, kernel_size, steps=20, loss=lambda E: E.square().mean())


@mistake(
    "learn_kernel",
    caught_by="check_edge_kernel_is_learned",
    title_zh="返回了随机初始值",
    hint="When was the tensor that you return made?",
    hint_zh="你返回的张量是什么时候创建的？",
)
def gives_back_the_random_start(X, Y, kernel_size):
    start = torch.randn(kernel_size)
    _descend(X, Y, kernel_size)
    return start


@mistake(
    "learn_kernel",
    caught_by="check_edge_kernel_is_learned",
    title="steps without a gradient",
    title_zh="更新时没有梯度",
    hint="What is in weight.grad at the moment of your step?",
    hint_zh="更新的那一刻，weight.grad 里是什么？",
)
def clears_the_gradient_before_the_step(X, Y, kernel_size):
    return _descend(X, Y, kernel_size, loss=lambda E: 0 * E.sum())


@mistake(
    "learn_kernel",
    caught_by="check_edge_kernel_is_learned",
    title_zh="从不清零梯度",
    hint="Is the gradient of this step all that is in weight.grad?",
    hint_zh="weight.grad 里只有这一步的梯度吗？",
)
def never_clears_the_gradient(X, Y, kernel_size):
    K = torch.randn(1, 1, *kernel_size, requires_grad=True)
    for _ in range(20):
        (nn.functional.conv2d(X[None, None], K)[0, 0] - Y).square().sum().backward()
        K.data -= 3e-2 * K.grad
    return K.detach()[0, 0]


@mistake(
    "learn_kernel",
    caught_by="check_edge_kernel_is_learned",
    title_zh="沿梯度上升的方向走",
    hint="The gradient points uphill. Which way should the step go?",
    hint_zh="梯度指向上坡方向。这一步应当往哪边走？",
)
def walks_uphill(X, Y, kernel_size):
    return _descend(X, Y, kernel_size, steps=5, lr=-3e-2)


@mistake(
    "learn_kernel",
    caught_by="check_edge_kernel_is_learned",
    title_zh="返回了四个轴的张量",
    hint="nn.Conv2d keeps its weight in four axes. Which shape should come back?",
    hint_zh="nn.Conv2d 的权重有四个轴。应当返回什么形状？",
)
def gives_back_four_axes(X, Y, kernel_size):
    return _descend(X, Y, kernel_size)[None, None]


@mistake(
    "learn_kernel",
    caught_by="check_other_kernels_are_learned",
    title_zh="直接写死了答案",
    hint="Would your function find a kernel that nobody has told you?",
    hint_zh="如果没人告诉你答案，你的函数还能找到那个核吗？",
)
def knows_the_answer_by_heart(X, Y, kernel_size):
    return torch.tensor([[1.0, -1.0]]).reshape(kernel_size)


@mistake(
    "learn_kernel",
    caught_by="check_other_kernels_are_learned",
    title="handles one image size only",
    title_zh="只认一种图像大小",
    hint="Where do the numbers 6 and 8 in your code come from?",
    hint_zh="你代码里的 6 和 8 是从哪里来的？",
)
def knows_one_image_size(X, Y, kernel_size):
    return _descend(X.reshape(6, 8), Y.reshape(6, 7), kernel_size)


@mistake(
    "learn_kernel",
    caught_by="check_other_kernels_are_learned",
    title_zh="忽略了 kernel_size",
    hint="What is the shape of the kernel that you learn when kernel_size is (2, 1)?",
    hint_zh="kernel_size 为 (2, 1) 时，你学习的核是什么形状？",
)
def ignores_the_kernel_size(X, Y, kernel_size):
    return _descend(X, Y, (1, 2))


@mistake(
    "learn_kernel",
    caught_by="check_larger_kernels_are_learned",
    title_zh="按列优先给出卷积核",
    hint="Which number of your result belongs to row 0, column 1?",
    hint_zh="你的结果中，第 0 行第 1 列对应的是哪个数？",
)
def gives_the_kernel_column_by_column(X, Y, kernel_size):
    return _descend(X, Y, kernel_size, steps=60).T.reshape(kernel_size)


# conv2d


@mistake(
    "conv2d",
    caught_by="check_strict_convolution",
    title="leaves the kernel unflipped",
    title_zh="卷积核没有翻转",
    hint="What does the definition do with the kernel before it is applied?",
    hint_zh="按照定义，使用核之前要对它做什么？",
)
def forgets_to_flip(X, K):
    return corr2d(X, K)


@mistake(
    "conv2d",
    caught_by="check_strict_convolution",
    title_zh="只做了上下翻转",
    hint="Along how many axes is the kernel flipped?",
    hint_zh="核要沿几个轴翻转？",
)
def flips_upside_down_only(X, K):
    return corr2d(X, K.flip(0))


@mistake(
    "conv2d",
    caught_by="check_strict_convolution",
    title_zh="只做了左右翻转",
    hint="Along how many axes must the kernel be flipped?",
    hint_zh="核必须沿几个轴翻转？",
)
def flips_left_to_right_only(X, K):
    return corr2d(X, K.flip(1))


@mistake(
    "conv2d",
    caught_by="check_strict_convolution",
    title_zh="用转置代替了翻转",
    hint="Write the flipped kernel of the example down. Is it the transpose?",
    hint_zh="把例题中翻转后的核写下来。它是转置吗？",
)
def transposes_instead_of_flipping(X, K):
    return corr2d(X, K.T)


@mistake(
    "conv2d",
    caught_by="check_strict_convolution",
    title_zh="只转了 90 度",
    hint="A flip along both axes is half a turn. How far does yours turn?",
    hint_zh="沿两个轴翻转相当于旋转半圈。你转了多少？",
)
def makes_a_quarter_turn(X, K):
    return corr2d(X, K.rot90())


@mistake(
    "conv2d",
    caught_by="check_strict_convolution",
    title_zh="翻转的是图像",
    hint="Which of the two is flipped, the image or the kernel?",
    hint_zh="要翻转的是图像还是核？",
)
def flips_the_image(X, K):
    return corr2d(X.flip(0, 1), K)


@mistake(
    "conv2d",
    caught_by="check_strict_convolution",
    title_zh="翻转的是结果",
    hint="Is the flip done before or after the sums of products?",
    hint_zh="翻转是在求和之前还是之后？",
)
def flips_the_result(X, K):
    return corr2d(X, K).flip(0, 1)


@mistake(
    "conv2d",
    caught_by="check_convolution_keeps_its_kernel",
    title="flips the caller's kernel",
    title_zh="就地翻转了传入的核",
    hint="Call it twice with the same K. Which K does the second call see?",
    hint_zh="用同一个 K 调用两次。第二次调用看到的 K 是什么样的？",
)
def flips_the_callers_kernel(X, K):
    K.copy_(K.flip(0, 1))
    return corr2d(X, K)


@mistake(
    "conv2d",
    caught_by="check_convolution_of_drawn_images",
    title_zh="只交换了最外的行和列",
    hint="Which rows and columns of the kernel does your loop exchange? Try a kernel with four columns.",
    hint_zh="你的循环交换了核的哪些行和列？用四列的核试一试。",
)
def exchanges_the_outer_rows_and_columns_only(X, K):
    K = K.clone()
    K[[0, -1]] = K[[-1, 0]]
    K[:, [0, -1]] = K[:, [-1, 0]]
    return corr2d(X, K)


# receptive_field


@mistake(
    "receptive_field",
    caught_by="check_receptive_field",
    title="multiplies the kernel sizes",
    title_zh="把各层核的大小相乘",
    hint="Do the windows of two neighbouring units overlap?",
    hint_zh="相邻两个单元的窗口有没有重叠？",
)
def multiplies_the_kernels(layers):
    field = 1
    for kernel_size, _ in layers:
        field *= kernel_size
    return field


@mistake(
    "receptive_field",
    caught_by="check_receptive_field",
    title="adds the kernel sizes",
    title_zh="把各层核的大小相加",
    hint="A second 3-wide layer adds how many pixels to the three that were seen already?",
    hint_zh="第二个宽度为 3 的层，在已看到的 3 个像素之外又增加了几个像素？",
)
def adds_the_kernels(layers):
    return sum(kernel_size for kernel_size, _ in layers)


@mistake(
    "receptive_field",
    caught_by="check_receptive_field",
    title_zh="忽略了步幅",
    hint="After a layer of stride 2, how far apart on the image are two neighbouring units?",
    hint_zh="经过步幅为 2 的层之后，相邻两个单元在原图上相距多远？",
)
def ignores_the_strides(layers):
    return 1 + sum(kernel_size - 1 for kernel_size, _ in layers)


@mistake(
    "receptive_field",
    caught_by="check_receptive_field",
    title="counts a layer's own stride",
    title_zh="把本层步幅也算进去了",
    hint="Does the stride of a layer change what one of its own units sees?",
    hint_zh="某一层的步幅会改变它自己的一个单元所看到的范围吗？",
)
def counts_a_layers_own_stride(layers):
    field, step = 1, 1
    for kernel_size, stride in layers:
        step *= stride
        field += (kernel_size - 1) * step
    return field


@mistake(
    "receptive_field",
    caught_by="check_receptive_field",
    title_zh="从错误的一端读列表",
    hint="The list goes from input to output. From which end does your rule have to start?",
    hint_zh="列表是从输入到输出排列的。你的递推应当从哪一端开始？",
)
def reads_the_list_backwards(layers):
    field = 1
    for kernel_size, stride in layers:
        field = (field - 1) * stride + kernel_size
    return field


@mistake(
    "receptive_field",
    caught_by="check_receptive_field_of_deep_nets",
    title_zh="把步幅相加而非相乘",
    hint="Two layers of stride 2 in a row: how far apart are neighbouring units then?",
    hint_zh="连续两层步幅都为 2，之后相邻单元相距多远？",
)
def adds_the_strides(layers):
    field, step = 1, 1
    for kernel_size, stride in layers:
        field += (kernel_size - 1) * step
        step += stride - 1
    return field


@mistake(
    "receptive_field",
    caught_by="check_receptive_field_of_deep_nets",
    title_zh="只记得前一层的步幅",
    hint="Which layers does a stride act on: the next one alone, or all that follow?",
    hint_zh="步幅只影响下一层，还是影响后面所有的层？",
)
def forgets_earlier_strides(layers):
    field, step = 1, 1
    for kernel_size, stride in layers:
        field += (kernel_size - 1) * step
        step = stride
    return field
