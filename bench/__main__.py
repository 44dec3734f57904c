"""`python -m bench [SECTION...]`: run the measurements, print them beside their targets, and keep them as JSON."""

import argparse
import json
import platform
import tempfile
from pathlib import Path

import torch

from autograder.course.course import load_course

from . import batches, calls, start, training

TARGETS = {  # section, figure: what is aimed at
    ("start-up", "autograder --help"): "under 0.3 s",
    ("one worker (ms)", "confinement adds"): "at most 20 ms",
    ("one call (ms)", "small tensor, through the proxy"): "at most 0.3 ms",
    ("LeNet (images per second)", "inside beside outside"): "at least 0.97",
    ("LeNet (images per second)", "inside beside D2L, all cores"): "at least 3",
    ("five assignments (s)", "cpu beyond it"): "at most 0.20 s",
    **{("beside otter (s)", f"{name}, ratio"): "at least 60" for name in batches.BY_HAND},
    ("scaling", "two workers beside one"): "at least 1.8",
}


def main() -> None:
    """Every section, or those named."""
    sections = {
        "start-up": lambda: start.start_up(course, work, wish.times),
        "one worker (ms)": lambda: calls.workers(20 * wish.times),
        "one call (ms)": lambda: calls.calls(work, 3 * wish.times),
        "LeNet (images per second)": lambda: training.training(course, wish.times),
        "five assignments (s)": lambda: batches.five_assignments(course, work, wish.students, wish.times),
        "beside pytest (s)": lambda: {
            "pytest, public checks, one process": batches.beside_pytest(course, work, wish.times)
        },
        "beside otter (s)": lambda: batches.beside_otter(course, work, wish.students, wish.times),
        "scaling": lambda: batches.scaling(course, work, "05_pooling", wish.sizes, wish.times),
    }
    parser = argparse.ArgumentParser(prog="python -m bench", description=__doc__)
    parser.add_argument("section", nargs="*", help=f"any of: {', '.join(sections)}")
    parser.add_argument("--times", type=int, default=5, help="runs of which the median is taken")
    parser.add_argument("--students", type=int, default=100, help="size of the class")
    parser.add_argument("--sizes", type=int, nargs="*", default=[100, 1000, 10000], help="sizes of the scaling section")
    parser.add_argument("--json", type=Path, default=Path("bench.json"), help="where the figures go")
    wish = parser.parse_args()
    unknown = set(wish.section) - set(sections)
    if unknown:
        parser.error(f"no section is called {', '.join(unknown)}")
    course, found = load_course(), {"machine": _machine()}
    print(found["machine"])
    with tempfile.TemporaryDirectory(prefix="bench-") as folder:
        work = Path(folder)
        for name in wish.section or sections:
            found[name] = sections[name]()
            print(f"\n{name}", flush=True)
            for figure, value in found[name].items():
                text = value if isinstance(value, str) else f"{value:,.4g}"
                target = TARGETS.get((name, figure), "")
                print(f"  {figure:<36} {text:>12}   {f'(aim: {target})' if target else ''}", flush=True)
            wish.json.write_text(json.dumps(found, indent=1) + "\n", encoding="utf-8")


def _machine() -> str:
    import os

    return (
        f"{platform.machine()}, {os.cpu_count()} cores, {platform.system()} {platform.release()}, "
        f"Python {platform.python_version()}, torch {torch.__version__}"
    )


if __name__ == "__main__":
    main()
