"""Right but unusual answers to section 4.6, which must get every point."""

import itertools

import numpy as np
import torch
from lenet import accuracy, evaluate_accuracy
from torch import nn
from torch.nn import functional as F

from autograder.course.answers import alternative

# make_lenet


@alternative("make_lenet")
def of_the_book():
    return nn.Sequential(
        nn.Conv2d(1, 6, kernel_size=5, padding=2),
        nn.Sigmoid(),
        nn.AvgPool2d(kernel_size=2, stride=2),
        nn.Conv2d(6, 16, kernel_size=5),
        nn.Sigmoid(),
        nn.AvgPool2d(kernel_size=2, stride=2),
        nn.Flatten(),
        nn.Linear(16 * 5 * 5, 120),
        nn.Sigmoid(),
        nn.Linear(120, 84),
        nn.Sigmoid(),
        nn.Linear(84, 10),
    )


@alternative("make_lenet")
class as_a_class(nn.Module):
    def __init__(self):
        super().__init__()
        self.fc3, self.fc2, self.fc1 = nn.Linear(84, 10), nn.Linear(120, 84), nn.Linear(400, 120)  # any order
        self.conv1, self.conv2 = nn.Conv2d(1, 6, 5, padding=2), nn.Conv2d(6, 16, 5)
        self.pool, self.act = nn.MaxPool2d(2), nn.Tanh()

    def forward(self, X):
        X = self.pool(self.act(self.conv2(self.pool(self.act(self.conv1(X))))))
        return self.fc3(self.act(self.fc2(self.act(self.fc1(X.view(-1, 400))))))


@alternative("make_lenet")
def factory_of_a_class():
    return as_a_class()


@alternative("make_lenet")
def lazy_layers():
    return nn.Sequential(
        nn.LazyConv2d(6, 5, padding=2),
        nn.ReLU(),
        nn.MaxPool2d(2),
        nn.LazyConv2d(16, 5),
        nn.ReLU(),
        nn.MaxPool2d(2),
        nn.Flatten(),
        nn.LazyLinear(120),
        nn.ReLU(),
        nn.LazyLinear(84),
        nn.ReLU(),
        nn.LazyLinear(10),
    )


@alternative("make_lenet")
class in_a_module_list(nn.Module):
    def __init__(self):
        super().__init__()
        self.convs = nn.ModuleList([nn.Conv2d(1, 6, 5, padding="same"), nn.Conv2d(6, 16, 5)])
        sizes = [400, 120, 84, 10]
        self.dense = nn.ModuleList([nn.Linear(n, m) for n, m in zip(sizes, sizes[1:])])

    def forward(self, X):
        for conv in self.convs:
            X = F.avg_pool2d(conv(X).tanh(), 2)
        X = X.flatten(1)
        for layer in self.dense[:-1]:
            X = layer(X).tanh()
        return self.dense[-1](X)


@alternative("make_lenet")
def adaptive_pooling():
    return nn.Sequential(
        nn.ZeroPad2d(2),
        nn.Conv2d(1, 6, 5),
        nn.Sigmoid(),
        nn.AdaptiveAvgPool2d(14),
        nn.Conv2d(6, 16, 5),
        nn.Sigmoid(),
        nn.AdaptiveAvgPool2d((5, 5)),
        nn.Flatten(1),
        nn.Linear(400, 120),
        nn.Sigmoid(),
        nn.Linear(120, 84),
        nn.Sigmoid(),
        nn.Linear(84, 10),
    )


@alternative("make_lenet")
def by_add_module():
    net = nn.Sequential()
    blocks = [
        nn.Conv2d(1, 6, (5, 5), padding=(2, 2)),
        nn.Tanh(),
        nn.MaxPool2d((2, 2)),
        nn.Conv2d(6, 16, (5, 5)),
        nn.Tanh(),
        nn.MaxPool2d((2, 2)),
        nn.Flatten(),
        nn.Linear(400, 120),
        nn.Tanh(),
        nn.Linear(120, 84),
        nn.Tanh(),
        nn.Linear(84, 10),
    ]
    for i, layer in enumerate(blocks):
        net.add_module(f"layer{i:02d}", layer)
    return net


