"""Module names that no student's file may take: what Python, torch or the kit finds under them stays the real thing."""

import sys

from autograder.selfcheck import imports

STDLIB = frozenset(sys.stdlib_module_names)
LIBRARIES = imports.LIBRARIES | {"msgspec", "pytest", "autograder"}
OF_THE_KIT = frozenset({"probes", "pictures", "conftest", "checks_public", "checks_hidden"})
PROTECTED = STDLIB | LIBRARIES | OF_THE_KIT | {"sitecustomize", "usercustomize"}
