"""PostgreSQL's pitfalls, each with its test: settings in force, races repeated, a server that goes away."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from threading import Barrier, Thread

import pytest
from sqlalchemy import create_engine, exc, make_url, text

from dispatch.errors import DispatchError, Misconfigured, Unavailable
from dispatch.store import engine as engine_module
from dispatch.store.engine import Database, Transaction, mark, marked

pytestmark = pytest.mark.postgres


@pytest.fixture
def address(make_postgresql: Callable[..., str], postgresql_template: str) -> str:
    """Give the address of a database with our tables and no rows."""
    return make_postgresql(postgresql_template)


@pytest.fixture
def database(address: str) -> Iterator[Database]:
    """Give that database, on the server's own clock."""
    opened = Database(address)
    yield opened
    opened.close()


def show(tx: Transaction, name: str) -> str:
    """Ask the server for one setting of this session."""
    return str(tx.connection.execute(text(f"SHOW {name}")).scalar_one())


@pytest.mark.parametrize("way", ["write", "read"])
def test_the_settings_that_bound_waiting_are_in_force(database: Database, way: str) -> None:
    """A hung statement, a lock not had and a worker gone silent each end by themselves, on every connection."""
    wanted = {
        "statement_timeout": "10s",
        "lock_timeout": "3s",
        "idle_in_transaction_session_timeout": "15s",
        "application_name": "dispatch",
        "transaction_isolation": "read committed" if way == "write" else "repeatable read",
        "transaction_read_only": "off" if way == "write" else "on",
    }

    for _ in range(2):
        assert getattr(database, way)(lambda tx: {name: show(tx, name) for name in wanted}) == wanted


def test_a_vanished_network_is_noticed_by_the_client(database: Database) -> None:
    """The connection asks for the time limits without which a worker would hang for minutes."""

    def parameters(tx: Transaction) -> dict[str, str]:
        driver = tx.connection.connection.driver_connection
        assert driver is not None
        return dict(driver.info.get_parameters())

    asked = database.write(parameters)

    assert {name: asked.get(name) for name in asked if name.startswith(("keepalives_", "tcp_", "connect_"))} == {
        "connect_timeout": "5",
        "tcp_user_timeout": "5000",
        "keepalives_idle": "5",
        "keepalives_interval": "2",
        "keepalives_count": "3",
    }


def test_a_real_deadlock_is_repeated_until_both_are_done(address: str) -> None:
    """Two workers that lock the same two rows in opposite order: the server ends one, which tries again."""
    keys, barrier, tries = ("a", "b"), Barrier(2, timeout=20), []
    first = Database(address)
    first.write(lambda tx: [mark(tx.connection, key, "0") for key in keys])

    def work(order: tuple[str, ...]) -> None:
        database = Database(address)
        met = []

        def both(tx: Transaction) -> None:
            tries.append(order)
            add = text("UPDATE about SET value = (value::int + 1)::text WHERE key = :key")
            tx.connection.execute(add, {"key": order[0]})
            if not met:
                met.append(barrier.wait())
            tx.connection.execute(add, {"key": order[1]})

        database.write(both)
        database.close()

    workers = [Thread(target=work, args=(order,)) for order in (keys, keys[::-1])]
    for one in workers:
        one.start()
    for one in workers:
        one.join()

    assert [first.read(lambda tx, key=key: marked(tx.connection, key)) for key in keys] == ["2", "2"]
    assert len(tries) == 3
    first.close()


def test_a_lock_that_is_not_had_in_time_is_tried_for_again(address: str, monkeypatch: pytest.MonkeyPatch) -> None:
    """Somebody who holds a row for ever costs a sentence, not a hanging screen."""
    connect = {**engine_module._POSTGRESQL_CONNECT, "options": "-c lock_timeout=50ms"}
    monkeypatch.setattr(engine_module, "_POSTGRESQL_CONNECT", connect)
    monkeypatch.setattr(engine_module, "TRIES", 2)
    database = Database(address)
    database.write(lambda tx: mark(tx.connection, "a", "b"))
    holder = create_engine(database.url)

    with holder.connect() as connection, pytest.raises(Unavailable, match="is busy: somebody else is writing"):
        connection.execute(text("UPDATE about SET value = 'held'"))
        database.write(lambda tx: mark(tx.connection, "a", "c"))
    holder.dispose()

    database.write(lambda tx: mark(tx.connection, "a", "d"))
    assert database.read(lambda tx: marked(tx.connection, "a")) == "d"
    database.close()


