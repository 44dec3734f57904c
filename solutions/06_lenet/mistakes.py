"""Plausible wrong answers to section 4.6: each names the check that catches it, and carries its hint."""

import torch
from lenet import accuracy, evaluate_accuracy, layer_shapes
from torch import nn

from autograder.course.answers import mistake


def _convolutions(first=None, second=None):
    """The two blocks of the book's LeNet."""
    return [
        first or nn.Conv2d(1, 6, 5, padding=2),
        nn.Sigmoid(),
        nn.AvgPool2d(2),
        second or nn.Conv2d(6, 16, 5),
        nn.Sigmoid(),
        nn.AvgPool2d(2),
    ]


def _dense(*after):
    """The three dense layers of the book's LeNet, and what a mistake adds after them."""
    return [nn.Linear(400, 120), nn.Sigmoid(), nn.Linear(120, 84), nn.Sigmoid(), nn.Linear(84, 10), *after]


class _Wrong(nn.Module):
    """The book's LeNet in two parts; a mistake replaces `forward` or what it needs."""

    def __init__(self):
        super().__init__()
        self.blocks, self.dense = nn.Sequential(*_convolutions()), nn.Sequential(*_dense())


# make_lenet


@mistake(
    "make_lenet",
    caught_by="check_lenet_computes_lenet",
    title="no activation anywhere",
    title_zh="完全没有激活函数",
    hint="What becomes of two linear maps in a row? What stands between your layers?",
    hint_zh="两个线性映射相继作用，结果是什么？你的各层之间有什么？",
)
def no_activation():
    return nn.Sequential(
        nn.Conv2d(1, 6, 5, padding=2),
        nn.AvgPool2d(2),
        nn.Conv2d(6, 16, 5),
        nn.AvgPool2d(2),
        nn.Flatten(),
        nn.Linear(400, 120),
        nn.Linear(120, 84),
        nn.Linear(84, 10),
    )


@mistake(
    "make_lenet",
    caught_by="check_lenet_computes_lenet",
    title_zh="全连接层之间没有激活",
    hint="Count the activations in the diagram, the dense part included.",
    hint_zh="数一数示意图里有几个激活，别漏了全连接部分。",
)
def no_activation_between_dense_layers():
    return nn.Sequential(*_convolutions(), nn.Flatten(), nn.Linear(400, 120), nn.Linear(120, 84), nn.Linear(84, 10))


@mistake(
    "make_lenet",
    caught_by="check_lenet_computes_lenet",
    title_zh="卷积层之后没有激活",
    hint="Count the activations in the diagram, the convolutions included.",
    hint_zh="数一数示意图里有几个激活，别漏了卷积部分。",
)
def no_activation_after_convolutions():
    return nn.Sequential(
        nn.Conv2d(1, 6, 5, padding=2), nn.AvgPool2d(2), nn.Conv2d(6, 16, 5), nn.AvgPool2d(2), nn.Flatten(), *_dense()
    )


@mistake(
    "make_lenet",
    caught_by="check_lenet_computes_lenet",
    title_zh="网络末尾加了 softmax",
    hint="Cross-entropy in torch applies a softmax itself: how many would there be now?",
    hint_zh="torch 的交叉熵自己会做 softmax：现在一共有几个？",
)
def softmax_at_the_end():
    return nn.Sequential(*_convolutions(), nn.Flatten(), *_dense(nn.Softmax(dim=1)))


@mistake(
    "make_lenet",
    caught_by="check_lenet_computes_lenet",
    title="sigmoid on the logits",
    title_zh="对输出得分做了 sigmoid",
    hint="May the score of a class be negative, or larger than one?",
    hint_zh="类别的得分可以是负数，或者大于 1 吗？",
)
def sigmoid_on_logits():
    return nn.Sequential(*_convolutions(), nn.Flatten(), *_dense(nn.Sigmoid()))


@mistake(
    "make_lenet",
    caught_by="check_lenet_computes_lenet",
    title="ReLU on the logits",
    title_zh="对输出得分做了 ReLU",
    hint="May the score of a class be negative?",
    hint_zh="类别的得分可以是负数吗？",
)
def relu_on_logits():
    return nn.Sequential(*_convolutions(), nn.Flatten(), *_dense(nn.ReLU()))


@mistake(
    "make_lenet",
    caught_by="check_lenet_computes_lenet",
    title="no flattening before the dense layers",
    title_zh="漏了展平层",
    hint="A convolution gives out three axes for every image: what shape does a dense layer expect?",
    hint_zh="卷积层对每幅图像输出三个轴，而全连接层需要什么形状的输入？",
)
def flatten_missing():
    return nn.Sequential(*_convolutions(), *_dense())


@mistake(
    "make_lenet",
    caught_by="check_lenet_computes_lenet",
    title_zh="把批量轴也展平了",
    hint="Which axis of the batch must survive flattening?",
    hint_zh="展平时，批量的哪个轴必须保留？",
)
def flattens_the_batch_too():
    return nn.Sequential(*_convolutions(), nn.Flatten(0), *_dense())


@mistake(
    "make_lenet",
    caught_by="check_lenet_computes_lenet",
    title_zh="第一个卷积层没有填充",
    hint="Walk the 28 through your layers: how many rows are left before you flatten?",
    hint_zh="让 28 依次经过各层：展平之前还剩几行？",
)
def first_convolution_without_padding():
    return nn.Sequential(*_convolutions(first=nn.Conv2d(1, 6, 5)), nn.Flatten(), *_dense())


@mistake(
    "make_lenet",
    caught_by="check_lenet_computes_lenet",
    title="first convolution without padding, then view(-1, 400)",
    title_zh="第一个卷积层没有填充，又用 view(-1, 400) 展平",
    hint="Walk the 28 through your layers: how many numbers are left of one image, and what does -1 make of them?",
    hint_zh="让 28 依次经过各层：一幅图像还剩几个数？-1 又会把它们怎样分？",
)
class first_convolution_without_padding_then_view(_Wrong):
    def __init__(self):
        super().__init__()
        self.blocks = nn.Sequential(*_convolutions(first=nn.Conv2d(1, 6, 5)))

    def forward(self, X):
        return self.dense(self.blocks(X).view(-1, 400))


@mistake(
    "make_lenet",
    caught_by="check_lenet_parameters",
    title="first convolution without padding, 256 inputs of the dense part",
    title_zh="第一个卷积层没有填充，全连接部分的输入成了 256 个",
    hint="How many numbers does the table hand to the dense part, and how many do you? Where did the border go?",
    hint_zh="表中交给全连接部分的是几个数，你的是几个？图像的边缘去哪里了？",
)
def first_convolution_without_padding_on_256_inputs():
    blocks = _convolutions(first=nn.Conv2d(1, 6, 5))
    return nn.Sequential(*blocks, nn.Flatten(), nn.Linear(256, 120), *_dense()[1:])


