"""DuckDB on the same work, run by a Python that has it: duck.py FOLDER LIST.tsv QUERIES ROUNDS EXPECTED
LIST has id TAB URL, QUERIES an id a line. Prints lines `case TAB figure TAB value` a round."""

import os
import sys
import time

import duckdb

folder, listing, queries, rounds, expected = sys.argv[1:]
COLUMNS = "header=false, delim='\t', columns={'id': 'UBIGINT', 'url': 'VARCHAR'}"


def load(case, select):
    """Loads a table into a file, to the point where a crash would lose nothing."""
    path = f"{folder}/{case}.duckdb"
    if os.path.exists(path):
        os.unlink(path)
    start = time.monotonic()
    with duckdb.connect(path) as database:
        database.execute(f"create table ids as select {select} from read_csv('{listing}', {COLUMNS})")
        database.execute("checkpoint")
        rows = database.execute("select count(*) from ids").fetchone()[0]
    print(f"{case}\ts\t{time.monotonic() - start:.3f}")
    print(f"{case}\trows\t{rows}")
    print(f"{case}\tbytes\t{os.stat(path).st_blocks * 512}", flush=True)
    return path


for _ in range(int(rounds)):
    path = load("ids", "id")
    load("ids and URLs", "id, url")
    with duckdb.connect(path, read_only=True) as database:
        for case in ("first", "again"):
            start = time.monotonic()
            found = database.execute(
                f"select count(*) from read_csv('{queries}', header=false, columns={{'id': 'UBIGINT'}}) "
                "join ids using (id)"
            ).fetchone()[0]
            print(f"xref {case}\ts\t{time.monotonic() - start:.3f}", flush=True)
            if found != int(expected):
                sys.exit(f"DuckDB found {found} of the asked ids instead of {expected}")
