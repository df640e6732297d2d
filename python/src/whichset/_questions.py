"""What is asked and what the replies mean, as generators that yield requests and are sent their replies. No sockets."""

from collections.abc import Generator, Sequence
from typing import TypeVar

from ._errors import UnknownDataset
from ._limits import COVERAGE_TRIES_MAX
from ._protocol import Reply, Request, accepted, columns, count, encode, escape, fields, not_understood, slugs
from ._results import (
    Account,
    Coverage,
    CoveredDataset,
    Dataset,
    HealthSubject,
    Hit,
    Listing,
    Listings,
    Miss,
)

T = TypeVar("T")
Question = Generator[Sequence[Request], list[Reply], T]
Description = dict[str, tuple[bytes, ...]]
"""The lines of `DATASET` for each slug."""


def line(verb: bytes, identifier: str) -> bytes:
    """A request whose argument is an identifier. One that cannot travel is sent as nothing, which is as invalid."""
    try:
        text = encode(identifier)
    except UnicodeEncodeError:
        text = b""
    return b"%b %b" % (verb, b"" if b"\n" in text else text)


def ask(request: Request, *statuses: bytes) -> Question[Reply]:
    (reply,) = yield [request]
    return accepted(reply, *statuses)


def _lines(request: Request) -> Question[list[bytes]]:
    """The lines of a reply `OK n`."""
    reply = yield from ask(request, b"OK")
    if reply.count is None:
        raise not_understood(reply.text)
    return reply.lines


def named(lines: Sequence[bytes]) -> dict[str, str]:
    """The values of lines that have a name and a value."""
    found: dict[str, str] = {}
    for text in lines:
        row = columns(text)
        if len(row) != 2 or not row[0]:
            raise not_understood(text)
        found[row[0]] = row[1]
    return found


def table(request: Request) -> Question[dict[str, str]]:
    return named((yield from _lines(request)))


def ping() -> Question[None]:
    yield from ask(Request(b"PING"), b"PONG")


def identify(identifier: str) -> Question[str]:
    reply = yield from ask(Request(line(b"IDENTIFY", identifier)), b"OK")
    if reply.count is not None or b":" not in reply.text:
        raise not_understood(reply.text)
    return reply.text.decode("utf-8", "surrogateescape")


def who() -> Question[dict[str, str]]:
    reply = yield from ask(Request(b"WHO"), b"OK")
    found = fields(reply.text)
    if "role" not in found:
        raise not_understood(reply.text)
    return found


def datasets() -> Question[tuple[Dataset, ...]]:
    found: list[Dataset] = []
    for text in (yield from _lines(Request(b"DATASETS"))):
        row = columns(text)
        if len(row) != 5:
            raise not_understood(text)
        found.append(Dataset(slugs(encode(row[0]))[0], *map(count, row[1:])))
    return tuple(found)


def dataset(slug: str) -> Question[dict[str, str]]:
    return (yield from table(dataset_request(slug)))


def dataset_request(slug: str) -> Request:
    return Request(b"DATASET %b" % escape(slug, keeps_spaces=False))


def health() -> Question[tuple[HealthSubject, ...]]:
    found: list[HealthSubject] = []
    for text in (yield from _lines(Request(b"HEALTH"))):
        row = columns(text)
        if len(row) != 3 or row[1] not in ("ok", "degraded"):
            raise not_understood(text)
        found.append(HealthSubject(row[0], row[1] == "ok", row[2]))
    return tuple(found)


def described(asked: Sequence[str], replies: Sequence[Reply]) -> Description:
    """The datasets that there are, of those that were asked for."""
    found: Description = {}
    for slug, reply in zip(asked, replies, strict=True):
        try:
            accepted(reply, b"OK")
        except UnknownDataset:
            continue
        found[slug] = tuple(reply.lines)
    return found


def describe() -> Question[Description]:
    names = [each.slug for each in (yield from datasets())]
    replies = (yield [dataset_request(name) for name in names]) if names else []
    return described(names, replies)


