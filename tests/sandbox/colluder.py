"""Half of a pair of workers that try to talk to each other: each channel is a way to tell a bit and a way to hear it.

It is sent and loaded as a student's module is. `tell(channel, bit)` does something in one worker, or nothing, and
`hear(channel)` says in the other what it looks like there. What tells a bit apart is a channel; time is left aside.
"""

import array
import ctypes
import errno
import fcntl
import mmap
import os
import platform
import resource
import signal
import socket
import threading
import time

LIBC = ctypes.CDLL(None, use_errno=True)
NUMBERS = {
    "x86_64": {"shmget": 29, "shmctl": 31, "msgget": 68, "msgctl": 71, "semget": 64, "semctl": 66, "futex": 202,
               "add_key": 248, "request_key": 249, "keyctl": 250, "fadvise64": 221, "preadv2": 327,
               "sched_getaffinity": 204, "mq_open": 240, "mq_unlink": 241, "mincore": 27, "sched_getscheduler": 145},
    "aarch64": {"shmget": 194, "shmctl": 195, "msgget": 186, "msgctl": 187, "semget": 190, "semctl": 191, "futex": 98,
                "add_key": 217, "request_key": 218, "keyctl": 219, "fadvise64": 223, "preadv2": 286,
                "sched_getaffinity": 123, "mq_open": 180, "mq_unlink": 181, "mincore": 232, "sched_getscheduler": 120},
}[platform.machine()]  # fmt: skip
SHARED = os.__file__  # a file that every worker may read
RARE = os.path.join(os.path.dirname(os.__file__), "turtle.py")  # one that nobody reads meanwhile
RARER = os.path.join(os.path.dirname(os.__file__), "doctest.py")  # another
KEY = 0x636E6E31
NAME = "autograder-colluders"
held = []  # what keeps a bit told: files, sockets, mappings, threads


def system(name, *args):
    answer = LIBC.syscall(NUMBERS[name], *[ctypes.c_long(a) if isinstance(a, int) else a for a in args])
    if answer == -1:
        raise OSError(ctypes.get_errno(), name)
    return answer


def tell(channel, bit):
    """Tell a bit; the name of the error where the lock refused."""
    return tried(CHANNELS[channel][0]) if bit else "silent"


def hear(channel):
    return tried(CHANNELS[channel][1])


def tried(attempt, *words):
    try:
        return str(attempt(*words))
    except OSError as refusal:
        return errno.errorcode.get(refusal.errno or 0, str(refusal.errno))


def forget(channel):
    """Take a bit back."""
    while held:
        each = held.pop()
        for end in ("close", "cancel"):
            if hasattr(each, end):
                tried(getattr(each, end))
    for name, arguments in (("shmget", (KEY, 0, 0)), ("msgget", (KEY, 0)), ("semget", (KEY, 0, 0))):
        try:
            found = system(name, *arguments)
        except OSError:
            continue
        remove = {
            "shmget": ("shmctl", found, 0, 0),
            "msgget": ("msgctl", found, 0, 0),
            "semget": ("semctl", found, 0, 0),
        }
        system(*remove[name])
    tried(lambda: os.unlink("/dev/shm/" + NAME))
    tried(lambda: system("mq_unlink", NAME.encode()))
    tried(lambda: system("keyctl", 21, find_key(), 0))  # KEYCTL_INVALIDATE


def kept():
    held.append(open(SHARED))
    return held[-1]


def told_by_flock():
    fcntl.flock(kept(), fcntl.LOCK_EX | fcntl.LOCK_NB)


def told_by_shared_flock():
    fcntl.flock(kept(), fcntl.LOCK_SH | fcntl.LOCK_NB)


def heard_by_flock():
    with open(SHARED) as file:
        fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
    return "free"


def told_by_posix_lock():
    fcntl.lockf(kept(), fcntl.LOCK_SH | fcntl.LOCK_NB)


def heard_by_posix_lock():
    return holder(fcntl.F_GETLK)


def told_by_open_file_lock():
    fcntl.fcntl(kept(), 37, lock(fcntl.F_RDLCK))  # F_OFD_SETLK


def heard_by_open_file_lock():
    return holder(36)  # F_OFD_GETLK


def lock(kind):
    return array.array("h", [kind, 0] + [0] * 14).tobytes()  # struct flock: the whole file


def holder(command):
    """What would stand in the way of a lock for writing."""
    with open(SHARED) as file:
        return fcntl.fcntl(file, command, lock(fcntl.F_WRLCK))[:2].hex()


def told_by_lease():
    fcntl.fcntl(kept(), fcntl.F_SETLEASE, fcntl.F_RDLCK)