@mistake(
    "make_lenet",
    caught_by="check_lenet_parameters",
    title_zh="用了 3×3 的卷积核",
    hint="Which kernel size stands in the diagram?",
    hint_zh="示意图里的卷积核有多大？",
)
def three_by_three_kernels():
    return nn.Sequential(
        nn.Conv2d(1, 6, 3, padding=1),
        nn.Sigmoid(),
        nn.AvgPool2d(2),
        nn.Conv2d(6, 16, 3),
        nn.Sigmoid(),
        nn.AvgPool2d(2),
        nn.Flatten(),
        nn.Linear(576, 120),
        *_dense()[1:],
    )


@mistake(
    "make_lenet",
    caught_by="check_lenet_parameters",
    title_zh="卷积层没有偏置",
    hint="Which numbers learn when a layer has bias=False?",
    hint_zh="层的 bias=False 时，少学了哪些数？",
)
def convolutions_without_bias():
    first, second = nn.Conv2d(1, 6, 5, padding=2, bias=False), nn.Conv2d(6, 16, 5, bias=False)
    return nn.Sequential(*_convolutions(first, second), nn.Flatten(), *_dense())


@mistake(
    "make_lenet",
    caught_by="check_lenet_parameters",
    title_zh="漏了第二个全连接层",
    hint="How many dense layers follow the convolutions, and with how many units?",
    hint_zh="卷积之后有几个全连接层？各有多少个单元？",
)
def second_dense_layer_missing():
    return nn.Sequential(*_convolutions(), nn.Flatten(), nn.Linear(400, 120), nn.Sigmoid(), nn.Linear(120, 10))


@mistake(
    "make_lenet",
    caught_by="check_lenet_computes_lenet",
    title_zh="池化的步幅为 1",
    hint="With which stride does the window of a pooling layer move here?",
    hint_zh="这里池化窗口以多大的步幅移动？",
)
def pooling_with_stride_one():
    return nn.Sequential(
        nn.Conv2d(1, 6, 5, padding=2),
        nn.Sigmoid(),
        nn.AvgPool2d(2, stride=1),
        nn.Conv2d(6, 16, 5),
        nn.Sigmoid(),
        nn.AvgPool2d(2, stride=1),
        nn.Flatten(),
        *_dense(),
    )


@mistake(
    "make_lenet",
    caught_by="check_lenet_computes_lenet",
    title="mixes two kinds of pooling",
    title_zh="混用了两种池化",
    hint="Two kinds of pooling in one net: which one does the text ask for?",
    hint_zh="同一个网络里有两种池化：题目要的是哪一种？",
)
def pools_in_two_ways():
    return nn.Sequential(
        nn.Conv2d(1, 6, 5, padding=2),
        nn.Sigmoid(),
        nn.AvgPool2d(2),
        nn.Conv2d(6, 16, 5),
        nn.Sigmoid(),
        nn.MaxPool2d(2),
        nn.Flatten(),
        *_dense(),
    )


def _relu_blocks_sigmoid_dense(pool):
    return nn.Sequential(
        nn.Conv2d(1, 6, 5, padding=2),
        nn.ReLU(),
        pool(2),
        nn.Conv2d(6, 16, 5),
        nn.ReLU(),
        pool(2),
        nn.Flatten(),
        *_dense(),
    )


@mistake(
    "make_lenet",
    caught_by="check_lenet_computes_lenet",
    title="a sigmoid dense part behind ReLU blocks",
    title_zh="卷积块用 ReLU，全连接部分却用 sigmoid",
    hint="Which activation do your blocks use, and which your dense layers?",
    hint_zh="你的卷积块用的是哪种激活？全连接层呢？",
)
def sigmoid_dense_part_behind_relu_blocks():
    return _relu_blocks_sigmoid_dense(nn.MaxPool2d)


@mistake(
    "make_lenet",
    caught_by="check_lenet_computes_lenet",
    title="a sigmoid dense part behind ReLU blocks that average",
    title_zh="卷积块用 ReLU 加平均池化，全连接部分却用 sigmoid",
    hint="Which activation do your blocks use, and which your dense layers?",
    hint_zh="你的卷积块用的是哪种激活？全连接层呢？",
)
def sigmoid_dense_part_behind_averaging_relu_blocks():
    return _relu_blocks_sigmoid_dense(nn.AvgPool2d)


_MADE_ONCE = nn.Sequential(*_convolutions(), nn.Flatten(), *_dense())


@mistake(
    "make_lenet",
    caught_by="check_lenet_parameters",
    title="gives the same net each time",
    title_zh="每次返回的都是同一个网络",
    hint="If make_lenet is called twice and one net is trained, what should happen to the other?",
    hint_zh="调用两次 make_lenet，训练其中一个网络，另一个应当怎样？",
)
def gives_the_same_net_each_time():
    return _MADE_ONCE


@mistake(
    "make_lenet",
    caught_by="check_lenet_parameters",
    title_zh="参数没有注册到网络",
    hint="What does list(net.parameters()) show when layers are kept in a Python list?",
    hint_zh="把层放在 Python 列表里时，list(net.parameters()) 里有什么？",
)
class parameters_not_registered(nn.Module):
    def __init__(self):
        super().__init__()
        self.layers = [*_convolutions(), nn.Flatten(), *_dense()]

    def forward(self, X):
        for layer in self.layers:
            X = layer(X)
        return X


@mistake(
    "make_lenet",
    caught_by="check_lenet_judges_each_image_by_itself",
    title="adds a dropout layer",
    title_zh="加了暂退层",
    hint="Is there a layer in the diagram that throws numbers away at random?",
    hint_zh="示意图里有随机丢弃数值的层吗？",
)
def dropout_active():
    return nn.Sequential(*_convolutions(), nn.Flatten(), *_dense()[:-1], nn.Dropout(0.5), nn.Linear(84, 10))


@mistake(
    "make_lenet",
    caught_by="check_lenet_judges_each_image_by_itself",
    title="subtracts the mean of the batch",
    title_zh="减去了整个批量的均值",
    hint="Feed one image alone and then inside a batch: are its scores the same?",
    hint_zh="同一幅图像单独输入和放在批量里输入，得分一样吗？",
)
class normalises_by_the_batch(_Wrong):
    def forward(self, X):
        mean = X.mean() if self.training else 0.0
        return self.dense(self.blocks(X - mean).flatten(1))