@alternative("make_lenet")
def with_log_softmax():
    return nn.Sequential(of_the_book(), nn.LogSoftmax(dim=1))


@alternative("make_lenet")
def pools_before_the_activation():
    return nn.Sequential(
        nn.Conv2d(1, 6, 5, padding=2),
        nn.MaxPool2d(2),
        nn.ReLU(),
        nn.Conv2d(6, 16, 5),
        nn.MaxPool2d(2),
        nn.ReLU(),
        nn.Flatten(),
        nn.Linear(400, 120),
        nn.ReLU(),
        nn.Linear(120, 84),
        nn.ReLU(),
        nn.Linear(84, 10),
    )


@alternative("make_lenet")
class from_bare_parameters(nn.Module):
    def __init__(self):
        super().__init__()
        shapes = [(6, 1, 5, 5), (6,), (16, 6, 5, 5), (16,), (120, 400), (120,), (84, 120), (84,), (10, 84), (10,)]
        self.p = nn.ParameterList([nn.Parameter(torch.randn(shape) * 0.05) for shape in shapes])

    def forward(self, X):
        X = F.max_pool2d(F.relu(F.conv2d(X, self.p[0], self.p[1], padding=2)), 2)
        X = F.max_pool2d(F.relu(F.conv2d(X, self.p[2], self.p[3])), 2).reshape(len(X), -1)
        X = F.relu(F.linear(X, self.p[4], self.p[5]))
        return F.linear(F.relu(F.linear(X, self.p[6], self.p[7])), self.p[8], self.p[9])


@alternative("make_lenet")
def first_dense_layer_as_a_convolution():
    return nn.Sequential(
        nn.Conv2d(1, 6, 5, padding=2),
        nn.Tanh(),
        nn.AvgPool2d(2),
        nn.Conv2d(6, 16, 5),
        nn.Tanh(),
        nn.AvgPool2d(2),
        nn.Conv2d(16, 120, 5),  # C5, as LeCun drew it
        nn.Tanh(),
        nn.Flatten(),
        nn.Linear(120, 84),
        nn.Tanh(),
        nn.Linear(84, 10),
    )


@alternative("make_lenet")
def without_a_dense_layer():
    blocks = [
        nn.Conv2d(1, 6, 5, padding=2),
        nn.ReLU(),
        nn.MaxPool2d(2),
        nn.Conv2d(6, 16, 5),
        nn.ReLU(),
        nn.MaxPool2d(2),
    ]
    dense = [nn.Conv2d(16, 120, 5), nn.ReLU(), nn.Conv2d(120, 84, 1), nn.ReLU(), nn.Conv2d(84, 10, 1)]
    return nn.Sequential(*blocks, *dense, nn.Flatten())


@alternative("make_lenet")
def reshapes_its_input():
    class Reshape(nn.Module):
        def forward(self, X):
            return X.view(-1, 1, 28, 28)

    return nn.Sequential(Reshape(), of_the_book())


# layer_shapes


@alternative("layer_shapes")
def by_patching_forward(net, input_shape):
    shapes, leaves = [], [layer for layer in net.modules() if not list(layer.children())]

    def noting(layer, forward):
        def run(*args):
            Y = forward(*args)
            shapes.append((layer.__class__.__name__, Y.shape))
            return Y

        return run

    for layer in leaves:
        layer.forward = noting(layer, layer.forward)
    net(torch.rand(*input_shape))
    for layer in leaves:
        del layer.forward
    return shapes


@alternative("layer_shapes")
def by_a_global_hook(net, input_shape):
    shapes = []

    def note(layer, args, Y):
        if next(layer.children(), None) is None:
            shapes.append((layer._get_name(), list(Y.shape)))

    handle = nn.modules.module.register_module_forward_hook(note)
    net.eval()(torch.ones(input_shape))
    handle.remove()
    return shapes


# accuracy


@alternative("accuracy")
def by_topk(y_hat, y):
    return (y_hat.topk(1, dim=1).indices.squeeze(1) == y).sum().item() / len(y)


