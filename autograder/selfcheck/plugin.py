"""The pytest plugin: collects checks, runs them on the student's modules and ends with a scoreboard."""

import contextlib
import io
import os
import types
from collections.abc import Generator, Iterable
from pathlib import Path
from typing import Any

import pytest

from . import at_home, scoreboard, text
from .assignment import PUBLIC_CHECKS, Assignment, AssignmentError, find_assignments, importable, load_probes
from .counterexample import add_counterexamples
from .face import Face
from .hints import find_hint, read_hints
from .judge import PASSED, TIMEOUT, Verdict, judge, not_run
from .limits import Endless, time_limit
from .marks import Check, read_check
from .reading import Overtime
from .student_modules import StudentFinder, installed
from .text import Text, say
from .ticker import ticking
from .trouble import Raised, Stopped

EXPLAINING = 2.0  # seconds that the search for a counter-example of one exercise may take
Imported = Face | Text  # the student's module, or why there is none

_assignments = pytest.StashKey[dict[Path, Assignment]]()
_verdicts = pytest.StashKey[list[tuple[Assignment, Verdict, "CheckItem"]]]()
_asked = pytest.StashKey[list["CheckItem"]]()
_finder = pytest.StashKey[StudentFinder]()
_faces = pytest.StashKey[dict[str, Imported]]()
_endless = pytest.StashKey[Endless]()


def pytest_addoption(parser: pytest.Parser) -> None:
    group = parser.getgroup("exercises")
    group.addoption(
        "--exercise",
        action="append",
        default=[],
        metavar="NAME",
        help="run the checks of one exercise only, for example --exercise corr2d",
    )
    group.addoption(
        "--next", action="store_true", help="stop at the first exercise that does not pass, and show that one alone"
    )
    group.addoption("--pictures", action="store_true", help="also draw what failed, into figures/")
    group.addoption("--lang", choices=text.LANGUAGES, help="language of the messages (default: the system's)")


def pytest_configure(config: pytest.Config) -> None:
    if config.getoption("--lang"):
        text.choose(config.getoption("--lang"))
    config.stash[_verdicts], config.stash[_asked], config.stash[_faces] = [], [], {}
    config.stash[_endless] = Endless()
    try:
        config.stash[_assignments] = {a.folder: a for a in find_assignments(config.rootpath)}
    except AssignmentError as error:
        raise pytest.UsageError(str(error)) from None
    if config.option.tbstyle == "auto":
        config.option.tbstyle = "no"  # the scoreboard says it better than a traceback
        config.option.reportchars = config.option.reportchars if config.option.reportchars != "fE" else "N"
    os.environ.setdefault("MPLBACKEND", "Agg")  # a window would wait for somebody to close it
    config.stash[_finder] = StudentFinder(config.rootpath, config.stash[_assignments].values())
    modules = contextlib.ExitStack()
    modules.enter_context(installed(config.stash[_finder]))
    config.add_cleanup(modules.close)


def pytest_pycollect_makemodule(module_path: Path, parent: pytest.Collector) -> "CheckFile | None":
    if module_path.name.startswith("checks_"):
        return CheckFile.from_parent(parent, path=module_path)


class CheckFile(pytest.Module):
    """A file of checks; the assignment's own probes are importable as `probes` while it loads."""

    def collect(self) -> Iterable[pytest.Item | pytest.Collector]:
        with importable({"probes": load_probes(self.path.parent)}):
            return super().collect()


def pytest_pycollect_makeitem(
    collector: pytest.Module | pytest.Class, name: str, obj: object
) -> list[pytest.Item] | None:
    if not isinstance(collector, CheckFile):
        return None
    if not (name.startswith("check_") and callable(obj)):
        return []
    try:
        check = read_check(obj, hidden=collector.path.name != PUBLIC_CHECKS, file=str(collector.path))
    except ValueError as error:
        raise collector.CollectError(str(error)) from None
    return [CheckItem.from_parent(collector, name=name, check=check)]


def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> None:
    wanted = config.getoption("--exercise")
    if not wanted:
        return
    known = {item.check.exercise for item in items if isinstance(item, CheckItem)}
    unknown = [name for name in wanted if name not in known]
    if unknown:
        raise pytest.UsageError(
            say(
                f"no exercise is called {', '.join(unknown)}; there are: {', '.join(sorted(known))}",
                f"没有名为 {', '.join(unknown)} 的练习；现有：{', '.join(sorted(known))}",
            )
        )
    kept = [item for item in items if isinstance(item, CheckItem) and item.check.exercise in wanted]
    config.hook.pytest_deselected(items=[item for item in items if item not in kept])
    items[:] = kept


