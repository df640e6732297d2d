"""Against the real daemon: every question, loads, and what a miss covers."""

import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest

from conftest import Daemon
from whichset import (
    Client,
    ConnectionLost,
    DatasetExists,
    Hit,
    InvalidIdentifier,
    LabelCount,
    Listing,
    Listings,
    LoadError,
    LoadOutcome,
    Miss,
    Refused,
    UnknownDataset,
    Unresolvable,
    Unsearchable,
    _limits,
    _questions,
)
from whichset._protocol import Request

PHOTO = "flickr:99100000001"
OTHER = "flickr:99100000002"
NOWHERE = "flickr:99100000009"
MD5 = "md5:0123456789abcdef0123456789abcdef"


@pytest.fixture
def loaded(client: Client) -> Client:
    """Two datasets that share a photo; only one has hashes."""
    with client.ingest("parks", name="parks.txt") as load:
        load.add(PHOTO, {"nsid": "10000001@N02", "listed": "row\\1\tof the list"})
        load.add(OTHER)
    with client.ingest("meadows") as load:
        load.add(PHOTO)
        load.add(MD5)
    return client


def test_a_hit_names_the_datasets(loaded: Client) -> None:
    answer = loaded.check("https://www.flickr.com/photos/somebody/99100000001/")
    assert answer == Hit(("meadows", "parks"))
    assert answer


def test_a_miss_says_what_it_covers(loaded: Client) -> None:
    answer = loaded.check(NOWHERE)
    assert isinstance(answer, Miss)
    assert not answer
    assert [(each.slug, each.images, each.rows) for each in answer.coverage.datasets] == [
        ("meadows", 2, 2),
        ("parks", 2, 2),
    ]
    assert answer.coverage.datasets[1].keys == {"flickr": 2, "nsid": 1}


def test_a_miss_does_not_cover_datasets_without_keys_of_its_kind(loaded: Client) -> None:
    identifier = "md5:ffffffffffffffffffffffffffffffff"
    answer = loaded.check(identifier)
    assert isinstance(answer, Miss)
    key = loaded.identify(identifier)
    assert answer.coverage.findable_by(key) == answer.coverage.findable_by("md5") == ("meadows",)
    assert answer.coverage.not_findable_by("md5") == ("parks",)


def test_a_miss_of_an_empty_index_covers_nothing(client: Client) -> None:
    answer = client.check(PHOTO)
    assert isinstance(answer, Miss)
    assert answer.coverage.datasets == ()
    (pair,) = client.check_many([PHOTO])
    assert pair == (PHOTO, answer)


def test_a_miss_follows_the_index(loaded: Client) -> None:
    first = loaded.check(NOWHERE)
    with loaded.ingest("more") as load:
        load.add("flickr:99100000003")
    second = loaded.check(NOWHERE)
    with loaded.ingest("parks", mode="replace") as load:
        load.add("flickr:99100000004")
    third = loaded.check(OTHER)
    assert isinstance(first, Miss)
    assert isinstance(second, Miss)
    assert isinstance(third, Miss)
    assert [len(each.coverage.datasets) for each in (first, second, third)] == [2, 3, 3]
    assert third.coverage.datasets[2].rows == 1


def test_a_miss_covers_no_dataset_that_changes_meanwhile(loaded: Client, monkeypatch: pytest.MonkeyPatch) -> None:
    describe = _questions.describe
    changes = 0

    def changing() -> _questions.Question[_questions.Description]:
        """The index is another one each time that it is described."""
        nonlocal changes
        changes += 1
        found = yield from describe()
        return found | {"parks": (*found["parks"], b"list.9.loaded\t%d" % changes)}

    monkeypatch.setattr(_questions, "describe", changing)
    answer = loaded.check(NOWHERE)
    assert isinstance(answer, Miss)
    assert [each.slug for each in answer.coverage.datasets] == ["meadows"]
    assert changes == _limits.COVERAGE_TRIES_MAX


def test_identifiers_without_an_answer_are_errors(loaded: Client) -> None:
    for identifier, kind in (
        ("99100000001", InvalidIdentifier),
        ("", InvalidIdentifier),
        (f"{PHOTO}\nPING", InvalidIdentifier),
        ("\ud800", InvalidIdentifier),
        ("flic.kr/s/aHsjB7zNkE", Unresolvable),
        ("sha1:0123456789abcdef0123456789abcdef01234567", Unsearchable),
    ):
        with pytest.raises(kind):
            loaded.check(identifier)
        with pytest.raises(kind):
            loaded.get(identifier)
        ((_, answer),) = loaded.check_many([identifier])
        assert isinstance(answer, Refused)
        assert type(answer.error) is kind
        with pytest.raises(kind):
            bool(answer)
    # The connection goes on.
    assert falls_to(1, loaded)


