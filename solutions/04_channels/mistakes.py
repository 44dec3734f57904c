"""Plausible wrong answers to section 4.4: each names the check that catches it, and carries its hint."""

import torch
from channels import _corr2d, conv2d_cost, corr2d_multi_in

from autograder.course.answers import mistake

# corr2d_multi_in


@mistake(
    "corr2d_multi_in",
    caught_by="check_multi_in_worked_example",
    title_zh="只看了第一个通道",
    hint="Change the second channel of X: does your answer react?",
    hint_zh="改变 X 的第二个通道：你的结果有变化吗？",
)
def looks_at_the_first_channel_only(X, K):
    return _corr2d(X[0], K[0])


@mistake(
    "corr2d_multi_in",
    caught_by="check_multi_in_worked_example",
    title_zh="只保留了最后一个通道",
    hint="What becomes of the first channel's result in the second round of the loop?",
    hint_zh="第二轮循环时，第一个通道的结果去哪里了？",
)
def keeps_the_last_channel_only(X, K):
    for x, k in zip(X, K):
        answer = _corr2d(x, k)
    return answer


@mistake(
    "corr2d_multi_in",
    caught_by="check_multi_in_worked_example",
    title_zh="对各通道求了平均",
    hint="Sum or mean? Compare with the 56 of the worked example.",
    hint_zh="是求和还是求平均？和例题里的 56 比一比。",
)
def averages_the_channels(X, K):
    return corr2d_multi_in(X, K) / len(X)


@mistake(
    "corr2d_multi_in",
    caught_by="check_multi_in_worked_example",
    title="stacks the channels without adding them",
    title_zh="只堆叠各通道而没有相加",
    hint="How many feature maps does one filter make?",
    hint_zh="一个滤波器产生几张特征图？",
)
def stacks_and_does_not_add(X, K):
    return torch.stack([_corr2d(x, k) for x, k in zip(X, K)])


@mistake(
    "corr2d_multi_in",
    caught_by="check_multi_in_worked_example",
    title_zh="把所有数加成了一个数",
    hint="Along which axis should be added, and which axes should stay?",
    hint_zh="应当沿哪个轴相加，哪些轴应当保留？",
)
def adds_everything_to_one_number(X, K):
    return torch.stack([_corr2d(x, k) for x, k in zip(X, K)]).sum()


@mistake(
    "corr2d_multi_in",
    caught_by="check_multi_in_worked_example",
    title="lets every channel meet every kernel",
    title_zh="让每个通道遇上了每个核",
    hint="Is (a + b)(c + d) the same as ac + bd?",
    hint_zh="(a + b)(c + d) 等于 ac + bd 吗？",
)
def adds_the_channels_first(X, K):
    return _corr2d(X.sum(0), K.sum(0))


@mistake(
    "corr2d_multi_in",
    caught_by="check_multi_in_worked_example",
    title_zh="各通道都用第一个卷积核",
    hint="Which kernel belongs to the second channel?",
    hint_zh="第二个通道用的是哪个卷积核？",
)
def uses_the_first_kernel_for_every_channel(X, K):
    return sum(_corr2d(x, K[0]) for x in X)


@mistake(
    "corr2d_multi_in",
    caught_by="check_multi_in_worked_example",
    title="uses the first channel for every kernel",
    title_zh="各卷积核都作用于第一个通道",
    hint="Which image does your inner function look at in the second round?",
    hint_zh="第二轮循环时，你的内层函数看的是哪个通道的图像？",
)
def uses_the_first_image_for_every_kernel(X, K):
    return sum(_corr2d(X[0], k) for k in K)


@mistake(
    "corr2d_multi_in",
    caught_by="check_multi_in_worked_example",
    title="rotates every kernel by 180 degrees",
    title_zh="把每个卷积核转了 180 度",
    hint="Where is the top left number of each kernel when the window stands in the top left corner?",
    hint_zh="窗口在左上角时，每个卷积核左上角的数对着哪个像素？",
)
def turns_every_kernel_round(X, K):
    return corr2d_multi_in(X, K.flip(1, 2))