@mistake(
    "make_lenet",
    caught_by="check_lenet_computes_lenet",
    title_zh="混淆了不同的样本",
    hint="Which numbers of the batch end up in the row of one image?",
    hint_zh="一幅图像的那一行里，放进了批量中的哪些数？",
)
class mixes_the_samples(_Wrong):
    def forward(self, X):
        return self.dense(self.blocks(X).permute(1, 2, 3, 0).reshape(len(X), -1))


@mistake(
    "make_lenet",
    caught_by="check_lenet_parameters",
    title_zh="在 forward 里新建层",
    hint="How often is your nn.Linear made: once, or at every forward pass?",
    hint_zh="你的 nn.Linear 被创建了一次，还是每次前向都新建？",
)
class makes_layers_in_forward(_Wrong):
    def __init__(self):
        super().__init__()
        del self.dense

    def forward(self, X):
        return nn.Sequential(*_dense())(self.blocks(X).flatten(1))


@mistake(
    "make_lenet",
    caught_by="check_lenet_judges_each_image_by_itself",
    title="cuts the gradient's path",
    title_zh="切断了梯度的计算图",
    hint="Where does the path of the gradient end in your forward?",
    hint_zh="在你的 forward 里，梯度在哪里断了？",
)
class cuts_the_graph(_Wrong):
    def forward(self, X):
        return self.dense(self.blocks(X).flatten(1).detach())


# layer_shapes


@mistake(
    "layer_shapes",
    caught_by="check_shapes_of_nested_nets",
    title="looks at direct children only",
    title_zh="只看了直接的子模块",
    hint="What if a child is itself a net? Which modules have no children?",
    hint_zh="如果子模块本身也是一个网络呢？哪些模块没有子模块？",
)
def looks_at_children_only(net, input_shape):
    X, shapes = torch.zeros(input_shape), []
    for layer in net.children():
        X = layer(X)
        shapes.append((type(layer).__name__, tuple(X.shape)))
    return shapes


@mistake(
    "layer_shapes",
    caught_by="check_shapes_of_a_plain_net",
    title_zh="把容器也列了进去",
    hint="Is a Sequential a leaf?",
    hint_zh="Sequential 是叶子层吗？",
)
def lists_containers_too(net, input_shape):
    shapes, hooks = [], []
    for layer in net.modules():
        hooks.append(
            layer.register_forward_hook(lambda layer, args, Y: shapes.append((type(layer).__name__, tuple(Y.shape))))
        )
    net(torch.zeros(input_shape))
    for hook in hooks:
        hook.remove()
    return shapes


@mistake(
    "layer_shapes",
    caught_by="check_shapes_of_a_plain_net",
    title_zh="返回了输入的形状",
    hint="Is it the input of each layer that is asked for, or its output?",
    hint_zh="要的是每一层的输入形状，还是输出形状？",
)
def gives_the_input_shapes(net, input_shape):
    shapes, hooks = [], []
    for layer in net.modules():
        if not list(layer.children()):
            hooks.append(
                layer.register_forward_hook(
                    lambda layer, args, Y: shapes.append((type(layer).__name__, tuple(args[0].shape)))
                )
            )
    net(torch.zeros(input_shape))
    for hook in hooks:
        hook.remove()
    return shapes


@mistake(
    "layer_shapes",
    caught_by="check_shapes_of_nested_nets",
    title="lists layers in the order of definition",
    title_zh="按定义的次序列出各层",
    hint="Layers need not be used in the order in which they are defined: what knows when a layer is used?",
    hint_zh="层的使用次序不一定是定义次序：怎样才能知道一层在何时被使用？",
)
def in_the_order_of_definition(net, input_shape):
    seen = {}
    leaves = [layer for layer in net.modules() if not list(layer.children())]
    hooks = [
        layer.register_forward_hook(lambda layer, args, Y: seen.update({layer: tuple(Y.shape)})) for layer in leaves
    ]
    net(torch.zeros(input_shape))
    for hook in hooks:
        hook.remove()
    return [(type(layer).__name__, seen[layer]) for layer in leaves]


@mistake(
    "layer_shapes",
    caught_by="check_shapes_of_a_plain_net",
    title="leaves its hooks on the net",
    title_zh="没有取下钩子",
    hint="What do your hooks do the next time somebody uses the net? Keep what register_forward_hook gives back.",
    hint_zh="下次有人使用这个网络时，你的钩子会做什么？register_forward_hook 的返回值要留着。",
)
def leaves_its_hooks(net, input_shape):
    shapes = []
    for layer in net.modules():
        if not list(layer.children()):
            layer.register_forward_hook(lambda layer, args, Y: shapes.append((type(layer).__name__, tuple(Y.shape))))
    net(torch.zeros(input_shape))
    return shapes


@mistake(
    "layer_shapes",
    caught_by="check_shapes_of_nested_nets",
    title="knows some classes of layers only",
    title_zh="只认识某些类的层",
    hint="Can you list every class of layer there will ever be? What makes a module a leaf?",
    hint_zh="所有可能的层，你列得完吗？什么样的模块才是叶子层？",
)
def knows_some_layers_only(net, input_shape):
    known = (nn.Conv2d, nn.Linear, nn.Flatten, nn.MaxPool2d, nn.AvgPool2d, nn.ReLU, nn.Tanh, nn.Sigmoid)
    return [pair for pair in layer_shapes(net, input_shape) if pair[0] in {kind.__name__ for kind in known}]


@mistake(
    "layer_shapes",
    caught_by="check_shapes_of_nested_nets",
    title="lists each layer once",
    title_zh="每层只列一次",
    hint="What if a net uses one of its layers twice?",
    hint_zh="如果网络把同一层用了两次呢？",
)
def lists_each_layer_once(net, input_shape):
    shapes, hooks = {}, []
    for layer in net.modules():
        if not list(layer.children()):
            hooks.append(
                layer.register_forward_hook(
                    lambda layer, args, Y: shapes.update({layer: (type(layer).__name__, tuple(Y.shape))})
                )
            )
    net(torch.zeros(input_shape))
    for hook in hooks:
        hook.remove()
    return list(shapes.values())


@mistake(
    "layer_shapes",
    caught_by="check_shapes_of_a_plain_net",
    title_zh="丢掉了批量轴",
    hint="Does the shape of the output still have its batch axis?",
    hint_zh="输出的形状里还有批量轴吗？",
)
def drops_the_batch_axis(net, input_shape):
    X, shapes = torch.zeros(input_shape), []
    for layer in [layer for layer in net.modules() if not list(layer.children())]:
        X = layer(X)
        shapes.append((type(layer).__name__, tuple(X.shape[1:])))
    return shapes


