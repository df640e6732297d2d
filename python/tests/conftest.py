"""A daemon with an empty index, and daemons of a test's own making."""

import os
import signal
import socket
import subprocess
import threading
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from whichset import Client
from whichset._protocol import Request

REPOSITORY = Path(__file__).resolve().parents[2]
PROGRAMS = Path(os.environ.get("WHICHSET_PROGRAMS", REPOSITORY / ".build/debug"))


class Daemon:
    """A real daemon, which can be restarted."""

    def __init__(self, folder: Path) -> None:
        self.path = str(folder / "s")
        self._command = [
            *(str(PROGRAMS / "whichsetd"), "--data", str(folder / "data"), "--socket", self.path),
            *("--log-level", "error"),
        ]
        self.start()

    def start(self) -> None:
        self._process = subprocess.Popen(self._command, stdin=subprocess.DEVNULL)
        for _ in range(1200):
            try:
                with Client(self.path) as client:
                    client.ping()
            except ConnectionError:
                assert self._process.poll() is None
                time.sleep(0.05)
            else:
                return
        raise AssertionError("the daemon does not start")

    def stop(self) -> None:
        self._process.send_signal(signal.SIGTERM)
        self._process.wait(30)

    def empty(self) -> None:
        """Removes what a test has loaded."""
        if self._process.poll() is not None:
            self.start()
        with Client(self.path) as client, client._link() as link:
            link.send(Request(b"LOADS"))
            loads = [line.split(b"\t")[0] for line in link.receive(1, 30)[0].lines]
            requests = [Request(b"REMOVE %b" % dataset.slug.encode()) for dataset in client.datasets()]
            requests += [Request(b"ABORT %b" % load) for load in loads]
            link.send(*requests)
            assert all(reply.status == b"OK" for reply in link.receive(len(requests), 30))


@pytest.fixture(scope="session")
def running(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Daemon]:
    daemon = Daemon(tmp_path_factory.mktemp("daemon"))
    yield daemon
    daemon.stop()


@pytest.fixture
def daemon(running: Daemon) -> Iterator[Daemon]:
    yield running
    running.empty()


@pytest.fixture
def client(daemon: Daemon) -> Iterator[Client]:
    with Client(daemon.path, timeout=60) as made:
        yield made


Serve = Callable[[socket.socket], None]
Pretend = Callable[[Serve], str]


@pytest.fixture
def pretend(tmp_path: Path) -> Iterator[Pretend]:
    """Listens at the returned path, and gives each connection to a function."""
    listeners: list[socket.socket] = []

    def listen(serve: Serve) -> str:
        listener = socket.socket(socket.AF_UNIX, socket.SOCK_STREAM)
        path = str(tmp_path / f"pretender-{len(listeners)}")
        listener.bind(path)
        listener.listen(16)
        listeners.append(listener)
        threading.Thread(target=accept, args=(listener, serve), daemon=True).start()
        return path

    def accept(listener: socket.socket, serve: Serve) -> None:
        while True:
            try:
                connection, _ = listener.accept()
            except OSError:
                return
            threading.Thread(target=run, args=(connection, serve), daemon=True).start()

    def run(connection: socket.socket, serve: Serve) -> None:
        # The client may leave at any time.
        with connection:
            try:
                serve(connection)
            except OSError:
                return

    yield listen
    for listener in listeners:
        listener.shutdown(socket.SHUT_RDWR)
        listener.close()


def saying(answer: Callable[[bytes], bytes]) -> Serve:
    """Answers each request line, without its tag, with bytes in which `@` stands for the tag and a space."""

    def serve(connection: socket.socket) -> None:
        with connection.makefile("rb") as lines:
            for line in lines:
                tag, _, request = line.rstrip(b"\n").partition(b" ")
                connection.sendall(answer(request).replace(b"@", tag + b" "))

    return serve
