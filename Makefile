# Help First: `make run` serves it, `make test` tests it, `make check` is what CI runs.
SHELL := /bin/bash
.DEFAULT_GOAL := help

PYTHON ?= python3
VENV := .venv
BIN := $(VENV)/bin
PORT ?= 8000
HOST ?= 127.0.0.1
INSTANCE_PATH ?= instance
export PORT HOST INSTANCE_PATH
export FLASK_APP := wsgi

.PHONY: help run reload setup listings test test-sqlite test-postgresql test-browser check format lint types imports templates content bench soak audit packages faults prove prove-offline prove-full migrate requirements clean

help: ## List what there is to do
	@grep -hE '^[a-z-]+:.*## ' $(MAKEFILE_LIST) | awk -F':.*## ' '{printf "  make %-16s %s\n", $$1, $$2}'

$(VENV)/run-ready: requirements.txt
	@command -v $(PYTHON) >/dev/null || { echo "Python 3.11 or newer is needed: no '$(PYTHON)' here."; exit 1; }
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11))' || { echo "Python 3.11 or newer is needed. Try: make PYTHON=python3.12 $(MAKECMDGOALS)"; exit 1; }
	@test -x $(BIN)/python || $(PYTHON) -m venv $(VENV) || { echo "The venv module is missing. On Debian or Ubuntu: apt-get install python3-venv"; exit 1; }
	@echo "Installing what the application needs (about a minute)"
	@$(BIN)/python -m pip install -qq --disable-pip-version-check --require-hashes -r requirements.txt
	@$(BIN)/python -m whitenoise.compress --quiet app/static
	@touch $@

$(VENV)/test-ready: requirements-dev.txt $(VENV)/run-ready
	@echo "Installing what the tests need"
	@$(BIN)/python -m pip install -qq --disable-pip-version-check --require-hashes -r requirements-dev.txt
	@touch $@

# Compressed copies follow the files that they are made from.
$(VENV)/static-ready: $(VENV)/run-ready $(filter-out %.br %.gz,$(wildcard app/static/*))
	@$(BIN)/python -m whitenoise.compress --quiet app/static
	@touch $@

setup: $(VENV)/static-ready ## Make the database, load the data that comes along, build the search index
	@$(BIN)/flask setup

run: setup ## Serve the site on http://localhost:8000 (PORT, HOST, INSTANCE_PATH, DATABASE_URL)
	@echo "Help First on http://$(if $(filter 127.0.0.1 0.0.0.0,$(HOST)),localhost,$(HOST)):$(PORT) - stop with Ctrl+C"
	@exec $(BIN)/gunicorn wsgi:app

reload: setup ## Let the running site load this release anew; nobody is failed meanwhile
	@$(BIN)/python scripts/reload.py

listings: setup ## Load the live federal directory: STATE=OH, or NEAR=43215 (RADIUS=50)
	@test -n "$(STATE)$(NEAR)" || { echo "Say where: make listings STATE=OH, or make listings NEAR=43215"; exit 2; }
	@$(BIN)/flask import findtreatment --fetch $(if $(STATE),--state $(STATE)) $(if $(NEAR),--near $(NEAR)) $(if $(RADIUS),--radius $(RADIUS))

test: test-sqlite test-postgresql test-browser ## Run all tests: on SQLite, on PostgreSQL, in Chromium

test-sqlite: $(VENV)/test-ready $(VENV)/static-ready
	@scripts/install_nginx.sh
	@$(BIN)/python -m pytest -n 2 --dist loadfile tests/unit tests/guards tests/integration

test-postgresql: $(VENV)/test-ready $(VENV)/static-ready
	@scripts/install_nginx.sh
	@HELP_FIRST_TEST_ENGINE=postgresql $(BIN)/python -m pytest -n 2 --dist loadfile tests/integration

# Apart from the others: a browser brings an event loop of its own into the process.
test-browser: $(VENV)/test-ready $(VENV)/static-ready
	@scripts/install_chromium.sh
	@$(BIN)/python -m pytest -n 2 --dist loadfile tests/browser

check: format lint types imports templates content ## Format, lint, types, layers, the guide: what CI runs after the tests

format: $(VENV)/test-ready
	@$(BIN)/ruff format --check .

lint: $(VENV)/test-ready
	@$(BIN)/ruff check .

types: $(VENV)/test-ready
	@$(BIN)/mypy

imports: $(VENV)/test-ready
	@$(BIN)/lint-imports

templates: $(VENV)/test-ready
	@$(BIN)/djlint --lint --quiet templates

content: $(VENV)/test-ready ## Check the guide: sources, words, reading grades, what is due
	@$(BIN)/flask content check

bench: $(VENV)/test-ready $(VENV)/static-ready ## Print what things cost beside one another
	@$(BIN)/python -m bench

SECONDS ?= 600

soak: $(VENV)/test-ready $(VENV)/static-ready ## Read at twice the rated load: SECONDS=30, ENGINE=postgresql, WITH=--restart
	@HELP_FIRST_TEST_ENGINE=$(or $(ENGINE),sqlite) $(BIN)/python -m bench.soak --seconds $(SECONDS) $(WITH)

audit: $(VENV)/test-ready ## Ask which pinned packages have known faults; ends with 2 when it could not check
	@$(BIN)/python scripts/audit.py

packages: $(VENV)/test-ready ## Write docs/licences.md and docs/sbom.json anew from what is installed
	@$(BIN)/python scripts/packages.py

prove: $(VENV)/test-ready $(VENV)/static-ready ## Prove the promises of docs/privacy.md on both engines, in a sample of half an hour
	@$(BIN)/python scripts/prove.py

prove-full: $(VENV)/test-ready $(VENV)/static-ready ## The same at the figures that are promised, every page in Chromium, all planted faults; takes hours
	@$(BIN)/python scripts/prove.py --full

prove-offline: $(VENV)/test-ready $(VENV)/static-ready ## Test on both engines in a namespace without a network; ends with 2 where there is none
	@$(BIN)/python scripts/prove.py --only "without a network"

faults: $(VENV)/test-ready ## Plant faults and see the tests find them: WITH="--only P3", WITH=--write for docs/faults.md
	@scripts/install_chromium.sh
	@scripts/install_nginx.sh
	@$(BIN)/python scripts/planted_faults.py $(WITH)

migrate: setup ## Write a migration for what changed in the models: MESSAGE="add assured date"
	@test -n "$(MESSAGE)" || { echo 'Say what changes: make migrate MESSAGE="add assured date"'; exit 2; }
	@$(BIN)/flask db revision --autogenerate -m "$(MESSAGE)"

requirements: $(VENV)/test-ready ## Pin the newest releases again; then `make packages`
	@for name in requirements requirements-dev; do \
	  $(BIN)/uv pip compile --quiet --universal --generate-hashes --no-emit-index-url --python-version 3.11 --upgrade $$name.in -o $$name.txt; done

clean: ## Take away what was built; the database stays
	@rm -rf $(VENV) .pytest_cache .mypy_cache .ruff_cache .import_linter_cache .hypothesis .coverage htmlcov build app/static/*.br app/static/*.gz
