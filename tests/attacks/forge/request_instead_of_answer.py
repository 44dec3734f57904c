"""Answers with a request of its own, to make the grader load and run a module.

Observed: a request is no answer; the grader runs nothing.
"""

import os

from autograder.sandbox import framing, messages
from autograder.sandbox.job import Cell, Job, Source

CODE = "open('/tmp/attack-was-here', 'w').write('x')"
for part in framing.frame(messages.Load(Job("evil", {"evil": Source("evil.py", (Cell(CODE, "evil.py"),))}))):
    os.write(3, part)
