"""A course, a class and a grader with canaries in every secret place, where an attack is graded and watched."""

import functools
import os
import re
import secrets
import shutil
import signal
import socket
import sysconfig
import time
from dataclasses import dataclass, field
from pathlib import Path

from autograder.course.course import load_course
from autograder.gradebook.bounds import MESSAGE, RECORD, clean
from autograder.gradebook.records import encode
from autograder.grading import attempt as grading
from autograder.intake.finding import find_submissions
from autograder.sandbox import Sandbox

KIT = Path(__file__).parents[1]
ATTACKS = Path(__file__).parent / "attacks"
AIMS = ("forge", "read", "escape", "exhaust", "outlive", "corrupt")
TRACE = "attack-was-here"  # the name of every file that an attack makes outside its own folder
CHOSEN = re.compile(r"aten::|exit code \d|signal \d|corr2d\.py, line")  # what no hidden check may tell
PEAK_MB = 1500  # of a trusted process, whatever it is sent
LIMITS = "[limits]\nseconds = 1\ncpu_seconds = 10\nmemory_mb = 512\n"
HONEST = '''"""A classmate who did three exercises."""
import torch
CANARY = "@CANARY@"
def corr2d(X, K):
    kh, kw = K.shape
    rows = [[(X[i:i + kh, j:j + kw] * K).sum() for j in range(X.shape[1] - kw + 1)] for i in range(X.shape[0] - kh + 1)]
    return torch.tensor(rows).reshape(X.shape[0] - kh + 1, X.shape[1] - kw + 1)
def edge_image():
    X = torch.ones(6, 8)
    X[:, 2:6] = 0
    return X
def vertical_edge_kernel():
    return torch.tensor([[1.0, -1.0]])
'''


@dataclass(frozen=True)
class Attack:
    """One attack: a module (or a folder with one) whose docstring says what it tries and what must be observed."""

    path: Path
    tries: str
    observed: str
    earns: float
    says: tuple[str, ...]
    needs: str = ""  # the weakest tier that promises to hold it off, where that is not the weakest of all

    @property
    def name(self) -> str:
        return f"{self.path.parent.name}/{self.path.stem}"

    @property
    def aim(self) -> str:
        return self.path.parent.name

    @property
    def module(self) -> str:
        """The module that it pretends to be: `lenet__larger_net.py` is a lenet.py, a name without `__` a corr2d.py."""
        return self.path.stem.partition("__")[0] if "__" in self.path.stem else "corr2d"


def read_attack(path: Path) -> Attack:
    """The docstring's lines: what it tries, `Observed: …`, perhaps `Earns: points`, `Says: words`, `Needs: tier`."""
    text = (path / "corr2d.py" if path.is_dir() else path).read_text(encoding="utf-8")
    lines = re.match(r'"""(.*?)"""', text, re.S)[1].strip().splitlines()
    marked = [line.strip().partition(": ") for line in lines if re.match(r"\s*(Observed|Earns|Says|Needs): ", line)]
    of = {key: [value for name, _, value in marked if name == key] for key in ("Observed", "Earns", "Says", "Needs")}
    earns = float(of["Earns"][0]) if of["Earns"] else 0.0
    return Attack(path, lines[0], of["Observed"][0], earns, tuple(of["Says"]), "".join(of["Needs"]))


def attacks(*aims: str) -> list[Attack]:
    """Every attack of these aims, by name."""
    paths = [path for aim in aims or AIMS for path in sorted((ATTACKS / aim).iterdir()) if path.name[0] not in "._"]
    return [read_attack(path) for path in paths]


@dataclass
class Outcome:
    """What came of one attack; an empty `harm` is what we want."""

    attack: Attack
    score: float
    seconds: float
    messages: list[str]
    statuses: set[str]
    peak_mb: int = 0
    harm: list[str] = field(default_factory=list)


