"""Rows in numbered blocks, for loads and cross-references (PROTOCOL.md: INGEST, ROWS, XREF, ITEMS). No sockets."""

from collections import deque
from collections.abc import Iterable, Iterator, Mapping
from typing import Final, Literal

from . import _limits
from ._errors import LoadError, ProtocolError, ReplyError
from ._protocol import Reply, Request, accepted, columns, count, encode, escape, fields, not_understood
from ._questions import counts
from ._results import CrossReference, LabelCount, LoadOutcome, Rejection

Mode = Literal["create", "append", "replace"]
_NONE: Final[Mapping[str, str]] = {}


def row(identifier: str, others: Mapping[str, str] = _NONE) -> bytes:
    """A line of a body. An identifier that cannot travel becomes a row that is rejected."""
    try:
        text = encode(identifier)
        if identifier.startswith("!") or any(byte in text for byte in b"\t\n"):
            return rejected("identifier", "an identifier has neither TAB nor line end, and does not start with '!'")
        line = b"\t".join([text, *(_pair(name, value) for name, value in others.items())])
    except UnicodeEncodeError:
        return rejected("identifier", "half of a surrogate pair is no character")
    if len(line) > _limits.LINE_BYTES_MAX:
        return rejected("too-long", f"the row has more than {_limits.LINE_BYTES_MAX:,} bytes")
    return line + b"\n"


def rejected(code: str, text: str) -> bytes:
    """A line for a row that is rejected by this side, and counted."""
    if not code.replace("-", "").isalpha() or not code.isascii() or not code.islower():
        raise ValueError("a code of a rejection has small letters and '-'")
    return b"!%b\t%b\n" % (code.encode("ascii"), escape(text[: _limits.REJECTION_TEXT_MAX], keeps_spaces=True))


def _pair(name: str, value: str) -> bytes:
    if not name.replace("-", "").replace("_", "").isalnum() or not name.isascii():
        raise ValueError(f"not the name of a field: {name!r}")
    return b"%b=%b" % (name.encode("ascii"), escape(value, keeps_spaces=True))


class Blocks:
    """Gathers lines until they are a block."""

    def __init__(self) -> None:
        self._lines: list[bytes] = []
        self._bytes = 0

    @property
    def is_full(self) -> bool:
        return self._bytes >= _limits.BLOCK_BYTES or len(self._lines) >= _limits.ROWS_COUNT_MAX

    def __bool__(self) -> bool:
        return bool(self._lines)

    def add(self, line: bytes) -> None:
        self._lines.append(line)
        self._bytes += len(line)

    def take(self) -> tuple[int, bytes]:
        """The number of rows, and the body."""
        block = (len(self._lines), b"".join(self._lines))
        self._lines, self._bytes = [], 0
        return block


