"""How long single requests wait at a fixed rate: while nothing else happens, and while a list is loaded. And how soon
a daemon that is started answers."""

import os
import threading
import time

from harness import stores
from harness.lookups import ask_server
from harness.scratch import Failed, ask, say

# Far below what the daemon can do, so that what is seen is waiting, not queueing.
RATE = 5_000
CONNECTIONS = 8
FIRST = ["chrt", "--fifo", "1"] if os.geteuid() == 0 else []


def measure(scratch):
    daemon = stores.index(scratch)
    # As installed: a thread a core.
    daemon.restart(threads=0)
    rows = scratch.options.keys // 4
    other = scratch.work("other", rows)
    seconds = max(1.0, 8.0 * scratch.options.keys / 24e6)
    # All that is idle comes first: after a load the daemon sweeps for a while.
    for number in range(1, scratch.options.rounds + 1):
        say(f"latency, idle, round {number} of {scratch.options.rounds}")
        paced(scratch, daemon, "idle", number, seconds)
    for number in range(1, scratch.options.rounds + 1):
        say(f"latency, loading, round {number} of {scratch.options.rounds}")
        load = Load(daemon, other)
        load.start()
        try:
            paced(scratch, daemon, "while a list is loaded", number, seconds)
        finally:
            load.finish()
    daemon.restart(threads=1)


def paced(scratch, daemon, case, number, seconds):
    # Only the daemon's waiting is to be measured: where it is allowed, the generator goes before all others.
    printed = ask_server(
        scratch, daemon, "whichset", CONNECTIONS, 1, number, "--rate", RATE, seconds=seconds, before=FIRST)
    scratch.measured("latency", case, "whichsetd", printed)


class Load(threading.Thread):
    """Loads a list of ids that nobody asks for again and again, each time into an index without it, until told to
    finish."""

    def __init__(self, daemon, path):
        super().__init__()
        self.daemon = daemon
        self.path = path
        self.isWanted = True
        self.trouble = None

    def run(self):
        try:
            while self.isWanted:
                self.daemon.ingest("other", self.path, "--list-format", "plain")
                self.daemon.ask("REMOVE other")
        except Failed as trouble:
            self.trouble = trouble

    def finish(self):
        self.isWanted = False
        self.join()
        if self.trouble:
            raise self.trouble


def measure_start(scratch):
    daemon = stores.index(scratch)
    for case in ("files in memory", "files on the disk") * scratch.options.rounds:
        daemon.stop()
        if case == "files on the disk":
            forget(daemon.index / "data.mdb")
        scratch.record("start", case, "whichsetd", "ms", f"{first_answer(daemon) * 1_000:.1f}")


def first_answer(daemon):
    """Starts a daemon; returns the seconds from its exec to its first right answer."""
    start = time.monotonic()
    daemon.start()
    # The first member of every key space (KeySpace.swift) is the one with the lowest id.
    if ask(daemon.socket, b"CHECK flickr:1000000003\n") != b"HIT bench\n":
        raise Failed("a wrong first answer")
    return time.monotonic() - start


def forget(path):
    """Asks the system to drop a file's pages from memory. The C function is `posix_fadvise`."""
    descriptor = os.open(path, os.O_RDONLY)
    os.fsync(descriptor)
    os.posix_fadvise(descriptor, 0, 0, os.POSIX_FADV_DONTNEED)
    os.close(descriptor)
