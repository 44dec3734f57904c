"""Autograded course kit: grades, confines, diagnoses; knows no convolution and holds no secret."""

__version__ = "1.0.0"
