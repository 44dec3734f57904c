"""Claims with every answer that a hundred thousand operators of made-up names ran, which torch would remember for ever.

Observed: an answer tells of few operators, and torch is not asked for any.
Says: no answer
"""

import itertools

from autograder.sandbox import framing, messages
from autograder.sandbox.inside import worker

count = itertools.count()


def answer(backend, questions, unpacker):
    names = tuple(f"b{next(count):x}::{0:020x}" for _ in range(34_000))
    first = messages.Answer(None, names)
    return framing.frame(messages.Answers([first, *[messages.Answer(None)] * (len(questions) - 1)]))


worker.answer = answer


def corr2d(X, K): ...


def conv2d(X, K): ...


def edge_image(): ...
