import math
import torch

def dense_parameter_count(input_shape, output_shape, bias=True):
    return (math.prod(input_shape) + (1 if bias else 0)) * math.prod(output_shape)

def conv_parameter_count(kernel_size, in_channels=1, out_channels=1, bias=True):
    return (math.prod(kernel_size) * in_channels + (1 if bias else 0)) * out_channels

def corr2d_matrix(K, input_shape):
    (H, W), (h, w) = input_shape, K.shape
    oh, ow = H - h + 1, W - w + 1
    M = torch.zeros(oh * ow, H * W)
    for n in range(oh * ow):
        i, j = divmod(n, ow)
        for a in range(h):
            start = (i + a) * W + j
            M[n, start:start + w] = K[a]
    return M

def find_waldo(image, detector):
    h, w = detector.shape[1:]
    scores = {(i, j): torch.tensordot(image[:, i:i + h, j:j + w], detector, dims=3).item()
              for i in range(image.shape[1] - h + 1) for j in range(image.shape[2] - w + 1)}
    return max(scores, key=scores.get)
