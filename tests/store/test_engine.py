"""One transaction as a unit of work: consistent, repeated as a whole when busy, honest when it cannot be done."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime, timedelta, timezone
from threading import Event, Thread
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as some
from sqlalchemy import create_engine, exc, func, select, text

from dispatch.clock import StoppedClock
from dispatch.errors import DispatchError, Misconfigured, NotFound, Refused, Unavailable
from dispatch.model.actor import Actor
from dispatch.store import events
from dispatch.store.engine import Database, Transaction, mark, marked, url_of
from dispatch.store.tables import about, event
from dispatch.store.tables import community as community_table

ACTOR = Actor(name="小李")


def add_community(database: Database, code: str = "here") -> None:
    """Write a community's row and nothing else."""
    row = {"code": code, "name_zh": "这里", "name_en": "Here", "zone": "Asia/Shanghai", "phone_region": "CN"}
    database.write(lambda tx: tx.connection.execute(community_table.insert().values(row)))


def test_what_is_written_is_there_and_what_fails_is_not(database: Database) -> None:
    """A unit of work that raises leaves nothing behind, and the next one begins afresh."""

    def fails(tx: Transaction) -> None:
        mark(tx.connection, "half", "done")
        raise Refused("stop")

    with pytest.raises(Refused):
        database.write(fails)
    database.write(lambda tx: mark(tx.connection, "whole", "done"))

    assert database.read(lambda tx: marked(tx.connection, "half")) is None
    assert database.read(lambda tx: marked(tx.connection, "whole")) == "done"


def test_a_reader_changes_nothing(database: Database) -> None:
    """What is done in a read is refused by the database."""
    with pytest.raises((exc.DBAPIError, DispatchError)):
        database.read(lambda tx: mark(tx.connection, "a", "b"))

    assert database.read(lambda tx: marked(tx.connection, "a")) is None


def test_a_reader_sees_one_moment_however_much_is_written_meanwhile(database: Database, address: str) -> None:
    """Two looks within one read agree, although somebody committed in between; the writer did not wait."""
    other = Database(address)

    def looks(tx: Transaction) -> tuple[str | None, str | None]:
        first = marked(tx.connection, "a")
        other.write(lambda tx: mark(tx.connection, "a", "b"))
        return first, marked(tx.connection, "a")

    seen = database.read(looks)
    other.close()

    assert seen == (None, None)
    assert database.read(lambda tx: marked(tx.connection, "a")) == "b"


def test_a_reader_does_not_wait_for_a_writer(database: Database, address: str) -> None:
    """In the middle of somebody's transaction others still read what was there before it."""
    other = Database(address)

    def works(tx: Transaction) -> str | None:
        mark(tx.connection, "a", "b")
        return other.read(lambda tx: marked(tx.connection, "a"))

    seen = database.write(works)
    other.close()

    assert seen is None


def test_a_second_writer_waits_and_both_are_done(database: Database, address: str) -> None:
    """While one writes the other's turn has not come; when it has, it reads what the first left."""
    other, begun = Database(address), Event()
    add_community(database)

    def slow(tx: Transaction) -> None:
        tx.connection.execute(community_table.update().values(last_number=1))
        begun.set()
        tx.connection.execute(community_table.update().values(last_number=2))

    def quick(tx: Transaction) -> None:
        tx.connection.execute(community_table.update().values(last_number=community_table.c.last_number + 10))

    follower = Thread(target=lambda: (begun.wait(), other.write(quick)))
    follower.start()
    database.write(slow)
    follower.join()
    other.close()

    assert database.read(lambda tx: tx.connection.scalar(select(community_table.c.last_number))) == 12


def test_the_moment_is_read_once_and_is_the_clocks(database: Database, clock: StoppedClock) -> None:
    """All that one transaction does happens at one moment, aware and in UTC."""
    clock.at = datetime(2027, 1, 2, 3, 4, 5, 678901, tzinfo=UTC)

    assert database.write(lambda tx: tx.now) == clock.at
    assert database.read(lambda tx: tx.now).tzinfo is UTC


def test_the_time_of_day_is_the_databases_where_it_has_one(address: str, backend: str) -> None:
    """All workers on one PostgreSQL share its clock, whatever their own machines show."""
    database = Database(address)
    began = datetime.now(UTC) - timedelta(seconds=5)

    moment = database.read(lambda tx: tx.now)
    database.close()

    assert began < moment < datetime.now(UTC) + timedelta(seconds=5)
    assert moment.tzinfo is UTC


@settings(max_examples=60, suppress_health_check=[HealthCheck.function_scoped_fixture], deadline=None)
@given(
    moments=some.lists(
        some.datetimes(
            datetime(1000, 1, 2),
            datetime(9999, 12, 30),
            timezones=some.builds(lambda n: timezone(timedelta(minutes=n)), some.integers(-14 * 60, 14 * 60)),
        ),
        min_size=1,
        max_size=5,
    )
)
def test_a_moment_comes_back_as_it_went_and_sorts_as_time(database: Database, moments: list[datetime]) -> None:
    """Whatever its offset, to the microsecond, on both kinds of database."""
    add = [{"community": "c", "at": at, "actor": "a", "step": "s", "kind": "k", "params": {}, "rules_version": "1"} for at in moments]

    def there_and_back(tx: Transaction) -> list[datetime]:
        for number, row in enumerate(add):
            tx.connection.execute(event.insert().values(**row, prev_hash=f"{number}", hash="h"))
        back = list(tx.connection.scalars(select(event.c.at).order_by(event.c.at)))
        raise _Back(back)

    with pytest.raises(_Back) as back:
        database.write(there_and_back)

    assert back.value.moments == sorted(one.astimezone(UTC) for one in moments)
    assert all(one.tzinfo is UTC for one in back.value.moments)


