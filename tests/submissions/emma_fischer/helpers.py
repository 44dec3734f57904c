"""Used by corr2d.py."""


def sliding(X, size):
    """All windows of X, row by row."""
    h, w = size
    return [[X[i:i + h, j:j + w] for j in range(X.shape[1] - w + 1)] for i in range(X.shape[0] - h + 1)]
