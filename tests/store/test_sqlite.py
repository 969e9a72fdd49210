"""SQLite's pitfalls, each with its test: locks, pragmas, a full or read-only disk, files that are none of ours."""

from __future__ import annotations

import os
import resource
import shutil
import sqlite3
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from threading import Event, Thread

import pytest
from sqlalchemy import Connection, text

from dispatch.errors import Misconfigured, Unavailable
from dispatch.store import engine as engine_module
from dispatch.store.engine import HEAD, Database, Transaction, mark, marked
from dispatch.store.upgrade import upgrade

PRAGMAS = {
    "foreign_keys": 1,
    "synchronous": 2,  # FULL
    "journal_mode": "wal",
    "trusted_schema": 0,
    "secure_delete": 1,
    "journal_size_limit": 64 * 2**20,
    "busy_timeout": 10_000,
    "mmap_size": 0,
}


@pytest.fixture
def file(sqlite_template: Path, tmp_path: Path) -> Path:
    """Give a file with our tables and no rows."""
    return Path(shutil.copy(sqlite_template, tmp_path / "desk.db"))


@pytest.fixture
def database(file: Path) -> Iterator[Database]:
    """Give the database in it."""
    opened = Database(file)
    yield opened
    opened.close()


def pragma(tx: Transaction, name: str) -> object:
    """Ask the connection for one of its settings."""
    return tx.connection.exec_driver_sql(f"PRAGMA {name}").scalar()


def test_every_connection_has_every_setting(file: Path) -> None:
    """Foreign keys, WAL, full synchronisation and the rest hold for writers and readers, first and later ones."""
    for _ in range(2):
        database = Database(file)
        written = database.write(lambda tx: {name: pragma(tx, name) for name in PRAGMAS})
        read = database.read(lambda tx: {name: pragma(tx, name) for name in PRAGMAS})
        only_reads = database.read(lambda tx: pragma(tx, "query_only")), database.write(lambda tx: pragma(tx, "query_only"))
        database.close()

        assert written == read == PRAGMAS
        assert only_reads == (1, 0)


def test_without_the_setting_a_foreign_key_holds_nothing(file: Path) -> None:
    """It is the connection that makes foreign keys count: one without them writes an offer for nobody."""
    slot = "INSERT INTO request_slot (request_id, slot_no) VALUES ('nobody', 1)"
    bare = sqlite3.connect(file)
    bare.execute(slot)
    bare.rollback()
    bare.execute("PRAGMA foreign_keys = ON")

    with pytest.raises(sqlite3.IntegrityError, match="FOREIGN KEY"):
        bare.execute(slot)
    bare.close()


def test_a_unit_of_work_holds_the_write_lock_before_it_first_reads(database: Database, file: Path) -> None:
    """Nobody can write between its reading and its writing, so what it read still holds."""
    rival = sqlite3.connect(file, isolation_level=None, timeout=0)

    def works(tx: Transaction) -> None:
        marked(tx.connection, "a")
        with pytest.raises(sqlite3.OperationalError, match="locked"):
            rival.execute("BEGIN IMMEDIATE")

    database.write(works)
    rival.execute("BEGIN IMMEDIATE")
    rival.execute("ROLLBACK")
    rival.close()


def test_the_drivers_own_transactions_would_let_a_rival_in_between(file: Path) -> None:
    """The test above can fail: with Python's default a rival writes between the look and the deed."""
    careless = sqlite3.connect(file)
    careless.execute("SELECT count(*) FROM about").fetchone()
    rival = sqlite3.connect(file, isolation_level=None, timeout=0)

    rival.execute("BEGIN IMMEDIATE")
    rival.execute("INSERT INTO about VALUES ('a', 'b')")
    rival.execute("COMMIT")

    assert careless.execute("SELECT count(*) FROM about").fetchone() == (1,)
    rival.close()
    careless.close()


def test_a_busy_database_is_waited_for(database: Database, file: Path) -> None:
    """A writer that comes while another is at work is served when that one is done."""
    rival = sqlite3.connect(file, isolation_level=None, check_same_thread=False)
    rival.execute("BEGIN IMMEDIATE")
    rival.execute("INSERT INTO about VALUES ('rival', 'was here')")
    started = Event()

    def follow() -> None:
        started.set()
        database.write(lambda tx: mark(tx.connection, "seen", marked(tx.connection, "rival") or ""))

    follower = Thread(target=follow)
    follower.start()
    started.wait()
    rival.execute("COMMIT")
    follower.join()
    rival.close()

    assert database.read(lambda tx: marked(tx.connection, "seen")) == "was here"


