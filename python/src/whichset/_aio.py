"""The client for asyncio. What is asked and what replies mean is shared with the blocking client."""

import asyncio
import os
import weakref
from collections import deque
from collections.abc import AsyncGenerator, AsyncIterable, AsyncIterator, Callable, Iterable, Mapping
from contextlib import asynccontextmanager
from types import TracebackType
from typing import Self, TypeVar

from . import _limits, _questions
from ._batches import Answer, Batch, CheckMany, batches, check_arguments, chunks
from ._connecting import connect_soon
from ._errors import ConnectionLost, ForeignProcess, ReplyError, TimedOut
from ._locate import Role, socket_path
from ._protocol import Conversation, Reply, Request, accepted
from ._questions import Covering, Question
from ._results import (
    Account,
    CrossReference,
    Dataset,
    HealthSubject,
    Hit,
    Listings,
    LoadOutcome,
    Miss,
    Rejection,
)
from ._rows import LoadSession, Mode, cross_reference, item_blocks, rejected, row

T = TypeVar("T")
_READ_BYTES = 1 << 18


class AsyncLink:
    """One connection. The transport writes while replies are read; callers bound what is unanswered."""

    def __init__(
        self, path: str, timeout: float | None, reader: asyncio.StreamReader, writer: asyncio.StreamWriter
    ) -> None:
        self.timeout = timeout
        self._path = path
        self._reader = reader
        self._writer = writer
        self._process = os.getpid()
        self._loop = asyncio.get_running_loop()
        self._conversation = Conversation()
        self._replies: deque[Reply] = deque()
        self.is_closed = False

    @classmethod
    async def open(cls, path: str, timeout: float | None) -> Self:
        connected = await connect_soon(path, timeout)
        try:
            reader, writer = await asyncio.open_unix_connection(sock=connected)
        except BaseException:
            connected.close()
            raise
        return cls(path, timeout, reader, writer)

    @property
    def is_own(self) -> bool:
        """Whether this process and this event loop have opened it."""
        return os.getpid() == self._process and asyncio.get_running_loop() is self._loop

    @property
    def is_idle(self) -> bool:
        return self.is_own and self._conversation.is_idle and not self._replies and not self.is_closed

    @property
    def has_ended(self) -> bool:
        """Whether the daemon has closed an idle connection."""
        return self._reader.at_eof() or self._writer.is_closing()

    @property
    def unanswered(self) -> int:
        """How many requests have no reply that was taken."""
        return self._conversation.unanswered + len(self._replies)

    def close(self) -> None:
        self.is_closed = True
        # A child shares the event loop's poll with its parent, and a closed loop has no transports to close.
        if os.getpid() == self._process and not self._loop.is_closed():
            self._writer.transport.abort()

    def _stay_in_process(self) -> None:
        if os.getpid() != self._process:
            raise ForeignProcess("this connection belongs to the process that opened it")

    def send(self, *requests: Request) -> None:
        self._stay_in_process()
        self._writer.write(b"".join(map(self._conversation.send, requests)))

    async def receive(self, number: int, timeout: float | None) -> list[Reply]:
        """As many replies, in the order of their requests. Each, or each 64 KiB of it, may take this many seconds."""
        replies: list[Reply] = []
        while len(replies) < number:
            if not self._replies:
                try:
                    async with asyncio.timeout(timeout) as bound:
                        await self._wait(bound, timeout)
                except TimeoutError as failure:
                    raise TimedOut(f"the daemon at {self._path} does not answer within {timeout} s") from failure
            replies.append(self._replies.popleft())
        return replies

    async def _wait(self, bound: asyncio.Timeout, timeout: float | None) -> None:
        self._stay_in_process()
        left = _limits.PROGRESS_BYTES
        while not self._replies:
            try:
                data = await self._reader.read(_READ_BYTES)
            except OSError as failure:
                raise ConnectionLost(f"cannot read from the daemon at {self._path}: {failure.strerror}") from failure
            if not data:
                raise ConnectionLost(f"the daemon at {self._path} closed the connection before its last reply")
            self._replies += self._conversation.receive(data)
            left -= len(data)
            if left <= 0 and timeout is not None:
                left = _limits.PROGRESS_BYTES
                bound.reschedule(self._loop.time() + timeout)


