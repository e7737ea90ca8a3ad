# `make run` and `make test` are all that a newcomer needs. Paths are relative, so that the
# checkout may stand in a folder with a space in its name.

PYTHON ?= python3
PY := .venv/bin/python
PIP := $(PY) -m pip install --quiet --disable-pip-version-check --require-hashes

.PHONY: run test lint format bench clean

run: .venv/run.stamp
	@$(PY) -m flask db upgrade
	@$(PY) -m flask demo --if-empty
	@exec $(PY) -m flask serve

test: lint
	$(PY) -m pytest

lint: .venv/test.stamp
	$(PY) -m ruff check .
	$(PY) -m ruff format --check .
	$(PY) -c "from importlinter.cli import lint_imports_command; lint_imports_command()"

format: .venv/test.stamp
	$(PY) -m ruff check --fix .
	$(PY) -m ruff format .

# Takes about eight minutes; `python -m bench --help` has what runs a part of it.
bench: .venv/test.stamp
	@$(PY) -W "ignore:XDG_RUNTIME_DIR is not set" -m bench

clean:
	rm -rf .venv .cache .pytest_cache .ruff_cache .import_linter_cache .hypothesis

.venv/made.stamp:
	@$(PYTHON) -c 'import sys; sys.version_info >= (3, 11) or sys.exit("Commonplace needs Python 3.11 or newer; set PYTHON=… to point to one.")'
	$(PYTHON) -m venv .venv
	@touch $@

.venv/run.stamp: requirements.txt .venv/made.stamp
	$(PIP) -r requirements.txt
	@touch $@

.venv/test.stamp: requirements-test.txt .venv/run.stamp
	$(PIP) -r requirements-test.txt
	@touch $@
