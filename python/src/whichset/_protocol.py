"""The protocol's bytes (PROTOCOL.md), without sockets: requests to bytes, bytes to replies.

What the daemon sends is not trusted. Lines and replies are bounded, and whatever is not the reply to the oldest
unanswered request is a ProtocolError, after which a conversation takes nothing more.
"""

import re
from collections import deque
from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Final

from . import _limits
from ._errors import BY_CODE, ProtocolError, ReplyError, reply_error

_COUNT: Final = re.compile(rb"[0-9]{1,%d}" % _limits.COUNT_DIGITS_MAX)
_SLUGS: Final = re.compile(rb"[a-z0-9][a-z0-9_-]{0,62}(?:,[a-z0-9][a-z0-9_-]{0,62})*")
_FIELD: Final = re.compile(rb"([A-Za-z0-9._-]+)=(.*)", re.DOTALL)
_ERROR: Final = re.compile(rb"ERR ([A-Z]{1,32}) ([A-Z]{1,32})(?: (.*))?", re.DOTALL)
_TAG: Final = re.compile(rb"@([A-Za-z0-9._-]{1,32}) ")
_ESCAPE: Final = re.compile(rb"\\(?:[\\nrts]|x[0-9A-Fa-f]{2})?")
_UNESCAPED: Final = {rb"\\": b"\\", rb"\n": b"\n", rb"\r": b"\r", rb"\t": b"\t", rb"\s": b" "}
_ESCAPED: Final = {value: name for name, value in _UNESCAPED.items()}
_UNSAFE: Final = re.compile(rb"[\x00-\x1f\x7f\\]")
_UNSAFE_OR_SPACE: Final = re.compile(rb"[\x00-\x20\x7f\\]")


def encode(text: str) -> bytes:
    """Bytes of a file name or a line that were no UTF-8 come back as they were."""
    return text.encode("utf-8", "surrogateescape")


def decode(data: bytes) -> str:
    """The inverse of `encode`."""
    return data.decode("utf-8", "surrogateescape")


def shown(data: bytes) -> str:
    """Text of the daemon for people, of which nothing steers a terminal."""
    text = data.decode("utf-8", "backslashreplace")
    return text if text.isprintable() else "".join(c if c.isprintable() else ascii(c)[1:-1] for c in text)


def escape(value: str, *, keeps_spaces: bool) -> bytes:
    """A value of a field. Spaces separate the fields of a request, but not those of a row."""

    def escaped(match: re.Match[bytes]) -> bytes:
        return _ESCAPED.get(match[0]) or b"\\x%02X" % match[0][0]

    return (_UNSAFE if keeps_spaces else _UNSAFE_OR_SPACE).sub(escaped, encode(value))


def unescape(value: bytes) -> str:
    """A value of a field, or a column."""
    if b"\\" not in value:
        return decode(value)

    def unescaped(match: re.Match[bytes]) -> bytes:
        found = match[0]
        if len(found) == 1:
            raise ProtocolError(f"the daemon sent a bad escape: {shown(value[:60])}")
        return _UNESCAPED.get(found) or bytes.fromhex(found[2:].decode())

    return decode(_ESCAPE.sub(unescaped, value))


def columns(line: bytes) -> list[str]:
    """The columns of a line of a reply."""
    return [unescape(column) for column in line.split(b"\t")]


def count(text: bytes | str) -> int:
    """A number that the daemon sent."""
    data = text.encode("utf-8", "surrogateescape") if isinstance(text, str) else text
    if not _COUNT.fullmatch(data):
        raise ProtocolError(f"the daemon sent no number: {shown(data[:40])}")
    return int(data)


def slugs(text: bytes) -> tuple[str, ...]:
    """The datasets of a hit."""
    if not _SLUGS.fullmatch(text):
        raise ProtocolError(f"the daemon sent no names of datasets: {shown(text[:60])}")
    return tuple(text.decode("ascii").split(","))


def error(line: bytes) -> ReplyError:
    """The exception for a line `ERR code fault text`."""
    match = _ERROR.fullmatch(line)
    if not match:
        raise not_understood(line)
    return reply_error(match[1].decode("ascii"), match[2].decode("ascii"), shown(match[3] or b""))