@mistake(
    "layer_shapes",
    caught_by="check_shapes_of_a_plain_net",
    title="returns inside the loop",
    title_zh="在循环里就返回了",
    hint="At which indentation does your return stand?",
    hint_zh="你的 return 缩进在哪一层？",
)
def returns_after_the_first_layer(net, input_shape):
    X, shapes = torch.zeros(input_shape), []
    for layer in [layer for layer in net.modules() if not list(layer.children())]:
        X = layer(X)
        shapes.append((type(layer).__name__, tuple(X.shape)))
        return shapes


# accuracy


@mistake(
    "accuracy",
    caught_by="check_accuracy_example",
    title="counts the correct samples",
    title_zh="返回了正确的个数",
    hint="Three of four: is the answer 3 or 0.75?",
    hint_zh="四个里对了三个：答案是 3 还是 0.75？",
)
def counts_the_right_ones(y_hat, y):
    return float((y_hat.argmax(dim=1) == y).sum())


@mistake(
    "accuracy",
    caught_by="check_accuracy_example",
    title_zh="准确率写成了百分数",
    hint="Is 75 a fraction or a percentage?",
    hint_zh="75 是小数还是百分数？",
)
def gives_a_percentage(y_hat, y):
    return 100 * (y_hat.argmax(dim=1) == y).double().mean().item()


@mistake(
    "accuracy",
    caught_by="check_accuracy_example",
    title_zh="沿样本轴取了 argmax",
    hint="Which axis of y_hat holds the scores of one sample?",
    hint_zh="y_hat 的哪个轴存放同一个样本的各类得分？",
)
def argmax_over_the_samples(y_hat, y):
    best = y_hat.argmax(dim=0)
    return sum(float(a == b) for a, b in zip(best, y)) / len(y)


@mistake(
    "accuracy",
    caught_by="check_accuracy_example",
    title_zh="要求得分超过 0.5",
    hint="Must the winning score be larger than one half?",
    hint_zh="最高的得分一定要超过一半吗？",
)
def wants_a_score_above_one_half(y_hat, y):
    return (y_hat.gather(1, y.reshape(-1, 1)) > 0.5).double().mean().item()


@mistake(
    "accuracy",
    caught_by="check_accuracy_example",
    title_zh="返回了错误率",
    hint="Is the share of right samples wanted, or of wrong ones?",
    hint_zh="要的是正确样本的比例，还是错误样本的比例？",
)
def gives_the_error_rate(y_hat, y):
    return 1.0 - accuracy(y_hat, y)


# try_gpu


@mistake(
    "try_gpu",
    caught_by="check_try_gpu",
    title="always a GPU",
    title_zh="总是返回 GPU",
    hint="What should happen on a laptop without a GPU?",
    hint_zh="在没有 GPU 的电脑上应当怎样？",
)
def always_a_gpu(i=0):
    return torch.device("cuda", i)


@mistake(
    "try_gpu",
    caught_by="check_try_gpu",
    title="always the CPU",
    title_zh="总是返回 CPU",
    hint="What should happen on a machine with a GPU?",
    hint_zh="在有 GPU 的机器上应当怎样？",
)
def always_the_cpu(i=0):
    return torch.device("cpu")


@mistake(
    "try_gpu",
    caught_by="check_try_gpu",
    title="ignores the GPU number",
    title_zh="忽略了编号 i",
    hint="Where is i used?",
    hint_zh="i 用在了哪里？",
)
def ignores_the_number(i=0):
    return torch.device("cuda", 0) if torch.cuda.is_available() else torch.device("cpu")


@mistake(
    "try_gpu",
    caught_by="check_try_gpu",
    title="counts GPUs from one",
    title_zh="GPU 编号从 1 数起",
    hint="If there is one GPU, what is its number?",
    hint_zh="如果只有一块 GPU，它的编号是几？",
)
def counts_from_one(i=0):
    return torch.device("cuda", i) if torch.cuda.device_count() >= i else torch.device("cpu")


@mistake(
    "try_gpu",
    caught_by="check_try_gpu",
    title="asks only whether there is any GPU",
    title_zh="只问有没有 GPU",
    hint="Having a GPU is one thing; having the i-th is another.",
    hint_zh="有 GPU 是一回事，有第 i 块 GPU 是另一回事。",
)
def asks_only_whether_there_is_one(i=0):
    return torch.device("cuda", i) if torch.cuda.is_available() else torch.device("cpu")


@mistake(
    "try_gpu",
    caught_by="check_try_gpu",
    title="tests a function without calling it",
    title_zh="判断时没有调用函数",
    hint="Is a function that is not called true or false?",
    hint_zh="没有被调用的函数，真值是什么？",
)
def asks_without_calling(i=0):
    if torch.cuda.is_available and torch.cuda.device_count:
        return torch.device("cuda", i) if i < 1 else torch.device("cpu")
    return torch.device("cpu")


# evaluate_accuracy


def _evaluate(net, data_iter, device, right_ones, whole):
    """The usual loop with two parts to replace: who counts as right, and what is divided by what."""
    device = device if device is not None else next(net.parameters()).device
    net.eval()
    right, sizes = [], []
    with torch.no_grad():
        for X, y in data_iter:
            right.append(float(right_ones(net(X.to(device)), y.to(device)).sum()))
            sizes.append(len(y))
    return whole(right, sizes)


def _hits(y_hat, y):
    return y_hat.argmax(dim=1) == y


@mistake(
    "evaluate_accuracy",
    caught_by="check_evaluate_weighs_every_sample",
    title_zh="对各批量的准确率求平均",
    hint="If the last batch holds one sample, how much should that sample count?",
    hint_zh="如果最后一个批量只有一个样本，它该占多大份量？",
)
def averages_over_batches(net, data_iter, device=None):
    return _evaluate(net, data_iter, device, _hits, lambda right, n: sum(r / k for r, k in zip(right, n)) / len(n))


@mistake(
    "evaluate_accuracy",
    caught_by="check_evaluate_weighs_every_sample",
    title="takes all batches to be equally large",
    title_zh="以为各批量一样大",
    hint="How many samples are in the last batch?",
    hint_zh="最后一个批量里有几个样本？",
)
def takes_all_batches_for_equal(net, data_iter, device=None):
    return _evaluate(net, data_iter, device, _hits, lambda right, n: sum(right) / (len(n) * n[0]))


@mistake(
    "evaluate_accuracy",
    caught_by="check_evaluate_weighs_every_sample",
    title_zh="第一个批量后就返回",
    hint="At which indentation does your return stand?",
    hint_zh="你的 return 缩进在哪一层？",
)
def returns_after_the_first_batch(net, data_iter, device=None):
    return _evaluate(net, data_iter, device, _hits, lambda right, n: right[0] / n[0])


