"""The client for asyncio: the same answers, and no half-read connection after a cancellation."""

import asyncio
import socket
from collections.abc import AsyncIterator
from contextlib import aclosing

import pytest

from conftest import Daemon, Pretend, saying
from whichset import (
    AsyncClient,
    Client,
    ConnectionLost,
    Hit,
    LoadError,
    Miss,
    ProtocolError,
    Refused,
    TimedOut,
    _limits,
)

PHOTO = "flickr:99100000001"
NOWHERE = "flickr:99100000009"


async def loaded(client: AsyncClient) -> None:
    async with client.ingest("parks") as load:
        await load.add(PHOTO, {"nsid": "10000001@N02"})
        await load.add("nonsense")
        await load.reject("cut-row", "ends")
    assert (load.outcome.accepted, [each.row for each in load.rejections]) == (1, [2, 3])


def test_the_answers_are_those_of_the_blocking_client(daemon: Daemon) -> None:
    async def ask() -> None:
        async with AsyncClient(daemon.path) as client:
            await loaded(client)
            with Client(daemon.path) as other:
                for identifier in (PHOTO, NOWHERE):
                    assert await client.check(identifier) == other.check(identifier)
                    assert await client.get(identifier) == other.get(identifier)
                assert await client.identify(PHOTO) == other.identify(PHOTO)
                assert await client.datasets() == other.datasets()
                assert await client.dataset("parks") == other.dataset("parks")
                account = "nsid:10000001@N02"
                assert await client.account(account) == other.account(account)
                assert (await client.stats()).keys() == other.stats().keys()
                assert [each.name for each in await client.health()] == [each.name for each in other.health()]
                assert (await client.who())["role"] == "admin"
                items: list[str | tuple[str, str]] = [(PHOTO, "DE"), NOWHERE]
                assert await client.xref(items) == other.xref(items)
                identifiers = [PHOTO, NOWHERE] * 500
                expected = list(other.check_many(identifiers))
                assert [pair async for pair in client.check_many(identifiers, batch_size=7)] == expected

                async def slowly() -> AsyncIterator[str]:
                    for identifier in identifiers:
                        yield identifier

                assert [pair async for pair in client.check_many(slowly(), batch_size=7)] == expected
            await client.ping()

    asyncio.run(ask())


def test_many_tasks_may_ask_at_once(daemon: Daemon) -> None:
    async def ask() -> None:
        async with AsyncClient(daemon.path) as client:
            await loaded(client)
            answers = await asyncio.gather(*(client.check(PHOTO if n % 2 else NOWHERE) for n in range(100)))
            assert [isinstance(answer, Hit) for answer in answers] == [False, True] * 50
            assert len(client._idle) == _limits.IDLE_CONNECTIONS_MAX

    asyncio.run(ask())


def test_a_cancelled_question_leaves_no_half_read_connection(daemon: Daemon) -> None:
    """Cancelled after each number of turns of the event loop, until it is done before that."""

    async def ask() -> None:
        async with AsyncClient(daemon.path) as client:
            await loaded(client)
            for kind in ("check", "miss", "many"):
                for turns in range(200):
                    task = asyncio.ensure_future(question(client, kind))
                    for _ in range(turns):
                        await asyncio.sleep(0)
                    is_done = task.done()
                    task.cancel()
                    await asyncio.gather(task, return_exceptions=True)
                    assert all(link.is_idle for link in client._idle)
                    assert await client.check(PHOTO) == Hit(("parks",))
                    assert isinstance(await client.check(NOWHERE), Miss)
                    if is_done:
                        break

    async def question(client: AsyncClient, kind: str) -> object:
        if kind == "many":
            async with aclosing(client.check_many([NOWHERE] * 50, batch_size=5)) as answers:
                return [pair async for pair in answers]
        return await client.check(PHOTO if kind == "check" else NOWHERE)

    asyncio.run(ask())


def test_a_cancelled_load_is_aborted(daemon: Daemon) -> None:
    async def load_for_ever(client: AsyncClient) -> None:
        async with client.ingest("later") as load:
            number = 0
            while True:
                await load.add(f"https://example.org/{number}.jpg")
                number += 1
                if number % 100 == 0:
                    await asyncio.sleep(0)

    async def ask() -> None:
        async with AsyncClient(daemon.path) as client:
            task = asyncio.ensure_future(load_for_ever(client))
            await asyncio.sleep(0.3)
            task.cancel()
            with pytest.raises(asyncio.CancelledError):
                await task
            assert (await client.stats())["loads.staged"] == "0"
            with pytest.raises(LoadError):
                async with client.ingest("none") as load:
                    await load.add("nonsense")
            assert await client.datasets() == ()

    asyncio.run(ask())


def test_a_load_of_many_blocks_waits_for_answers(daemon: Daemon, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(_limits, "BLOCK_BYTES", 1_000)

    async def ask() -> None:
        async with AsyncClient(daemon.path) as client:
            async with client.ingest("parks") as load:
                for number in range(2_000):
                    await load.add(f"https://example.org/{number}.jpg")
                    assert len(load._session._unanswered) <= _limits.ROWS_UNANSWERED_MAX
            assert load.outcome.accepted == 2_000
            with pytest.raises(ValueError, match="not open"):
                await load.add(PHOTO)

    asyncio.run(ask())


def test_a_client_may_be_used_by_one_event_loop_after_another(daemon: Daemon) -> None:
    client = AsyncClient(daemon.path)
    for _ in range(3):
        asyncio.run(client.ping())
    client.close()
    with pytest.raises(ValueError, match="closed"):
        asyncio.run(client.ping())


def test_a_restarted_daemon_is_asked_again(daemon: Daemon) -> None:
    async def ask() -> None:
        async with AsyncClient(daemon.path) as client:
            await loaded(client)
            answers = client.check_many([PHOTO, NOWHERE] * 20, batch_size=3)
            assert (await anext(answers))[1]
            daemon.stop()
            daemon.start()
            assert await client.check(PHOTO)
            assert [bool(answer) async for _, answer in answers] == ([True, False] * 20)[1:]

    asyncio.run(ask())


def test_what_is_no_daemon_is_an_error(pretend: Pretend) -> None:
    async def ask() -> None:
        for said, kind in ((b"@MISS\n", ProtocolError), (b"@x PONG\n", ProtocolError), (b"@PO", TimedOut)):
            timeout = 0.2 if kind is TimedOut else 30
            async with AsyncClient(pretend(saying(lambda _, said=said: said)), timeout=timeout) as client:  # type: ignore[misc]
                with pytest.raises(kind):
                    await client.ping()
                assert client._idle == []
        async with AsyncClient(pretend(socket.socket.close)) as client:
            with pytest.raises(ConnectionLost):
                await client.ping()
            with pytest.raises(ConnectionLost):
                [pair async for pair in client.check_many([PHOTO])]
        async with AsyncClient("/nowhere/s") as client:
            with pytest.raises(ConnectionError):
                await client.ping()
        with pytest.raises(ValueError, match="more than 0"):
            AsyncClient("s", timeout=0)
        with pytest.raises(ValueError, match="a batch has"):
            AsyncClient("s").check_many([], batch_size=0)

    asyncio.run(ask())


def test_a_refused_identifier_is_an_answer(daemon: Daemon) -> None:
    async def ask() -> list[object]:
        async with AsyncClient(daemon.path) as client:
            return [answer async for _, answer in client.check_many(["nonsense", "a\nb"])]

    assert [type(answer) for answer in asyncio.run(ask())] == [Refused, Refused]
