# The project's commands. `make demo` and `make test` are all that a newcomer needs: both install what is
# missing, with apt-get, as root or with sudo. `make help` lists the targets by their `##` comments.

PREFIX ?= /usr/local
DESTDIR ?=
SWIFT ?= swift
# The programs carry Swift's runtime, so that they run without an installed Swift.
RELEASE = -c release --static-swift-stdlib
# Every address that the loader fills in is filled in before the program runs, and then read-only.
RELEASE += -Xlinker -z -Xlinker now -Xlinker --build-id=sha1
# Packages (PACKAGED=yes) contain no path of the folder that they are built in. Lines and names of functions are enough for a
# backtrace or a profile; what a debugger would have of Swift's types is many times as large and has paths.
ifdef PACKAGED
RELEASE += -Xswiftc -gline-tables-only -Xswiftc -file-prefix-map -Xswiftc $(CURDIR)=. -Xcc -ffile-prefix-map=$(CURDIR)=.
endif

.PHONY: all help build test trials quick demo fuzz attack torture power flips soak simulation erasure-drill test-asan test-tsan bench lint format map documents stage install uninstall deb \
  tarball wheel check-reproducible test-python batch test-systemd clients deps python clean

all: build

help: ## Show these targets
	@awk -F ':.*## ' '/^[a-z-]+( [a-z-]+)*:.*## / { printf "  make %-20s %s\n", $$1, $$2 }' $(firstword $(MAKEFILE_LIST))

build: deps ## Build the programs in .build/release
	$(SWIFT) build $(RELEASE)

test: deps lint clients ## Everything CI checks: style, warnings as errors, tests, examples, drills, instruction counts
	WHICHSET_STRICT=1 $(SWIFT) build --build-tests
	WHICHSET_STRICT=1 Fuzz/run --compile http
	WHICHSET_STRICT=1 Fuzz/run --quick --seconds 60
	TMPDIR=$$(scripts/test-folder) $(MAKE) --no-print-directory trials

# What is tested once all is built.
trials:
	WHICHSET_STRICT=1 $(SWIFT) test --skip-build --disable-xctest
	scripts/try-documents .build/debug
	scripts/test-python .build/debug
	scripts/test-http .build/debug
	scripts/test-cluster .build/debug
	scripts/test-batch .build/debug
	scripts/test-remote .build/debug
	scripts/test-published .build/debug
	Tests/Drills/torture --rounds 50 --programs .build/debug
	Tests/Drills/power --images 50 --programs .build/debug
	Tests/Drills/flips --flips 300 --programs .build/debug
	scripts/count-instructions

# Both need a build folder each, and a long first build. What they are told, and why, is in Tests/Sanitizers.
test-asan: deps ## Run all tests under the address sanitizer
	scripts/test-sanitized address

test-tsan: deps ## Run all tests under the thread sanitizer
	scripts/test-sanitized thread

quick: deps python ## Format, lint and test only what your change touches
	@scripts/quick

demo: build ## Run a daemon on the sample lists and ask it; leaves nothing behind
	scripts/demo .build/release

SECONDS ?= 60
fuzz: deps ## Fuzz identifiers, requests, lists, stored data and files for SECONDS (60)
	Fuzz/run --seconds $(SECONDS)

attack: build ## Measure an honest client beside ones that try to stop everybody, about 8 minutes
	Benchmarks/attack

ROUNDS ?= 200
# One that is given repeats a run.
seed = $(if $(SEED),--seed $(SEED))
torture: build python ## Kill the daemon in ROUNDS (200) operations and compare what is left; SEED repeats a run
	Tests/Drills/torture --rounds $(ROUNDS) $(seed) --programs .build/release

IMAGES ?= 300
power: build python ## Start a daemon on IMAGES (300) folders that a power cut may leave; SEED repeats a run
	Tests/Drills/power --images $(IMAGES) $(seed) --programs .build/release