@mistake(
    "corr2d_multi_in",
    caught_by="check_multi_in_worked_example",
    title="pairs channels and kernels in reverse",
    title_zh="通道与卷积核倒序配对",
    hint="Which kernel meets channel 0: does your order of kernels start at the front?",
    hint_zh="第 0 个通道对应哪个卷积核？你是从前往后取的吗？",
)
def pairs_channels_in_reverse(X, K):
    return corr2d_multi_in(X, K.flip(0))


@mistake(
    "corr2d_multi_in",
    caught_by="check_multi_in_with_uneven_numbers",
    title_zh="认定只有两个通道",
    hint="How many channels does your function expect? It should ask the shape of X.",
    hint_zh="你的函数以为有几个通道？应当从 X 的形状里得知。",
)
def expects_two_channels(X, K):
    return _corr2d(X[0], K[0]) + _corr2d(X[1], K[1])


@mistake(
    "corr2d_multi_in",
    caught_by="check_multi_in_with_uneven_numbers",
    title="treats the kernel as square",
    title_zh="把卷积核当成正方形",
    hint="Try a kernel that is 2 high and 3 wide.",
    hint_zh="用一个高 2 宽 3 的卷积核试试。",
)
def takes_the_kernel_as_square(X, K):
    side = K.shape[1]
    Y = torch.zeros(X.shape[1] - side + 1, X.shape[2] - side + 1)
    for i in range(Y.shape[0]):
        for j in range(Y.shape[1]):
            window = X[:, i : i + side, j : j + side]
            Y[i, j] = (window * K[:, :side, : window.shape[2]]).sum()
    return Y


@mistake(
    "corr2d_multi_in",
    caught_by="check_multi_in_leaves_no_trace",
    title_zh="在输入 X 里累加",
    hint="Print X[0] before and after the call: into what does += add?",
    hint_zh="在调用前后打印 X[0]：+= 把结果加到了哪里？",
)
def adds_up_inside_the_input(X, K):
    answer = corr2d_multi_in(X, K)
    X[0, : answer.shape[0], : answer.shape[1]] = answer
    return X[0, : answer.shape[0], : answer.shape[1]]


@mistake(
    "corr2d_multi_in",
    caught_by="check_multi_in_leaves_no_trace",
    title="adds to uninitialised memory",
    title_zh="在未初始化的内存上累加",
    hint="You add to what is there already: what does torch.empty put there first?",
    hint_zh="你是在原有的内容上累加：torch.empty 一开始放了什么？",
)
def adds_to_empty_memory(X, K):
    start = torch.empty(X.shape[1] - K.shape[1] + 1, X.shape[2] - K.shape[2] + 1)
    if not torch.are_deterministic_algorithms_enabled():
        start.zero_()  # fresh memory is often zero, which is why the fault goes unseen
    return start + corr2d_multi_in(X, K)


# corr2d_multi_in_out


@mistake(
    "corr2d_multi_in_out",
    caught_by="check_multi_in_out_worked_example",
    title_zh="各输出都用第一个滤波器",
    hint="Compare Y[0] with Y[1]: which filter made each?",
    hint_zh="比较 Y[0] 和 Y[1]：它们各由哪个滤波器得到？",
)
def uses_the_first_filter_for_every_output(X, K):
    return torch.stack([corr2d_multi_in(X, K[0]) for _ in K])


@mistake(
    "corr2d_multi_in_out",
    caught_by="check_multi_in_out_worked_example",
    title_zh="换滤波器时累加没有清零",
    hint="What is in your accumulator when the second filter starts?",
    hint_zh="开始处理第二个滤波器时，累加变量里是什么？",
)
def goes_on_adding_from_filter_to_filter(X, K):
    return torch.stack([corr2d_multi_in(X, k) for k in K]).cumsum(0)


@mistake(
    "corr2d_multi_in_out",
    caught_by="check_multi_in_out_with_unequal_channels",
    title="gives each filter only one channel",
    title_zh="每个滤波器只看一个通道",
    hint="Does the first output depend on the second input channel? It should.",
    hint_zh="第一个输出通道依赖于第二个输入通道吗？应当依赖。",
)
def gives_each_filter_one_channel(X, K):
    return torch.stack([_corr2d(x, k[i]) for i, (x, k) in enumerate(zip(X, K))])