def fields(text: bytes) -> dict[str, str]:
    """Fields separated by spaces."""
    found: dict[str, str] = {}
    for word in text.split(b" ") if text else ():
        match = _FIELD.fullmatch(word)
        if not match:
            raise not_understood(text)
        found.setdefault(match[1].decode("ascii"), unescape(match[2]))
    return found


def not_understood(line: bytes) -> ProtocolError:
    return ProtocolError(f"the daemon's reply is not understood: {shown(line[:100])}")


@dataclass(frozen=True, slots=True)
class Request:
    """What is sent: a line, and the bytes that belong to it."""

    line: bytes
    body: bytes = b""
    is_streamed: bool = False
    """Whether the reply comes in parts."""

    def __post_init__(self) -> None:
        if b"\n" in self.line:
            raise ValueError("a request is one line")


@dataclass(slots=True)
class Reply:
    """A reply, or one part of a streamed one."""

    status: bytes
    """`HIT`, `MISS`, `PONG`, `OK`, `MORE`, `END` or `ERR`."""
    tag: bytes = b""
    text: bytes = b""
    """What follows the status, or the count if there is one."""
    count: int | None = None
    lines: list[bytes] = field(default_factory=list)

    @property
    def fields(self) -> dict[str, str]:
        return fields(self.text)

    @property
    def is_part(self) -> bool:
        return self.status == b"MORE"

    @property
    def line_count(self) -> int:
        """How many lines follow the status line."""
        return self.count or 0 if self.status in (b"OK", b"MORE") else 0


def parse_status(line: bytes) -> Reply:
    """A status line."""
    tag = b""
    rest = line
    if line.startswith(b"@"):
        match = _TAG.match(line)
        if not match:
            raise not_understood(line)
        tag, rest = match[1], line[match.end() :]
    word, separator, text = rest.partition(b" ")
    match word:
        case b"OK" | b"MORE" | b"END":
            first, has_fields, others = text.partition(b" ")
            if first[:1].isdigit():
                if has_fields and not others:
                    raise not_understood(line)
                return Reply(word, tag, others, count(first))
            if word != b"OK" or (separator and not first):
                raise not_understood(line)
        case b"HIT":
            slugs(text)
        case b"ERR":
            return Reply(word, tag, rest)
        case b"MISS" | b"PONG" if not separator:
            pass
        case _:
            raise not_understood(line)
    return Reply(word, tag, text)


class ReplyParser:
    """Puts bytes together to replies, however they are cut."""

    def __init__(
        self,
        line_bytes_max: int = _limits.REPLY_LINE_BYTES_MAX,
        reply_bytes_max: int = _limits.REPLY_BYTES_MAX,
    ) -> None:
        self._line_bytes_max = line_bytes_max
        self._reply_bytes_max = reply_bytes_max
        # The beginning of a line, in pieces, so that a daemon that sends single bytes costs no more than their number.
        self._pieces: list[bytes] = []
        self._pieces_bytes = 0
        self._reply: Reply | None = None
        self._left = 0
        self._room = 0

    @property
    def is_between_replies(self) -> bool:
        return self._reply is None and not self._pieces

    def feed(self, data: bytes) -> list[Reply]:
        """The replies, or parts of streamed ones, that these bytes complete."""
        if b"\n" not in data:
            self._keep(data)
            return []
        self._pieces.append(data)
        joined = b"".join(self._pieces)
        self._pieces, self._pieces_bytes = [], 0
        lines = joined.split(b"\n")
        last = lines.pop()
        if len(joined) > self._line_bytes_max and max(map(len, lines)) > self._line_bytes_max:
            raise self._too_long()
        self._keep(last)
        return self._take(lines)

    def _keep(self, data: bytes) -> None:
        if not data:
            return
        self._pieces.append(data)
        self._pieces_bytes += len(data)
        if self._pieces_bytes > self._line_bytes_max:
            raise self._too_long()

    def _too_long(self) -> ProtocolError:
        return ProtocolError(f"the daemon's reply has a line of more than {self._line_bytes_max:,} bytes")

    def _take(self, lines: list[bytes]) -> list[Reply]:
        done: list[Reply] = []
        place = 0
        while place < len(lines):
            if self._reply is None:
                self._reply = parse_status(lines[place])
                self._left = self._reply.line_count
                self._room = self._reply_bytes_max
                place += 1
            taken = lines[place : place + self._left]
            place += len(taken)
            self._left -= len(taken)
            self._room -= cost(taken)
            if self._room < 0:
                raise ProtocolError(f"the daemon's reply has more than {self._reply_bytes_max:,} bytes")
            self._reply.lines += taken
            if not self._left:
                done.append(self._reply)
                self._reply = None
        return done


