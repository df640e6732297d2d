"""Lookups through a socket: whichsetd beside Redis and memcached, with the same keys and questions."""

from harness import stores
from harness.scratch import program, say

SECTION = "lookups"
# What is asked: name, connections, depth, options of bench-load, and a mode of it for each server.
IDS = {"Redis": "redis", "memcached": "memcached", "whichsetd": "whichset"}
URLS = {"Redis": "redis-url", "whichsetd": "whichset-url"}
MANY = {"Redis": "redis-mget", "whichsetd": "whichset-mcheck"}
COMPARED = [
    ("ids", 4, 1000, [], IDS),
    ("ids", 4, 128, [], IDS),
    ("ids", 50, 16, [], IDS),
    ("ids", 50, 1, [], IDS),
    ("ids, 5 % hits", 4, 128, ["--hits", "0.05"], IDS),
    ("ids, 100 % hits", 4, 128, ["--hits", "1"], IDS),
    ("ids, skewed", 4, 128, ["--pattern", "skewed"], IDS),
    ("generic URLs", 4, 128, [], URLS),
    ("ids, many in a request", 4, 1000, [], MANY),
]
ALONE = [
    ("static Flickr URLs", 4, 128, [], {"whichsetd": "whichset-static"}),
    ("ids, `GET` of a Redis client", 4, 128, [], {"whichsetd": "whichset-resp"}),
    ("ids, `MCHECK` of 100,000", 1, 100_000, [], {"whichsetd": "whichset-mcheck"}),
    ("`PING`: no lookup can be faster", 4, 1000, [], {"whichsetd": "whichset-ping"}),
]
# As installed, whichsetd has up to a thread a core.
BOTH = {"Redis": "redis", "whichsetd": "whichset"}
INSTALLED = [("ids, as installed", *shape, [], BOTH) for shape in ((4, 1000), (50, 16), (50, 1), (8, 1))]


def measure(scratch):
    servers = {"Redis": stores.redis(scratch), "memcached": stores.memcached(scratch)}
    servers["whichsetd"] = stores.index(scratch)
    for number in range(1, scratch.options.rounds + 1):
        say(f"lookups, round {number} of {scratch.options.rounds}")
        for case in COMPARED + ALONE:
            measure_case(scratch, servers, number, *case)
    anonymous, files = servers["whichsetd"].memory()
    scratch.fact("memory of whichsetd", f"{anonymous >> 20} MiB, and {files >> 20} MiB of mapped files")
    servers["whichsetd"].restart(threads=0)
    for number in range(1, scratch.options.rounds + 1):
        for case in INSTALLED:
            measure_case(scratch, servers, number, *case)
    servers["whichsetd"].restart(threads=1)


def measure_case(scratch, servers, number, name, connections, depth, options, modes):
    """Asks all servers of a case the same questions, one after the other; who is first changes with each round."""
    subjects = list(modes)
    for subject in subjects if number % 2 else reversed(subjects):
        printed = ask_server(scratch, servers[subject], modes[subject], connections, depth, number, *options)
        scratch.measured(SECTION, f"{name}; {connections} x {depth}", subject, printed)


def ask_server(scratch, server, mode, connections, depth, seed, *options, keys=None, seconds=None, before=()):
    """Runs bench-load and returns the figures that it prints."""
    isURL = mode.endswith("-url")
    words = [*before, program("bench-load"), mode, "--socket", server.socket, "--pid", server.process.pid]
    words += ["--keys", keys or (scratch.options.urls if isURL else scratch.options.keys)]
    words += ["--connections", connections, "--depth", depth, "--seed", seed]
    # Requests that are made beforehand: more than are asked in the time, or enough to see all of the index.
    words += ["--pool", 400_000 if depth == 1 else 2_000_000]
    words += ["--seconds", seconds or scratch.options.seconds, "--slug", "bench-url" if isURL else "bench"]
    return scratch.run([*words, *options])
