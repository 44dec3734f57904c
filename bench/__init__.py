"""Measures what the kit costs beside its rivals, in one run on one machine: `make bench`."""
