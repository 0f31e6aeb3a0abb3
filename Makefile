# Every target calls start.py, which makes .venv, installs what is missing and does the rest. On Windows: py start.py lab

PYTHON ?= python3
LESSONS ?= ko

.PHONY: lab install copies run test test-all bench notebooks images ready-model class site

lab install copies run test test-all bench notebooks images ready-model class site:
	@$(PYTHON) start.py $@ --lessons $(LESSONS)
