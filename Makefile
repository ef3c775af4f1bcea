# Two commands do everything: `make site` builds the sample archive, `make test` runs the tests.
PYTHON ?= python3
VENV ?= .venv
BIN := $(VENV)/bin
PIP := $(BIN)/python -m pip --disable-pip-version-check --no-input install --quiet

.PHONY: site test test-slow lint bench clean

site: $(VENV)/.site
	$(BIN)/site-builder build

test: $(VENV)/.test lint
	$(BIN)/python -m pytest -m "not slow"

test-slow: $(VENV)/.test
	$(BIN)/python -m pytest -m slow

lint: $(VENV)/.test
	$(BIN)/ruff check --quiet
	$(BIN)/ruff format --check --quiet
	$(BIN)/mypy

bench: $(VENV)/.site
	$(BIN)/python -m bench.run --alone 100000 --disk --write docs/benchmarks.md
	$(BIN)/python -m bench.blocks --write docs/benchmarks-ipfs.md

clean:
	rm -rf $(VENV) .site_builder .mypy_cache .pytest_cache .ruff_cache

# The stamps say what the environment holds; a changed lock file renews it.
$(VENV)/.site: requirements/build.txt requirements/site.txt pyproject.toml
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11))' || \
	    { echo "Python 3.11 or newer is needed; name one: make PYTHON=python3.12"; exit 2; }
	test -x $(BIN)/python || $(PYTHON) -m venv $(VENV)
	$(PIP) --require-hashes --requirement requirements/build.txt
	$(PIP) --require-hashes --no-build-isolation --requirement requirements/site.txt
	$(PIP) --no-deps --no-build-isolation --editable .
	@touch $@

$(VENV)/.test: $(VENV)/.site requirements/test.txt
	$(PIP) --require-hashes --no-build-isolation --requirement requirements/test.txt
	@touch $@
