"""Module names that no student's file may take: what Python, torch or the kit finds under them stays the real thing."""

import sys

STDLIB = frozenset(sys.stdlib_module_names)
LIBRARIES = frozenset({"torch", "numpy", "msgspec", "pytest", "matplotlib", "autograder"})
OF_THE_KIT = frozenset({"probes", "pictures", "conftest", "checks_public", "checks_hidden"})
PROTECTED = STDLIB | LIBRARIES | OF_THE_KIT | {"sitecustomize", "usercustomize"}
