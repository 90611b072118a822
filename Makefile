# Two commands: `make run` (the demo on port 8000) and `make test`.
# Each sets up what it needs; the second call finds everything in place.

SHELL := /bin/bash
.SHELLFLAGS := -eu -o pipefail -c
.DEFAULT_GOAL := help
.DELETE_ON_ERROR:

PORT ?= 8000
HOST ?= 127.0.0.1
WORKERS ?= 2
UV_VERSION := 0.13.9
PM4PY_VERSION := 2.7.23.11
LOCK_FLAGS ?=

# The first Python that is new enough; `make PYTHON=/path/to/python3.12 …` names another.
PYTHON ?= $(shell for name in python3 python3.14 python3.13 python3.12 python3.11; do \
	if $$name -c 'import sys; sys.exit(sys.version_info < (3, 11))' 2>/dev/null; then echo $$name; break; fi; done)

BIN := .venv/bin
PIP := $(BIN)/python -m pip --disable-pip-version-check --no-input
CHROMIUM := $(shell grep -qsx ID=ubuntu /etc/os-release && echo chromium-browser || echo chromium)
INSTALLED := .venv/installed
TEST_PROGRAMS := .venv/test-programs
PRINT_LIBRARIES := libpango-1.0-0 libpangoft2-1.0-0 libharfbuzz-subset0

# Read once, run a thousand times: where the surroundings forbid Python to keep what it compiled, each of the processes
# that `test` starts would compile the whole house anew.
unexport PYTHONDONTWRITEBYTECODE

# $(call need,packages,what for): install Debian packages as root; anybody else is told what to ask for.
define need
	if [ "$$(id -u)" = 0 ] && command -v apt-get >/dev/null; then \
		echo "正在安装系统软件包（$(2)）：$(1)"; \
		apt-get update -qq </dev/null; \
		DEBIAN_FRONTEND=noninteractive apt-get install -y -qq --no-install-recommends $(1) </dev/null >/dev/null; \
	else \
		echo "缺少系统软件包（$(2)），请先以管理员身份运行：apt-get install $(1)" >&2; \
		exit 1; \
	fi
endef

# $(call print_programs): puts into `missing` what drawing a PDF lacks.
define print_programs
	$(BIN)/python -W ignore -c 'import weasyprint' >/dev/null 2>&1 || missing+=($(PRINT_LIBRARIES)); \
	[ -n "$$(fc-list :lang=zh 2>/dev/null)" ] || missing+=(fontconfig fonts-noto-cjk)
endef

.PHONY: help run test readers lint format lock clean

help: ## 列出可用的命令
	@sed -nE 's/^([a-z]+):.*## (.*)/make \1	\2/p' Makefile

# Without the libraries of PDF the demo runs as well: sheets are then printed from the page.
run: $(INSTALLED) ## 启动演示（http://127.0.0.1:8000）
	@missing=(); $(print_programs); \
	if [ $${#missing[@]} -gt 0 ]; then ($(call need,$${missing[*]},生成 PDF)) || true; fi
	@exec $(BIN)/bancheng run --demo --host $(HOST) --port $(PORT)

# The static checks run beside the tests, which wait for processes and browsers much of the time.
test: $(INSTALLED) $(TEST_PROGRAMS) ## 检查并运行全部测试
	@$(BIN)/python -m compileall -q engine webapp tests/support
	@$(MAKE) --no-print-directory lint > .venv/lint.log 2>&1 & lint=$$!; tests=0; \
	$(BIN)/pytest -n $(WORKERS) --dist loadfile --no-loadscope-reorder || tests=$$?; \
	wait $$lint || { cat .venv/lint.log; echo "静态检查没有通过，见上；改好后用 make lint 再看。" >&2; exit 1; }; \
	exit $$tests

# PM4Py is under the AGPL: it has an environment of its own and nothing of the house imports it.
readers: $(INSTALLED) ## 用 PM4Py 和 LibreOffice 打开导出的文件核对
	@command -v soffice >/dev/null || { $(call need,libreoffice-calc-nogui,核对表格); }
	@[ -x .venv/readers/bin/python ] || $(PYTHON) -m venv .venv/readers
	@.venv/readers/bin/python -m pip --disable-pip-version-check --no-input install -q pm4py==$(PM4PY_VERSION)
	@$(BIN)/python -m tests.exports.readers --pm4py .venv/readers/bin/python

lint: $(INSTALLED) ## 只做静态检查
	@$(BIN)/ruff check .
	@$(BIN)/ruff format --check .
	@$(BIN)/mypy
	@$(BIN)/lint-imports

format: $(INSTALLED) ## 统一源码格式
	@$(BIN)/ruff check --fix .
	@$(BIN)/ruff format .

# Pins stay where they are unless a dependency in pyproject.toml asks otherwise;
# `make lock LOCK_FLAGS=--upgrade` takes the newest that pyproject.toml allows.
lock: $(INSTALLED) ## 按 pyproject.toml 重写 requirements.lock
	@$(PIP) install -q uv==$(UV_VERSION)
	@$(BIN)/uv pip compile pyproject.toml --group dev --universal --python-version 3.11 --generate-hashes \
		--no-emit-index-url --no-annotate --custom-compile-command 'make lock' $(LOCK_FLAGS) \
		--quiet --output-file requirements.lock

clean: ## 删除虚拟环境与缓存
	@rm -rf .venv .mypy_cache .ruff_cache .pytest_cache .hypothesis .import_linter_cache build *.egg-info

$(INSTALLED): requirements.lock pyproject.toml
	@if [ -z "$(PYTHON)" ]; then \
		echo "需要 Python 3.11 或更高版本：请先安装，或用 make PYTHON=/路径/python3.12 指定" >&2; exit 1; \
	fi
	@if ! $(PYTHON) -c 'import ensurepip, venv' 2>/dev/null; then \
		version=$$($(PYTHON) -c 'import sys; print("%d.%d" % sys.version_info[:2])'); \
		$(call need,python$$version-venv,虚拟环境); \
	fi
	@echo "正在准备 Python 环境（.venv）……"
	@$(BIN)/python -c '' 2>/dev/null || $(PYTHON) -m venv --clear .venv
	@$(PIP) install -q --require-hashes --only-binary :all: -r requirements.lock
	@$(PIP) install -q --no-deps --no-build-isolation -e .
	@touch $@

$(TEST_PROGRAMS): $(INSTALLED)
	@missing=(); \
	command -v chromium chromium-browser google-chrome >/dev/null || missing+=($(CHROMIUM)); \
	$(print_programs); \
	command -v initdb >/dev/null || ls /usr/lib/postgresql/*/bin/initdb >/dev/null 2>&1 || missing+=(postgresql); \
	if [ $${#missing[@]} -gt 0 ]; then $(call need,$${missing[*]},测试); fi
	@touch $@
