# Two commands: `make grade` grades the sample class, `make test` tests the kit. Each makes .venv on first use.
# `make check` looks at format, lint and types, in seconds.
PYTHON ?= python3
OUT ?= graded
BIN := .venv/bin

.PHONY: grade test check format verify bench clean

grade: .venv/installed
	$(BIN)/autograder grade tests/submissions -o $(OUT)

test: .venv/installed
	$(BIN)/python -m pytest

check: .venv/installed
	$(BIN)/ruff format --check --quiet .
	$(BIN)/ruff check --quiet .
	$(BIN)/basedpyright

format: .venv/installed
	$(BIN)/ruff format .
	$(BIN)/ruff check --fix .

verify: .venv/installed
	$(BIN)/autograder verify

bench: .venv/installed
	$(BIN)/python -m bench

.venv/installed: constraints.txt pyproject.toml
	$(PYTHON) -m venv .venv
	$(BIN)/python -m pip install --quiet --constraint constraints.txt torch
	$(BIN)/python -m pip install --quiet --no-deps --requirement constraints.txt --editable .
	touch $@

clean:
	rm -rf .venv $(OUT)
