"""What a database says about its own health, on both kinds."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
from sqlalchemy import create_engine, text

from dispatch.store import health
from dispatch.store.engine import Database


def test_a_whole_database_has_no_faults(database: Database) -> None:
    """Nothing is wrong with a fresh one."""
    assert database.read(lambda tx: health.faults_in_file(tx.connection)) == []
    assert database.read(lambda tx: health.last_event_at(tx.connection)) is None
    assert not database.read(lambda tx: health.has_requests(tx.connection))


def test_what_stands_too_long_is_counted(street: Any, database: Database) -> None:
    """Requests and responders are seen on both kinds of database alike."""
    street.responder("V2", phone="")
    street.responder("V1", phone="")
    street.responder("V3")
    street.request()

    assert database.read(lambda tx: health.has_requests(tx.connection))
    assert database.read(lambda tx: health.responders_without_phone(tx.connection, "street")) == ["V1", "V2"]
    assert database.read(lambda tx: health.stuck_messages(tx.connection, tx.now)) == 0


@pytest.mark.postgres
def test_a_server_that_may_forget_is_found_out(
    make_postgresql: Callable[..., str], postgresql_template: str
) -> None:
    """A switched-off safety is named; commits that wait for more than the disk are no fault."""
    database = Database(make_postgresql(postgresql_template))
    admin = create_engine(database.url, isolation_level="AUTOCOMMIT")

    def careless(value: str) -> list[str]:
        with admin.connect() as connection:
            name = connection.execute(text("SELECT current_database()")).scalar_one()
            connection.execute(text(f'ALTER DATABASE "{name}" SET synchronous_commit = {value}'))
        database.close()
        return database.read(lambda tx: health.careless_settings(tx.connection))

    assert "synchronous_commit" in careless("off")
    assert "synchronous_commit" not in careless("local")
    assert "synchronous_commit" not in careless("remote_apply")
    assert "synchronous_commit" not in careless("on")
    admin.dispose()
    database.close()
