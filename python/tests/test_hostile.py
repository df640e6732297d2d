"""Daemons that are none: whatever they say, there is no wrong answer, no endless wait and no endless memory."""

import asyncio
import os
import socket
import threading
import time
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest

from conftest import Daemon, Pretend, saying
from whichset import (
    AccessDenied,
    AsyncClient,
    Busy,
    Client,
    ConnectionLost,
    Corrupt,
    DaemonUnavailable,
    ForeignProcess,
    Hit,
    Miss,
    ProtocolError,
    Refused,
    TimedOut,
    WhichsetError,
    _limits,
)
from whichset._protocol import Conversation, ReplyParser, Request

QUESTIONS: dict[str, Callable[[Client], object]] = {
    "ping": Client.ping,
    "check": lambda client: client.check("flickr:1"),
    "get": lambda client: client.get("flickr:1"),
    "identify": lambda client: client.identify("flickr:1"),
    "datasets": Client.datasets,
    "dataset": lambda client: client.dataset("parks"),
    "account": lambda client: client.account("nsid:10000001@N02"),
    "stats": Client.stats,
    "health": Client.health,
    "who": Client.who,
    "xref": lambda client: client.xref(["flickr:1"]),
    "check_many": lambda client: list(client.check_many(["flickr:1"])),
    "ingest": lambda client: client.ingest("parks").__enter__(),
}
LIES = [
    b"@NO\n",
    b"@OK 1\n\t\n",
    b"@OK 1 a=\\q\n\\q\n",
    b"@HIT ../../etc\n",
    b"@HIT a\nPONG\n",
    b"@OK 99999999999999999999\n",
    b"@ERR NONE NOBODY x\n",
    b"@MORE 1\nx\ty\nEND 1\n",
    b"@END 5\n",
    b"PONG\n",
    b"@x PONG\n",
    b"\x00\xff\n",
    b"@OK 2\na\t1\t1\t1\t1\n",
    b"@OK load=x block=1\n",
    b"@OK load=x block=-1 rows=x\n",
]


@pytest.mark.parametrize("name", QUESTIONS)
@pytest.mark.parametrize("lie", LIES)
def test_a_lie_is_an_error_and_its_connection_is_not_used_again(pretend: Pretend, name: str, lie: bytes) -> None:
    question = QUESTIONS[name]
    with Client(pretend(saying(lambda _: lie)), timeout=0.2) as client:
        with pytest.raises((ProtocolError, TimedOut)):
            question(client)
        assert client._idle == []


def test_a_miss_is_no_reply_to_a_ping(pretend: Pretend) -> None:
    with Client(pretend(saying(lambda _: b"@MISS\n"))) as client, pytest.raises(ProtocolError):
        client.ping()


def test_a_reply_too_many_closes_the_connection(pretend: Pretend) -> None:
    with Client(pretend(saying(lambda _: b"@HIT parks\nHIT parks\n"))) as client:
        for _ in range(3):
            with pytest.raises(ProtocolError):
                client.check("flickr:1")


def test_a_reply_that_comes_late_is_no_answer_to_the_next_question(pretend: Pretend) -> None:
    """It is on a connection that is idle, when the next question is asked."""

    is_answered, is_sent = threading.Event(), threading.Event()

    def serve(connection: socket.socket) -> None:
        is_first = not is_answered.is_set()
        tag = connection.recv(1000).split(b" ")[0]
        connection.sendall(tag + b" HIT parks\n")
        if is_first:
            is_answered.wait(10)
            connection.sendall(b"@2 HIT wrong\n")
            is_sent.set()
        connection.recv(1000)

    with Client(pretend(serve)) as client:
        assert client.check("flickr:1") == Hit(("parks",))
        is_answered.set()
        assert is_sent.wait(10)
        assert client.check("flickr:2") == Hit(("parks",))


def test_a_batch_has_as_many_answers_as_identifiers(pretend: Pretend) -> None:
    for said in (b"@OK 1\nMISS\n", b"@OK 3\nMISS\nMISS\nMISS\n", b"@OK 2 x=y\nMISS\nMISS\n", b"@OK 2\nMISS\nPONG\n"):
        path = pretend(saying(lambda request, said=said: b"@OK 0\n" if request == b"DATASETS" else said))  # type: ignore[misc]
        with Client(path, timeout=0.2) as client, pytest.raises((ProtocolError, TimedOut)):
            list(client.check_many(["flickr:1", "flickr:2"]))


