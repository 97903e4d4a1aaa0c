# Everything a developer does, on nothing but python3 (3.11 or newer) and make; `make e2e`, `make bench ARGS=peer` and,
# without a `dart` on PATH, `make kit` also need Node.
# Each target first installs what it needs, and only when that changed. `make test PYTHON=python3.13` picks another
# interpreter, VENV another place for its packages.

PYTHON ?= python3
VENV ?= .venv
ARGS ?=
# Test processes, each with its own emulator and simulator; one more than cores, because they often wait.
JOBS ?= 3

PY := $(VENV)/bin/python
VERSION := $(shell $(PYTHON) -c 'import sys; print("%d.%d" % sys.version_info[:2])' 2>/dev/null)
# Named after the version, so that another interpreter builds the environment anew.
STAMP := $(VENV)/.installed-$(VERSION)
PIP := $(PY) -m pip install --quiet --disable-pip-version-check
# With the hashes of every file of each release, so that any platform installs what was pinned here or nothing.
COMPILE := $(PY) -m piptools compile --quiet --no-header --strip-extras --annotation-style=line --generate-hashes \
	--allow-unsafe --no-emit-index-url --no-emit-trusted-host --no-emit-find-links

.PHONY: help demo serve test kit soak bench bench-sweep doctor e2e lint format docs pins clean
.DEFAULT_GOAL := help

help:
	@echo 'make demo    the whole story on local emulators: buy, hold, redeem, capture, void; earn and spend points'
	@echo '              (ARGS=--stay: serves what it left afterwards, to be looked at in the console)'
	@echo 'make serve   the local stack on its documented ports, until Ctrl-C'
	@echo 'make test    every test but the end-to-end ones (ARGS="-k name" are for pytest)'
	@echo 'make kit     what apps use of Kippu, flutterflow/, compiled and run by a Dart VM (fetched where there is none;'
	@echo '              KIPPU_DART names another)'
	@echo 'make soak    purchases under kills, faults and outages (KIPPU_SOAK_MINUTES, 10; ARGS="--seed n")'
	@echo 'make bench   each function beside its floor; writes docs/performance.md and docs/costs.md'
	@echo '              (ARGS="choices", "warm --only name": a part of it)'
	@echo '              ARGS=peer: beside the same functions for Node (needs Node 20; "peer --quick" to try it)'
	@echo 'make bench-sweep  the rate and the memory of a sweep of 10,000 expired holds (ARGS=--quick)'
	@echo 'make doctor  checks a project before and after a deployment (ARGS="--project p"; --live, --before, --local)'
	@echo 'make e2e     the same functions under firebase emulators:exec, called by the Firebase JS SDK and by a browser'
	@echo '              (Chromium or Chrome; KIPPU_BROWSER names another, and without any one is downloaded)'
	@echo 'make lint    ruff, mypy and import-linter'
	@echo 'make format  ruff format'
	@echo 'make docs    writes the generated pages of docs/'
	@echo 'make pins    compiles the pinned requirements with their hashes (ARGS=--upgrade takes newer releases)'
	@echo 'make clean   removes what was installed or cached here'

demo: $(STAMP)
	@$(PY) -m devkit.demo $(ARGS)

serve: $(STAMP)
	@$(PY) -m devkit.serve

test: $(STAMP)
	@$(PY) -m pytest --numprocesses $(JOBS) --dist worksteal $(ARGS)

# What needs the VM runs here, or fails; elsewhere it is skipped without one. A file stays together: it compiles once.
kit: $(STAMP)
	@$(PY) -m devkit.kit.vm >/dev/null
	@KIPPU_KIT=1 $(PY) -m pytest --numprocesses $(JOBS) --dist loadfile tests/kit $(ARGS)

soak: $(STAMP)
	@$(PY) -m devkit.soak $(ARGS)

# Only the part `peer` has packages of its own.
bench: $(STAMP) $(if $(filter peer,$(ARGS)),bench/peer/node_modules/.installed)
	@$(PY) -m bench $(ARGS)

bench-sweep: $(STAMP)
	@$(PY) -m bench sweep $(ARGS)

doctor: $(STAMP)
	@$(PY) -m devkit.doctor $(ARGS)

e2e: $(STAMP) node_modules/.installed functions/venv/.installed
	@$(PY) -m devkit.e2e

lint: $(STAMP)
	@$(PY) -m ruff check .
	@$(PY) -m ruff format --check .
	@$(PY) -m mypy
	@cd functions && PYTHONPATH=. ../$(VENV)/bin/lint-imports --no-cache ../pyproject.toml

format: $(STAMP)
	@$(PY) -m ruff check --fix .
	@$(PY) -m ruff format .

docs: $(STAMP)
	@$(PY) -m devkit.docs
	@$(PY) -m devkit.page_files

pins: $(STAMP)
	cd functions && ../$(COMPILE) $(ARGS) requirements.in -o requirements.txt
	$(COMPILE) $(ARGS) requirements-dev.in -o requirements-dev.txt

clean:
	rm -rf build .venv .venv-* node_modules bench/peer/node_modules functions/venv .mypy_cache .pytest_cache .ruff_cache .hypothesis
	find devkit functions tests -name __pycache__ -type d -prune -exec rm -rf {} +

$(STAMP): functions/requirements.txt requirements-dev.txt
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11))' 2>/dev/null || { \
		echo 'kippu: Python 3.11 or newer is needed, but "$(PYTHON)" is $(or $(VERSION),missing):' \
			'name one, as in `make test PYTHON=python3.13`' >&2; exit 1; }
	@test ! -e $(PY) || $(PY) -c 'import sys; sys.exit("%d.%d" % sys.version_info[:2] != "$(VERSION)")' || rm -rf $(VENV)
	@echo 'installing the pinned requirements into $(VENV) (Python $(VERSION))'
	@$(PYTHON) -m venv $(VENV)
	@$(PIP) --require-hashes -r functions/requirements.txt -r requirements-dev.txt
	@rm -f $(VENV)/.installed-* && touch $@

# What the Firebase functions emulator runs: the deployed runtime with the deployed packages.
functions/venv/.installed: functions/requirements.txt firebase.json | $(STAMP)
	@python=$$($(PY) -m devkit.runtime) && echo "installing the pinned requirements into functions/venv ($$python)" \
		&& "$$python" -m venv --clear functions/venv
	@functions/venv/bin/python -m pip install --quiet --disable-pip-version-check --require-hashes \
		-r functions/requirements.txt
	@touch $@

node_modules/.installed: package.json package-lock.json
	@$(call npm_ci,.)

bench/peer/node_modules/.installed: bench/peer/package.json bench/peer/package-lock.json
	@$(call npm_ci,bench/peer)

define npm_ci
command -v npm >/dev/null || { echo 'kippu: this needs Node 20 or newer with npm' >&2; exit 1; }
echo 'installing the pinned packages into $(1)/node_modules'
cd $(1) && npm ci --no-audit --no-fund --loglevel=error && touch node_modules/.installed
endef
