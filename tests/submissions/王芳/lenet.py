"""第四章 4.6 LeNet    姓名：王芳"""
import torch
from torch import nn

NUM_EPOCHS, LR = 20, 0.1


def make_lenet():
    return nn.Sequential(
        nn.LazyConv2d(6, 5, padding=2), nn.Tanh(), nn.MaxPool2d(2),
        nn.LazyConv2d(16, 5), nn.Tanh(), nn.MaxPool2d(2),
        nn.Flatten(),
        nn.LazyLinear(120), nn.Tanh(),
        nn.LazyLinear(84), nn.Tanh(),
        nn.LazyLinear(10))


def layer_shapes(net, input_shape):
    result, hooks = [], []
    for m in net.modules():
        if not any(True for _ in m.children()):
            hooks.append(m.register_forward_hook(lambda m, i, o: result.append((type(m).__name__, tuple(o.shape)))))
    with torch.no_grad():
        net(torch.zeros(input_shape))
    for hook in hooks:
        hook.remove()
    return result


def accuracy(y_hat, y):
    return (y_hat.argmax(-1) == y).float().mean().item()


def try_gpu(i=0):
    return torch.device("cuda", i) if torch.cuda.is_available() and i < torch.cuda.device_count() else torch.device("cpu")


@torch.no_grad()
def evaluate_accuracy(net, data_iter, device=None):
    device = device or next(net.parameters()).device
    net.eval()
    hits = torch.cat([net(X.to(device)).argmax(1) == y.to(device) for X, y in data_iter])
    return hits.double().mean().item()


def train(net, train_iter, test_iter, num_epochs, lr, device=None):
    def init(m):
        if isinstance(m, (nn.Linear, nn.Conv2d)):
            nn.init.xavier_normal_(m.weight)

    device = device or next(net.parameters()).device
    with torch.no_grad():  # 延迟初始化的层要先见过一个批量
        net.to(device)(next(iter(train_iter))[0][:1].to(device))
    net.apply(init)
    sgd = torch.optim.SGD(net.parameters(), lr)
    history = dict(train_loss=[], train_acc=[], test_acc=[])
    for _ in range(num_epochs):
        net.train()
        sums = torch.zeros(3, dtype=torch.float64)
        for X, y in train_iter:
            X, y = X.to(device), y.to(device)
            y_hat = net(X)
            loss = nn.functional.cross_entropy(y_hat, y)
            sgd.zero_grad()
            loss.backward()
            sgd.step()
            n = len(y)
            sums += torch.tensor([loss.item() * n, accuracy(y_hat, y) * n, n], dtype=torch.float64)
        history["train_loss"].append((sums[0] / sums[2]).item())
        history["train_acc"].append((sums[1] / sums[2]).item())
        history["test_acc"].append(evaluate_accuracy(net, test_iter, device))
    return history
