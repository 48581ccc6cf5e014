# Two commands: `make demo` and `make test`. Both install what they need, once, under node_modules and .cache.
export PATH := $(CURDIR)/node_modules/.bin:$(PATH)
export JSII_SILENCE_WARNING_END_OF_LIFE_NODE_VERSION := 20

STAMPS := .cache/stamps
CONSUMERS := consumers-java consumers-python consumers-typescript
# `projen`, which `make test` runs, writes the files of functions again.
SOURCES := $(shell find src -name '*.ts' ! -name '*-function.ts')
LINK := examples/typescript/node_modules/cdk-postman-live-collection

.DEFAULT_GOAL := help
.DELETE_ON_ERROR:
.PHONY: help demo test tested prove busy sweep-1 sweep-2 setup installed packages nodes $(CONSUMERS) command-line compatibility benchmark mutation safety pictures site clean links

help:
	@echo 'make demo       both modes on a local AWS on loopback: deploy, read back, a network that is refused; add, status, roll back, remove'
	@echo 'make demo AGENT=insights   the same with the Insights agent, and an older agent that moves to it'
	@echo 'make demo ORGANISATION=1   the services of two accounts and two regions: planned, enrolled, enrolled again after an event, removed'
	@echo 'make test       all checks'
	@echo 'make prove      a fault at each call of each verb, an enrolment of three accounts, one of 100,000 services on a moved clock, the properties with other values, hostile texts and answers in every parser, the verdict on a million hostile networks, and in both modes on 20,000 (several hours)'
	@echo 'make busy       make test, three times in a row beside eight busy loops (two hours)'
	@echo 'make setup      install what these two need, without running them'
	@echo 'make packages   build the packages for npm, PyPI and Maven into dist/'
	@echo 'make command-line   build only the npm package of the command line into dist/js/'
	@echo 'make compatibility CDK=2.250.0   test the construct with another aws-cdk-lib, in all languages'
	@echo 'make benchmark  measure this beside what people would use instead, and compare with the stored table (an hour); UPDATE=1 stores it'
	@echo 'make mutation   mutation tests of the pure rooms (several hours); ROOM=edit of one of them'
	@echo 'make safety     count what the tests of safety try; FULL=1 tries every fault and a million networks (several hours)'
	@echo 'make pictures   draw the pictures of docs/, from their sources, a synthesis and a real run'
	@echo 'make site       build docs/ as a site in .cache/site'
	@echo 'make clean      undo make setup'

# ORGANISATION=1 shows the services of several accounts. AGENT=insights shows the Insights agent. LANGUAGE=python or java deploys the example of that language. ENDPOINT=http://127.0.0.1:4566 uses a local AWS that is already running.
AGENT := live-collection
ifeq ($(filter live-collection insights,$(AGENT)),)
$(error AGENT must be live-collection or insights, got: $(AGENT))
endif
LANGUAGE := typescript
ifeq ($(filter typescript python java,$(LANGUAGE)),)
$(error LANGUAGE must be typescript, python or java, got: $(LANGUAGE))
endif
demo: $(STAMPS)/compile $(STAMPS)/emulator $(STAMPS)/cli $(LINK) $(if $(filter-out typescript,$(LANGUAGE)),packages)
	@$(if $(filter-out typescript,$(LANGUAGE)),ts-node -T packages/install.ts $(LANGUAGE) --cdk floor)
	@ts-node -T demo/main.ts $(if $(ORGANISATION),--organisation,--agent $(AGENT)) --language $(LANGUAGE) $(ENDPOINT)

# The packages are built, and installed as users do, while the first tests run.
test: $(STAMPS)/npm
	@node checks/prerequisites.js packages
	@$(MAKE) --no-print-directory --jobs=3 tested
	@ts-node -T checks/main.ts

tested: $(STAMPS)/emulator $(STAMPS)/compile $(STAMPS)/cli $(LINK)

# The same tests as in `make test`, with more networks, more values of each property, more hostile texts, and a fault at each call of each verb. A process keeps each construct tree that it makes, so both modes are compared in slices.
prove: setup
	@EXAMPLES=all jest --testPathPatterns=test/acceptance/languages --testPathIgnorePatterns=/node_modules/
	@ORGANISATION=all jest --testPathPatterns=test/acceptance/organisation --testPathIgnorePatterns=/node_modules/
	@$(MAKE) --no-print-directory --jobs=2 sweep-1 sweep-2
	@SWEEP=all jest test/handlers test/cli/journal
	@POINTS=100 jest test/organisation/kills
	@ORGANISATION=all NODE_OPTIONS=--max-old-space-size=8192 jest --runInBand test/organisation/scale
	@SEED=new jest $$(grep -rl "/random'" test --include='*.test.ts' --exclude-dir=sweep)
	@FUZZ=20000 jest test/fuzz test/cli/plain-text
	@WORLDS=1000000 jest test/egress/worlds/model
	@for first in 0 2000 4000 6000 8000; do FIRST=$$first NETWORKS=4000 jest test/egress/worlds/both-modes || exit 1; done

# No test may depend on the speed of the machine.
busy: setup
	@ts-node -T checks/busy.ts

# Every case of the sweep, in two processes: each takes one core.
sweep-1 sweep-2: sweep-%:
	@SWEEP=all SHARD=$*/2 jest --testPathPatterns=test/sweep --testPathIgnorePatterns=/node_modules/