def cost(lines: Sequence[bytes]) -> int:
    """What keeping lines costs, in bytes."""
    return sum(map(len, lines)) + _limits.REPLY_LINE_COST * len(lines)


@dataclass(slots=True)
class _Expected:
    request: Request
    tag: bytes
    lines: list[bytes] = field(default_factory=list)
    has_begun: bool = False
    room: int = _limits.REPLY_BYTES_MAX


class Conversation:
    """What is said on one connection: each reply is matched with its request, by order and by tag."""

    def __init__(self, parser: ReplyParser | None = None) -> None:
        self._parser = parser or ReplyParser()
        self._expected: deque[_Expected] = deque()
        self._number = 0
        self._is_broken = False

    @property
    def is_idle(self) -> bool:
        """Whether nothing is unanswered, so that the connection can be used for something else."""
        return not self._is_broken and not self._expected and self._parser.is_between_replies

    @property
    def unanswered(self) -> int:
        return len(self._expected)

    def send(self, request: Request) -> bytes:
        """The bytes of a request, whose reply is then expected."""
        self._number += 1
        tag = b"%x" % self._number
        line = b"@%b %b" % (tag, request.line)
        if len(line) > _limits.LINE_BYTES_MAX:
            raise BY_CODE["LINE"]("LINE", f"a request of more than {_limits.LINE_BYTES_MAX:,} bytes was not sent")
        self._expected.append(_Expected(request, tag))
        return b"%b\n%b" % (line, request.body)

    def receive(self, data: bytes) -> list[Reply]:
        """The whole replies that these bytes complete. A streamed one has the lines of all its parts."""
        if self._is_broken:
            raise ProtocolError("the connection is closed after an error of the protocol")
        try:
            return [whole for reply in self._parser.feed(data) if (whole := self._match(reply))]
        except BaseException:
            self._is_broken = True
            raise

    def _match(self, reply: Reply) -> Reply | None:
        if not self._expected:
            # "Too many connections" needs no request.
            raise error(reply.text) if reply.status == b"ERR" else not_understood(reply.status)
        expected = self._expected[0]
        if reply.tag != (b"" if expected.has_begun else expected.tag):
            if not reply.tag and reply.status == b"ERR" and not expected.has_begun:
                raise error(reply.text)
            raise ProtocolError("the daemon's reply is to another request")
        expected.has_begun = True
        if expected.request.is_streamed:
            return self._add_part(expected, reply)
        if reply.status in (b"MORE", b"END"):
            raise not_understood(reply.status)
        self._expected.popleft()
        return reply

    def _add_part(self, expected: _Expected, reply: Reply) -> Reply | None:
        if reply.is_part:
            expected.room -= cost(reply.lines) + _limits.REPLY_LINE_COST
            if expected.room < 0:
                raise ProtocolError(f"the daemon's reply has more than {_limits.REPLY_BYTES_MAX:,} bytes")
            expected.lines += reply.lines
            return None
        if reply.status == b"END":
            if reply.count != len(expected.lines):
                raise ProtocolError("the daemon's reply has not as many lines as its end says")
            reply.lines = expected.lines
        elif reply.status != b"ERR":
            raise not_understood(reply.status)
        self._expected.popleft()
        return reply


def accepted(reply: Reply, *statuses: bytes) -> Reply:
    """The reply if its status is one of these; raises the daemon's error."""
    if reply.status in statuses:
        return reply
    if reply.status == b"ERR":
        raise error(reply.text)
    raise not_understood(reply.status)
