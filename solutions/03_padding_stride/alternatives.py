"""Unusual right answers to section 4.3: each must get every point."""

import itertools

import numpy as np
import torch
from torch import nn
from torch.nn import functional as F

from autograder.course.answers import alternative


def _both(value):
    return (value,) * 2 if isinstance(value, int) else value


# conv_output_shape


@alternative("conv_output_shape")
def by_counting_the_places(input_shape, kernel_size, padding=0, stride=1):
    sizes = zip(input_shape, _both(kernel_size), _both(padding), _both(stride))
    return [len(range(0, n + 2 * p - k + 1, s)) for n, k, p, s in sizes]


@alternative("conv_output_shape")
def by_the_textbooks_total_padding(input_shape, kernel_size, padding=0, stride=1):
    (kh, kw), (ph, pw), (sh, sw) = _both(kernel_size), _both(padding), _both(stride)
    return (input_shape[0] - kh + 2 * ph + sh) // sh, (input_shape[1] - kw + 2 * pw + sw) // sw


@alternative("conv_output_shape")
def by_asking_a_layer(input_shape, kernel_size, padding=0, stride=1):
    layer = nn.Conv2d(1, 1, kernel_size, stride, padding)
    return layer(torch.zeros(1, 1, *input_shape)).shape[2:]


@alternative("conv_output_shape")
def by_numpy_integers(input_shape, kernel_size, padding=0, stride=1):
    n, k, p, s = (np.broadcast_to(value, 2) for value in (input_shape, kernel_size, padding, stride))
    h, w = (n + 2 * p - k) // s + 1
    return h, w


@alternative("conv_output_shape")
def by_walking_to_the_end(input_shape, kernel_size, padding=0, stride=1):
    answer = []
    for axis in range(2):
        k, p, s = (_both(value)[axis] for value in (kernel_size, padding, stride))
        place, count = -p, 0
        while place + k <= input_shape[axis] + p:
            place, count = place + s, count + 1
        answer.append(count)
    return tuple(answer)


# zero_pad2d


@alternative("zero_pad2d")
def by_f_pad(X, padding):
    ph, pw = _both(padding)
    return F.pad(X, [pw, pw, ph, ph])


@alternative("zero_pad2d")
def by_numpy_pad(X, padding):
    ph, pw = _both(padding)
    return np.pad(X.numpy(), [(ph, ph), (pw, pw)])


@alternative("zero_pad2d")
def by_joining_zeros(image, border):
    ph, pw = _both(border)
    sides = torch.zeros(image.shape[0], pw)
    middle = torch.cat([sides, image, sides], dim=1)
    rows = torch.zeros(ph, middle.shape[1])
    return torch.cat([rows, middle, rows])


@alternative("zero_pad2d")
def by_two_matrices(X, padding):
    (h, w), (ph, pw) = X.shape, _both(padding)
    rows, columns = torch.eye(h + 2 * ph)[:, ph : ph + h], torch.eye(w + 2 * pw)[pw : pw + w]
    return rows @ X @ columns


@alternative("zero_pad2d")
def one_ring_at_a_time(X, padding):
    ph, pw = _both(padding)
    if ph == pw == 0:
        return X
    row, column = int(ph > 0), int(pw > 0)
    return one_ring_at_a_time(nn.ZeroPad2d((column, column, row, row))(X), (ph - row, pw - column))


# corr2d_strided


@alternative("corr2d_strided")
def by_unfold(X, K, padding=0, stride=1):
    (ph, pw), (sh, sw) = _both(padding), _both(stride)
    windows = F.pad(X, (pw, pw, ph, ph)).unfold(0, K.shape[0], sh).unfold(1, K.shape[1], sw)
    return torch.einsum("ijab,ab->ij", windows, K)


