"""The whole state as JSON lines, for checking it and for leaving us."""

from __future__ import annotations

import json
import os
from collections import Counter
from contextlib import closing
from pathlib import Path
from typing import TextIO

from dispatch.desk.authorize import authorize
from dispatch.errors import NotFound, Refused, Unavailable
from dispatch.model.actor import Actor
from dispatch.store import whole
from dispatch.store.engine import Transaction


def dump(tx: Transaction, actor: Actor, out: TextIO) -> dict[str, int]:
    """Write every row of every table as one line of JSON: ``{"table": "request", "id": …}``.

    What is private is among it: it is the owners' whole data, for leaving us. The
    first line names the version of the tables. The same state gives the same text,
    on SQLite and on PostgreSQL.

    Args:
        tx: A reading transaction, so that all rows are of one moment.
        actor: Who asks.
        out: Where the lines go, in UTF-8.

    Returns:
        How many rows of each table were written.
    """
    authorize(actor, "dump")
    written: Counter[str] = Counter()
    with closing(whole.all_rows(tx.connection)) as rows:
        for table, row in rows:
            out.write(json.dumps({"table": table, **row}, ensure_ascii=False) + "\n")
            written[table] += 1
    return dict(written)


def dump_to_file(tx: Transaction, actor: Actor, path: Path, *, replace: bool = False) -> dict[str, int]:
    """Write the whole state to a file that only its owner may read; all of it or nothing.

    Args:
        replace: Whether a file that is there already may be replaced.

    Raises:
        Refused: There is such a file already.
        NotFound: There is no such folder.
        Unavailable: The disk is full, or the folder takes no file.
    """
    authorize(actor, "dump")
    if path.exists() and not replace:
        raise Refused("{path} is there already", path=str(path), hint="name another file, or replace it: --replace")
    if not path.parent.is_dir():
        raise NotFound("there is no folder {path}", path=str(path.parent))
    part = path.with_name(path.name + ".part")
    try:
        part.unlink(missing_ok=True)
        with os.fdopen(_open_private(part), "w", encoding="utf-8", newline="\n") as out:
            written = dump(tx, actor, out)
            out.flush()
            os.fsync(out.fileno())
        part.replace(path)
    except OSError as fault:
        raise Unavailable(
            "{path} could not be written: {why}",
            path=str(path),
            why=fault.strerror or str(fault),
            hint="is there space, and may this user write there?",
        ) from fault
    finally:
        part.unlink(missing_ok=True)
    return written


def _open_private(path: Path) -> int:
    return os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
