"""What pytest must not walk into (students' files, some of which bring a conftest), and a cache of the tests' own."""

import os

import pytest

os.environ.setdefault("OMP_NUM_THREADS", "1")  # before torch: on tensors this small a second thread only spins

collect_ignore = ["attacks", "submissions"]


@pytest.fixture(scope="session", autouse=True)
def own_cache(tmp_path_factory):
    """A test remembers nothing of what was graded on this machine, and leaves nothing behind."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("AUTOGRADER_CACHE", str(tmp_path_factory.mktemp("cache")))
        yield
