# Needs GNU make and Python 3.11 or later; everything else is installed into ./.venv from requirements/dev.txt.

# Set on the command line: make PYTHON=/path/to/python3 test; make test ARGS="tests/manifest -x"; make fuzz SECONDS=300
PYTHON =
ARGS =
SECONDS = 30

# What the caller's shell has active must not reach the project's own environment.
unexport PYTHONHOME PYTHONPATH PYTHONSTARTUP VIRTUAL_ENV PIP_PREFIX PIP_TARGET PIP_USER

PY = .venv/bin/python
LOCK = requirements/dev.txt
CODE = src tests $(wildcard examples benchmarks)

# A .venv whose Python is gone, or that was made in another folder, is made again.
$(shell [ ! -e .venv/made-in ] || { $(PY) -c '' && [ "$$(cat .venv/made-in)" = "$$(pwd)" ]; } 2>/dev/null || rm -f .venv/made-in)

.DELETE_ON_ERROR:
.PHONY: help setup demo test cov lint format types bench fuzz schemas pages lock clean

help: ## print this list
	@sed -n 's/^\([a-z]*\):.*## /\1	/p' Makefile | expand -t 10

setup: .venv/installed ## make .venv with the locked requirements and this project (the others do it when needed)

demo: setup ## run the example in examples/digits
	@$(PY) examples/digits/demo.py $(ARGS)

test: setup ## run the tests on all cores; with ARGS=..., pytest with those arguments
	@$(PY) -m pytest $(or $(ARGS),-n auto)

# Counting lines makes many tests take twice as long.
cov: setup ## as test, with the coverage bar, and write htmlcov/index.html
	@$(PY) -m pytest -n auto --cov --cov-report=term --cov-report=html

lint: setup ## check style and format
	@$(PY) -m ruff check $(CODE)
	@$(PY) -m ruff format --check $(CODE)

format: setup ## put imports and code into the format that lint asks for
	@$(PY) -m ruff check --select I --fix $(CODE)
	@$(PY) -m ruff format $(CODE)

types: setup ## check types
	@$(PY) -m mypy $(CODE)

bench: setup ## run the benchmarks; the one of bytes needs 9 GiB, or less with ARGS="--size 64 --rounds 3"
	@$(PY) benchmarks/run.py $(ARGS)
	@$(PY) benchmarks/overhead.py
	@$(PY) -m benchmarks.bytes $(ARGS)
	@$(PY) -m benchmarks.verify_cases

# atheris has wheels for Linux on x86-64 only, so it is not in the lock that every developer installs.
fuzz: setup ## look SECONDS for inputs that break each reader of hostile bytes (ARGS=TARGET for one); Linux only
	@$(PIP_INSTALL) --require-hashes --only-binary :all: -r requirements/fuzz.txt
	@$(PY) -m tests.fuzz.run --seconds $(SECONDS) $(ARGS)

schemas: setup ## write schemas/ and the tables of docs/manifest.md from the types
	@$(PY) -m openmodel.manifest.schema schemas docs/manifest.md
	@$(PY) -m openmodel.signing.trust.schema schemas

pages: setup ## write docs/requirements/ from the functions that check
	@$(PY) -m openmodel.rendering.requirement_page docs/requirements

# The new lock keeps the versions of the old one where pyproject.toml allows; ARGS=--upgrade takes the newest.
lock: ## make requirements/*.txt again from pyproject.toml
	@$(call make_venv,.venv-lock)
	@.venv-lock/bin/python -m pip install --quiet --disable-pip-version-check uv
	@.venv-lock/bin/uv pip compile $(UV_FLAGS) --group dev --output-file $(LOCK) $(ARGS) pyproject.toml
	@.venv-lock/bin/uv pip compile $(UV_FLAGS) --group fuzz --output-file requirements/fuzz.txt $(ARGS)
	@.venv-lock/bin/uv pip compile $(UV_FLAGS) --group peers --output-file requirements/peers.txt $(ARGS)

UV_FLAGS = --quiet --no-config --universal --python-version 3.11 --generate-hashes \
	--no-header --no-annotate --no-strip-extras --no-emit-index-url --no-emit-find-links

clean: ## remove what was made, .venv too
	rm -rf .venv .venv-lock build dist htmlcov .coverage .coverage.* .hypothesis .mypy_cache .pytest_cache .ruff_cache
	find src tests $(wildcard examples benchmarks) -name __pycache__ -type d -exec rm -rf {} +

PIP_INSTALL = $(PY) -m pip install --quiet --disable-pip-version-check --no-compile --require-virtualenv

# The marks are written last, so a set-up that was interrupted starts again from nothing.
.venv/made-in: $(LOCK)
	@$(call make_venv,.venv)
	@echo "Installing $(LOCK) into .venv ..."
	@$(PIP_INSTALL) --require-hashes -r $(LOCK)
	@pwd > $@

.venv/installed: .venv/made-in pyproject.toml
	@$(PIP_INSTALL) --no-deps --no-build-isolation --no-index --editable .
	@touch $@

# Running a candidate is the only proof: a pyenv shim is found on PATH and then fails.
define make_venv
	found=; \
	for python in $(if $(PYTHON),"$(PYTHON)",python3.13 python3.12 python3.11 python3); do \
		"$$python" -c 'import sys; sys.exit(sys.version_info < (3, 11))' >/dev/null 2>&1 || continue; \
		found=$$python; \
		"$$python" -c 'import ensurepip, venv' >/dev/null 2>&1 || continue; \
		echo "Making $(1) with $$python ..."; \
		exec "$$python" -m venv --clear $(1); \
	done; \
	if [ "$$found" ]; then \
		echo "$$found cannot make virtual environments: install its venv module (Debian, Ubuntu: apt install python3-venv), or name another with make PYTHON=/path/to/python3." >&2; \
	else \
		echo "No Python 3.11 or later was found: install one, or name it with make PYTHON=/path/to/python3." >&2; \
	fi; \
	exit 1
endef