def test_get_has_the_rows_as_listed(loaded: Client) -> None:
    assert loaded.get("nsid:10000001@N02") == Listings(
        (Listing("parks", PHOTO, "row\\1\tof the list", (("nsid", "10000001@N02"),)),), is_truncated=False
    )
    answer = loaded.get(PHOTO)
    assert isinstance(answer, Listings)
    assert [row.dataset for row in answer.rows] == ["meadows", "parks"]
    assert isinstance(loaded.get(NOWHERE), Miss)


def test_datasets_accounts_and_metrics_have_their_values(loaded: Client) -> None:
    assert [tuple(each) for each in loaded.datasets()] == [("meadows", 2, 0, 2, 0), ("parks", 2, 1, 2, 0)]
    assert loaded.dataset("parks")["list.1.name"] == "parks.txt"
    with pytest.raises(UnknownDataset):
        loaded.dataset("nothing")
    account = loaded.account("nsid:10000001@N02", lists_images=True)
    assert (account.names, account.images, account.memberships) == (("nsid:10000001@N02",), 1, 2)
    assert account.listed == ((PHOTO, ("meadows", "parks")),)
    assert account.datasets == {"meadows": 1, "parks": 1}
    with pytest.raises(InvalidIdentifier):
        loaded.account("nsid:10000001@N02\tlabel=x")
    assert loaded.stats()["datasets"] == "2"
    assert {"disk", "writer"} <= {each.name for each in loaded.health() if each.is_ok}
    assert loaded.who()["role"] == "admin"
    loaded.ping()


def test_a_cross_reference_counts_each_image_once(loaded: Client) -> None:
    url = "https://www.flickr.com/photos/somebody/99100000001/"
    found = loaded.xref([(PHOTO, "DE"), (url, "FR\t1"), OTHER, NOWHERE, "nonsense", "!x", ("bad\n", "DE")])
    assert (found.rows, found.identifiers, found.images, found.invalid, found.duplicates) == (7, 3, 2, 3, 1)
    assert found.datasets == {"meadows": 1, "parks": 2}
    assert found.labels["FR\t1"] == LabelCount(identifiers=1, images=1, memberships=2, rejected=0)
    assert found.labels["DE"] == LabelCount(identifiers=1, images=1, memberships=2, rejected=1)
    assert found.labels[""].rejected == 2
    assert found.cells["parks", "DE"] == 1
    assert loaded.xref([]).rows == 0


def test_a_cross_reference_of_many_blocks_is_whole(loaded: Client) -> None:
    found = loaded.xref(f"flickr:{99200000000 + number}" for number in range(30_000))
    assert (found.rows, found.unmatched) == (30_000, 30_000)


def test_an_error_in_the_list_of_a_cross_reference_leaves_none_open(loaded: Client) -> None:
    def broken() -> Iterator[str]:
        yield PHOTO
        raise KeyError("the list ends")

    for _ in range(10):
        with pytest.raises(KeyError):
            loaded.xref(broken())
    assert loaded.xref([PHOTO]).rows == 1


def test_check_many_answers_each_in_order(loaded: Client) -> None:
    bad = ["99100000001", "a\nb", "\ud800", "x" * 20_000, "ü" * 9_000, "", "flic.kr/s/aHsjB7zNkE"]
    pattern = [PHOTO, OTHER, NOWHERE, *bad, "sha1:0123456789abcdef0123456789abcdef01234567"]
    identifiers = pattern * 900
    expected = [Hit(("meadows", "parks")), Hit(("parks",)), Miss, *[Refused] * 8]
    for size in (1, 7, _limits.BATCH_IDENTIFIERS_MAX):
        some = identifiers[: 300 if size == 1 else None]
        answers = list(loaded.check_many(iter(some), batch_size=size))
        assert [identifier for identifier, _ in answers] == some
        for place, (_, answer) in enumerate(answers):
            kind = expected[place % len(pattern)]
            assert answer == kind or type(answer) is kind
    assert list(loaded.check_many([])) == []


