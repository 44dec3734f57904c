"""Right but unusual answers to section 4.2: each must get every point."""

import itertools

import numpy as np
import torch
from corr2d import corr2d
from torch import nn
from torch.nn import functional as F

from autograder.course.answers import alternative

# corr2d


@alternative("corr2d")
def stacks_comprehensions(X, K):
    h, w = K.shape
    return torch.stack(
        [
            torch.stack([(X[i : i + h, j : j + w] * K).sum() for j in range(X.shape[1] - w + 1)])
            for i in range(X.shape[0] - h + 1)
        ]
    )


@alternative("corr2d")
def accumulates_in_float64(X, K):
    Y = torch.zeros(X.shape[0] - K.shape[0] + 1, X.shape[1] - K.shape[1] + 1, dtype=torch.float64)
    for a, b in itertools.product(range(K.shape[0]), range(K.shape[1])):
        Y = Y + X[a : a + Y.shape[0], b : b + Y.shape[1]].double() * K[a, b].double()
    return Y


@alternative("corr2d")
def unfolds_into_columns(X, K):
    columns = F.unfold(X[None, None], tuple(K.shape))[0]
    return (K.reshape(1, -1) @ columns).reshape(X.shape[0] - K.shape[0] + 1, -1)


@alternative("corr2d")
def unfolds_and_einsums(X, K):
    return torch.einsum("ijab,ab->ij", X.unfold(0, K.shape[0], 1).unfold(1, K.shape[1], 1), K)


@alternative("corr2d")
def contracts_with_tensordot(X, K):
    return torch.tensordot(X.unfold(0, K.size(0), 1).unfold(1, K.size(1), 1), K, dims=2)


@alternative("corr2d")
def strides_over_the_same_memory(X, K):
    X = X.contiguous()
    size = (X.shape[0] - K.shape[0] + 1, X.shape[1] - K.shape[1] + 1, *K.shape)
    return (X.as_strided(size, (*X.stride(), *X.stride())) * K).sum((2, 3))


@alternative("corr2d")
def transforms_by_fourier(X, K):
    (H, W), (h, w) = X.shape, K.shape
    spectrum = torch.fft.rfft2(X.double()) * torch.fft.rfft2(K.double(), s=(H, W)).conj()
    return torch.fft.irfft2(spectrum, s=(H, W))[: H - h + 1, : W - w + 1].to(X.dtype)


@alternative("corr2d")
def recurses_over_the_rows(X, K):
    h, w = K.shape
    if X.shape[0] < h:
        return X.new_zeros(0, X.shape[1] - w + 1)
    first = torch.stack([(X[:h, j : j + w] * K).sum() for j in range(X.shape[1] - w + 1)])
    return torch.cat([first[None], stacks_comprehensions(X[1:], K)]) if X.shape[0] > h else first[None]


@alternative("corr2d")
def multiplies_a_sparse_matrix(X, K):
    (H, W), (h, w) = X.shape, K.shape
    rows = []
    for i, j in itertools.product(range(H - h + 1), range(W - w + 1)):
        rows.append(F.pad(K, (j, W - w - j, i, H - h - i)).flatten())
    return (torch.stack(rows) @ X.flatten()).view(H - h + 1, W - w + 1)


@alternative("corr2d")
def maps_over_windows(X, K):
    windows = X.unfold(0, K.shape[0], 1).unfold(1, K.shape[1], 1)
    return torch.vmap(torch.vmap(lambda window: (window * K).sum()))(windows)


@alternative("corr2d")
def gives_a_transposed_view(X, K):
    h, w = K.shape
    Z = X.new_zeros(X.shape[1] - w + 1, X.shape[0] - h + 1)
    for j in range(Z.shape[0]):
        for i in range(Z.shape[1]):
            Z[j, i] = torch.sum(X[i : i + h, j : j + w] * K)
    return Z.t()


