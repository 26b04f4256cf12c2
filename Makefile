# One word for each thing one does with Yunqi. The work stands in scripts/.
SHELL := /bin/bash
.SHELLFLAGS := -euo pipefail -c
.DEFAULT_GOAL := help
.PHONY: help setup run test check bench doctor words client lock clean
ARGS ?=

help: ## this list
	@awk -F ':.*## ' '/^[a-z]+:.*## / {printf "  make %-8s %s\n", $$1, $$2}' Makefile

setup: ## install what is missing: Debian packages, .venv, words, guest image
	@scripts/setup.sh run

run: ## setup, then play the main job on the sample contract (ARGS=--exit: end and leave nothing running)
	@scripts/setup.sh run
	@scripts/run.sh $(ARGS)

test: ## setup, then every suite in turn, each with its time budget
	@scripts/setup.sh test
	@scripts/test.sh $(ARGS)

check: ## the fast gate: lint, format, types, imports, house rules
	@scripts/setup.sh develop
	@scripts/check.sh

bench: ## measure, print, and write build/bench.json
	@scripts/setup.sh test
	@scripts/bench.sh $(ARGS)

doctor: ## what is missing or wrong on this machine, each with its mend
	@.venv/bin/yunqi doctor

words: ## collect the messages into the catalogues and compile them
	@.venv/bin/python scripts/words.py update

client: ## write the client's methods anew from the actions
	@.venv/bin/python scripts/client.py update

lock: ## resolve requirements/*.in anew into requirements/*.txt with hashes
	@scripts/lock.sh

clean: ## remove what setup and the tests made (var/, the state of the installation, stays)
	@rm -rf build .venv node_modules tests/oidc/node_modules src/yunqi/web/static/vendor .mypy_cache .ruff_cache .pytest_cache .hypothesis .import_linter_cache src/*.egg-info
	@find src tests -name __pycache__ -prune -exec rm -rf {} +
	@find src -name '*.mo' -delete
