"""A load of the client for asyncio."""

from collections.abc import Mapping
from types import TracebackType
from typing import Self

from ._aio_link import AsyncLink, answer_one
from ._protocol import Request, accepted
from ._rows import LoadSession, LoadState, rejected, row


class AsyncLoad(LoadState):
    """As `Load`, with `async with` and `await`."""

    def __init__(self, path: str, timeout: float | None, session: LoadSession, commit_timeout: float | None) -> None:
        super().__init__(session)
        self._path = path
        self._timeout = timeout
        self._commit_timeout = commit_timeout
        self._link: AsyncLink | None = None

    async def __aenter__(self) -> Self:
        if self._link:
            raise ValueError("a load is entered once")
        self._link = await AsyncLink.open(self._path, self._timeout)
        try:
            self._session.opened(await answer_one(self._link, self._session.open_request, self._link.timeout))
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
