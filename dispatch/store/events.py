"""The audit log: append-only, hash-chained per community from its first row.

Each row's hash covers its content and the hash before it, so an edited, removed
or inserted row breaks every hash after it. Params are codes and numbers, never
sentences and never private data.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime
from hashlib import sha256
from typing import Any, Final

from sqlalchemy import ColumnElement, Connection, and_, bindparam, func, or_, select

from dispatch.clock import rfc3339
from dispatch.model.rules import VERSION
from dispatch.store.tables import community as community_table
from dispatch.store.tables import event

_CANONICAL: Final = json.JSONEncoder(sort_keys=True, separators=(",", ":"), ensure_ascii=True)

GENESIS: Final = "0" * 64
"""What the first row of a chain names as the hash before it."""

_LOCK: Final = select(community_table.c.code).where(community_table.c.code == bindparam("of")).with_for_update()
_HEAD: Final = select(event.c.hash).where(event.c.community == bindparam("of")).order_by(event.c.seq.desc()).limit(1)


@dataclass(frozen=True, slots=True, kw_only=True)
class Event:
    """One thing that happened.

    Args:
        step: The same for all that one transaction did.
        kind: What happened, as a code: "taken", "offered".
    """

    community: str
    at: datetime
    actor: str
    kind: str
    step: str
    params: Mapping[str, Any]
    on_behalf_of: str | None = None
    request_id: str | None = None
    rules_version: str = VERSION
    seq: int = 0
    prev_hash: str = ""
    hash: str = ""


def chain_hash(happened: Event, prev_hash: str) -> str:
    """Return the SHA-256, in hex, of an event's canonical JSON (sorted keys, no spaces) after *prev_hash*."""
    content = [
        prev_hash,
        happened.community,
        rfc3339(happened.at),
        happened.actor,
        happened.on_behalf_of,
        happened.request_id,
        happened.step,
        happened.kind,
        happened.params,
        happened.rules_version,
    ]
    return sha256(_CANONICAL.encode(content).encode()).hexdigest()


_PLAIN: Final = frozenset({str, int, bool, type(None)})
"""What most events hold and what needs no closer look."""


def _check_plain(value: object) -> None:
    """Raise TypeError on what a database may give back otherwise than it got it: fractions, keys that are no text."""
    if isinstance(value, dict):
        if not all(isinstance(key, str) for key in value):
            raise TypeError("the keys of an event's params must be text")
        for item in value.values():
            _check_plain(item)
    elif isinstance(value, (list, tuple)):
        for item in value:
            _check_plain(item)
    elif isinstance(value, float):
        raise TypeError("the numbers in an event's params must be whole")


def append(connection: Connection, happened: Iterable[Event]) -> None:
    """Write events at the end of their communities' chains, in the order given.

    Takes the community's row lock first, so that two transactions never chain
    from the same row; the database refuses a fork all the same.

    Raises:
        TypeError: The params hold a fraction, or a key that is no text, which would not hash the same when read back.
    """
    by_community: dict[str, list[Event]] = {}
    for one in happened:
        by_community.setdefault(one.community, []).append(one)
    for code in sorted(by_community):
        connection.execute(_LOCK, {"of": code})
        prev = head(connection, code)
        rows = []
        for one in by_community[code]:
            if not _PLAIN.issuperset(map(type, one.params.values())):
                _check_plain(dict(one.params))
            before, prev = prev or GENESIS, chain_hash(one, prev or GENESIS)
            rows.append(
                {
                    "community": code,
                    "at": one.at,
                    "actor": one.actor,
                    "on_behalf_of": one.on_behalf_of,
                    "request_id": one.request_id,
                    "step": one.step,
                    "kind": one.kind,
                    "params": dict(one.params),
                    "rules_version": one.rules_version,
                    "prev_hash": before,
                    "hash": prev,
                }
            )
        connection.execute(event.insert(), rows)