def heard_by_lease():
    """A lease for writing is given only where nobody else has the file open."""
    with open(SHARED) as file:
        fcntl.fcntl(file, fcntl.F_SETLEASE, fcntl.F_WRLCK)
        fcntl.fcntl(file, fcntl.F_SETLEASE, fcntl.F_UNLCK)
    return "given"


def told_by_reading():
    with open(RARE) as file:
        file.read(1)


notices = []


def heard_by_notice():
    """A watch on a folder is set at the first look; what came since the last one."""
    if not notices:
        signal.signal(signal.SIGIO, lambda *_: notices.append(1))
        notices.append(os.open(os.path.dirname(RARE), os.O_RDONLY))
        fcntl.fcntl(notices[0], fcntl.F_NOTIFY, fcntl.DN_ACCESS | fcntl.DN_MULTISHOT)
    time.sleep(0.05)
    came, notices[1:] = len(notices) > 1, []
    return came


watch = []


def heard_by_inotify():
    if not watch:
        descriptor = LIBC.inotify_init1(os.O_NONBLOCK)
        if descriptor < 0 or LIBC.inotify_add_watch(descriptor, os.path.dirname(RARE).encode(), 1) < 0:
            raise OSError(ctypes.get_errno(), "inotify")
        watch.append(descriptor)
    return len(os.read(watch[0], 4096)) > 0


def heard_by_fanotify():
    if LIBC.fanotify_init(0, os.O_RDONLY) < 0:
        raise OSError(ctypes.get_errno(), "fanotify")
    return "a watch"


def told_by_abstract_socket():
    held.append(socket.socket(socket.AF_UNIX))
    held[-1].bind("\0" + NAME)


def heard_by_abstract_socket():
    with socket.socket(socket.AF_UNIX) as line:
        line.bind("\0" + NAME)
    return "free"


def told_by_named_socket():
    place = next(p for p in (os.environ.get("TMPDIR", ""), "/tmp", "/dev/shm") if p)
    held.append(socket.socket(socket.AF_UNIX))
    held[-1].bind(os.path.join(place, NAME))


def heard_by_named_socket():
    places = (os.environ.get("TMPDIR", ""), "/tmp", "/dev/shm")
    return any(os.path.exists(os.path.join(place, NAME)) for place in places if place)


def told_by_port():
    held.append(socket.socket())
    held[-1].bind(("127.0.0.1", 47119))


def heard_by_port():
    with socket.socket() as line:
        line.bind(("127.0.0.1", 47119))
    return "free"


def heard_by_vsock():
    with socket.socket(40, socket.SOCK_STREAM) as line:
        line.bind((0xFFFFFFFF, 47119))
    return "free"


def told_by_vsock():
    held.append(socket.socket(40, socket.SOCK_STREAM))
    held[-1].bind((0xFFFFFFFF, 47119))


def told_by_key():
    system("add_key", b"user", NAME.encode(), b"1", 1, -4)  # the user's keyring


def find_key():
    return system("keyctl", 10, -4, b"user", NAME.encode(), 0)  # KEYCTL_SEARCH


def heard_by_key():
    find_key()
    return "a key"


def heard_by_requested_key():
    system("request_key", b"user", NAME.encode(), None, 0)
    return "a key"


def told_by_file_in_memory():
    descriptor = os.open("/dev/shm/" + NAME, os.O_CREAT | os.O_RDWR)
    os.close(descriptor)


def heard_by_file_in_memory():
    return os.path.exists("/dev/shm/" + NAME)


def told_by_queue():
    system("mq_open", NAME.encode(), os.O_CREAT | os.O_RDWR, 0o600, None)


def heard_by_queue():
    system("mq_open", NAME.encode(), os.O_RDONLY, 0, None)
    return "a queue"


def page():
    """A library's first page, mapped to be read: one page of memory for everybody."""
    with open(SHARED, "rb") as file:
        LIBC.mmap.restype = ctypes.c_void_p
        return ctypes.c_void_p(LIBC.mmap(None, ctypes.c_size_t(4096), 1, 1, file.fileno(), ctypes.c_long(0)))


def told_by_sleeping():
    """A thread sleeps on a word of that page."""
    address = page()
    word = ctypes.c_uint32.from_address(address.value).value
    limit = (ctypes.c_long * 2)(2, 0)
    threading.Thread(target=tried, args=(lambda: system("futex", address, 0, word, limit),), daemon=True).start()
    time.sleep(0.1)


def heard_by_waking():
    return system("futex", page(), 1, 1 << 20)


def first_byte(path):
    """Read through a mapping, which faults where the page is not in memory."""
    with open(path, "rb") as file, mmap.mmap(file.fileno(), 0, prot=mmap.PROT_READ) as pages:
        return pages[0]


