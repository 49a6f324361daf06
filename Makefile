# Every command is repeatable: what is already there is not made again. `make help` lists them.

PYTHON ?= python3
PORT ?= 8000
export PORT

RUN = .venv/bin/python
IN_ENVIRONMENT = PATH="$(CURDIR)/.venv/bin:$$PATH"
TESTS ?=
PROCESSES ?= 2

.DEFAULT_GOAL := help
.PHONY: serving help demo test check backup restore assets messages environment r-fixtures known-answers prove

help: ## This list
	@echo "make TARGET, where TARGET is one of"
	@sed -n 's/^\([a-z-]*\):.*## /  \1\t/p' Makefile | expand -t 16

demo: serving ## Set up and start the whole portal on this machine, until Ctrl-C (PORT=8000)
	@exec $(RUN) -m portal.operations.demo

test: environment assets ## Install what the tests need and run all of them (TESTS="-k name" for some)
	@$(RUN) -m portal.operations.system_packages
	@# Few tests at a time: browser journeys stand together and would keep one process long after the other has ended.
	$(RUN) -m pytest --numprocesses=2 --maxschedchunk=5 $(TESTS)

check: environment ## Linters, types, templates, directions of imports, migrations, deployment settings
	$(RUN) -m ruff check
	$(RUN) -m ruff format --check
	$(RUN) -m mypy
	$(IN_ENVIRONMENT) djlint templates --lint --check
	$(IN_ENVIRONMENT) lint-imports
	@# Without a database; Django warns that it cannot compare.
	$(RUN) -W ignore::RuntimeWarning manage.py makemigrations --check --dry-run
	PORTAL_SECRET_KEY="$$($(RUN) -c 'import secrets; print(secrets.token_urlsafe(50))')" PORTAL_HOSTS=portal.example.org \
		$(RUN) manage.py check --deploy --fail-level WARNING --settings portal.settings.production

backup: serving ## Write database and uploaded files into one file under backups/
	@$(RUN) manage.py backup

restore: serving ## Put a backup in place of what is there: make restore FILE=backups/portal-....tar
	@test -n "$(FILE)" || { echo "Name a backup: make restore FILE=backups/portal-....tar"; exit 1; }
	@$(RUN) manage.py restore "$(FILE)"

assets: environment ## Fetch front-end packages and compile message catalogues
	@$(RUN) -m portal.assets
	@$(RUN) -m portal.operations.static_files

messages: environment ## Collect translatable texts into locale/ja
	$(RUN) -m portal.operations.messages

r-fixtures: ## Compute the reference answers of the statistics again, with R
	set -e; for script in tests/reference/make_*.R; do Rscript "$$script"; done

known-answers: environment ## Compare the statistics with R's answers and write docs/statistics.md
	$(RUN) -m tests.known_answers

prove: environment ## Simulate what tests and intervals promise and write docs/statistics-proof.md (ten minutes)
	$(RUN) -m benchmarks.proof --processes $(PROCESSES)

environment: ## Create or refresh .venv with everything of uv.lock
	@$(PYTHON) portal/operations/environment.py

serving: # The part of it that serving needs: no linters, no test tools
	@$(PYTHON) portal/operations/environment.py embedded build