class LoadSession:
    """What is said to load a list, and what was answered."""

    def __init__(self, slug: str, mode: Mode, options: Mapping[str, str | int | None]) -> None:
        pairs = {"mode": mode, **options}
        words = [
            b"%b=%b" % (name.encode("ascii"), escape(str(value), keeps_spaces=False))
            for name, value in pairs.items()
            if value is not None
        ]
        self.open_request = Request(b" ".join([b"INGEST", escape(slug, keeps_spaces=False), *words]))
        self._blocks = Blocks()
        self._block = 0
        # The first row of each unanswered block, and how many rows it has.
        self._unanswered: deque[tuple[int, int]] = deque()
        self._rows = 0
        self._to_skip = 0
        self._is_committing = False
        self.name: str | None = None
        self.outcome: LoadOutcome | None = None
        self.rejections: list[Rejection] = []

    @property
    def must_wait(self) -> bool:
        """Whether an answer has to come before the block that was made last may be sent."""
        return len(self._unanswered) > _limits.ROWS_UNANSWERED_MAX

    @property
    def is_answered(self) -> bool:
        return not self._unanswered

    def opened(self, reply: Reply) -> None:
        found = fields(accepted(reply, b"OK").text)
        if found.get("unchanged") == "1":
            self.outcome = self._outcome(reply, is_unchanged=True)
            return
        if "load" not in found:
            raise not_understood(reply.text)
        numbers = counts(reply, "block", "rows")
        self.name = found["load"]
        self._block = numbers["block"]
        self._rows = self._to_skip = numbers["rows"]

    def add(self, line: bytes) -> Request | None:
        """A block to send, if the row completes one."""
        if self._to_skip:
            # An interrupted load has this row already.
            self._to_skip -= 1
            return None
        if self.outcome:
            return None
        self._blocks.add(line)
        return self.flush() if self._blocks.is_full else None

    def flush(self) -> Request | None:
        """A block of what is left."""
        if not self._blocks:
            return None
        number, body = self._blocks.take()
        self._block += 1
        self._unanswered.append((self._rows, number))
        self._rows += number
        return Request(b"ROWS %d %d %d" % (self._block, number, len(body)), body)

    def take(self, reply: Reply) -> None:
        """The answer to the oldest block."""
        before, number = self._unanswered.popleft()
        block = counts(accepted(reply, b"OK"), "block", "durable")["block"]
        if block != self._block - len(self._unanswered) or reply.count is None or reply.count > number:
            raise not_understood(reply.text)
        for line in reply.lines:
            match columns(line):
                case [place, code, text] if 1 <= count(place) <= number:
                    if len(self.rejections) < _limits.REJECTIONS_KEPT_MAX:
                        self.rejections.append(Rejection(before + count(place), code, text))
                case _:
                    raise not_understood(line)

    def commit_request(self) -> Request:
        if self._to_skip:
            raise LoadError("LOAD", f"an earlier load of this source has {self._to_skip:,} rows more than this one")
        self._is_committing = True
        return Request(b"COMMIT blocks=%d" % self._block)

    def committed(self, reply: Reply) -> LoadOutcome:
        found = fields(accepted(reply, b"OK").text)
        outcome = self._outcome(reply, is_unchanged=found.get("unchanged") == "1")
        if outcome.rows != self._rows and not outcome.is_unchanged:
            raise ProtocolError(f"the daemon has committed {outcome.rows:,} rows of {self._rows:,}")
        self.outcome = outcome
        return outcome

    @staticmethod
    def _outcome(reply: Reply, *, is_unchanged: bool) -> LoadOutcome:
        return LoadOutcome(
            **counts(reply, "rows", "accepted", "rejected", "images", "memberships"), is_unchanged=is_unchanged
        )

    def can_abort(self, failure: BaseException) -> bool:
        """Whether the load is not visible. A commit that was not answered may have been carried out."""
        return not self._is_committing or isinstance(failure, ReplyError)

    def what_is_left(self, failure: BaseException) -> str:
        """What to know after a load that was not aborted."""
        if self.can_abort(failure):
            return f"the load {self.name} may be staged; none of it is visible. Drop it: whichset abort {self.name}"
        return f"whether the load {self.name} is visible or still staged is not known: see whichset dataset show"


def item_blocks(identifiers: Iterable[str | tuple[str, str]]) -> Iterator[Request]:
    """The requests of a cross-reference. Each item is an identifier, or an identifier and its label."""
    if isinstance(identifiers, str):
        raise TypeError("identifiers come in an iterable")
    blocks = Blocks()
    for each in identifiers:
        identifier, label = (each, "") if isinstance(each, str) else each
        line = row(identifier, {"label": label} if label else _NONE)
        if label and line.startswith(b"!"):
            # A row that is rejected counts under its label as well.
            line = b"%b\t%b\n" % (line[:-1], _pair("label", label))
        blocks.add(line)
        if blocks.is_full:
            yield _items(blocks)
    if blocks:
        yield _items(blocks)


def _items(blocks: Blocks) -> Request:
    number, body = blocks.take()
    return Request(b"ITEMS %d %d" % (number, len(body)), body)


class LoadState:
    """What a load says of itself, for both clients."""

    def __init__(self, session: LoadSession) -> None:
        self._session = session

    @property
    def outcome(self) -> LoadOutcome:
        """What the load has changed, once it is committed."""
        if self._session.outcome is None:
            raise ValueError("the load is not committed")
        return self._session.outcome

    @property
    def rejections(self) -> tuple[Rejection, ...]:
        """The first thousand rows that were not accepted, as far as they are answered."""
        return tuple(self._session.rejections)


def cross_reference(reply: Reply) -> CrossReference:
    """The reply to `TALLY`."""
    by_dataset: dict[str, int] = {}
    labels: dict[str, LabelCount] = {}
    cells: dict[tuple[str, str], int] = {}
    for line in accepted(reply, b"END").lines:
        match columns(line):
            case ["dataset", slug, images]:
                by_dataset[slug] = count(images)
            case ["label", text, *numbers] if len(numbers) == 4:
                labels[text] = LabelCount(*map(count, numbers))
            case ["cell", slug, text, images]:
                cells[slug, text] = count(images)
            case _:
                raise not_understood(line)
    totals = counts(
        reply,
        *("rows", "invalid", "unresolvable", "duplicates", "identifiers"),
        *("images", "unmatched", "unsearchable", "memberships"),
    )
    return CrossReference(**totals, datasets=by_dataset, labels=labels, cells=cells)