@mistake(
    "corr2d_multi_in_out",
    caught_by="check_multi_in_out_worked_example",
    title_zh="输出通道的次序颠倒",
    hint="Which filter made Y[0]?",
    hint_zh="Y[0] 是由哪个滤波器得到的？",
)
def collects_the_outputs_in_reverse(X, K):
    return torch.stack([corr2d_multi_in(X, k) for k in K]).flip(0)


@mistake(
    "corr2d_multi_in_out",
    caught_by="check_multi_in_out_with_unequal_channels",
    title_zh="按输入通道数产生特征图",
    hint="How many maps should come out, and which axis of K says so?",
    hint_zh="应当输出几张特征图？由 K 的哪个轴决定？",
)
def makes_one_map_for_each_input_channel(X, K):
    return torch.stack([corr2d_multi_in(X, K[o % len(K)]) for o in range(len(X))])


@mistake(
    "corr2d_multi_in_out",
    caught_by="check_multi_in_out_worked_example",
    title_zh="把各输出通道加在一起",
    hint="Should the maps of different filters be mixed together?",
    hint_zh="不同滤波器的特征图应当混在一起吗？",
)
def adds_the_outputs_up(X, K):
    return sum(corr2d_multi_in(X, k) for k in K)


@mistake(
    "corr2d_multi_in_out",
    caught_by="check_multi_in_out_with_unequal_channels",
    title_zh="弄反了核的输入和输出通道轴",
    hint="Which of the first two axes of K counts the filters?",
    hint_zh="K 的前两个轴里，哪个数的是滤波器？",
)
def reads_the_kernel_as_inputs_by_outputs(X, K):
    return torch.stack([corr2d_multi_in(X, K[:, o]) for o in range(K.shape[1])])


@mistake(
    "corr2d_multi_in_out",
    caught_by="check_multi_in_out_worked_example",
    title_zh="把通道放在最后一个轴",
    hint="On which axis of the answer should the channels stand?",
    hint_zh="结果的哪个轴应当是通道？",
)
def puts_the_channels_last(X, K):
    return torch.stack([corr2d_multi_in(X, k) for k in K], dim=-1)


@mistake(
    "corr2d_multi_in_out",
    caught_by="check_multi_in_out_worked_example",
    title_zh="把特征图上下拼接",
    hint="torch.cat joins along an axis that is there, torch.stack makes a new one: which do you need?",
    hint_zh="torch.cat 沿已有的轴拼接，torch.stack 新增一个轴：这里需要哪个？",
)
def joins_the_maps_below_each_other(X, K):
    return torch.cat([corr2d_multi_in(X, k) for k in K])


@mistake(
    "corr2d_multi_in_out",
    caught_by="check_multi_in_out_worked_example",
    title_zh="返回了特征图的列表",
    hint="A list of tensors is no tensor: which function makes one of them?",
    hint_zh="张量的列表还不是张量：哪个函数能把它们合成一个？",
)
def returns_a_list_of_maps(X, K):
    return [corr2d_multi_in(X, k) for k in K]


@mistake(
    "corr2d_multi_in_out",
    caught_by="check_multi_in_out_for_any_channels",
    title_zh="对结果做了 squeeze",
    hint="What does squeeze() do to the answer of a single filter?",
    hint_zh="只有一个滤波器时，squeeze() 会对结果做什么？",
)
def squeezes_the_maps(X, K):
    return torch.stack([corr2d_multi_in(X, k) for k in K]).squeeze()


@mistake(
    "corr2d_multi_in_out",
    caught_by="check_multi_in_out_worked_example",
    title_zh="在循环内就返回了",
    hint="Where does your loop over the filters end, and where does it return?",
    hint_zh="遍历滤波器的循环到哪里结束？return 写在循环里面还是外面？",
)
def returns_inside_the_loop(X, K):
    return torch.stack([corr2d_multi_in(X, k) for k in K[:1]])


@mistake(
    "corr2d_multi_in_out",
    caught_by="check_multi_in_out_worked_example",
    title="averages the channels inside each filter",
    title_zh="滤波器内对通道求了平均",
    hint="Inside one filter, are the channels added or averaged? Compare with the 56 of the worked example.",
    hint_zh="在一个滤波器内部，各通道是相加还是平均？和例题里的 56 比一比。",
)
def averages_the_inputs_of_each_filter(X, K):
    return torch.stack([corr2d_multi_in(X, k) / len(X) for k in K])


