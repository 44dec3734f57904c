# Two commands: `make grade` grades the sample class, `make test` tests the kit. Each makes .venv on first use.
PYTHON ?= python3
OUT ?= graded
BIN := .venv/bin

.PHONY: grade test verify bench lint clean

grade: .venv/installed
	$(BIN)/autograder grade tests/submissions -o $(OUT)

test: .venv/installed
	$(BIN)/ruff check .
	$(BIN)/python -m pytest

verify: .venv/installed
	$(BIN)/autograder verify

bench: .venv/installed
	$(BIN)/python -m bench

lint: .venv/installed
	$(BIN)/ruff check .

.venv/installed: constraints.txt pyproject.toml
	$(PYTHON) -m venv .venv
	$(BIN)/python -m pip install --quiet --constraint constraints.txt torch
	$(BIN)/python -m pip install --quiet --no-deps --requirement constraints.txt --editable .
	touch $@

clean:
	rm -rf .venv $(OUT)
