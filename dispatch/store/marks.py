"""What a database says about itself: when the worker last ticked, when it was backed up, how often restored."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Final

from sqlalchemy import Connection

from dispatch.clock import rfc3339
from dispatch.store.engine import mark, marked

LAST_TICK: Final = "last_tick"
"""When the worker was last through with everything: what fell due before has been looked at."""

LAST_BACKUP: Final = "last_backup"
"""When a copy was last made and found good."""

RESTORE_EPOCH: Final = "restore_epoch"
"""How often the database was brought back from a copy."""

LAST_RESTORE: Final = "last_restore"
"""When it was last brought back from a copy."""


def mark_moment(connection: Connection, key: str, at: datetime) -> None:
    """Note a moment under one of the keys above."""
    mark(connection, key, rfc3339(at))


def marked_moment(connection: Connection, key: str) -> datetime | None:
    """Return the moment noted under a key, in UTC, or none where there is none."""
    said = marked(connection, key)
    return None if said is None else datetime.fromisoformat(said).astimezone(UTC)


def restore_epoch(connection: Connection) -> int:
    """Return how often the database was brought back from a copy."""
    return int(marked(connection, RESTORE_EPOCH) or 0)
