"""Copy a database while it is in use, prove the copy good, and put a copy in its place again."""

from __future__ import annotations

import os
from dataclasses import dataclass
from hashlib import sha256
from pathlib import Path
from typing import Final

from dispatch.errors import NotFound, Refused
from dispatch.model.actor import Actor
from dispatch.store.copying import postgresql_dump, sqlite_file
from dispatch.store.copying.copies import Contents, Restored, in_parts
from dispatch.store.engine import Database

CHECKSUM: Final = ".sha256"
"""What is added to a copy's name for the file that holds its checksum, in the form of ``sha256sum``."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Copy:
    """A copy that was made and found good.

    Args:
        size: In bytes.
        checksum: SHA-256, in hex; it also stands beside the copy.
        contents: As read back from the copy.
    """

    path: Path
    size: int
    checksum: str
    contents: Contents


def back_up(database: Database, file: Path, *, replace: bool = False, tools: Path | None = None) -> Copy:
    """Copy a database to a file while others go on working in it, and prove the copy good by reading it.

    Args:
        replace: Whether a file of this name may be replaced.
        tools: The folder of ``pg_dump`` and its fellows, where it is not on PATH.

    Raises:
        Refused: There is such a file already.
        NotFound: There is no such folder.
        Misconfigured: There is no database, or PostgreSQL's programs are missing.
        Unavailable: The disk is full, the folder takes no file, or the copy is not what was copied.
    """
    if file.exists() and not replace:
        raise Refused("{path} is there already", path=str(file), hint="name another file, or replace it: --replace")
    if not file.parent.is_dir():
        raise NotFound("there is no folder {path}", path=str(file.parent))
    with in_parts(file) as part:
        if database.is_sqlite:
            contents = sqlite_file.copy_to(database, part)
        else:
            contents = postgresql_dump.dump_to(database, part, tools)
        with part.open("r+b") as raw:
            os.fsync(raw.fileno())
        checksum, size = _checksum(part), part.stat().st_size
        part.replace(file)
        # No line break of Windows: sha256sum reads it.
        beside(file).write_text(f"{checksum}  {file.name}\n", encoding="utf-8", newline="\n")
    return Copy(path=file, size=size, checksum=checksum, contents=contents)


def restore(
    database: Database,
    file: Path,
    actor: Actor,
    *,
    upgrade_older: bool = False,
    despite_breaks: bool = False,
    tools: Path | None = None,
) -> Restored:
    """Put a copy in the place of a database; what stood there is kept beside it.

    Messages that had not left when the copy was made are held, for nobody knows
    whether they left afterwards.

    Args:
        upgrade_older: Whether a copy of an older version is brought up to date.
        despite_breaks: Whether a copy is taken whose event log is not whole.
        tools: The folder of ``pg_restore`` and its fellows, where it is not on PATH.

    Raises:
        NotFound: There is no such copy.
        Refused: It is no copy of ours, is not what it was when it was made, is older, is not whole, or is a
            rehearsal and the database is none (or the reverse).
        NotAllowedNow: Somebody works in the database at this moment.
        Misconfigured: The copy is newer than we are.
    """
    if not file.is_file():
        raise NotFound("there is no file {path}", path=str(file))
    _check_checksum(file)
    if database.is_sqlite:
        return sqlite_file.bring_back(
            database, file, actor, upgrade_older=upgrade_older, despite_breaks=despite_breaks
        )
    return postgresql_dump.bring_back(
        database, file, actor, tools, upgrade_older=upgrade_older, despite_breaks=despite_breaks
    )


def beside(file: Path) -> Path:
    """Return where a copy's checksum stands."""
    return file.with_name(file.name + CHECKSUM)


def _checksum(file: Path) -> str:
    digest = sha256()
    with file.open("rb") as raw:
        while block := raw.read(1 << 20):
            digest.update(block)
    return digest.hexdigest()


def _check_checksum(file: Path) -> None:
    if not beside(file).is_file():
        return
    wanted = beside(file).read_text(encoding="utf-8", errors="replace").split(" ", 1)[0].strip()
    if wanted != _checksum(file):
        raise Refused(
            "{path} is not what it was when it was made: its checksum differs",
            path=str(file),
            hint="take another copy",
        )