def pytest_collection_finish(session: pytest.Session) -> None:
    session.config.stash[_asked] = [item for item in session.items if isinstance(item, CheckItem)]


class Unmet(Exception):
    """Carries the verdict of a check that did not pass to pytest's report."""


class CheckItem(pytest.Item):
    """One check as one pytest item."""

    printed: str  # by the student's code, once the check has run

    def __init__(self, *, check: Check, **rest: Any):
        super().__init__(**rest)
        self.check = check
        self.obj = check.function  # pytest -k also looks at keywords
        self.extra_keyword_matches.add(check.exercise)

    @property
    def assignment(self) -> Assignment:
        folder = self.path.parent
        if folder not in self.config.stash[_assignments]:
            raise pytest.UsageError(f"{folder} has no assignment.toml")
        return self.config.stash[_assignments][folder]

    def runtest(self) -> None:
        assignment = self.assignment
        if self.config.getoption("--next") and self._is_behind_the_next():
            pytest.skip()
        face = self._face(assignment)
        verdict = not_run(self.check, face) if isinstance(face, Text) else self._judge(assignment, face)
        self.config.stash[_verdicts].append((assignment, verdict, self))
        if scoreboard.is_untouched(verdict) or verdict.rung == scoreboard.WAITS:
            pytest.skip(str(verdict.message))  # not begun is no failure
        if verdict.status != PASSED:
            raise Unmet(str(verdict.message))

    def _judge(self, assignment: Assignment, face: Face) -> Verdict:
        endless, exercise = self.config.stash[_endless], self.check.exercise
        if blocker := endless.within(self.config.stash[_finder].attribute(assignment, exercise)):
            return scoreboard.waits_for(self.check, blocker)
        seconds = self.check.seconds or assignment.home_seconds(exercise)
        limit = None
        try:
            with ticking(self.config.get_terminal_writer()._file, exercise), time_limit(seconds, exercise) as limit:
                verdict = judge(self.check, face, 0, assignment.forbidden(exercise))
        except Stopped as stopped:  # it struck between the check and its verdict
            verdict = Verdict(self.check, stopped.status, 0.0, stopped.text, stopped.status)
        if verdict.status == TIMEOUT and limit:
            endless.add(limit.function, exercise)
        return verdict

    def _is_behind_the_next(self) -> bool:
        """Whether an earlier exercise waits for the student."""
        mine = (self.assignment, self.check.exercise)
        return any((a, v.check.exercise) != mine for a, v, _ in self.config.stash[_verdicts] if v.status != PASSED)

    def _face(self, assignment: Assignment) -> Imported:
        faces = self.config.stash[_faces]
        if assignment.name not in faces:
            faces[assignment.name] = _import_student(assignment, self.config.stash[_finder])
        return faces[assignment.name]

    def repr_failure(self, excinfo: pytest.ExceptionInfo[BaseException], style: Any = None) -> Any:
        return str(excinfo.value) if isinstance(excinfo.value, Unmet) else super().repr_failure(excinfo, style)

    def reportinfo(self) -> tuple[Path, int | None, str]:
        return self.path, None, f"{self.check.exercise}: {self.check.title}"


def _import_student(assignment: Assignment, finder: StudentFinder) -> Imported:
    file = finder.files[assignment.module]
    if not file.is_file():
        return Text(
            f"{assignment.name}/{file.name} is missing: put your answers there",
            f"缺少文件 {assignment.name}/{file.name}：请把你的答案写在其中",
        )
    try:
        return finder.face(assignment)
    except KeyboardInterrupt:
        raise
    except Overtime as error:
        return Text(
            f"{file.name} cannot be imported: {error}", f"{file.name} 无法导入：运行超过 {error.seconds:g} 秒，已停止"
        )
    except BaseException as error:
        raised = Raised.of(error)
        place = "\n    " + raised.place() if raised.line else Text()
        return Text(f"{file.name} cannot be imported: {raised}", f"{file.name} 无法导入：{raised}") + place


@pytest.hookimpl(wrapper=True)
def pytest_runtest_makereport(
    item: pytest.Item, call: pytest.CallInfo
) -> Generator[None, pytest.TestReport, pytest.TestReport]:
    report = yield
    if isinstance(item, CheckItem) and call.when == "call":
        item.printed = report.capstdout
    return report


