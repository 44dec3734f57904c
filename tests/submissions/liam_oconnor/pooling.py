import torch


def pool2d(X, pool_size, mode="max"):
    pw, ph = pool_size
    Y = torch.zeros(X.shape[0] - ph + 1, X.shape[1] - pw + 1)
    for i in range(Y.shape[0]):
        for j in range(Y.shape[1]):
            window = X[i:i + ph, j:j + pw]
            Y[i, j] = window.max() if mode == "max" else window.mean()
    return Y


def pool2d_strided(X, pool_size, mode="max", padding=0, stride=None):
    pw, ph = pool_size
    padx, pady = (padding, padding) if isinstance(padding, int) else padding
    sx, sy = (pw, ph) if stride is None else ((stride, stride) if isinstance(stride, int) else stride)
    big = torch.full((X.shape[0] + 2 * pady, X.shape[1] + 2 * padx), float("-inf") if mode == "max" else 0.0)
    big[pady:pady + X.shape[0], padx:padx + X.shape[1]] = X
    return torch.tensor([[(big[i:i + ph, j:j + pw].max() if mode == "max" else big[i:i + ph, j:j + pw].mean()).item()
                          for j in range(0, big.shape[1] - pw + 1, sx)]
                         for i in range(0, big.shape[0] - ph + 1, sy)])


def pool2d_multi_channel(X, pool_size, mode="max", padding=0, stride=None):
    return torch.stack([pool2d_strided(x, pool_size, mode, padding, stride) for x in X])
