"""What torch's and Python's commonest complaints mean for somebody who writes a first layer."""

import re

from .text import Text

# The first that matches is told; `{0}`, … are the groups of the pattern.
_MEANINGS: tuple[tuple[re.Pattern[str], str, str], ...] = tuple(
    (re.compile(pattern), en, zh)
    for pattern, en, zh in (
        (
            r"does not require grad and does not have a grad_fn",
            "on the way from the parameters to the loss the gradient is cut off: `.item()`, `.detach()`, `.data`, "
            "`torch.tensor(…)`, NumPy and `no_grad` do that; or nothing asks for one (`requires_grad`)",
            "从参数到损失的路上梯度断了：`.item()`、`.detach()`、`.data`、`torch.tensor(…)`、NumPy 和 `no_grad` "
            "都会这样；或者没有张量需要梯度（`requires_grad`）",
        ),
        (
            r"a (?:view of a )?leaf Variable that requires grad is being used in an in-place operation",
            "a parameter is changed in place while torch records: do it under `with torch.no_grad():`",
            "在记录计算图时原地修改了参数：请放在 `with torch.no_grad():` 里",
        ),
        (
            r"backward through the graph a second time",
            "`backward` runs twice over the same computation: compute the loss anew in each step",
            "对同一次计算调用了两次 `backward`：每一步都要重新计算损失",
        ),
        (
            r"Can't call numpy\(\) on Tensor that requires grad",
            "NumPy knows no gradients: stay with torch on the way to the loss",
            "NumPy 不懂梯度：在通往损失的路上请只用 torch",
        ),
        (
            r"Boolean value of Tensor with more than one value is ambiguous",
            "a whole tensor stands where one yes or no is needed: `.all()`, `.any()`, or a single element",
            "需要一个真假值的地方放了整个张量：用 `.all()`、`.any()`，或取单个元素",
        ),
        (
            r"mat1 and mat2 shapes cannot be multiplied \(\d+x(\d+) and (\d+)x\d+\)",
            "the data come with {0} numbers a sample, and the dense layer is made for {1}",
            "每个样本有 {0} 个数，而全连接层是按 {1} 个数建的",
        ),
        (
            r"[Gg]iven groups=1, weight of size \[\d+, (\d+),.*to have \d+ channels, but got (\d+)",
            "the convolution is made for {0} input channels, and {1} come",
            "卷积层是按 {0} 个输入通道建的，实际来了 {1} 个",
        ),
        (
            r"(?:only one element tensors can be converted|a Tensor with \d+ elements cannot be converted to Scalar)",
            "a tensor of several numbers stands where one is needed: which one, or is a `.sum()` missing?",
            "需要一个数的地方放了含多个数的张量：取哪一个？还是少了 `.sum()`？",
        ),
        (
            r"size of tensor a \((\d+)\) must match the size of tensor b \((\d+)\)",
            "two tensors that are combined differ in size along one axis: {0} against {1}",
            "一起运算的两个张量在某个轴上大小不同：{0} 与 {1}",
        ),
        (
            r"forward\(\) takes \d+ positional arguments but \d+ were given",
            "a layer is called with more than one input: does this name stand for a layer of torch's instead of a "
            "function of yours?",
            "给一个层传了不止一个输入：这个名字是不是指向 torch 的层，而不是你写的函数？",
        ),
        (
            r"doesn't match the broadcast shape|The expanded size of the tensor|^expand\(.* must be greater or equal",
            "what is written does not fit the place that it is written to",
            "写入的内容与要写入的位置形状不合",
        ),
        (
            r"expected m1 and m2 to have the same dtype|expected scalar type|Input type .* and (?:weight|bias) type",
            "two dtypes meet, whole numbers and floating point or float32 and float64: convert one",
            "两种 dtype 混在一起（整数与浮点数，或 float32 与 float64）：请转换其中一个",
        ),
        (
            r"Expected all tensors to be on the same device",
            "one tensor is on the CPU and another on the GPU: move the net and every batch to `device`",
            "一个张量在 CPU 上，另一个在 GPU 上：请把网络和每个批量都移到 `device`",
        ),
        (
            r"'NoneType'",
            "something is None here: a function without `return`, `.grad` before `backward()`, or `.grad` of a tensor "
            "that was computed, as after `K = K - …`",
            "这里有个值是 None：函数没有 `return`；在 `backward()` 之前用了 `.grad`；或者取了计算结果的 `.grad`，"
            "例如 `K = K - …` 之后的 K",
        ),
        (
            r"^name '(\w+)' is not defined",
            "nothing in this file is called `{0}`: a slip of the pen, or is an `import` missing at the top?",
            "这个文件里没有叫 `{0}` 的东西：是拼写有误，还是文件开头少了 `import`？",
        ),
        (
            r"torch\.return_types",
            "`.max(dim)` and `.min(dim)` give a pair, values and places: take `.values`, or leave `dim` out",
            "`.max(dim)` 和 `.min(dim)` 返回一对：值和位置。请取 `.values`；只要一个数就不要写 `dim`",
        ),
        (
            r"mean\(\): (?:could not infer output dtype|input dtype should be)",
            "whole numbers and truth values have no mean in torch: `.float()` first",
            "torch 不能对整数或真假值求均值：先用 `.float()`",
        ),
        (
            r"numel\(\) == 0|reduction dim|has no identity|zero-size",
            "a window has not a single pixel: where does it begin and end? (an index below 0 counts from the end)",
            "有一个窗口里一个像素也没有：它从哪里开始，到哪里结束？（小于 0 的下标是从末尾数起的）",
        ),
        (
            r"step must be greater than zero",
            "torch cannot slice backwards: `torch.flip` turns an axis around",
            "torch 的切片不能倒着走：翻转一个轴要用 `torch.flip`",
        ),
        (
            r"negative dimension",
            "a size has become negative: is the kernel larger than the image, or do two arguments stand in the wrong "
            "order?",
            "某个大小成了负数：是核比图像还大，还是两个参数写反了？",
        ),
        (
            r"can only concatenate tuple|unsupported operand type\(s\) for .*'(?:tuple|list)'",
            "a pair such as (3, 3) is no number: take its two parts out first (multiplied by n it is repeated n times)",
            "像 (3, 3) 这样的一对数不是一个数：请先取出其中两个数（乘以 n 只会把它重复 n 遍）",
        ),
        (
            r"missing \d+ required positional argument: 'self'|missing 1 required positional argument: '(?:X|x|input)'",
            "is it a class that is called where an object of it is needed, as in `Net()(X)`?",
            "是不是该用对象的地方用了类？应像 `Net()(X)` 那样先创建对象",
        ),
        (
            r"cannot assign .* before Module\.__init__\(\) call",
            "`super().__init__()` has to be the first line of `__init__`",
            "`__init__` 的第一行应当是 `super().__init__()`",
        ),
        (
            r"Kernel size can't be greater than actual input size|Calculated (?:padded|output) .*size",
            "the picture has become smaller than the window: write down the shape after each layer",
            "图像已经比窗口还小：请写下每一层之后的形状",
        ),
    )
)


def explained(text: str) -> Text:
    """The meaning of an exception's text; an empty text where it is none of the common ones."""
    for pattern, en, zh in _MEANINGS:
        if found := pattern.search(text):
            return Text("that is: ", "意思是：") + Text(en.format(*found.groups()), zh.format(*found.groups()))
    return Text()
