"""One file a format that others import."""
