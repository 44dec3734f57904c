"""Import and exercise what students' code will need, so that a forked worker finds it ready."""

import ctypes
import gc
import threading

MADV_COLLAPSE = 25  # Linux 6.1; older kernels refuse, and nothing is lost


def warm_up() -> None:
    """Take one training step: the first of a process costs 1.3 s of imports, and only running it brings them all.

    The gradients are made up, and Adam takes no step: `backward` and Adam ask for GPUs even of a net on the CPU, and
    where a driver is installed that leaves threads of its own, with which no process may be forked and locked (seen
    with torch 2.11, driver 580).
    """
    import numpy as np
    import torch
    from torch import nn

    torch.set_num_threads(1)
    np.random.seed(0)
    torch.manual_seed(0)  # reads the sources that it formats a traceback of, once
    net = nn.Sequential(nn.Conv2d(1, 2, 3), nn.Sigmoid(), nn.AvgPool2d(2), nn.Flatten(), nn.Linear(8, 3))
    images, labels = torch.rand(2, 1, 6, 6), torch.tensor([0, 1])
    optimizer = torch.optim.SGD(net.parameters(), lr=0.1)
    optimizer.zero_grad()
    nn.functional.cross_entropy(net(images), labels)
    for parameter in net.parameters():
        parameter.grad = torch.zeros_like(parameter)
    optimizer.step()


def preload_kit() -> None:
    """Import the published part of the kit and hide the rest: a worker needs no other module of it."""
    import autograder
    import autograder.sandbox.inside.worker
    from autograder.sandbox.inside import shims
    from autograder.selfcheck import compare, context, marks, probes, rules, trouble  # noqa: F401

    shims.load_data_in_process()
    shims.refuse_processes()
    shims.leave_uncompiled()
    shims.compile_on_demand()
    autograder.__path__ = []


def preload_rules(rules: tuple[tuple[str, ...], ...]) -> None:
    """Put the kernels of the by-hand rules in place, 10 ms a worker; what is forbidden is no secret."""
    from autograder.selfcheck.rules import prepare

    for forbidden in rules:
        prepare(forbidden)


def preload_pictures() -> None:
    """Import matplotlib while there is a folder for its cache: students' modules do, and a locked worker has none."""
    try:
        import matplotlib.pyplot  # noqa: F401
    except ImportError:
        return
    for thread in threading.enumerate():  # its font manager starts a timer
        if thread is not threading.main_thread():
            thread.join()


def settle() -> None:
    """Leave as little as possible to be copied by a fork."""
    gc.collect()
    gc.freeze()


def use_huge_pages() -> None:
    """Gather memory in pages of 2 MB: a fork then copies, and its end frees, hundreds of entries and not 50,000.

    It takes 0.8 s of processor time and saves a third of each worker's, 12 ms.
    """
    try:
        libc = ctypes.CDLL(None)
        with open("/proc/self/maps") as file:
            for line in file:
                span, rights, _, _, _, *path = line.split(maxsplit=5)
                start, end = (int(edge, 16) for edge in span.split("-"))
                if rights == "rw-p" and (not path or path[0].startswith("[heap]")):
                    libc.madvise(ctypes.c_void_p(start), ctypes.c_size_t(end - start), MADV_COLLAPSE)
    except (OSError, AttributeError):
        pass  # it only saves time
