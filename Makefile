# Each target sets up what it needs: a venv of the default Python in .venv, and for `test` one in
# .venv-X.Y for every other Python from 3.11 on. `make PYTHON=...` chooses the default.
#
# check    lint, types and the quick part of the suite, for every few lines written
# test     everything, on every Python and loop
# docs     the site, in build/site: warnings are errors
# package  build it, install it in an empty environment, and try it there
# traces   Node's half of the scenarios that are new or changed

PYTHONS := $(shell PYTHON=$(PYTHON) scripts/find-pythons)
ifeq ($(PYTHONS),)
$(error geventnet needs Python 3.11 or later, with its venv module)
endif
path = $(word 2,$(subst :, ,$(filter $1:%,$(PYTHONS))))
VERSIONS := $(foreach p,$(PYTHONS),$(firstword $(subst :, ,$p)))
DEFAULT := $(firstword $(VERSIONS))
OTHERS := $(filter-out $(DEFAULT),$(VERSIONS))

# Suites that run at the same time, more than there are processors, as they wait much of the time;
# --output-sync keeps what each prints together.
JOBS ?= 5
SYNC := $(if $(filter output-sync,$(.FEATURES)),--output-sync=target)
# Otherwise every process compiles the library, and every suite its tests.
unexport PYTHONDONTWRITEBYTECODE
PYTEST := python -m pytest -q -p no:cacheprovider
# The suite that others would wait for is spread over so many processes.
SPREAD := --dist worksteal -n
# The whole suite runs once. Where it runs again, what is the same everywhere is left out, and the
# random walks are fewer, and others.
AGAIN = GEVENTNET_WALKS=50 GEVENTNET_SEED=$@
PART := -m "not slow and not once"
BIN := .venv/bin
# Named by version, so that another default Python makes another venv.
PLAIN := .venv/.plain-$(DEFAULT)
INSTALLED := .venv/.installed-$(DEFAULT)

.PHONY: demo check test package docs soak soak-short traces bench lint check-tests test-libev test-patched \
	test-libuv clean

demo: $(PLAIN)
	$(BIN)/python -m examples.demo

check:
	$(MAKE) -k -j$(JOBS) $(SYNC) lint check-tests

test:
	$(MAKE) -k -j$(JOBS) $(SYNC) test-libev test-patched test-libuv $(OTHERS:%=test-%) package docs lint

package: $(INSTALLED)
	$(BIN)/python scripts/check_package.py

# Reads everything again: a page that has not changed would not repeat its warning.
docs: .venv-docs/.installed
	.venv-docs/bin/sphinx-build -q -E -W --keep-going -n -c docs -d build/doctrees . build/site

traces: $(INSTALLED)
	$(BIN)/python tests/conformance/harness.py --record --quiet

lint: $(INSTALLED)
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/mypy --strict
	$(BIN)/lint-imports --no-cache
	$(MAKE) .venv/.verified

# Pyright remembers nothing, unlike the other checkers: it runs when the library has changed.
.venv/.verified: $(INSTALLED) $(shell find geventnet -name '*.py' -o -name '*.pyi')
	PYTHONPATH=. $(BIN)/basedpyright --verifytypes geventnet --ignoreexternal
	touch $@

check-tests: $(INSTALLED)
	GEVENTNET_WALKS=50 GEVENT_LOOP=libev-cext $(BIN)/$(PYTEST) $(SPREAD) 4 -m "not slow"

test-libev: $(INSTALLED)
	GEVENT_LOOP=libev-cext $(BIN)/$(PYTEST) $(SPREAD) 3

test-patched: $(INSTALLED)
	$(AGAIN) GEVENTNET_TEST_PATCHED=1 $(BIN)/$(PYTEST) $(PART)

test-libuv: $(INSTALLED)
	$(AGAIN) GEVENT_LOOP=libuv $(BIN)/$(PYTEST) $(PART)

test-%: .venv-%/.installed
	$(AGAIN) .venv-$*/bin/$(PYTEST) $(PART)

# Minutes, or HOURS=8; SOAK="--part walks --loop libuv --seed 7" for some of it.
soak: $(INSTALLED)
	$(BIN)/python -m soak $(if $(HOURS),--hours $(HOURS)) $(SOAK)

soak-short: $(INSTALLED)
	$(BIN)/python -m soak --short $(SOAK)

# All rows in at most MINUTES, and the pages made from them. It needs a quiet machine.
MINUTES ?= 20
ROUNDS ?= 5
bench: $(INSTALLED)-bench
	$(BIN)/python benchmarks/run.py --name published --minutes $(MINUTES) --rounds $(ROUNDS)
	$(BIN)/python benchmarks/report.py

$(PLAIN): pyproject.toml
	$(call path,$(DEFAULT)) -m venv --clear .venv
	$(BIN)/pip install -q -e .
	touch $@

$(INSTALLED): $(PLAIN)
	$(BIN)/pip install -q -e '.[test]'
	touch $@

$(INSTALLED)-bench: $(INSTALLED)
	$(BIN)/pip install -q -e '.[bench]'
	touch $@

# Not the venv of the tests, which may be running.
.venv-docs/.installed: pyproject.toml
	$(call path,$(DEFAULT)) -m venv --clear .venv-docs
	.venv-docs/bin/pip install -q -e '.[docs]'
	touch $@

.venv-%/.installed: pyproject.toml
	$(call path,$*) -m venv --clear .venv-$*
	.venv-$*/bin/pip install -q -e '.[test]'
	touch $@

.PRECIOUS: .venv-%/.installed

clean:
	rm -rf .venv .venv-* build dist .mypy_cache .pytest_cache .ruff_cache