def read(
    connection: Connection,
    community: str,
    *,
    request_id: str | None = None,
    since: datetime | None = None,
    newest_first: bool = False,
) -> Iterator[Event]:
    """Yield a community's events in order, all of them or those of one request or since a moment."""
    wanted = select(event).where(event.c.community == community)
    if request_id is not None:
        wanted = wanted.where(event.c.request_id == request_id)
    if since is not None:
        wanted = wanted.where(event.c.at >= since)
    wanted = wanted.order_by(event.c.seq.desc() if newest_first else event.c.seq)
    # Closed by name: whoever stops in the middle would leave a cursor open on PostgreSQL's server.
    with connection.execute(wanted.execution_options(yield_per=1000)) as found:
        for row in found.mappings():
            yield Event(**row)


def last_moments(connection: Connection, community: str, kind: str) -> dict[str, datetime]:
    """Return when an event of that kind last happened, by the id of the request it concerns."""
    rows = connection.execute(
        select(event.c.request_id, func.max(event.c.at))
        .where(event.c.community == community, event.c.kind == kind, event.c.request_id.is_not(None))
        .group_by(event.c.request_id)
    )
    return {row[0]: row[1] for row in rows}


def of_kind(connection: Connection, community: str, kind: str, since: datetime) -> list[Event]:
    """Return a community's events of one kind since a moment, oldest first."""
    rows = connection.execute(
        select(event)
        .where(event.c.community == community, event.c.kind == kind, event.c.at >= since)
        .order_by(event.c.seq)
    ).mappings()
    return [Event(**row) for row in rows]


def standing(
    connection: Connection,
    community: str,
    kinds: Iterable[str],
    since: datetime,
    *,
    request_id: str | None = None,
) -> list[Event]:
    """Return a community's events of these kinds since a moment, oldest first, without those that were taken back.

    Args:
        request_id: Only those of this request.
    """
    about: ColumnElement[bool] = event.c.kind.in_(sorted(kinds))
    if request_id is not None:
        about = and_(about, event.c.request_id == request_id)
    rows = connection.execute(
        select(event)
        .where(event.c.community == community, event.c.at >= since, or_(about, event.c.kind == "undone"))
        .order_by(event.c.seq)
    ).mappings()
    found = [Event(**row) for row in rows]
    gone = {str(one.params.get("undone_step")) for one in found if one.kind == "undone"}
    return [one for one in found if one.kind != "undone" and one.step not in gone]


def count(connection: Connection, community: str) -> int:
    """Return how many events a community's log has."""
    return int(connection.scalar(select(func.count()).where(event.c.community == community)) or 0)


def head(connection: Connection, community: str, *, upto: int | None = None) -> str | None:
    """Return the hash of a community's last event, or of its *upto*-th, from 1; none where there is no such event."""
    if upto is None:
        return connection.scalar(_HEAD, {"of": community})
    query = select(event.c.hash).where(event.c.community == community)
    return connection.scalar(query.order_by(event.c.seq).offset(upto - 1).limit(1))


@dataclass(frozen=True, slots=True)
class ChainBreak:
    """One row at which the log is not whole.

    Args:
        why: "edited" (the content does not give its hash) or "not-linked" (it does not follow the row before).
    """

    seq: int
    why: str


def verify_chain(connection: Connection, community: str) -> tuple[int, list[ChainBreak]]:
    """Recompute a community's chain from its first row.

    Returns:
        How many events there are, and every row at which the chain breaks, in order.
    """
    return check_chain(read(connection, community))


def check_chain(log: Iterable[Event]) -> tuple[int, list[ChainBreak]]:
    """Recompute the chain of one community's events, given in order from the first, as ``verify_chain`` does."""
    count, breaks, prev = 0, [], GENESIS
    for one in log:
        count += 1
        if one.prev_hash != prev:
            breaks.append(ChainBreak(one.seq, "not-linked"))
        if chain_hash(one, one.prev_hash) != one.hash:
            breaks.append(ChainBreak(one.seq, "edited"))
        prev = one.hash
    return count, breaks
