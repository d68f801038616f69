# Needs make and Python 3.11 with venv; the storefront needs Node.js as well, and its journeys a Chromium. Everything
# else goes into .venv, storefront/node_modules and their like, from locked requirements.

MAKEFLAGS += --no-builtin-rules --warn-undefined-variables
.DEFAULT_GOAL := help
.DELETE_ON_ERROR:

BIN := .venv/bin
READY := .venv/.ready

# python3.11, or else python3 when it is one: a name alone proves nothing, so each is asked.
is_right = $(shell $(1) -c 'import sys, venv, ensurepip; print(*["yes"] * (sys.version_info[:2] == (3, 11)))' 2>/dev/null)
PYTHON ?= $(firstword $(foreach candidate,python3.11 python3,$(if $(call is_right,$(candidate)),$(candidate))))

# Node.js builds the storefront, and nothing else. Asked as well: what it is called says nothing of its age.
NODE_WANTED := const [major, minor] = process.versions.node.split(".").map(Number); \
	process.exit((major === 20 && minor >= 19) || (major === 22 && minor >= 12) || major > 22 ? 0 : 1)
HAS_NODE := $(shell command -v npm >/dev/null && node -e '$(NODE_WANTED)' 2>/dev/null && echo yes)
NO_NODE := Node.js 20.19 or newer (or 22.12 or newer) with npm is not here: install it, for example from your \
	system's packages or nodejs.org
NODE_MODULES := storefront/node_modules/.ready
JOURNEYS := storefront/journeys/node_modules/.ready
STOREFRONT := build/storefront/index.html
STOREFRONT_SOURCES := $(shell find storefront -path '*/node_modules' -prune -o -path storefront/journeys -prune -o \
	-type f ! -path '*/src/api/contract.ts' ! -path '*/src/api/limits.ts' ! -name '*.test.ts*' -print) docs/openapi.json

# What deploys, judges and emulates wants other versions than the product does, and so virtual environments of its own.
tool = .venvs/$(1)/.ready
TOOLS := deploy checkov emulator

STAGE ?= dev
STAGES := dev staging prod
ARCH ?= arm64
# Set to anything to deploy without being asked.
YES ?=

# Set to anything to let `make lock` look for newer versions.
UPGRADE ?=

.PHONY: help
help: ## List what make can do (the default)
	@awk -F ':.*## ' '/^[a-z-]+:.*## / {printf "  make %-16s %s\n", $$1, $$2}' $(firstword $(MAKEFILE_LIST))

.PHONY: run
run: $(READY) $(if $(HAS_NODE),$(STOREFRONT)) ## Run the whole product on this machine (PORT=..., START=...)
	@$(if $(HAS_NODE),:,echo >&2 "The storefront $(if $(wildcard $(STOREFRONT)),may be out of date,is left out): \
	$(NO_NODE). The API runs all the same.")
	@exec $(BIN)/python -m sandbox

.PHONY: demo
demo: $(READY) ## Play through the product's stories, with the clock fast-forwarded
	@exec $(BIN)/python -m sandbox.demo

.PHONY: test
test: lint test-storefront ## Check everything: linters, types, imports, then all tests
	$(BIN)/pytest -n 2

# Where Node.js is missing this is said, and left out; CI must have it.
.PHONY: test-storefront
test-storefront: $(if $(HAS_NODE),$(NODE_MODULES)) ## Check the storefront: style, types, components
	$(if $(HAS_NODE),npm --prefix storefront run --silent check,\
		@echo >&2 "The storefront is not checked: $(NO_NODE)."; test -z "$${CI:-}")

.PHONY: lint
lint: $(READY) ## Check style, formatting, types and the direction of imports
	$(BIN)/ruff check
	$(BIN)/ruff format --check
	$(BIN)/mypy
	$(BIN)/lint-imports --no-logo --cache-dir .cache/imports

.PHONY: format
format: $(READY) ## Put the code into its standard form
	$(BIN)/ruff check --fix-only
	$(BIN)/ruff format

.PHONY: bench
bench: $(READY) ## Measure what operations cost
	@exec $(BIN)/python -m bench.operations

.PHONY: bench-cold-start
bench-cold-start: $(READY) ## Measure how long functions take to be ready, and how large they are
	@exec $(BIN)/python -m bench.cold_start

# --- The storefront ---------------------------------------------------------------------------------------

.PHONY: storefront
storefront: needs-node $(STOREFRONT) ## Build the storefront into build/storefront

.PHONY: needs-node
needs-node:
	@$(if $(HAS_NODE),:,echo >&2 "$(NO_NODE)."; exit 1)

.PHONY: verify-storefront
verify-storefront: needs-node $(READY) $(STOREFRONT) $(JOURNEYS) ## Live whole lives in a real browser (needs Chromium)
	npm --prefix storefront/journeys run --silent types
	npm --prefix storefront/journeys test

.PHONY: bench-storefront
bench-storefront: needs-node $(READY) $(STOREFRONT) $(JOURNEYS) ## Measure a first visit to the storefront (needs Chromium)
	@npm --prefix storefront/journeys run --silent measure

