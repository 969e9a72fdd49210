"""The service of emergencies is there when it is needed, once, in either kind of database."""

from __future__ import annotations

from collections.abc import Callable

from sqlalchemy import func, select

from dispatch.model.service import EMERGENCY
from dispatch.store.engine import Database
from dispatch.store.tables import service
from dispatch.store.towns import emergency_service_of
from tests.conftest import Street


def test_it_is_made_when_it_is_first_needed_and_once(
    database: Database, build_street: Callable[[Database], Street]
) -> None:
    """A community that was loaded before there was one gets it from its first emergency, and keeps it."""
    build_street(database)
    first, second = (database.write(lambda tx: emergency_service_of(tx.connection, "street")) for _ in range(2))
    count = select(func.count()).select_from(service).where(service.c.code == EMERGENCY, service.c.is_active.is_(False))

    assert first == second
    assert database.read(lambda tx: tx.connection.scalar(count)) == 1
