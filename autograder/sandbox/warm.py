"""Import and exercise what students' code will need, so that a forked worker finds it ready."""

import ctypes
import gc
import os
import threading

MADV_COLLAPSE = 25  # Linux 6.1; older kernels refuse, and nothing is lost

ENVIRONMENT = {
    "LANG": "C.UTF-8",
    "PATH": "/usr/bin:/bin",
    "MPLBACKEND": "Agg",
    "OMP_NUM_THREADS": "1",
    # memory that a training step frees is kept for the next: a quarter faster than giving it back and faulting it in again
    "MALLOC_TRIM_THRESHOLD_": str(256 << 20),
    "MALLOC_MMAP_THRESHOLD_": str(32 << 20),
    "OPENBLAS_NUM_THREADS": "1",  # more would start a thread at import, and a process with threads cannot fork safely
    "MKL_NUM_THREADS": "1",
    "OMP_WAIT_POLICY": "PASSIVE",  # for students who ask for more: busy waiting starves the worker beside
    "PYTORCH_NVML_BASED_CUDA_CHECK": "1",  # asking CUDA itself before a fork would spoil it for the children
    "CUDA_CACHE_DISABLE": "1",
    "CUBLAS_WORKSPACE_CONFIG": ":4096:8",  # deterministic algorithms on a GPU need it
}
PASSED_ON = ("LD_LIBRARY_PATH", "CUDA_VISIBLE_DEVICES", "SYSTEMROOT")  # to find libraries and devices; no secrets


def clean_environment(device: str, tmp: str) -> dict[str, str]:
    """All that a zygote or a spawned worker sees of the environment."""
    kept = {name: os.environ[name] for name in PASSED_ON if name in os.environ}
    hidden = {} if device == "cuda" else {"CUDA_VISIBLE_DEVICES": ""}
    return ENVIRONMENT | kept | hidden | {"TMPDIR": tmp, "TEMP": tmp, "TMP": tmp, "HOME": tmp, "MPLCONFIGDIR": tmp}


def warm_up() -> None:
    """Run one training step: the first of a process costs 1.3 s of imports, and only running it brings them all."""
    import numpy as np
    import torch
    from torch import nn

    torch.set_num_threads(1)
    np.random.seed(0)
    torch.manual_seed(0)  # reads the sources that it formats a traceback of, once
    net = nn.Sequential(nn.Conv2d(1, 2, 3), nn.Sigmoid(), nn.AvgPool2d(2), nn.Flatten(), nn.Linear(8, 3))
    images, labels = torch.rand(2, 1, 6, 6), torch.tensor([0, 1])
    for kind in (torch.optim.SGD, torch.optim.Adam):
        optimizer = kind(net.parameters(), lr=0.1)
        optimizer.zero_grad()
        nn.functional.cross_entropy(net(images), labels).backward()
        optimizer.step()


def preload_kit() -> None:
    """Import the published part of the kit and hide the rest: a worker needs no other module of it."""
    import autograder
    import autograder.sandbox.worker
    from autograder.sandbox.shims import compile_on_demand, load_data_in_process
    from autograder.selfcheck import compare, context, marks, probes, rules, trouble  # noqa: F401

    load_data_in_process()
    compile_on_demand()
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


def boot_code(module: str) -> str:
    """What `python -I -c` runs: the kit's folder is on the path only while its modules are found."""
    find = f"sys.path.insert(0, sys.argv[1]); from {module} import main; sys.path.pop(0)"
    return f"import sys; {find}; main(sys.argv[2:])"


def kit_folder() -> str:
    """The folder that holds the package `autograder`."""
    return os.path.dirname(os.path.dirname(os.path.dirname(os.path.abspath(__file__))))


