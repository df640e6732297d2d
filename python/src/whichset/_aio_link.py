"""One connection of the client for asyncio, and questions over it."""

import asyncio
import os
from collections import deque
from typing import Self, TypeVar

from . import _limits
from ._connecting import connect_soon
from ._errors import ConnectionLost, ForeignProcess, TimedOut
from ._protocol import Conversation, Reply, Request
from ._questions import Question

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


async def answer(link: AsyncLink, question: Question[T]) -> T:
    replies: list[Reply] | None = None
    while True:
        try:
            requests = next(question) if replies is None else question.send(replies)
        except StopIteration as end:
            value: T = end.value
            return value
        link.send(*requests)
        replies = await link.receive(len(requests), link.timeout)


async def answer_one(link: AsyncLink, request: Request, timeout: float | None) -> Reply:
    link.send(request)
    return (await link.receive(1, timeout))[0]
