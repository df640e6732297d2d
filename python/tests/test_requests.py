"""What is sent: batches and blocks stay within their bounds."""

import pytest

from whichset import AsyncClient, Client, InvalidIdentifier, ProtocolError, _limits
from whichset._batches import CheckMany, batches
from whichset._protocol import Reply
from whichset._questions import Covering, line
from whichset._rows import Blocks, LoadSession, item_blocks, rejected, row


def test_a_batch_may_have_as_many_bytes_as_the_bound_and_no_more(monkeypatch: pytest.MonkeyPatch) -> None:
    identifiers = ["x" * 9] * 10
    monkeypatch.setattr(_limits, "BATCH_BYTES_MAX", 99)
    (batch,) = batches(identifiers)
    assert batch.body == b"xxxxxxxxx\n" * 10
    monkeypatch.setattr(_limits, "BATCH_BYTES_MAX", 98)
    first, second = batches(identifiers)
    assert first.body == second.body == b"xxxxxxxxx\n" * 5
    # A single identifier is sent whatever its length.
    monkeypatch.setattr(_limits, "BATCH_BYTES_MAX", 1)
    assert [each.body for each in batches(identifiers)] == [b"xxxxxxxxx\n"] * 10
    assert list(batches([])) == []


def test_identifiers_that_cannot_be_sent_keep_their_place_in_split_batches(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(_limits, "BATCH_BYTES_MAX", 20)
    made = list(batches(["a" * 9, "b\n", "c" * 9, "\ud800", "d" * 9]))
    assert [len(each.identifiers) for each in made] == [2, 3]
    assert [each.body for each in made] == [b"aaaaaaaaa\n\n", b"ccccccccc\n\nddddddddd\n"]
    assert [list(each.unsent) for each in made] == [[1], [1]]
    assert all(isinstance(error, InvalidIdentifier) for each in made for error in each.unsent.values())


@pytest.mark.parametrize("number", [9, 10, 11, 30])
def test_no_more_answers_are_remembered_than_the_bound_says(monkeypatch: pytest.MonkeyPatch, number: int) -> None:
    monkeypatch.setattr(_limits, "ANSWERS_REMEMBERED_MAX", 10)
    talk = CheckMany({}, Covering())
    (batch,) = batches(["x"] * number)
    reply = Reply(b"OK", count=number, lines=[b"HIT a%d" % each for each in range(number)])
    assert len(list(talk.answers(batch, [reply]))) == number
    assert len(talk._answers) <= 10
    assert number > 9 or len(talk._answers) == 10


def test_a_block_may_have_as_many_rows_as_the_bound_and_no_more(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(_limits, "ROWS_COUNT_MAX", 3)
    assert [each.line for each in item_blocks(["a"] * 7)] == [b"ITEMS 3 6", b"ITEMS 3 6", b"ITEMS 1 2"]
    session = LoadSession("parks", "create", {})
    sent = [session.add(row("a")) for _ in range(6)]
    assert [each and each.line for each in sent] == [None, None, b"ROWS 1 3 6", None, None, b"ROWS 2 3 6"]
    assert session.flush() is None


def test_a_block_is_sent_when_it_has_the_bytes_of_the_bound(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(_limits, "BLOCK_BYTES", 10)
    for first, is_full in ((b"x" * 7 + b"\n", False), (b"x" * 8 + b"\n", True)):
        blocks = Blocks()
        blocks.add(first)
        assert not blocks.is_full
        blocks.add(b"\n")
        assert blocks.is_full == is_full
        assert blocks.take() == (2, first + b"\n")
        assert not blocks


def test_a_row_may_have_as_many_bytes_as_the_bound_and_no_more() -> None:
    assert row("x" * _limits.LINE_BYTES_MAX) == b"x" * _limits.LINE_BYTES_MAX + b"\n"
    assert row("x" * (_limits.LINE_BYTES_MAX + 1)).startswith(b"!too-long\t")
    room = _limits.LINE_BYTES_MAX - len("x\tlisted=")
    assert row("x", {"listed": "y" * room}).startswith(b"x\t")
    assert row("x", {"listed": "y" * (room + 1)}).startswith(b"!too-long\t")


def test_a_reason_for_a_rejection_may_have_as_many_characters_as_the_bound() -> None:
    most = rejected("cut-row", "x" * _limits.REJECTION_TEXT_MAX)
    assert most == rejected("cut-row", "x" * (_limits.REJECTION_TEXT_MAX + 1))
    # Each character may become four.
    assert len(rejected("cut-row", "\x01" * _limits.REJECTION_TEXT_MAX)) < _limits.LINE_BYTES_MAX


@pytest.mark.parametrize("code", ["", "-", "Cut", "cut row", "cut\t", "ü", "cut1"])
def test_a_code_of_a_rejection_has_small_letters(code: str) -> None:
    with pytest.raises(ValueError, match="small letters"):
        rejected(code, "text")


@pytest.mark.parametrize("name", ["", "a=b", "a\tb", "a b", "ü"])
def test_a_name_of_a_field_cannot_be_another_field(name: str) -> None:
    with pytest.raises(ValueError, match="name of a field"):
        row("flickr:1", {name: "x"})


def test_a_commit_of_other_rows_than_were_sent_is_an_error() -> None:
    for rows, is_good in ((1, True), (2, False), (0, False)):
        session = LoadSession("parks", "create", {})
        session.add(row("flickr:1"))
        session.flush()
        reply = Reply(b"OK", text=b"rows=%d accepted=1 rejected=0 images=1 memberships=1" % rows)
        if is_good:
            assert session.committed(reply).rows == 1
        else:
            with pytest.raises(ProtocolError, match="of 1"):
                session.committed(reply)
            assert session.outcome is None


def test_a_string_is_no_list_of_identifiers() -> None:
    for act in (Client("s").check_many, AsyncClient("s").check_many, lambda text: list(item_blocks(text))):
        with pytest.raises(TypeError, match="iterable"):
            act("flickr:1")


def test_values_cannot_become_fields_or_rows() -> None:
    assert row("flickr:1", {"listed": "a\tmd5=b\nflickr:2"}) == b"flickr:1\tlisted=a\\tmd5=b\\nflickr:2\n"
    assert row("flickr:1\tmd5=b").startswith(b"!identifier\t")
    assert row("!x\ty").startswith(b"!identifier\t")
    session = LoadSession("parks sha256=x", "create", {"name": "a b\nc"})
    assert session.open_request.line == b"INGEST parks\\ssha256=x mode=create name=a\\sb\\nc"
    assert line(b"CHECK", "a\nQUIT") == b"CHECK "
