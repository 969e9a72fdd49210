"""Copies of an SQLite file: made by its own backup, page by page and of one moment, and brought back the same way."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator
from contextlib import closing, contextmanager
from pathlib import Path

from dispatch.errors import DispatchError, Misconfigured, NotAllowedNow, Refused, Unavailable
from dispatch.model.actor import Actor
from dispatch.store import events, marks
from dispatch.store.copying import copies
from dispatch.store.copying.copies import Contents, Restored
from dispatch.store.engine import Database, Transaction
from dispatch.store.faults import sqlite_words

WAIT_SECONDS = 2
"""How long to wait for somebody who is just writing before saying that the database is in use."""


_WRITE_FAULTS = frozenset(
    {
        sqlite3.SQLITE_FULL,
        sqlite3.SQLITE_IOERR_WRITE,
        sqlite3.SQLITE_IOERR_FSYNC,
        sqlite3.SQLITE_IOERR_TRUNCATE,
    }
)


def copy_to(database: Database, part: Path) -> Contents:
    """Copy a database to an empty file and return what the copy holds.

    Raises:
        Misconfigured: There is no database, or it is damaged.
        Unavailable: The copy is not what was copied.
    """
    source_path = _path(database)
    if not source_path.exists():
        raise Misconfigured("there is no database at {path}", path=database.shown, hint="make one: dispatch init")
    with _in_our_words(database.shown), _opened(source_path) as source, _opened(part) as copy:
        source.execute("PRAGMA query_only = ON")
        source.execute("BEGIN")
        before = _row_counts(source)
        with _told_of(part):
            source.backup(copy)
            copy.execute("PRAGMA journal_mode = DELETE")
    try:
        contents = read_contents(part)
    except Refused:
        contents = None
    if contents is None or contents.rows != before:
        raise Unavailable("the copy does not hold what {path} holds", path=database.shown, hint="try again")
    return contents


def read_contents(file: Path) -> Contents:
    """Read a copy through and return what it holds.

    Raises:
        Refused: It is no database of ours, or damaged.
        Unavailable: It cannot be read now.
    """
    try:
        return _read_contents(file)
    except sqlite3.DatabaseError as fault:
        if not _is_damage(fault):
            raise _words(fault, str(file)) from fault
        raise Refused("{path} is damaged, or is no database", path=str(file), hint="take another copy") from fault


def _read_contents(file: Path) -> Contents:
    with _opened(file) as copy:
        copy.execute("PRAGMA query_only = ON")
        rows = _row_counts(copy)
        if "alembic_version" not in rows:
            raise Refused("{path} holds no dispatch tables", path=str(file), hint="name a copy of ours")
        faults = copy.execute("PRAGMA integrity_check").fetchall()
        if faults != [("ok",)] or copy.execute("PRAGMA foreign_key_check").fetchone() is not None:
            raise Refused("{path} is damaged", path=str(file), hint="take another copy")
        (version,) = copy.execute("SELECT version_num FROM alembic_version").fetchone() or ("",)
        said = dict(copy.execute("SELECT key, value FROM about"))
        numbers = dict(copy.execute("SELECT code, last_number FROM community"))
    return Contents(
        version=version,
        rows=rows,
        numbers=numbers,
        epoch=int(said.get(marks.RESTORE_EPOCH, 0)),
        is_rehearsal=said.get("rehearsal") == "yes",
        edited=_edited(file, numbers),
    )


def bring_back(database: Database, file: Path, actor: Actor, *, upgrade_older: bool, despite_breaks: bool) -> Restored:
    """Put a copy in the place of an SQLite file, in one step that happens whole or not at all."""
    target = _path(database)
    database.close()
    copy = read_contents(file)
    now_there = _contents_if_readable(target)
    copies.check_fit(file, copy, now_there, upgrade_older=upgrade_older, despite_breaks=despite_breaks)
    with copies.in_parts(target) as part:
        with _in_our_words(str(file)), _opened(file) as source, _opened(part) as fresh:
            source.backup(fresh)
        working = Database(part, clock=database.clock)
        if upgrade_older:
            from dispatch.store.upgrade import upgrade

            upgrade(working)
        held, epoch = working.write(lambda tx: copies.settle_in(tx, actor, copy, now_there))
        working.close()
        with _opened(part) as settled:
            settled.execute("PRAGMA journal_mode = DELETE")
        at = database.clock.moment()
        replaced = _swap(part, target, copies.kept_beside(target, at)) if target.exists() else None
        if replaced is None:
            part.replace(target)
    return Restored(
        replaced=replaced,
        version=copy.version,
        held=held,
        lost=copies.lost_numbers(copy, now_there),
        epoch=epoch,
    )


def _swap(part: Path, target: Path, kept: Path) -> Path:
    """Write *part* over *target*, which nobody else may have open, and keep what was there under *kept*."""
    try:
        with _opened(target) as there, _opened(part) as fresh:
            _take_for_ourselves(there, target)
            with copies.in_parts(kept) as former:
                with _opened(former) as keeper:
                    there.backup(keeper)
                former.replace(kept)
            fresh.backup(there)
    except sqlite3.DatabaseError as fault:
        if not _is_damage(fault):
            raise _words(fault, str(target)) from fault
        # It cannot be read as a database, so nobody works in it: keep it as the file it is.
        for end in ("", "-wal", "-shm"):
            if (old := target.with_name(target.name + end)).exists():
                old.replace(kept.with_name(kept.name + end))
        part.replace(target)
    return kept


def _take_for_ourselves(connection: sqlite3.Connection, target: Path) -> None:
    """Hold the file's only connection: leaving WAL mode is refused while anybody else has it open."""
    try:
        connection.execute("PRAGMA locking_mode = EXCLUSIVE")
        connection.execute("PRAGMA journal_mode = DELETE")
        connection.execute("BEGIN EXCLUSIVE")
        connection.execute("COMMIT")
    except sqlite3.OperationalError as fault:
        if fault.sqlite_errorcode & 0xFF not in (sqlite3.SQLITE_BUSY, sqlite3.SQLITE_LOCKED):
            raise
        raise NotAllowedNow(
            "somebody is working in {path} at this moment",
            path=str(target),
            hint="stop them first: dispatch run, and every other window",
        ) from fault


