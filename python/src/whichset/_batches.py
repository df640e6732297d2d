"""Many identifiers in batches of `MCHECK`, with what misses cover in between. No sockets."""

from collections.abc import Iterator, Sequence
from itertools import islice

from . import _limits
from ._errors import BY_CODE, InvalidIdentifier, ReplyError
from ._protocol import Reply, Request, accepted, encode, error, not_understood, slugs
from ._questions import Covering, Description, dataset_request, described, unchanged
from ._results import Hit, Miss, Refused

Answer = Hit | Miss | Refused


class Batch:
    """Identifiers that are asked about in one request."""

    __slots__ = ("body", "identifiers", "unsent")

    def __init__(self, identifiers: Sequence[str], body: bytes, unsent: dict[int, ReplyError]) -> None:
        self.identifiers = identifiers
        self.body = body
        self.unsent = unsent
        """By their place, errors of identifiers for which an empty line is sent."""


def batches(identifiers: Sequence[str]) -> Iterator[Batch]:
    """The identifiers in one batch, or in more if their bytes are many."""
    if not identifiers:
        return
    unsent: dict[int, ReplyError] = {}
    text = "\n".join(identifiers)
    # A character has up to four bytes.
    is_plain = text.count("\n") == len(identifiers) - 1 and 4 * max(map(len, identifiers)) <= _limits.LINE_BYTES_MAX
    try:
        body = encode(text) if is_plain else b""
    except UnicodeEncodeError:
        is_plain = False
    if not is_plain:
        body = b"\n".join(_line(each, place, unsent) for place, each in enumerate(identifiers))
    if len(body) > _limits.BATCH_BYTES_MAX and len(identifiers) > 1:
        half = len(identifiers) // 2
        yield from batches(identifiers[:half])
        yield from batches(identifiers[half:])
    else:
        yield Batch(identifiers, body + b"\n", unsent)


def _line(identifier: str, place: int, unsent: dict[int, ReplyError]) -> bytes:
    try:
        line = encode(identifier)
    except UnicodeEncodeError:
        unsent[place] = InvalidIdentifier("IDENTIFIER", "half of a surrogate pair is no character")
        return b""
    if b"\n" in line:
        unsent[place] = InvalidIdentifier("IDENTIFIER", "an identifier has no line ends")
        return b""
    if len(line) > _limits.LINE_BYTES_MAX:
        unsent[place] = BY_CODE["LINE"]("LINE", f"more than {_limits.LINE_BYTES_MAX:,} bytes")
        return b""
    return line


class _Answers(dict[bytes, Answer]):
    """Answers by their lines. The daemon chooses what is in them, so their number is bounded."""

    def __missing__(self, line: bytes) -> Answer:
        if line.startswith(b"HIT "):
            if len(self) >= _limits.ANSWERS_REMEMBERED_MAX:
                miss = self[b"MISS"]
                self.clear()
                self[b"MISS"] = miss
            found = self[line] = Hit(slugs(line[4:]))
            return found
        if line.startswith(b"ERR "):
            return Refused(error(line))
        raise not_understood(line)


class CheckMany:
    """Answers batches, on one connection.

    The datasets are described behind each batch, and a batch is answered when that has come. So the descriptions before
    and after it tell what its misses cover. A dataset that appears after the first description is not counted as
    covered.
    """

    def __init__(self, description: Description, covering: Covering) -> None:
        self._slugs = tuple(description)
        self._before = description
        self._covering = covering
        self._answers = _Answers()

    @property
    def reply_count(self) -> int:
        """How many replies a batch has."""
        return 1 + len(self._slugs)

    def requests(self, batch: Batch) -> list[Request]:
        asked = Request(b"MCHECK %d" % len(batch.identifiers), batch.body)
        return [asked, *map(dataset_request, self._slugs)]

    def answers(self, batch: Batch, replies: Sequence[Reply]) -> Iterator[tuple[str, Answer]]:
        """Each identifier and its answer."""
        reply = accepted(replies[0], b"OK")
        if reply.count != len(batch.identifiers) or reply.text:
            raise not_understood(reply.text)
        after = described(self._slugs, replies[1:])
        searched, self._before = unchanged(self._before, after), after
        self._answers[b"MISS"] = Miss(self._covering.of(searched))
        answers = list(map(self._answers.__getitem__, reply.lines))
        for place, failure in batch.unsent.items():
            answers[place] = Refused(failure)
        return zip(batch.identifiers, answers, strict=True)


def check_arguments(identifiers: object, batch_size: int) -> None:
    if isinstance(identifiers, str):
        raise TypeError("identifiers come in an iterable; for one, there is check")
    if not 1 <= batch_size <= _limits.BATCH_IDENTIFIERS_MAX:
        raise ValueError(f"a batch has 1 to {_limits.BATCH_IDENTIFIERS_MAX} identifiers")


def chunks(identifiers: Iterator[str], size: int) -> Iterator[list[str]]:
    while chunk := list(islice(identifiers, size)):
        yield chunk
