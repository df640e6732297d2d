"""What several sections need: made when first asked for, and used by all that come after."""

from harness.peers import Daemon, Memcached, Redis
from harness.scratch import say

# The first column of the work's TSV is the photo's id, the second its static URL.
IDS = ["--list-format", "tsv", "--column", "flickr=1"]
URLS = ["--list-format", "tsv", "--column", "identifier=2"]


def index(scratch):
    """A whichsetd that holds the ids as `bench`, and generic URLs as `bench-url`."""
    if "index" not in scratch.stores:
        daemon = Daemon(scratch, "index")
        say("loading whichsetd")
        daemon.ingest("bench", scratch.work("tsv", scratch.options.keys), *IDS)
        scratch.stores["index"] = daemon
    daemon = scratch.stores["index"]
    if "urls" not in scratch.stores:
        daemon.ingest("bench-url", scratch.work("urls", scratch.options.urls), "--list-format", "plain")
        daemon.expect_images("bench", scratch.options.keys)
        daemon.expect_images("bench-url", scratch.options.urls)
        scratch.stores["urls"] = True
    return daemon


def redis(scratch):
    """A Redis that holds the ids and the generic URLs."""
    if "redis" not in scratch.stores:
        server = Redis(scratch)
        say("loading Redis")
        server.load(scratch.work("resp", scratch.options.keys))
        scratch.stores["redis"] = server
    server = scratch.stores["redis"]
    if "redis-urls" not in scratch.stores:
        server.load(scratch.work("resp-urls", scratch.options.urls))
        server.expect(scratch.options.keys + scratch.options.urls)
        scratch.stores["redis-urls"] = True
    return server


def memcached(scratch):
    """A memcached that holds the ids."""
    if "memcached" not in scratch.stores:
        server = Memcached(scratch, scratch.options.keys)
        server.load(scratch.work("memcached", scratch.options.keys))
        server.expect(scratch.options.keys)
        scratch.stores["memcached"] = server
    return scratch.stores["memcached"]


def release(scratch):
    """Ends the servers and drops the work, so that the disk and the memory are free."""
    for name in ("index", "redis", "memcached"):
        if name in scratch.stores:
            server = scratch.stores[name]
            server.remove() if name == "index" else server.stop()
    scratch.stores.clear()
    scratch.drop_work()