class Arena:
    """The world of one tier: grade attacks in it, one after another, and look for harm after each."""

    def __init__(self, folder: Path, tier: str) -> None:
        self.folder, self.tier = folder, tier
        self.canary = f"canary-{secrets.token_hex(8)}"
        self.signals, self.before = 0, dict(os.environ)
        caught = (signal.SIGUSR1, signal.SIGTERM, signal.SIGHUP, signal.SIGIO)
        self.handlers = {number: signal.signal(number, self._signalled) for number in caught}
        self._build()
        self.doors = [_door(socket.AF_INET, ("127.0.0.1", 0)), _door(socket.AF_UNIX, str(folder / "door"))]
        self.doors.append(_door(socket.AF_UNIX, f"\0{folder}/door"))
        self.grader = self._grader()
        self.kept = self._snapshot()
        self.alone = self._marks(self.folder / "class" / "sibling")

    def _signalled(self, number: int, frame: object) -> None:
        self.signals += 1

    def _build(self) -> None:
        for kind in ("assignments", "solutions"):
            for name in ("02_corr2d", "06_lenet"):
                shutil.copytree(KIT / kind / name, self.folder / "course" / kind / name)
        shutil.copytree(KIT / "assignments/data", self.folder / "course/assignments/data")
        shutil.copy(KIT / "assignments/data.py", self.folder / "course/assignments")
        config = self.folder / "course/assignments/02_corr2d/assignment.toml"
        text = config.read_text(encoding="utf-8")
        config.write_text(re.sub(r"\[limits\]\n(?:\w.*\n)*", LIMITS, text), encoding="utf-8")
        for secret in (*self.folder.rglob("checks_hidden.py"), *self.folder.rglob("solutions/**/*.py")):
            with secret.open("a", encoding="utf-8") as file:
                file.write(f'\nCANARY = "{self.canary}"\n')
        for place in ("home/.netrc", "home/.ssh/id_rsa", "out/results/sibling.json"):
            path = self.folder / place
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_text(f'{{"score": 1.0, "canary": "{self.canary}"}}')
        sibling = self.folder / "class/sibling/corr2d.py"
        sibling.parent.mkdir(parents=True)
        sibling.write_text(HONEST.replace("@CANARY@", self.canary))
        os.environ |= {"AUTOGRADER_CANARY": self.canary, "HOME": str(self.folder / "home")}

    def _grader(self) -> grading.Grader:
        before = grading.Sandbox
        grading.Sandbox = functools.partial(Sandbox, at_most=self.tier)
        try:
            return grading.Grader(load_course(self.folder / "course"), None, 20260101, "cpu", "process")
        finally:
            grading.Sandbox = before

    def close(self) -> None:
        """Leave the test process as it was."""
        self.grader.close()
        for door in self.doors:
            door.close()
        for number, handler in self.handlers.items():
            signal.signal(number, handler)
        os.environ.clear()
        os.environ |= self.before

    def _marks(self, path: Path) -> list[tuple]:
        checks = self._grade(path).assignments[0].checks
        return [(check.name, check.status, check.score, str(check.message)) for check in checks]

    def _grade(self, path: Path):
        modules = {assignment.name: assignment.module for assignment in self.grader.assignments}
        (found,) = find_submissions([path], modules)
        return self.grader.grade(found)

    def run(self, attack: Attack) -> Outcome:
        """Grade the attack, then a classmate; note whatever differs from a world without it."""
        place = self._stage(attack)
        _forget_peak()
        started = time.monotonic()
        result = self._grade(place)
        seconds = time.monotonic() - started
        shutil.rmtree(place)
        checks = [check for graded in result.assignments for check in graded.checks if graded.source]
        outcome = Outcome(attack, result.score, seconds, [str(c.message) for c in checks], {c.status for c in checks})
        outcome.peak_mb = _peak_mb()
        outcome.harm = [*self._gained(outcome, result), *self._learned(result, checks), *self._left(), *self._changed()]
        outcome.harm += [*self._stopped(result), *_filled(outcome, result)]
        return outcome

    def _stage(self, attack: Attack) -> Path:
        """The attack as a submission; it is told where everything is."""
        place = self.folder / "staged" / attack.path.stem
        if attack.path.is_dir():
            shutil.copytree(attack.path, place, ignore=shutil.ignore_patterns("__pycache__"))
        else:
            place.mkdir(parents=True)
            shutil.copy(attack.path, place / f"{attack.module}.py")
        port = self.doors[0].getsockname()[1]
        facts = {"@WORLD@": self.folder, "@KIT@": KIT, "@GRADER@": os.getpid(), "@PORT@": port}
        for file in place.rglob("*.py"):
            text = file.read_text(encoding="utf-8")
            file.write_text(functools.reduce(lambda t, f: t.replace(f, str(facts[f])), facts, text), encoding="utf-8")
        return place

    def _gained(self, outcome: Outcome, result) -> list[str]:
        harm = [] if outcome.score == outcome.attack.earns else [f"earned {outcome.score:g}"]
        harm += [] if result.status == "graded" else [f"the submission became {result.status}: {result.message}"]
        said = "\n".join(outcome.messages)
        return harm + [f"no message says {text!r}" for text in outcome.attack.says if text not in said]

    def _learned(self, result, checks) -> list[str]:
        written = encode(result).decode()
        harm = ["learned a secret"] if self.canary in written else []
        harm += [f"boasts of {word}" for word in ("ESCAPED", "LOOT:", "LEAK:") if word in written]
        leaks = [check.name for check in checks if check.hidden and _tells(check.message.en + check.message.zh)]
        return harm + [f"learned a hidden input of {name}" for name in leaks]

    def _left(self) -> list[str]:
        """Whatever descends from the zygote, or still bears its environment, and is no zygote."""
        for _ in range(50):
            left = _descendants(self.grader.sandbox.launcher.process.pid)
            left = {pid for pid in left if not _is_zygote(pid, self.grader.sandbox.launcher)}
            if not left:
                return []
            time.sleep(0.02)
        return [f"left {len(left)} processes"]

    def _changed(self) -> list[str]:
        now = self._snapshot()
        differ = [path for path in sorted(now.keys() | self.kept.keys()) if now.get(path) != self.kept.get(path)]
        self.kept = now
        return [f"changed {path}" for path in differ[:5]]

    def _snapshot(self) -> dict[str, tuple]:
        """Size, mode, owner and times of all that an attack may want to change, and the traces it may leave."""
        packages = Path(sysconfig.get_path("purelib"))
        watched = [*self.folder.glob("[!s]*/**/*"), *(KIT / "autograder/sandbox").rglob("*.py"), packages]
        watched.append(packages / "torch/__init__.py")
        places = ("/tmp", "/var/tmp", "/dev/shm", str(KIT), os.getcwd(), str(packages), "/")
        traces = [Path(place, TRACE) for place in places]
        return {str(path): _status(path) for path in [*watched, *traces] if os.path.lexists(path)}

    def _stopped(self, result) -> list[str]:
        harm = [f"received {self.signals} signals"] if self.signals else []
        self.signals = 0
        for door in self.doors:
            try:
                door.accept()[0].close()
                harm.append("was connected to")
            except BlockingIOError:
                pass
        same = self._marks(self.folder / "class" / "sibling") == self.alone
        return harm + ([] if same else ["changed a classmate's marks"])