@mistake(
    "evaluate_accuracy",
    caught_by="check_evaluate_weighs_every_sample",
    title="takes the data first and the net second",
    title_zh="参数次序写反：先数据，后网络",
    hint="In which order does the handout give the parameters? Older books have another.",
    hint_zh="讲义里的参数是什么次序？旧版教材的次序不同。",
)
def takes_the_data_first(data_iter, net, device=None):
    if device is None and isinstance(net, nn.Module):
        device = next(net.parameters()).device
    right = total = 0
    with torch.no_grad():
        for X, y in data_iter:
            right += int(_hits(net(X.to(device)), y.to(device)).sum())
            total += len(y)
    return right / total


@mistake(
    "evaluate_accuracy",
    caught_by="check_evaluate_weighs_every_sample",
    title_zh="只保留最后一个批量的结果",
    hint="What is kept of the batches before the last one?",
    hint_zh="最后一个批量之前的结果，保留了什么？",
)
def remembers_only_the_last_batch(net, data_iter, device=None):
    return _evaluate(net, data_iter, device, _hits, lambda right, n: right[-1] / n[-1])


@mistake(
    "evaluate_accuracy",
    caught_by="check_evaluate_weighs_every_sample",
    title="gives the net's accuracy in percent",
    title_zh="测试准确率写成了百分数",
    hint="Is 87 a fraction or a percentage?",
    hint_zh="87 是小数还是百分数？",
)
def gives_percent(net, data_iter, device=None):
    return _evaluate(net, data_iter, device, _hits, lambda right, n: 100 * sum(right) / sum(n))


@mistake(
    "evaluate_accuracy",
    caught_by="check_evaluate_weighs_every_sample",
    title_zh="除以了批量的个数",
    hint="Right samples per batch, or right samples per sample?",
    hint_zh="是平均每个批量对几个，还是平均每个样本对几个？",
)
def divides_by_the_number_of_batches(net, data_iter, device=None):
    return _evaluate(net, data_iter, device, _hits, lambda right, n: sum(right) / len(n))


@mistake(
    "evaluate_accuracy",
    caught_by="check_evaluate_in_evaluation_mode",
    title="never switches to evaluation mode",
    title_zh="没有切换到评估模式",
    hint="In which mode is the net while you measure?",
    hint_zh="测量的时候，网络处于什么模式？",
)
def never_switches_to_evaluation(net, data_iter, device=None):
    right = total = 0
    with torch.no_grad():
        for X, y in data_iter:
            right += int(_hits(net(X), y).sum())
            total += len(y)
    return right / total


@mistake(
    "evaluate_accuracy",
    caught_by="check_evaluate_in_evaluation_mode",
    title="switches modes after the first batch",
    title_zh="第一个批量后才切换模式",
    hint="In which mode is the net when the first batch comes?",
    hint_zh="第一个批量到来时，网络处于什么模式？",
)
def switches_after_the_first_batch(net, data_iter, device=None):
    right = total = 0
    with torch.no_grad():
        for X, y in data_iter:
            right += int(_hits(net(X), y).sum())
            total += len(y)
            net.eval()
    return right / total


@mistake(
    "evaluate_accuracy",
    caught_by="check_evaluate_in_evaluation_mode",
    title="demands a probability above one half",
    title_zh="要求概率超过一半才算对",
    hint="Must the winning class have more than half of the probability?",
    hint_zh="得胜的类别必须占一半以上的概率吗？",
)
def wants_a_sure_net(net, data_iter, device=None):
    return _evaluate(
        net,
        data_iter,
        device,
        lambda y_hat, y: y_hat.softmax(1).gather(1, y.reshape(-1, 1)) > 0.5,
        lambda right, n: sum(right) / sum(n),
    )


@mistake(
    "evaluate_accuracy",
    caught_by="check_evaluate_in_evaluation_mode",
    title_zh="没有把批量移到设备上",
    hint="On which device does a batch lie before you move it?",
    hint_zh="批量在搬动之前位于哪个设备上？",
)
def never_moves_the_batches(net, data_iter, device=None):
    net.eval()
    right = total = 0
    with torch.no_grad():
        for X, y in data_iter:
            right += int(_hits(net(X), y).sum())
            total += len(y)
    return right / total


@mistake(
    "evaluate_accuracy",
    caught_by="check_evaluate_in_evaluation_mode",
    title="has no device parameter",
    title_zh="缺少 device 参数",
    hint="Which parameters does the handout give this function?",
    hint_zh="讲义里这个函数有哪些参数？",
)
def takes_no_device(net, data_iter):
    return evaluate_accuracy(net, data_iter)


# train


def _xavier(layer):
    if isinstance(layer, (nn.Linear, nn.Conv2d)):
        nn.init.xavier_uniform_(layer.weight)


class _Trainer:
    """The right recipe in small pieces; a mistake replaces one of them."""

    init = staticmethod(_xavier)
    loss = nn.CrossEntropyLoss()

    def run(self, net, train_iter, test_iter, num_epochs, lr, device):
        self.net, self.lr = net, lr
        self.initialise()
        self.place(device)
        self.optimizer = self.make_optimizer()
        history = {"train_loss": [], "train_acc": [], "test_acc": []}
        for _ in range(num_epochs):
            self.begin_epoch()
            seen = [(*self.learn(*self.move(X, y, device)), len(y)) for X, y in train_iter]
            total = sum(n for _, _, n in seen)
            history["train_loss"].append(sum(loss * n for loss, _, n in seen) / total)
            history["train_acc"].append(sum(share * n for _, share, n in seen) / total)
            history["test_acc"].append(self.test(test_iter, device))
        return history

    def initialise(self):
        self.net.apply(self.init)

    def make_optimizer(self):
        return torch.optim.SGD(self.net.parameters(), lr=self.lr)

    def begin_epoch(self):
        self.net.train()

    def test(self, test_iter, device):
        return evaluate_accuracy(self.net, test_iter, device)

    def place(self, device):
        self.net.to(device)

    def move(self, X, y, device):
        return X.to(device), y.to(device)

    def learn(self, X, y):
        self.optimizer.zero_grad()
        y_hat = self.net(X)
        loss = self.loss(y_hat, y)
        self.update(loss)
        return loss.item(), accuracy(y_hat, y)

    def update(self, loss):
        loss.backward()
        self.optimizer.step()


