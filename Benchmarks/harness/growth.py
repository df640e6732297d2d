"""What more keys cost: the same questions to indexes of growing size."""

from harness import stores
from harness.latency import first_answer
from harness.lookups import ask_server
from harness.peers import Daemon
from harness.scratch import folder_bytes, say

SECTION = "growth"


def sizes(options):
    """A tenth of the keys, the keys, ten times and then about forty times as many, up to what is allowed."""
    return [n for n in (options.keys // 10, options.keys, options.keys * 10) if n <= options.growth_max] + (
        [options.growth_max] if options.growth_max > options.keys * 10 else [])


def measure(scratch):
    stores.release(scratch)
    for keys in sizes(scratch.options):
        say(f"growth: {keys:,} keys")
        path = scratch.work("plain", keys)
        daemon = Daemon(scratch, "growth")
        seconds = daemon.ingest("bench", path, "--list-format", "plain")
        path.unlink()
        daemon.expect_images("bench", keys)
        put(scratch, keys, "M rows/s", keys / seconds / 1e6)
        put(scratch, keys, "bytes", folder_bytes(daemon.index) / keys)
        for number in range(1, scratch.options.rounds + 1):
            printed = ask_server(scratch, daemon, "whichset", 4, 128, number, keys=keys)
            scratch.measured(SECTION, str(keys), "whichsetd", printed)
        anonymous, files = daemon.memory()
        put(scratch, keys, "MiB", anonymous / (1 << 20))
        put(scratch, keys, "MiB mapped", files / (1 << 20))
        for _ in range(scratch.options.rounds):
            daemon.stop()
            put(scratch, keys, "start ms", first_answer(daemon) * 1_000)
        daemon.remove()


def put(scratch, keys, figure, value):
    scratch.record(SECTION, str(keys), "whichsetd", figure, f"{value:.4f}")
