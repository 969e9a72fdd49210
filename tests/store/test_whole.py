"""The whole state is written the same from both kinds of database, and nothing of it is left out."""

from __future__ import annotations

import io
import json
import os
import resource
from collections.abc import Callable, Iterator
from datetime import datetime
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import select

from dispatch.clock import StoppedClock
from dispatch.desk.dumping import dump, dump_to_file
from dispatch.errors import NotFound, Refused, Unavailable
from dispatch.model.actor import Actor, Role
from dispatch.store.engine import HEAD, Database, mark
from dispatch.store.tables import metadata
from dispatch.store.upgrade import upgrade

ADMIN = Actor(name="管理员", role=Role.ADMIN)


@pytest.fixture
def filled(street: Any, database: Database) -> Database:
    """Give a database with a street, a request, an offer and an event whose params are deep."""
    responder = street.responder("V1", name="张三", is_paid=True)
    request_id = street.request()
    street.offer(request_id, responder)
    database.write(lambda tx: tx.record(ADMIN, "noted", request_id, b={"z": 1, "a": [None, True]}, a="劲松"))
    return database


def dumped(database: Database) -> str:
    """Dump to text."""
    out = io.StringIO()
    database.read(lambda tx: dump(tx, ADMIN, out))
    return out.getvalue()


def rows(database: Database) -> list[dict[str, Any]]:
    """Dump, and read the lines."""
    return [json.loads(line) for line in dumped(database).splitlines()]


def test_every_row_of_every_table_is_a_line(filled: Database) -> None:
    """What stands in the tables stands in the dump, each row once, all of its columns, private ones too."""
    lines = rows(filled)

    assert lines[0] == {"table": "alembic_version", "version_num": HEAD}
    for name, table in metadata.tables.items():
        there = filled.read(lambda tx, table=table: tx.connection.execute(select(table)).all())
        mine = [line for line in lines if line["table"] == name]
        assert len(mine) == len(there)
        assert all(set(line) == {"table", *table.columns.keys()} for line in mine)
    assert "张三" in {line.get("name") for line in lines}
    assert [line["at"] for line in lines if line["table"] == "event"] == ["2026-11-23T01:00:00.000000Z"]


def test_the_same_state_gives_the_same_text_on_both_kinds_of_database(
    filled: Database, empty_address: str, sqlite_template: Path, tmp_path: Path, request: pytest.FixtureRequest
) -> None:
    """Rows dumped from one kind and written into the other are dumped again letter for letter."""
    text = dumped(filled)
    other_kind = str(tmp_path / "other.db")
    if filled.is_sqlite:
        other_kind = request.getfixturevalue("make_postgresql")(request.getfixturevalue("postgresql_template"))
    other = Database(other_kind)
    upgrade(other)

    with other.owner_connection() as connection:
        for line in sorted(map(json.loads, text.splitlines()[1:]), key=_larger_places_first):
            table = metadata.tables[line.pop("table")]
            connection.execute(table.insert().values({name: _revived(table, name, value) for name, value in line.items()}))

    assert dumped(other) == text
    other.close()


def _larger_places_first(line: dict[str, Any]) -> tuple[int, int]:
    tables = [one.name for one in metadata.sorted_tables]
    kinds = ["community", "grid", "micro_grid", "building", "unit"]
    return tables.index(line["table"]), kinds.index(line["kind"]) if line["table"] == "place" else 0


def _revived(table: Any, name: str, value: Any) -> Any:
    kind = type(table.columns[name].type).__name__
    return datetime.fromisoformat(value) if kind == "Moment" and value else value


def test_rows_come_in_the_order_of_their_key(filled: Database) -> None:
    """Whatever the order in which they were written, so that two dumps can be compared line by line."""
    for key in ("b", "c", "a"):
        filled.write(lambda tx, key=key: mark(tx.connection, key, key))

    assert [line["key"] for line in rows(filled) if line["table"] == "about"] == ["a", "b", "c"]