# One more at a time than there are cores on a small machine: what installs mostly waits, what compiles does not.
setup:
	@$(MAKE) --no-print-directory --jobs=3 installed

installed: $(STAMPS)/emulator $(STAMPS)/linters $(STAMPS)/compile $(STAMPS)/cli $(STAMPS)/packages $(CONSUMERS) $(STAMPS)/publishing nodes $(LINK)

packages: $(STAMPS)/packages

$(CONSUMERS): consumers-%: $(STAMPS)/packages
	@ts-node -T packages/install.ts $*

nodes: $(STAMPS)/npm
	@ts-node -T packages/install.ts nodes

command-line: $(STAMPS)/cli
	@echo 'Building the npm package of the command line'
	@ts-node -T packages/command-line.ts

# CDK=floor, newest, or a version of aws-cdk-lib.
CDK := newest
compatibility: $(STAMPS)/packages
	@ts-node -T packages/install.ts --cdk $(CDK)
	@COMPATIBILITY_CDK=$(CDK) jest --runInBand --testPathPatterns=test/acceptance/compatibility --testPathIgnorePatterns=/node_modules/

# ONLY=scripts,members measures some of the groups; UPDATE=1 stores the table. All groups take about an hour.
ONLY :=
UPDATE :=
benchmark: $(STAMPS)/compile $(STAMPS)/cli $(STAMPS)/packages $(STAMPS)/scripts
	@ts-node -T benchmark/main.ts $(if $(ONLY),--only $(ONLY)) $(if $(UPDATE),--update)
	@ts-node -T benchmark/organisation/main.ts

# One pure room after the other, or only ROOM=edit.
ROOMS := permissions drawing report render edit preflight agent egress
ROOM :=
# A property is tried with all its values if a seed is given. It is the one of `make test`.
mutation: $(STAMPS)/npm
	@for room in $(or $(ROOM),$(ROOMS)); do ROOM=$$room SEED=17 stryker run stryker.config.mjs || exit 1; done

safety: $(STAMPS)/npm
	@ts-node -T benchmark/safety.ts

pictures: $(STAMPS)/npm $(STAMPS)/cli
	@ts-node -T docs/draw.ts
	@ts-node -T docs/plot.ts
	@ts-node -T docs/dashboard.ts
	@ts-node -T docs/record.ts

# BASE is the path under which the site is served.
BASE := /
site: $(STAMPS)/npm
	@vitepress build docs --base $(BASE)
	@echo 'The site is in .cache/site. To browse it: python3 -m http.server --bind 127.0.0.1 --directory .cache/site'

clean:
	rm -rf .cache node_modules lib assets dist $(LINK)

# Stamps are written last, so an interrupted step runs again.
$(STAMPS)/npm: package-lock.json
	@node checks/prerequisites.js
	@echo 'Installing the npm packages of package-lock.json'
	@npm ci --no-audit --no-fund --loglevel=error
	@mkdir -p $(@D) && touch $@

# The stamps depend on the sources of projen's files: `projen`, which `make test` runs, rewrites the files themselves.
PROJEN := .projenrc.ts $(wildcard projenrc/*.ts projenrc/*.mjs)

$(STAMPS)/compile: $(STAMPS)/npm $(SOURCES) $(PROJEN)
	@echo 'Compiling the library'
	@rm -rf lib
	@jsii --silence-warnings=reserved-word
	@node projenrc/bundle-library.mjs
	@mkdir -p $(@D) && touch $@

$(STAMPS)/cli: $(STAMPS)/npm $(SOURCES) $(PROJEN)
	@echo 'Bundling the command line and the Lambda handlers'
	@node projenrc/bundle-cli.mjs
	@mkdir -p $(@D) && projen bundle >.cache/bundle.log 2>&1 || { cat .cache/bundle.log >&2; exit 1; }
	@mkdir -p $(@D) && touch $@

# Needs the compiler's output, to translate the README's samples.
$(STAMPS)/packages: $(STAMPS)/compile $(STAMPS)/cli README.md packages/command-line/README.md rosetta/*.ts-fixture $(PROJEN)
	@node checks/prerequisites.js packages
	@echo 'Building the packages for npm, PyPI and Maven'
	@rm -rf dist
	@ts-node -T packages/build.ts
	@mkdir -p $(@D) && touch $@

$(STAMPS)/emulator: emulator/requirements.txt emulator/install
	@emulator/install
	@mkdir -p $(@D) && touch $@

$(STAMPS)/linters: checks/requirements.txt emulator/install
	@emulator/install checks/requirements.txt .cache/linters
	@mkdir -p $(@D) && touch $@

# The packages that publib uses to publish to PyPI.
$(STAMPS)/publishing: checks/publishing.txt emulator/install
	@emulator/install checks/publishing.txt .cache/publishing
	@mkdir -p $(@D) && touch $@

# What the scripts that are compared in benchmark/ use.
$(STAMPS)/scripts: benchmark/requirements.txt emulator/install
	@emulator/install benchmark/requirements.txt .cache/benchmark/python
	@mkdir -p $(@D) && touch $@

links: $(LINK)

# Not a link to this folder: it would contain itself, and tools that follow links would never end.
$(LINK): $(STAMPS)/npm
	@rm -rf $@ && mkdir -p $@ && ln -s ../../../../lib ../../../../package.json $@ && touch $@
