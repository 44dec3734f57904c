"""What a student reads when a limit strikes or the worker dies: the truth, in two languages."""

import signal

from autograder.sandbox.job import MAX_THREADS, Limits
from autograder.sandbox.process import Exit
from autograder.selfcheck.trouble import Stopped
from autograder.text import Text

FLOOD_MB = 32
WORTH_TELLING = 0.5  # seconds that others took

SIGNALS = {
    "SIGSEGV": ("a segmentation fault, often from recursion without end", "段错误，常见原因是无限递归"),
    "SIGBUS": ("a bus error", "总线错误"),
    "SIGFPE": ("an arithmetic error in compiled code", "编译代码中的算术错误"),
    "SIGABRT": ("an abort in compiled code", "编译代码主动中止"),
    "SIGKILL": ("killed by the system, most likely for its use of memory", "被系统终止，多半因为内存用得太多"),
    "SIGSYS": ("a system call that is not allowed here", "使用了此处不允许的系统调用"),
}


def importing(module: str) -> Text:
    return Text(f" while importing `{module}`", f"导入 `{module}` 时")


def running(name: str) -> Text:
    return Text(f" in `{name}`", f"运行 `{name}` 时")


def timed_out(seconds: float, passed: float, doing: Text) -> Stopped:
    """After `seconds` of its own; `passed` seconds went by, for other processes took the rest."""
    own, wall = rounded(seconds), f"{passed:.0f}"
    en, zh = f"stopped after {own} s{doing.en}", f"{doing.zh}超过 {own} 秒，已停止"
    if passed - seconds >= WORTH_TELLING:
        en += f" ({wall} s by the clock on the wall: other programs took the rest)"
        zh += f"（实际历时 {wall} 秒，其余时间被其他程序占用）"
    return Stopped("timeout", en, zh)


def rounded(seconds: float) -> str:
    return f"{round(seconds, 1):g}" if seconds < 0.95 else f"{seconds:.0f}"


def out_of_cpu(limits: Limits, doing: Text) -> Stopped:
    en = f"used more than {limits.cpu_seconds:g} s of processor time{doing.en}"
    return Stopped("timeout", en, f"{doing.zh}使用的处理器时间超过 {limits.cpu_seconds:g} 秒")


def out_of_memory(limits: Limits, doing: Text) -> Stopped:
    size = amount(limits.memory_mb)
    return Stopped("killed", f"used more than {size} of memory{doing.en}", f"{doing.zh}使用的内存超过 {size}")


def flooded(doing: Text) -> Stopped:
    return Stopped("killed", f"printed more than {FLOOD_MB} MB{doing.en}", f"{doing.zh}打印的内容超过 {FLOOD_MB} MB")


def too_many_threads(doing: Text) -> Stopped:
    return Stopped(
        "killed", f"started more than {MAX_THREADS} threads{doing.en}", f"{doing.zh}启动的线程超过 {MAX_THREADS} 个"
    )


def unsendable(doing: Text) -> Stopped:
    return Stopped(
        "killed",
        f"gave an answer too large to be graded{doing.en}",
        f"{doing.zh}返回的结果太大，无法评分",
    )


def too_much(limits: Limits, doing: Text) -> Stopped:
    size = amount(limits.answer_mb)
    en = f"gave answers of more than {size} in one check{doing.en}"
    return Stopped("killed", en, f"{doing.zh}一次检查中返回的结果超过 {size}")


def unreadable(doing: Text) -> Stopped:
    return Stopped("killed", f"the source is too large or is no text{doing.en}", f"{doing.zh}源代码太大或不是文本")


def malformed(doing: Text) -> Stopped:
    en = f"the process sent the grader something that is no answer{doing.en}"
    return Stopped("killed", en, f"{doing.zh}进程发给评分程序的内容不是有效的结果")


def died(code: int | None, doing: Text, discreet: bool = False) -> Stopped:
    """The process is gone, or has closed its line, without an answer; `code` is negative for a signal.

    `discreet`: say no number, for the code chose it.
    """
    if code is None:
        return Stopped("killed", f"closed the line to the grader{doing.en}", f"{doing.zh}断开了与评分程序的连接")
    if code >= 0:
        how = Text() if discreet else Text(f" (exit code {code})", f"（退出码 {code}）")
        return Stopped("killed", f"ended Python itself{how.en}{doing.en}", f"{doing.zh}直接结束了 Python 进程{how.zh}")
    unknown = ("a signal", "收到信号") if discreet else (f"signal {-code}", f"信号 {-code}")
    en, zh = SIGNALS.get(signal_name(-code), unknown)
    return Stopped("killed", f"Python died{doing.en}: {en}", f"{doing.zh}Python 进程意外终止：{zh}")


def tells_of_cpu(exit: Exit, limits: Limits) -> bool:
    """Whether the limit on processor time ended it: by its own signal, or a second later for those who ignore that."""
    return signal_name(-exit.code) == "SIGXCPU" or (exit.code < 0 and exit.cpu_seconds >= 0.95 * limits.cpu_seconds)


def signal_name(number: int) -> str:
    """Windows knows few of them."""
    try:
        return signal.Signals(number).name
    except ValueError:
        return ""


def amount(megabytes: float) -> str:
    return f"{megabytes / 1024:g} GB" if megabytes % 512 == 0 else f"{megabytes:g} MB"