def pytest_terminal_summary(
    terminalreporter: "pytest.TerminalReporter", exitstatus: int, config: pytest.Config
) -> None:
    rows = [
        (assignment, verdict, getattr(item, "printed", "")) for assignment, verdict, item in config.stash[_verdicts]
    ]
    if rows:
        interrupted = exitstatus == pytest.ExitCode.INTERRUPTED
        _add_hints([row[:2] for row in rows])
        if not interrupted:
            _add_examples([row[:2] for row in rows], config.stash[_faces])
        ran = {id(item) for _, _, item in config.stash[_verdicts]}
        rows += [(i.assignment, scoreboard.unasked(i.check), "") for i in config.stash[_asked] if id(i) not in ran]
        faces = (face for face in config.stash[_faces].values() if isinstance(face, Face))
        board = scoreboard.Board(
            rows,
            interrupted,
            [*config.stash[_finder].remarks, *(note.text for face in faces for note in face._backend.notes())],
            only_next=bool(config.getoption("--next")),
            files={assignment.name: config.stash[_finder].files[assignment.module].name for assignment, _, _ in rows},
            plan=list(config.stash[_assignments].values()),
        )
        scoreboard.show(terminalreporter, board)
        if config.getoption("--pictures"):
            _draw(terminalreporter, config.rootpath, [verdict for _, verdict, _ in rows])
        _remember(config.rootpath, rows)


def _draw(terminal: "pytest.TerminalReporter", root: Path, verdicts: list[Verdict]) -> None:
    """Draw the counter-examples, and say where the pictures are."""
    from .failure_pictures import FOLDER, draw_failure
    from .pictures import NoPicture

    for verdict in verdicts:
        if verdict.counterexample:
            name = f"{FOLDER}/{verdict.check.name}.png"
            try:
                drawn = draw_failure(verdict.counterexample, verdict.check.exercise, root / name)
            except (NoPicture, OSError) as error:
                terminal.write_line(str(error), yellow=True)
                return
            if drawn:
                terminal.write_line(say(f"picture: {name}", f"图：{name}"))


def _remember(root: Path, rows: list[scoreboard.Row]) -> None:
    """Keep what passed, for `progress`."""
    told: dict[str, list[Verdict]] = {}
    for assignment, verdict, _ in rows:
        told.setdefault(f"{assignment.name}/{verdict.check.exercise}", []).append(verdict)
    at_home.remember(
        root,
        "passed",
        {
            name: [sum(v.status == PASSED for v in verdicts), len(verdicts), at_home.today()]
            for name, verdicts in told.items()
            if not any(v.rung == scoreboard.UNASKED for v in verdicts)
        },
    )


@pytest.hookimpl(tryfirst=True)
def pytest_sessionfinish(session: pytest.Session, exitstatus: int) -> None:
    """Ctrl-C is the student's own wish: one word about it, and no advice on tracebacks."""
    reporter: Any = session.config.pluginmanager.get_plugin("terminalreporter")
    if exitstatus == pytest.ExitCode.INTERRUPTED and getattr(reporter, "_keyboardinterrupt_memo", None):
        words = types.SimpleNamespace(message=say("stopped by Ctrl-C", "已用 Ctrl-C 中断"))
        reporter._keyboardinterrupt_memo = types.SimpleNamespace(reprcrash=words)


def _add_examples(rows: list[tuple[Assignment, Verdict]], faces: dict[str, Imported]) -> None:
    """Look for the smallest counter-example of each exercise that failed; what the code prints meanwhile is lost."""
    for assignment in dict.fromkeys(assignment for assignment, _ in rows):
        with contextlib.redirect_stdout(io.StringIO()), contextlib.redirect_stderr(io.StringIO()):
            verdicts = [verdict for owner, verdict in rows if owner is assignment]

            face = faces.get(assignment.name)
            for exercise in dict.fromkeys(v.check.exercise for v in verdicts if v.agreement):
                mine = [v for v in verdicts if v.check.exercise == exercise]
                with contextlib.suppress(Stopped), time_limit(EXPLAINING, exercise):
                    add_counterexamples(mine, lambda _, face=face: face if isinstance(face, Face) else None)


def _add_hints(rows: list[tuple[Assignment, Verdict]]) -> None:
    """Put the hint of a recognised mistake on the failed checks of each exercise."""
    for assignment in dict.fromkeys(assignment for assignment, _ in rows):
        hints = read_hints(assignment.folder)
        verdicts = [verdict for owner, verdict in rows if owner is assignment]
        for exercise in hints:
            mine = [v for v in verdicts if v.check.exercise == exercise]
            bad = [v for v in mine if v.status != PASSED]
            hint = find_hint(hints, assignment.name, exercise, mine) if bad else Text()
            for verdict in bad:
                verdict.hint = hint
