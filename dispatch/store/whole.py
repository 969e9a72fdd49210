"""The whole state, table by table and row by row, the same from both kinds of database."""

from __future__ import annotations

from collections.abc import Generator
from datetime import datetime
from typing import Any

from sqlalchemy import Connection, func, select, text

from dispatch.clock import rfc3339
from dispatch.store.engine import schema_version
from dispatch.store.tables import metadata


def all_rows(connection: Connection) -> Generator[tuple[str, dict[str, Any]]]:
    """Yield each row as plain data after the name of its table; first of all the version of the tables.

    Each table comes after those it refers to, its rows in the order of their key.
    Moments are RFC 3339 text in UTC.
    """
    _allow_a_slow_reader(connection)
    yield "alembic_version", {"version_num": schema_version(connection)}
    for table in metadata.sorted_tables:
        query = select(table).order_by(*table.primary_key).execution_options(yield_per=1000)
        # A server's cursor that is left half read stays open as long as its connection.
        with connection.execute(query) as found:
            for row in found.mappings():
                yield table.name, {str(name): _plain(value) for name, value in row.items()}


def row_counts(connection: Connection) -> dict[str, int]:
    """Return how many rows each table has."""
    return {
        name: int(connection.scalar(select(func.count()).select_from(table)) or 0)
        for name, table in metadata.tables.items()
    }


def _allow_a_slow_reader(connection: Connection) -> None:
    """Let a reader who takes the rows slowly, such as a pager, hold the transaction open."""
    if connection.dialect.name == "postgresql":
        connection.execute(text("SET LOCAL idle_in_transaction_session_timeout = 0"))


def _plain(value: Any) -> Any:
    """Write a moment as text, and sort the keys of nested data, which PostgreSQL keeps in an order of its own."""
    if isinstance(value, datetime):
        return rfc3339(value)
    if isinstance(value, dict):
        return {name: _plain(value[name]) for name in sorted(value)}
    if isinstance(value, (list, tuple)):
        return [_plain(item) for item in value]
    return value
