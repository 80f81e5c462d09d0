# One line a target; `make help` prints them.
SHELL := /bin/bash
.DEFAULT_GOAL := help
PYTHON ?= python3
VENV := .venv
PY := $(VENV)/bin/python
export PYTHONUNBUFFERED = 1

.PHONY: help
help: ## List the targets.
	@grep -hE '^[a-z-]+:.*## ' $(MAKEFILE_LIST) | awk -F':.*## ' '{printf "  make %-14s %s\n", $$1, $$2}'

$(VENV)/.installed: requirements/dev.txt requirements/smclarify.txt processing/pyproject.toml
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11) and "modelgate needs Python 3.11 or newer, found " + sys.version.split()[0] + "; set PYTHON=<path>")'
	@echo "installing the development environment into $(VENV) (a minute or two, once)"
	$(PYTHON) -m venv $(VENV)
	$(VENV)/bin/pip install --quiet --require-hashes -r requirements/dev.txt
	$(VENV)/bin/pip install --quiet --require-hashes --no-deps -r requirements/smclarify.txt
	$(VENV)/bin/pip install --quiet --no-deps --no-build-isolation --editable processing
	@touch $@

.PHONY: install
install: $(VENV)/.installed ## Create the development environment.

.PHONY: lock
lock: ## Resolve requirements/*.in again into hash-pinned requirements/*.txt (needs uv).
	for name in dev image lambda smclarify; do \
	  constraint=$$([ $$name = dev ] && echo "" || echo "-c requirements/dev.txt"); \
	  nodeps=$$([ $$name = smclarify ] && echo "--no-deps" && constraint=""); \
	  uv pip compile --quiet --universal --python-version 3.11 --generate-hashes --allow-unsafe --no-header $$nodeps $$constraint \
	    requirements/$$name.in -o requirements/$$name.txt || exit 1; \
	done
