import torch
from torch import nn
from torch.nn import functional as F

NUM_EPOCHS = 15
LR = 0.05


class Net(nn.Module):
    def __init__(self):
        super().__init__()
        self.features = nn.Sequential(
            nn.Conv2d(1, 6, 5, padding=2), nn.ReLU(), nn.MaxPool2d(2),
            nn.Conv2d(6, 16, 5), nn.ReLU(), nn.MaxPool2d(2))
        self.classifier = nn.Sequential(
            nn.Flatten(), nn.Linear(16 * 5 * 5, 120), nn.ReLU(),
            nn.Linear(120, 84), nn.ReLU(), nn.Linear(84, 10))

    def forward(self, x):
        return F.softmax(self.classifier(self.features(x)), dim=1)


def make_lenet():
    return Net()


def layer_shapes(net, input_shape):
    shapes = []

    def hook(module, args, output):
        shapes.append((module.__class__.__name__, tuple(output.shape)))

    hooks = [m.register_forward_hook(hook) for m in net.modules() if not list(m.children())]
    net(torch.zeros(*input_shape))
    [h.remove() for h in hooks]
    return shapes


def accuracy(y_hat, y):
    return (torch.argmax(y_hat, dim=1) == y).float().mean().item()


def try_gpu(i=0):
    return torch.device("cuda", i) if torch.cuda.device_count() > i else torch.device("cpu")


def evaluate_accuracy(net, data_iter, device=None):
    net.eval()
    accuracies = []
    with torch.no_grad():
        for X, y in data_iter:
            accuracies.append(accuracy(net(X.to(device)), y.to(device)))
    return sum(accuracies) / len(accuracies)


def train(net, train_iter, test_iter, num_epochs, lr, device=None):
    net = net.to(device)
    for m in net.modules():
        if isinstance(m, (nn.Conv2d, nn.Linear)):
            nn.init.xavier_uniform_(m.weight)
    optimizer = torch.optim.SGD(net.parameters(), lr=lr)
    history = {"train_loss": [], "train_acc": [], "test_acc": []}
    for epoch in range(num_epochs):
        losses, accs = [], []
        for X, y in train_iter:
            X, y = X.to(device), y.to(device)
            y_hat = net(X)
            loss = F.cross_entropy(y_hat, y)
            loss.backward()
            optimizer.zero_grad()
            optimizer.step()
            losses.append(loss.item())
            accs.append(accuracy(y_hat, y))
        history["train_loss"].append(sum(losses) / len(losses))
        history["train_acc"].append(sum(accs) / len(accs))
        history["test_acc"].append(evaluate_accuracy(net, test_iter, device))
    return history