def test_a_statement_that_takes_too_long_is_ended(address: str, monkeypatch: pytest.MonkeyPatch) -> None:
    """The person hears that it took too long, and may try again."""
    connect = {**engine_module._POSTGRESQL_CONNECT, "options": "-c statement_timeout=50ms"}
    monkeypatch.setattr(engine_module, "_POSTGRESQL_CONNECT", connect)
    database = Database(address)

    with pytest.raises(Unavailable, match="took too long to answer"):
        database.write(lambda tx: tx.connection.execute(text("SELECT pg_sleep(10)")))
    database.close()


@pytest.mark.parametrize(
    ("code", "kind", "said"),
    [
        ("53100", Unavailable, "full or failing, so nothing was saved"),
        ("57P03", Unavailable, "cannot be reached"),
        ("08006", Unavailable, "cannot be reached"),
        ("28000", Misconfigured, "does not let us in"),
    ],
)
def test_what_the_server_says_becomes_a_sentence(
    database: Database, code: str, kind: type[DispatchError], said: str
) -> None:
    """A full disk, a server that is starting, a lost connection and a refused login are told apart."""
    with pytest.raises(kind, match=said):
        database.write(lambda tx: tx.connection.execute(_raise(code)))


def test_a_repeated_row_is_not_tried_again(database: Database) -> None:
    """A unique violation may be a lost race or a mistake; whoever wrote it looks and decides, the engine does not."""
    tries = []

    def works(tx: Transaction) -> None:
        tries.append(tx.now)
        tx.connection.execute(text("INSERT INTO about VALUES ('a', 'b'), ('a', 'b')"))

    with pytest.raises(exc.IntegrityError):
        database.write(works)

    assert len(tries) == 1


def kill(database: Database, tx: Transaction) -> None:
    """Let the server drop the connection of a transaction, as when it is restarted."""
    pid = tx.connection.execute(text("SELECT pg_backend_pid()")).scalar_one()
    other = create_engine(database.url, isolation_level="AUTOCOMMIT")
    with other.connect() as connection:
        connection.execute(text("SELECT pg_terminate_backend(:pid, 5000)"), {"pid": pid})
    other.dispose()


def test_a_connection_lost_in_the_middle_saves_nothing_and_heals(database: Database) -> None:
    """The person hears that the server cannot be reached; the next unit of work finds a new connection."""

    def works(tx: Transaction) -> None:
        mark(tx.connection, "a", "b")
        kill(database, tx)
        mark(tx.connection, "c", "d")

    with pytest.raises(Unavailable, match="cannot be reached"):
        database.write(works)

    assert database.read(lambda tx: marked(tx.connection, "a")) is None
    database.write(lambda tx: mark(tx.connection, "a", "later"))
    assert database.read(lambda tx: marked(tx.connection, "a")) == "later"


def test_a_connection_lost_while_saving_is_said_to_leave_it_open(database: Database) -> None:
    """Nobody knows whether the last word arrived, and nobody pretends to."""

    def works(tx: Transaction) -> None:
        mark(tx.connection, "a", "b")
        kill(database, tx)

    with pytest.raises(Unavailable, match="it is not known whether it was saved") as broken:
        database.write(works)

    assert broken.value.hint == "look first (dispatch today), or try again with the same --key"


def test_connections_that_died_between_two_commands_are_not_noticed_by_anybody(database: Database) -> None:
    """The server was restarted overnight: the first command in the morning works."""
    database.write(lambda tx: mark(tx.connection, "a", "b"))
    other = create_engine(database.url, isolation_level="AUTOCOMMIT")
    with other.connect() as connection:
        everybody = "SELECT pg_terminate_backend(pid, 5000) FROM pg_stat_activity WHERE datname = current_database()"
        connection.execute(text(f"{everybody} AND pid <> pg_backend_pid()"))
    other.dispose()

    assert database.read(lambda tx: marked(tx.connection, "a")) == "b"


@pytest.mark.parametrize(
    ("change", "kind", "said"),
    [
        ({"database": "nowhere"}, Misconfigured, "does not let us in"),
        ({"username": "stranger"}, Misconfigured, "does not let us in"),
        ({"host": "127.0.0.1", "port": 1, "query": {}}, Unavailable, "cannot be reached"),
    ],
)
def test_a_server_that_does_not_answer_or_does_not_know_us_is_told_apart(
    address: str, change: dict[str, object], kind: type[DispatchError], said: str
) -> None:
    """A wrong name wants another setting, a silent server another moment."""
    url = make_url(address).set(**change)  # type: ignore[arg-type]

    with pytest.raises(kind, match=said):
        Database(url.render_as_string(hide_password=False)).check_ready()


def _raise(code: str) -> object:
    return text(f"DO $$ BEGIN RAISE EXCEPTION 'made up' USING ERRCODE = '{code}'; END $$")
