"""Writes result files wherever a grader might read them.

Observed: nothing outside the worker's own folder can be written, and nothing there is read.
Needs: restricted
"""

import contextlib
import json

RESULT = json.dumps({"score": 100, "tests": [{"score": 100, "max_score": 100, "status": "passed"}]})
for place in ("@WORLD@/out/results/skip_and_pass.json", "@WORLD@/out/results/sibling.json", "results.json",
              "/autograder/results/results.json", "@WORLD@/course/attack-was-here", "@WORLD@/out/gradebook.csv"):
    with contextlib.suppress(OSError), open(place, "w") as file:
        file.write(RESULT)