@mistake(
    "train",
    caught_by="check_train_takes_sgd_steps",
    title_zh="梯度从不清零",
    hint="What does backward() do to a gradient that is already there?",
    hint_zh="梯度已经有值时，backward() 会怎样处理？",
)
def gradients_never_zeroed(net, train_iter, test_iter, num_epochs, lr, device=None):
    class Wrong(_Trainer):
        def learn(self, X, y):
            y_hat = self.net(X)
            loss = self.loss(y_hat, y)
            self.update(loss)
            return loss.item(), accuracy(y_hat, y)

    return Wrong().run(net, train_iter, test_iter, num_epochs, lr, device)


@mistake(
    "train",
    caught_by="check_train_takes_sgd_steps",
    title_zh="每个周期只清零一次梯度",
    hint="Is once per epoch often enough to clear the gradient?",
    hint_zh="每个周期清零一次梯度，够吗？",
)
def gradients_zeroed_once_an_epoch(net, train_iter, test_iter, num_epochs, lr, device=None):
    class Wrong(_Trainer):
        def begin_epoch(self):
            self.net.train()
            self.optimizer.zero_grad()

        def learn(self, X, y):
            y_hat = self.net(X)
            loss = self.loss(y_hat, y)
            self.update(loss)
            return loss.item(), accuracy(y_hat, y)

    return Wrong().run(net, train_iter, test_iter, num_epochs, lr, device)


@mistake(
    "train",
    caught_by="check_train_takes_sgd_steps",
    title_zh="没有调用 step 更新参数",
    hint="Who takes the step once the gradient is known?",
    hint_zh="梯度算好之后，由谁来更新参数？",
)
def optimiser_never_stepped(net, train_iter, test_iter, num_epochs, lr, device=None):
    class Wrong(_Trainer):
        def update(self, loss):
            loss.backward()

    return Wrong().run(net, train_iter, test_iter, num_epochs, lr, device)


@mistake(
    "train",
    caught_by="check_train_takes_sgd_steps",
    title_zh="反向传播后又清零了梯度",
    hint="What does step() find in the gradients that were just cleared?",
    hint_zh="梯度刚清零，step() 看到的是什么？",
)
def zeroes_between_backward_and_step(net, train_iter, test_iter, num_epochs, lr, device=None):
    class Wrong(_Trainer):
        def update(self, loss):
            loss.backward()
            self.optimizer.zero_grad(set_to_none=False)
            self.optimizer.step()

    return Wrong().run(net, train_iter, test_iter, num_epochs, lr, device)


@mistake(
    "train",
    caught_by="check_train_takes_sgd_steps",
    title_zh="先更新后反向传播",
    hint="Read the lines of one step aloud: first the gradient or first the update?",
    hint_zh="把一步里的几行读出来：先求梯度，还是先更新？",
)
def steps_before_backward(net, train_iter, test_iter, num_epochs, lr, device=None):
    class Wrong(_Trainer):
        def update(self, loss):
            self.optimizer.step()
            loss.backward()

    return Wrong().run(net, train_iter, test_iter, num_epochs, lr, device)


@mistake(
    "train",
    caught_by="check_train_takes_sgd_steps",
    title_zh="损失求和而没有取平均",
    hint="Should the size of a step grow with the size of the batch?",
    hint_zh="批量变大时，一步的大小也应当变大吗？",
)
def sums_the_loss(net, train_iter, test_iter, num_epochs, lr, device=None):
    class Wrong(_Trainer):
        loss = nn.CrossEntropyLoss(reduction="sum")

    return Wrong().run(net, train_iter, test_iter, num_epochs, lr, device)


@mistake(
    "train",
    caught_by="check_train_takes_sgd_steps",
    title="ignores the learning rate lr",
    title_zh="忽略了学习率 lr",
    hint="Where is the argument lr used?",
    hint_zh="参数 lr 用在了哪里？",
)
def ignores_lr(net, train_iter, test_iter, num_epochs, lr, device=None):
    return _Trainer().run(net, train_iter, test_iter, num_epochs, 0.1, device)


@mistake(
    "train",
    caught_by="check_train_takes_sgd_steps",
    title_zh="使用了动量",
    hint="Plain SGD remembers nothing of earlier steps.",
    hint_zh="普通的 SGD 不记得以前的任何一步。",
)
def uses_momentum(net, train_iter, test_iter, num_epochs, lr, device=None):
    class Wrong(_Trainer):
        def make_optimizer(self):
            return torch.optim.SGD(self.net.parameters(), lr=self.lr, momentum=0.9)

    return Wrong().run(net, train_iter, test_iter, num_epochs, lr, device)


@mistake(
    "train",
    caught_by="check_train_takes_sgd_steps",
    title="uses Adam",
    title_zh="用了 Adam 优化器",
    hint="How large is a step of Adam when the gradient is tiny? And a step of plain SGD?",
    hint_zh="梯度很小时，Adam 的一步有多大？普通 SGD 的一步呢？",
)
def uses_adam(net, train_iter, test_iter, num_epochs, lr, device=None):
    class Wrong(_Trainer):
        def make_optimizer(self):
            return torch.optim.Adam(self.net.parameters(), lr=self.lr)

    return Wrong().run(net, train_iter, test_iter, num_epochs, lr, device)


@mistake(
    "train",
    caught_by="check_train_takes_sgd_steps",
    title_zh="只训练了最后一层",
    hint="Which parameters did you hand to the optimiser?",
    hint_zh="你把哪些参数交给了优化器？",
)
def trains_the_last_layer_only(net, train_iter, test_iter, num_epochs, lr, device=None):
    class Wrong(_Trainer):
        def make_optimizer(self):
            return torch.optim.SGD(list(self.net.parameters())[-2:], lr=self.lr)

    return Wrong().run(net, train_iter, test_iter, num_epochs, lr, device)


@mistake(
    "train",
    caught_by="check_train_takes_sgd_steps",
    title="softmax before cross-entropy",
    title_zh="交叉熵之前多做了 softmax",
    hint="Does your loss apply a softmax to something that is a softmax already?",
    hint_zh="你的损失函数是不是对 softmax 的结果又做了一次 softmax？",
)
def softmax_before_cross_entropy(net, train_iter, test_iter, num_epochs, lr, device=None):
    class Wrong(_Trainer):
        @staticmethod
        def loss(y_hat, y):
            return nn.functional.cross_entropy(y_hat.softmax(1), y)

    return Wrong().run(net, train_iter, test_iter, num_epochs, lr, device)


@mistake(
    "train",
    caught_by="check_train_takes_sgd_steps",
    title="uses the squared error",
    title_zh="用了平方误差损失",
    hint="Which loss does the text ask for when there are classes?",
    hint_zh="分类问题中，题目要求用哪种损失？",
)
def squared_error(net, train_iter, test_iter, num_epochs, lr, device=None):
    class Wrong(_Trainer):
        @staticmethod
        def loss(y_hat, y):
            return ((y_hat - nn.functional.one_hot(y, y_hat.shape[1])) ** 2).mean()

    return Wrong().run(net, train_iter, test_iter, num_epochs, lr, device)


