# Two commands for people: `make demo` and `make test`. Everything else serves them.
PYTHON ?= python3
VENV := .venv
BIN := $(VENV)/bin
PIP := $(BIN)/python -m pip --disable-pip-version-check --quiet

.PHONY: demo test tests check texts bench soak fuzz freeze lock clean

demo: $(VENV)/.canje
	$(BIN)/canje demo $(ARGS)

# Both at once: the checks leave a core idle.
test: $(VENV)/.dev
	$(MAKE) --no-print-directory -j2 check tests

tests: $(VENV)/.dev
	$(BIN)/python -m pytest -n 3 --dist loadfile --no-loadscope-reorder --durations=15 $(ARGS)

check: $(VENV)/.dev
	$(BIN)/ruff format --check .
	$(BIN)/ruff check .
	$(BIN)/mypy
	$(BIN)/lint-imports

# What a user has: locked, hashed, wheels only (no compiler), then this tree itself.
$(VENV)/.canje: requirements.lock pyproject.toml
	$(PYTHON) -m venv $(VENV)
	$(PIP) install --require-hashes --only-binary :all: -r requirements.lock
	$(PIP) install --no-deps --no-build-isolation --editable .
	touch $@

$(VENV)/.dev: requirements-dev.lock $(VENV)/.canje
	$(PIP) install --require-hashes --only-binary :all: -r requirements-dev.lock
	touch $@

texts: $(VENV)/.dev
	$(BIN)/python build/texts.py

bench: $(VENV)/.dev
	$(BIN)/python -m benchmarks $(ARGS)

# Hours, not minutes: `make soak ARGS="--share 0.01"`.
soak: $(VENV)/.dev
	$(BIN)/python -m tests.soak $(ARGS)

# An environment of its own, for atheris has no wheel for every system: `make fuzz ARGS="entries -runs=1000000"`.
fuzz: .cache/fuzz/.ready
	.cache/fuzz/bin/python -m tests.fuzz $(ARGS)

.cache/fuzz/.ready: requirements.lock pyproject.toml
	$(PYTHON) -m venv .cache/fuzz
	.cache/fuzz/bin/pip install --quiet --require-hashes --only-binary :all: -r requirements.lock
	.cache/fuzz/bin/pip install --quiet --no-deps --no-build-isolation --editable .
	.cache/fuzz/bin/pip install --quiet --only-binary :all: 'atheris>=3,<4'
	touch $@

# One-folder programs in dist/, tried by build/smoke.py; an environment of its own, for PyInstaller is in no lock.
freeze: .cache/freeze/.ready
	.cache/freeze/bin/python build/freeze.py $(ARGS)

.cache/freeze/.ready: requirements.lock pyproject.toml
	$(PYTHON) -m venv .cache/freeze
	.cache/freeze/bin/pip install --quiet --require-hashes --only-binary :all: -r requirements.lock
	.cache/freeze/bin/pip install --quiet --no-build-isolation --editable '.[freeze,serial]'
	touch $@

# Rewrites both locks; needs `uv` on the PATH.
lock:
	uv pip compile pyproject.toml build/editable.in --universal --python-version 3.11 --generate-hashes --no-annotate --no-header -o requirements.lock
	uv pip compile pyproject.toml build/editable.in --extra dev --constraint requirements.lock --universal --python-version 3.11 --generate-hashes --no-annotate --no-header -o requirements-dev.lock

clean:
	rm -rf $(VENV) .cache dist .mypy_cache .ruff_cache .pytest_cache .import_linter_cache .hypothesis
