# Everything a developer does with Stimul. `make help` lists it; README.md names the two that matter first: run and test.

SHELL := /bin/sh
.DEFAULT_GOAL := help

VENV ?= .venv
BIN := $(VENV)/bin
PYTHON ?= $(shell for python in python3.11 python3 python3.14 python3.13 python3.12; do \
	$$python -c 'import sys; sys.exit(sys.version_info < (3, 11))' 2>/dev/null && { echo $$python; break; }; done)
PIP := $(BIN)/python -m pip --disable-pip-version-check --quiet --quiet
# More than four test workers gain nothing: they wait for the same database server.
WORKERS := $(shell cores=$$(getconf _NPROCESSORS_ONLN 2>/dev/null || echo 1); [ $$cores -gt 4 ] && echo 4 || echo $$cores)
PYTEST := $(BIN)/pytest --quiet --numprocesses $(WORKERS)

.PHONY: help setup run test check bench long fix lock workshop services

help: ## show this list
	@awk -F ':.*## ' '/^[a-z]+:.*## / { printf "make %-6s %s\n", $$1, $$2 }' $(MAKEFILE_LIST)

setup: $(VENV)/.installed ## make .venv with the command `stimul` in it
	@echo "Stimul is installed: $(BIN)/stimul"

run: setup ## prepare the demo company in var/demo and serve it on http://127.0.0.1:8000
	@$(BIN)/stimul demo

test: services ## the whole suite, on SQLite and on PostgreSQL and Redis
	@echo "Running the tests."
	@$(PYTEST) -m "not long"

check: workshop ## format, lint, types, layers, then the whole suite
	@echo "Checking format, style, types and layers."
	@$(BIN)/ruff format --quiet --check .
	@$(BIN)/ruff check --quiet .
	@$(BIN)/mypy --no-error-summary
	@$(BIN)/lint-imports --no-logo
	@$(MAKE) --no-print-directory test

bench: services ## print the measured promises
	@$(BIN)/python -m bench

long: services ## chaos, fuzz, soak and big property runs
	@$(PYTEST) -m long --hypothesis-profile long

fix: workshop ## format, and mend what the linter can mend
	@$(BIN)/ruff format .
	@$(BIN)/ruff check --fix .

lock: workshop ## lock the requirements again, with hashes; UPGRADE=--upgrade takes the newest versions
	@for set in requirements-build requirements requirements-dev; do \
		echo "Locking $$set.txt."; \
		CUSTOM_COMPILE_COMMAND="make lock" $(BIN)/pip-compile --quiet --strip-extras --generate-hashes --allow-unsafe $(UPGRADE) \
			--no-header --no-emit-index-url --no-emit-trusted-host --no-emit-find-links --no-emit-options \
			--output-file $$set.txt $$set.in || exit 1; \
	done

workshop: $(VENV)/.installed-dev

# Finds PostgreSQL, Redis and Chromium for the tests, and installs what is missing where it may.
services: workshop
	@$(BIN)/python -m tests.services

$(VENV)/.created:
	@[ -n "$(PYTHON)" ] || { echo "Stimul needs Python 3.11 or newer, and none was found. Install it, or say where it is: make PYTHON=/path/to/python3.11" >&2; exit 1; }
	@"$(PYTHON)" -c 'import sys; sys.exit(sys.version_info < (3, 11))' || { echo "$(PYTHON) is not Python 3.11 or newer, which Stimul needs." >&2; exit 1; }
	@"$(PYTHON)" -c 'import ensurepip, venv' 2>/dev/null || { echo "$(PYTHON) cannot make a virtual environment. On Debian and Ubuntu: apt-get install python3-venv" >&2; exit 1; }
	@echo "Making $(VENV) with $$("$(PYTHON)" --version)."
	@"$(PYTHON)" -m venv "$(VENV)"
	@touch $@

$(VENV)/.installed: $(VENV)/.created requirements-build.txt requirements.txt pyproject.toml
	@echo "Installing Stimul into $(VENV)."
	@$(PIP) install --require-hashes -r requirements-build.txt -r requirements.txt
	@$(PIP) install --no-deps --no-build-isolation --editable .
	@touch $@

$(VENV)/.installed-dev: $(VENV)/.installed requirements-dev.txt
	@echo "Installing the linters and test tools into $(VENV)."
	@$(PIP) install --require-hashes -r requirements-dev.txt
	@touch $@