.PHONY: screens
screens: needs-node $(READY) $(STOREFRONT) $(JOURNEYS) ## Take the pictures in the README anew (needs Chromium)
	@npm --prefix storefront/journeys run --silent screens

$(NODE_MODULES): storefront/package-lock.json
	@echo "Setting up storefront/node_modules (once, and again whenever $< changes) ..."
	@npm --prefix storefront ci --no-audit --no-fund --loglevel=error
	@touch $@

$(JOURNEYS): storefront/journeys/package-lock.json
	@echo "Setting up storefront/journeys/node_modules (once, and again whenever $< changes) ..."
	@npm --prefix storefront/journeys ci --no-audit --no-fund --loglevel=error
	@touch $@

$(STOREFRONT): $(NODE_MODULES) $(STOREFRONT_SOURCES)
	@echo "Building the storefront ..."
	@npm --prefix storefront run --silent build
	@touch $@

# --- What is deployed -------------------------------------------------------------------------------------

.PHONY: package
package: $(READY) ## Build what is deployed (STAGE=dev, ARCH=arm64 or x86_64)
	@exec $(BIN)/python -m tools.package --stage $(STAGE) --arch $(ARCH)

.PHONY: lint-infra
lint-infra: $(READY) $(call tool,deploy) $(call tool,checkov) ## Judge the packages of all stages as AWS and an auditor would
	@for stage in $(STAGES); do $(BIN)/python -m tools.package --stage $$stage --arch $(ARCH) || exit 1; done
	$(BIN)/python -m tools.lint_infra --lint .venvs/deploy --checkov .venvs/checkov \
		$(foreach stage,$(STAGES),build/$(stage)-$(ARCH)/sam.json)

.PHONY: verify-deploy
verify-deploy: lint-infra $(call tool,emulator) ## Deploy to an emulator of AWS and live there: everything short of an account
	$(BIN)/pytest tests/deployed

.PHONY: deploy
deploy: $(READY) $(call tool,deploy) $(if $(HAS_NODE),$(STOREFRONT)) ## Deploy a stage to the AWS account of the environment (STAGE=dev, ARCH=..., YES=1)
	@exec $(BIN)/python -m tools.deploy --stage $(STAGE) --arch $(ARCH) $(if $(YES),--yes)

.PHONY: backup-drill
backup-drill: $(READY) ## Restore a copy of a stage's table, check it, delete it (STAGE=dev)
	@exec $(BIN)/python -m chalicelib.ops --stage $(STAGE) backup-drill --yes

.PHONY: costs
costs: $(READY) ## Count operations anew, and write what a month costs into docs/operations/deploy.md
	@exec $(BIN)/python -m tools.costs --count --write

.PHONY: docs
docs: $(READY) ## Rewrite the generated pages of the documentation
	@exec $(BIN)/python -m tools.docs

# Production is resolved for the machine it will run on, from wheels alone: chalice would otherwise only
# warn, and leave out of the package, what has no wheel for Lambda. Development is resolved for any machine.
COMPILE = UV_CUSTOM_COMPILE_COMMAND="make lock" $(BIN)/uv --no-config pip compile --quiet --python-version 3.11 \
	--generate-hashes --no-emit-index-url --no-emit-find-links $(if $(UPGRADE),--upgrade)

.PHONY: lock
lock: $(READY) ## Resolve requirements*.in into locked files (UPGRADE=1 for newer versions)
	$(COMPILE) --python-platform aarch64-manylinux2014 --only-binary :all: requirements.in --output-file requirements.txt
	$(COMPILE) --universal requirements-dev.in --output-file requirements-dev.txt
	$(foreach name,$(TOOLS),$(COMPILE) --universal --no-strip-extras infra/requirements/$(name).in --output-file infra/requirements/$(name).txt &&) true

.PHONY: clean
clean: ## Delete the virtual environments, the caches and the build output
	rm -rf .venv .venvs .cache .hypothesis .chalice/deployments build dist storefront/node_modules storefront/journeys/node_modules
	find . -name __pycache__ -type d -prune -exec rm -rf {} +

# Rebuilt from nothing whenever the locked requirements change, so that it never holds anything else.
$(READY): requirements-dev.txt
	@$(if $(call is_right,$(PYTHON)),:,echo >&2 "Seatwise needs Python 3.11 with its venv module: \
	install it (on Debian and Ubuntu: python3.11 and python3.11-venv), or say where it is: make PYTHON=/path/to/python3.11"; exit 1)
	@echo "Setting up .venv (once, and again whenever requirements-dev.txt changes) ..."
	@$(PYTHON) -m venv --clear .venv
	@$(BIN)/python -m pip --disable-pip-version-check install -qq --require-hashes --requirement requirements-dev.txt
	@touch $@

# Without looking for dependencies: all of them are in the lock, and pip trips over extras that are locked.
$(foreach name,$(TOOLS),$(call tool,$(name))): .venvs/%/.ready: infra/requirements/%.txt $(READY)
	@echo "Setting up .venvs/$* (once, and again whenever $< changes) ..."
	@$(PYTHON) -m venv --clear .venvs/$*
	@.venvs/$*/bin/python -m pip --disable-pip-version-check install -qq --no-deps --require-hashes --requirement $<
	@touch $@
