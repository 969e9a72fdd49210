"""The tables are made and brought up to date, from nothing and from every schema that was ever released."""

from __future__ import annotations

import json
import re
import sqlite3
import subprocess
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from alembic.config import Config
from alembic.script import ScriptDirectory
from sqlalchemy import create_engine, inspect, text

from dispatch.errors import Misconfigured
from dispatch.store.engine import HEAD, Database, marked
from dispatch.store.guards import missing_guards
from dispatch.store.tables import metadata
from dispatch.store.upgrade import check_in_step, upgrade

SCHEMAS = sorted(Path(__file__).with_name("schemas").glob("*.sql"))
"""One dump with rows for every released schema and kind of database: ``0001.sqlite.sql``, ``0001.postgresql.sql``."""


@pytest.fixture
def empty(empty_address: str) -> Iterator[Database]:
    """Give a database with nothing in it."""
    database = Database(empty_address)
    yield database
    database.close()


def test_the_tables_are_made_from_nothing(empty: Database) -> None:
    """A new database ends at the head, ready, with every constraint in its place."""
    assert upgrade(empty) == (None, HEAD)

    empty.check_ready()
    assert empty.read(lambda tx: missing_guards(tx.connection)) == []
    assert empty.read(lambda tx: set(inspect(tx.connection).get_table_names())) == {*metadata.tables, "alembic_version"}


def test_upgrading_twice_changes_nothing(empty: Database) -> None:
    """The second time finds the head and leaves it."""
    upgrade(empty)
    assert upgrade(empty) == (HEAD, HEAD)


def test_migrations_and_tables_describe_the_same(empty: Database) -> None:
    """Alembic compares what the migrations made with what the code expects, and finds no difference."""
    upgrade(empty)
    check_in_step(empty)


def test_a_difference_between_migrations_and_tables_is_found(empty: Database) -> None:
    """The test above can fail: a column that only the database has is noticed."""
    upgrade(empty)
    with empty.owner_connection() as connection:
        connection.execute(text("ALTER TABLE wave ADD COLUMN mood TEXT"))

    with pytest.raises(Exception, match="mood"):
        check_in_step(empty)


def test_the_head_we_name_is_the_newest_migration() -> None:
    """``HEAD`` is compared with what a database says, without importing Alembic; so it must be kept."""
    config = Config()
    config.set_main_option("script_location", "dispatch.store:migrations")
    script = ScriptDirectory.from_config(config)

    assert script.get_heads() == [HEAD]
    assert sorted(one.revision for one in script.walk_revisions()) == [
        f"{number:04}" for number in range(1, int(HEAD) + 1)
    ]


def stamp(database: Database, version: str) -> None:
    """Let a database say which version made it."""
    with database.owner_connection() as connection:
        connection.execute(text("UPDATE alembic_version SET version_num = :version"), {"version": version})


def test_a_database_from_a_newer_version_is_refused(empty: Database) -> None:
    """It is neither used nor upgraded nor changed."""
    upgrade(empty)
    stamp(empty, "9999")

    for attempt in (Database.check_ready, upgrade):
        with pytest.raises(Misconfigured, match=re.escape("was made by a newer version of dispatch (tables 9999")) as refused:
            attempt(empty)
        assert refused.value.exit_code == 6
        assert refused.value.hint == "update dispatch on this computer"


def test_a_database_from_an_older_version_asks_to_be_upgraded(empty: Database) -> None:
    """Nothing is upgraded behind anybody's back."""
    upgrade(empty)
    stamp(empty, "0000")

    with pytest.raises(Misconfigured, match="was made by an older version of dispatch") as refused:
        empty.check_ready()

    assert refused.value.hint == "bring it up to date: dispatch database upgrade"


def test_an_upgrade_that_breaks_leaves_nothing(empty: Database, monkeypatch: pytest.MonkeyPatch) -> None:
    """Tables are made in one transaction: all of them or none."""

    def breaks(*_: object, **__: object) -> None:
        raise KeyboardInterrupt

    monkeypatch.setattr("alembic.operations.Operations.execute", breaks)
    with pytest.raises(KeyboardInterrupt):
        upgrade(empty)
    monkeypatch.undo()

    assert empty.read(lambda tx: inspect(tx.connection).get_table_names()) == []
    assert upgrade(empty) == (None, HEAD)