@alternative("corr2d")
def counts_in_while_loops(X, K, verbose=False):
    kh, kw = K.size()
    rows, cols = X.size(0) - kh + 1, X.size(1) - kw + 1
    Y, i = torch.zeros((rows, cols)), 0
    while i < rows:
        j = 0
        while j < cols:
            total = 0.0
            for a in range(kh):
                for b in range(kw):
                    total += X[i + a, j + b] * K[a, b]
            Y[i][j] = total
            j += 1
        i += 1
    return Y


@alternative("corr2d")
def shifts_and_adds(image, kernel):
    out_h, out_w = image.shape[0] - kernel.shape[0] + 1, image.shape[1] - kernel.shape[1] + 1
    return sum(
        kernel[a, b] * image.narrow(0, a, out_h).narrow(1, b, out_w)
        for a in range(kernel.shape[0])
        for b in range(kernel.shape[1])
    )


@alternative("corr2d")
def computes_in_python_lists(X, K):  # cuts the graph
    x, k = X.tolist(), K.tolist()
    h, w = len(k), len(k[0])
    return torch.tensor(
        [
            [sum(x[i + a][j + b] * k[a][b] for a in range(h) for b in range(w)) for j in range(len(x[0]) - w + 1)]
            for i in range(len(x) - h + 1)
        ]
    )


@alternative("corr2d")
def goes_through_numpy(X, K):  # cuts the graph
    x, k = X.detach().numpy(), K.detach().numpy()
    return torch.from_numpy(np.einsum("ijab,ab->ij", np.lib.stride_tricks.sliding_window_view(x, k.shape), k))


@alternative("corr2d")
def convolves_rows_in_numpy(X, K):  # cuts the graph
    x, k = X.detach().numpy(), K.detach().numpy()[:, ::-1]
    rows = range(x.shape[0] - k.shape[0] + 1)
    Y = np.stack([sum(np.convolve(x[i + a], k[a], "valid") for a in range(k.shape[0])) for i in rows])
    return torch.from_numpy(Y)


# Conv2D


@alternative("Conv2D")
class fills_parameters_with_normals(nn.Module):
    def __init__(self, kernel_size):
        super().__init__()
        self.weight = nn.Parameter(torch.empty(kernel_size))
        self.bias = nn.Parameter(torch.tensor(0.0))  # no axes
        nn.init.normal_(self.weight, std=0.1)

    def forward(self, x):
        return (
            torch.einsum(
                "ijab,ab->ij", x.unfold(0, self.weight.shape[0], 1).unfold(1, self.weight.shape[1], 1), self.weight
            )
            + self.bias
        )


@alternative("Conv2D")
class inherits_from_torch(nn.Conv2d):  # its weight has the shape (1, 1, kh, kw)
    def __init__(self, kernel_size):
        super().__init__(1, 1, kernel_size)

    def forward(self, x):
        return corr2d(x, self.weight[0, 0]) + self.bias


@alternative("Conv2D")
class registers_its_parameters(nn.Module):
    def __init__(self, kernel_size, scale=1.0):
        super().__init__()
        for name, value in {"bias": torch.ones(1, 1), "weight": torch.randn(*kernel_size) * scale}.items():
            self.register_parameter(name, nn.Parameter(value))

    def forward(self, x):
        h, w = self.weight.shape
        rows, cols = x.shape[0] - h + 1, x.shape[1] - w + 1
        columns = F.unfold(x.reshape(1, 1, *x.shape), (h, w)).squeeze(0)
        return torch.addmm(self.bias, self.weight.reshape(1, -1), columns).reshape(rows, cols)


@alternative("Conv2D")
def builds_a_layer_in_a_function(kernel_size):
    class Layer(nn.Module):
        def __init__(self):
            super().__init__()
            self.bias, self.weight = nn.Parameter(torch.rand(1)), nn.Parameter(torch.rand(kernel_size))

        def forward(self, x):
            return self.bias + corr2d(x, self.weight)

    return Layer()


# edges


@alternative("edge_image")
def joins_whole_numbers():
    white, black = torch.ones(6, 2, dtype=torch.int64), torch.zeros(6, 4, dtype=torch.int64)
    return torch.cat([white, black, white], dim=1)


