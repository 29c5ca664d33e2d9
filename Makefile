# Doors for developers; everything else is in ./pinflow.
SHELL := /bin/bash -euo pipefail
home := $(abspath $(or $(PINFLOW_HOME),.pinflow))
tools := $(abspath $(or $(PINFLOW_TOOLS),$(home)/tools))
dev := $(tools)/dev/bin
locks := uv app flink dev

.DEFAULT_GOAL := help
.PHONY: help demo test check bench lock install

help: ## Show this help
	@awk -F ':.*## ' '/^[a-z]+:.*## / {printf "make %-9s %s\n", $$1, $$2}' Makefile

demo: ## Install everything, start the stack, run the main job, show its result
	./pinflow demo

test: check ## Run every test
	mvn -B -q -f flink_jobs/udf/pom.xml verify -Dbuild=$(tools)/udf
	$(dev)/python -m pytest tests --ignore=tests/sql --ignore=tests/flink
	$(tools)/flink/bin/python -m pytest $(wildcard tests/sql tests/flink)

check: install ## Check style, types, SQL and imports
	$(dev)/ruff check .
	$(dev)/ruff format --check .
	$(dev)/mypy catalog ingest flink_jobs stack
	$(dev)/sqlfluff lint sql
	PATH="$(dev):$$PATH" lint-imports

bench: ## Measure the whole pipeline
	./pinflow bench

lock: install ## Lock every Python environment anew, with hashes
	cd requirements && for name in $(locks); do \
		$(tools)/uv/bin/uv pip compile -q --upgrade --generate-hashes --no-header --no-annotate \
			--python-version 3.11 $$name.in -o $$name.txt; done

install:
	@./pinflow install --dev