@alternative("corr2d_strided")
def by_im2col(X, K, padding=0, stride=1):
    (h, w), (kh, kw), (ph, pw), (sh, sw) = X.shape, K.shape, _both(padding), _both(stride)
    columns = F.unfold(X[None, None], (kh, kw), padding=(ph, pw), stride=(sh, sw))[0]
    return (K.reshape(1, -1) @ columns).view((h + 2 * ph - kh) // sh + 1, (w + 2 * pw - kw) // sw + 1)


@alternative("corr2d_strided")
def by_as_strided(X, K, padding=0, stride=1):
    (kh, kw), (ph, pw), (sh, sw) = K.shape, _both(padding), _both(stride)
    P = F.pad(X, (pw, pw, ph, ph)).contiguous()
    size = ((P.shape[0] - kh) // sh + 1, (P.shape[1] - kw) // sw + 1, kh, kw)
    width = P.shape[1]
    return (P.as_strided(size, (sh * width, sw, width, 1)) * K).sum((-2, -1))


@alternative("corr2d_strided")
def by_all_places_then_thinned_out(X, K, padding=0, stride=1):
    (ph, pw), (sh, sw) = _both(padding), _both(stride)
    P = F.pad(X, (pw, pw, ph, ph))
    full = sum(
        K[a, b] * P[a : P.shape[0] - K.shape[0] + 1 + a, b : P.shape[1] - K.shape[1] + 1 + b]
        for a, b in itertools.product(range(K.shape[0]), range(K.shape[1]))
    )
    return full[::sh, ::sw]


@alternative("corr2d_strided")
def by_looping_over_the_kernel(X, K, padding=0, stride=1):
    (h, w), (kh, kw), (ph, pw), (sh, sw) = X.shape, K.shape, _both(padding), _both(stride)
    out_h, out_w = (h + 2 * ph - kh) // sh + 1, (w + 2 * pw - kw) // sw + 1
    P = torch.zeros(h + 2 * ph, w + 2 * pw, dtype=torch.float64)
    P[ph : h + ph, pw : w + pw] = X
    Y = torch.zeros(out_h, out_w, dtype=torch.float64)
    for a in range(kh):
        for b in range(kw):
            Y += K[a, b] * P[a : a + (out_h - 1) * sh + 1 : sh, b : b + (out_w - 1) * sw + 1 : sw]
    return Y


@alternative("corr2d_strided")
def without_a_padded_image(X, K, padding=0, stride=1):
    (h, w), (kh, kw), (ph, pw), (sh, sw) = X.shape, K.shape, _both(padding), _both(stride)
    rows = []
    for top in range(-ph, h + ph - kh + 1, sh):
        row = []
        for left in range(-pw, w + pw - kw + 1, sw):
            total = 0.0
            for a, b in itertools.product(range(kh), range(kw)):
                if 0 <= top + a < h and 0 <= left + b < w:
                    total += float(X[top + a, left + b]) * float(K[a, b])
            row.append(total)
        rows.append(row)
    return torch.tensor(rows)


@alternative("corr2d_strided")
def by_a_numpy_round_trip(X, K, padding=0, stride=1):
    (ph, pw), (sh, sw) = _both(padding), _both(stride)
    P = np.pad(X.numpy(), ((ph, ph), (pw, pw)))
    windows = np.lib.stride_tricks.sliding_window_view(P, tuple(K.shape))[::sh, ::sw]
    return np.tensordot(windows, K.numpy(), axes=2)


@alternative("corr2d_strided")
def by_stacked_comprehensions(X, K, padding=0, stride=1):
    (kh, kw), (ph, pw), (sh, sw) = K.shape, _both(padding), _both(stride)
    P = nn.ZeroPad2d((pw, pw, ph, ph))(X[None])[0]
    tops, lefts = range(0, P.shape[0] - kh + 1, sh), range(0, P.shape[1] - kw + 1, sw)
    return torch.stack([torch.stack([torch.sum(P[i : i + kh, j : j + kw] * K) for j in lefts]) for i in tops])


@alternative("corr2d_strided")
def one_row_at_a_time_by_recursion(X, K, padding=0, stride=1):
    (kh, kw), (ph, pw), (sh, sw) = K.shape, _both(padding), _both(stride)

    def rows(P):
        if P.shape[0] < kh:
            return []
        return [(P[:kh].unfold(1, kw, sw).transpose(0, 1) * K).sum(dim=(1, 2)), *rows(P[sh:])]

    return torch.stack(rows(F.pad(X, (pw, pw, ph, ph))))


@alternative("corr2d_strided")
def by_fft_in_float64(X, K, padding=0, stride=1):
    (h, w), (kh, kw), (ph, pw), (sh, sw) = X.shape, K.shape, _both(padding), _both(stride)
    size = (h + 2 * ph, w + 2 * pw)
    P = F.pad(X.double(), (pw, pw, ph, ph))
    product = torch.fft.rfft2(P) * torch.fft.rfft2(K.double(), s=size).conj()
    return torch.fft.irfft2(product, s=size)[: size[0] - kh + 1 : sh, : size[1] - kw + 1 : sw].float()


# same_padding


@alternative("same_padding")
def by_integer_halves(kernel_size):
    halves = [divmod(k, 2) for k in kernel_size]
    if any(rest == 0 for _, rest in halves):
        raise ValueError("even")
    return [half for half, _ in halves]


@alternative("same_padding")
def by_searching(kernel_size):
    return tuple(next(p for p in range(k) if 2 * p == k - 1) if k % 2 else _refuse(k) for k in kernel_size)


class _EvenKernel(ValueError):
    pass


def _refuse(k):
    raise _EvenKernel(f"a kernel of {k} cannot keep the size")


# comp_conv2d


@alternative("comp_conv2d")
def by_indexing(conv2d, X):
    return conv2d(X[None, None])[0, 0]


@alternative("comp_conv2d")
def by_squeezing_the_two_axes(conv2d, X):
    return conv2d(X.unsqueeze(0).unsqueeze(0)).squeeze(0).squeeze(0)


@alternative("comp_conv2d")
def without_a_batch(layer, image):
    with torch.no_grad():
        return layer(image.view(1, *image.shape)).squeeze(0).numpy()


@alternative("comp_conv2d")
def by_reshaping_to_the_last_axes(conv2d, X):
    Y = conv2d(X.reshape((1, 1) + X.shape))
    return Y.reshape(Y.shape[2:])
