"""What must run beside the student's code in 4.6: nets, batches and training runs, which cannot cross as data."""

import torch
from torch import nn
from torch.nn.functional import cross_entropy as torch_cross_entropy
from torch.utils._python_dispatch import TorchDispatchMode
from torch.utils._pytree import tree_leaves

SHUFFLE_SEED = 46


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
    """Wraps a net and notes, at every forward pass, the mode, the input and the parameters of that moment."""

    def __init__(self, net):
        super().__init__()
        self.net = net
        self.notes = []

    def state(self):
        return [p.detach().to("cpu", copy=True) for p in self.net.parameters()]

    def forward(self, X):
        self.notes.append([self.training, X.detach().cpu(), self.state()])
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
    made = module.make_lenet if isinstance(module.make_lenet, nn.Module) else module.make_lenet()
    net = made() if isinstance(made, type) else made
    with torch.no_grad():
        net(torch.zeros(2, 1, 28, 28))  # lazy layers learn their shapes from the first input
    return net


def lenet_parameters(module):
    """`[shape, ...]` of the trainable parameters of `make_lenet()`."""
    return [list(p.shape) for p in new_lenet(module).parameters() if p.requires_grad]


def lenet_outputs(module, weights, X, training):
    """What `make_lenet()` makes of X with `weights` in its parameters, or None where they do not fit by shape.

    Gives the outputs for the whole batch, for its samples one by one, and for the whole batch again.
    """
    torch.manual_seed(0)
    net = new_lenet(module)
    if not fill_by_shape(net, weights):
        return None
    net.train(training)
    with torch.no_grad():
        return [net(X), torch.cat([net(x) for x in X.split(1)]), net(X)]


def lenet_gradients(module, weights, X, y):
    """Gradients of the cross-entropy of `make_lenet()` in the order of `weights`; None where they do not fit."""
    net = new_lenet(module)
    if not fill_by_shape(net, weights):
        return None
    torch_cross_entropy(net(X), y).backward()
    found = {tuple(p.shape): p.grad for p in net.parameters()}
    return [found[tuple(value.shape)] for value in weights]


def fill_by_shape(net, weights):
    """Writes each of `weights` into the parameter of its shape; tells whether all found a place and none was left."""
    places = {tuple(p.shape): p for p in net.parameters()}
    if len(list(net.parameters())) != len(weights) or set(places) != {tuple(value.shape) for value in weights}:
        return False
    with torch.no_grad():
        for value in weights:
            places[tuple(value.shape)].copy_(value)
    return True


def shapes_of(module, net_name, input_shape):
    """`layer_shapes` of one of the nets below, asked twice: a hook that stays behind shows the second time."""
    net = NETS[net_name]()
    module.layer_shapes(net, input_shape)
    return module.layer_shapes(net, input_shape)


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


NETS = {"plain": plain_net, "nested": nested_net, "other order": OtherOrder}


def gpus_for(module, cases):
    """The names of the devices that `try_gpu(i)` gives on machines with `gpus` GPUs, for each `(gpus, i)` of `cases`.

    `i` None calls it without.
    """
    before = torch.cuda.device_count, torch.cuda.is_available
    names = []
    try:
        for gpus, i in cases:
            torch.cuda.device_count, torch.cuda.is_available = lambda n=gpus: n, lambda n=gpus: n > 0
            answer = module.try_gpu() if i is None else module.try_gpu(i)
            names.append(str(answer) if isinstance(answer, (str, torch.device)) else type(answer).__name__)
    finally:
        torch.cuda.device_count, torch.cuda.is_available = before
    return names


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
    """Runs `train` on a small net and tells what it did: `{"notes", "end", "history", "cleared"}`.

    A note is `[training mode, input, parameters]` of one forward pass; `end` holds the parameters after the run, and
    `cleared` tells whether no gradient was left.
    """
    torch.manual_seed(1)
    net = small_net()
    fill(net, start)
    recorder = Recorder(net)
    history = module.train(
        recorder, Batches(*train_set, batch_size), Batches(*test_set, batch_size), num_epochs, lr, torch.device("cpu")
    )
    cleared = not any(p.grad is not None and bool(p.grad.any()) for p in net.parameters())
    return {"notes": recorder.notes, "end": recorder.state(), "history": history, "cleared": cleared}


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
    """The weights that `train` starts from, as they are at the first forward pass; all were 0.25 before."""
    torch.manual_seed(seed)
    net = nn.Sequential(
        nn.Sequential(nn.Conv2d(1, 40, 5), nn.Sequential(nn.Conv2d(40, 8, 3))),
        nn.Flatten(),
        nn.Sequential(nn.Linear(32, 300), nn.Tanh()),
        nn.Linear(300, 4),
    )
    for parameter in net.parameters():
        nn.init.constant_(parameter, 0.25)
    recorder = Recorder(net)
    X, y = torch.randn(10, 1, 8, 8), torch.arange(10) % 4
    module.train(recorder, Batches(X, y, 2), Batches(X, y, 2), 1, 0.01, torch.device("cpu"))
    return [p for p in recorder.notes[0][2] if p.dim() > 1]


