import torch


def dense_parameter_count(input_shape, output_shape, bias=True):
    num_inputs = torch.Size(input_shape).numel()
    num_outputs = torch.Size(output_shape).numel()
    return num_inputs * num_outputs + (num_outputs if bias else 0)


def conv_parameter_count(kernel_size, in_channels=1, out_channels=1, bias=True):
    k_h, k_w = kernel_size
    return out_channels * in_channels * k_h * k_w + (out_channels if bias else 0)


def corr2d_matrix(K, input_shape):
    k_h, k_w = K.shape
    n_h, n_w = input_shape
    W = torch.zeros(((n_h - k_h + 1) * (n_w - k_w + 1), n_h * n_w))
    row = 0
    for i in range(n_h - k_h + 1):
        for j in range(n_w - k_w + 1):
            X = torch.zeros((n_h, n_w))
            X[i:i + k_h, j:j + k_w] = K
            W[row] = X.reshape(-1)
            row += 1
    return W


def find_waldo(image, detector):
    c, h, w = detector.shape
    Y = torch.zeros((image.shape[1] - h + 1, image.shape[2] - w + 1))
    for i in range(Y.shape[0]):
        for j in range(Y.shape[1]):
            Y[i, j] = (image[:, i:i + h, j:j + w] * detector).sum()
    index = Y.reshape(-1).argmax().item()
    return index // Y.shape[1], index % Y.shape[1]
