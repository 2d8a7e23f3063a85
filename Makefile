# `make` prints this help; `make up` runs the whole system, `make test` passes the tests.
SHELL := /bin/bash
.DEFAULT_GOAL := help
PYTHON ?= python3
export PATH := $(CURDIR)/.venv/bin:$(CURDIR)/.cache/uv/bin:$(PATH)
# tools of this repository run on its own environment, never on one that happens to be active
unexport VIRTUAL_ENV
# the Python that is there, never one from elsewhere; without a home directory the cache stays here
export UV_PYTHON_DOWNLOADS := never
# trust what the system trusts: a company's own certificate authority is in its store
ifneq ($(wildcard /etc/ssl/certs/ca-certificates.crt),)
export UV_SYSTEM_CERTS := true
export SSL_CERT_FILE ?= /etc/ssl/certs/ca-certificates.crt
export NODE_EXTRA_CA_CERTS ?= /etc/ssl/certs/ca-certificates.crt
endif
ifeq ($(HOME),)
export HOME := $(CURDIR)/.cache/home
endif
PYTEST ?= pytest -n 3 --dist loadfile

include tools/proto.mk

.PHONY: help setup up down fmt lint types arch test fuzz ci interop soak bench flame seed hooks

help: ## print this help
	@grep -hE '^[a-z0-9-]+:.*## ' $(MAKEFILE_LIST) | sort | awk -F':.*## ' '{printf "  \033[1m%-16s\033[0m %s\n", $$1, $$2}'

.venv/.ready: pyproject.toml uv.lock
	@command -v uv >/dev/null || { echo "installing uv"; $(PYTHON) -m pip install --quiet --target .cache/uv uv; }
	uv sync --frozen --quiet --compile-bytecode
	@touch $@

setup: .venv/.ready ## install uv when it is missing, and everything else from the lock

up: setup ## run the whole system on embedded servers: REST on 127.0.0.1:8080, gRPC on 127.0.0.1:8081
	@exec guild up $(ARGS)

down: setup ## stop a detached system
	@guild down

seed: setup ## fill the running system with an invented network of people
	@guild seed $(ARGS)

fmt: setup ## format
	ruff format .
	ruff check --fix-only --quiet .
	buf format -w proto

lint: setup ## formatting and lint, with the security rules
	ruff format --check .
	ruff check .

types: setup ## basedpyright, strict
	basedpyright

arch: setup ## import contracts: layers, floors, forbidden imports
	lint-imports

test: setup ## all tests, on embedded servers
	$(PYTEST) $(ARGS)

fuzz: export GUILD_FUZZ_EXAMPLES ?= 100000
fuzz: setup ## the properties of the wire, on GUILD_FUZZ_EXAMPLES inputs each; then ten times as many led by coverage
	$(PYTEST) --timeout 0 tests/unit/mesh/wire $(ARGS)
	@python -m tests.fuzz -runs=$$((10 * $(GUILD_FUZZ_EXAMPLES)))

ci: setup lint types arch proto-lint proto-check proto-breaking test ## what a landing must pass

interop: setup ## the transport against those of others: grpcio, grpc-go, grpc-js, h2spec, grpcurl, ghz
	@pytest -n 0 -q -p tests.interop.report $(ARGS) tests/interop

soak: setup ## the transport for an hour (ARGS="--minutes N"): all that may happen to calls; nothing may be left of it
	@python -m tests.soak $(ARGS)

bench: setup ## measure against design budgets, as ratios to floors of the same run
	@python -m bench $(ARGS)

flame: setup ## flame graphs of the main paths, and which room takes what of a call (ARGS="--into docs/flames")
	@python -m bench.flame $(ARGS)

hooks: ## install the git hooks
	git config core.hooksPath .githooks