def _contents_if_readable(target: Path) -> Contents | None:
    if not target.exists() or target.stat().st_size == 0:
        return None
    try:
        return read_contents(target)
    except Refused:
        return None


def _edited(file: Path, communities: dict[str, int]) -> tuple[str, ...]:
    copy = Database(file)
    try:
        return copy.read(lambda tx: tuple(_breaks(tx, communities)))
    finally:
        copy.close()


def _breaks(tx: Transaction, communities: dict[str, int]) -> Iterator[str]:
    for code in sorted(communities):
        for one in events.verify_chain(tx.connection, code)[1]:
            yield f"{code}:{one.seq}"


def _row_counts(connection: sqlite3.Connection) -> dict[str, int]:
    tables = connection.execute(
        "SELECT name FROM sqlite_master WHERE type = 'table' AND name NOT LIKE 'sqlite_%' ORDER BY name"
    ).fetchall()
    return {
        name: connection.execute(f'SELECT count(*) FROM "{name}"').fetchone()[0]  # noqa: S608 - a name from the schema
        for (name,) in tables
    }


@contextmanager
def _opened(path: Path) -> Iterator[sqlite3.Connection]:
    with closing(sqlite3.connect(path, isolation_level=None, timeout=WAIT_SECONDS)) as connection:
        yield connection


@contextmanager
def _in_our_words(shown: str) -> Iterator[None]:
    try:
        yield
    except sqlite3.Error as fault:
        raise _words(fault, shown) from fault


@contextmanager
def _told_of(part: Path) -> Iterator[None]:
    """Name the copy, not what is copied, where it is the copy's disk that takes no more."""
    try:
        yield
    except sqlite3.Error as fault:
        if getattr(fault, "sqlite_errorcode", 0) not in _WRITE_FAULTS:
            raise
        raise _words(fault, str(part).removesuffix(copies.PART)) from fault


def _words(fault: sqlite3.Error, shown: str) -> DispatchError | sqlite3.Error:
    return sqlite_words(fault, shown) or fault


def _is_damage(fault: sqlite3.Error) -> bool:
    return getattr(fault, "sqlite_errorcode", 0) & 0xFF in (sqlite3.SQLITE_NOTADB, sqlite3.SQLITE_CORRUPT)


def _path(database: Database) -> Path:
    assert database.path is not None
    return database.path
