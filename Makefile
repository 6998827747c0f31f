# Each target sets up what it needs: a venv of the default Python in .venv, and for `test` one in
# .venv-X.Y for every other Python from 3.11 on. `make PYTHON=...` chooses the default.

PYTHONS := $(shell PYTHON=$(PYTHON) scripts/find-pythons)
ifeq ($(PYTHONS),)
$(error geventnet needs Python 3.11 or later, with its venv module)
endif
path = $(word 2,$(subst :, ,$(filter $1:%,$(PYTHONS))))
VERSIONS := $(foreach p,$(PYTHONS),$(firstword $(subst :, ,$p)))
DEFAULT := $(firstword $(VERSIONS))
OTHERS := $(filter-out $(DEFAULT),$(VERSIONS))

# Suites that run at the same time; --output-sync keeps what each prints together.
JOBS ?= 2
SYNC := $(if $(filter output-sync,$(.FEATURES)),--output-sync=target)
PYTEST := python -m pytest -q -p no:cacheprovider
BIN := .venv/bin
# Named by version, so that another default Python makes another venv.
INSTALLED := .venv/.installed-$(DEFAULT)

.PHONY: demo test bench lint test-libev test-patched test-libuv clean

demo: $(INSTALLED)
	$(BIN)/python -m examples.demo

test:
	$(MAKE) -k -j$(JOBS) $(SYNC) lint test-libev test-patched test-libuv $(OTHERS:%=test-%)

lint: $(INSTALLED)
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/mypy --strict

test-libev: $(INSTALLED)
	GEVENT_LOOP=libev-cext $(BIN)/$(PYTEST)

test-patched: $(INSTALLED)
	GEVENTNET_TEST_PATCHED=1 $(BIN)/$(PYTEST) -m "not slow"

test-libuv: $(INSTALLED)
	GEVENT_LOOP=libuv $(BIN)/$(PYTEST) -m "not slow"

test-%: .venv-%/.installed
	.venv-$*/bin/$(PYTEST) -m "not slow"

bench: $(INSTALLED)-bench
	$(BIN)/python benchmarks/run.py

$(INSTALLED): pyproject.toml
	$(call path,$(DEFAULT)) -m venv --clear .venv
	$(BIN)/pip install -q -e '.[test]'
	touch $@

$(INSTALLED)-bench: $(INSTALLED)
	$(BIN)/pip install -q -e '.[bench]'
	touch $@

.venv-%/.installed: pyproject.toml
	$(call path,$*) -m venv --clear .venv-$*
	.venv-$*/bin/pip install -q -e '.[test]'
	touch $@

.PRECIOUS: .venv-%/.installed

clean:
	rm -rf .venv .venv-* build dist .mypy_cache .pytest_cache .ruff_cache
