# Every command of the project; `make help` lists them. They need git, make and Python 3.11 or newer,
# and install the rest themselves, into .venv/. Extra arguments: make test ARGS="-k graph".

.DEFAULT_GOAL := help
.DELETE_ON_ERROR:
.SUFFIXES:

# The interpreter: PYTHON=… if given, else the first of these that is new enough. The key names the
# environment by version and folder, so that another Python or a moved folder makes it anew.
probe := import os, sys, zlib; sys.version_info >= (3, 11) or sys.exit(1); \
  print(sys._base_executable, "%d.%d-%08x" % (*sys.version_info[:2], zlib.crc32(os.getcwd().encode())))
found := $(shell for python in $(or $(PYTHON),python3 python3.14 python3.13 python3.12 python3.11); do \
  "$$python" -c '$(probe)' 2>/dev/null && break; done)
python := $(word 1,$(found))
key := $(word 2,$(found))

venv := .venv
bin := $(venv)/bin
made := $(venv)/made-$(key)
ready := $(venv)/ready-$(key)
test_ready := $(venv)/test-ready-$(key)
pip := $(bin)/python -m pip --quiet --disable-pip-version-check

unexport PYTHONPATH PYTHONHOME
export NO_MKDOCS_2_WARNING := 1

.PHONY: site test serve check schema lint format bench env lock clean help

site: $(ready) ## build the whole site into site/
	@rm -rf .build/site
	$(bin)/mkdocs build --strict --clean --site-dir .build/site
	@make/swap .build/site site

test: $(test_ready) ## run the tests
	@make/browser $(bin)/playwright || true
	@make/office || true
	$(bin)/pytest $(ARGS)

serve: $(ready) ## live preview of both languages, on http://127.0.0.1:8000
	$(bin)/mkdocs serve $(ARGS)

check: $(ready) schema ## validate the knowledge, and nothing else
	$(bin)/threatbase check $(ARGS)

schema: $(ready) ## write the JSON Schemas that editors complete with, into schemas/
	@$(bin)/threatbase schema > /dev/null

lint: $(test_ready) ## check the code: format, rules, types, imports
	$(bin)/ruff format --check
	$(bin)/ruff check
	$(bin)/mypy
	$(bin)/lint-imports --no-logo --cache-dir .cache/import-linter

format: $(test_ready) ## format the code and mend what can be mended by machine
	$(bin)/ruff check --fix-only --quiet
	$(bin)/ruff format

bench: $(test_ready) ## measure speed and scale (minutes)
	$(bin)/python -m benchmarks $(ARGS)

env: $(test_ready) ## make the environment .venv/ alone, for an editor

lock: ## pin the newest packages that requirements*.in allow
	@make/lock "$(python)"

clean: ## remove what these commands made, except .venv/
	rm -rf site .build .cache schemas scripts/*.egg-info
	find scripts tests benchmarks -name __pycache__ -prune -exec rm -rf {} +

help: ## list the commands
	@awk -F ':.*## ' '/^[a-z]+:.*## / { printf "make %-8s %s\n", $$1, $$2 }' Makefile

# A changed list of packages makes the environment from nothing: what is no longer listed is gone.
$(made): requirements.txt
	@make/venv "$(python)" $(venv)
	@echo "Installing the packages of requirements.txt into $(venv)/ ..."
	@$(pip) install --requirement requirements.txt
	@test -x $(bin)/graphviz-pure || command -v dot > /dev/null || make/debian graphviz
	@touch $@

$(ready): $(made) pyproject.toml
	@$(pip) install --no-deps --no-build-isolation --editable .
	@touch $@

$(test_ready): $(ready) requirements-test.txt
	@echo "Installing the packages of requirements-test.txt into $(venv)/ ..."
	@$(pip) install --requirement requirements-test.txt
	@$(bin)/python -m pip check --disable-pip-version-check > /dev/null
	@touch $@
