"""What must run beside the student's code in 4.6: nets, batches and training runs, which cannot cross as data."""

import contextlib
import copy
import math

import torch
from torch import nn
from torch.nn.functional import avg_pool2d, conv2d, linear, max_pool2d
from torch.nn.functional import cross_entropy as torch_cross_entropy
from torch.utils._python_dispatch import TorchDispatchMode
from torch.utils._pytree import tree_leaves

SHUFFLE_SEED = 46
SHAPES = [(6, 1, 5, 5), (6,), (16, 6, 5, 5), (16,), (120, 400), (120,), (84, 120), (84,), (10, 84), (10,)]
ACTIVATIONS = {"sigmoid": torch.sigmoid, "tanh": torch.tanh, "relu": torch.relu, "none": torch.clone}
POOLINGS = {"average": avg_pool2d, "maximum": max_pool2d}
# What an accuracy on pictures never seen earns, as the handout says. scripts/measure_lenet_tiers.py sets these from the
# runs in scripts/lenet_tiers_subset_cpu.json.
TIERS = [(0.70, 6), (0.60, 4), (0.45, 2)]


class Batches:
    """Pairs (X, y) of `size` samples, the last one perhaps smaller; with a seed every pass is shuffled anew."""

    def __init__(self, X, y, size, seed=None):
        self.X, self.y, self.size = X, y, size
        self.rng = None if seed is None else torch.Generator().manual_seed(seed)

    def __len__(self):
        return -(-len(self.y) // self.size)

    def __iter__(self):
        X, y = self.X, self.y
        if self.rng is not None:
            order = torch.randperm(len(y), generator=self.rng)
            X, y = X[order], y[order]
        yield from zip(X.split(self.size), y.split(self.size))


class FlipsInTraining(nn.Module):
    """Gives -X in training mode and X in evaluation mode, so that the mode shows in every number."""

    def forward(self, X):
        return -X if self.training else X


class Recorder(nn.Module):
    """Wraps a net and notes, at every forward pass, the mode, the input and the parameters of that moment.

    The mode is None where a part of the net is in another than the rest.
    """

    def __init__(self, net):
        super().__init__()
        self.net = net
        self.modes, self.inputs, self.states = [], [], []

    def state(self):
        return [p.detach().to("cpu", torch.float32, copy=True) for p in self.net.parameters()]

    def forward(self, X):
        modes = {module.training for module in self.modules()}
        self.modes.append(modes.pop() if len(modes) == 1 else None)
        self.inputs.append(X.detach().cpu())
        self.states.append(self.state())
        return self.net(X)


def small_net():
    """A net with both kinds of layers, one of them nested, for 1 x 6 x 6 images and 4 classes; 3 x 3 x 2, then 4."""
    return nn.Sequential(
        nn.Sequential(nn.Conv2d(1, 2, 3), nn.Tanh()), FlipsInTraining(), nn.Flatten(), nn.Linear(32, 4)
    )


def fill(net, values):
    """Writes the tensors `values` into the parameters of `net`, in order, each in the parameter's own shape."""
    with torch.no_grad():
        for parameter, value in zip(net.parameters(), values, strict=True):
            parameter.copy_(value.reshape(parameter.shape))


def new_lenet(module):
    """The net that `make_lenet` makes; some hand in the net itself, or a function that gives its class."""
    made = module.make_lenet
    made = copy.deepcopy(made) if isinstance(made, nn.Module) else made()
    net = made() if isinstance(made, type) else made
    with torch.no_grad():
        net(torch.zeros(2, 1, 28, 28))  # lazy layers learn their shapes from the first input
    return net


def lenet_parameters(module):
    """`[shape, ...]` of the trainable parameters of `make_lenet()`, sorted."""
    return sorted(list(p.shape) for p in new_lenet(module).parameters() if p.requires_grad)


def lenet_outputs(module, weights, X, training):
    """What `make_lenet()` makes of X with `weights` in its parameters, or None where they do not fit by shape.

    Gives the outputs for the whole batch, for its samples one by one, for the whole batch again, and once more after
    another net was made and filled with zeros.
    """
    torch.manual_seed(0)
    net = new_lenet(module).train(training)
    if not fill_by_shape(net, weights):
        return None
    with torch.no_grad():
        answers = [net(X), torch.cat([net(x) for x in X.split(1)]), net(X)]
        fill_by_shape(new_lenet(module), [0 * value for value in weights])
        return [*answers, net(X)]


def lenet_gradients(module, weights, X, y):
    """Gradients of the cross-entropy of `make_lenet()` in the order of `weights`; None where they do not fit."""
    net = new_lenet(module)
    if not fill_by_shape(net, weights):
        return None
    torch_cross_entropy(net(X), y).backward()
    return [p.grad if p.grad is None else p.grad.reshape(shape) for p, shape in zip(lenet_places(net), SHAPES)]


def fill_by_shape(net, weights):
    """Writes each of `weights` into the parameter of its shape; tells whether all found a place and none was left."""
    places = lenet_places(net)
    if places is None:
        return False
    with torch.no_grad():
        for place, value in zip(places, weights, strict=True):
            place.copy_(value.reshape(place.shape))
    return True


def lenet_places(net):
    """The parameters of a net in LeNet's order, or None where they are others.

    A dense layer may be written as the convolution that computes the same: its weight is equal up to a reshape.
    """
    places = {(*p.shape[:1], p.numel()): p for p in net.parameters()}
    due = [(shape[0], math.prod(shape)) for shape in SHAPES]
    return [places[key] for key in due] if len(list(net.parameters())) == 10 and places.keys() == set(due) else None


def shapes_of(module, net_name, input_shape):
    """`[shapes, hooks]`: `layer_shapes` of one of the nets below, asked twice, and how many hooks it left there."""
    net = NETS[net_name]()
    before = hooks_of(net)
    module.layer_shapes(net, input_shape)
    return [module.layer_shapes(net, input_shape), hooks_of(net) - before]


def hooks_of(net):
    """How many hooks wait for a forward pass of the net."""
    everywhere = nn.modules.module
    waiting = [everywhere._global_forward_hooks, everywhere._global_forward_pre_hooks]
    waiting += [hooks for layer in net.modules() for hooks in (layer._forward_hooks, layer._forward_pre_hooks)]
    return sum(map(len, waiting))


def plain_net():
    """A flat net."""
    return nn.Sequential(nn.Conv2d(1, 3, 3, padding=1), nn.Tanh(), nn.AvgPool2d(2), nn.Flatten(), nn.Linear(48, 5))


def nested_net():
    """A net of nets."""
    block = nn.Sequential(nn.Conv2d(2, 4, (3, 1)), nn.Sequential(nn.ReLU(), nn.MaxPool2d((1, 2))))
    return nn.Sequential(block, nn.Sequential(nn.Flatten(), nn.Sequential(nn.Linear(32, 7), nn.Sigmoid())))


class OtherOrder(nn.Module):
    """A net whose layers are defined in another order than they are used."""

    def __init__(self):
        super().__init__()
        self.last = nn.Linear(6, 2)
        self.head = nn.Sequential(nn.Flatten(), nn.Linear(20, 6))
        self.first = nn.Conv2d(1, 5, 2, stride=2)

    def forward(self, X):
        return self.last(torch.tanh(self.head(self.first(X))))


class Halve(nn.Module):
    """A layer of nobody's library."""

    def forward(self, X):
        return X / 2


class UsedTwice(nn.Module):
    """A net that uses two of its layers twice, one of them a layer of its own kind."""

    def __init__(self):
        super().__init__()
        self.halve, self.act = Halve(), nn.Tanh()
        self.first, self.last = nn.Linear(3, 5), nn.Linear(5, 2)

    def forward(self, X):
        return self.halve(self.act(self.last(self.act(self.first(self.halve(X))))))


NETS = {"plain": plain_net, "nested": nested_net, "other order": OtherOrder, "used twice": UsedTwice}


def gpus_for(module, cases):
    """The names of the devices that `try_gpu(i)` gives on machines with `gpus` GPUs, for each `(gpus, i)` of `cases`.

    `i` None calls it without.
    """
    before = gpu_questions(module)
    names = []
    try:
        for gpus, i in cases:
            pretended = {"device_count": lambda n=gpus: n, "is_available": lambda n=gpus: n > 0}
            for place, name, question in before:
                setattr(place, name, pretended[question.__name__])
            answer = module.try_gpu() if i is None else module.try_gpu(i)
            names.append(str(answer) if isinstance(answer, (str, torch.device)) else type(answer).__name__)
    finally:
        for place, name, question in before:
            setattr(place, name, question)
    return names


def gpu_questions(module):
    """`[(place, name, function), ...]`: what code can ask for GPUs, by whatever name the module itself has for it."""
    homes = [home for home in (torch.cuda, getattr(torch, "accelerator", None)) if home]
    asked = [(home, name, getattr(home, name)) for home in homes for name in ("device_count", "is_available")]
    own = [(module, name, value) for name, value in vars(module).items() if any(value is f for _, _, f in asked)]
    return asked + own


def evaluated(module, weights, X, y, batch_size, flips, device):
    """`evaluate_accuracy` of a linear net in training mode; with `flips` its scores change sign in that mode.

    `device` is the name of one, or None to leave the argument out.
    """
    last = FlipsInTraining() if flips else nn.Identity()
    net = nn.Sequential(nn.Flatten(), nn.Linear(X[0].numel(), weights[1].numel()), last)
    fill(net, weights)
    net.train()
    rest = [] if device is None else [torch.device(device)]
    return module.evaluate_accuracy(net, Batches(X, y, batch_size), *rest)


def training_record(module, start, train_set, test_set, batch_size, num_epochs, lr):
    """Runs `train` on a small net and tells what it did: `{"modes", "inputs", "states", "history", "left"}`.

    Of each forward pass whether it was in training mode, its input and the parameters; one more state holds those after
    the run. `left` are the gradients that were left, zeros where there were none.
    """
    torch.manual_seed(1)
    net = small_net()
    fill(net, start)
    recorder = Recorder(net)
    history = module.train(
        recorder, Batches(*train_set, batch_size), Batches(*test_set, batch_size), num_epochs, lr, torch.device("cpu")
    )
    left = [torch.zeros(p.shape) if p.grad is None else p.grad.float() for p in net.parameters()]
    return {
        "modes": recorder.modes,
        "inputs": recorder.inputs,
        "states": [*recorder.states, recorder.state()],
        "history": history,
        "left": left,
    }


class PretendGpu(TorchDispatchMode):
    """While entered, torch's meta device, which holds no numbers, plays a GPU: mixing it with the CPU is an error.

    `mixed` tells whether that happened. Reading a number from the device gives 1.
    """

    mixed = False

    @classmethod
    def _should_skip_dynamo(cls):
        return False  # nothing is compiled here; the default would import torch._dynamo at first use

    def __torch_dispatch__(self, func, types, args=(), kwargs=None):
        kwargs, name = kwargs or {}, func._schema.name
        tensors = [leaf for leaf in tree_leaves((args, kwargs)) if isinstance(leaf, torch.Tensor)]
        there = any(tensor.is_meta for tensor in tensors)
        here = any(tensor.dim() and not tensor.is_meta for tensor in tensors)
        if there and name == "aten::_local_scalar_dense":
            return torch.ones((), dtype=args[0].dtype).item()
        if there and name == "aten::_to_copy" and torch.device(kwargs.get("device") or "meta").type != "meta":
            return torch.ones(args[0].shape, dtype=kwargs.get("dtype") or args[0].dtype)
        if there and here and name not in ("aten::copy_", "aten::_to_copy"):
            self.mixed = True
            raise RuntimeError("Expected all tensors to be on the same device, but found at least two devices")
        return func(*args, **kwargs)


def misses_the_device(module, name):
    """What `train` or `evaluate_accuracy` leaves elsewhere than on the device it is told: "net", "batch" or "".

    Only a clear case counts: other trouble with a device that is no real one says nothing.
    """
    net, device = small_net(), torch.device("meta")
    batches = Batches(torch.randn(20, 1, 6, 6), torch.arange(20) % 4, 4)
    with PretendGpu() as gpu:
        try:
            if name == "train":
                module.train(net, batches, batches, 1, 0.1, device)
            else:
                module.evaluate_accuracy(net.to(device), batches, device)
                module.evaluate_accuracy(net, batches)
        except Exception:
            if not gpu.mixed:
                return ""
    if any(not p.is_meta for p in net.parameters()):
        return "net"
    return "batch" if gpu.mixed else ""


def initialised_weights(module, seed):
    """`[parameters that train starts from, parameters after its first step]` of `wide_net`; all were 0.25 before."""
    torch.manual_seed(seed)
    net = wide_net()
    for parameter in net.parameters():
        nn.init.constant_(parameter, 0.25)
    recorder = Recorder(net)
    X, y = wide_task(seed)
    module.train(recorder, Batches(X, y, 2), Batches(X, y, 2), 1, 0.01, torch.device("cpu"))
    states = [*recorder.states, recorder.state()]
    return [states[0], next((state for state in states if not alike(state, states[0])), states[0])]


def wide_net():
    """A net with enough weights to see how they were drawn, for 1 x 8 x 8 images and 4 classes."""
    return nn.Sequential(
        nn.Sequential(nn.Conv2d(1, 40, 5), nn.Sequential(nn.Conv2d(40, 8, 3))),
        nn.Flatten(),
        nn.Sequential(nn.Linear(32, 300), nn.Tanh()),
        nn.Linear(300, 4),
    )


def wide_task(seed):
    """Ten images for `wide_net`, and their classes."""
    return torch.randn(10, 1, 8, 8, generator=torch.Generator().manual_seed(seed)), torch.arange(10) % 4


def alike(state, other):
    """Whether two lists of parameters are equal."""
    return all(torch.equal(a, b) for a, b in zip(state, other, strict=True))


def as_inputs(images):
    """uint8 images (N, 28, 28) as inputs (N, 1, 28, 28) of mean 0 and deviation 1, as `data.py` makes them."""
    return (images.unsqueeze(1).float() / 255 - 0.286) / 0.353


def train_and_predict(module, images, labels, seed, num_epochs, lr, device=None):
    """Trains the student's own net by the student's own `train`: `{"parameters", "variant", "history"}`, or None.

    `parameters` are LeNet's ten, and `variant` names the LeNet-like function that predicts with them as the net does;
    `history` is what `train` told. None means no LeNet; what the net is worth is found elsewhere. Images are uint8,
    (N, 28, 28); the test set that `train` sees is a part of the training set: the pictures that count never come near
    this process.
    """
    device = torch.device(device or ("cuda" if torch.cuda.is_available() else "cpu"))
    torch.manual_seed(seed)
    torch.backends.cudnn.allow_tf32 = torch.backends.cuda.matmul.allow_tf32 = False
    X, y = as_inputs(images), labels.long()
    net = new_lenet(module)
    told = module.train(
        net,
        Batches(X, y, 64, SHUFFLE_SEED + seed),
        Batches(X[:1000], y[:1000], 250),
        num_epochs,
        lr,
        device,
    )
    places = lenet_places(net.to(device).eval())
    if places is None:
        return None
    parameters = [p.detach().float().cpu().reshape(shape) for p, shape in zip(places, SHAPES)]
    with torch.no_grad():
        scores = net(X[:200].to(device, places[0].dtype)).float().cpu()
        variant = nearest_variant(parameters, X[:200], scores)
    return {"parameters": parameters, "variant": variant, "history": columns_of(told)}


def columns_of(history):
    """The lists of numbers in a history, as floats; an empty dict where there are none."""
    told = {}
    with contextlib.suppress(Exception):  # whatever a history is, the net is not worth less for it
        for key in ("train_loss", "train_acc", "test_acc"):
            told[key] = [float(number) for number in history[key]]
    return told


def nearest_variant(parameters, X, scores):
    """The variant of LeNet that predicts most of X as `scores` do; among equals the one whose scores are nearest."""
    due, best = scores.log_softmax(1), scores.argmax(1)

    def distance(logits):
        return int((logits.argmax(1) != best).sum()), float((logits.log_softmax(1) - due).abs().nan_to_num(1e9).max())

    return min(lenet_variants(parameters, X), key=lambda pair: distance(pair[1]))[0]


# What outside the student's process is made of what came back.


def lenet_parts(parameters):
    """LeNet's two blocks and its dense layers with these parameters: for each part its variants, `{name: function}`.

    The names are those of its activation and its pooling; the last layer, which has neither, comes with the third.
    """
    k1, b1, k2, b2, w3, b3, w4, b4, w5, b5 = parameters

    def block(K, b, padding):
        return {
            f"{a} {p}": lambda X, act=act, pool=pool: pool(act(conv2d(X, K, b, padding=padding)), 2)
            for a, act in ACTIVATIONS.items()
            for p, pool in POOLINGS.items()
        }

    return [
        block(k1, b1, 2),
        block(k2, b2, 0),
        {a: lambda X, act=act: act(linear(X.flatten(1), w3, b3)) for a, act in ACTIVATIONS.items()},
        {a: lambda X, act=act: linear(act(linear(X, w4, b4)), w5, b5) for a, act in ACTIVATIONS.items()},
    ]


def lenet_variants(parameters, X):
    """`[(variant, logits), ...]` of every LeNet-like function with these parameters."""
    found = [([], X)]
    for part in lenet_parts(parameters):
        found = [([*names, name], variant(Y)) for names, Y in found for name, variant in part.items()]
    return found


def lenet_scores(parameters, variant, X):
    """The logits of the LeNet-like function with these parameters that `variant` names part by part."""
    for part, name in zip(lenet_parts(parameters), variant, strict=True):
        X = part[name](X)
    return X


def scores_of_trained(trained, images):
    """The logits of the LeNet that `train_and_predict` told of, for uint8 images; None where it told of none."""
    if not is_a_lenet(trained):
        return None
    parts = [lenet_scores(trained["parameters"], trained["variant"], as_inputs(part)) for part in images.split(500)]
    return torch.cat(parts)


def points_for(accuracy):
    """The points of the highest tier that an accuracy reaches."""
    return next((points for tier, points in TIERS if accuracy >= tier), 0)


def is_a_lenet(trained):
    """Whether this is `{"parameters", "variant"}`: LeNet's ten tensors, float32 and finite, and four known names.

    What else it tells, its history, is for the student's own page.
    """
    return (
        isinstance(trained, dict)
        and trained.keys() - {"history"} == {"parameters", "variant"}
        and has_shapes(trained["parameters"], SHAPES)
        and isinstance(trained["variant"], list)
        and len(trained["variant"]) == 4
        and all(isinstance(n, str) and n in part for n, part in zip(trained["variant"], lenet_parts(range(10))))
    )


def four_alike(answers):
    """Whether `lenet_outputs` gave its four tensors, all of one shape."""
    four = isinstance(answers, list) and len(answers) == 4 and all(isinstance(a, torch.Tensor) for a in answers)
    return four and len({tuple(answer.shape) for answer in answers}) == 1


def near(answer, expected):
    """Whether a float tensor of a claim is the expected one, up to single precision."""
    if not (isinstance(answer, torch.Tensor) and answer.is_floating_point() and answer.shape == expected.shape):
        return False
    return bool((answer.double() - expected).abs().max() <= 1e-4 * expected.abs().max())


def has_shapes(tensors, shapes, finite=True):
    """Whether these are float32 tensors of exactly these shapes, and finite if so wished."""
    return (
        isinstance(tensors, list)
        and len(tensors) == len(shapes)
        and all(isinstance(t, torch.Tensor) and t.dtype is torch.float32 for t in tensors)
        and all(tuple(t.shape) == tuple(shape) for t, shape in zip(tensors, shapes))
        and (not finite or all(bool(t.isfinite().all()) for t in tensors))
    )


class Step:
    """One change of the parameters: on which samples, in which mode, from which parameters to which."""

    def __init__(self, rows, training, before, after):
        self.rows, self.training, self.before, self.after = rows, training, before, after


class TrainingRun:
    """What the record of a training run shows; `start` are the parameters before it, the sets the pairs (X, y).

    Nothing in a record is believed: ask `is_well_formed` before all else.
    """

    MOST_LOOKS = 50  # forward passes for each step that is due
    MOST_LOSS = 10  # times that of a guess: begun from more, a record follows in closed form, for nothing moves

    def __init__(self, record, start, train_set, test_set, batch_size, num_epochs, lr):
        self.record, self.start, self.train_set, self.test_set, self.lr = record, start, train_set, test_set, lr
        self.batch_size, self.num_epochs = batch_size, num_epochs
        self.per_epoch = -(-len(train_set[1]) // batch_size)
        self.changes, self.steps, self.test_modes = [], [], []
        if self.is_well_formed():
            self.read(record["modes"], record["inputs"], record["states"])

    def is_well_formed(self):
        """Whether the record has its five parts: as many modes as inputs, a state more, all of the due shapes."""
        record, shapes = self.record, [p.shape for p in self.start]
        if not (isinstance(record, dict) and record.keys() == {"modes", "inputs", "states", "history", "left"}):
            return False
        modes, inputs, states = (record[key] for key in ("modes", "inputs", "states"))
        return (
            all(isinstance(part, list) for part in (modes, inputs, states))
            and len(modes) == len(inputs) == len(states) - 1
            and len(inputs) <= self.MOST_LOOKS * self.per_epoch * self.num_epochs
            and all(isinstance(X, torch.Tensor) for X in inputs)
            and all(has_shapes(state, shapes, finite=False) for state in [*states, record["left"]])
        )

    def read(self, modes, inputs, states):
        """Finds the steps; a pass that is followed by no change (a second look, an evaluation) is none."""
        train_rows, test_rows = ([rows_in(X, images) for X in inputs] for images, _ in (self.train_set, self.test_set))
        passes = zip(train_rows, modes, states, states[1:], strict=False)
        self.changes = [Step(*each) for each in passes if not alike(*each[2:])]
        self.steps = [change for change in self.changes if change.rows]
        self.test_modes = [mode for mode, rows in zip(modes, test_rows) if rows]

    def in_order(self):
        """Whether every epoch has one step for each batch, in the order in which `train_iter` gave them."""
        batches = [rows.tolist() for rows in torch.arange(len(self.train_set[1])).split(self.batch_size)]
        return [step.rows for step in self.steps] == batches * self.num_epochs

    def begins_afresh(self):
        """Whether the weights before the first step are given ones or drawn, and do not know the classes yet."""
        first, guess = self.steps[0].before, math.log(len(self.start[-1]))
        drawn = all(torch.equal(p, given) or is_drawn(p) for p, given in zip(first, self.start))
        return drawn and 0.5 * guess < loss(first, *self.train_set, training=True) < self.MOST_LOSS * guess

    def first_wrong_step(self):
        """How many steps are right before the first change that is not plain SGD on its own batch; None without one."""
        right = 0
        for change in self.changes:
            if not (change.rows and self.is_sgd(change)):
                return right
            right += 1
        return None

    def is_sgd(self, step):
        """Whether the step is -lr * gradient of the mean cross-entropy of its batch."""
        if type(step.training) is not bool or not all(bool(p.isfinite().all()) for p in step.before + step.after):
            return False
        net = small_net().train(step.training)
        due = [-self.lr * g for g in gradients(net, step.before, *self.batch(step))]
        largest = max(float(d.abs().max()) for d in due)
        return all(
            near_step(after.double() - before.double(), d, 1e-6 * (largest + float(before.abs().max())))
            for before, after, d in zip(step.before, step.after, due)
        )

    def batch(self, step):
        return self.train_set[0][step.rows], self.train_set[1][step.rows]

    def accepted(self, key):
        """Per epoch the values that `history[key]` may have: taken while training, or over the set when it ends."""
        judged, data = (loss, self.train_set) if key == "train_loss" else (share, self.train_set)
        if key == "test_acc":
            data = self.test_set
        lines = []
        for epoch in range(self.num_epochs):
            steps = self.steps[epoch * self.per_epoch : (epoch + 1) * self.per_epoch]
            line = [judged(steps[-1].after, *data, training) for training in (False, True)]
            if key != "test_acc":
                parts = [judged(s.before, *self.batch(s), s.training) * len(s.rows) for s in steps]
                line.append(sum(parts) / sum(len(s.rows) for s in steps))
            lines.append(line)
        return lines


def near_step(done, due, noise):
    """Whether one parameter changed as it should; `noise` is what single precision may add."""
    return bool(((done - due).abs() <= 1e-3 * due.abs().max() + noise).all())


def is_drawn(weight):
    """Whether this can be what some initialisation draws: weights that differ, of a sensible size; small biases."""
    if weight.dim() < 2:
        return bool((weight.abs() <= 2).all())
    deviation, mean = float(weight.double().std()), float(weight.double().mean())
    distinct = len(weight.unique()) > 0.9 * weight.numel()
    return distinct and 0.003 < deviation < 2 and abs(mean) < deviation


def rows_in(batch, images):
    """Positions of the batch's images among `images`; an empty list if one is not among them."""
    if batch.shape[1:] != images.shape[1:] or not 0 < len(batch) <= len(images):
        return []
    equal = (batch.unsqueeze(1) == images.unsqueeze(0)).flatten(2).all(2)
    return equal.int().argmax(1).tolist() if bool(equal.any(1).all()) else []


def gradients(net, parameters, X, y):
    """The gradients of the mean cross-entropy of `net` with these parameters, in float64."""
    net = net.double()
    fill(net, parameters)
    torch_cross_entropy(net(X.double()), y).backward()
    return [p.grad for p in net.parameters()]


def scores_of(parameters, X, training):
    """What `small_net` with these parameters gives, in float64."""
    net = small_net().double().train(training)
    fill(net, parameters)
    with torch.no_grad():
        return net(X.double())


def loss(parameters, X, y, training):
    """The mean cross-entropy of `small_net` with these parameters."""
    return torch_cross_entropy(scores_of(parameters, X, training), y).item()


def share(parameters, X, y, training):
    """The accuracy of `small_net` with these parameters."""
    return (scores_of(parameters, X, training).argmax(1) == y).double().mean().item()
