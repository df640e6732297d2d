"""A load of the blocking client."""

from collections.abc import Mapping
from types import TracebackType
from typing import Self

from ._link import Link, answer_one
from ._protocol import Request, accepted
from ._rows import LoadSession, LoadState, rejected, row


class Load(LoadState):
    """A load of a list. Nothing of it is visible before its end, and then all of it."""

    def __init__(self, path: str, timeout: float | None, session: LoadSession, commit_timeout: float | None) -> None:
        super().__init__(session)
        self._path = path
        self._timeout = timeout
        self._commit_timeout = commit_timeout
        self._link: Link | None = None

    def __enter__(self) -> Self:
        if self._link:
            raise ValueError("a load is entered once")
        self._link = Link(self._path, self._timeout)
        try:
            self._session.opened(answer_one(self._link, self._session.open_request, self._link.timeout))
        except BaseException:
            self._link.close()
            raise
        return self

    def add(self, identifier: str, fields: Mapping[str, str] | None = None) -> None:
        """Adds a row: an image, its other keys by namespace, and `listed`, its form in the list if that differs.

        A row that the daemon does not accept is counted as rejected, and is among `rejections`.
        """
        self._open_link()
        self._send(self._session.add(row(identifier, fields or {})))

    def reject(self, code: str, text: str) -> None:
        """Counts a row of the list that could not be read."""
        self._open_link()
        self._send(self._session.add(rejected(code, text)))

    def _send(self, block: Request | None) -> None:
        if block is None:
            return
        link = self._open_link()
        # The block counts as unanswered already.
        while self._session.must_wait:
            self._session.take(link.receive(1, link.timeout)[0])
        link.send(block)

    def _open_link(self) -> Link:
        if self._link is None or self._link.is_closed:
            raise ValueError("the load is not open: use it in a with statement")
        return self._link

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        link = self._open_link()
        try:
            if error is None:
                self._commit(link)
            elif self._session.outcome is None:
                self._abort(link, error)
        finally:
            link.close()

    def _commit(self, link: Link) -> None:
        session = self._session
        try:
            if session.outcome is None:
                self._send(session.flush())
                while not session.is_answered:
                    session.take(link.receive(1, link.timeout)[0])
                link.send(session.commit_request())
                session.committed(link.receive(1, self._commit_timeout)[0])
        except BaseException as error:
            self._abort(link, error)
            raise

    def _abort(self, link: Link, error: BaseException) -> None:
        """Drops the load. If that fails, the exception that was the reason says what is left."""
        if self._session.can_abort(error):
            try:
                waiting = link.unanswered
                link.send(Request(b"ABORT"))
                accepted(link.receive(waiting + 1, link.timeout)[-1], b"OK")
            except Exception:
                pass
            else:
                return
        error.add_note(self._session.what_is_left(error))