async def _answer(link: AsyncLink, question: Question[T]) -> T:
    replies: list[Reply] | None = None
    while True:
        try:
            requests = next(question) if replies is None else question.send(replies)
        except StopIteration as end:
            value: T = end.value
            return value
        link.send(*requests)
        replies = await link.receive(len(requests), link.timeout)


async def _answer_one(link: AsyncLink, request: Request, timeout: float | None) -> Reply:
    link.send(request)
    return (await link.receive(1, timeout))[0]


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
                return await _answer(link, question())
        except ConnectionLost:
            self._drop_idle()
        async with self._link() as link:
            return await _answer(link, question())

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
                    talk = CheckMany(await _answer(link, _questions.describe()), self._covering)
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
            accepted(await _answer_one(link, Request(b"XREF"), self.timeout), b"OK")
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
            return cross_reference(await _answer_one(link, Request(b"TALLY", is_streamed=True), timeout))

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
    ) -> "AsyncLoad":
        """As `Client.ingest`, with `async with`."""
        options = {"source": source, "sha256": sha256, "format": list_format, "name": name, "bytes": list_bytes}
        return AsyncLoad(self, LoadSession(slug, mode, options), commit_timeout)


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


class AsyncLoad:
    """As `Load`, with `async with` and `await`."""

    def __init__(self, client: AsyncClient, session: LoadSession, commit_timeout: float | None) -> None:
        self._client = client
        self._session = session
        self._commit_timeout = commit_timeout
        self._link: AsyncLink | None = None

    @property
    def outcome(self) -> LoadOutcome:
        """As `Load.outcome`."""
        if self._session.outcome is None:
            raise ValueError("the load is not committed")
        return self._session.outcome

    @property
    def rejections(self) -> tuple[Rejection, ...]:
        """As `Load.rejections`."""
        return tuple(self._session.rejections)

    async def __aenter__(self) -> Self:
        if self._link:
            raise ValueError("a load is entered once")
        self._link = await AsyncLink.open(self._client.path, self._client.timeout)
        try:
            self._session.opened(await _answer_one(self._link, self._session.open_request, self._link.timeout))
        except BaseException:
            self._link.close()
            raise
        return self

    async def add(self, identifier: str, fields: Mapping[str, str] | None = None) -> None:
        """As `Load.add`."""
        self._open_link()
        await self._send(self._session.add(row(identifier, fields or {})))

    async def reject(self, code: str, text: str) -> None:
        """As `Load.reject`."""
        self._open_link()
        await self._send(self._session.add(rejected(code, text)))

    async def _send(self, block: Request | None) -> None:
        if block is None:
            return
        link = self._open_link()
        # The block counts as unanswered already.
        while self._session.must_wait:
            self._session.take((await link.receive(1, link.timeout))[0])
        link.send(block)

    def _open_link(self) -> AsyncLink:
        if self._link is None or self._link.is_closed:
            raise ValueError("the load is not open: use it in an async with statement")
        return self._link

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        link = self._open_link()
        try:
            if error is None:
                await self._commit(link)
            elif self._session.outcome is None:
                await self._abort(link, error)
        finally:
            link.close()

    async def _commit(self, link: AsyncLink) -> None:
        session = self._session
        try:
            if session.outcome is None:
                await self._send(session.flush())
                while not session.is_answered:
                    session.take((await link.receive(1, link.timeout))[0])
                link.send(session.commit_request())
                session.committed((await link.receive(1, self._commit_timeout))[0])
        except BaseException as error:
            await self._abort(link, error)
            raise

    async def _abort(self, link: AsyncLink, error: BaseException) -> None:
        if self._session.can_abort(error):
            try:
                waiting = link.unanswered
                link.send(Request(b"ABORT"))
                accepted((await link.receive(waiting + 1, link.timeout))[-1], b"OK")
            except Exception:
                pass
            else:
                return
        error.add_note(self._session.what_is_left(error))
