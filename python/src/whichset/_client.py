"""The blocking client: questions, and the pool of idle connections."""

import os
import threading
import weakref
from collections import deque
from collections.abc import Callable, Generator, Iterable, Iterator
from contextlib import contextmanager
from types import TracebackType
from typing import Self, TypeVar

from . import _limits, _questions
from ._batches import Answer, Batch, CheckMany, batches, check_arguments, chunks
from ._errors import ConnectionLost, ReplyError
from ._link import Link, answer, answer_one
from ._load import Load
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


class Client:
    """Asks the daemon. Safe to use from several threads, and in the children of a process that forks.

    Each question has a connection of its own while it lasts; up to four idle ones are kept. A connection whose replies
    were not all read, for whatever reason, is closed and never used again.

    If a connection is lost, a question is asked once more over a new one. Loads and cross-references are not repeated.
    """

    def __init__(
        self, path: str | os.PathLike[str] | None = None, *, role: Role = "read", timeout: float | None = 10.0
    ) -> None:
        """Connects when something is asked.

        path: the daemon's socket. If missing, `socket_path(role)`.
        role: what will be done: `read`, `load` or `admin`. Only chooses among the system's sockets.
        timeout: the seconds that connecting, and each reply or 64 KiB of it, may take. Commits and cross-references
            have timeouts of their own.
        """
        if timeout is not None and timeout <= 0:
            raise ValueError("a timeout is more than 0 seconds")
        self.path = socket_path(role) if path is None else os.fspath(path)
        self.timeout = timeout
        self._covering = Covering()
        self._renew()
        _clients.add(self)

    def _renew(self) -> None:
        self._idle: list[Link] = []
        self._lock = threading.Lock()
        self._is_closed = False

    def _forget(self) -> None:
        """In a child: the connections are the parent's. Closing them here does not end them there."""
        links, was_closed = self._idle, self._is_closed
        self._renew()
        self._is_closed = was_closed
        for link in links:
            link.close()

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()

    def close(self) -> None:
        """Closes idle connections. Those in use are closed when their question ends."""
        with self._lock:
            self._is_closed = True
        self._drop_idle()

    def _drop_idle(self) -> None:
        with self._lock:
            links, self._idle = self._idle, []
        for link in links:
            link.close()

    @contextmanager
    def _link(self) -> Iterator[Link]:
        link = self._take() or Link(self.path, self.timeout)
        try:
            yield link
        except BaseException as failure:
            # Behind an error reply the connection goes on.
            if not isinstance(failure, ReplyError):
                link.close()
            raise
        finally:
            self._give_back(link)

    def _take(self) -> Link | None:
        while True:
            with self._lock:
                if self._is_closed:
                    raise ValueError("the client is closed")
                if not self._idle:
                    return None
                link = self._idle.pop()
            if not link.has_ended:
                return link
            link.close()

    def _give_back(self, link: Link) -> None:
        if link.is_idle:
            with self._lock:
                if not self._is_closed and len(self._idle) < _limits.IDLE_CONNECTIONS_MAX:
                    self._idle.append(link)
                    return
        link.close()

    def _ask(self, question: Callable[[], Question[T]]) -> T:
        try:
            with self._link() as link:
                return answer(link, question())
        except ConnectionLost:
            self._drop_idle()
        with self._link() as link:
            return answer(link, question())

    def ping(self) -> None:
        """Returns if the daemon answers."""
        self._ask(_questions.ping)

    def check(self, identifier: str) -> Hit | Miss:
        """Which datasets an image is in.

        An identifier without an answer raises IdentifierError. A miss takes one more request for each dataset, for its
        coverage; `check_many` shares these among many identifiers.
        """
        return self._ask(lambda: _questions.check(identifier, self._covering))

    def get(self, identifier: str) -> Listings | Miss:
        """What each dataset lists for an image or an account."""
        return self._ask(lambda: _questions.get(identifier, self._covering))

    def identify(self, identifier: str) -> str:
        """The key of an identifier, as `namespace:value`. Looks nothing up."""
        return self._ask(lambda: _questions.identify(identifier))

    def datasets(self) -> tuple[Dataset, ...]:
        """The datasets of the index, by slug."""
        return self._ask(_questions.datasets)

    def dataset(self, slug: str) -> dict[str, str]:
        """What is known of a dataset: counts, keys by namespace, fields of its entry, lists (PROTOCOL.md, DATASET)."""
        return self._ask(lambda: _questions.dataset(slug))

    def account(self, identifier: str, *, lists_images: bool = False) -> Account:
        """The images of an account by dataset, under all of its names."""
        return self._ask(lambda: _questions.account(identifier, lists_images))

    def stats(self) -> dict[str, str]:
        """Counts of the index and metrics of the daemon (PROTOCOL.md, STATS)."""
        return self._ask(lambda: _questions.table(Request(b"STATS")))

    def health(self) -> tuple[HealthSubject, ...]:
        """How the daemon is."""
        return self._ask(_questions.health)

    def who(self) -> dict[str, str]:
        """The role of a connection, and how many the daemon allows (PROTOCOL.md, WHO)."""
        return self._ask(_questions.who)

    def check_many(
        self, identifiers: Iterable[str], *, batch_size: int = _limits.BATCH_IDENTIFIERS_MAX
    ) -> Generator[tuple[str, Answer], None, None]:
        """Each identifier and its answer, in order. Without an answer, that is `Refused`.

        Up to four batches are on their way while answers are consumed, so the iterator reads up to four batches of
        identifiers ahead. Their number bounds its memory, whatever the number of identifiers. If the connection is
        lost, unanswered batches are asked again.
        """
        check_arguments(identifiers, batch_size)
        return self._check_many(batch for chunk in chunks(iter(identifiers), batch_size) for batch in batches(chunk))

    def _check_many(self, source: Iterator[Batch]) -> Generator[tuple[str, Answer], None, None]:
        unanswered: deque[Batch] = deque()
        was_lost = False
        while True:
            try:
                with self._link() as link:
                    talk = CheckMany(answer(link, _questions.describe()), self._covering)
                    sent = 0
                    while True:
                        while sent < _limits.BATCHES_UNANSWERED_MAX:
                            if sent == len(unanswered):
                                batch = next(source, None)
                                if batch is None:
                                    break
                                unanswered.append(batch)
                            link.send(*talk.requests(unanswered[sent]))
                            sent += 1
                        if not sent:
                            return
                        replies = link.receive(talk.reply_count, self.timeout)
                        answers = talk.answers(unanswered[0], replies)
                        unanswered.popleft()
                        sent -= 1
                        was_lost = False
                        yield from answers
            except ConnectionLost:
                if was_lost:
                    raise
                was_lost = True
                self._drop_idle()

    def xref(self, identifiers: Iterable[str | tuple[str, str]], *, timeout: float | None = None) -> CrossReference:
        """Counts a list of any length by dataset and by label, each image once.

        identifiers: identifiers, or pairs of an identifier and its label.
        timeout: the seconds that the last reply may take; without it, as long as it does.
        """
        with self._link() as link:
            accepted(answer_one(link, Request(b"XREF"), self.timeout), b"OK")
            unanswered = 0
            try:
                for block in item_blocks(identifiers):
                    if unanswered == _limits.ROWS_UNANSWERED_MAX:
                        accepted(link.receive(1, self.timeout)[0], b"OK")
                        unanswered -= 1
                    link.send(block)
                    unanswered += 1
                for reply in link.receive(unanswered, self.timeout):
                    accepted(reply, b"OK")
            except BaseException:
                # The daemon drops the cross-reference with its connection.
                link.close()
                raise
            return cross_reference(answer_one(link, Request(b"TALLY", is_streamed=True), timeout))

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
    ) -> Load:
        """A load into a dataset, to be used as a context manager: it commits at its end, and aborts on an exception.

        mode: `create`, `append` or `replace`.
        source: names the load. A load of the same source that a crash of this process left staged is resumed: the rows
            that the daemon has are skipped, so the same rows must be added in the same order.
        sha256, name, list_format, list_bytes: recorded with the list; see PROTOCOL.md, INGEST.
        commit_timeout: the seconds that the commit may take; without it, as long as it does.
        """
        options = {"source": source, "sha256": sha256, "format": list_format, "name": name, "bytes": list_bytes}
        return Load(self.path, self.timeout, LoadSession(slug, mode, options), commit_timeout)


_clients: "weakref.WeakSet[Client]" = weakref.WeakSet()


def _after_fork() -> None:
    for client in list(_clients):
        client._forget()


os.register_at_fork(after_in_child=_after_fork)