def unchanged(before: Description, after: Description) -> Description:
    """The datasets that both describe in the same way."""
    return {slug: text for slug, text in after.items() if before.get(slug) == text}


def coverage(description: Description) -> Coverage:
    return Coverage(tuple(_covered(slug, text) for slug, text in description.items()))


def _covered(slug: str, text: tuple[bytes, ...]) -> CoveredDataset:
    values = named(text)
    if values.get("slug") != slug or not values.keys() >= {"images", "rows"}:
        raise not_understood(b"\t".join(text))
    keys = {name.removeprefix("keys."): count(value) for name, value in values.items() if name.startswith("keys.")}
    return CoveredDataset(slug, count(values["images"]), count(values["rows"]), keys)


class Covering:
    """Knows what a miss covers. Keeps the last description of the index, which may be of any age."""

    def __init__(self) -> None:
        self._last: tuple[Description, Coverage] | None = None

    def of(self, description: Description) -> Coverage:
        """The coverage of a description; the same object as the last time if that was the same."""
        last = self._last
        if last and last[0] == description:
            return last[1]
        made = coverage(description)
        self._last = (description, made)
        return made

    @property
    def last(self) -> Description | None:
        return self._last[0] if self._last else None


def check(identifier: str, covering: Covering) -> Question[Hit | Miss]:
    reply = yield from _found(Request(line(b"CHECK", identifier)), b"HIT", covering)
    if isinstance(reply, Coverage):
        return Miss(reply)
    return Hit(slugs(reply.text))


def get(identifier: str, covering: Covering) -> Question[Listings | Miss]:
    reply = yield from _found(Request(line(b"GET", identifier)), b"OK", covering)
    if isinstance(reply, Coverage):
        return Miss(reply)
    if not reply.count:
        raise not_understood(reply.text)
    return Listings(tuple(map(_listing, reply.lines)), reply.fields.get("truncated") == "1")


def _listing(text: bytes) -> Listing:
    row = columns(text)
    if len(row) < 3:
        raise not_understood(text)
    keys: list[tuple[str, str]] = []
    for pair in row[3:]:
        name, separator, value = pair.partition("=")
        if not separator:
            raise not_understood(text)
        keys.append((name, value))
    return Listing(row[0], row[1], row[2], tuple(keys))


def _found(request: Request, status: bytes, covering: Covering) -> Question[Reply | Coverage]:
    """The reply, or what a miss covers.

    A dataset was searched if the index described it in the same way before and after the question. The question is
    repeated a few times until that holds for all datasets.
    """
    before = covering.last
    searched: Description = {}
    for _ in range(COVERAGE_TRIES_MAX):
        (reply,) = yield [request]
        if accepted(reply, status, b"MISS").status != b"MISS":
            return reply
        after = yield from describe()
        made = covering.of(after)
        if after == before:
            return made
        searched = unchanged(before or {}, after)
        before = after
    return coverage(searched)


def account(identifier: str, lists_images: bool) -> Question[Account]:
    # A TAB would end the identifier, so with one it is none.
    request = line(b"ACCOUNT", "" if "\t" in identifier else identifier) + (b"\timages=1" if lists_images else b"")
    (reply,) = yield [Request(request, is_streamed=True)]
    end = accepted(reply, b"END")
    names: list[str] = []
    listed: list[tuple[str, tuple[str, ...]]] = []
    by_dataset: dict[str, int] = {}
    for text in end.lines:
        match columns(text):
            case ["name", key]:
                names.append(key)
            case ["image", key, found]:
                listed.append((key, slugs(encode(found))))
            case ["dataset", slug, images]:
                by_dataset[slug] = count(images)
            case _:
                raise not_understood(text)
    totals = counts(end, "images", "memberships")
    return Account(tuple(names), by_dataset, totals["images"], totals["memberships"], tuple(listed))


def counts(reply: Reply, *names: str) -> dict[str, int]:
    """Fields of a reply that are numbers, all of which must be there."""
    found = reply.fields
    missing = [name for name in names if name not in found]
    if missing:
        raise not_understood(reply.text)
    return {name: count(found[name]) for name in names}
