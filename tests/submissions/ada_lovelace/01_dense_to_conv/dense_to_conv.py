import torch


def dense_parameter_count(input_shape, output_shape, bias=True):
    n_in = 1
    for size in input_shape:
        n_in *= size
    n_out = 1
    for size in output_shape:
        n_out *= size
    count = n_in * n_out
    if bias:
        count += n_out
    return count


def conv_parameter_count(kernel_size, in_channels=1, out_channels=1, bias=True):
    kh, kw = kernel_size
    count = kh * kw * in_channels * out_channels
    if bias:
        count += out_channels
    return count


def corr2d_matrix(K, input_shape):
    in_h, in_w = input_shape
    kh, kw = K.shape
    out_h, out_w = in_h - kh + 1, in_w - kw + 1
    W = torch.zeros(out_h * out_w, in_h * in_w)
    for i in range(out_h):
        for j in range(out_w):
            for a in range(kh):
                for b in range(kw):
                    # output pixel (i, j) looks at input pixel (i + a, j + b) with weight K[a, b]
                    W[i * out_w + j, (i + a) * in_w + (j + b)] = K[a, b]
    return W


def find_waldo(image, detector):
    _, h, w = detector.shape
    best, best_at = None, None
    for i in range(image.shape[1] - h + 1):
        for j in range(image.shape[2] - w + 1):
            response = (image[:, i:i + h, j:j + w] * detector).sum().item()
            if best is None or response > best:
                best, best_at = response, (i, j)
    return best_at
