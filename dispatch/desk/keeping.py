"""Copies of the whole: made, brought back, and what somebody must look at after that."""

from __future__ import annotations

from contextlib import suppress
from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path
from typing import Final

from dispatch.clock import on_the_wall
from dispatch.desk.authorize import authorize
from dispatch.desk.delivery.letters import is_needed, read_letters
from dispatch.errors import Misconfigured, NotFound
from dispatch.i18n import Sentence, sentence
from dispatch.model.actor import Actor
from dispatch.model.message import MessageKind
from dispatch.model.rules import Rules
from dispatch.store import backup, claims, marks
from dispatch.store import community as towns
from dispatch.store.copying.copies import Restored
from dispatch.store.engine import Database, Transaction

NEWS: Final = timedelta(days=1)
"""How long after a restore the day's page speaks of it, even when nothing is held any more."""


def dated_name(tx: Transaction, path: Path | None) -> Path:
    """Return where a copy goes that was given no name: beside the file, or here, with day and hour of the wall."""
    zone = "UTC"
    with suppress(NotFound, Misconfigured):
        zone = towns.community_of(tx.connection, tx.community).zone
    stamp = f"{on_the_wall(tx.now, zone):%Y-%m-%d-%H%M}"
    return Path(f"dispatch-{stamp}.dump") if path is None else path.with_name(f"{path.stem}-{stamp}{path.suffix}")


def make_backup(
    database: Database, actor: Actor, file: Path, *, replace: bool = False, tools: Path | None = None
) -> backup.Copy:
    """Copy the database to a file, prove the copy good, and note that it was made.

    It may be done while others work. What the copy's event log says about itself
    stands in ``contents.edited``: a copy of an edited log is as good as the log was.

    Args:
        replace: Whether a file of this name may be replaced.
        tools: The folder of ``pg_dump``, where it is not on PATH.

    Raises:
        Refused: There is such a file already.
        NotFound: There is no such folder.
        Misconfigured: There is no database, or PostgreSQL's programs are missing.
        Unavailable: The disk is full, the folder takes no file, or the copy is not what was copied.
    """
    authorize(actor, "dump")
    copy = backup.back_up(database, file, replace=replace, tools=tools)

    def note(tx: Transaction) -> None:
        marks.mark_moment(tx.connection, marks.LAST_BACKUP, tx.now)
        with suppress(NotFound, Misconfigured):  # without one community there is no log to write into
            tx.record(actor, "backed-up", checksum=copy.checksum, rows=sum(copy.contents.rows.values()))

    database.write(note)
    return copy


def bring_back(
    database: Database,
    actor: Actor,
    file: Path,
    *,
    upgrade_older: bool = False,
    despite_breaks: bool = False,
    tools: Path | None = None,
) -> Restored:
    """Put a copy in the place of the database; what stood there is kept beside it.

    Messages that had not left when the copy was made are held until somebody has
    looked at them. Requests taken after the copy are lost; their numbers are
    returned, and are not given out again.

    Args:
        upgrade_older: Whether a copy of an older version is brought up to date.
        despite_breaks: Whether a copy is taken whose event log is not whole.
        tools: The folder of ``pg_restore`` and ``psql``, where they are not on PATH.

    Raises:
        NotFound: There is no such copy.
        Refused: It is no copy of ours, is not what it was when it was made, is older, is not whole, or is a
            rehearsal and the database is none (or the reverse).
        NotAllowedNow: Somebody works in the database at this moment.
        Misconfigured: The copy is newer than we are.
        Unavailable: The disk is full, or the server does not answer; nothing was changed then.
    """
    authorize(actor, "dump")
    return backup.restore(
        database, file, actor, upgrade_older=upgrade_older, despite_breaks=despite_breaks, tools=tools
    )


def restored_note(tx: Transaction) -> Sentence | None:
    """Return what the day's page says after a restore: for a day, and for as long as messages are held."""
    at = marks.marked_moment(tx.connection, marks.LAST_RESTORE)
    if at is None:
        return None
    held = claims.count_held(tx.connection)
    if not held and tx.now > at + NEWS:
        return None
    zone = towns.community_of(tx.connection, tx.community).zone
    moment = on_the_wall(at, zone).strftime("%Y-%m-%d %H:%M")
    if not held:
        return sentence("this database was brought back from a copy at {moment}", moment=moment)
    return sentence(
        "this database was brought back from a copy at {moment}; messages of before that are held until"
        " somebody has looked at them: {count} (dispatch database held)",
        moment=moment,
        count=held,
    )


@dataclass(frozen=True, slots=True, kw_only=True)
class Held:
    """One message that a restore held.

    Args:
        number: The request it is about.
        kind: What it is for.
        to: The code of the responder it goes to; none where it goes to the resident.
        channel: By which it was to go.
        is_needed: Whether it still has something to say.
    """

    number: int
    kind: MessageKind
    to: str | None
    channel: str
    is_needed: bool


def held_messages(tx: Transaction, actor: Actor, rules: Rules) -> list[Held]:
    """Return the messages that a restore held, oldest first; nothing is changed."""
    authorize(actor, "deliver")
    return [
        Held(
            number=letter.request.number,
            kind=letter.kind,
            to=letter.responder.code if letter.delivery.recipient == "responder" and letter.responder else None,
            channel=letter.delivery.channel,
            is_needed=is_needed(letter, tx.now, rules),
        )
        for letter in read_letters(tx, claims.held_messages(tx.connection))
    ]


def let_held_messages_go(tx: Transaction, actor: Actor, rules: Rules, *, send: bool) -> int:
    """Settle the messages that a restore held.

    Args:
        send: True sends them now, except those that nobody needs any more; False drops them.

    Returns:
        How many there were.
    """
    authorize(actor, "deliver")
    count = claims.settle_held(tx.connection, tx.now, send=send)
    if count:
        tx.record(actor, "held-sent" if send else "held-dropped", count=count)
    return count