@pytest.mark.parametrize("size", [0, _limits.BATCH_IDENTIFIERS_MAX + 1])
def test_a_batch_is_within_its_bounds(client: Client, size: int) -> None:
    with pytest.raises(ValueError, match="a batch has"):
        client.check_many([], batch_size=size)
    assert list(client.check_many([], batch_size=max(1, size - 1))) == []


def test_a_line_may_have_as_many_bytes_as_the_bound_and_no_more(client: Client) -> None:
    prefix = "https://example.org/"
    room = _limits.LINE_BYTES_MAX - len(prefix)
    (_, good), (_, bad) = client.check_many([prefix + "a" * room, prefix + "a" * (room + 1)])
    assert isinstance(good, Refused | Miss)
    assert isinstance(bad, Refused)
    assert bad.error.code == "LINE"
    assert not isinstance(good, Refused) or good.error.code == "IDENTIFIER"


def test_check_many_reads_ahead_by_four_batches(loaded: Client) -> None:
    taken = 0

    def counted() -> Iterator[str]:
        nonlocal taken
        for _ in range(1_000):
            taken += 1
            yield PHOTO

    answers = loaded.check_many(counted(), batch_size=10)
    assert next(answers)[1]
    assert taken == 10 * _limits.BATCHES_UNANSWERED_MAX


def test_check_many_does_not_stop_a_daemon_that_stops_reading(loaded: Client) -> None:
    """The replies to each batch are far more than a socket holds."""
    for number in range(20):
        with loaded.ingest(f"{'long-name-' * 5}{number}") as load:
            load.add(PHOTO)
    answers = [answer for _, answer in loaded.check_many([PHOTO] * 10_000)]
    assert answers == [loaded.check(PHOTO)] * 10_000


def test_questions_may_be_asked_while_answers_are_consumed(loaded: Client) -> None:
    for identifier, answer in loaded.check_many([PHOTO, NOWHERE] * 20, batch_size=2):
        assert bool(loaded.check(identifier)) == bool(answer)


def falls_to(connections: int, client: Client) -> bool:
    """Whether there come to be at most so many connections; the daemon notices later that one is closed."""
    for _ in range(200):
        if int(client.who()["connections"]) <= connections:
            return True
        time.sleep(0.05)
    return False


def test_leaving_check_many_early_leaves_no_connection_behind(loaded: Client) -> None:
    for _ in range(20):
        answers = loaded.check_many([NOWHERE] * 40_000)
        assert not next(answers)[1]
        answers.close()
        assert loaded.check(PHOTO)
    assert falls_to(1, loaded)


def test_a_client_may_be_used_by_several_threads(loaded: Client) -> None:
    def ask(number: int) -> bool:
        if number % 3 == 0:
            return all(bool(answer) for _, answer in loaded.check_many([PHOTO] * 1_000))
        if number % 3 == 1:
            return loaded.check(PHOTO) == Hit(("meadows", "parks"))
        return isinstance(loaded.check(NOWHERE), Miss)

    with ThreadPoolExecutor(8) as pool:
        assert all(pool.map(ask, range(100)))
    assert falls_to(_limits.IDLE_CONNECTIONS_MAX, loaded)


def test_a_load_is_visible_at_its_end_and_not_before(loaded: Client) -> None:
    with loaded.ingest("later") as load:
        for number in range(20_000):
            load.add(f"https://example.org/{number}.jpg")
        assert not loaded.check("https://example.org/0.jpg")
        with pytest.raises(ValueError, match="not committed"):
            _ = load.outcome
    assert load.outcome == LoadOutcome(20_000, 20_000, 0, 20_000, 20_000, is_unchanged=False)
    assert loaded.check("https://example.org/0.jpg")
    for act in (lambda: load.add(PHOTO), lambda: load.reject("late", ""), load.__enter__):
        with pytest.raises(ValueError, match=r"open|once"):
            act()


