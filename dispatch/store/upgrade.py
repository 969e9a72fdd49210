"""Bring the tables up to date; the only module that imports Alembic."""

from __future__ import annotations

from alembic import command
from alembic.config import Config

from dispatch.store.engine import HEAD, Database, schema_version


def upgrade(database: Database) -> tuple[str | None, str]:
    """Make the tables, or bring older ones up to date, in one transaction.

    Returns:
        The migration the database stood at (none: it was new) and the one it stands at now.
    """
    with database.owner_connection() as connection:
        before = schema_version(connection)
        if before != HEAD:
            command.upgrade(_config(connection), "head")
        return before, schema_version(connection) or ""


def check_in_step(database: Database) -> None:
    """Raise Alembic's own error unless migrations and ``tables.py`` describe the same tables."""
    with database.owner_connection() as connection:
        command.check(_config(connection))


def _config(connection: object) -> Config:
    config = Config()
    config.set_main_option("script_location", "dispatch.store:migrations")
    config.attributes["connection"] = connection
    return config
