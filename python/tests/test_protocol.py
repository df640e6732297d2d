"""Bytes to replies, and requests to bytes: what is valid, what is not, and the bounds."""

import re

import pytest

from conftest import REPOSITORY
from whichset import Busy, LimitExceeded, ProtocolError, _limits
from whichset._errors import BY_CODE
from whichset._protocol import (
    Conversation,
    ReplyParser,
    Request,
    columns,
    count,
    error,
    escape,
    fields,
    parse_status,
    unescape,
)

CONTRACT = (REPOSITORY / "protocol/PROTOCOL.md").read_text()


def test_every_error_of_the_protocol_has_the_class_of_its_fault() -> None:
    documented = dict(re.findall(r"^\| `([A-Z]+)` \| (CLIENT|RETRY|SERVER) \|", CONTRACT, re.MULTILINE))
    assert {code: kind.fault for code, kind in BY_CODE.items()} == documented


def test_bounds_are_those_of_the_protocol() -> None:
    bounds = dict(re.findall(r"^\| ([^|]+) \| ([^|]+) \|$", CONTRACT, re.MULTILINE))
    assert bounds["line"] == f"{_limits.LINE_BYTES_MAX:,} bytes"
    body, rows = bounds["`ROWS` body"].split(", ")
    assert rows == f"{_limits.ROWS_COUNT_MAX:,} rows"
    assert bounds["`ROWS` under way on a connection"] == str(_limits.ROWS_UNANSWERED_MAX)
    # What is sent at once stays below them.
    assert int(re.sub(r"\D", "", body)) >= _limits.BLOCK_BYTES + _limits.LINE_BYTES_MAX + 1


@pytest.mark.parametrize(
    ("code", "fault"), [("BUSY", "CLIENT"), ("IDENTIFIER", "RETRY"), ("LATER", "NOBODY"), ("BUSY", "")]
)
def test_an_error_with_another_fault_is_not_understood(code: str, fault: str) -> None:
    with pytest.raises(ProtocolError):
        error(f"ERR {code} {fault} text".encode())


def test_an_error_that_a_later_daemon_adds_has_the_class_of_its_fault() -> None:
    kinds = {fault: error(f"ERR LATER {fault} why".encode()).fault for fault in ("CLIENT", "RETRY", "SERVER")}
    assert all(fault == kind for fault, kind in kinds.items())
    assert str(error(b"ERR LATER RETRY why")) == "why (LATER)"


def test_text_of_the_daemon_steers_no_terminal() -> None:
    said = str(error("ERR BUSY RETRY \x1b[31m\u202e\x9b\u2028é".encode() + b"\xff"))
    assert said.isprintable()
    assert "é" in said


@pytest.mark.parametrize("value", ["", "plain", "a b", "\\", "a\nb\rc\td\\e\x00\x7f\x1f", "ü\udcff", "\\n"])
@pytest.mark.parametrize("keeps_spaces", [True, False])
def test_escapes_come_back(value: str, keeps_spaces: bool) -> None:
    escaped = escape(value, keeps_spaces=keeps_spaces)
    assert not re.search(rb"[\x00-\x1f\x7f]", escaped)
    assert keeps_spaces or b" " not in escaped
    assert unescape(escaped) == value


@pytest.mark.parametrize("value", [b"\\", b"\\q", b"a\\xZZ", b"\\x1", b"\\\\\\"])
def test_a_bad_escape_is_not_understood(value: bytes) -> None:
    with pytest.raises(ProtocolError):
        unescape(value)


def test_columns_are_separated_by_tabs() -> None:
    assert columns(b"a\t\tb\\tc d") == ["a", "", "b\tc d"]


@pytest.mark.parametrize("text", [b"", b"-1", b"+1", b"1 ", b"0x1", b"1_0", "\u0661".encode(), b"9" * 19])
def test_what_is_no_number_is_not_understood(text: bytes) -> None:
    with pytest.raises(ProtocolError):
        count(text)


