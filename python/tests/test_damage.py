"""Damaged replies: they are read the same however they are cut, and only ever give the package's own errors."""

import random
from collections.abc import Callable

import pytest

from test_transcripts import TRANSCRIPTS, sessions
from whichset import WhichsetError, _questions
from whichset._batches import CheckMany, batches
from whichset._protocol import Reply, ReplyParser, Request
from whichset._questions import Covering, Question
from whichset._rows import LoadSession, cross_reference

DAMAGES = 2_000
SAID = [said for path in TRANSCRIPTS for said, _ in sessions(path) if 0 < len(said) <= 4_096]
NUMBERS = [b"0", b"-1", b"1", b"99999999999999999999", b"4294967296"]


def damaged(said: bytes, chance: random.Random) -> bytes:
    """The bytes with a few of them changed, lost, doubled or moved."""
    data = bytearray(said)
    for _ in range(chance.randint(1, 3)):
        place = chance.randrange(len(data))
        end = min(len(data), place + chance.randint(1, 12))
        match chance.randrange(5):
            case 0:
                data[place] = chance.randrange(256)
            case 1 if len(data) > 12:
                del data[place:end]
            case 2:
                data[place:place] = data[place:end]
            case 3:
                data[place:place] = chance.choice([b"\n", b"\t", b"\\", b" ", b"@", b"=", b",", b"\x00", b"\xff"])
            case _:
                data[place:end] = chance.choice(NUMBERS)
    return bytes(data)


def read(pieces: list[bytes]) -> list[Reply] | None:
    parser = ReplyParser()
    try:
        return [reply for piece in pieces for reply in parser.feed(piece)]
    except WhichsetError:
        return None


@pytest.mark.parametrize("seed", range(4))
def test_a_damaged_reply_is_read_the_same_however_it_is_cut(seed: int) -> None:
    chance = random.Random(seed)
    for _ in range(DAMAGES):
        said = damaged(chance.choice(SAID), chance)
        whole = read([said])
        assert read([bytes([byte]) for byte in said]) == whole
        place = chance.randint(0, len(said))
        assert read([said[:place], said[place:]]) == whole


QUESTIONS: dict[str, Callable[[], Question[object]]] = {
    "check": lambda: _questions.check("flickr:1", Covering()),
    "get": lambda: _questions.get("flickr:1", Covering()),
    "identify": lambda: _questions.identify("flickr:1"),
    "datasets": _questions.datasets,
    "dataset": lambda: _questions.dataset("parks"),
    "account": lambda: _questions.account("nsid:10000001@N02", True),
    "stats": lambda: _questions.table(Request(b"STATS")),
    "health": _questions.health,
    "who": _questions.who,
}


def replies(chance: random.Random, number: int) -> list[Reply]:
    """Replies of transcripts, some of them damaged; of streamed ones, as a conversation gives them."""
    found: list[Reply] = []
    while len(found) < number:
        said = chance.choice(SAID)
        some = read([damaged(said, chance) if chance.random() < 0.7 else said]) or []
        for reply in some:
            if reply.is_part:
                reply = Reply(b"END", text=b"images=1 memberships=1", count=len(reply.lines), lines=reply.lines)
            found.append(reply)
    return [chance.choice(found) for _ in range(number)]


@pytest.mark.parametrize("name", QUESTIONS)
def test_a_reply_to_something_else_or_a_damaged_one_gives_an_answer_or_an_error(name: str) -> None:
    chance = random.Random(name)
    for _ in range(DAMAGES):
        question = QUESTIONS[name]()
        try:
            requests = next(question)
            while True:
                requests = question.send(replies(chance, len(requests)))
        except (StopIteration, WhichsetError):
            continue


def loading() -> LoadSession:
    session = LoadSession("parks", "create", {})
    session.add(b"flickr:1\n")
    session.flush()
    return session


REPLIES: dict[str, Callable[[random.Random], object]] = {
    "a batch": lambda chance: list(
        CheckMany({"parks": ()}, Covering()).answers(next(batches(["flickr:1", "flickr:2"])), replies(chance, 2))
    ),
    "a cross-reference": lambda chance: cross_reference(replies(chance, 1)[0]),
    "a new load": lambda chance: loading().opened(replies(chance, 1)[0]),
    "a block": lambda chance: loading().take(replies(chance, 1)[0]),
    "a commit": lambda chance: loading().committed(replies(chance, 1)[0]),
}


@pytest.mark.parametrize("name", REPLIES)
def test_a_damaged_reply_to_a_batch_or_a_load_gives_an_answer_or_an_error(name: str) -> None:
    chance = random.Random(name)
    for _ in range(DAMAGES):
        try:
            REPLIES[name](chance)
        except WhichsetError:
            continue