@mistake(
    "train",
    caught_by="check_train_goes_on_from_epoch_to_epoch",
    title="initialises anew in every epoch",
    title_zh="每个周期都重新初始化",
    hint="When should weights be set to random numbers: how often?",
    hint_zh="权重应当在什么时候随机初始化？做几次？",
)
def init_every_epoch(net, train_iter, test_iter, num_epochs, lr, device=None):
    class Wrong(_Trainer):
        def begin_epoch(self):
            self.initialise()
            self.net.train()

    return Wrong().run(net, train_iter, test_iter, num_epochs, lr, device)


@mistake(
    "train",
    caught_by="check_train_goes_on_from_epoch_to_epoch",
    title="trains for one epoch only",
    title_zh="只训练了一个周期",
    hint="How many times is train_iter looped over?",
    hint_zh="train_iter 一共被遍历了几遍？",
)
def one_epoch_only(net, train_iter, test_iter, num_epochs, lr, device=None):
    history = _Trainer().run(net, train_iter, test_iter, 1, lr, device)
    return {key: values * num_epochs for key, values in history.items()}


@mistake(
    "train",
    caught_by="check_train_takes_sgd_steps",
    title="returns inside the loop over the epochs",
    title_zh="在周期的循环里就返回了",
    hint="At which indentation does your return stand: how many epochs have passed there?",
    hint_zh="你的 return 缩进在哪一层？执行到那里时过了几个周期？",
)
def returns_after_the_first_epoch(net, train_iter, test_iter, num_epochs, lr, device=None):
    return _Trainer().run(net, train_iter, test_iter, 1, lr, device)


@mistake(
    "train",
    caught_by="check_train_takes_sgd_steps",
    title="returns inside the loop over the batches",
    title_zh="在批量的循环里就返回了",
    hint="At which indentation does your return stand: how many batches have passed there?",
    hint_zh="你的 return 缩进在哪一层？执行到那里时过了几个批量？",
)
def returns_after_the_first_batch_of_training(net, train_iter, test_iter, num_epochs, lr, device=None):
    return _Trainer().run(net, list(train_iter)[:1], test_iter, 1, lr, device)


@mistake(
    "train",
    caught_by="check_train_goes_on_from_epoch_to_epoch",
    title_zh="批量没有移到设备上",
    hint="The net is on the device: where are its batches?",
    hint_zh="网络已经在设备上了，批量在哪里？",
)
def leaves_the_batches_behind(net, train_iter, test_iter, num_epochs, lr, device=None):
    class Wrong(_Trainer):
        def move(self, X, y, device):
            return X, y

    return Wrong().run(net, train_iter, test_iter, num_epochs, lr, device)


@mistake(
    "train",
    caught_by="check_train_goes_on_from_epoch_to_epoch",
    title_zh="网络没有移到设备上",
    hint="The batches are on the device: where is the net?",
    hint_zh="批量已经在设备上了，网络在哪里？",
)
def leaves_the_net_behind(net, train_iter, test_iter, num_epochs, lr, device=None):
    class Wrong(_Trainer):
        def place(self, device):
            pass

    return Wrong().run(net, train_iter, test_iter, num_epochs, lr, device)


@mistake(
    "train",
    caught_by="check_train_initialises_by_xavier",
    title="no Xavier initialisation",
    title_zh="没有做 Xavier 初始化",
    hint="With which weights does your training start?",
    hint_zh="你的训练从什么样的权重开始？",
)
def no_initialisation(net, train_iter, test_iter, num_epochs, lr, device=None):
    class Wrong(_Trainer):
        def initialise(self):
            pass

    return Wrong().run(net, train_iter, test_iter, num_epochs, lr, device)


@mistake(
    "train",
    caught_by="check_train_initialises_by_xavier",
    title_zh="权重全部初始化为 0",
    hint="Can two units with equal weights ever become different?",
    hint_zh="两个权重完全相同的单元，以后会变得不同吗？",
)
def starts_from_zeros(net, train_iter, test_iter, num_epochs, lr, device=None):
    class Wrong(_Trainer):
        @staticmethod
        def init(layer):
            if isinstance(layer, (nn.Linear, nn.Conv2d)):
                nn.init.zeros_(layer.weight)

    return Wrong().run(net, train_iter, test_iter, num_epochs, lr, device)


@mistake(
    "train",
    caught_by="check_train_initialises_by_xavier",
    title_zh="只初始化了全连接层",
    hint="Which two kinds of layers have weights?",
    hint_zh="哪两种层有权重？",
)
def initialises_dense_layers_only(net, train_iter, test_iter, num_epochs, lr, device=None):
    class Wrong(_Trainer):
        @staticmethod
        def init(layer):
            if isinstance(layer, nn.Linear):
                nn.init.xavier_uniform_(layer.weight)

    return Wrong().run(net, train_iter, test_iter, num_epochs, lr, device)


@mistake(
    "train",
    caught_by="check_train_initialises_by_xavier",
    title="leaves the dense layers uninitialised",
    title_zh="没有初始化全连接层",
    hint="Which two kinds of layers have weights?",
    hint_zh="哪两种层有权重？",
)
def leaves_dense_layers_uninitialised(net, train_iter, test_iter, num_epochs, lr, device=None):
    class Wrong(_Trainer):
        @staticmethod
        def init(layer):
            if isinstance(layer, nn.Conv2d):
                nn.init.xavier_uniform_(layer.weight)

    return Wrong().run(net, train_iter, test_iter, num_epochs, lr, device)


@mistake(
    "train",
    caught_by="check_train_initialises_by_xavier",
    title="initialises with a fixed standard deviation",
    title_zh="初始化用了固定的标准差",
    hint="How wide should Xavier's draw be for a layer with many inputs?",
    hint_zh="输入很多的层，Xavier 抽取的范围应当多宽？",
)
def initialises_by_a_fixed_width(net, train_iter, test_iter, num_epochs, lr, device=None):
    class Wrong(_Trainer):
        @staticmethod
        def init(layer):
            if isinstance(layer, (nn.Linear, nn.Conv2d)):
                nn.init.normal_(layer.weight, std=0.01)

    return Wrong().run(net, train_iter, test_iter, num_epochs, lr, device)


