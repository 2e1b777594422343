# What people type. Each target installs what it needs first, says what it does and can be run again.
SHELL := /bin/bash
.SHELLFLAGS := -eu -o pipefail -c
.DEFAULT_GOAL := help
.PHONY: help install demo run man test test-s3 chaos eval bench build release lint format openapi clean

# The same flags wherever a release is built, so that the parts share one build folder.
RELEASE := swift build -c release --product specwright --static-swift-stdlib
SWIFT_FILES := Sources Tests bench/jobs bench/models bench/vault Package.swift

help: ## List the targets
	@echo 'Specwright: a brief goes in, an approved and reviewed ZIP comes out.'
	@echo
	@awk -F ':.*## ' '/^[a-z0-9-]+:.*## / { printf "  make %-10s %s\n", $$1, $$2 }' $(firstword $(MAKEFILE_LIST))

install: ## Install what is missing: apt packages, Python tools in .venv
	@tools/install

demo: release ## Take a feature from brief to ZIP on this machine (BRIEF=path/to/brief.md for your own)
	@python3 examples/demo.py $(if $(BRIEF),--brief '$(BRIEF)') $(DEMO_FLAGS)

run: release ## Keep the service up on this machine; prints its URL and a development token
	@exec .build/release/specwright up $(RUN_FLAGS)

man: release ## Write the command line's manual to dist/specwright.1
	@mkdir -p dist
	@.build/release/specwright help --man > dist/specwright.1
	@echo 'dist/specwright.1; read it with: man -l dist/specwright.1'

test: install ## Run every test; the last line is the count (FILTER=name for some)
	@tools/test $(if $(FILTER),--filter '$(FILTER)')

test-s3: install ## Run the object store's tests against radosgw, with both drivers
	@tools/install --s3
	@tools/test-s3

chaos: release ## Kill, freeze and cut off its processes at work, and check what is left (FEATURES= DURATION= SEED=)
	@python3 chaos/run.py $(if $(FEATURES),--features $(FEATURES)) $(if $(DURATION),--duration $(DURATION)) \
		$(if $(SEED),--seed $(SEED)) $(CHAOS_FLAGS)

eval: release ## Go through the gate cases; with PROVIDER= MODEL= KEY_FILE= a model too (LIMIT= DOLLARS= CONVERGE=1 OUT=)
	@.build/release/specwright eval --out '$(or $(OUT),.build/eval.json)' $(if $(PROVIDER),--provider '$(PROVIDER)') \
		$(if $(MODEL),--model '$(MODEL)') $(if $(KEY_FILE),--key-file '$(KEY_FILE)') $(if $(URL),--url '$(URL)') \
		$(if $(LIMIT),--limit '$(LIMIT)') $(if $(DOLLARS),--dollars '$(DOLLARS)') $(if $(CONVERGE),--converge) $(EVAL_FLAGS)

bench: release ## Measure against pgbench and FastAPI, side by side
	@tools/install --bench
	@for program in QueueBench GatewayBench VaultBench; do \
	    swift build -c release --product $$program --static-swift-stdlib || exit 1; done
	@.venv-bench/bin/python bench/run.py $(BENCH_FLAGS)

build: install ## Build everything for debugging, tests included
	@swift build --build-tests

release: install ## Build the optimised program: .build/release/specwright
	@echo '==> Building the release (the first time takes some minutes)' >&2
	@$(RELEASE)

lint: install ## Check the format of the sources and the shell scripts, and that the gate cases are as generated
	@python3 eval/generate.py --check
	@swift format lint --strict --recursive $(SWIFT_FILES)
	@if command -v shellcheck >/dev/null; then shellcheck tools/install tools/test tools/test-s3 .ci/run; \
	else echo 'shellcheck is not installed; the scripts were not checked' >&2; fi

format: ## Put the Swift sources into the project's format
	@swift format --in-place --recursive $(SWIFT_FILES)

openapi: install ## Check that openapi.yaml is valid OpenAPI 3.1 and that its examples fit
	@.venv/bin/python tools/check_openapi.py openapi.yaml

clean: ## Remove what was built; what you installed and what the service stored stay
	rm -rf .build dist
