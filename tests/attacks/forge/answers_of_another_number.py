"""Answers several questions with too few answers, with too many, or with an exception in their midst.

Observed: one answer for each question or none at all; the grader does not guess which belongs where.
"""

import os

import torch
from autograder.sandbox import wire, worker


def forged(backend, questions, unpacker):
    packer = wire.Packer()
    answers = [wire.Answer(packer.pack(torch.ones(2, 2))) for _ in questions]
    trouble = wire.Trouble("ValueError", "ValueError", "", "", 0, "", "")
    choices = [answers[:-1], [*answers, *answers], [trouble, *answers[1:]], [*answers, trouble], []]
    return wire.frame(wire.Answers(choices[os.urandom(1)[0] % len(choices)]), packer.buffers)


def corr2d(X, K):
    return torch.ones(2, 2)


conv2d, worker.answer = corr2d, forged