@alternative("accuracy")
def by_loop(y_hat, y):
    best = [max(range(len(row)), key=row.__getitem__) for row in y_hat.tolist()]
    return sum(map(int.__eq__, best, y.tolist())) / len(y)


@alternative("accuracy")
def by_numpy(y_hat, y):
    return np.mean(y_hat.detach().numpy().argmax(1) == y.numpy())


@alternative("accuracy")
def as_a_tensor_without_axes(y_hat, y):
    return (y_hat.softmax(1).max(dim=1)[1] == y).float().mean()


# try_gpu


@alternative("try_gpu")
def from_a_list(i=0):
    devices = [torch.device("cuda", k) for k in range(torch.cuda.device_count())]
    try:
        return devices[i]
    except IndexError:
        return torch.device("cpu")


@alternative("try_gpu")
def as_a_string(i=0):
    return f"cuda:{i}" if torch.cuda.is_available() and i in range(torch.cuda.device_count()) else "cpu"


@alternative("try_gpu")
def by_the_accelerator(i=0):
    there = torch.accelerator.is_available() and i < torch.accelerator.device_count()
    return torch.device("cuda", i) if there else torch.device("cpu")


@alternative("try_gpu")
def of_d2l(i=0):
    if torch.cuda.device_count() >= i + 1:
        return torch.device(f"cuda:{i}")
    return torch.device("cpu")


# evaluate_accuracy


@alternative("evaluate_accuracy")
@torch.inference_mode()
def collects_then_compares(net, data_iter, device=None):
    net.train(False)
    device = device or next(net.parameters()).device
    pairs = [(net(X.to(device)).max(dim=1)[1].cpu(), y.cpu()) for X, y in data_iter]
    found, right = map(torch.cat, zip(*pairs))
    return (found == right).float().mean().item()


@alternative("evaluate_accuracy")
def of_the_textbook(net, data_iter, device=None):
    if isinstance(net, nn.Module):
        net.eval()
        if not device:
            device = next(iter(net.parameters())).device
    metric = [0.0, 0.0]
    with torch.no_grad():
        for X, y in data_iter:
            X = [x.to(device) for x in X] if isinstance(X, list) else X.to(device)
            y = y.to(device)
            hits = net(X).argmax(axis=1).type(y.dtype) == y
            metric[0] += float(hits.type(y.dtype).sum())
            metric[1] += y.numel()
    return metric[0] / metric[1]


@alternative("evaluate_accuracy")
def weighs_batch_accuracies(net, data_iter, device=None):
    net.eval()
    device = device or next(net.parameters()).device
    batches = [(accuracy(net(X.to(device)).detach(), y.to(device)), len(y)) for X, y in data_iter]
    shares, sizes = zip(*batches)
    return float(np.average(shares, weights=sizes))


# train


@alternative("train")
def of_the_textbook_too(net, train_iter, test_iter, num_epochs, lr, device=None):
    def init_weights(m):
        if type(m) == nn.Linear or type(m) == nn.Conv2d:  # noqa: E721  as in the book
            nn.init.xavier_uniform_(m.weight)

    net.apply(init_weights)
    net.to(device)
    optimizer = torch.optim.SGD(net.parameters(), lr=lr)
    loss = nn.CrossEntropyLoss()
    history = {"train_loss": [], "train_acc": [], "test_acc": []}
    for _ in range(num_epochs):
        metric = [0.0, 0.0, 0]
        net.train()
        for X, y in train_iter:
            optimizer.zero_grad()
            X, y = X.to(device), y.to(device)
            y_hat = net(X)
            l = loss(y_hat, y)  # noqa: E741  as in the book
            l.backward()
            optimizer.step()
            with torch.no_grad():
                metric[0] += float(l * X.shape[0])
                metric[1] += float((y_hat.argmax(axis=1) == y).sum())
                metric[2] += X.shape[0]
            train_l, train_acc = metric[0] / metric[2], metric[1] / metric[2]
        history["train_loss"].append(train_l)
        history["train_acc"].append(train_acc)
        history["test_acc"].append(evaluate_accuracy(net, test_iter))
    return history


