"""Take a constraint out of a scratch database, to see that it was what refused."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterable

from sqlalchemy import text

from dispatch.store.engine import Database
from dispatch.store.guards import Guard


def take_out(database: Database, guards: Iterable[Guard]) -> None:
    """Drop constraints, and nothing else, from a scratch database."""
    if database.is_sqlite:
        database.close()
        _take_out_on_sqlite(str(database.path), guards)
        return
    with database.owner_connection() as connection:
        for one in guards:
            statement = {
                "index": f"DROP INDEX {one.name}",
                "trigger": f"DROP TRIGGER {one.name} ON {one.table}",
                "constraint": f"ALTER TABLE {one.table} DROP CONSTRAINT {one.name} CASCADE",
            }[one.kind]
            connection.execute(text(statement))


def _take_out_on_sqlite(path: str, guards: Iterable[Guard]) -> None:
    connection = sqlite3.connect(path, isolation_level=None)
    connection.execute("PRAGMA foreign_keys = OFF")
    connection.execute("PRAGMA legacy_alter_table = ON")
    for one in guards:
        if one.kind == "constraint":
            _rebuild_without(connection, one.table, one.name)
        else:
            connection.execute(f"DROP {one.kind} {one.name}")
    connection.close()


def _rebuild_without(connection: sqlite3.Connection, table: str, constraint: str) -> None:
    """Make the table anew without one constraint, as SQLite cannot drop one."""
    (made,) = connection.execute("SELECT sql FROM sqlite_master WHERE name = ?", [table]).fetchone()
    rest = connection.execute(
        "SELECT sql FROM sqlite_master WHERE tbl_name = ? AND name <> ? AND sql IS NOT NULL", [table, table]
    ).fetchall()
    opening = made.index("(")
    parts = _parts(made[opening + 1 : made.rindex(")")])
    kept = [part for part in parts if f"CONSTRAINT {constraint} " not in part]
    assert len(kept) == len(parts) - 1
    connection.execute(f"CREATE TABLE fresh ({','.join(kept)})")
    connection.execute(f"INSERT INTO fresh SELECT * FROM {table}")
    connection.execute(f"DROP TABLE {table}")
    connection.execute(f"ALTER TABLE fresh RENAME TO {table}")
    for (statement,) in rest:
        connection.execute(statement)


def _parts(inside: str) -> list[str]:
    """Split what stands between the brackets of CREATE TABLE at its outermost commas."""
    parts, depth, start, quoted = [], 0, 0, False
    for at, letter in enumerate(inside):
        if letter == "'":
            quoted = not quoted
        elif not quoted and letter in "()":
            depth += 1 if letter == "(" else -1
        elif not quoted and letter == "," and depth == 0:
            parts.append(inside[start:at])
            start = at + 1
    return [*parts, inside[start:]]