def test_every_released_schema_is_kept_for_both_kinds_of_database() -> None:
    """A dump of one kind has its twin of the other."""
    names = {path.name.split(".")[0]: set() for path in SCHEMAS}
    for path in SCHEMAS:
        names[path.name.split(".")[0]].add(path.name.split(".")[1])

    assert all(kinds == {"sqlite", "postgresql"} for kinds in names.values())


@pytest.mark.parametrize("path", SCHEMAS, ids=lambda path: path.name)
def test_a_released_schema_with_rows_is_brought_to_the_head(
    path: Path, tmp_path: Path, request: pytest.FixtureRequest
) -> None:
    """Every row that stood in a released version's database stands there still, under every constraint of today."""
    kind = path.name.split(".")[1]
    make: Callable[[], str] | None = request.getfixturevalue("make_postgresql") if kind == "postgresql" else None
    address = make() if make else str(tmp_path / "old.db")
    load_dump(path, address)
    database = Database(address)
    before = _counts(database)

    was, now = upgrade(database)

    assert (was, now) == (path.name.split(".")[0], HEAD)
    assert _counts(database) == {**before, **{name: n for name, n in _counts(database).items() if name not in before}}
    assert sum(before.values()) > 0
    assert database.read(lambda tx: missing_guards(tx.connection)) == []
    check_in_step(database)
    database.close()


def load_dump(path: Path, address: str) -> None:
    """Run a dump as it stands: written by ``sqlite3 .dump`` or ``pg_dump --inserts``."""
    script = path.read_text(encoding="utf-8")
    if path.name.endswith(".sqlite.sql"):
        connection = sqlite3.connect(address)
        connection.executescript(script)
        connection.close()
        return
    engine = create_engine(Database(address).url, isolation_level="AUTOCOMMIT")
    with engine.connect() as connection:
        lines = (line for line in script.splitlines() if not line.startswith(("\\", "--")))
        connection.exec_driver_sql("\n".join(lines).replace("%", "%%"))
    engine.dispose()


def _counts(database: Database) -> dict[str, int]:
    with database.owner_connection() as connection:
        names = [name for name in inspect(connection).get_table_names() if name != "alembic_version"]
        return {name: int(connection.execute(text(f"SELECT count(*) FROM {name}")).scalar_one()) for name in names}


def test_a_dump_of_today_loads_and_upgrades(
    empty: Database, backend: str, tmp_path: Path, request: pytest.FixtureRequest
) -> None:
    """The helper that loads released schemas is known to work before there is a released schema to load."""
    upgrade(empty)
    with empty.owner_connection() as connection:
        value = {"value": json.dumps({"a": "劲松: 'x' \\n 100%"})}
        connection.execute(text("INSERT INTO about VALUES ('100%', :value)"), value)
    path = tmp_path / f"{HEAD}.{backend}.sql"
    tools = request.getfixturevalue("postgresql_tools") if backend == "postgresql" else None
    path.write_text(dump(empty, tools), encoding="utf-8")
    other = request.getfixturevalue("make_postgresql")() if tools else str(tmp_path / "copy.db")

    load_dump(path, other)

    copy = Database(other)
    assert upgrade(copy) == (HEAD, HEAD)
    assert _counts(copy) == _counts(empty)
    assert copy.read(lambda tx: marked(tx.connection, "100%")) == value["value"]
    check_in_step(copy)
    copy.close()


def dump(database: Database, tools: Path | None) -> str:
    """Write a database as the statements that make it, as the released schemas are kept."""
    if tools is None:
        source = sqlite3.connect(str(database.path))
        script = "\n".join(source.iterdump())
        source.close()
        return script
    url = database.url.set(drivername="postgresql").render_as_string(hide_password=False)
    command = [str(tools / "pg_dump"), "--inserts", "--no-owner", "--no-privileges", url]
    return subprocess.run(command, capture_output=True, text=True, check=True).stdout
