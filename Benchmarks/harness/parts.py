"""Parts of the project alone, on one core and without a socket: how fast identifiers become keys, and lists rows."""

from harness.lists import FORMATS, write
from harness.scratch import program, say


def measure_identifiers(scratch):
    for _ in range(scratch.options.rounds):
        printed = scratch.run([program("bench-inside"), "identifiers", min(scratch.options.keys, 4_000_000)])
        for line in printed.splitlines():
            case, figure, value = line.split("\t")
            scratch.record("identifiers", case, "whichset", figure, value)


def measure_formats(scratch):
    rows = min(scratch.options.keys, 300_000)
    for name in FORMATS:
        path = scratch.path(f"list-{name}")
        say(f"list format {name}")
        write(name, rows, path)
        for _ in range(scratch.options.rounds):
            printed = scratch.run([program("bench-inside"), "list", name, path, rows])
            scratch.measured("formats", name, "whichset", printed)
        path.unlink()
