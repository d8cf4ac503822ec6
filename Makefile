# Each target does its own set-up in .venv; only Python 3.11 or newer, pip and make are needed.
PYTHON ?= python3
BIN := .venv/bin

.PHONY: help demo test quick clean

help:
	@echo "make demo   try the bot in the browser, in a stand-in for Slack; no account needed"
	@echo "make test   lint, check types and run every test"
	@echo "make quick  the same without the slow tests"
	@echo "make clean  remove what the others have made"

demo: .venv/ready
	@echo "== The demonstration: the bot in a stand-in for Slack on this machine"
	@$(BIN)/paperwire demo

test: .venv/ready-to-test
	@$(MAKE) --no-print-directory checks
	@echo "== Every test"
	@$(BIN)/python -m pytest

quick: .venv/ready-to-test
	@$(MAKE) --no-print-directory checks
	@echo "== The tests that are not slow"
	@$(BIN)/python -m pytest -m "not slow"

.PHONY: checks
checks:
	@echo "== Lint, format and types"
	@$(BIN)/ruff check --quiet --no-cache .
	@$(BIN)/ruff format --check --quiet --no-cache .
	@$(BIN)/mypy --no-incremental --cache-dir=/dev/null

.venv/bin/python:
	@echo "== Making a virtual environment in .venv"
	@$(PYTHON) -m venv .venv

.venv/ready: .venv/bin/python pyproject.toml constraints.txt
	@echo "== Installing Paperwire and what it needs (once)"
	@$(BIN)/python -m pip install --quiet --disable-pip-version-check -c constraints.txt -e .
	@touch $@

.venv/ready-to-test: .venv/bin/python pyproject.toml constraints.txt
	@echo "== Installing Paperwire, what it needs and what its tests need (once)"
	@$(BIN)/python -m pip install --quiet --disable-pip-version-check -c constraints.txt -e '.[test]'
	@touch $@ .venv/ready

clean:
	@rm -rf .venv .mypy_cache .pytest_cache .ruff_cache .hypothesis build dist
