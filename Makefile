# Doors for developers; everything else is in ./pinflow.
SHELL := /bin/bash
.SHELLFLAGS := -euo pipefail -c
home := $(abspath $(or $(PINFLOW_HOME),.pinflow))
tools := $(abspath $(or $(PINFLOW_TOOLS),$(home)/tools))
dev := $(tools)/dev/bin
locks := uv app flink airflow dev
rows := tests/sql tests/flink
pytest := -m pytest --no-silent-skips

# Run one part: its name, its command; says how long it took.
define part
@echo "== $(1)"; began=$$EPOCHSECONDS; $(2); echo "== $(1): done in $$((EPOCHSECONDS - began)) s"
endef

.DEFAULT_GOAL := help
.PHONY: help demo env test check bench soak faults lock install

help: ## Show this help
	@awk -F ':.*## ' '/^[a-z]+:.*## / {printf "make %-9s %s\n", $$1, $$2}' Makefile

demo: ## Install everything, start the stack, run the main job, show its result
	./pinflow demo

env: ## Write .env with random secrets, once, and the configuration that docker-compose.yml mounts
	./pinflow env

test: check ## Run every test; those on a stack of their own come last
	$(call part,functions in Java,mvn -B -q -Dstyle.color=never -f flink_jobs/udf/pom.xml verify -Dbuild=$(tools)/udf-tests)
	$(call part,Python,$(dev)/python $(pytest) tests $(addprefix --ignore=,$(rows) tests/end_to_end tests/faults))
	$(call part,SQL on a local Flink,HADOOP_CLASSPATH="$(tools)/jars/flink/*:$(tools)/udf/functions.jar" \
		$(tools)/flink/bin/python $(pytest) -o filterwarnings= $(rows))
	$(call part,end to end,PINFLOW_TOOLS=$(tools) $(dev)/python $(pytest) tests/end_to_end tests/faults/test_faults.py)

check: install ## Check style, types, SQL and imports
	$(call part,style,$(dev)/ruff check -q .; $(dev)/ruff format -q --check .)
	$(call part,types,$(dev)/mypy catalog ingest flink_jobs dashboard observe stack)
	$(call part,SQL,$(dev)/sqlfluff lint sql)
	$(call part,imports,PATH="$(dev):$$PATH" lint-imports)

bench: ## Measure the whole pipeline, and the door
	./pinflow bench

faults: install ## Break a stack of its own while records come in: MINUTES=.. and SEED=.. when given
	PINFLOW_TOOLS=$(tools) $(dev)/python $(pytest) tests/faults $(MINUTES:%=--minutes %) $(SEED:%=--seed %)

soak: ## Put the door under load for 10 minutes while Kafka is ended three times
	./pinflow soak

lock: install ## Lock every Python environment anew, with hashes
	cd requirements && for name in $(locks); do \
		$(tools)/uv/bin/uv pip compile -q --upgrade --generate-hashes --no-header --no-annotate \
			--python-version 3.11 $$name.in -o $$name.txt; done

install:
	@./pinflow install --dev
