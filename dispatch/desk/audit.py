"""Is the event log whole; and a short line to be kept elsewhere, by which a missing tail is noticed."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from typing import Final

from dispatch.clock import day_of
from dispatch.desk.authorize import authorize
from dispatch.desk.checking.breaks import Break, say_break
from dispatch.errors import Refused
from dispatch.model.actor import Actor
from dispatch.store import community as store
from dispatch.store import events, towns
from dispatch.store.checks import Found
from dispatch.store.engine import Transaction
from dispatch.store.events import GENESIS

GROUPS: Final = 5
"""Groups of four hexadecimal digits of the head: 80 bits, more than anybody can forge and still few enough to copy."""

_LINE = re.compile(
    r"(?P<community>\S+)\s+(?P<events>\d+)\s+(?P<day>\d{4}-\d{2}-\d{2})\s+(?P<head>[0-9a-f]{4}([- ]?[0-9a-f]{4}){4})",
    re.ASCII | re.IGNORECASE,
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Anchor:
    """Where a community's log stood on a day.

    Args:
        events: How many events it had.
        day: On the community's calendar.
        head: The first 20 hexadecimal digits of the last event's hash.
    """

    community: str
    events: int
    day: date
    head: str

    @property
    def line(self) -> str:
        """The anchor as it is printed or written down: "jinsong 1234 2026-11-23 3f2a-91bc-77d0-1e45-a9c2"."""
        groups = "-".join(self.head[at : at + 4] for at in range(0, 4 * GROUPS, 4))
        return f"{self.community} {self.events} {self.day.isoformat()} {groups}"


def audit_verify(tx: Transaction, actor: Actor, *, anchor: str | None = None) -> tuple[int, list[Break]]:
    """Recompute the event log's chain from its first row.

    Args:
        anchor: A line that ``audit anchor`` once printed: the log must still hold what it held then.

    Returns:
        How many events there are in all, and what is wrong with them, in order.

    Raises:
        Refused: The anchor is none.
    """
    authorize(actor, "audit")
    anchored = read_anchor(anchor) if anchor is not None else None
    codes = towns.codes_of_communities(tx.connection)
    if anchored is not None and anchored.community not in codes:
        raise Refused("the line is of community {code}, which is not in this database", code=anchored.community)
    found = [say_break(one) for code in codes for one in chain_breaks(tx, code, anchored)]
    return sum(events.count(tx.connection, code) for code in codes), found


def audit_anchor(tx: Transaction, actor: Actor) -> Anchor:
    """Return where the community's log stands: a line to be printed, or sent to a second place, now and then.

    A chain shows every edit but not a tail that was cut off; compared with a line
    that was kept elsewhere, it shows that too.
    """
    authorize(actor, "audit")
    code = tx.community
    return Anchor(
        community=code,
        events=events.count(tx.connection, code),
        day=day_of(tx.now, store.community_of(tx.connection, code).zone),
        head=(events.head(tx.connection, code) or GENESIS)[: 4 * GROUPS],
    )


def read_anchor(line: str) -> Anchor:
    """Read a line that ``audit anchor`` printed, also copied by hand with spaces for dashes or in capitals.

    Raises:
        Refused: It is no such line.
    """
    read = _LINE.fullmatch(line.strip())
    day = _day(read["day"]) if read else None
    if read is None or day is None:
        raise Refused(
            "{line} is not a line of dispatch audit anchor",
            line=line,
            hint="it looks like: jinsong 1234 2026-11-23 3f2a-91bc-77d0-1e45-a9c2",
        )
    head = re.sub("[- ]", "", read["head"]).lower()
    return Anchor(community=read["community"], events=int(read["events"]), day=day, head=head)


def _day(text: str) -> date | None:
    try:
        return date.fromisoformat(text)
    except ValueError:
        return None


def chain_breaks(tx: Transaction, community: str, anchored: Anchor | None) -> Iterator[Found]:
    """Yield where a community's chain is not whole, or not the one that was anchored."""
    _, breaks = events.verify_chain(tx.connection, community)
    for one in breaks:
        yield Found(kind=f"event-{one.why}", params={"seq": one.seq})
    if anchored is None or anchored.community != community or anchored.events == 0:
        return
    there = events.count(tx.connection, community)
    then = {"wanted": anchored.events, "day": anchored.day.isoformat()}
    if there < anchored.events:
        yield Found(kind="tail-missing", params={**then, "events": there})
    elif not (events.head(tx.connection, community, upto=anchored.events) or "").startswith(anchored.head):
        yield Found(kind="anchor-differs", params=then)
