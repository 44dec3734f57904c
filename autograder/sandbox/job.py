"""The records that describe one worker's work: its limits, its sources and its seed."""

from msgspec import Struct

MAX_THREADS = 64  # of one worker


class Limits(Struct, frozen=True):
    """What one worker may use; `cpu_seconds` and `memory_mb` count for the worker.

    `seconds` is the wall time of a check, less what other processes took; `answer_mb` bounds its answers together.
    """

    seconds: float = 10
    cpu_seconds: float = 60
    memory_mb: int = 2048
    answer_mb: float = 32


class Cell(Struct, frozen=True):
    """A piece of code that runs as one, and the name its tracebacks show: "corr2d.py" or "lab.ipynb, cell 3"."""

    code: str
    label: str


class Source(Struct, frozen=True):
    """The code of one module; a .py file is one cell, a notebook has one for each code cell."""

    filename: str
    cells: tuple[Cell, ...]

    @property
    def is_notebook(self) -> bool:
        return self.filename.lower().endswith(".ipynb")


class Job(Struct, frozen=True):
    """One module of one submission, with everything it may import; a worker may read all of it, so it holds no secret.

    In particular `seed` must not be the seed of the run: derive it, or the student could draw the run's secrets again.
    """

    module: str
    sources: dict[str, Source]
    probes: str | None = None
    limits: Limits = Limits()
    seed: int = 0
    device: str = "cpu"
