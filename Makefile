# Every target works from a fresh clone; the first one that runs makes the environment.
PYTHON ?= python3
VENV := .venv
BIN := $(VENV)/bin
STAMP := $(VENV)/.installed
# A test process that crashes ends the run: pytest-xdist waits for ever for the rest of its work.
SPREAD := --dist loadfile --no-loadscope-reorder --max-worker-restart 0

export TF_CPP_MIN_LOG_LEVEL ?= 3

.DEFAULT_GOAL := help
.PHONY: help install demo student instructor pictures test test-engine test-slow coverage test-strength fuzz check imports lesson eval bench lock clean

help:  ## list the targets
	@grep -hE '^[a-z-]+:.*##' $(MAKEFILE_LIST) | awk -F':.*## ' '{printf "  make %-14s %s\n", $$1, $$2}'

install: $(STAMP)  ## make .venv with the pinned packages and this one

$(STAMP): requirements.lock pyproject.toml engine/pyproject.toml
	@$(PYTHON) -c 'import sys; v = sys.version_info; sys.exit(0 if (3, 11) <= v < (3, 14) else \
	  f"Python 3.11 to 3.13 is needed; {sys.executable} is {v.major}.{v.minor}. Try: make PYTHON=python3.12")'
	@test -x $(BIN)/python || $(PYTHON) -m venv $(VENV)
	$(BIN)/python -m pip install --quiet --disable-pip-version-check --require-hashes -r requirements.lock
	$(BIN)/python -m pip install --quiet --disable-pip-version-check --no-deps --no-build-isolation -e ./engine -e .
	@touch $(STAMP)

demo: $(STAMP)  ## release the lesson, grade a sample class, write feedback
	$(BIN)/python -m demo

student: $(STAMP)  ## JupyterLab with the student kit, in build/student
	$(BIN)/python -m demo.jupyterlab student

instructor: $(STAMP)  ## JupyterLab with formgrader, on the demo's class if there is one
	$(BIN)/python -m demo.jupyterlab instructor

pictures: $(STAMP)  ## the pictures in the docs; needs Chromium
	$(BIN)/python -m demo
	$(BIN)/python -m pytest -q -m "slow or not slow" engine/tests/browser
	$(BIN)/python -m demo.pictures

test: $(STAMP)  ## all tests but the slow ones, in three processes; PYTEST_ADDOPTS passes options on
	$(BIN)/python -m pytest -n 3 $(SPREAD)

test-slow: $(STAMP)  ## those that make test leaves out, since they take minutes
	$(BIN)/python -m pytest -n 2 $(SPREAD) -m slow

test-engine: $(STAMP)  ## the engine's tests on the tiny course, without browser, cluster and PostgreSQL
	$(BIN)/python -m pytest -n 2 $(SPREAD) engine/tests \
	  -m "not slow and not programs"

coverage: $(STAMP)  ## branch coverage of the quick tests, with a floor
	$(BIN)/coverage erase
	$(BIN)/coverage run -m pytest -q -n 3 $(SPREAD) \
	  -m "not slow and not programs and not lesson and not sandbox"
	$(BIN)/coverage combine -q
	$(BIN)/coverage report

test-strength: $(STAMP)  ## try the hidden tests on solutions and mutants whose verdict is known
	$(BIN)/python -m tests.strength --write docs/test-strength.md
	$(BIN)/proctor strength C3M3 --equivalent tests/strength/equivalent.toml --minimum 100

fuzz: $(STAMP)  ## hostile messages for the process that runs the tests, ten minutes; needs Linux, x86-64
	$(BIN)/python -m engine.tests.fuzz

check: imports  ## formatting, lint, types, spelling, and who may import whom
	$(BIN)/ruff format --check .
	$(BIN)/ruff check .
	$(BIN)/mypy
	$(BIN)/codespell

imports: $(STAMP)  ## who may import whom
	cd engine && ../$(BIN)/lint-imports
	$(BIN)/lint-imports

lesson: $(STAMP)  ## run the instructor's notebook, keep its stable outputs, sync its script
	$(BIN)/python -m lessons

eval: $(STAMP)  ## score the network on radiographs it has never seen; SEED=777 chooses them
	$(BIN)/python -m datagen.evaluation --seed $(or $(SEED),777) --count 1000 --write docs/model-card.md

bench: $(STAMP)  ## speed and memory beside stock nbgrader, an hour; stored in benchmarks/results.json
	$(BIN)/python -m benchmarks

lock: $(STAMP)  ## resolve requirements.lock anew; needs uv
	uv pip compile pyproject.toml engine/pyproject.toml --extra dev --no-emit-package proctor --universal --generate-hashes --no-emit-index-url \
	  --no-header --python-version 3.11 --upgrade -o requirements.lock

clean:  ## remove what the targets made, but not .venv nor anybody's work
	rm -rf build
	find release -mindepth 1 -not -name README.md -delete
