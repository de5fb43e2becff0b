.DEFAULT_GOAL := help
SHELL := bash
export PYTHONDONTWRITEBYTECODE :=
export UV_COMPILE_BYTECODE := 1
PYTHON ?= python3
UV := $(shell command -v uv 2>/dev/null || echo .venv/bin/uv)
RUN := .venv/bin/python
READY := .venv/.ready

.PHONY: help setup demo chat web serve doctor fsck test fuzz crash load messy hijack understand image image-test stack-test check format docs picture page-picture slack-picture bench clean

help: ## list the commands
	@grep -hE '^[a-z-]+:.*## ' $(MAKEFILE_LIST) | sort | awk -F':.*## ' '{printf "  make %-12s %s\n", $$1, $$2}'

setup: $(READY) ## make the virtual environment from uv.lock

$(READY): uv.lock pyproject.toml
	@test -x .venv/bin/python || $(PYTHON) -m venv .venv
	@command -v uv >/dev/null || test -x .venv/bin/uv || (.venv/bin/python -m ensurepip >/dev/null && .venv/bin/python -m pip install --quiet --disable-pip-version-check uv)
	@$(UV) sync --locked --inexact --quiet --python .venv/bin/python
	@touch $(READY)

demo: $(READY) ## play the whole live flow (CSV=path TARGET=column for your own file)
	@$(RUN) -m bot demo $(if $(CSV),--csv "$(CSV)") $(if $(TARGET),--target "$(TARGET)")

chat: $(READY) ## talk to the assistant in this terminal
	@$(RUN) -m bot chat

web: $(READY) ## the assistant in your browser
	@$(RUN) -m bot web

serve: $(READY) ## run the service
	@$(RUN) -m bot serve

doctor: $(READY) ## check the set-up
	@$(RUN) -m bot doctor

fsck: $(READY) ## check everything the assistant has kept
	@$(RUN) -m bot fsck

test: $(READY) ## pass the tests
	@$(RUN) -m pytest -n auto --dist loadfile

fuzz: $(READY) ## play the property tests with examples never tried before
	@$(RUN) -m pytest -n auto --dist loadfile -m hypothesis --hypothesis-profile=default

crash: $(READY) ## kill the bot at every named point and count what people were told
	@$(RUN) -m tests.crash

load: $(READY) ## 50 messages a second for a minute, with trainings and uploads beside them
	@$(RUN) -m tests.load

messy: $(READY) ## read files as people send them, and clean tables with every fault at every place
	@$(RUN) -m tests.messy

hijack: $(READY) ## let a model obey attackers, and count what they achieve
	@$(RUN) -m tests.hijack

understand: $(READY) ## score how well people are understood without a language model
	@$(RUN) -m tests.understand $(if $(V),-v)

image: ## build the container image with docker, podman or buildah
	@deploy/build-image

image-test: $(READY) ## build the image, run it, kill it, and look that nothing was lost
	@$(RUN) -m tests.image --image "$${IMAGE:-mlops-assistant:latest}"

stack-test: $(READY) ## play deploy/ with local PostgreSQL, S3, MLflow and Prometheus
	@UV_PROJECT_ENVIRONMENT=.stack $(UV) sync --locked --quiet --no-dev --extra ui --python .venv/bin/python
	@$(RUN) -m tests.stack

check: $(READY) ## lint, format, types, import rules, docs
	@$(RUN) -m ruff check .
	@$(RUN) -m ruff format --check .
	@$(RUN) -m mypy
	@.venv/bin/lint-imports
	@.venv/bin/check-jsonschema --quiet --builtin-schema vendor.github-workflows .github/workflows/*.yml
	@.venv/bin/zizmor --offline --no-progress --quiet .github/workflows
	@.venv/bin/check-jsonschema --quiet --builtin-schema vendor.compose-spec deploy/compose.yaml
	@.venv/bin/check-jsonschema --quiet --schemafile deploy/schemas/dashboard.json deploy/grafana/dashboards/*.json
	@.venv/bin/check-jsonschema --quiet --schemafile deploy/schemas/provisioning.json deploy/grafana/provisioning/*/*.yaml
	@$(RUN) -m pytest tests/docs tests/architecture

format: $(READY) ## mend what a formatter can mend
	@$(RUN) -m ruff check --fix-only --quiet .
	@$(RUN) -m ruff format .

bench: $(READY) ## measure speed and memory, as ratios in one run
	@$(RUN) -m benchmarks.start
	@$(RUN) -m benchmarks.reading
	@$(RUN) -m benchmarks.profile --long
	@$(RUN) -m benchmarks.drift --evidently

docs: $(READY) ## write docs/tools.md and docs/metrics.md from the code
	@$(RUN) -m docs.generate

picture: $(READY) ## draw the picture in README.md from a real run of the demo
	@LOGNAME=ada $(RUN) -m docs.picture

page-picture: $(READY) ## take the picture of the page from a real browser
	@$(RUN) -m docs.page_picture

slack-picture: $(READY) ## draw the picture of Slack in README.md
	@$(RUN) -m docs.slack_picture

clean: ## remove the environment and everything the assistant kept
	rm -rf .venv .stack var .pytest_cache .mypy_cache .ruff_cache .hypothesis
