# The one door for contributors and CI. `make` alone prints what there is.
PYTHON ?= python3
RUN := .venv/bin/python
# Programs that the system tests run; without them those tests are skipped by name.
PROGRAMS := postgresql chromium postfix dovecot-imapd newsboat opendkim openssl wordpress mariadb-server php-cli php-mysql php-xml spamassassin faketime \
	fonts-dejavu-core fonts-noto-core fonts-noto-color-emoji fonts-liberation $(if $(shell command -v npm),,npm)
# What the tests ask of pages for people who do not see them; beside the project, since its license is another (MPL-2.0).
AXE := 4.14.1
AXE_IS_HERE := echo "29348999450cdf2849a8e70b7912fc2da85a849da39c0d0d5394f51d4a9ed95c  .venv/axe-core/axe.min.js" | sha256sum --check --status 2>/dev/null

.PHONY: help setup demo test coverage compiled check programs format docs lock bench clean
.DEFAULT_GOAL := help

help: ## what there is
	@grep -hE '^[a-z]+:.*## ' $(MAKEFILE_LIST) | sed -E 's/^([a-z]+):.*## /  make \1\t/' | expand -t 18

setup: .venv/ready ## a virtual environment with the locked dependencies, in .venv

.venv/ready: requirements.txt pyproject.toml
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11))' || { echo "Python 3.11 or newer is needed; name it: make PYTHON=python3.12 …" >&2; exit 1; }
	@$(PYTHON) -c 'import ensurepip, venv' 2>/dev/null || { [ "$$(id -u)" = 0 ] && command -v apt-get >/dev/null && apt-get update -qq && apt-get install -qq -y python3-venv; } || { echo "This Python makes no virtual environments; install python3-venv, or name another: make PYTHON=python3.12 …" >&2; exit 1; }
	$(PYTHON) -m venv .venv
	$(RUN) -m pip install --quiet --disable-pip-version-check --no-deps --require-hashes -r requirements.txt
	$(RUN) -m pip install --quiet --disable-pip-version-check --no-deps --no-build-isolation -e .
	@touch .venv/ready

demo: setup ## the whole job on the bundled sample newsroom (add ARGS=--serve to browse the result)
	$(RUN) main.py demo $(ARGS)

test: setup programs check compiled ## every check and every test
	$(RUN) -m pytest -n 3 --dist loadfile --no-loadscope-reorder $(ARGS)

coverage: setup programs compiled ## every test, and the lines that none of them runs
	$(RUN) -m pytest -n 3 --dist loadfile --no-loadscope-reorder --cov --cov-report=term-missing $(ARGS)

compiled: setup # the tests start hundreds of processes; where Python keeps no bytecode, each would compile the program anew
	$(RUN) -m compileall -q publisher bench tests

check: setup ## lint, types and layers
	$(RUN) -m ruff check .
	$(RUN) -m ruff format --check .
	$(RUN) -m mypy
	.venv/bin/lint-imports --no-cache

programs: # as root with apt-get: what the system tests run; otherwise those tests are skipped by name, or fail where CI is set
	@if [ "$$(id -u)" = 0 ] && command -v apt-get >/dev/null && ! dpkg -s $(PROGRAMS) >/dev/null 2>&1; then \
		{ apt-get update -qq && DEBIAN_FRONTEND=noninteractive apt-get install -qq -y --no-install-recommends $(PROGRAMS) >/dev/null; } || \
		{ echo "Not installed: $(PROGRAMS). The tests that need what is missing are skipped." >&2; [ -z "$$CI" ]; }; fi
	@$(AXE_IS_HERE) || { mkdir -p .venv/axe-core && (cd .venv/axe-core && \
		tar -xzf "$$(npm pack --silent axe-core@$(AXE))" --strip-components=1 package/axe.min.js) && $(AXE_IS_HERE); } || \
		{ rm -rf .venv/axe-core; echo "Not installed: axe-core $(AXE), which npm brings. The tests that need it are skipped." >&2; [ -z "$$CI" ]; }

format: setup ## write the code in the one layout
	$(RUN) -m ruff format .
	$(RUN) -m ruff check --fix .

docs: setup ## the reference of the config, made from its types, the demo's copy of the shipped config, and the README's pictures (needs Chromium)
	$(RUN) -m publisher.config.reference > docs/config.md
	cp config.toml publisher/demo/shipped.toml
	$(RUN) main.py demo --pictures docs/pictures

bench: setup ## every measurement at a small size, each beside its rival
	$(RUN) -m bench

lock: setup ## new locked versions of all dependencies
	$(RUN) -m pip install --quiet --upgrade uv
	.venv/bin/uv pip compile pyproject.toml --group dev --universal --python-version 3.11 --generate-hashes --upgrade \
		--strip-extras --no-emit-index-url --no-emit-find-links --custom-compile-command "make lock" --quiet -o requirements.txt

clean: ## remove what the commands above made
	rm -rf .venv var .coverage* htmlcov .mypy_cache .ruff_cache .pytest_cache .hypothesis