@alternative("edge_image")
def draws_in_numpy():
    X = np.ones((6, 8))
    X[:, 2:6] = 0
    return X


@alternative("edge_image")
def repeats_one_row():
    columns = torch.arange(8)
    return ((columns < 2) | (columns > 5)).float().expand(6, 8)


@alternative("vertical_edge_kernel")
def writes_whole_numbers():
    return torch.tensor([[1, -1]])


@alternative("vertical_edge_kernel")
def gives_a_parameter():
    return nn.Parameter(torch.tensor([1.0, -1.0]).reshape(1, 2))


@alternative("horizontal_edge_kernel")
def transposes_the_other():
    return torch.tensor([[1.0, -1.0]]).T


@alternative("horizontal_edge_kernel")
def gives_an_array():
    return np.array([[1.0], [-1.0]], dtype=np.float32)


# learn_kernel


@alternative("learn_kernel")
def follows_the_textbook(X, Y, kernel_size):
    conv = nn.Conv2d(1, 1, kernel_size=kernel_size, bias=False)
    X, Y = X.reshape(1, 1, *X.shape), Y.reshape(1, 1, *Y.shape)
    for _ in range(10):
        loss = (conv(X) - Y) ** 2
        conv.zero_grad()
        loss.sum().backward()
        conv.weight.data[:] -= 3e-2 * conv.weight.grad
    return conv.weight.data.reshape(kernel_size)


@alternative("learn_kernel")
def takes_the_mean_and_larger_steps(X, Y, kernel_size):
    conv = nn.Conv2d(1, 1, kernel_size, bias=False)
    optimizer = torch.optim.SGD(conv.parameters(), lr=3e-2 * Y.numel())
    for _ in range(40):
        optimizer.zero_grad()
        F.mse_loss(conv(X[None, None]), Y[None, None]).backward()
        optimizer.step()
    return conv.weight[0, 0]  # still on the graph


@alternative("learn_kernel")
def takes_the_mean_and_patience(X, Y, kernel_size):
    conv = nn.Conv2d(1, 1, kernel_size, bias=False)
    optimizer = torch.optim.SGD(conv.parameters(), lr=0.2)
    for _ in range(200):
        optimizer.zero_grad()
        F.mse_loss(conv(X[None, None]), Y[None, None]).backward()
        optimizer.step()
    return conv.weight.detach()[0, 0]


@alternative("learn_kernel")
def learns_with_adam(X, Y, kernel_size):
    K = nn.Parameter(torch.rand(kernel_size))
    optimizer = torch.optim.Adam([K], lr=0.05)
    for _ in range(200):
        optimizer.zero_grad()
        (F.conv2d(X[None, None], K[None, None])[0, 0] - Y).pow(2).mean().backward()
        optimizer.step()
    return K.data


@alternative("learn_kernel")
def learns_with_momentum_and_a_bias(X, Y, kernel_size):
    conv = nn.Conv2d(1, 1, kernel_size)  # its bias is learned too, and ends at 0
    optimizer = torch.optim.SGD(conv.parameters(), lr=0.1, momentum=0.9)
    for _ in range(200):
        optimizer.zero_grad()
        F.mse_loss(conv(X[None, None]), Y[None, None]).backward()
        optimizer.step()
    return conv.weight.detach().squeeze(0).squeeze(0)


@alternative("learn_kernel")
def trains_its_own_layer(X, Y, kernel_size):
    weight = torch.randn(kernel_size, requires_grad=True)
    for _ in range(30):
        loss = ((corr2d(X, weight) - Y) ** 2).sum()
        loss.backward()
        with torch.no_grad():
            weight -= 2e-2 * weight.grad
            weight.grad.zero_()
    return weight.detach()


