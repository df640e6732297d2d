# The project's commands. `make demo` and `make test` are all that a newcomer needs: both install what is
# missing, by apt-get as root or with sudo.

PREFIX ?= /usr/local
DESTDIR ?=
SWIFT ?= swift
# The programs carry Swift's runtime, so that they run where no Swift is.
RELEASE = -c release --static-swift-stdlib

.PHONY: all build test demo fuzz bench install uninstall deps lint format clean

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

install: build
	install -d $(DESTDIR)$(PREFIX)/bin $(DESTDIR)$(PREFIX)/sbin
	install -m 755 .build/release/whichset $(DESTDIR)$(PREFIX)/bin/whichset
	install -m 755 .build/release/whichsetd $(DESTDIR)$(PREFIX)/sbin/whichsetd

uninstall:
	rm -f $(DESTDIR)$(PREFIX)/bin/whichset $(DESTDIR)$(PREFIX)/sbin/whichsetd

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