def test_a_number_has_as_many_digits_as_the_bound_says() -> None:
    assert count(b"9" * _limits.COUNT_DIGITS_MAX) == 10**_limits.COUNT_DIGITS_MAX - 1


def test_fields_are_separated_by_spaces() -> None:
    assert fields(b"a=1 b.c=x\\sy d=") == {"a": "1", "b.c": "x y", "d": ""}
    for bad in (b"a", b"=1", b"a=1  b=2", b" a=1", b"a=1 "):
        with pytest.raises(ProtocolError):
            fields(bad)


NO_STATUS = [
    *(b"", b" ", b"hit a", b"HIT", b"HIT ", b"HIT a,", b"HIT ,a", b"HIT A", b"HIT -a", b"HIT a b", b"HIT a\r"),
    *(b"MISS ", b"MISS\r", b"MISS x", b"MISSED", b"PONG x", b"OK ", b"OK 1 ", b"OK 1x", b"OK  1", b"MORE", b"MORE x"),
    *(b"END", b"END x", b"MORE -1", b"END 1 ", b"OK " + b"1" * 19, b"HIT " + b"a" * 64, b"HELLO", b"\x00", b"\xff"),
    *(b"@t", b"@ MISS", b"@t  MISS", b"@" + b"t" * 33 + b" MISS"),
]


@pytest.mark.parametrize("line", NO_STATUS)
def test_a_line_that_is_no_status_is_not_understood(line: bytes) -> None:
    with pytest.raises(ProtocolError):
        parse_status(line)


def test_status_lines_have_their_parts() -> None:
    assert parse_status(b"HIT a,b-2_c").text == b"a,b-2_c"
    reply = parse_status(b"@x.1 OK 3 truncated=1")
    assert (reply.tag, reply.count, reply.fields, reply.line_count) == (b"x.1", 3, {"truncated": "1"}, 3)
    assert parse_status(b"END 7 images=2").line_count == 0
    assert parse_status(b"HIT " + b"a" * 63).text == b"a" * 63
    assert parse_status(b"OK flickr:1").count is None


def test_a_line_may_have_as_many_bytes_as_the_bound_and_no_more() -> None:
    for size, is_good in ((100, True), (101, False)):
        for cut in (1, 50, 100, size + 1):
            parser = ReplyParser(line_bytes_max=100)
            data = b"OK " + b"a" * (size - 3) + b"\n"
            pieces = [data[place : place + cut] for place in range(0, len(data), cut)]
            if is_good:
                assert next(each for piece in pieces for each in parser.feed(piece)).text == b"a" * 97
            else:
                with pytest.raises(ProtocolError, match="100 bytes"):
                    [parser.feed(piece) for piece in pieces]


def test_a_reply_may_have_as_many_bytes_as_the_bound_and_no_more() -> None:
    line = 10 + _limits.REPLY_LINE_COST
    data = b"OK 3\n" + b"0123456789\n" * 3
    assert len(ReplyParser(reply_bytes_max=3 * line).feed(data)[0].lines) == 3
    with pytest.raises(ProtocolError, match="more than"):
        ReplyParser(reply_bytes_max=3 * line - 1).feed(data)
    # Each reply has the bound for itself.
    assert len(ReplyParser(reply_bytes_max=3 * line).feed(data * 2)) == 2


def test_a_long_beginning_of_a_line_is_not_copied_again_and_again() -> None:
    parser = ReplyParser()
    for _ in range(1 << 20):
        parser.feed(b"a")
    assert not parser.is_between_replies


def talk(*requests: Request) -> Conversation:
    conversation = Conversation()
    for request in requests:
        conversation.send(request)
    return conversation


PING = Request(b"PING")
TALLY = Request(b"TALLY", is_streamed=True)