@alternative("learn_kernel")
def derives_the_gradient_by_hand(X, Y, kernel_size):
    windows = X.unfold(0, kernel_size[0], 1).unfold(1, kernel_size[1], 1)
    K = torch.randn(kernel_size)
    for _ in range(60):
        error = torch.einsum("ijab,ab->ij", windows, K) - Y
        K = K - 3e-2 * torch.einsum("ij,ijab->ab", error, windows)
    return K


@alternative("learn_kernel")
def solves_least_squares(X, Y, kernel_size):
    columns = F.unfold(X[None, None], kernel_size)[0]
    return torch.linalg.lstsq(columns.T, Y.reshape(-1, 1)).solution.reshape(kernel_size)


@alternative("learn_kernel")
def solves_the_normal_equations_in_numpy(X, Y, kernel_size):
    windows = np.lib.stride_tricks.sliding_window_view(X.numpy().astype(np.float64), tuple(kernel_size))
    A = windows.reshape(-1, kernel_size[0] * kernel_size[1])
    return np.linalg.solve(A.T @ A, A.T @ Y.numpy().reshape(-1)).reshape(kernel_size)


@alternative("learn_kernel")
def steps_with_lbfgs(X, Y, kernel_size):
    K = torch.randn(kernel_size, requires_grad=True)
    optimizer = torch.optim.LBFGS([K], max_iter=30)

    def closure():
        optimizer.zero_grad()
        loss = (F.conv2d(X[None, None], K[None, None])[0, 0] - Y).square().mean()
        loss.backward()
        return loss

    optimizer.step(closure)
    return K.detach()


# conv2d


@alternative("conv2d")
def indexes_from_the_far_corner(X, K):
    kh, kw = K.shape
    Y = torch.zeros(X.shape[0] - kh + 1, X.shape[1] - kw + 1)
    for i, j in itertools.product(range(Y.shape[0]), range(Y.shape[1])):
        for a, b in itertools.product(range(kh), range(kw)):
            Y[i, j] += K[a, b] * X[i + kh - 1 - a, j + kw - 1 - b]
    return Y


@alternative("conv2d")
def makes_half_a_turn(X, K):
    return corr2d(X, torch.rot90(K, 2))


@alternative("conv2d")
def flips_image_and_result(X, K):
    return corr2d(X.flip(0, 1), K).flip(0, 1)


@alternative("conv2d")
def flips_the_kernel_in_numpy(X, K):
    return corr2d(X, torch.from_numpy(K.numpy()[::-1, ::-1].copy()))


@alternative("conv2d")
def convolves_by_fourier(X, K):
    (H, W), (h, w) = X.shape, K.shape
    product = torch.fft.fft2(X.double()) * torch.fft.fft2(K.double(), s=(H, W))
    return torch.fft.ifft2(product).real[h - 1 :, w - 1 :]


# receptive_field


@alternative("receptive_field")
def goes_back_from_the_output(layers):
    field = 1
    for kernel_size, stride in reversed(layers):
        field = (field - 1) * stride + kernel_size
    return field


@alternative("receptive_field")
def sums_the_formula(layers):
    steps = np.cumprod([1] + [stride for _, stride in layers])
    return 1 + sum((kernel_size - 1) * step for (kernel_size, _), step in zip(layers, steps))


@alternative("receptive_field")
def recurses(layers):
    if not layers:
        return 1
    (kernel_size, stride), *rest = layers
    return kernel_size + stride * (goes_back_from_the_output(rest) - 1)


@alternative("receptive_field")
def follows_the_pixels(layers):
    first = last = 0
    for kernel_size, stride in layers[::-1]:
        first, last = first * stride, last * stride + kernel_size - 1
    return last - first + 1


@alternative("corr2d")
def by_putting_into_place(X, K):
    (h, w), (n, m) = K.shape, (X.shape[0] - K.shape[0] + 1, X.shape[1] - K.shape[1] + 1)
    Y, places = X.new_zeros(n * m), torch.arange(n * m)
    for a in range(h):
        for b in range(w):
            Y.put_(places, (X[a : a + n, b : b + m] * K[a, b]).reshape(-1), accumulate=True)
    return Y.reshape(n, m)