def test_a_dump_is_of_one_moment(filled: Database, address: str) -> None:
    """What is committed while the dump is being read is not in it."""
    other = Database(address)

    class Slow(io.StringIO):
        def write(self, line: str) -> int:
            if '"alembic_version"' in line:
                other.write(lambda tx: mark(tx.connection, "late", "yes"))
            return super().write(line)

    out = Slow()
    filled.read(lambda tx: dump(tx, ADMIN, out))
    other.close()

    assert "late" not in out.getvalue()
    assert "late" in dumped(filled)


def test_tables_come_before_those_that_refer_to_them(filled: Database) -> None:
    """Whoever reads the lines in order can write them into another database in that order."""
    order = list(dict.fromkeys(line["table"] for line in rows(filled)))

    assert order.index("request") < order.index("offer")
    assert order.index("place") < order.index("responder") < order.index("responder_seat") < order.index("offer")


def test_a_dumped_file_is_its_owners_alone(filled: Database, tmp_path: Path) -> None:
    """Nobody else on the machine may read it, whatever the user's habit is."""
    path = tmp_path / "out.jsonl"
    mask = os.umask(0)
    try:
        counts = filled.read(lambda tx: dump_to_file(tx, ADMIN, path))
    finally:
        os.umask(mask)

    assert path.stat().st_mode & 0o777 == 0o600
    assert path.read_text(encoding="utf-8") == dumped(filled)
    assert sum(counts.values()) == len(rows(filled))


def test_a_file_that_is_there_is_replaced_only_when_asked(filled: Database, tmp_path: Path) -> None:
    """Nothing is overwritten silently, and no half file is left."""
    path = tmp_path / "out.jsonl"
    path.write_text("precious")

    with pytest.raises(Refused, match="is there already"):
        filled.read(lambda tx: dump_to_file(tx, ADMIN, path))
    assert path.read_text() == "precious"
    filled.read(lambda tx: dump_to_file(tx, ADMIN, path, replace=True))

    assert path.read_text(encoding="utf-8") == dumped(filled)
    with pytest.raises(NotFound, match="there is no folder"):
        filled.read(lambda tx: dump_to_file(tx, ADMIN, tmp_path / "nowhere" / "out.jsonl"))


@pytest.fixture
def small_disk() -> Iterator[Callable[[], None]]:
    """Let this process write no file beyond 300 bytes, from the call on."""
    soft, hard = resource.getrlimit(resource.RLIMIT_FSIZE)
    yield lambda: resource.setrlimit(resource.RLIMIT_FSIZE, (300, hard))
    resource.setrlimit(resource.RLIMIT_FSIZE, (soft, hard))


def test_a_disk_that_is_full_leaves_no_half_dump(
    filled: Database, tmp_path: Path, small_disk: Callable[[], None]
) -> None:
    """It is said in a sentence, the old file stays, and no part is left."""
    path = tmp_path / "dump" / "out.jsonl"
    path.parent.mkdir()
    path.write_text("old")
    filled.read(lambda tx: tx.now)
    small_disk()

    with pytest.raises(Unavailable, match="could not be written"):
        filled.read(lambda tx: dump_to_file(tx, ADMIN, path, replace=True))

    assert [one.name for one in path.parent.iterdir()] == ["out.jsonl"]
    assert path.read_text() == "old"


@pytest.mark.parametrize("role", Role)
def test_only_those_who_own_the_data_may_take_it_away(filled: Database, role: Role, clock: StoppedClock) -> None:
    """A planner, a responder, a resident, and the worker of one grid may not."""
    actor = Actor(name="x", role=role)
    out = io.StringIO()

    if role in (Role.GRID_WORKER, Role.ADMIN, Role.OPERATOR):
        filled.read(lambda tx: dump(tx, actor, out))
        assert out.getvalue()
    else:
        with pytest.raises(Refused):
            filled.read(lambda tx: dump(tx, actor, out))
        assert not out.getvalue()
    with pytest.raises(Refused):
        filled.read(lambda tx: dump(tx, Actor(name="x", grid="G1"), out))
