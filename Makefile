# Nightdesk: `make run` opens the demo night, `make test` runs every test. Both set up all they need.
PORT ?= 8000
DATA ?= ./var
PYTHON ?= python3
BIN := .venv/bin
export PATH := $(CURDIR)/.venv/bin:$(PATH)
unexport PYTHONDONTWRITEBYTECODE

.PHONY: services run test test-fast check check-python check-pages bench soak pages screenshots lock generate clean browser

run: .make/run pages
	$(BIN)/nightdesk up --demo --data $(DATA) --port $(PORT)

# ---- setting up: each stamp is made anew when what it depends on changes
.venv/bin/python:
	$(PYTHON) -m venv .venv || { rm -rf .venv; exit 1; }

.make/run: requirements.lock pyproject.toml | .venv/bin/python
	$(BIN)/pip install --quiet --require-hashes -r requirements.lock
	$(BIN)/pip install --quiet --no-deps --editable .
	@mkdir -p .make && touch $@

.make/dev: requirements-dev.lock .make/run
	$(BIN)/pip install --quiet --require-hashes -r requirements-dev.lock
	@mkdir -p .make && touch $@

.make/node: requirements-node.lock | .venv/bin/python
	@node -e 'const [a,b]=process.versions.node.split(".").map(Number); process.exit(a>22||(a===22&&b>=12)||(a===20&&b>=19)?0:1)' 2>/dev/null \
	  || $(BIN)/pip install --quiet --require-hashes -r requirements-node.lock
	@mkdir -p .make && touch $@

.make/npm: package-lock.json package.json .make/node
	npm ci --no-audit --no-fund --silent
	@mkdir -p .make && touch $@

PAGE_SOURCES := $(shell find dashboards -type f -not -path '*/node_modules/*' 2>/dev/null)
api/pages/index.html: .make/npm $(PAGE_SOURCES)
	npm run --silent build
	@touch $@
pages: api/pages/index.html

browser:
	@command -v chromium >/dev/null || command -v google-chrome >/dev/null || [ ! -x /usr/bin/apt-get ] || [ "$$(id -u)" != 0 ] \
	  || (apt-get update -qq && apt-get install -y -qq --no-install-recommends chromium >/dev/null)

# the Kafka engine's services, for its tests: Redis where there is none, Kafka's jars, fetched once
services: .make/kafka-jars
	@command -v redis-server >/dev/null || [ ! -x /usr/bin/apt-get ] || [ "$$(id -u)" != 0 ] \
	  || (apt-get update -qq && apt-get install -y -qq --no-install-recommends redis-server >/dev/null)
.make/kafka-jars: .make/dev
	@command -v mvn >/dev/null && $(BIN)/python -m deploy.local.jars .make/kafka && touch $@ \
	  || echo "Kafka's jars could not be fetched: the tests of the Kafka engine say so and are left out"

# ---- checking
check: check-python check-pages
check-python: .make/dev
	$(BIN)/ruff format --check --quiet .
	$(BIN)/ruff check --quiet .
	$(BIN)/mypy --no-error-summary
	$(BIN)/lint-imports --no-cache
	$(BIN)/python -m schemas.generate --check
	$(BIN)/python -m api.openapi --check
check-pages: .make/npm
	npm run --silent check

test: check pages browser services
	$(BIN)/pytest -q -n 2 -m "not server and not browser and not soak and not bench"
	$(BIN)/pytest -q -n 2 --dist loadfile -m "server and not soak and not bench"
	npm run --silent test:browser
test-fast: .make/dev
	$(BIN)/pytest -q -n 2 -m "not server and not browser and not soak and not bench"
bench: .make/dev pages services
	$(BIN)/python -m tests.benchmarks
soak: .make/dev pages services
	$(BIN)/pytest -q -m soak --timeout 7200
screenshots: .make/dev pages browser
	npm run --silent screenshots

# ---- for whoever changes Nightdesk
generate: .make/dev
	$(BIN)/python -m schemas.generate
	$(BIN)/python -m api.openapi
	npm run --silent types
LOCK := $(BIN)/uv pip compile --quiet --universal --python-version 3.11 --generate-hashes --no-emit-index-url \
  --no-emit-find-links --no-header --no-annotate
lock: .make/dev
	$(LOCK) --extra kafka pyproject.toml -o requirements-kafka.lock
	$(LOCK) -c requirements-kafka.lock pyproject.toml -o requirements.lock
	$(LOCK) --extra dev --extra kafka -c requirements-kafka.lock pyproject.toml -o requirements-dev.lock
	$(LOCK) --group node -o requirements-node.lock
clean:
	rm -rf .make .venv node_modules api/pages build dist *.egg-info
