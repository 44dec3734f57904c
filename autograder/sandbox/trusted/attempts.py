"""What a worker tried and was denied: its own report, sifted, and what was seen on the wire; a hint for staff.

Nothing is kept that a worker chose freely, for it may have seen hidden inputs: how often is told in three words, and an
example must stand in the submission.
"""

import os
import re
from collections.abc import Iterable
from dataclasses import dataclass, field
from itertools import islice

from autograder.sandbox.job import Job
from autograder.sandbox.messages import Tried
from autograder.text import Text

MANY = 10
SYSTEM = ("/etc/", "/proc/", "/sys/", "/boot/", "/run/")  # nothing of a student's own machine has such a path
MOUNTED_ON_DEMAND = ("/net/", "/misc/", "/afs/")  # to look there would reach out in a worker's name
SHOWN = 80
LOOKED_AT, LITERALS = 1 << 18, 50  # characters of the module's source that are looked through for so many strings
STRING = re.compile(r"(['\"])([^'\"\\\n]{1,300})\1")

KINDS = {
    "file": Text("open files outside its folder", "打开自己文件夹以外的文件"),
    "process": Text("start or reach processes", "启动或触及进程"),
    "network": Text("reach the network", "连接网络"),
    "native": Text(
        "call native code through ctypes, where no one sees what it does", "用 ctypes 调用看不见其行为的本机代码"
    ),
    "wire": Text("send the grader what is no answer", "向评分程序发送不是结果的内容"),
}


@dataclass
class Attempts:
    """What one worker tried, as far as is known."""

    wire: int = 0
    reported: dict[str, Tried] = field(default_factory=dict)

    def hear(self, report: Iterable[Tried]) -> None:
        """A worker reports everything again when there is something new."""
        self.reported |= {tried.kind: tried for tried in report}


def told(attempts: Iterable[Attempts], job: Job) -> list[Text]:
    """One note on all workers of a module, or none."""
    times: dict[str, int] = {}
    examples: dict[str, str] = {}
    for each in attempts:
        for tried in filter(is_denied, each.reported.values()):
            times[tried.kind] = max(times.get(tried.kind, 0), tried.times)  # each runs the same module
            examples.setdefault(tried.kind, example(tried, job))
        times["wire"] = times.get("wire", 0) + each.wire
    said = [_said(kind, times[kind], examples.get(kind, "")) for kind in KINDS if times.get(kind)]
    return [_note(job.module, said)] if said else []


def _said(kind: str, times: int, shown: str) -> Text:
    en = "once" if times == 1 else "several times" if times <= MANY else "many times"
    zh = "一次" if times == 1 else "几次" if times <= MANY else "许多次"
    en, zh = (f"{en}, such as {shown}", f"{zh}，例如 {shown}") if shown else (en, zh)
    return KINDS[kind] + Text(f" ({en})", f"（{zh}）")


def _note(module: str, said: list[Text]) -> Text:
    en, zh = ", to ".join(each.en for each in said), "、".join(each.zh for each in said)
    return Text(
        f"{module} tried what is denied here: to {en}. Seen from beside its own code, which could hide or invent it: "
        "read the source.",
        f"{module} 尝试了这里不允许的事：{zh}。这是在它自己的代码旁边看到的，可能被隐藏或捏造：请看源代码。",
    )


def is_denied(tried: Tried) -> bool:
    """A file that is nowhere on this machine was missing, not denied: students name files of their own machines."""
    return tried.kind != "file" or any(is_there(path) for path in tried.examples)


def is_there(path: str) -> bool:
    path = os.path.normpath(path).replace("//", "/")
    if not os.path.isabs(path) or path.startswith(MOUNTED_ON_DEMAND):
        return False
    return path.startswith(SYSTEM) or os.path.lexists(path)


def example(tried: Tried, job: Job) -> str:
    """The first of the module's own first few strings that was reported.

    Whatever else the worker could choose by reporting it, and by its choice tell what it has seen.
    """
    code = "\n".join(cell.code[:LOOKED_AT] for cell in job.sources[job.module].cells)[:LOOKED_AT]
    literals = (found[2] for found in islice(STRING.finditer(code), LITERALS))
    fit = (text for text in literals if text in tried.examples and (tried.kind != "file" or is_there(text)))
    return next((text for text in fit if len(text) > 2 and text.isprintable()), "")[:SHOWN]
