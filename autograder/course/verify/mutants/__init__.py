"""Changes the solution by itself, one small fault at a time, and lists what no check catches."""

import io
import tokenize
from collections.abc import Callable, Iterator
from concurrent.futures import Future, ProcessPoolExecutor
from concurrent.futures.process import BrokenProcessPool
from multiprocessing import get_context
from pathlib import Path

from autograder.course.answers import Answers
from autograder.course.course import Course
from autograder.course.verify.mutants.changes import Change, changed, changes
from autograder.course.verify.mutants.trial import Told, enlist, try_change
from autograder.course.verify.report import Mutants, Survivor
from autograder.sandbox.cores import cores
from autograder.text import Text, say

REASON = "# survives:"  # a comment that says why a change of its line may live


def hunt(course: Course, name: str, seed: int, progress: Callable[[str], object]) -> Mutants:
    """Try every change of the solution of assignment `name`, one process per core; checks that train take no part."""
    (assignment,) = course.select([name])
    file = Answers(course, assignment).file
    source = file.read_text("utf-8")
    todo, reasons = changes(source), _reasons(source)
    found = Mutants(len(todo))
    for number, (change, told) in enumerate(_tried(course.root, name, seed, todo), 1):
        if number % 20 == 0:
            progress(say(f"{name}: mutant {number} of {len(todo)}", f"{name}：变异体 {number} / {len(todo)}"))
        found.killed += told.fate in ("killed", "late")
        found.late += told.fate == "late"
        found.equivalent += told.fate == "equivalent"
        if told.fate == "survivor":
            _, line, before, after = changed(source, change)
            where = f"{name}/{file.name}"
            found.survivors.append(Survivor(where, line, before, after, told.shown_by, reasons.get(line, "")))
    return found


def problems(found: Mutants) -> list[Text]:
    """What lives without a reason."""
    return [
        Text(
            f"solutions/{survivor} survives: let a check catch it, or say why not ({REASON} … at the end of the line)",
            f"solutions/{survivor} 存活：请让某个检查发现它，或在该行末尾写明原因（{REASON} …）",
        )
        for survivor in found.survivors
        if not survivor.reason
    ]


def _reasons(source: str) -> dict[int, str]:
    """By line, why what survives there may."""
    tokens = tokenize.generate_tokens(io.StringIO(source).readline)
    comments = [t for t in tokens if t.type == tokenize.COMMENT and t.string.startswith(REASON)]
    return {t.start[0]: t.string.removeprefix(REASON).strip() for t in comments}


def _tried(root: Path, name: str, seed: int, todo: list[Change]) -> Iterator[tuple[Change, Told]]:
    """Each change with what became of it. One that takes its process along breaks the pool: those that were at work
    then are tried again alone, the others in a new pool."""
    left = todo
    while left:
        lost = []
        with _pool(cores()) as pool:
            for change, task in [(change, _submitted(pool, root, name, seed, change)) for change in left]:
                if task is None or isinstance(task.exception(), BrokenProcessPool):
                    lost.append(change)
                else:
                    yield change, task.result()
        for change in lost[: cores()]:
            with _pool(1) as pool:
                task = _submitted(pool, root, name, seed, change)
                gone = task is None or isinstance(task.exception(), BrokenProcessPool)
                yield change, Told("late") if task is None or gone else task.result()
        left = lost[cores() :]


def _submitted(pool: ProcessPoolExecutor, root: Path, name: str, seed: int, change: Change) -> Future[Told] | None:
    try:
        return pool.submit(try_change, root, name, seed, change)
    except BrokenProcessPool:
        return None


def _pool(workers: int) -> ProcessPoolExecutor:
    return ProcessPoolExecutor(workers, mp_context=get_context("spawn"), initializer=enlist)
