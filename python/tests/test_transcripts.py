"""The replies of all transcripts, cut at each byte: they are read the same, and nothing is lost or made up."""

import re
from pathlib import Path

import pytest

from conftest import REPOSITORY
from whichset._protocol import Reply, ReplyParser, error

# Those in the line protocol: a connection whose first byte is an asterisk speaks another one.
TRANSCRIPTS = [
    path
    for path in sorted((REPOSITORY / "protocol/transcripts").glob("*.txt"))
    if not re.search(r"^> \*\d", path.read_text(), re.MULTILINE)
]
# Bytes of a reply up to which it is cut in two at each place.
CUT_BYTES_MAX = 4_096


def unfolded(text: str) -> bytes:
    """A line of a transcript, with what stands in braces (protocol/transcripts/README.md)."""

    def filled(match: re.Match[str]) -> str:
        inner = match[1]
        if repeated := re.fullmatch(r"(.+)\*(\d+)", inner):
            return repeated[1] * int(repeated[2])
        if byte := re.fullmatch(r"x([0-9A-F]{2})", inner):
            return chr(int(byte[1], 16))
        return {"t": "\t", "r": "\r", "number": "123", "text": "a text", "end": ""}[inner]

    return re.sub(r"\{([^}]+)\}", filled, text).encode("latin-1")


def sessions(path: Path) -> list[tuple[bytes, bool]]:
    """What the daemon sends on each connection, and whether a half-close may have cut it off."""
    streams: dict[str, bytearray] = {"": bytearray()}
    done: list[tuple[bytes, bool]] = []
    current = ""
    for line in path.read_text().splitlines():
        if match := re.fullmatch(r"<(?:\*(\d+))? (.*)", line):
            said = unfolded(match[2]) + (b"" if match[2].endswith("{end}") else b"\n")
            streams[current] += said * int(match[1] or 1)
        elif match := re.match(r"! connection (\S+)", line):
            current = match[1]
            streams.setdefault(current, bytearray())
        elif match := re.match(r"! (half-close|closed|gone)", line):
            done.append((bytes(streams[current]), match[1] == "half-close"))
            streams[current] = bytearray()
    return done + [(bytes(said), False) for said in streams.values()]


def written(reply: Reply) -> bytes:
    """A reply as it was sent."""
    words = [b"@" + reply.tag] if reply.tag else []
    if reply.status != b"ERR":
        words.append(reply.status)
    if reply.count is not None:
        words.append(b"%d" % reply.count)
    if reply.text:
        words.append(reply.text)
    return b"".join(line + b"\n" for line in [b" ".join(words), *reply.lines])


@pytest.mark.parametrize("path", TRANSCRIPTS, ids=lambda path: path.stem)
def test_replies_are_read_the_same_however_they_are_cut(path: Path) -> None:
    for said, is_cut_off in sessions(path):
        parser = ReplyParser()
        replies = parser.feed(said)
        assert parser.is_between_replies or is_cut_off
        whole = b"".join(map(written, replies))
        assert said.startswith(whole) if is_cut_off else said == whole
        one_by_one = ReplyParser()
        assert [reply for byte in said for reply in one_by_one.feed(bytes([byte]))] == replies
        for reply in replies:
            if reply.status == b"ERR":
                assert error(reply.text).text
            sent = written(reply)
            for place in range(1, len(sent)) if len(sent) <= CUT_BYTES_MAX else ():
                cut = ReplyParser()
                assert cut.feed(sent[:place]) + cut.feed(sent[place:]) == [reply]


@pytest.mark.parametrize("path", TRANSCRIPTS, ids=lambda path: path.stem)
def test_streamed_replies_have_as_many_lines_as_their_ends_say(path: Path) -> None:
    for said, _ in sessions(path):
        lines = 0
        for reply in ReplyParser().feed(said):
            if reply.is_part:
                lines += len(reply.lines)
            elif reply.status == b"END":
                assert reply.count == lines
            if not reply.is_part:
                lines = 0


def test_all_transcripts_are_there() -> None:
    assert len(TRANSCRIPTS) >= 43
