# 韩梅梅  2021级计算机2班
import torch


def pair(v):
    return v if isinstance(v, tuple) else (v, v)


def conv_output_shape(input_shape, kernel_size, padding=0, stride=1):
    # 书上的公式：(n - k + p + s) / s，p 是总的填充
    (h, w), (kh, kw), (ph, pw), (sh, sw) = input_shape, pair(kernel_size), pair(padding), pair(stride)
    return (h - kh + ph + sh) // sh, (w - kw + pw + sw) // sw


def zero_pad2d(X, padding):
    ph, pw = pair(padding)
    out = torch.zeros(X.shape[0] + ph, X.shape[1] + pw)
    out[ph:, pw:] = X          # 上面和左面补零
    return out


def corr2d_strided(X, K, padding=0, stride=1):
    X = zero_pad2d(X, padding)
    sh, sw = pair(stride)
    h, w = K.shape
    Y = torch.zeros((X.shape[0] - h) // sh + 1, (X.shape[1] - w) // sw + 1)
    for i in range(Y.shape[0]):
        for j in range(Y.shape[1]):
            Y[i, j] = (X[i * sh:i * sh + h, j * sw:j * sw + w] * K).sum()
    return Y


def same_padding(kernel_size):
    # 总填充 k-1
    if kernel_size[0] % 2 == 0 or kernel_size[1] % 2 == 0:
        raise ValueError("偶数核")
    return kernel_size[0] - 1, kernel_size[1] - 1


def comp_conv2d(conv2d, X):
    return conv2d(X.unsqueeze(0).unsqueeze(0)).squeeze(0).squeeze(0)