@mistake(
    "train",
    caught_by="check_train_initialises_by_xavier",
    title="initialises by Kaiming's rule",
    title_zh="用了 Kaiming 初始化",
    hint="Xavier looks at the inputs and at the outputs of a layer.",
    hint_zh="Xavier 既看一层的输入个数，也看输出个数。",
)
def initialises_by_kaiming(net, train_iter, test_iter, num_epochs, lr, device=None):
    class Wrong(_Trainer):
        @staticmethod
        def init(layer):
            if isinstance(layer, (nn.Linear, nn.Conv2d)):
                nn.init.kaiming_uniform_(layer.weight, nonlinearity="relu")

    return Wrong().run(net, train_iter, test_iter, num_epochs, lr, device)


@mistake(
    "train",
    caught_by="check_train_switches_modes",
    title="never goes back to training mode",
    title_zh="测试后没有切回训练模式",
    hint="After the first test the net is in evaluation mode: where does it go back?",
    hint_zh="第一次测试之后网络处于评估模式：在哪里切换回来？",
)
def never_back_in_train_mode(net, train_iter, test_iter, num_epochs, lr, device=None):
    class Wrong(_Trainer):
        def initialise(self):
            super().initialise()
            self.net.train()

        def begin_epoch(self):
            pass

        def test(self, test_iter, device):
            share = evaluate_accuracy(self.net, test_iter, device)
            self.net.eval()
            return share

    return Wrong().run(net, train_iter, test_iter, num_epochs, lr, device)


@mistake(
    "train",
    caught_by="check_train_switches_modes",
    title="tests in training mode",
    title_zh="在训练模式下测试",
    hint="In which mode is the net while it is tested?",
    hint_zh="测试的时候，网络处于什么模式？",
)
def tests_in_train_mode(net, train_iter, test_iter, num_epochs, lr, device=None):
    class Wrong(_Trainer):
        def test(self, test_iter, device):
            hits = [_hits(self.net(X.to(device)), y.to(device)) for X, y in test_iter]
            return torch.cat(hits).double().mean().item()

    return Wrong().run(net, train_iter, test_iter, num_epochs, lr, device)


@mistake(
    "train",
    caught_by="check_train_switches_modes",
    title="sets training = False by hand while it tests",
    title_zh="测试时只手工设置了 training = False",
    hint="net.training belongs to the outermost module alone: which call reaches the layers inside?",
    hint_zh="net.training 只属于最外层的模块：哪个调用能传到里面的各层？",
)
def switches_the_outermost_flag(net, train_iter, test_iter, num_epochs, lr, device=None):
    class Wrong(_Trainer):
        def test(self, test_iter, device):
            self.net.training = False
            hits = [_hits(self.net(X.to(device)), y.to(device)) for X, y in test_iter]
            return torch.cat(hits).double().mean().item()

    return Wrong().run(net, train_iter, test_iter, num_epochs, lr, device)


@mistake(
    "train",
    caught_by="check_train_goes_on_from_epoch_to_epoch",
    title="lowers the learning rate as it goes",
    title_zh="训练中途降低了学习率",
    hint="Does the recipe say that lr changes after some epochs?",
    hint_zh="训练方法中说过 lr 会在若干周期后改变吗？",
)
def lowers_the_learning_rate(net, train_iter, test_iter, num_epochs, lr, device=None):
    class Wrong(_Trainer):
        def make_optimizer(self):
            optimizer = super().make_optimizer()
            self.schedule = torch.optim.lr_scheduler.StepLR(optimizer, 5, 0.1)
            return optimizer

        def test(self, test_iter, device):
            self.schedule.step()
            return super().test(test_iter, device)

    return Wrong().run(net, train_iter, test_iter, num_epochs, lr, device)


@mistake(
    "train",
    caught_by="check_train_tells_its_history",
    title="averages over batches, not over samples",
    title_zh="对批量求了平均，而不是对样本",
    hint="Is a last batch of two samples worth as much as one of four?",
    hint_zh="只有两个样本的最后一个批量，份量应当和四个样本的一样吗？",
)
def averages_batch_means(net, train_iter, test_iter, num_epochs, lr, device=None):
    class Wrong(_Trainer):
        def run(self, *args):
            self.losses, self.shares = [], []
            history = super().run(*args)
            return {**history, "train_loss": self.losses, "train_acc": self.shares}

        def begin_epoch(self):
            super().begin_epoch()
            self.seen = []

        def learn(self, X, y):
            self.seen.append(super().learn(X, y))
            return self.seen[-1]

        def test(self, test_iter, device):
            losses, shares = zip(*self.seen)
            self.losses.append(sum(losses) / len(losses))
            self.shares.append(sum(shares) / len(shares))
            return super().test(test_iter, device)

    return Wrong().run(net, train_iter, test_iter, num_epochs, lr, device)


@mistake(
    "train",
    caught_by="check_train_tells_its_history",
    title="does not return the history",
    title_zh="没有返回训练过程",
    hint="What does your function give back?",
    hint_zh="你的函数返回了什么？",
)
def prints_instead_of_returning(net, train_iter, test_iter, num_epochs, lr, device=None):
    _Trainer().run(net, train_iter, test_iter, num_epochs, lr, device)


@mistake(
    "train",
    caught_by="check_train_tells_its_history",
    title="reports the last epoch only",
    title_zh="只返回了最后一个周期的值",
    hint="One number for every epoch, or one for the whole run?",
    hint_zh="是每个周期一个数，还是整个训练一个数？",
)
def tells_the_last_epoch_only(net, train_iter, test_iter, num_epochs, lr, device=None):
    history = _Trainer().run(net, train_iter, test_iter, num_epochs, lr, device)
    return {key: values[-1:] for key, values in history.items()}


@mistake(
    "train",
    caught_by="check_train_tells_its_history",
    title_zh="把各批量的损失相加",
    hint="Is the mean loss of the samples asked for, or the sum over the batches?",
    hint_zh="要的是样本的平均损失，还是各批量损失之和？",
)
def adds_up_the_batch_losses(net, train_iter, test_iter, num_epochs, lr, device=None):
    history = _Trainer().run(net, train_iter, test_iter, num_epochs, lr, device)
    return {**history, "train_loss": [loss * len(train_iter) for loss in history["train_loss"]]}


@mistake(
    "train",
    caught_by="check_train_tells_its_history",
    title_zh="在训练集上测试",
    hint="Which data set does test_acc speak of?",
    hint_zh="test_acc 说的是哪个数据集？",
)
def tests_on_the_training_set(net, train_iter, test_iter, num_epochs, lr, device=None):
    class Wrong(_Trainer):
        def test(self, test_iter, device):
            evaluate_accuracy(self.net, test_iter, device)
            return evaluate_accuracy(self.net, train_iter, device)

    return Wrong().run(net, train_iter, test_iter, num_epochs, lr, device)
