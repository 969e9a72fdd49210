"""Bring the tables up to date; the only module that imports Alembic."""

from __future__ import annotations

import os
from contextlib import suppress
from pathlib import Path

from alembic import command
from alembic.config import Config
from sqlalchemy import inspect

from dispatch.errors import Misconfigured
from dispatch.store.engine import HEAD, Database, newer_than_we_are, schema_version


def upgrade(database: Database) -> tuple[str | None, str]:
    """Make the tables, or bring older ones up to date, in one transaction.

    Returns:
        The migration the database stood at (none: it was new) and the one it stands at now.

    Raises:
        Misconfigured: It was made by a newer version, or is a file of something else.
    """
    if database.path is not None:
        _keep_to_its_owner(database.path)
    with database.owner_connection() as connection:
        before = schema_version(connection)
        if before is not None and before > HEAD:
            raise newer_than_we_are(database.shown, before)
        if before is None and database.is_sqlite and inspect(connection).get_table_names():
            raise Misconfigured(
                "{path} holds tables of something else", path=database.shown, hint="name another file: --database PATH"
            )
        if before != HEAD:
            command.upgrade(_config(connection), "head")
        return before, schema_version(connection) or ""


def check_in_step(database: Database) -> None:
    """Raise Alembic's own error unless migrations and ``tables.py`` describe the same tables."""
    with database.owner_connection() as connection:
        command.check(_config(connection))


def _keep_to_its_owner(path: Path) -> None:
    """Make a new file one that other users of this computer cannot read; SQLite's own would be open to them."""
    # Where it is there already, or cannot be made, the database says so itself.
    with suppress(OSError):
        os.close(os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600))


def _config(connection: object) -> Config:
    config = Config()
    config.set_main_option("script_location", "dispatch.store:migrations")
    config.attributes["connection"] = connection
    return config