FLIPS ?= 1000
flips: build python ## Start a daemon on FLIPS (1000) damaged data files; SEED repeats a run
	Tests/Drills/flips --flips $(FLIPS) $(seed) --programs .build/release

soak: SECONDS = 3600
soak: build python ## Work a daemon for SECONDS (3600), and see that nothing grows; writes .build/soak.svg; SEED repeats a run
	Tests/Drills/soak --seconds $(SECONDS) $(seed) --programs .build/release --chart .build/soak.svg

STEPS ?= 1000000
simulation: deps ## Compare a daemon in one thread, on a simulated clock, with a model, STEPS (1000000) long; SEED repeats a run
	$(SWIFT) build --build-tests
	WHICHSET_SIMULATION_STEPS=$(STEPS) WHICHSET_SIMULATION_SEED=$(if $(SEED),$(SEED),$$(od -An -N3 -tu4 /dev/urandom | tr -d ' ')) \
	  $(SWIFT) test --skip-build --disable-xctest --filter ServerTests.SimulationTests/agrees

erasure-drill: deps ## Erase, remove and replace among 300,000 rows, and search every file for what is gone
	$(SWIFT) build --build-tests
	WHICHSET_ERASED_ROWS=300000 $(SWIFT) test --skip-build --disable-xctest --filter ServerTests.ErasureTests

bench: build ## Measure beside Redis and others, about 25 minutes; writes Benchmarks/RESULTS.md
	Benchmarks/run

FORMATTED = Sources Tests Package.swift Benchmarks/Sources Benchmarks/Tests Benchmarks/Package.swift \
  Fuzz

lint: python ## Check style, documents, how the process may end, the map of the source, systemd units
	$(SWIFT) format lint --strict --recursive --parallel $(FORMATTED)
	@scripts/check-documents
	@scripts/check-sources
	@scripts/draw-map --check
	@scripts/draw-map --folders Server --check > /dev/null
	@scripts/number-walks --check
	@scripts/check-units

format: ## Format all Swift files
	$(SWIFT) format --in-place --recursive --parallel $(FORMATTED)

map: python ## Redraw the map of the source in ARCHITECTURE.md
	scripts/draw-map

documents: build python ## Run the examples of the documents with the release programs
	scripts/try-documents .build/release

test-python: build python ## Test the Python client with the release programs
	scripts/test-python .build/release

KEYS ?= 5000000
IDENTIFIERS ?= 1000000
batch: build python ## Compare DuckDB and Spark with xref at KEYS (5000000) by IDENTIFIERS (1000000)
	scripts/test-batch .build/release $(KEYS) $(IDENTIFIERS)

wheel: python ## Build a wheel and a source archive of the Python client in dist/
	scripts/build-wheel dist

stage: build ## Lay out all files to install in .build/stage
	scripts/stage .build/release .build/stage $(if $(PACKAGED),.build/unstripped)

install: stage ## Install into PREFIX (/usr/local)
	.build/stage/install.sh --prefix "$(PREFIX)" --destdir "$(DESTDIR)"

uninstall: ## Remove what install has installed
	@[ -x .build/stage/install.sh ] || { echo 'run make stage first: it knows which files there are' >&2; exit 1; }
	.build/stage/install.sh --prefix "$(PREFIX)" --destdir "$(DESTDIR)" --uninstall

deb: ## Build the Debian packages in dist/
tarball: ## Build an archive for other Linux systems in dist/
deb tarball:
	scripts/build-packages .build-package dist $@

check-reproducible: ## Build the packages twice, in different folders, and compare the bytes
	scripts/check-reproducible

test-systemd: ## Install, ask, kill, upgrade and purge the packages under a real systemd
	scripts/test-systemd

clean: ## Remove what the build has made
	$(SWIFT) package clean

clients: deps ## Install socat and the Redis clients that tests use; without one, its tests are skipped
	@scripts/install-clients

deps:
	@scripts/install-dependencies

# The scripts that check documents and the map need no more than its standard library.
python:
	@command -v python3 >/dev/null || scripts/install-dependencies python3