def test_different_answers_are_remembered_within_a_bound(pretend: Pretend, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(_limits, "ANSWERS_REMEMBERED_MAX", 10)

    def answer(request: bytes) -> bytes:
        if request == b"DATASETS":
            return b"@OK 0\n"
        if not request.startswith(b"MCHECK"):
            return b""
        names = b"".join(b"HIT a%d\nMISS\n" % number for number in range(50))
        return b"@OK 100\n" + names

    with Client(pretend(saying(answer))) as client:
        answers = [found for _, found in client.check_many(["flickr:1"] * 100)]
    assert [found.datasets for found in answers if isinstance(found, Hit)] == [(f"a{n}",) for n in range(50)]
    assert sum(not found for found in answers) == 50


@pytest.mark.parametrize(
    "described",
    [b"OK x", b"OK 0", b"OK 2\nslug\tparks\nimages\t1", b"OK 3\nslug\tother\nimages\t1\nrows\t1", b"MISS"],
)
def test_a_miss_covers_no_dataset_that_is_not_described(pretend: Pretend, described: bytes) -> None:
    said = {b"DATASETS": b"@OK 1\nparks\t1\t0\t1\t0\n", b"DATASET parks": b"@%b\n" % described}
    said |= {b"CHECK flickr:1": b"@MISS\n", b"MCHECK 1": b"@OK 1\nMISS\n"}
    with Client(pretend(saying(lambda request: said.get(request, b"")))) as client:
        with pytest.raises(ProtocolError):
            client.check("flickr:1")
        with pytest.raises(ProtocolError):
            list(client.check_many(["flickr:1"]))
        said[b"DATASET parks"] = b"@OK 4\nslug\tparks\nimages\t1\nrows\t1\nkeys.flickr\t1\n"
        answer = client.check("flickr:1")
        assert isinstance(answer, Miss)
        assert [each.slug for each in answer.coverage.datasets] == ["parks"]


def test_an_error_of_one_identifier_is_its_answer(pretend: Pretend) -> None:
    said = {b"DATASETS": b"@OK 0\n", b"MCHECK 2": b"@OK 2\nERR CORRUPT SERVER broken\nMISS\n"}
    with Client(pretend(saying(lambda request: said.get(request, b"")))) as client:
        (_, bad), (_, good) = client.check_many(["flickr:1", "flickr:2"])
    assert isinstance(bad, Refused)
    assert isinstance(bad.error, Corrupt)
    assert not good


def test_silence_ends_with_the_timeout(pretend: Pretend) -> None:
    with Client(pretend(lambda connection: time.sleep(120)), timeout=0.2) as client:
        for question in QUESTIONS.values():
            started = time.monotonic()
            with pytest.raises(TimedOut, match=r"0\.2 s"):
                question(client)
            assert time.monotonic() - started < 3


def test_single_bytes_do_not_hold_a_question_for_long(pretend: Pretend) -> None:
    def serve(connection: socket.socket) -> None:
        connection.sendall(b"@1 OK ")
        while True:
            connection.sendall(b"x")
            time.sleep(0.01)

    with Client(pretend(serve), timeout=0.3) as client, pytest.raises(TimedOut):
        client.identify("flickr:1")


def test_a_long_reply_has_the_timeout_for_each_part(pretend: Pretend) -> None:
    line = b"x" * (_limits.PROGRESS_BYTES + 100) + b"\ty\n"

    def serve(connection: socket.socket) -> None:
        connection.sendall(b"@1 OK 5\n")
        for _ in range(5):
            time.sleep(1)
            connection.sendall(line)

    with Client(pretend(serve), timeout=4) as client:
        assert len(client.stats()) == 1


def test_an_endless_line_and_an_endless_reply_are_cut_off(pretend: Pretend, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("whichset._link.Conversation", _small_conversation())

    def endless(said: bytes) -> Callable[[socket.socket], None]:
        def serve(connection: socket.socket) -> None:
            connection.sendall(b"@1 OK 999999999\n")
            while True:
                connection.sendall(said * 1_000)

        return serve

    for said in (b"x", b"x\n"):
        with Client(pretend(endless(said))) as client, pytest.raises(ProtocolError, match="more than"):
            client.stats()


def _small_conversation() -> Callable[[], object]:
    return lambda: Conversation(ReplyParser(line_bytes_max=1 << 16, reply_bytes_max=1 << 20))


def test_a_connection_that_ends_is_tried_once_more(pretend: Pretend) -> None:
    connections: list[int] = []

    def serve(connection: socket.socket) -> None:
        connections.append(1)
        tag = connection.recv(100).split(b" ")[0]
        if len(connections) > 1:
            connection.sendall(tag + b" PONG\n")

    path = pretend(serve)
    with Client(path) as client:
        client.ping()
    assert len(connections) == 2
    with Client(pretend(lambda connection: None)) as client:
        with pytest.raises(ConnectionLost):
            client.ping()
        with pytest.raises(ConnectionLost):
            list(client.check_many(["flickr:1"]))


@pytest.mark.parametrize("is_silent", [True, False])
def test_a_commit_without_an_answer_may_have_been_carried_out(pretend: Pretend, is_silent: bool) -> None:
    said = {b"INGEST": b"@OK load=parks.s block=0 rows=0\n", b"ROWS": b"@OK 0 block=1 durable=0\n"}

    def serve(connection: socket.socket) -> None:
        with connection.makefile("rb") as lines:
            for line in lines:
                tag, _, request = line.partition(b" ")
                if request.startswith(b"COMMIT"):
                    time.sleep(1 if is_silent else 0)
                    return
                connection.sendall(said.get(request.split(b" ")[0], b"").replace(b"@", tag + b" "))

    with Client(pretend(serve)) as client:
        load = client.ingest("parks", mode="append", commit_timeout=0.2)
        with pytest.raises((ConnectionLost, TimedOut)) as caught, load:
            load.add("flickr:1")
        assert "not known" in caught.value.__notes__[0]


def test_a_daemon_without_room_says_so(pretend: Pretend) -> None:
    serve = lambda connection: connection.sendall(b"ERR CONNECTIONS RETRY too many connections\n")  # noqa: E731
    with Client(pretend(serve)) as client, pytest.raises(Busy):
        client.ping()


@pytest.mark.parametrize("is_accepted", [True, False])
@pytest.mark.parametrize("is_async", [True, False])
def test_a_full_queue_is_waited_for_within_the_timeout(tmp_path: Path, is_accepted: bool, is_async: bool) -> None:
    path = str(tmp_path / "s")
    with socket.socket(socket.AF_UNIX) as listener, socket.socket(socket.AF_UNIX) as first:
        listener.bind(path)
        listener.listen(0)
        first.connect(path)

        def accept() -> None:
            time.sleep(0.3)
            listener.accept()[0].close()
            with listener.accept()[0] as connection:
                connection.recv(100)
                connection.sendall(b"@1 PONG\n")

        timeout = 30 if is_accepted else 1.5

        def ask() -> None:
            if is_async:
                asyncio.run(AsyncClient(path, timeout=timeout).ping())
            else:
                Client(path, timeout=timeout).ping()

        started = time.monotonic()
        if is_accepted:
            with ThreadPoolExecutor(1) as pool:
                accepting = pool.submit(accept)
                ask()
                accepting.result()
        else:
            with pytest.raises(TimedOut, match="accepts no connection"):
                ask()
            assert time.monotonic() - started > 1.4


def test_a_daemon_that_is_not_there_is_named(tmp_path: Path) -> None:
    path = str(tmp_path / "none")
    for wrong in (path, "", "x" * 200):
        with Client(wrong) as client, pytest.raises((DaemonUnavailable, WhichsetError)):
            client.ping()
    with Client(path) as client, pytest.raises(ConnectionError, match="none"):
        client.ping()


@pytest.mark.skipif(os.getuid() != 0, reason="only root can become another user")
def test_a_socket_that_may_not_be_used_is_a_permission_error(daemon: Daemon) -> None:
    mode = os.stat(daemon.path).st_mode
    os.chmod(daemon.path, 0o600)
    child = os.fork()
    if child == 0:
        os.setuid(65534)
        try:
            Client(daemon.path).ping()
        except (AccessDenied, PermissionError) as failure:
            os._exit(0 if isinstance(failure, AccessDenied | PermissionError) else 2)
        finally:
            os._exit(1)
    os.chmod(daemon.path, mode)
    assert os.waitstatus_to_exitcode(os.waitpid(child, 0)[1]) == 0


def in_child(act: Callable[[], bool]) -> bool:
    """Whether it is true in a child process."""
    child = os.fork()
    if child == 0:
        try:
            os._exit(0 if act() else 1)
        finally:
            os._exit(2)
    return os.waitstatus_to_exitcode(os.waitpid(child, 0)[1]) == 0


def test_a_child_has_connections_of_its_own(daemon: Daemon) -> None:
    with Client(daemon.path) as client, client.ingest("parks") as load:
        load.add("flickr:99100000001")
    with Client(daemon.path) as client:
        for number in range(5):
            identifier = f"flickr:9910000000{number}"
            own = bool(client.check(identifier))

            def ask(identifier: str = identifier, own: bool = own) -> bool:
                return all(bool(client.check(identifier)) == own for _ in range(20))

            with ThreadPoolExecutor(3) as pool:
                children = [pool.submit(in_child, ask) for _ in range(3)]
                assert ask()
                assert all(child.result() for child in children)


def test_a_child_cannot_go_on_with_what_its_parent_began(daemon: Daemon) -> None:
    with Client(daemon.path) as client:
        answers = client.check_many(["flickr:99100000001", "flickr:99100000002"] * 10, batch_size=1)
        next(answers)
        load = client.ingest("parks").__enter__()

        def goes_on() -> bool:
            with pytest.raises(ForeignProcess):
                list(answers)
            with pytest.raises(ForeignProcess):
                load._send(Request(b"PING"))
            return True

        assert in_child(goes_on)
        assert len(list(answers)) == 19
        load.add("flickr:99100000001")
        load.__exit__(None, None, None)
        assert load.outcome.accepted == 1


def test_a_lock_that_is_held_while_forking_does_not_stop_the_child(daemon: Daemon) -> None:
    with Client(daemon.path) as client:
        client.ping()
        with client._lock:
            assert in_child(lambda: client.who()["role"] == "admin")


def test_no_timeout_of_nothing() -> None:
    for seconds in (0, -1):
        with pytest.raises(ValueError, match="more than 0"):
            Client("s", timeout=seconds)
