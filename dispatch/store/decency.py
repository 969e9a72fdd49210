"""What protects people: how much they are asked, from whom they are kept, and with whom they never go."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import NamedTuple

from sqlalchemy import Connection, delete, func, or_, select

from dispatch.model.lifecycle import OfferState
from dispatch.store.ids import new_id
from dispatch.store.offers import insert_or_ignore
from dispatch.store.tables import apart, barred, household, offer, person_private, responder


class Door(NamedTuple):
    """By what somebody is known who asks for help.

    Args:
        household: Its id, where known.
        phone: In E.164; may be empty. Private.
        address: As it is written; may be empty. Private.
    """

    household: str | None
    phone: str
    address: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Bar:
    """Somebody who never goes to somebody.

    Args:
        code: The responder's.
        household: Code of the household, where it is named.
        door: By what the resident is known. Private.
        name: What the resident is called, where known. Private.
    """

    id: str
    responder_id: str
    code: str
    household: str | None
    door: Door
    name: str
    since: datetime

    def holds_for(self, door: Door) -> bool:
        """Return whether it is about whoever asks: the same household, phone or door."""
        mine = self.door
        return bool(
            (mine.household and mine.household == door.household)
            or (mine.phone and mine.phone == door.phone)
            or (mine.address and mine.address == door.address)
        )


def asked_now(connection: Connection, responder_ids: Iterable[str]) -> dict[str, int]:
    """Return how many requests each of these responders is asked for and has not answered; none is absent."""
    found: dict[str, int] = {}
    wanted = sorted(set(responder_ids))
    for start in range(0, len(wanted), 500):
        rows = connection.execute(
            select(offer.c.responder_id, func.count())
            .where(
                offer.c.responder_id.in_(wanted[start : start + 500]),
                offer.c.state == OfferState.OFFERED.value,
            )
            .group_by(offer.c.responder_id)
        )
        found.update((row[0], row[1]) for row in rows)
    return found


def bars_of(connection: Connection, community: str) -> list[Bar]:
    """Return a community's bars, by the responder's code, the oldest first."""
    h, kept = household.c, person_private.c
    rows = connection.execute(
        select(
            barred.c.id,
            barred.c.responder_id,
            responder.c.code,
            h.code.label("household"),
            barred.c.household_id,
            func.coalesce(kept.phone, "").label("phone"),
            func.coalesce(kept.exact_address, "").label("address"),
            func.coalesce(kept.name, "").label("name"),
            barred.c.since,
        )
        .join(responder, responder.c.id == barred.c.responder_id)
        .outerjoin(household, h.id == barred.c.household_id)
        .outerjoin(person_private, kept.person_id == func.coalesce(barred.c.person_id, h.person_id))
        .where(responder.c.community == community)
        .order_by(responder.c.code, barred.c.since, barred.c.id)
    )
    return [
        Bar(
            id=row.id,
            responder_id=row.responder_id,
            code=row.code,
            household=row.household,
            door=Door(row.household_id, row.phone, row.address),
            name=row.name,
            since=row.since,
        )
        for row in rows
    ]


def bar(
    connection: Connection, now: datetime, responder_id: str, *, household_id: str | None, person_id: str | None
) -> str:
    """Let somebody never go to a household, or to a person of whom something is kept; return the bar's id."""
    row = {
        "id": new_id(),
        "responder_id": responder_id,
        "household_id": household_id,
        "person_id": person_id,
        "since": now,
    }
    connection.execute(barred.insert(), [row])
    return str(row["id"])


def unbar(connection: Connection, bar_ids: Iterable[str]) -> None:
    """Lift bars, and forget what was kept of a resident for nothing else."""
    ids = sorted(set(bar_ids))
    kept = list(connection.scalars(select(barred.c.person_id).where(barred.c.id.in_(ids))))
    connection.execute(delete(barred).where(barred.c.id.in_(ids)))
    connection.execute(delete(person_private).where(person_private.c.person_id.in_([one for one in kept if one])))


def barred_from(bars: Iterable[Bar], doors: Mapping[str, Door]) -> dict[str, set[str]]:
    """Return, by request, the ids of the responders who never go there; a request with none is absent."""
    found: dict[str, set[str]] = {}
    for one in bars:
        for request_id, door in doors.items():
            if one.holds_for(door):
                found.setdefault(request_id, set()).add(one.responder_id)
    return found


def keep_apart(connection: Connection, pairs: Iterable[tuple[str, str]]) -> None:
    """Let pairs of responders never be sent to the same request; what stands already stays."""
    rows = [{"first_id": min(pair), "second_id": max(pair)} for pair in pairs]
    if rows:
        connection.execute(insert_or_ignore(connection, apart), rows)


def let_together(connection: Connection, first_id: str, second_id: str) -> bool:
    """Let two be sent together again; return whether they were kept apart."""
    low, high = sorted((first_id, second_id))
    return bool(
        connection.execute(delete(apart).where(apart.c.first_id == low, apart.c.second_id == high)).rowcount
    )


def apart_of(connection: Connection, community: str) -> list[tuple[str, str]]:
    """Return the pairs of a community who are never sent together, by id, the smaller first."""
    rows = connection.execute(
        select(apart.c.first_id, apart.c.second_id)
        .join(responder, responder.c.id == apart.c.first_id)
        .where(responder.c.community == community)
        .order_by(apart.c.first_id, apart.c.second_id)
    )
    return [(row[0], row[1]) for row in rows]


def apart_from(connection: Connection, responder_ids: Iterable[str]) -> dict[str, set[str]]:
    """Return with whom each of these responders is never sent; who goes with anybody is absent."""
    found: dict[str, set[str]] = {}
    wanted = sorted(set(responder_ids))
    for start in range(0, len(wanted), 500):
        part = wanted[start : start + 500]
        for first, second in connection.execute(
            select(apart.c.first_id, apart.c.second_id).where(
                or_(apart.c.first_id.in_(part), apart.c.second_id.in_(part))
            )
        ):
            found.setdefault(first, set()).add(second)
            found.setdefault(second, set()).add(first)
    return found
