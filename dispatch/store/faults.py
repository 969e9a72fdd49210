"""What a database driver's fault means: passing or not, and how to say it to a person."""

from __future__ import annotations

import sqlite3

from sqlalchemy import exc

from dispatch.errors import DispatchError, Misconfigured, Unavailable

_PASSING_SQLITE = frozenset({sqlite3.SQLITE_BUSY, sqlite3.SQLITE_LOCKED})
_PASSING_POSTGRESQL = frozenset({"40001", "40P01", "55P03"})
_UNREACHABLE_POSTGRESQL = ("08", "57P")
# A connection that is turned away carries no code, only words.
_TURNED_AWAY_POSTGRESQL = ("authentication failed", "no password supplied", "no pg_hba.conf entry", "does not exist")


def is_passing(fault: exc.DBAPIError) -> bool:
    """Return whether the same work may well succeed if it is begun again from its start."""
    original = fault.orig
    if isinstance(original, sqlite3.Error):
        return _primary_code(original) in _PASSING_SQLITE
    return getattr(original, "sqlstate", None) in _PASSING_POSTGRESQL


def in_our_words(fault: exc.DBAPIError, database: str) -> DispatchError | None:
    """Return what to tell a person, or none where the fault is a bug in us.

    Args:
        database: How the database is called in a sentence.
    """
    original = fault.orig
    if isinstance(original, sqlite3.Error):
        return sqlite_words(original, database)
    state = getattr(original, "sqlstate", None) or ""
    if state in _PASSING_POSTGRESQL:
        return _busy(database)
    if state == "57014":
        return Unavailable("{database} took too long to answer", database=database, hint="try again in a minute")
    if state in ("53100", "53200"):
        return _full(database)
    was_turned_away = not state and any(words in str(original) for words in _TURNED_AWAY_POSTGRESQL)
    if was_turned_away or state.startswith("28") or state == "3D000":
        return Misconfigured(
            "{database} does not let us in", database=database, hint="look at the name, user and password in --database"
        )
    if state.startswith(_UNREACHABLE_POSTGRESQL) or (
        not state and isinstance(fault, (exc.OperationalError, exc.InterfaceError))
    ):
        return Unavailable(
            "{database} cannot be reached", database=database, hint="is the server running? try again in a minute"
        )
    return None


def sqlite_words(original: sqlite3.Error, database: str) -> DispatchError | None:
    """Return what to tell a person of SQLite's own fault, or none where it is a bug in us."""
    code = _primary_code(original)
    if code in _PASSING_SQLITE:
        return _busy(database)
    if code in (sqlite3.SQLITE_FULL, sqlite3.SQLITE_IOERR):
        return _full(database)
    if code in (sqlite3.SQLITE_READONLY, sqlite3.SQLITE_PERM, sqlite3.SQLITE_AUTH):
        return Unavailable(
            "{database} cannot be written to", database=database, hint="may this user write to the file and its folder?"
        )
    if code == sqlite3.SQLITE_CANTOPEN:
        return Unavailable(
            "{database} cannot be opened", database=database, hint="is the folder there, and may this user write to it?"
        )
    if code in (sqlite3.SQLITE_NOTADB, sqlite3.SQLITE_CORRUPT):
        return Misconfigured(
            "{database} is damaged, or is no database",
            database=database,
            hint="bring back a copy: dispatch database restore FILE",
        )
    return None


def _busy(database: str) -> DispatchError:
    return Unavailable(
        "{database} is busy: somebody else is writing", database=database, hint="try again in a moment"
    )


def _full(database: str) -> DispatchError:
    return Unavailable(
        "the disk under {database} is full or failing, so nothing was saved",
        database=database,
        hint="free some space, then do it again",
    )


def _primary_code(original: sqlite3.Error) -> int:
    return getattr(original, "sqlite_errorcode", 0) & 0xFF
