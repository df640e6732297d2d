"""What a run needs: peers from Debian and from PyPI, the programs, and notes about the machine."""

import os
import shutil
import subprocess
import sys

from harness.scratch import BENCHMARKS, PROJECT, as_root, say

# Packages, and a program of each that shows that it is there.
PACKAGES = {
    "redis-server": "redis-server", "redis-tools": "redis-cli", "memcached": "memcached", "tinycdb": "cdb",
    "sqlite3": "sqlite3", "libcdb-dev": "/usr/include/cdb.h", "libsqlite3-dev": "/usr/include/sqlite3.h",
    "python3-venv": "/usr/share/doc/python3-venv",
}
# Services that Debian starts as it installs them.
SERVICES = ["redis-server", "memcached"]


def install_peers():
    """Installs what is missing; services that only the installation started are stopped again."""
    missing = [name for name, shown in PACKAGES.items() if not (shutil.which(shown) or os.path.exists(shown))]
    if not missing:
        return
    say(f"installing {' '.join(missing)}")
    idle = [name for name in SERVICES if not is_running(name)]
    subprocess.run(as_root(["apt-get", "-qq", "update"]), check=True, stdout=sys.stderr)
    command = ["apt-get", "-qq", "install", "--yes", "--no-install-recommends", *missing]
    subprocess.run(as_root(command), check=True, stdout=sys.stderr)
    for name in idle:
        if is_running(name):
            subprocess.run(as_root(["service", name, "stop"]), stdout=sys.stderr)


def is_running(name):
    return subprocess.run(["pgrep", "-x", name], stdout=subprocess.DEVNULL).returncode == 0


def build(whole):
    """Builds this package for release, and the project if the whole is wanted."""
    say("building")
    project = [["--package-path", PROJECT, "--static-swift-stdlib"]] if whole else []
    for arguments in [*project, ["--package-path", BENCHMARKS]]:
        subprocess.run(["swift", "build", "-c", "release", *arguments], check=True, stdout=sys.stderr)


def duckdb_python(scratch):
    """A Python that has DuckDB, in an environment of the run's own."""
    environment = scratch.path("venv")
    python = environment / "bin/python"
    if not python.exists():
        scratch.run([sys.executable, "-m", "venv", environment])
        scratch.run([python, "-m", "pip", "install", "--quiet", "duckdb"])
        scratch.fact("DuckDB", scratch.run([python, "-c", "import duckdb; print(duckdb.__version__)"]).strip())
    return python


def note_machine(scratch, command):
    """Facts that a reader needs to make sense of the figures."""
    options = scratch.options

    def output(*words):
        return subprocess.run(words, capture_output=True, text=True).stdout.strip()

    def version(package):
        return output("dpkg-query", "--show", "--showformat=${Version}", package)

    def line(path, start):
        with open(path) as file:
            return next((text.split(":", 1)[1].strip() for text in file if text.startswith(start)), "unknown")

    changed = output("git", "-C", str(PROJECT), "status", "--porcelain", "--", "Sources", "Package.swift")
    revision = output("git", "-C", str(PROJECT), "rev-parse", "--short", "HEAD") or "unknown"
    scratch.fact("date", output("date", "--utc", "+%F %H:%M UTC"))
    scratch.fact("command", f"`{command}`")
    scratch.fact("whichset", f"revision {revision}{' with local changes' if changed else ''}")
    scratch.fact("work", f"{options.keys:,} photo ids and {options.urls:,} generic URLs")
    scratch.fact("rounds", f"{options.rounds}; {options.seconds} s a measurement")
    scratch.fact("processor", f"{line('/proc/cpuinfo', 'model name')}, {os.cpu_count()} cores")
    scratch.fact("memory", f"{int(line('/proc/meminfo', 'MemTotal').split()[0]) / (1 << 20):.0f} GiB")
    scratch.fact("load before", f"{os.getloadavg()[0]:.2f} (others' programs, and the build)")
    filesystem = output("stat", "--file-system", "--format", "%T", str(scratch.folder))
    scratch.fact("kernel", f"{output('uname', '-sr')}, data on {filesystem}")
    scratch.fact("compiler", output("swift", "--version").splitlines()[0])
    for name, package in (("Redis", "redis-server"), ("memcached", "memcached"), ("tinycdb", "tinycdb"), ("SQLite", "sqlite3")):
        if installed := version(package):
            scratch.fact(name, f"{installed} (Debian)")
