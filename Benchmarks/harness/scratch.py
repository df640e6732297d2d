"""The run's folder, the processes that it started, and what it found out. Everything that a run makes lies in
the folder and goes with it; only processes that the run started are ended, by their ids."""

import os
import pathlib
import shutil
import signal
import socket
import subprocess
import sys
import tempfile
import time

BENCHMARKS = pathlib.Path(__file__).resolve().parent.parent
PROJECT = BENCHMARKS.parent


def say(text):
    print(time.strftime("%H:%M:%S"), text, file=sys.stderr, flush=True)


class Failed(Exception):
    """Why the run ends without results."""


class Scratch:
    """A folder, processes, facts and records."""

    def __init__(self, options):
        self.options = options
        self.folder = pathlib.Path(tempfile.mkdtemp(prefix="whichset-bench."))
        self.processes = []
        self.facts = []
        self.records = []
        self.stores = {}

    def path(self, name):
        return self.folder / name

    def start(self, name, command, **options):
        """Starts a server; its output goes to a log in the folder."""
        with open(self.path(f"{name}.log"), "ab") as log:
            process = subprocess.Popen(command, stdout=log, stderr=log, **options)
        self.processes.append(process)
        return process

    def end(self, process):
        """Ends a process that `start` made, and waits until it has gone."""
        process.send_signal(signal.SIGTERM)
        try:
            process.wait(timeout=60)
        except subprocess.TimeoutExpired:
            process.kill()
            process.wait()
        self.processes.remove(process)

    def close(self):
        for process in list(self.processes):
            self.end(process)
        if self.options.keep:
            say(f"kept: {self.folder}")
        else:
            shutil.rmtree(self.folder, ignore_errors=True)

    def run(self, command, stdin=None, stdout=subprocess.PIPE, statuses=(0,)):
        """Runs a command to its end and returns what it printed."""
        command = [str(word) for word in command]
        done = subprocess.run(command, stdin=stdin, stdout=stdout, stderr=subprocess.PIPE)
        if done.returncode not in statuses:
            text = (done.stdout or b"")[-500:] + done.stderr[-1500:]
            raise Failed(f"{' '.join(command)}: status {done.returncode}: {text.decode(errors='replace')}")
        return (done.stdout or b"").decode(errors="replace")

    def timed(self, command, **options):
        """The seconds that a command takes."""
        start = time.monotonic()
        self.run(command, **options)
        return time.monotonic() - start

    def fact(self, name, value):
        self.facts.append((name, str(value)))

    def record(self, section, case, subject, figure, value):
        """Keeps one figure of one round. `case` is what was asked, `subject` of whom."""
        self.records.append((section, case, subject, figure, str(value)))

    def measured(self, section, case, subject, printed):
        """Keeps the figures that a program printed as lines `figure TAB value`."""
        for line in printed.splitlines():
            figure, value = line.split("\t")
            self.record(section, case, subject, figure, value)

    def work(self, kind, count, *options):
        """A file of work, made by bench-work unless it is there already."""
        path = self.path(f"work-{kind}-{count}")
        if not path.exists():
            say(f"making the work: {kind}, {count:,}")
            with open(path, "wb") as file:
                self.run([program("bench-work"), kind, count, *options], stdout=file)
        return path

    def drop_work(self):
        for path in self.folder.glob("work-*"):
            path.unlink()


def program(name):
    """A program of this package, built for release."""
    return BENCHMARKS / ".build/release" / name


def own(name):
    """A program of the project, built for release."""
    return PROJECT / ".build/release" / name


def wait_for_socket(path, process):
    """Waits until a server takes connections at `path`."""
    for _ in range(24_000):
        try:
            with socket.socket(socket.AF_UNIX) as client:
                client.connect(str(path))
            return
        except OSError:
            if process.poll() is not None:
                raise Failed(f"{path.name}: the server ended with status {process.returncode}")
            time.sleep(0.0025)
    raise Failed(f"{path.name}: the server did not come up")


def ask(path, request):
    """Sends a request, shuts down the writing side and returns all that is answered."""
    with socket.socket(socket.AF_UNIX) as client:
        client.connect(str(path))
        client.sendall(request)
        client.shutdown(socket.SHUT_WR)
        return b"".join(iter(lambda: client.recv(65_536), b""))


def folder_bytes(path):
    """Bytes that a file or the files of a folder take on the disk."""
    files = [path] if path.is_file() else [file for file in path.rglob("*") if file.is_file()]
    return sum(file.stat().st_blocks * 512 for file in files)


def memory_bytes(pid, name):
    """A figure of /proc/PID/status, such as VmRSS."""
    with open(f"/proc/{pid}/status") as status:
        for line in status:
            if line.startswith(name + ":"):
                return int(line.split()[1]) * 1024
    return 0


def as_root(command):
    return command if os.geteuid() == 0 else ["sudo", *command]
