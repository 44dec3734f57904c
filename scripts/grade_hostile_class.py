"""Grade a class of two hundred, one in four hostile, and compare every honest mark with the mark it gets alone.

    .venv/bin/python scripts/grade_hostile_class.py [SIZE]

Honest members are the course's own right and wrong answers to section 4.2; hostile ones are those of tests/attacks.
"""

import itertools
import json
import os
import re
import shutil
import subprocess
import sys
import tempfile
import time
from pathlib import Path

KIT = Path(__file__).parents[1]
ASSIGNMENT = "02_corr2d"
LIMITS = "[limits]\nseconds = 6\ncpu_seconds = 20\nmemory_mb = 1024\n"
VARIANTS = {
    "right": lambda code: code,
    "flipped": lambda code: code.replace("def conv2d", "def corr2d_of_nobody"),
    "loops only": lambda code: code.partition("class Conv2D")[0],
    "no bias": lambda code: code.replace("+ self.bias", ""),
    "edge wrong": lambda code: code.replace("1.0, -1.0", "-1.0, 1.0"),
    "broken": lambda code: code + "\ndef unfinished(:\n",
}


def build_course(folder: Path) -> None:
    for kind in ("assignments", "solutions"):
        shutil.copytree(KIT / kind / ASSIGNMENT, folder / kind / ASSIGNMENT)
    config = folder / "assignments" / ASSIGNMENT / "assignment.toml"
    text = config.read_text(encoding="utf-8")
    config.write_text(re.sub(r"\[limits\]\n(?:\w.*\n)*", LIMITS, text), encoding="utf-8")


def build_class(folder: Path, size: int) -> dict[str, str]:
    """Make `size` submissions; return which variant each honest one is."""
    solution = (KIT / "solutions" / ASSIGNMENT / "corr2d.py").read_text(encoding="utf-8")
    attacks = itertools.cycle(sorted(p for p in (KIT / "tests/attacks").glob("*/*.py")))
    variants, honest = itertools.cycle(VARIANTS), {}
    for number in range(size):
        place = folder / f"student{number:03}"
        place.mkdir(parents=True)
        if number % 4 == 3:
            for _ in range(5):  # so that fifty cover every aim
                attack = next(attacks)
            shutil.copy(attack, place / "corr2d.py")
        else:
            honest[place.name] = next(variants)
            (place / "corr2d.py").write_text(VARIANTS[honest[place.name]](solution), encoding="utf-8")
    return honest


def grade(course: Path, path: Path, out: Path) -> dict[str, list]:
    """The checks of every submission, times aside, by its name."""
    command = [sys.executable, "-m", "autograder", "grade", str(path), "-o", str(out), "--seed", "7"]
    environment = os.environ | {"PYTHONPATH": str(KIT)}
    run = subprocess.run(command, cwd=course, env=environment, stdout=subprocess.DEVNULL)
    if run.returncode != 0:
        raise SystemExit(f"grading ended with {run.returncode}")
    results = [json.loads(file.read_text(encoding="utf-8")) for file in sorted((out / "results").glob("*.json"))]
    return {r["submission"]: [{**c, "seconds": 0} for c in r["assignments"][0]["checks"]] for r in results}


def main() -> None:
    size = int(sys.argv[1]) if len(sys.argv) > 1 else 200
    with tempfile.TemporaryDirectory(prefix="hostile-class-") as folder:
        world = Path(folder)
        build_course(world / "course")
        honest = build_class(world / "class", size)
        started = time.monotonic()
        together = grade(world / "course", world / "class", world / "out")
        seconds = time.monotonic() - started
        differ = []
        for variant in VARIANTS:
            names = [name for name, kind in honest.items() if kind == variant]
            alone = grade(world / "course", world / "class" / names[0], world / f"alone {variant}")[names[0]]
            differ += [name for name in names if together[name] != alone]
            print(f"{variant:12} {sum(c['score'] for c in alone):5g} points alone; {len(names)} in the class")
        hostile = [sum(c["score"] for c in checks) for name, checks in together.items() if name not in honest]
        print(f"{size} graded in {seconds:.0f} s; the {len(hostile)} hostile ones have {max(hostile):g} points at most")
        print(f"{len(honest) - len(differ)} of {len(honest)} honest ones have exactly the marks that they get alone")
        if differ:
            raise SystemExit(f"different: {', '.join(differ)}")


if __name__ == "__main__":
    main()
