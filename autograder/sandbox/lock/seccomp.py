"""The system calls a worker may make, as a seccomp filter: an allow-list, with sensible errors for the rest."""

import ctypes
import errno
import functools
import os
import struct

from autograder.sandbox.lock import syscalls

ALLOWED = tuple(
    """
    read write readv writev pread64 pwrite64 preadv pwritev lseek sendfile copy_file_range
    open openat creat close close_range stat fstat lstat newfstatat statx statfs fstatfs access faccessat faccessat2
    readlink readlinkat getdents getdents64 getcwd chdir fchdir umask
    mkdir mkdirat rmdir unlink unlinkat rename renameat renameat2 link linkat symlink symlinkat
    ftruncate fallocate fsync fdatasync
    dup dup2 dup3 pipe pipe2 eventfd2 poll ppoll select pselect6
    epoll_create epoll_create1 epoll_ctl epoll_wait epoll_pwait epoll_pwait2
    mmap munmap mprotect mremap madvise msync brk membarrier
    set_robust_list rseq set_tid_address arch_prctl
    sched_yield sched_get_priority_max sched_get_priority_min getcpu
    rt_sigaction rt_sigprocmask rt_sigreturn rt_sigpending rt_sigsuspend rt_sigtimedwait sigaltstack pause
    restart_syscall getpid getppid gettid getuid geteuid getgid getegid getresuid getresgid getgroups getpgrp
    capget getrlimit times uname sysinfo gettimeofday time clock_gettime clock_getres
    clock_nanosleep nanosleep setitimer getitimer alarm getrandom exit exit_group wait4 waitid
    sendto recvfrom recvmsg shutdown getsockopt getsockname getpeername
""".split()
)

# Left out on purpose, for one worker could talk to another by them: what tells whether a page is in memory or drives it
# out (preadv2, mincore, fadvise64; getrusage counts what was fetched), and futex_waitv, whose sleepers no filter sees.
# Anything unnamed answers ENOSYS, for glibc falls back on that; these answer EPERM, for a person reads it.
REFUSED = tuple(
    """
    execve execveat socket connect bind listen accept accept4 setsockopt
    ptrace process_vm_readv process_vm_writev kcmp tkill rt_sigqueueinfo rt_tgsigqueueinfo
    pidfd_open pidfd_send_signal pidfd_getfd unshare setns mount umount2 pivot_root chroot mknod mknodat
    chmod fchmod fchmodat chown fchown lchown fchownat utime utimes futimesat utimensat
    setxattr lsetxattr fsetxattr removexattr lremovexattr fremovexattr flock
    inotify_init inotify_init1 inotify_add_watch fanotify_init io_uring_setup io_uring_enter io_uring_register
    getrusage keyctl add_key request_key bpf perf_event_open userfaultfd memfd_create memfd_secret
    shmget shmat shmctl semget msgget mq_open sendmsg
    sched_setaffinity sched_setscheduler sched_setparam setpriority
    setsid setpgid setuid setgid setresuid setresgid setreuid setregid setgroups setfsuid setfsgid setrlimit
    personality capset open_tree move_mount mount_setattr mlock mlockall open_by_handle_at sync sethostname
""".split()
)

AUDIT_ARCH = {"x86_64": 0xC000003E, "aarch64": 0xC00000B7}
X32_BIT = 0x40000000
LOAD, EQUAL, AT_LEAST, AND, RETURN = 0x20, 0x15, 0x35, 0x54, 0x06
ALLOW, KILL = 0x7FFF0000, 0x80000000
CLONE_THREAD_FLAGS = 0x00010900  # CLONE_THREAD | CLONE_SIGHAND | CLONE_VM: a thread and nothing else
CLONE_NAMESPACES = 0x7E020080  # every CLONE_NEW*
AF_UNIX, SOCK_STREAM, SOCK_TYPE = 1, 1, 0xF

OF_A_PROCESS = (  # each tells whether another process, or a thread of one, exists; ENOSYS is what glibc passes over
    "getpgid", "getsid", "sched_getaffinity", "sched_getparam", "sched_getscheduler", "get_robust_list",
)  # fmt: skip

IOCTLS = (0x5401, 0x5413, 0x541B, 0x5421, 0x5450, 0x5451)  # TCGETS TIOCGWINSZ FIONREAD FIONBIO FIONCLEX FIOCLEX
FCNTLS = (0, 1, 2, 3, 4, 1030, 1032, 1034)  # duplicate, flags, sizes, seals: no signal, lease or lock
FUTEX_PRIVATE = 128
PRCTLS = (3, 15, 16, 0x53564D41)  # PR_GET_DUMPABLE PR_SET_NAME PR_GET_NAME PR_SET_VMA


def _refusal(error: int) -> int:
    return 0x00050000 | error


def _instruction(code: int, value: int, yes: int = 0, no: int = 0) -> bytes:
    return struct.pack("=HBBI", code, yes, no, value)


def _argument(index: int, high: bool = False) -> bytes:
    """Load one half of a system call's argument; both machines are little-endian."""
    return _instruction(LOAD, 16 + 8 * index + 4 * high)


def _return(value: int) -> bytes:
    return _instruction(RETURN, value)


def _one_of(index: int, values: tuple[int, ...], error: int, mask: int | None = None) -> list[bytes]:
    """Allow when the low half of an argument, masked, is one of `values`."""
    load = [_argument(index)] + ([_instruction(AND, mask)] if mask is not None else [])
    tests = [_instruction(EQUAL, value, len(values) - at, 0) for at, value in enumerate(values)]
    return [*load, *tests, _return(_refusal(error)), _return(ALLOW)]


