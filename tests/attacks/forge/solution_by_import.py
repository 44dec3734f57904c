"""Imports the solution, the checks or the grader, by every name and path they might have.

Observed: none of them can be imported in the worker.
Needs: restricted
"""

import importlib
import importlib.util
import sys

sys.path[:0] = ["@WORLD@/course/solutions/02_corr2d", "@KIT@/solutions/02_corr2d", "@KIT@"]
own = sys.modules.pop("corr2d", None)
corr2d = None
for path in sys.path[:2]:
    try:
        spec = importlib.util.spec_from_file_location("stolen", path + "/corr2d.py")
        stolen = importlib.util.module_from_spec(spec)
        spec.loader.exec_module(stolen)
        corr2d, conv2d, edge_image = stolen.corr2d, stolen.conv2d, stolen.edge_image
    except Exception:
        pass
for name in ("autograder.grading.attempt", "autograder.course.answers", "autograder.course.course", "checks_hidden", "solutions"):
    try:
        module = importlib.import_module(name)
        if name.startswith("autograder"):
            raise SystemExit("LEAK: " + name)
    except ImportError:
        pass
sys.modules["corr2d"] = own
