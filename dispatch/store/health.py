"""How a database is: whole, quick to lose anything, and what in it has been standing too long."""

from __future__ import annotations

from datetime import datetime
from typing import Final

from sqlalchemy import Connection, func, or_, select, text

from dispatch.store.tables import delivery, event, person_private, request, responder

SAFE: Final = {
    "fsync": frozenset({"on"}),
    "full_page_writes": frozenset({"on"}),
    "synchronous_commit": frozenset({"on", "local", "remote_write", "remote_apply"}),
}
"""Settings of a PostgreSQL server, and the values under which nothing that was acknowledged is lost."""


def faults_in_file(connection: Connection) -> list[str]:
    """Return what SQLite finds wrong in its file, none where it is whole; on PostgreSQL nothing is looked at."""
    if connection.dialect.name != "sqlite":
        return []
    said = list(connection.execute(text("PRAGMA quick_check(10)")).scalars())
    return [] if said == ["ok"] else [str(one) for one in said]


def careless_settings(connection: Connection) -> list[str]:
    """Return the settings of a PostgreSQL server, by name, under which saved work may be lost."""
    if connection.dialect.name != "postgresql":
        return []
    found = {name: str(connection.execute(text(f"SHOW {name}")).scalar_one()) for name in SAFE}
    return [name for name, value in found.items() if value not in SAFE[name]]


def last_event_at(connection: Connection) -> datetime | None:
    """Return when the last event of any community was written."""
    return connection.scalar(select(event.c.at).order_by(event.c.seq.desc()).limit(1))


def stuck_messages(connection: Connection, before: datetime) -> int:
    """Return how many messages should have left before a moment and have not."""
    waiting = or_(
        (delivery.c.state == "ready") & (delivery.c.next_at < before),
        (delivery.c.state == "sending") & (delivery.c.lease_until < before),
    )
    return int(connection.scalar(select(func.count()).where(waiting)) or 0)


def responders_without_phone(connection: Connection, community: str) -> list[str]:
    """Return the codes of active responders of whom no phone is kept."""
    query = (
        select(responder.c.code)
        .outerjoin(person_private, person_private.c.person_id == responder.c.person_id)
        .where(
            responder.c.community == community,
            responder.c.is_active,
            func.coalesce(person_private.c.phone, "") == "",
        )
        .order_by(responder.c.code)
    )
    return list(connection.scalars(query))


def has_requests(connection: Connection) -> bool:
    """Return whether anything would be lost with this database."""
    return connection.scalar(select(request.c.id).limit(1)) is not None