def test_a_database_that_stays_busy_is_said_to_be_so(file: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """After the last try a person hears "busy, try again", exit code 5, and nothing was kept."""
    monkeypatch.setattr(engine_module, "BUSY_SECONDS", 0)
    monkeypatch.setattr(engine_module, "TRIES", 2)
    database = Database(file)
    rival = sqlite3.connect(file, isolation_level=None)
    rival.execute("BEGIN IMMEDIATE")

    with pytest.raises(Unavailable, match="is busy: somebody else is writing") as busy:
        database.write(lambda tx: mark(tx.connection, "a", "b"))

    assert busy.value.exit_code == 5
    rival.execute("ROLLBACK")
    rival.close()
    database.write(lambda tx: mark(tx.connection, "a", "c"))
    assert database.read(lambda tx: marked(tx.connection, "a")) == "c"
    database.close()


def test_an_error_in_the_middle_leaves_the_connection_usable(database: Database) -> None:
    """SQLite may have rolled back by itself already; the next unit of work begins as if nothing had been."""

    def fails(tx: Transaction) -> None:
        mark(tx.connection, "a", "b")
        tx.connection.exec_driver_sql("INSERT OR ROLLBACK INTO about VALUES ('a', 'again')")

    with pytest.raises(Exception, match="UNIQUE"):
        database.write(fails)
    database.write(lambda tx: mark(tx.connection, "c", "d"))

    assert database.read(lambda tx: (marked(tx.connection, "a"), marked(tx.connection, "c"))) == (None, "d")


def fill(tx: Transaction) -> None:
    """Write a megabyte."""
    for number in range(16):
        mark(tx.connection, f"k{number}", "x" * 65536)


def test_a_full_disk_is_said_in_a_sentence_and_heals_by_itself(database: Database) -> None:
    """No success is claimed, no half is kept, and once there is room again everything goes on."""

    def limited(tx: Transaction) -> None:
        pages = tx.connection.exec_driver_sql("PRAGMA page_count").scalar_one()
        tx.connection.exec_driver_sql(f"PRAGMA max_page_count = {pages + 20}")
        fill(tx)

    with pytest.raises(Unavailable, match="full or failing, so nothing was saved") as full:
        database.write(limited)

    assert full.value.exit_code == 5
    assert database.read(lambda tx: marked(tx.connection, "k0")) is None
    database.write(lambda tx: tx.connection.exec_driver_sql("PRAGMA max_page_count = 1000000"))
    database.write(fill)
    assert database.read(lambda tx: marked(tx.connection, "k15")) == "x" * 65536
    assert database.read(lambda tx: tx.connection.exec_driver_sql("PRAGMA integrity_check").scalar()) == "ok"


def test_a_disk_that_fails_while_writing_is_said_in_a_sentence(database: Database) -> None:
    """What the operating system refuses to write is an error like a full disk, not a success."""
    database.write(lambda tx: mark(tx.connection, "a", "b"))

    with file_size_limit(200_000), pytest.raises(Unavailable, match="full or failing, so nothing was saved"):
        database.write(fill)

    assert database.read(lambda tx: (marked(tx.connection, "a"), marked(tx.connection, "k0"))) == ("b", None)
    database.write(fill)
    assert database.read(lambda tx: marked(tx.connection, "k15")) == "x" * 65536


@contextmanager
def file_size_limit(size: int) -> Iterator[None]:
    """Let this process write no file beyond so many bytes."""
    soft, hard = resource.getrlimit(resource.RLIMIT_FSIZE)
    resource.setrlimit(resource.RLIMIT_FSIZE, (size, hard))
    try:
        yield
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, (soft, hard))


AS_NOBODY = """
import os, sys
from dispatch.errors import DispatchError
from dispatch.store.engine import Database, mark
from dispatch.store.upgrade import upgrade
from dispatch.store import tables
import alembic.command, alembic.ddl.sqlite, logging.config
if os.geteuid() == 0:
    os.setgroups([]); os.setgid(65534); os.setuid(65534)
database = Database(sys.argv[1])
try:
    if sys.argv[2] == "make":
        upgrade(database)
    else:
        database.write(lambda tx: mark(tx.connection, "a", "b"))
    print("done")
except DispatchError as error:
    print(error.exit_code, error, sep=": ")
"""


def somebody_without_rights(path: Path, what: str) -> str:
    """Let a process that may not write there try, and give what it said."""
    root = str(Path(__file__).parents[2])
    ended = subprocess.run(
        [sys.executable, "-c", AS_NOBODY, str(path), what],
        capture_output=True,
        text=True,
        check=False,
        env={**os.environ, "PYTHONPATH": root},
    )
    assert not ended.stderr
    return ended.stdout.strip()


@pytest.fixture
def open_folder() -> Iterator[Path]:
    """Give a folder that everybody may look into."""
    folder = Path(tempfile.mkdtemp())
    folder.chmod(0o755)
    yield folder
    folder.chmod(0o755)
    shutil.rmtree(folder)


