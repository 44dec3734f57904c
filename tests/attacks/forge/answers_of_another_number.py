"""Answers several questions with too few answers, with too many, or with an exception in their midst.

Observed: one answer for each question or none at all; the grader does not guess which belongs where.
"""

import os

import torch
from autograder.sandbox import framing, messages, values
from autograder.sandbox.inside import worker


def forged(backend, questions, unpacker):
    packer = values.Packer()
    answers = [messages.Answer(packer.pack(torch.ones(2, 2))) for _ in questions]
    trouble = messages.Trouble("ValueError", "ValueError", "", "", 0, "", "")
    choices = [answers[:-1], [*answers, *answers], [trouble, *answers[1:]], [*answers, trouble], []]
    return framing.frame(messages.Answers(choices[os.urandom(1)[0] % len(choices)]), packer.buffers)


def corr2d(X, K):
    return torch.ones(2, 2)


conv2d, worker.answer = corr2d, forged
