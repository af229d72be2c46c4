# Guatu. `make run` serves the product at http://127.0.0.1:8000, `make demo` the same with a training scenario.
# Needs Python 3.11 or later and nothing else; everything made here goes to .venv/ and var/.

PYTHON ?= python3
PORT ?= 8000
export PORT
PY := .venv/bin/python
PIP := $(PY) -m pip install --quiet --disable-pip-version-check
# The servers and processes the tests start would each compile the whole product again.
unexport PYTHONDONTWRITEBYTECODE
# The checks and tests bring their own settings; a developer's environment must not change their result.
CLEAN := env -u DATABASE_URL -u SECRET_KEY -u ALLOWED_HOSTS -u GUATU_MODE -u GUATU_DEBUG -u GUATU_DEMO -u GUATU_VAR -u GUATU_EVIDENCE \
         -u GUATU_DATABASE -u GUATU_STATIC -u GUATU_BEHIND_PROXY -u GUATU_HSTS_SECONDS -u GUATU_LOG_LEVEL \
         -u GUATU_SITE -u GUATU_MAIL -u GUATU_MAIL_HOST -u GUATU_MAIL_PORT -u GUATU_MAIL_TLS -u GUATU_MAIL_USER -u GUATU_MAIL_PASSWORD \
         -u PYTEST_DEEP -u GUATU_MAIL_FROM -u GUATU_POOL_MIN -u GUATU_POOL_MAX -u DJANGO_SETTINGS_MODULE
# What a production server sets; the values only have to pass, nothing is contacted.
AS_PRODUCTION := $(CLEAN) GUATU_MODE=production ALLOWED_HOSTS=guatu.example.org GUATU_BEHIND_PROXY=1 \
         SECRET_KEY=check-only-0123456789-abcdefghijklmnopqrstuvwxyz-ABCDEF \
         DATABASE_URL=postgresql://guatu:secret@db.example.org/guatu?sslmode=require
PYTEST_ARGS ?= -n 2 --dist loadfile --no-loadscope-reorder

.PHONY: run demo test deep check bench fix screenshots

run: .venv/run.stamp
	@$(PY) -m config.launch

demo: .venv/run.stamp
	@$(PY) -m config.launch --training

bench: .venv/run.stamp
	@$(PY) manage.py bench_network
	@$(PY) manage.py bench $(BENCH_ARGS)

check: .venv/dev.stamp
	$(PY) -m ruff check .
	$(PY) -m ruff format --check .
	$(CLEAN) $(PY) -m mypy .
	$(PY) -m djlint templates --lint --quiet
	$(CLEAN) $(PY) manage.py makemigrations --check --dry-run
	$(AS_PRODUCTION) $(PY) manage.py check --deploy --fail-level WARNING
	$(CLEAN) $(PY) manage.py messages --check

# The checks use one processor at a time, mypy most of it; they run beside the tests and say what they found after them.
test: .venv/dev.stamp .ci/browser
	$(CLEAN) $(PY) manage.py messages --compile
	@mkdir -p var; $(MAKE) --no-print-directory check >var/check.log 2>&1 & checks=$$!; \
	$(CLEAN) $(PY) -m pytest $(PYTEST_ARGS); tests=$$?; \
	wait $$checks; checked=$$?; cat var/check.log; exit $$((tests || checked))

# Looks longer than a push can afford: all hostile values on all pages, new and many more examples of each property.
deep: .venv/dev.stamp .ci/browser
	$(CLEAN) $(PY) manage.py messages --compile
	$(CLEAN) PYTEST_DEEP=1 $(PY) -m pytest $(PYTEST_ARGS)

fix: .venv/dev.stamp
	$(PY) -m ruff check --fix .
	$(PY) -m ruff format .
	$(CLEAN) $(PY) manage.py messages --update

# The pictures of README.md, from a demo server of their own.
screenshots: .venv/dev.stamp .ci/browser
	$(CLEAN) -u PORT $(PY) -m tests.screenshots $(SHOTS)

# The stamp is touched last: an installation that was interrupted is done again, a finished one needs no network.
MAKE_VENV = $(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11) and "Guatu needs Python 3.11 or later. Try: make run PYTHON=python3.12" or 0)' && \
	{ test -x $(PY) && $(PY) -m pip --version >/dev/null 2>&1 || $(PYTHON) -m venv .venv; } && \
	echo "Installing packages (first run only) ..."

.venv/run.stamp: requirements.txt
	@$(MAKE_VENV)
	@$(PIP) -r requirements.txt
	@touch $@

# Both lists at once, on both cores. Every package is pinned, the indirect ones too (a test holds the lists to that), so
# there is nothing to work out; what is imported is compiled then, a fifth of what is installed.
.venv/dev.stamp: requirements.txt requirements-dev.txt
	@$(MAKE_VENV)
	@$(PIP) --no-deps --no-compile -r requirements.txt & run=$$!; \
	grep -v '^-r' requirements-dev.txt | $(PIP) --no-deps --no-compile -r /dev/stdin; dev=$$?; \
	wait $$run && exit $$dev
	@touch .venv/run.stamp $@

# The browser tests need Chromium, and a Chinese font to measure Chinese pages with.
.PHONY: .ci/browser
.ci/browser:
	@.ci/browser
