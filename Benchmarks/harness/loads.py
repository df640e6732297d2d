"""Loads and what they leave on the disk, and the cross-reference of a list: beside Redis, memcached, DuckDB, cdb and
SQLite. A load ends when all is durable and visible, as far as the peer has either."""

import os
import time

from harness import setup, stores
from harness.peers import Daemon, Redis
from harness.scratch import BENCHMARKS, Failed, folder_bytes, program, say

SECTION = "loads"
IDS = "ids"
IDS_AND_URLS = "ids and URLs"
XREF = "xref of a list"


def measure(scratch):
    options = scratch.options
    tsv = scratch.work("tsv", options.keys)
    resp = scratch.work("resp", options.keys)
    queries, rows, images = asked_list(scratch)
    for number in range(1, options.rounds + 1):
        say(f"loads, round {number} of {options.rounds}")
        isLast = number == options.rounds
        whichsetd(scratch, IDS_AND_URLS, tsv, stores.URLS).remove()
        daemon = whichsetd(scratch, IDS, tsv, stores.IDS, name="index" if isLast else "load")
        xref(scratch, daemon, queries, images)
        redis = Redis(scratch)
        record(scratch, IDS, "Redis", redis.load(resp), options.keys)
        redis.expect(options.keys)
        if isLast:
            scratch.stores |= {"index": daemon, "redis": redis}
        else:
            daemon.remove()
            redis.stop()
    duckdb(scratch, tsv, queries, rows)
    start = time.monotonic()
    stores.memcached(scratch)
    record(scratch, IDS, "memcached", time.monotonic() - start, options.keys)
    cdb(scratch, queries)
    sqlite(scratch, tsv, queries)


def record(scratch, case, subject, seconds, keys, bytes=None):
    scratch.record(SECTION, case, subject, "s", f"{seconds:.3f}")
    scratch.record(SECTION, case, subject, "M rows/s", f"{keys / seconds / 1e6:.4f}")
    if bytes is not None:
        scratch.record(SECTION, case, subject, "bytes", f"{bytes / keys:.2f}")


def whichsetd(scratch, case, path, columns, name="load"):
    daemon = Daemon(scratch, name)
    seconds = daemon.ingest("bench", path, *columns)
    daemon.expect_images("bench", scratch.options.keys)
    record(scratch, case, "whichsetd", seconds, scratch.options.keys, folder_bytes(daemon.index))
    return daemon


def asked_list(scratch):
    """A list of ids of which one in twenty is a member; how many of its rows are, and how many different ids those
    are: by arithmetic, as in KeySpace.swift."""
    keys = scratch.options.keys
    step = min(2_203, 24_000_000 * 2_203 // keys)
    path = scratch.path("queries")
    with open(path, "wb") as file:
        scratch.run([program("bench-work"), "queries", min(keys, 1_000_000), "--keys", keys], stdout=file)
    rows = 0
    members = set()
    with open(path) as file, open(scratch.path("query-ids"), "w") as ids:
        for line in file:
            text = line.removeprefix("flickr:")
            ids.write(text)
            place, rest = divmod(int(text) - 1_000_000_003, step)
            if rest == 0 and place < keys:
                rows += 1
                members.add(place)
    return path, rows, len(members)


def xref(scratch, daemon, queries, images):
    """The client's cross-reference, from its start to its end; it counts each image once."""
    start = time.monotonic()
    printed = scratch.run(daemon.client("xref", "--format", "tsv", queries), statuses=(0, 1))
    seconds = time.monotonic() - start
    if f"total\timages\t{images}" not in printed.splitlines():
        raise Failed(f"xref does not find {images} images: {printed[:500]}")
    scratch.record(SECTION, XREF, "whichset", "s", f"{seconds:.3f}")


def duckdb(scratch, tsv, queries, expected):
    say("DuckDB")
    python = setup.duckdb_python(scratch)
    words = [BENCHMARKS / "harness/duck.py", scratch.folder, tsv, scratch.path("query-ids")]
    keys = scratch.options.keys
    for line in scratch.run([python, *words, scratch.options.rounds, expected]).splitlines():
        case, figure, value = line.split("\t")
        if figure == "rows" and value != str(keys):
            raise Failed(f"DuckDB holds {value} rows instead of {keys}")
        if case.startswith("xref"):
            scratch.record(SECTION, XREF, f"DuckDB, {case.split()[1]}", figure, value)
        elif figure == "bytes":
            scratch.record(SECTION, case, "DuckDB", figure, f"{int(value) / keys:.2f}")
        elif figure == "s":
            record(scratch, case, "DuckDB", float(value), keys)
    for path in scratch.folder.glob("*.duckdb"):
        path.unlink()


def cdb(scratch, queries):
    """tinycdb's own program makes the file; how fast it can be asked is harness/stored.c's to find out."""
    path = scratch.path("ids.cdb")
    command = ["cdb", "-c", "-t", scratch.path("ids.cdb.part"), path, scratch.work("cdb", scratch.options.keys)]
    record(scratch, IDS, "cdb", scratch.timed(command), scratch.options.keys, folder_bytes(path))
    stored(scratch, "cdb", path, queries)


def sqlite(scratch, tsv, queries):
    """One table whose primary key is the id, without a journal and without waiting for the disk."""
    path = scratch.path("ids.sqlite")
    ids = scratch.path("ids.txt")
    with open(ids, "wb") as file:
        scratch.run(["cut", "-f1", tsv], stdout=file)
    script = "pragma journal_mode=off; pragma synchronous=off; pragma cache_size=-4000000;\n"
    script += f"create table ids(id integer primary key);\n.mode tabs\n.import {ids} ids\n"
    scratch.path("sqlite.script").write_text(script)
    with open(scratch.path("sqlite.script"), "rb") as file:
        seconds = scratch.timed(["sqlite3", path], stdin=file)
    os.unlink(ids)
    record(scratch, IDS, "SQLite", seconds, scratch.options.keys, folder_bytes(path))
    stored(scratch, "sqlite", path, queries)


def stored(scratch, kind, path, queries):
    reader = scratch.path("stored")
    if not reader.exists():
        scratch.run(["clang", "-O2", "-o", reader, BENCHMARKS / "harness/stored.c", "-lcdb", "-lsqlite3"])
    for _ in range(scratch.options.rounds):
        printed = scratch.run([reader, kind, path, queries, scratch.options.keys])
        scratch.measured("lookups", "5 % hits, one thread, no server", {"cdb": "cdb", "sqlite": "SQLite"}[kind], printed)
    path.unlink()