@pytest.mark.parametrize("folder_mode", [0o555, 0o777])
def test_a_read_only_file_is_said_in_a_sentence(file: Path, open_folder: Path, folder_mode: int) -> None:
    """Whoever may not write to it hears so and saves nothing, whether or not the folder takes new files."""
    there = open_folder / "desk.db"
    shutil.copy(file, there)
    there.chmod(0o444)
    open_folder.chmod(folder_mode)

    said = somebody_without_rights(there, "write")

    assert said.startswith("5: ")
    assert "cannot be written to" in said or "cannot be opened" in said
    assert sqlite3.connect(there).execute("SELECT count(*) FROM about").fetchone() == (0,)


def test_a_folder_that_takes_no_new_file_is_said_in_a_sentence(open_folder: Path) -> None:
    """A database cannot be made where nobody may write, and nothing is left behind."""
    open_folder.chmod(0o555)

    said = somebody_without_rights(open_folder / "new.db", "make")

    assert said.startswith("5: ")
    assert "cannot be opened" in said
    assert list(open_folder.iterdir()) == []


def test_a_new_file_is_its_owners_alone(tmp_path: Path) -> None:
    """Names, phones and doors are in it, whatever the user's habit is; its log files are as closed as itself."""
    mask = os.umask(0)
    try:
        upgrade(Database(tmp_path / "new.db"))
        database = Database(tmp_path / "new.db")
        database.write(lambda tx: mark(tx.connection, "a", "b"))
    finally:
        os.umask(mask)

    assert {path.stat().st_mode & 0o777 for path in tmp_path.iterdir()} == {0o600}
    assert len(list(tmp_path.iterdir())) == 3
    database.close()


def test_a_folder_that_is_not_there_is_said_in_a_sentence(tmp_path: Path) -> None:
    """A database in a folder that does not exist cannot be made."""
    with pytest.raises(Unavailable, match="cannot be opened"):
        upgrade(Database(tmp_path / "nowhere" / "desk.db"))


@pytest.mark.parametrize("content", [b"number,name\n1,wang\n" * 100, b"\x00" * 4096, b"PK\x03\x04" + b"x" * 4096])
def test_a_file_that_is_no_database_is_said_to_be_none(tmp_path: Path, content: bytes) -> None:
    """A table, zeros, a workbook under the database's name: neither read nor touched."""
    path = tmp_path / "desk.db"
    path.write_bytes(content)

    for attempt in (Database.check_ready, upgrade):
        with pytest.raises(Misconfigured, match="is damaged, or is no database"):
            attempt(Database(path))

    assert path.read_bytes() == content


def test_a_database_of_something_else_is_left_alone(tmp_path: Path) -> None:
    """Somebody's other file is neither taken for ours nor given our tables."""
    path = tmp_path / "photos.db"
    other = sqlite3.connect(path)
    other.execute("CREATE TABLE photo (id INTEGER)")
    other.close()

    with pytest.raises(Misconfigured, match="holds no dispatch tables"):
        Database(path).check_ready()
    with pytest.raises(Misconfigured, match="holds tables of something else"):
        upgrade(Database(path))

    assert sqlite3.connect(path).execute("SELECT name FROM sqlite_master").fetchall() == [("photo",)]


def test_an_empty_file_and_a_missing_one_are_told_apart(tmp_path: Path) -> None:
    """Both want ``dispatch init``; asking made neither."""
    with pytest.raises(Misconfigured, match="there is no database at"):
        Database(tmp_path / "missing.db").check_ready()
    (tmp_path / "empty.db").touch()
    with pytest.raises(Misconfigured, match="holds no dispatch tables"):
        Database(tmp_path / "empty.db").check_ready()

    assert not (tmp_path / "missing.db").exists()


def stamp(connection: Connection, version: str) -> None:
    """Let a database say that another version of ours made it."""
    connection.execute(text("UPDATE alembic_version SET version_num = :version"), {"version": version})


def test_a_damaged_page_is_said_in_a_sentence(database: Database, file: Path) -> None:
    """A file whose middle was overwritten is not read on as if nothing were."""
    database.write(fill)
    database.close()
    sqlite3.connect(file).execute("PRAGMA wal_checkpoint(TRUNCATE)")
    with file.open("r+b") as raw:
        raw.seek(4096)
        raw.write(b"\xff" * 4096 * 20)

    with pytest.raises(Misconfigured, match="is damaged, or is no database") as damaged:
        Database(file).read(lambda tx: [marked(tx.connection, f"k{number}") for number in range(16)])

    assert damaged.value.hint == "bring back a copy: dispatch database restore FILE"


def test_a_copy_of_the_head_is_ready(database: Database) -> None:
    """What ``upgrade`` made passes ``check_ready``."""
    database.check_ready()
    with database.owner_connection() as connection:
        stamp(connection, "9999")
    with pytest.raises(Misconfigured, match="newer version of dispatch"):
        database.check_ready()
    with database.owner_connection() as connection:
        stamp(connection, HEAD)

    database.check_ready()
