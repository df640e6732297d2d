"""One connection of the blocking client, and questions over it."""

import os
import select
import time
from collections import deque
from typing import TypeVar

from . import _limits
from ._connecting import connect
from ._errors import ConnectionLost, ForeignProcess, TimedOut
from ._protocol import Conversation, Reply, Request
from ._questions import Question

T = TypeVar("T")
_READ_BYTES = 1 << 18


class Link:
    """One connection. It reads while it writes, so that two full pipes never wait for each other."""

    def __init__(self, path: str, timeout: float | None) -> None:
        self.timeout = timeout
        self._path = path
        self._process = os.getpid()
        self._conversation = Conversation()
        self._output = bytearray()
        self._replies: deque[Reply] = deque()
        self._cannot_send = False
        self._socket = connect(path, timeout)
        self._poll = select.poll()

    @property
    def is_own(self) -> bool:
        """Whether this process has opened it."""
        return os.getpid() == self._process

    @property
    def is_idle(self) -> bool:
        return self.is_own and self._conversation.is_idle and not self._replies and not self.is_closed

    @property
    def has_ended(self) -> bool:
        """Whether the daemon has closed an idle connection, or sent what nobody asked for."""
        self._poll.register(self._socket, select.POLLIN)
        return bool(self._poll.poll(0))

    @property
    def is_closed(self) -> bool:
        return self._socket.fileno() < 0

    def close(self) -> None:
        self._socket.close()

    @property
    def unanswered(self) -> int:
        """How many requests have no reply that was taken."""
        return self._conversation.unanswered + len(self._replies)

    def send(self, *requests: Request) -> None:
        """Queues requests. What does not fit into the socket goes out while replies are waited for."""
        self._stay_in_process()
        for request in requests:
            self._output += self._conversation.send(request)
        self._write()

    def receive(self, number: int, timeout: float | None) -> list[Reply]:
        """As many replies, in the order of their requests. Each, or each 64 KiB of it, may take this many seconds."""
        replies: list[Reply] = []
        while len(replies) < number:
            if not self._replies:
                self._wait(timeout)
            replies.append(self._replies.popleft())
        return replies

    def _stay_in_process(self) -> None:
        if not self.is_own:
            raise ForeignProcess("this connection belongs to the process that opened it")

    def _wait(self, timeout: float | None) -> None:
        self._stay_in_process()
        left, deadline = 0, None
        while not self._replies:
            if left <= 0:
                left, deadline = _limits.PROGRESS_BYTES, None if timeout is None else time.monotonic() + timeout
            wants_to_send = self._output and not self._cannot_send
            self._poll.register(self._socket, select.POLLIN | (select.POLLOUT if wants_to_send else 0))
            seconds = None if deadline is None else deadline - time.monotonic()
            if seconds is not None and seconds <= 0:
                raise TimedOut(f"the daemon at {self._path} does not answer within {timeout} s")
            for _, events in self._poll.poll(None if seconds is None else seconds * 1000):
                if events & select.POLLOUT:
                    left -= self._write()
                if events & ~select.POLLOUT:
                    left -= self._read()

    def _write(self) -> int:
        """How many bytes the socket has taken."""
        if not self._output or self._cannot_send:
            return 0
        try:
            sent = self._socket.send(self._output)
        except BlockingIOError:
            return 0
        except OSError:
            # What the daemon said before it closed is still to be read.
            self._cannot_send = True
            return 0
        del self._output[:sent]
        return sent

    def _read(self) -> int:
        """How many bytes have come."""
        try:
            data = self._socket.recv(_READ_BYTES)
        except BlockingIOError:
            return 0
        except OSError as failure:
            raise ConnectionLost(f"cannot read from the daemon at {self._path}: {failure.strerror}") from failure
        if not data:
            raise ConnectionLost(f"the daemon at {self._path} closed the connection before its last reply")
        self._replies += self._conversation.receive(data)
        return len(data)


def answer(link: Link, question: Question[T]) -> T:
    replies: list[Reply] | None = None
    while True:
        try:
            requests = next(question) if replies is None else question.send(replies)
        except StopIteration as end:
            value: T = end.value
            return value
        link.send(*requests)
        replies = link.receive(len(requests), link.timeout)


def answer_one(link: Link, request: Request, timeout: float | None) -> Reply:
    link.send(request)
    return link.receive(1, timeout)[0]
