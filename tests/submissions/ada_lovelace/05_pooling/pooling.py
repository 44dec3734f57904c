import torch


def pair(value):
    return (value, value) if isinstance(value, int) else tuple(value)


def pool2d(X, pool_size, mode="max"):
    return pool2d_strided(X, pool_size, mode, 0, 1)


def pool2d_strided(X, pool_size, mode="max", padding=0, stride=None):
    ph, pw = pool_size
    top, left = pair(padding)
    sh, sw = pool_size if stride is None else pair(stride)
    h, w = X.shape
    out_h = (h + 2 * top - ph) // sh + 1
    out_w = (w + 2 * left - pw) // sw + 1
    Y = torch.zeros(out_h, out_w)
    for i in range(out_h):
        for j in range(out_w):
            # the part of the window that lies on the image
            window = X[max(i * sh - top, 0):i * sh - top + ph, max(j * sw - left, 0):j * sw - left + pw]
            if mode == "max":
                Y[i, j] = window.max()
            else:
                Y[i, j] = window.sum() / (ph * pw)
    return Y


def pool2d_multi_channel(X, pool_size, mode="max", padding=0, stride=None):
    maps = []
    for channel in X:
        maps.append(pool2d_strided(channel, pool_size, mode, padding, stride))
    return torch.stack(maps)
