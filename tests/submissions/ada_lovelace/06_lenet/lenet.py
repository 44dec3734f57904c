import torch
from torch import nn

NUM_EPOCHS = 20
LR = 0.1


class LeNet(nn.Module):
    def __init__(self):
        super().__init__()
        self.conv1 = nn.Conv2d(1, 6, 5, padding=2)
        self.conv2 = nn.Conv2d(6, 16, 5)
        self.pool = nn.MaxPool2d(2, 2)
        self.relu = nn.ReLU()
        self.flatten = nn.Flatten()
        self.fc1 = nn.Linear(400, 120)
        self.fc2 = nn.Linear(120, 84)
        self.fc3 = nn.Linear(84, 10)

    def forward(self, x):
        x = self.pool(self.relu(self.conv1(x)))
        x = self.pool(self.relu(self.conv2(x)))
        x = self.flatten(x)
        x = self.relu(self.fc1(x))
        x = self.relu(self.fc2(x))
        return self.fc3(x)


def make_lenet():
    return LeNet()


def layer_shapes(net, input_shape):
    shapes = []
    handles = []
    for layer in net.modules():
        if len(list(layer.children())) == 0:
            handles.append(layer.register_forward_hook(
                lambda m, inputs, output: shapes.append((m.__class__.__name__, tuple(output.shape)))))
    net(torch.randn(*input_shape))
    for handle in handles:
        handle.remove()
    return shapes


def accuracy(y_hat, y):
    right = 0
    for scores, label in zip(y_hat, y):
        if scores.argmax() == label:
            right += 1
    return right / len(y)


def try_gpu(i=0):
    if torch.cuda.device_count() > i:
        return torch.device(f"cuda:{i}")
    return torch.device("cpu")


def evaluate_accuracy(net, data_iter, device=None):
    if device is None:
        device = next(iter(net.parameters())).device
    net.eval()
    right, total = 0, 0
    with torch.no_grad():
        for X, y in data_iter:
            X, y = X.to(device), y.to(device)
            right += (net(X).argmax(1) == y).sum().item()
            total += y.numel()
    return right / total


def init_weights(layer):
    if isinstance(layer, (nn.Linear, nn.Conv2d)):
        nn.init.xavier_uniform_(layer.weight)


def train(net, train_iter, test_iter, num_epochs, lr, device=None):
    if device is None:
        device = next(iter(net.parameters())).device
    net.apply(init_weights)
    net.to(device)
    optimizer = torch.optim.SGD(net.parameters(), lr=lr)
    loss_function = nn.CrossEntropyLoss()
    history = {"train_loss": [], "train_acc": [], "test_acc": []}
    for epoch in range(num_epochs):
        net.train()
        loss_sum, right, total = 0.0, 0.0, 0
        for X, y in train_iter:
            X, y = X.to(device), y.to(device)
            optimizer.zero_grad()
            y_hat = net(X)
            loss = loss_function(y_hat, y)
            loss.backward()
            optimizer.step()
            loss_sum += loss.item() * len(y)
            right += (y_hat.argmax(1) == y).sum().item()
            total += len(y)
        history["train_loss"].append(loss_sum / total)
        history["train_acc"].append(right / total)
        history["test_acc"].append(evaluate_accuracy(net, test_iter, device))
        print(f"epoch {epoch + 1}: loss {history['train_loss'][-1]:.3f}, test acc {history['test_acc'][-1]:.3f}")
    return history
