"""Answers several questions with too few answers, with too many, or with an exception in their midst.

Observed: one answer for each question or none at all; the grader does not guess which belongs where.
"""

import os

import torch
from autograder.sandbox import wire, worker


def many(backend, request, unpacker, packer):
    answers = [wire.Answer(packer.pack(torch.ones(2, 2))) for _ in request.questions]
    trouble = wire.Trouble("ValueError", "ValueError", "", "", 0, "", "")
    forged = [answers[:-1], [*answers, *answers], [trouble, *answers[1:]], [*answers, trouble], []]
    return wire.Answers(forged[os.urandom(1)[0] % len(forged)])


def corr2d(X, K):
    return torch.ones(2, 2)


conv2d, worker.many = corr2d, many
