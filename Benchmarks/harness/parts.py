"""Parts of the project alone, on one core and without a socket: how fast identifiers become keys, and lists rows."""

from harness.lists import FORMATS, sample, write
from harness.scratch import Failed, program, say


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
        scratch.record("formats", name, "whichset", "sample", sample(name))
        scratch.record("formats", name, "whichset", "rows", rows)
        for _ in range(scratch.options.rounds):
            printed = scratch.run([program("bench-inside"), "list", name, path, rows])
            scratch.measured("formats", name, "whichset", printed)
            measure_before(scratch, ["list", name, path, rows], name)
        path.unlink()


def measure_before(scratch, arguments, name):
    """The same by the bench-inside of an earlier revision, which may not know the format."""
    if scratch.options.before is None:
        return
    try:
        scratch.measured("formats", name, "before", scratch.run([scratch.options.before, *arguments]))
    except Failed as failure:
        say(f"not measured before: {failure}")
