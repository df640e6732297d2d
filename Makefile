# The project's commands. `make demo` and `make test` are all that a newcomer needs: both install what is
# missing, by apt-get as root or with sudo.

PREFIX ?= /usr/local
DESTDIR ?=
SWIFT ?= swift
# The programs carry Swift's runtime, so that they run where no Swift is.
RELEASE = -c release --static-swift-stdlib
# Every address that the loader fills in is filled in before the program runs, and then read-only.
RELEASE += -Xlinker -z -Xlinker now -Xlinker --build-id=sha1
# For packages (PACKAGED=yes) nothing of the folder that they are built in stays in them.
ifdef PACKAGED
RELEASE += -Xswiftc -gnone -Xswiftc -file-prefix-map -Xswiftc $(CURDIR)=. -Xcc -ffile-prefix-map=$(CURDIR)=.
endif

.PHONY: all build stage test demo fuzz bench deb tarball check-reproducible test-systemd install uninstall deps lint format clean

all: build

## Programs in .build/release/
build: deps
	$(SWIFT) build $(RELEASE)

## Everything that is checked: style, warnings as errors, all tests, instructions a request
test: deps lint
	WHICHSET_STRICT=1 $(SWIFT) build --build-tests
	WHICHSET_STRICT=1 $(SWIFT) test --skip-build --disable-xctest
	scripts/count-instructions

## A daemon on a folder of its own, loaded with the sample lists and asked; leaves nothing behind
demo: build
	scripts/demo .build/release

## Any bytes as identifiers, requests, lists and stored data, for SECONDS in all
SECONDS ?= 60
fuzz: deps
	Fuzz/run --seconds $(SECONDS)

## Measures the daemon beside Redis in one run, and writes Benchmarks/RESULTS.md
bench: build
	Benchmarks/run

## All that is installed, laid out in .build/stage/
stage: build
	scripts/stage .build/release .build/stage

install: stage
	.build/stage/install.sh --prefix "$(PREFIX)" --destdir "$(DESTDIR)"

uninstall:
	@[ -x .build/stage/install.sh ] || { echo 'make stage first: it knows which files there are' >&2; exit 1; }
	.build/stage/install.sh --prefix "$(PREFIX)" --destdir "$(DESTDIR)" --uninstall

## A package for Debian, and an archive for other systems, in dist/
deb tarball:
	scripts/build-packages .build-package dist $@

## Both built twice, in different folders: the same bytes
check-reproducible:
	scripts/check-reproducible

## The package installed, asked, killed, upgraded and purged under a real systemd
test-systemd:
	scripts/test-systemd

deps:
	@scripts/install-dependencies

# Fuzz/Sources also has links to Sources/.
FORMATTED = Sources Tests Package.swift Benchmarks/Sources Benchmarks/Tests Benchmarks/Package.swift \
  $(wildcard Fuzz/Sources/fuzz-*) Fuzz/Package.swift

lint:
	$(SWIFT) format lint --strict --recursive --parallel $(FORMATTED)
	@scripts/check-units

format:
	$(SWIFT) format --in-place --recursive --parallel $(FORMATTED)

clean:
	$(SWIFT) package clean