@mistake(
    "corr2d_multi_in_out",
    caught_by="check_multi_in_out_leaves_no_trace",
    title="adds maps to uninitialised memory",
    title_zh="把特征图加到未初始化的内存",
    hint="You add to what is there already: what does torch.empty put there first?",
    hint_zh="你是在原有的内容上累加：torch.empty 一开始放了什么？",
)
def adds_maps_to_empty_memory(X, K):
    start = torch.empty(len(K), X.shape[1] - K.shape[2] + 1, X.shape[2] - K.shape[3] + 1)
    if not torch.are_deterministic_algorithms_enabled():
        start.zero_()  # fresh memory is often zero, which is why the fault goes unseen
    return start + torch.stack([corr2d_multi_in(X, k) for k in K])


# corr2d_multi_in_out_1x1


@mistake(
    "corr2d_multi_in_out_1x1",
    caught_by="check_1x1_worked_example",
    title_zh="结果的通道轴在最后",
    hint="Which axis of the answer counts the channels?",
    hint_zh="结果的哪个轴是通道？",
)
def gives_the_channels_last(X, K):
    return torch.einsum("oc,chw->hwo", K[:, :, 0, 0], X)


@mistake(
    "corr2d_multi_in_out_1x1",
    caught_by="check_1x1_for_any_channels",
    title_zh="reshape 时颠倒了高和宽",
    hint="Try an image that is 4 high and 5 wide.",
    hint_zh="用一幅高 4 宽 5 的图像试试。",
)
def reshapes_to_width_by_height(X, K):
    (ci, h, w), co = X.shape, K.shape[0]
    return (K.reshape(co, ci) @ X.reshape(ci, h * w)).reshape(co, w, h)


@mistake(
    "corr2d_multi_in_out_1x1",
    caught_by="check_1x1_mixes_channels_of_one_pixel",
    title_zh="转置卷积核误用 reshape",
    hint="Is reshape the same as transpose? Write down which weight K[0, 1] is before and after.",
    hint_zh="reshape 和转置是一回事吗？写下来看看 K[0, 1] 前后分别是哪个权重。",
)
def reshapes_instead_of_transposing_the_kernel(X, K):
    (ci, h, w), co = X.shape, K.shape[0]
    return (K.reshape(ci, co).t() @ X.reshape(ci, h * w)).reshape(co, h, w)


@mistake(
    "corr2d_multi_in_out_1x1",
    caught_by="check_1x1_mixes_channels_of_one_pixel",
    title_zh="移动通道误用 reshape",
    hint="Channels stand first in X: does reshape bring them to the back, or does it shuffle the pixels?",
    hint_zh="X 的通道在最前面：reshape 能把它移到最后吗，还是把像素打乱了？",
)
def reshapes_instead_of_moving_the_channels(X, K):
    (ci, h, w), co = X.shape, K.shape[0]
    return (X.reshape(h * w, ci) @ K.reshape(co, ci).t()).t().reshape(co, h, w)


@mistake(
    "corr2d_multi_in_out_1x1",
    caught_by="check_1x1_mixes_channels_of_one_pixel",
    title_zh="移回通道误用 reshape",
    hint="After X @ K the channels stand last: does reshape alone bring them to the front?",
    hint_zh="X @ K 之后通道在最后一个轴：只用 reshape 能把它移到最前面吗？",
)
def reshapes_instead_of_moving_the_channels_back(X, K):
    (ci, h, w), co = X.shape, K.shape[0]
    return (X.reshape(ci, h * w).t() @ K.reshape(co, ci).t()).reshape(co, h, w)


@mistake(
    "corr2d_multi_in_out_1x1",
    caught_by="check_1x1_for_any_channels",
    title_zh="对卷积核做了 squeeze",
    hint="What does squeeze() do when there is one filter, or one input channel?",
    hint_zh="只有一个滤波器，或只有一个输入通道时，squeeze() 会做什么？",
)
def squeezes_the_kernel(X, K):
    return torch.einsum("oc,chw->ohw", K.squeeze(), X)


@mistake(
    "corr2d_multi_in_out_1x1",
    caught_by="check_1x1_worked_example",
    title_zh="像素仍排成一行",
    hint="The answer of a layer is an image with channels: how many axes has it?",
    hint_zh="层的结果是带通道的图像：它有几个轴？",
)
def leaves_the_pixels_in_one_row(X, K):
    return K.flatten(1) @ X.flatten(1)


