"""What a copy of a database is, when it may take a database's place, and what it must know of having done so."""

from __future__ import annotations

import os
from collections.abc import Iterable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import datetime
from pathlib import Path
from typing import TypeAlias

from sqlalchemy import Connection, func, select, update

from dispatch.errors import Refused, Unavailable
from dispatch.model.actor import Actor
from dispatch.store import events, marks
from dispatch.store.engine import HEAD, Transaction, mark, newer_than_we_are
from dispatch.store.tables import community, delivery, link

PART = ".part"
"""What is added to the name of a file in the making."""

Lost: TypeAlias = Mapping[str, tuple[int, int]]
"""First and last number of requests, by community."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Contents:
    """What is in a database or a copy of one.

    Args:
        version: The migration it stands at.
        rows: How many rows each table has.
        numbers: The last request number given out, by community.
        epoch: How often it had been brought back from a copy.
        is_rehearsal: Whether it is marked as one.
        edited: Rows at which the event log is not whole, as "community:seq".
    """

    version: str
    rows: Mapping[str, int]
    numbers: Mapping[str, int] = field(default_factory=dict)
    epoch: int = 0
    is_rehearsal: bool = False
    edited: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Restored:
    """What bringing back a copy did.

    Args:
        replaced: Where what stood there before is kept; none where nothing stood there.
        version: The migration the copy stood at; it has been brought up to date since.
        held: How many messages wait for somebody to look at them, instead of being sent late or twice.
        lost: First and last number, by community, of requests taken after the copy: take them again from paper.
        epoch: How often the database has now been brought back.
    """

    replaced: Path | None
    version: str
    held: int
    lost: Lost
    epoch: int


def check_fit(
    file: Path, copy: Contents, now_there: Contents | None, *, upgrade_older: bool, despite_breaks: bool
) -> None:
    """Raise unless a copy may take the place of what is there now."""
    if copy.version > HEAD:
        raise newer_than_we_are(str(file), copy.version)
    if copy.version < HEAD and not upgrade_older:
        raise Refused(
            "{path} was made by an older version of dispatch (tables {theirs}, ours {ours})",
            path=str(file),
            theirs=copy.version,
            ours=HEAD,
            hint="bring it back and up to date: dispatch database restore {path} --upgrade",
        )
    if copy.edited and not despite_breaks:
        raise Refused(
            "the event log in {path} is not whole ({count} rows)",
            path=str(file),
            count=len(copy.edited),
            hint="take another copy, or this one all the same: --despite-breaks",
        )
    if now_there is not None and now_there.is_rehearsal != copy.is_rehearsal:
        if copy.is_rehearsal:
            raise Refused("{path} is of a rehearsal, the database is not", path=str(file))
        raise Refused("the database is a rehearsal, {path} is not", path=str(file))


def settle_in(tx: Transaction, actor: Actor, copy: Contents, now_there: Contents | None) -> tuple[int, int]:
    """Let a copy know that it was brought back: hold its messages, end its links, count on, and record it.

    Returns:
        How many messages are now held, and how often it has now been brought back.
    """
    held = hold_messages(tx.connection)
    # Links that went out before are of a state that is no more; a message sent again brings its own back.
    tx.connection.execute(link.delete())
    epoch = max(copy.epoch, now_there.epoch if now_there else 0) + 1
    mark(tx.connection, marks.RESTORE_EPOCH, str(epoch))
    marks.mark_moment(tx.connection, marks.LAST_RESTORE, tx.now)
    marks.mark_moment(tx.connection, marks.LAST_BACKUP, tx.now)
    lost = lost_numbers(copy, now_there)
    for code, (_, last) in lost.items():
        tx.connection.execute(update(community).where(community.c.code == code).values(last_number=last))
    _record(tx, actor, held, epoch, copy.numbers, lost)
    return held, epoch


def _record(tx: Transaction, actor: Actor, held: int, epoch: int, codes: Iterable[str], lost: Lost) -> None:
    for code in sorted(codes):
        first, last = lost.get(code, (None, None))
        happened = events.Event(
            community=code,
            at=tx.now,
            actor=actor.name,
            on_behalf_of=actor.on_behalf_of,
            step=tx.step,
            kind="restored",
            params={"epoch": epoch, "held": held, "lost_from": first, "lost_to": last},
        )
        events.append(tx.connection, [happened])


def lost_numbers(copy: Contents, now_there: Contents | None) -> dict[str, tuple[int, int]]:
    """Return the request numbers, by community, that were given out after a copy was made."""
    if now_there is None:
        return {}
    return {
        code: (copy.numbers[code] + 1, last)
        for code, last in now_there.numbers.items()
        if code in copy.numbers and last > copy.numbers[code]
    }


def hold_messages(connection: Connection) -> int:
    """Hold every message that has not left, until somebody has looked at it; return how many are held."""
    waiting = delivery.c.state.in_(["ready", "sending"])
    connection.execute(update(delivery).where(waiting).values(state="held", lease_until=None))
    return int(connection.scalar(select(func.count()).where(delivery.c.state == "held")) or 0)


def kept_beside(target: Path, at: datetime) -> Path:
    """Return a name beside *target*, not used yet, for what stood there until a moment."""
    stamp = at.strftime("%Y%m%dT%H%M%SZ")
    for count in range(1, 1000):
        suffix = "" if count == 1 else f"-{count}"
        name = target.with_name(f"{target.stem}.replaced-{stamp}{suffix}{target.suffix}")
        if not name.exists():
            return name
    raise Unavailable("there is no name left beside {path}", path=str(target))


@contextmanager
def in_parts(file: Path) -> Iterator[Path]:
    """Give a name for a file in the making that only its owner may read; whatever happens nothing of it is left."""
    part = file.with_name(file.name + PART)
    try:
        part.unlink(missing_ok=True)
        os.close(os.open(part, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600))
        yield part
    except OSError as fault:
        raise Unavailable(
            "{path} could not be written: {why}",
            path=str(file),
            why=fault.strerror or str(fault),
            hint="is there space, and may this user write there?",
        ) from fault
    finally:
        for leftover in (part, *(part.with_name(part.name + end) for end in ("-wal", "-shm", "-journal"))):
            leftover.unlink(missing_ok=True)