def told_by_fault():
    first_byte(RARER)


def heard_by_fault():
    """Whether the kernel counts that a page had to be fetched; then it is thrown out for the next bit."""
    with open(RARER, "rb") as file:
        before = resource.getrusage(resource.RUSAGE_SELF).ru_majflt
        first_byte(RARER)
        try:
            return resource.getrusage(resource.RUSAGE_SELF).ru_majflt - before
        finally:
            tried(lambda: system("fadvise64", file.fileno(), 0, 0, 4))


def told_by_page():
    with open(RARE, "rb") as file:
        file.seek(1 << 14)
        file.read(1)


def heard_by_page():
    """Whether a page is in memory already, without fetching it; then it is thrown out for the next bit."""
    with open(RARE, "rb") as file:
        target = ctypes.create_string_buffer(1)
        vector = (ctypes.c_void_p * 2)(ctypes.addressof(target), 1)
        try:
            return system("preadv2", file.fileno(), vector, 1, 1 << 14, 0, 8)  # RWF_NOWAIT
        finally:
            tried(lambda: system("fadvise64", file.fileno(), 0, 0, 4))


def told_by_descriptors_on_their_way():
    """So many that the kernel's count of the user is full."""
    here, there = socket.socketpair()
    held.extend([here, there])
    here.setblocking(False)
    rights = [(socket.SOL_SOCKET, socket.SCM_RIGHTS, array.array("i", [0] * 250))]
    for _ in range(8):
        here.sendmsg([b"x"], rights)


def heard_by_descriptors_on_their_way():
    here, there = socket.socketpair()
    with here, there:
        here.sendmsg([b"x"], [(socket.SOL_SOCKET, socket.SCM_RIGHTS, array.array("i", [0]))])
    return "sent"


def told_by_threads():
    """Threads sleep; their ids might be seen."""
    for _ in range(8):
        held.append(threading.Timer(3, print))
        held[-1].daemon = True
        held[-1].start()


def heard_by_threads():
    """Which of the ids near the own one, by which call, belong to a thread of somebody else."""
    room = ctypes.create_string_buffer(128)
    asked = {
        "sched_getaffinity": lambda pid: system("sched_getaffinity", pid, 128, room),
        "sched_getscheduler": lambda pid: system("sched_getscheduler", pid),
        "getpgid": os.getpgid,
        "getsid": os.getsid,
        "getpriority": lambda pid: os.getpriority(os.PRIO_PROCESS, pid),
        "kill": lambda pid: os.kill(pid, 0),
    }
    near = [pid for pid in range(max(2, os.getpid() - 300), os.getpid() + 300) if pid != os.getpid()]
    unseen = ("ESRCH", "EPERM", "ENOSYS")
    return {name: [pid for pid in near if tried(ask, pid) not in unseen] for name, ask in asked.items()}


CHANNELS = {
    "flock": (told_by_flock, heard_by_flock),
    "shared flock": (told_by_shared_flock, heard_by_flock),
    "posix lock": (told_by_posix_lock, heard_by_posix_lock),
    "open file lock": (told_by_open_file_lock, heard_by_open_file_lock),
    "lease": (told_by_lease, heard_by_lease),
    "dnotify": (told_by_reading, heard_by_notice),
    "inotify": (told_by_reading, heard_by_inotify),
    "fanotify": (told_by_reading, heard_by_fanotify),
    "abstract socket": (told_by_abstract_socket, heard_by_abstract_socket),
    "named socket": (told_by_named_socket, heard_by_named_socket),
    "port": (told_by_port, heard_by_port),
    "vsock": (told_by_vsock, heard_by_vsock),
    "keyring": (told_by_key, heard_by_key),
    "requested key": (told_by_key, heard_by_requested_key),
    "shared memory": (lambda: system("shmget", KEY, 4096, 0o1600), lambda: bool(system("shmget", KEY, 0, 0) + 1)),
    "file in memory": (told_by_file_in_memory, heard_by_file_in_memory),
    "message queue": (lambda: system("msgget", KEY, 0o1600), lambda: bool(system("msgget", KEY, 0) + 1)),
    "posix message queue": (told_by_queue, heard_by_queue),
    "semaphore": (lambda: system("semget", KEY, 1, 0o1600), lambda: bool(system("semget", KEY, 0, 0) + 1)),
    "sleepers on a page": (told_by_sleeping, heard_by_waking),
    "page in memory": (told_by_page, heard_by_page),
    "faults": (told_by_fault, heard_by_fault),
    "descriptors on their way": (told_by_descriptors_on_their_way, heard_by_descriptors_on_their_way),
    "ids of threads": (told_by_threads, heard_by_threads),
}