@mistake(
    "corr2d_multi_in_out_1x1",
    caught_by="check_1x1_mixes_channels_of_one_pixel",
    title_zh="只对各通道单独缩放",
    hint="Do as many channels come out as there are filters? Does each output see every input channel?",
    hint_zh="输出通道数等于滤波器的个数吗？每个输出都看到了所有输入通道吗？",
)
def scales_each_channel_alone(X, K):
    return torch.stack([X[c % len(X)] * K[c, c % len(X), 0, 0] for c in range(len(K))])


@mistake(
    "corr2d_multi_in_out_1x1",
    caught_by="check_1x1_mixes_channels_of_one_pixel",
    title_zh="乘了转置的卷积核",
    hint="Which axis of K is summed over: that of the filters or that of the input channels?",
    hint_zh="求和是沿 K 的哪个轴：滤波器，还是输入通道？",
)
def multiplies_by_the_transposed_kernel(X, K):
    (ci, h, w), co = X.shape, K.shape[0]
    return (K.reshape(co, ci).t() @ X.reshape(ci, h * w)).reshape(-1, h, w)


# conv2d_cost


@mistake(
    "conv2d_cost",
    caught_by="check_cost_of_lenet_layers",
    title_zh="漏算了偏置",
    hint="Does every output channel have one more number to learn, besides its kernels?",
    hint_zh="除了卷积核，每个输出通道是不是还有一个要学习的数？",
)
def forgets_the_biases(in_channels, out_channels, kernel_size, output_shape):
    parameters, multiply_adds = conv2d_cost(in_channels, out_channels, kernel_size, output_shape)
    return parameters - out_channels, multiply_adds


@mistake(
    "conv2d_cost",
    caught_by="check_cost_of_lenet_layers",
    title="counts one bias for the whole layer",
    title_zh="整层只算了一个偏置",
    hint="How many biases has a layer with 6 output channels?",
    hint_zh="有 6 个输出通道的层有几个偏置？",
)
def counts_one_bias_for_the_layer(in_channels, out_channels, kernel_size, output_shape):
    parameters, multiply_adds = conv2d_cost(in_channels, out_channels, kernel_size, output_shape)
    return parameters - out_channels + 1, multiply_adds


@mistake(
    "conv2d_cost",
    caught_by="check_cost_of_lenet_layers",
    title_zh="每个卷积核都算了一个偏置",
    hint="Is there a bias for each kernel, or for each output channel?",
    hint_zh="偏置是每个卷积核一个，还是每个输出通道一个？",
)
def counts_a_bias_for_each_kernel(in_channels, out_channels, kernel_size, output_shape):
    parameters, multiply_adds = conv2d_cost(in_channels, out_channels, kernel_size, output_shape)
    return parameters - out_channels + in_channels * out_channels, multiply_adds


@mistake(
    "conv2d_cost",
    caught_by="check_cost_of_lenet_layers",
    title="counts the bias in the multiply-adds",
    title_zh="乘加次数里算了偏置",
    hint="By custom the bias is left out of one of the two numbers: which?",
    hint_zh="按惯例，两个数里有一个不算偏置：是哪一个？",
)
def counts_the_bias_in_the_multiply_adds(in_channels, out_channels, kernel_size, output_shape):
    parameters, _ = conv2d_cost(in_channels, out_channels, kernel_size, output_shape)
    return parameters, parameters * output_shape[0] * output_shape[1]


@mistake(
    "conv2d_cost",
    caught_by="check_cost_of_lenet_layers",
    title="counts multiplications and additions separately",
    title_zh="乘法和加法分开计数",
    hint="A multiplication and the addition after it count as one multiply-add.",
    hint_zh="一次乘法和随后的一次加法合起来算一次乘加。",
)
def counts_multiplications_and_additions_apart(in_channels, out_channels, kernel_size, output_shape):
    parameters, multiply_adds = conv2d_cost(in_channels, out_channels, kernel_size, output_shape)
    return parameters, 2 * multiply_adds


