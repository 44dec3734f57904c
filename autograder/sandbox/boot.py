"""How a fresh interpreter of ours is started: its code, its environment, the folder of the kit."""

import os

ENVIRONMENT = {
    "LANG": "C.UTF-8",
    "PATH": "/usr/bin:/bin",
    "MPLBACKEND": "Agg",
    "OMP_NUM_THREADS": "1",
    # memory that a training step frees is kept for the next: a quarter faster than faulting it in again
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


def boot_code(module: str) -> str:
    """What `python -I -c` runs: the kit's folder is on the path only while its modules are found."""
    find = f"sys.path.insert(0, sys.argv[1]); from {module} import main; sys.path.pop(0)"
    return f"import sys; {find}; main(sys.argv[2:])"


def kit_folder() -> str:
    """The folder that holds the package `autograder`."""
    return os.path.dirname(os.path.dirname(os.path.dirname(os.path.abspath(__file__))))