def as_inputs(images):
    """uint8 images (N, 28, 28) as inputs (N, 1, 28, 28) of mean 0 and deviation 1, as `data.py` makes them."""
    return (images.unsqueeze(1).float() / 255 - 0.286) / 0.353


def train_and_predict(module, images, labels, unlabelled, seed, device=None):
    """Trains the student's own net by the student's own `train` and gives its logits for images without labels.

    Images are uint8, (N, 28, 28). The test set that `train` sees is a part of the training set: the labels that count
    never come near this process.
    """
    device = torch.device(device or ("cuda" if torch.cuda.is_available() else "cpu"))
    torch.manual_seed(seed)
    torch.backends.cudnn.allow_tf32 = torch.backends.cuda.matmul.allow_tf32 = False
    X, y = as_inputs(images), labels.long()
    net = new_lenet(module)
    module.train(
        net,
        Batches(X, y, 64, SHUFFLE_SEED + seed),
        Batches(X[:1000], y[:1000], 250),
        module.NUM_EPOCHS,
        module.LR,
        device,
    )
    net.to(device).eval()
    with torch.no_grad():
        parts = [net(as_inputs(x).to(device)).float().cpu() for x in unlabelled.split(500)]
    return torch.cat(parts)


# How a training record is read, outside the student's process.


class Step:
    """One change of the parameters: on which samples, in which mode, from which parameters to which."""

    def __init__(self, rows, training, before, after):
        self.rows, self.training, self.before, self.after = rows, training, before, after


class TrainingRun:
    """What the record of a training run shows; `train_set` and `test_set` are the pairs (X, y) it ran on."""

    def __init__(self, record, train_set, test_set, batch_size, num_epochs, lr):
        self.record, self.train_set, self.test_set, self.lr = record, train_set, test_set, lr
        self.batch_size, self.num_epochs = batch_size, num_epochs
        self.per_epoch = -(-len(train_set[1]) // batch_size)
        notes, end = record["notes"], record["end"]
        states = [state for _, _, state in notes] + [end]
        # A pass that is followed by no change (a second look at a batch, an evaluation) is no step.
        self.changes = [
            Step(rows_in(X, train_set[0]), training, before, after)
            for (training, X, before), after in zip(notes, states[1:])
            if not all(torch.equal(a, b) for a, b in zip(before, after))
        ]
        self.steps = [change for change in self.changes if change.rows]
        self.test_modes = [training for training, X, _ in notes if rows_in(X, test_set[0])]

    def in_order(self):
        """Whether every epoch has one step for each batch, in the order in which `train_iter` gave them."""
        batches = [rows.tolist() for rows in torch.arange(len(self.train_set[1])).split(self.batch_size)]
        return [step.rows for step in self.steps] == batches * self.num_epochs

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
        due = sgd_step(step.before, *self.batch(step), self.lr, step.training)
        done = [after.double() - before.double() for before, after in zip(step.before, step.after)]
        allowed = 1e-3 * max(float(d.abs().max()) for d in due) + 1e-6
        return all(bool(((a - b).abs() <= allowed).all()) for a, b in zip(done, due))

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


def rows_in(batch, images):
    """Positions of the batch's images among `images`; an empty list if one is not among them."""
    if batch.shape[1:] != images.shape[1:]:
        return []
    equal = (batch.unsqueeze(1) == images.unsqueeze(0)).flatten(2).all(2)
    return equal.int().argmax(1).tolist() if bool(equal.any(1).all()) else []


def scores_of(parameters, X, training):
    """What `small_net` with these parameters gives, in float64, and its parameters."""
    net = small_net().double()
    fill(net, [p.double() for p in parameters])
    return net.train(training)(X.double()), list(net.parameters())


def sgd_step(parameters, X, y, lr, training):
    """How much one step of plain mini-batch SGD on the mean cross-entropy changes every parameter."""
    scores, leaves = scores_of(parameters, X, training)
    torch_cross_entropy(scores, y).backward()
    return [-lr * p.grad for p in leaves]


def loss(parameters, X, y, training):
    """The mean cross-entropy of `small_net` with these parameters."""
    return torch_cross_entropy(scores_of(parameters, X, training)[0], y).item()


def share(parameters, X, y, training):
    """The accuracy of `small_net` with these parameters."""
    return (scores_of(parameters, X, training)[0].argmax(1) == y).double().mean().item()
