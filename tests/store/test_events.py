"""The audit log: one chain, in which every tampering shows."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as some
from sqlalchemy import text

from dispatch.model.actor import Actor
from dispatch.store import events
from dispatch.store.engine import Database, Transaction
from dispatch.store.events import GENESIS, ChainBreak, Event, chain_hash
from dispatch.store.tables import community as community_table

ACTOR = Actor(name="小李", on_behalf_of="V017")

GOLDEN = Event(
    community="jinsong",
    at=datetime(2026, 11, 23, 1, 2, 3, 4, tzinfo=UTC),
    actor="小李",
    on_behalf_of="V017",
    request_id="0190a7a0-0000-7000-8000-000000000001",
    kind="accepted",
    step="0190a7a0-0000-7000-8000-000000000002",
    params={"slot": 1, "offer": "x", "list": ["b", 1, None, True], "deep": {"b": 1, "a": "劲松"}},
    rules_version="1",
)


@pytest.fixture
def log(database: Database) -> Database:
    """Give a database with five events of one community and two of another, in turns."""
    for code in ("here", "there"):
        row = {"code": code, "name_zh": code, "name_en": code, "zone": "UTC", "phone_region": "CN"}
        database.write(lambda tx, row=row: tx.connection.execute(community_table.insert().values(row)))
    for number in range(5):
        append(database, "here", number)
        if number % 2:
            append(database, "there", number)
    return database


def append(database: Database, community: str, number: int) -> None:
    """Write one event."""

    def works(tx: Transaction) -> None:
        one = Event(community=community, at=tx.now, actor="a", kind="k", step=tx.step, params={"number": number})
        events.append(tx.connection, [one])

    database.write(works)


def verified(database: Database, community: str = "here") -> tuple[int, list[ChainBreak]]:
    """Verify a chain."""
    return database.read(lambda tx: events.verify_chain(tx.connection, community))


def test_the_hash_of_an_event_never_changes() -> None:
    """Whoever printed a head years ago must still find it: the canonical form is frozen by this value."""
    first = chain_hash(GOLDEN, GENESIS)

    assert first == "1e3b74202eaa72b7970a72a31de805589d7cceebcad405108872fe75c60170e8"
    assert chain_hash(GOLDEN, first) == "b786f6b906ba266cd24bf776e1fbceafab4fb8c4cb21d4863ae5ce1ac861cb56"


def test_a_log_that_nobody_touched_is_whole(log: Database) -> None:
    """Each community has a chain of its own, from its first row."""
    assert verified(log, "here") == (5, [])
    assert verified(log, "there") == (2, [])
    assert verified(log, "nowhere") == (0, [])


EDITS = {
    "community": "'there'",
    "at": "'2020-01-01T00:00:00.000000Z'",
    "actor": "'somebody else'",
    "on_behalf_of": "'V001'",
    "request_id": "'x'",
    "step": "'x'",
    "kind": "'x'",
    "params": """'{"number": 9}'""",
    "rules_version": "'2'",
}


def tamper(database: Database, *statements: str) -> None:
    """Change the log behind the back of its guards."""
    drop = (
        ["event_is_not_edited", "event_is_not_deleted", "event_is_not_replaced"]
        if database.is_sqlite
        else ["event_is_not_edited ON event"]
    )
    with database.owner_connection() as connection:
        for name in drop:
            connection.execute(text(f"DROP TRIGGER IF EXISTS {name}"))
        for statement in statements:
            connection.execute(text(statement))


def seqs(database: Database, community: str = "here") -> list[int]:
    """Give the numbers of a community's events."""
    return [one.seq for one in database.read(lambda tx: list(events.read(tx.connection, community)))]


@pytest.mark.parametrize("column", EDITS)
def test_an_edited_event_shows_whatever_was_edited(log: Database, column: str) -> None:
    """Every column counts towards the hash; the row is named, and no other is accused of being edited."""
    third = seqs(log)[2]

    tamper(log, f"UPDATE event SET {column} = {EDITS[column]} WHERE seq = {third}")

    _, breaks = verified(log)
    if column == "community":  # it left this chain: the next row no longer follows
        assert breaks == [ChainBreak(seqs(log)[2], "not-linked")]
    else:
        assert breaks == [ChainBreak(third, "edited")]


def test_a_removed_event_shows_at_the_next_one(log: Database) -> None:
    """The row after the gap names a hash that nobody has."""
    second, third = seqs(log)[1:3]

    tamper(log, f"DELETE FROM event WHERE seq = {second}")

    assert verified(log) == (4, [ChainBreak(third, "not-linked")])