def test_rejected_rows_have_their_numbers(client: Client, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(_limits, "BLOCK_BYTES", 1_000)
    with client.ingest("parks") as load:
        for number in range(2_000):
            load.add(f"flickr:{99100000000 + number}")
        load.add("nonsense")
        load.add("a\tb")
        load.reject("cut-row", "ends\nhere")
        load.add(PHOTO, {"nothing": "x"})
        load.add("x" * 20_000)
    assert [(each.row, each.code) for each in load.rejections] == [
        (2_001, "identifier"),
        (2_002, "identifier"),
        (2_003, "cut-row"),
        (2_004, "field"),
        (2_005, "too-long"),
    ]
    assert load.rejections[2].text == "ends\nhere"
    assert load.outcome.rejected == 5


def test_as_many_rejected_rows_are_kept_as_the_bound_says(client: Client) -> None:
    with client.ingest("parks") as load:
        load.add(PHOTO)
        for _ in range(_limits.REJECTIONS_KEPT_MAX + 1):
            load.reject("cut-row", "")
    assert len(load.rejections) == _limits.REJECTIONS_KEPT_MAX
    assert load.outcome.rejected == _limits.REJECTIONS_KEPT_MAX + 1


def staged(client: Client) -> int:
    return int(client.stats()["loads.staged"])


def test_an_exception_aborts_the_load(client: Client) -> None:
    with pytest.raises(KeyError) as caught, client.ingest("parks") as load:
        for number in range(20_000):
            load.add(f"https://example.org/{number}.jpg")
        raise KeyError
    assert not hasattr(caught.value, "__notes__")
    assert staged(client) == 0
    assert client.datasets() == ()


def test_a_load_that_cannot_be_committed_is_aborted(client: Client) -> None:
    with pytest.raises(LoadError), client.ingest("parks") as load:
        load.add("nonsense")
    assert staged(client) == 0


def test_a_load_into_a_dataset_that_has_a_list_is_refused(loaded: Client) -> None:
    with pytest.raises(DatasetExists), loaded.ingest("parks"):
        raise AssertionError("not reached")
    with loaded.ingest("parks", mode="append") as load:
        load.add(NOWHERE)
    assert loaded.check(NOWHERE)


def test_a_list_with_a_digest_is_loaded_once(client: Client) -> None:
    for is_again in (False, True):
        with client.ingest("parks", sha256="0" * 64) as load:
            load.add(PHOTO)
        assert load.outcome.is_unchanged == is_again
    assert client.datasets()[0].rows == 1


def test_a_load_that_was_cut_off_is_resumed(client: Client, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(_limits, "BLOCK_BYTES", 1_000)
    rows = [f"https://example.org/{number}.jpg" for number in range(1_000)]
    load = client.ingest("parks", source="s").__enter__()
    for row in rows[:600]:
        load.add(row)
    link = load._open_link()
    link.receive(link.unanswered, 10)
    link.close()
    while "idle" not in _states(client):
        time.sleep(0.05)
    with client.ingest("parks", source="s") as again:
        assert 0 < again._session._to_skip <= 600
        for row in rows:
            again.add(row)
    assert again.outcome.rows == 1_000
    assert all(bool(answer) for _, answer in client.check_many(rows))


def _states(client: Client) -> list[str]:
    with client._link() as link:
        link.send(Request(b"LOADS"))
        return [line.rsplit(b"\t", 1)[-1].decode() for line in link.receive(1, 10)[0].lines]


def test_a_resumed_load_with_fewer_rows_is_aborted(client: Client, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(_limits, "BLOCK_BYTES", 100)
    load = client.ingest("parks", source="s").__enter__()
    for number in range(100):
        load.add(f"https://example.org/{number}.jpg")
    link = load._open_link()
    link.receive(link.unanswered, 10)
    link.close()
    while "idle" not in _states(client):
        time.sleep(0.05)
    with pytest.raises(LoadError, match="rows more"), client.ingest("parks", source="s") as again:
        again.add("https://example.org/0.jpg")
    assert staged(client) == 0


def test_a_restarted_daemon_is_asked_again(loaded: Client, daemon: Daemon) -> None:
    assert loaded.check(PHOTO)
    answers = loaded.check_many([PHOTO, NOWHERE] * 100, batch_size=10)
    assert next(answers)[1]
    daemon.stop()
    daemon.start()
    assert loaded.check(PHOTO)
    assert [bool(answer) for _, answer in answers] == ([True, False] * 100)[1:]


def test_a_load_is_not_repeated_when_the_daemon_ends(loaded: Client, daemon: Daemon) -> None:
    with pytest.raises(ConnectionLost) as caught, loaded.ingest("later") as load:
        load.add(PHOTO)
        daemon.stop()
    assert "whichset abort later." in caught.value.__notes__[0]
    daemon.start()
    assert [each.slug for each in loaded.datasets()] == ["meadows", "parks"]


def test_a_closed_client_asks_nothing(client: Client, tmp_path: Path) -> None:
    client.ping()
    client.close()
    with pytest.raises(ValueError, match="closed"):
        client.ping()
    with pytest.raises(FileNotFoundError), Client(str(tmp_path / "none")) as other:
        raise FileNotFoundError(other.path)
