"""The client for asyncio. What is asked and what replies mean is shared with the blocking client."""

import os
import weakref
from collections import deque
from collections.abc import AsyncGenerator, AsyncIterable, AsyncIterator, Callable, Iterable
from contextlib import asynccontextmanager
from types import TracebackType
from typing import Self, TypeVar

from . import _limits, _questions
from ._aio_link import AsyncLink, answer, answer_one
from ._aio_load import AsyncLoad
from ._batches import Answer, Batch, CheckMany, batches, check_arguments, chunks
from ._errors import ConnectionLost, ReplyError
from ._locate import Role, socket_path
from ._protocol import Request, accepted
from ._questions import Covering, Question
from ._results import (
    Account,
    CrossReference,
    Dataset,
    HealthSubject,
    Hit,
    Listings,
    Miss,
)
from ._rows import LoadSession, Mode, cross_reference, item_blocks

T = TypeVar("T")


class AsyncClient:
    """Asks the daemon from asyncio. For the tasks of one event loop; see `Client` for what else it promises.

    A question that is cancelled closes its connection, so no later question sees its reply.
    """

    def __init__(
        self, path: str | os.PathLike[str] | None = None, *, role: Role = "read", timeout: float | None = 10.0
    ) -> None:
        """As `Client`."""
        if timeout is not None and timeout <= 0:
            raise ValueError("a timeout is more than 0 seconds")
        self.path = socket_path(role) if path is None else os.fspath(path)
        self.timeout = timeout
        self._covering = Covering()
        self._idle: list[AsyncLink] = []
        self._is_closed = False
        _clients.add(self)

    async def __aenter__(self) -> Self:
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()

    def close(self) -> None:
        """Closes idle connections. Those in use are closed when their question ends."""
        self._is_closed = True
        self._drop_idle()

    def _drop_idle(self) -> None:
        links, self._idle = self._idle, []
        for link in links:
            link.close()

    @asynccontextmanager
    async def _link(self) -> AsyncIterator[AsyncLink]:
        link = self._take() or await AsyncLink.open(self.path, self.timeout)
        try:
            yield link
        except BaseException as failure:
            # Behind an error reply the connection goes on.
            if not isinstance(failure, ReplyError):
                link.close()
            raise
        finally:
            if link.is_idle and not self._is_closed and len(self._idle) < _limits.IDLE_CONNECTIONS_MAX:
                self._idle.append(link)
            else:
                link.close()

    def _take(self) -> AsyncLink | None:
        if self._is_closed:
            raise ValueError("the client is closed")
        while self._idle:
            link = self._idle.pop()
            if link.is_own and not link.has_ended:
                return link
            link.close()
        return None

    async def _ask(self, question: Callable[[], Question[T]]) -> T:
        try:
            async with self._link() as link:
                return await answer(link, question())
        except ConnectionLost:
            self._drop_idle()
        async with self._link() as link:
            return await answer(link, question())

    async def ping(self) -> None:
        """Returns if the daemon answers."""
        await self._ask(_questions.ping)

    async def check(self, identifier: str) -> Hit | Miss:
        """As `Client.check`."""
        return await self._ask(lambda: _questions.check(identifier, self._covering))

    async def get(self, identifier: str) -> Listings | Miss:
        """As `Client.get`."""
        return await self._ask(lambda: _questions.get(identifier, self._covering))

    async def identify(self, identifier: str) -> str:
        """As `Client.identify`."""
        return await self._ask(lambda: _questions.identify(identifier))

    async def datasets(self) -> tuple[Dataset, ...]:
        """As `Client.datasets`."""
        return await self._ask(_questions.datasets)

    async def dataset(self, slug: str) -> dict[str, str]:
        """As `Client.dataset`."""
        return await self._ask(lambda: _questions.dataset(slug))

    async def account(self, identifier: str, *, lists_images: bool = False) -> Account:
        """As `Client.account`."""
        return await self._ask(lambda: _questions.account(identifier, lists_images))

    async def stats(self) -> dict[str, str]:
        """As `Client.stats`."""
        return await self._ask(lambda: _questions.table(Request(b"STATS")))

    async def health(self) -> tuple[HealthSubject, ...]:
        """As `Client.health`."""
        return await self._ask(_questions.health)

    async def who(self) -> dict[str, str]:
        """As `Client.who`."""
        return await self._ask(_questions.who)

    def check_many(
        self,
        identifiers: Iterable[str] | AsyncIterable[str],
        *,
        batch_size: int = _limits.BATCH_IDENTIFIERS_MAX,
    ) -> AsyncGenerator[tuple[str, Answer], None]:
        """As `Client.check_many`. Close the iterator (`contextlib.aclosing`) if you leave it before its end."""
        check_arguments(identifiers, batch_size)
        return self._check_many(_batches(identifiers, batch_size))

    async def _check_many(self, source: AsyncIterator[Batch]) -> AsyncGenerator[tuple[str, Answer], None]:
        unanswered: deque[Batch] = deque()
        was_lost = False
        while True:
            try:
                async with self._link() as link:
                    talk = CheckMany(await answer(link, _questions.describe()), self._covering)
                    sent = 0
                    while True:
                        while sent < _limits.BATCHES_UNANSWERED_MAX:
                            if sent == len(unanswered):
                                batch = await anext(source, None)
                                if batch is None:
                                    break
                                unanswered.append(batch)
                            link.send(*talk.requests(unanswered[sent]))
                            sent += 1
                        if not sent:
                            return
                        replies = await link.receive(talk.reply_count, self.timeout)
                        answers = talk.answers(unanswered[0], replies)
                        unanswered.popleft()
                        sent -= 1
                        was_lost = False
                        for pair in answers:
                            yield pair
            except ConnectionLost:
                if was_lost:
                    raise
                was_lost = True
                self._drop_idle()

    async def xref(
        self, identifiers: Iterable[str | tuple[str, str]], *, timeout: float | None = None
    ) -> CrossReference:
        """As `Client.xref`."""
        async with self._link() as link:
            accepted(await answer_one(link, Request(b"XREF"), self.timeout), b"OK")
            unanswered = 0
            try:
                for block in item_blocks(identifiers):
                    if unanswered == _limits.ROWS_UNANSWERED_MAX:
                        accepted((await link.receive(1, self.timeout))[0], b"OK")
                        unanswered -= 1
                    link.send(block)
                    unanswered += 1
                for reply in await link.receive(unanswered, self.timeout):
                    accepted(reply, b"OK")
            except BaseException:
                # The daemon drops the cross-reference with its connection.
                link.close()
                raise
            return cross_reference(await answer_one(link, Request(b"TALLY", is_streamed=True), timeout))

    def ingest(
        self,
        slug: str,
        *,
        mode: Mode = "create",
        source: str | None = None,
        sha256: str | None = None,
        name: str | None = None,
        list_format: str | None = None,
        list_bytes: int | None = None,
        commit_timeout: float | None = None,
    ) -> AsyncLoad:
        """As `Client.ingest`, with `async with`."""
        options = {"source": source, "sha256": sha256, "format": list_format, "name": name, "bytes": list_bytes}
        return AsyncLoad(self.path, self.timeout, LoadSession(slug, mode, options), commit_timeout)


async def _batches(identifiers: Iterable[str] | AsyncIterable[str], size: int) -> AsyncIterator[Batch]:
    chunk: list[str] = []
    if isinstance(identifiers, AsyncIterable):
        async for identifier in identifiers:
            chunk.append(identifier)
            if len(chunk) == size:
                for batch in batches(chunk):
                    yield batch
                chunk = []
        for batch in batches(chunk):
            yield batch
    else:
        for chunk in chunks(iter(identifiers), size):
            for batch in batches(chunk):
                yield batch


_clients: "weakref.WeakSet[AsyncClient]" = weakref.WeakSet()


def _after_fork() -> None:
    for client in list(_clients):
        client._idle = []


os.register_at_fork(after_in_child=_after_fork)
