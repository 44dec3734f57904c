"""Tests of the list of libraries that students may use: it is what pip brings along, and the handouts name it."""

import re
from importlib import metadata
from pathlib import Path

import pytest

from autograder.selfcheck.imports import ALLOWED, COME_ALONG, NAMED, OFFERED

KIT = Path(__file__).parents[2]


def requirements(name, seen):
    """The distributions that `name` needs here, itself included, those of its extras aside."""
    key = re.sub("[-_.]+", "-", name).lower()
    if key not in seen:
        seen.add(key)
        try:
            needed = metadata.requires(name) or []
        except metadata.PackageNotFoundError:  # of another system, or another Python
            return seen
        for line in needed:
            if "extra ==" not in line:
                requirements(re.match(r"[\w.-]+", line)[0], seen)
    return seen


def test_what_comes_along_with_the_three_can_be_imported():
    needed = {name for library in OFFERED for name in requirements(library, set())}
    modules = {m for m, owners in metadata.packages_distributions().items() for o in owners if o.lower() in needed}
    assert {"sympy", "PIL", "dateutil"} <= modules
    assert {name for name in modules if name.isidentifier()} <= ALLOWED


def test_nothing_is_on_the_list_that_the_three_do_not_bring():
    needed = {name for library in OFFERED for name in requirements(library, set())} | {"setuptools", "six"}
    owners = {m: {re.sub("[-_.]+", "-", o).lower() for o in os} for m, os in metadata.packages_distributions().items()}
    assert [name for name in COME_ALONG if name in owners and not owners[name] & needed] == []


@pytest.mark.parametrize("name", ["assignments/README.md", "assignments/README.zh-CN.md"])
def test_the_handouts_name_the_list(name):
    text = (KIT / name).read_text("utf-8")
    listed = re.search(r"^- \*\*(?:Libraries:|库：)\*\*(.*?)(?=^- )", text, re.MULTILINE | re.DOTALL)[1]
    assert set(re.findall(r"`(\w+)`", listed.split("pytest")[0])) == set(OFFERED)
    assert all(library in NAMED.en and library in NAMED.zh for library in OFFERED)
    assert "1 MB" in text and "multiprocessing" in text and "torch.compile" in text