def test_requests_have_tags_and_replies_their_order() -> None:
    conversation = Conversation()
    assert conversation.send(PING) == b"@1 PING\n"
    assert conversation.send(Request(b"MCHECK 1", b"flickr:1\n")) == b"@2 MCHECK 1\nflickr:1\n"
    assert not conversation.is_idle
    assert [reply.status for reply in conversation.receive(b"@1 PONG\n@2 OK 1\nMI")] == [b"PONG"]
    assert not conversation.is_idle
    assert [reply.lines for reply in conversation.receive(b"SS\n")] == [[b"MISS"]]
    assert conversation.is_idle


def test_a_request_line_may_have_as_many_bytes_as_the_bound_and_no_more() -> None:
    conversation = Conversation()
    assert len(conversation.send(Request(b"a" * (_limits.LINE_BYTES_MAX - 3)))) == _limits.LINE_BYTES_MAX + 1
    with pytest.raises(LimitExceeded):
        conversation.send(Request(b"a" * (_limits.LINE_BYTES_MAX - 2)))
    assert conversation.unanswered == 1
    with pytest.raises(ValueError, match="one line"):
        Request(b"PING\nQUIT")


@pytest.mark.parametrize(
    ("requests", "said"),
    [
        ([], b"PONG\n"),
        ([PING], b"PONG\n"),
        ([PING], b"@2 PONG\n"),
        ([PING], b"@1 PONG\n@1 PONG\n"),
        ([PING, PING], b"@2 PONG\n"),
        ([PING], b"@1 MORE 0\n"),
        ([PING], b"@1 END 0\n"),
        ([PING], b"@1 PONG\r\n"),
        ([TALLY], b"@1 OK\n"),
        ([TALLY], b"@1 MISS\n"),
        ([TALLY], b"@1 MORE 0\n@1 END 0\n"),
        ([TALLY], b"@1 MORE 1\nx\nEND 2\n"),
        ([TALLY], b"@1 END 1\n"),
        ([TALLY], b"@1 MORE 1\nx\nOK\n"),
    ],
)
def test_a_reply_to_something_else_breaks_the_conversation(requests: list[Request], said: bytes) -> None:
    conversation = talk(*requests)
    with pytest.raises(ProtocolError):
        conversation.receive(said)
    assert not conversation.is_idle
    with pytest.raises(ProtocolError, match="closed"):
        conversation.receive(b"")


def test_a_streamed_reply_has_the_lines_of_all_parts() -> None:
    conversation = talk(TALLY)
    assert conversation.receive(b"@1 MORE 0 done=1\nMORE 2\nEND 0\n") == []
    (reply,) = conversation.receive(b"b\nMORE 1\nc\nEND 3 rows=1\n")
    assert (reply.status, reply.lines, reply.fields) == (b"END", [b"END 0", b"b", b"c"], {"rows": "1"})
    assert conversation.is_idle


def test_a_streamed_reply_that_ends_in_an_error_is_an_error() -> None:
    conversation = talk(TALLY, PING)
    replies = conversation.receive(b"@1 MORE 1\nx\nERR BUSY RETRY later\n@2 PONG\n")
    assert [reply.status for reply in replies] == [b"ERR", b"PONG"]


def test_a_streamed_reply_may_have_as_many_bytes_as_the_bound_and_no_more(monkeypatch: pytest.MonkeyPatch) -> None:
    part = b"MORE 1\nx\n"
    cost = 1 + 2 * _limits.REPLY_LINE_COST
    for bound, is_good in ((3 * cost, True), (3 * cost - 1, False)):
        monkeypatch.setattr(_limits, "REPLY_BYTES_MAX", bound)
        conversation = talk(TALLY)
        conversation._expected[0].room = bound
        conversation.receive(b"@1 " + part + part)
        if is_good:
            assert len(conversation.receive(part + b"END 3\n")[0].lines) == 3
        else:
            with pytest.raises(ProtocolError, match="more than"):
                conversation.receive(part)


def test_a_daemon_without_room_says_so_before_any_request() -> None:
    for requests in ([], [PING]):
        with pytest.raises(Busy):
            talk(*requests).receive(b"ERR CONNECTIONS RETRY too many connections\n")
