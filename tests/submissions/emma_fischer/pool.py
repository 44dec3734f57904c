# Handed in under the wrong name: the exercise asks for pooling.py
import torch

def pool2d(X, pool_size, mode="max"):
    h, w = pool_size
    Y = torch.zeros(X.shape[0] - h + 1, X.shape[1] - w + 1)
    for i in range(Y.shape[0]):
        for j in range(Y.shape[1]):
            window = X[i:i + h, j:j + w]
            Y[i, j] = window.max() if mode == "max" else window.mean()
    return Y