@alternative("train")
def in_double_precision(net, train_iter, test_iter, num_epochs, lr, device=None):
    in_double = ([(X.double(), y) for X, y in batches] for batches in (train_iter, test_iter))
    return of_the_textbook_too(net.double(), *in_double, num_epochs, lr, device)


@alternative("train")
def updates_by_hand(net, train_iter, test_iter, num_epochs, lr, device=None):
    net.to(device)
    for layer in net.modules():
        if hasattr(layer, "kernel_size") or hasattr(layer, "in_features"):
            nn.init.xavier_normal_(layer.weight)
            nn.init.zeros_(layer.bias)
    history = {"train_loss": [], "train_acc": [], "test_acc": []}
    for _ in range(num_epochs):
        net.train()
        for X, y in train_iter:
            for p in net.parameters():
                p.grad = None
            X, y = X.to(device), y.to(device)
            F.nll_loss(net(X).log_softmax(dim=1), y).backward()
            with torch.no_grad():
                for p in net.parameters():
                    p -= lr * p.grad
        net.eval()
        with torch.no_grad():  # measured at the end of the epoch, over the whole set
            pairs = [(net(X.to(device)), y.to(device)) for X, y in train_iter]
            y_hat, y = torch.cat([a for a, _ in pairs]), torch.cat([b for _, b in pairs])
        history["train_loss"].append(F.cross_entropy(y_hat, y).item())
        history["train_acc"].append(accuracy(y_hat, y))
        history["test_acc"].append(evaluate_accuracy(net, test_iter))
    return history


@alternative("train")
def optimiser_before_moving_and_zero_after_the_step(net, train_iter, test_iter, num_epochs, lr, device=None):
    optimizer = torch.optim.SGD(params=list(net.parameters()), lr=lr)
    for layer in net.modules():
        if isinstance(layer, (nn.Conv2d, nn.Linear)):
            nn.init.xavier_uniform_(layer.weight.data)
    net = net.to(device)
    log = []
    for _ in range(num_epochs):
        losses, hits = [], []
        for X, y in list(train_iter):
            net.train()
            X, y = (t.to(device=device, non_blocking=True) for t in (X, y))
            y_hat = net.forward(X)
            loss = F.cross_entropy(y_hat, y)
            loss.backward()
            optimizer.step()
            optimizer.zero_grad(set_to_none=False)
            losses += [loss.item()] * len(y)
            hits += (y_hat.argmax(-1) == y).tolist()
        log.append((np.mean(losses), np.mean(hits), evaluate_accuracy(net, test_iter, device)))
    return dict(zip(("train_loss", "train_acc", "test_acc"), map(list, zip(*log))))


@alternative("train")
def zero_between_forward_and_backward(net, train_iter, test_iter, num_epochs, lr, device=None):
    net.apply(lambda m: nn.init.xavier_uniform_(m.weight) if isinstance(m, (nn.Linear, nn.Conv2d)) else None)
    optimizer = torch.optim.SGD(net.to(device).parameters(), lr=lr, momentum=0.0, weight_decay=0.0)
    history = {"test_acc": [], "train_acc": [], "train_loss": [], "lr": [lr] * num_epochs}
    for _ in range(num_epochs):
        net.train(True)
        sums = torch.zeros(3)
        for X, y in itertools.chain(train_iter):
            X, y = X.to(device), y.to(device)
            scores = net(X)
            loss = F.cross_entropy(scores, y)
            net.zero_grad()
            loss.backward()
            optimizer.step()
            sums += torch.tensor([loss.item() * len(y), accuracy(scores, y) * len(y), len(y)])
        history["train_loss"].append(float(sums[0] / sums[2]))
        history["train_acc"].append(sums[1] / sums[2])
        net.eval()
        with torch.no_grad():
            hits = torch.cat([net(X.to(device)).argmax(1) == y.to(device) for X, y in test_iter])
        history["test_acc"].append(hits.float().mean().item())
    return history