def _thread_only() -> list[bytes]:
    """clone(2) may make a thread; a process is refused as if the system were full."""
    return [
        _argument(0),
        _instruction(AND, CLONE_NAMESPACES),
        _instruction(EQUAL, 0, 0, 3),
        _argument(0),
        _instruction(AND, CLONE_THREAD_FLAGS),
        _instruction(EQUAL, CLONE_THREAD_FLAGS, 1, 0),
        _return(_refusal(errno.EAGAIN)),
        _return(ALLOW),
    ]


def _stream_pair() -> list[bytes]:
    """socketpair(2) may make a unix stream; a datagram socket could be sent to any pathname."""
    return [
        _argument(0),
        _instruction(EQUAL, AF_UNIX, 0, 3),
        _argument(1),
        _instruction(AND, SOCK_TYPE),
        _instruction(EQUAL, SOCK_STREAM, 1, 0),
        _return(_refusal(errno.EPERM)),
        _return(ALLOW),
    ]


def _own_sleepers() -> list[bytes]:
    """futex(2) among a process's own threads alone: pages of a library, even read-only ones, are common to all workers.

    EAGAIN is an answer that every user of a futex expects: pthread_join, which asks this way, looks again.
    """
    return _one_of(1, (FUTEX_PRIVATE,), errno.EAGAIN, mask=FUTEX_PRIVATE)


def _special(pid: int, gpu: bool) -> dict[str, list[bytes]]:
    """Calls that depend on their arguments; each block ends with its own verdict."""
    blocks = {
        "clone": _thread_only(),
        "clone3": [_return(_refusal(errno.ENOSYS))],
        "fork": [_return(_refusal(errno.EAGAIN))],
        "vfork": [_return(_refusal(errno.EAGAIN))],
        "ioctl": [_return(ALLOW)] if gpu else _one_of(1, IOCTLS, errno.EPERM),
        "fcntl": _one_of(1, FCNTLS, errno.EPERM),
        "prctl": _one_of(0, PRCTLS, errno.EPERM),
        "prlimit64": _one_of(0, (0, pid), errno.EPERM),
        "kill": _one_of(0, (pid,), errno.EPERM),
        "tgkill": _one_of(0, (pid,), errno.EPERM),
        "socketpair": _stream_pair(),
        "futex": _own_sleepers(),
        "getpriority": _one_of(1, (0, pid), errno.EPERM),
    }
    blocks |= {name: _one_of(0, (0, pid), errno.ENOSYS) for name in OF_A_PROCESS}
    return {name: block for name, block in blocks.items() if name in syscalls.NUMBERS}


def _ranges(numbers: list[int]) -> list[tuple[int, int]]:
    """Neighbouring numbers joined, so that the filter is short."""
    joined: list[tuple[int, int]] = []
    for number in sorted(set(numbers)):
        if joined and joined[-1][1] == number - 1:
            joined[-1] = (joined[-1][0], number)
        else:
            joined.append((number, number))
    return joined


@functools.cache  # the zygote has them made once for all its workers
def _listed(names: tuple[str, ...], verdict: int) -> bytes:
    """`verdict` for every call named; the accumulator keeps the call's number."""
    program = []
    for first, last in _ranges([syscalls.NUMBERS[name] for name in names if name in syscalls.NUMBERS]):
        if first == last:
            program += [_instruction(EQUAL, first, 0, 1), _return(verdict)]
        else:
            program += [_instruction(AT_LEAST, first, 0, 2), _instruction(AT_LEAST, last + 1, 1, 0), _return(verdict)]
    return b"".join(program)


def program(pid: int, *, gpu: bool = False, truncate: bool = True, sendmsg: bool = False) -> bytes:
    """The filter of the worker `pid` as BPF; `truncate` only where Landlock governs truncate(2) by path.

    `sendmsg` only for a worker with a user id of its own: the kernel counts the descriptors on their way by user.
    """
    allowed = ALLOWED + (("truncate",) if truncate else ()) + (("sendmsg",) if sendmsg else ())
    steps = [
        _instruction(LOAD, 4),
        _instruction(EQUAL, AUDIT_ARCH[syscalls.MACHINE], 1, 0),
        _return(KILL),
        _instruction(LOAD, 0),
        _instruction(AT_LEAST, X32_BIT, 0, 1),
        _return(_refusal(errno.ENOSYS)),
    ]
    steps.append(_listed(allowed, ALLOW))
    for name, block in _special(pid, gpu).items():
        steps += [_instruction(EQUAL, syscalls.NUMBERS[name], 0, len(block)), *block]
    steps.append(_listed(REFUSED, _refusal(errno.EPERM)))
    steps.append(_return(_refusal(errno.ENOSYS)))
    return b"".join(steps)


class _Program(ctypes.Structure):
    _fields_ = [("length", ctypes.c_ushort), ("filter", ctypes.c_char_p)]


def install(code: bytes) -> None:
    """Bind this thread, and all it will ever start, to the filter; there is no way back."""
    sealed = _Program(len(code) // 8, code)
    syscalls.call("prctl", 22, 2, ctypes.byref(sealed), 0, 0)  # PR_SET_SECCOMP, SECCOMP_MODE_FILTER


def enforce(*, gpu: bool = False, truncate: bool = True, sendmsg: bool = False) -> None:
    """Filter the calling process; it must have one thread and no_new_privs."""
    install(program(os.getpid(), gpu=gpu, truncate=truncate, sendmsg=sendmsg))
