"""The kinds of columns that the tables are made of, the same on both kinds of database."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from datetime import UTC, datetime
from typing import Any

from sqlalchemy import JSON, BigInteger, DateTime, Dialect, Integer, String, TypeDecorator
from sqlalchemy.types import TypeEngine

from dispatch.clock import rfc3339

Id = String(36)
Code = String(64)
GrowingNumber = BigInteger().with_variant(Integer, "sqlite")


class Moment(TypeDecorator[datetime]):
    """An aware moment in UTC: ``timestamptz`` on PostgreSQL, sortable RFC 3339 text on SQLite, which lacks a type."""

    impl = String(27)
    cache_ok = True

    def load_dialect_impl(self, dialect: Dialect) -> TypeEngine[Any]:
        """Choose the column type."""
        kind = DateTime(timezone=True) if dialect.name == "postgresql" else String(27)
        return dialect.type_descriptor(kind)

    def process_bind_param(self, value: datetime | None, dialect: Dialect) -> Any:
        """Write a moment; a naive one is a bug and is refused."""
        if value is None:
            return None
        if value.tzinfo is None:
            raise ValueError("a moment must know its offset")
        return value if dialect.name == "postgresql" else rfc3339(value)

    def result_processor(self, dialect: Dialect, coltype: object) -> Callable[[Any], datetime | None]:
        """Read moments back in UTC: in one step, since thousands are read at once."""
        return _in_utc


class Json(TypeDecorator[Any]):
    """Plain data: ``jsonb`` on PostgreSQL, JSON text on SQLite. A variant would load a whole dialect."""

    impl = JSON
    cache_ok = True

    def load_dialect_impl(self, dialect: Dialect) -> TypeEngine[Any]:
        """Choose the column type."""
        if dialect.name != "postgresql":
            return dialect.type_descriptor(JSON())
        from sqlalchemy.dialects.postgresql import JSONB

        return dialect.type_descriptor(JSONB())


def _in_utc(value: Any) -> datetime | None:
    if value is None:
        return None
    found = datetime.fromisoformat(value) if isinstance(value, str) else value
    return found if found.tzinfo is UTC else found.astimezone(UTC)


def one_of(column: str, states: Iterable[str]) -> str:
    """Write ``column IN ('a', 'b')`` in an order that never changes."""
    return f"{column} IN ({', '.join(repr(str(state)) for state in sorted(states))})"
