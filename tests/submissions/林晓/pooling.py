import torch


def pool2d(X, pool_size, mode='max'):
    p_h, p_w = pool_size
    Y = torch.zeros((X.shape[0] - p_h + 1, X.shape[1] - p_w + 1))
    for i in range(Y.shape[0]):
        for j in range(Y.shape[1]):
            if mode == 'max':
                Y[i, j] = X[i: i + p_h, j: j + p_w].max()
            elif mode == 'avg':
                Y[i, j] = X[i: i + p_h, j: j + p_w].mean()
    return Y


def pool2d_strided(X, pool_size, mode='max', padding=0, stride=None):
    if isinstance(padding, int):
        padding = (padding, padding)
    stride = pool_size if stride is None else (stride, stride) if isinstance(stride, int) else stride
    # 用 0 填充
    Z = torch.zeros(X.shape[0] + 2 * padding[0], X.shape[1] + 2 * padding[1])
    Z[padding[0]:padding[0] + X.shape[0], padding[1]:padding[1] + X.shape[1]] = X
    # 步幅为 1 的结果里每隔 stride 取一个
    return pool2d(Z, pool_size, mode)[::stride[0], ::stride[1]]


def pool2d_multi_channel(X, pool_size, mode='max', padding=0, stride=None):
    return torch.stack([pool2d_strided(x, pool_size, mode, padding, stride) for x in X], 0)