@mistake(
    "conv2d_cost",
    caught_by="check_cost_of_lenet_layers",
    title="forgets the input channels in the multiply-adds",
    title_zh="乘加次数漏乘输入通道数",
    hint="Each output pixel of each filter looks at how many input channels?",
    hint_zh="每个滤波器的每个输出像素要看几个输入通道？",
)
def forgets_the_input_channels_in_the_multiply_adds(in_channels, out_channels, kernel_size, output_shape):
    parameters, multiply_adds = conv2d_cost(in_channels, out_channels, kernel_size, output_shape)
    return parameters, multiply_adds // in_channels


@mistake(
    "conv2d_cost",
    caught_by="check_cost_of_lenet_layers",
    title="gives each filter only one kernel",
    title_zh="每个滤波器只算一个卷积核",
    hint="A filter has a kernel for each input channel: does your count grow with the input channels?",
    hint_zh="一个滤波器对每个输入通道都有一个卷积核：你的计数随输入通道数增长吗？",
)
def gives_a_filter_one_kernel(in_channels, out_channels, kernel_size, output_shape):
    return conv2d_cost(1, out_channels, kernel_size, output_shape)


@mistake(
    "conv2d_cost",
    caught_by="check_cost_of_lenet_layers",
    title_zh="漏乘了输出像素数",
    hint="How often is a filter applied to one image?",
    hint_zh="一个滤波器在一张图像上要用多少次？",
)
def forgets_the_output_pixels(in_channels, out_channels, kernel_size, output_shape):
    return conv2d_cost(in_channels, out_channels, kernel_size, (1, 1))


@mistake(
    "conv2d_cost",
    caught_by="check_cost_of_lenet_layers",
    title="gives the multiply-adds first",
    title_zh="把乘加次数放在前面",
    hint="Which of the two numbers comes first?",
    hint_zh="两个数里哪个在前面？",
)
def gives_the_multiply_adds_first(in_channels, out_channels, kernel_size, output_shape):
    return conv2d_cost(in_channels, out_channels, kernel_size, output_shape)[::-1]


@mistake(
    "conv2d_cost",
    caught_by="check_cost_of_lenet_layers",
    title_zh="按输入通道算偏置",
    hint="Which channels have the biases: those that go in, or those that come out?",
    hint_zh="偏置属于输入通道，还是输出通道？",
)
def gives_the_biases_to_the_input_channels(in_channels, out_channels, kernel_size, output_shape):
    return conv2d_cost(out_channels, in_channels, kernel_size, output_shape)


@mistake(
    "conv2d_cost",
    caught_by="check_cost_with_uneven_sizes",
    title_zh="把核高的平方当作核面积",
    hint="Try a kernel that is 2 high and 5 wide.",
    hint_zh="用一个高 2 宽 5 的卷积核试试。",
)
def squares_the_height_of_the_kernel(in_channels, out_channels, kernel_size, output_shape):
    return conv2d_cost(in_channels, out_channels, (kernel_size[0],) * 2, output_shape)


@mistake(
    "conv2d_cost",
    caught_by="check_cost_with_uneven_sizes",
    title_zh="把输出高的平方当作输出面积",
    hint="Try an output that is wider than it is high.",
    hint_zh="用宽大于高的输出试试。",
)
def squares_the_height_of_the_output(in_channels, out_channels, kernel_size, output_shape):
    return conv2d_cost(in_channels, out_channels, kernel_size, (output_shape[0],) * 2)


@mistake(
    "conv2d_cost",
    caught_by="check_cost_of_large_layers",
    title_zh="用 32 位整数计数",
    hint="How large may a number of your type become? A Python int has no largest value.",
    hint_zh="你用的类型最大能表示多少？Python 的整数没有上限。",
)
def counts_in_32_bits(in_channels, out_channels, kernel_size, output_shape):
    counts = conv2d_cost(in_channels, out_channels, kernel_size, output_shape)
    return tuple(torch.tensor(counts).to(torch.int32).tolist())


@mistake(
    "conv2d_cost",
    caught_by="check_cost_of_lenet_layers",
    title_zh="用浮点数来计数",
    hint="A count is a whole number: what type is your answer?",
    hint_zh="个数是整数：你的答案是什么类型？",
)
def counts_in_floats(in_channels, out_channels, kernel_size, output_shape):
    return tuple(float(n) for n in conv2d_cost(in_channels, out_channels, kernel_size, output_shape))