def _tells(message: str) -> bool:
    """Whether the message of a hidden check may hold what it asked; a module that is loaded has not been asked yet."""
    return "LEAK" in message or ("cannot be imported" not in message and bool(CHOSEN.search(message)))


def _filled(outcome: Outcome, result) -> list[str]:
    """What the attack made of our memory and of the record."""
    written, notes = encode(result), [*result.notes, *result.assignments[0].notes]
    texts = [words for m in [*notes, *(c.message for c in result.assignments[0].checks)] for words in (m.en, m.zh)]
    harm = [f"took {outcome.peak_mb} MB"] if outcome.peak_mb > PEAK_MB else []
    harm += [f"wrote {len(written)} bytes"] if len(written) > RECORD else []
    harm += ["wrote a long message"] if any(len(words) > MESSAGE for words in texts) else []
    return harm + (["wrote what cannot be seen"] if any(words != clean(words) for words in texts) else [])


def _forget_peak() -> None:
    """Let the peak of this process's memory begin anew."""
    Path("/proc/self/clear_refs").write_text("5")


def _peak_mb() -> int:
    """The peak of this process's memory, in which the trusted side of the arena runs."""
    (line,) = [line for line in Path("/proc/self/status").read_text().splitlines() if line.startswith("VmHWM")]
    return int(line.split()[1]) >> 10


def _status(path: Path) -> tuple:
    status = path.lstat()
    if path.is_dir():
        return status.st_mode, status.st_uid, len(os.listdir(path))
    return status.st_mode, status.st_uid, status.st_size, status.st_mtime_ns


def _door(family: int, address: object) -> socket.socket:
    door = socket.socket(family)
    door.bind(address)
    door.listen(8)
    door.setblocking(False)
    return door


def _descendants(root: int) -> set[int]:
    """Live processes below `root`, and any that still carry the environment of its workers."""
    parents = {}
    for entry in os.listdir("/proc"):
        try:
            fields = Path("/proc", entry, "stat").read_bytes().rpartition(b")")[2].split() if entry.isdigit() else None
        except OSError:
            continue
        if fields and fields[0] != b"Z":
            parents[int(entry)] = int(fields[1])
    below, size = {root}, 0
    while size != len(below):
        size = len(below)
        below |= {pid for pid, parent in parents.items() if parent in below}
    return (below | {pid for pid in parents if _carries(pid, root)}) - {root}


def _carries(pid: int, root: int) -> bool:
    """Whether a process was started with the very environment of the zygote; only root may look."""
    try:
        mine, theirs = Path(f"/proc/{root}/environ").read_bytes(), Path(f"/proc/{pid}/environ").read_bytes()
    except OSError:
        return False
    return bool(mine) and mine == theirs and pid != root


def _is_zygote(pid: int, launcher) -> bool:
    """In a jail the zygote is the only child of the process that was started."""
    if not launcher.jail.namespaces:
        return False
    status = Path(f"/proc/{pid}/status")
    try:
        return f"PPid:\t{launcher.process.pid}\n" in status.read_text()
    except OSError:
        return False