def test_a_removed_first_event_shows(log: Database) -> None:
    """A chain begins at its beginning."""
    first, second = seqs(log)[:2]

    tamper(log, f"DELETE FROM event WHERE seq = {first}")

    assert verified(log) == (4, [ChainBreak(second, "not-linked")])


def test_a_removed_tail_does_not_show_by_itself(log: Database) -> None:
    """What the chain alone cannot tell; an anchor kept elsewhere can."""
    last = seqs(log)[-1]

    tamper(log, f"DELETE FROM event WHERE seq = {last}")

    assert verified(log) == (4, [])


def test_an_event_with_its_hash_made_new_shows_at_the_next_one(log: Database) -> None:
    """Whoever edits a row and its hash must rewrite everything after it."""
    before, third, after = seqs(log)[1:4]
    del before
    rows = {one.seq: one for one in log.read(lambda tx: list(events.read(tx.connection, "here")))}
    forged = Event(**{**_columns(rows[third]), "actor": "somebody else"})

    mine = chain_hash(forged, forged.prev_hash)
    tamper(log, f"UPDATE event SET actor = 'somebody else', hash = '{mine}' WHERE seq = {third}")

    assert verified(log) == (5, [ChainBreak(after, "not-linked")])


def test_an_event_slipped_in_shows(log: Database) -> None:
    """A row that was made up follows a hash that another row follows already, or none."""
    (made_up,) = seqs(log)[-1:]
    one = Event(**{**_columns(GOLDEN), "community": "here"})

    tamper(
        log,
        "INSERT INTO event (seq, community, at, actor, step, kind, params, rules_version, prev_hash, hash)"
        f" VALUES ({made_up + 10}, 'here', '2026-11-23T01:02:03.000004Z', 'a', 's', 'k', '{{}}', '1',"
        f" '{'f' * 64}', '{chain_hash(one, 'f' * 64)}')",
    )

    assert verified(log) == (6, [ChainBreak(made_up + 10, "not-linked"), ChainBreak(made_up + 10, "edited")])


@pytest.mark.parametrize(
    "params", [{"share": 0.5}, {"deep": {"share": [1, 0.5]}}, {"by_number": {1: "a"}}], ids=["plain", "deep", "key"]
)
def test_what_would_not_hash_the_same_when_read_back_is_refused(log: Database, params: dict[str, Any]) -> None:
    """A fraction is written differently by different databases, so the log keeps whole numbers and text."""
    with pytest.raises(TypeError):
        log.write(lambda tx: _record(tx, params))

    assert verified(log) == (5, [])


plain = some.recursive(
    some.none()
    | some.booleans()
    | some.integers(-(2**63), 2**63)
    | some.text(some.characters(exclude_categories=["Cs"], exclude_characters="\x00"), max_size=12),
    lambda inner: some.lists(inner, max_size=3) | some.dictionaries(some.text("ab劲1 _", max_size=3), inner, max_size=3),
    max_leaves=8,
)


@settings(max_examples=40, suppress_health_check=[HealthCheck.function_scoped_fixture], deadline=None)
@given(params=some.dictionaries(some.text("abc", min_size=1, max_size=3), plain, max_size=4))
def test_whatever_is_recorded_hashes_the_same_when_read_back(log: Database, params: dict[str, Any]) -> None:
    """The database may reorder keys and rewrite numbers as it likes; the canonical form does not notice."""
    log.write(lambda tx: _record(tx, params))

    assert verified(log)[1] == []


def test_the_log_is_read_by_request_by_moment_and_from_its_end(log: Database) -> None:
    """The same events, chosen and turned round."""

    def works(tx: Transaction) -> None:
        mine = Event(community="here", at=tx.now, actor="a", kind="mine", step="s", params={}, request_id="r")
        events.append(tx.connection, [mine])

    log.write(works)

    kinds: Callable[..., list[str]] = lambda **said: [  # noqa: E731
        one.kind for one in log.read(lambda tx: list(events.read(tx.connection, "here", **said)))
    ]
    assert kinds(request_id="r") == ["mine"]
    assert kinds() == ["k"] * 5 + ["mine"]
    assert kinds(newest_first=True) == ["mine"] + ["k"] * 5
    assert kinds(since=datetime(2100, 1, 1, tzinfo=UTC)) == []


def _record(tx: Transaction, params: dict[str, Any]) -> None:
    events.append(
        tx.connection, [Event(community="here", at=tx.now, actor="a", kind="k", step=tx.step, params=params)]
    )


def _columns(one: Event) -> dict[str, Any]:
    return {name: getattr(one, name) for name in Event.__dataclass_fields__}