class _Back(Exception):
    def __init__(self, moments: list[datetime]) -> None:
        self.moments = moments


def test_a_moment_without_an_offset_is_a_bug_and_is_refused(database: Database) -> None:
    """Nobody can say when it was, so it is not kept."""
    with pytest.raises(exc.StatementError, match="a moment must know its offset"):
        database.write(lambda tx: tx.connection.execute(select(event).where(event.c.at == datetime(2026, 1, 1))))


def test_events_are_written_with_what_they_record_or_not_at_all(database: Database) -> None:
    """The log and the change share one transaction, and one step."""
    add_community(database)

    def works(tx: Transaction) -> str:
        tx.record(ACTOR, "first", number=1)
        mark(tx.connection, "a", "b")
        tx.record(ACTOR, "second")
        return tx.step

    def fails(tx: Transaction) -> None:
        tx.record(ACTOR, "never")
        raise Refused("stop")

    step = database.write(works)
    with pytest.raises(Refused):
        database.write(fails)

    kept = database.read(lambda tx: list(events.read(tx.connection, "here")))
    assert [(one.kind, one.step, dict(one.params)) for one in kept] == [("first", step, {"number": 1}), ("second", step, {})]


def test_the_community_is_the_only_one_or_the_one_named(database: Database, address: str) -> None:
    """None, several, and one that is not there are each said in a sentence."""
    with pytest.raises(NotFound, match="no community is loaded yet"):
        database.read(lambda tx: tx.community)
    add_community(database, "a")
    assert database.read(lambda tx: tx.community) == "a"
    add_community(database, "b")
    with pytest.raises(Misconfigured, match="several communities"):
        database.read(lambda tx: tx.community)

    for code in ("b", "c"):
        named = Database(address, community=code)
        if code == "b":
            assert named.read(lambda tx: tx.community) == "b"
        else:
            with pytest.raises(NotFound, match="community c is not in this database"):
                named.read(lambda tx: tx.community)
        named.close()


def test_a_database_is_marked_as_a_rehearsal_or_is_none(database: Database) -> None:
    """Only what says so itself is a rehearsal."""
    assert not database.is_rehearsal()
    database.write(lambda tx: mark(tx.connection, "rehearsal", "yes"))
    assert database.is_rehearsal()
    database.write(lambda tx: mark(tx.connection, "rehearsal", "no"))

    assert not database.is_rehearsal()
    assert database.read(lambda tx: tx.connection.scalar(select(func.count()).select_from(about))) == 1


@pytest.mark.parametrize(
    ("said", "backend_name"),
    [
        ("desk.db", "sqlite"),
        ("劲松 8号/库 #1?.db", "sqlite"),
        ("sqlite:////tmp/desk.db", "sqlite"),
        ("postgresql://h/d", "postgresql"),
        ("postgres://h/d", "postgresql"),
        ("postgresql+psycopg://h/d", "postgresql"),
    ],
)
def test_a_path_means_sqlite_and_a_url_what_it_says(said: str, backend_name: str) -> None:
    """The one setting takes both."""
    url = url_of(said)

    assert url.get_backend_name() == backend_name
    assert url.drivername in ("sqlite+pysqlite", "postgresql+psycopg")


def test_other_kinds_of_database_are_refused() -> None:
    """Nothing is tried that was never tested."""
    with pytest.raises(Misconfigured, match="mysql databases are not supported"):
        url_of("mysql://h/d")


def test_a_password_is_never_shown() -> None:
    """What is put into sentences and logs hides it."""
    assert "geheim" not in Database("postgresql://me:geheim@h/d").shown


def test_a_unit_of_work_is_begun_again_from_its_start_when_the_database_was_busy(
    database: Database, fault: Callable[[Transaction], object]
) -> None:
    """A lost race costs another try, not an error; what the first try did is not done twice."""
    add_community(database)
    tries = []

    def works(tx: Transaction) -> int:
        tries.append(tx.now)
        tx.connection.execute(community_table.update().values(last_number=community_table.c.last_number + 1))
        if len(tries) < 3:
            fault(tx)
        return len(tries)

    assert database.write(works) == 3
    assert database.read(lambda tx: tx.connection.scalar(select(community_table.c.last_number))) == 1


def test_a_database_that_stays_busy_is_given_up_in_a_sentence(
    database: Database, fault: Callable[[Transaction], object]
) -> None:
    """After five tries the person hears that it is busy, and nothing was kept."""
    tries = []

    def works(tx: Transaction) -> None:
        tries.append(mark(tx.connection, "a", "b"))
        fault(tx)

    with pytest.raises(Unavailable, match="is busy: somebody else is writing"):
        database.write(works)

    assert len(tries) == 5
    assert database.read(lambda tx: marked(tx.connection, "a")) is None


@pytest.fixture(params=["40001", "40P01", "55P03"])
def fault(request: pytest.FixtureRequest, backend: str, database: Database) -> Callable[[Transaction], object]:
    """Give what makes the database itself say "try again": a serialization failure, a deadlock, a lock not had."""
    code: str = request.param

    def on_postgresql(tx: Transaction) -> None:
        tx.connection.execute(text(f"DO $$ BEGIN RAISE EXCEPTION 'race' USING ERRCODE = '{code}'; END $$"))

    def on_sqlite(tx: Transaction) -> None:
        rival: Any = create_engine(database.url, connect_args={"timeout": 0, "isolation_level": None})
        try:
            with rival.connect() as connection:
                connection.exec_driver_sql("BEGIN IMMEDIATE")
        finally:
            rival.dispose()

    return on_sqlite if backend == "sqlite" else on_postgresql
