"""Responders: who they are, what they can do, how many seats they have."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import replace
from datetime import date, datetime
from functools import lru_cache
from typing import Any, Final, TypeVar

from sqlalchemy import Connection, Select, Text, bindparam, cast, func, select, update

from dispatch.clock import rfc3339
from dispatch.errors import Conflict
from dispatch.model.community import HouseholdId, PersonId, PlaceId
from dispatch.model.lifecycle import HOLDS_SEAT
from dispatch.model.quiet import Quiet
from dispatch.model.responder import Hours, Licence, Responder, ResponderId, ResponderKind, Skill, no_responder
from dispatch.store.by_ids import IDS, rows_with
from dispatch.store.columns import Json
from dispatch.store.tables import bond, offer, person_private, responder, responder_seat

T = TypeVar("T")

_CAPACITY = (
    select(func.count())
    .select_from(responder_seat)
    .where(responder_seat.c.responder_id == responder.c.id, responder_seat.c.retired.is_(False))
    .scalar_subquery()
    .label("capacity")
)
_COLUMNS = [cast(one, Text).label(one.name) if isinstance(one.type, Json) else one for one in responder.c]
_ALL: Final = select(*_COLUMNS, _CAPACITY)
_WITH_IDS: Final = _ALL.where(responder.c.community == bindparam("of"), responder.c.id.in_(IDS))

_UNKNOWN_ONCE = {"monthly_cap": None, "no_stairs": False, "quiet": ()}
"""Fields that events of older versions lack, and what they stood at."""


def _select(community: str) -> Select[Any]:
    return _ALL.where(responder.c.community == community)


@lru_cache(maxsize=4096)
def _read(kept: str, to_parts: Callable[[Any], T]) -> T:
    """Read what a row keeps as text. Most people keep the same hours and have one of few skills: it is read once."""
    return to_parts(json.loads(kept))


def _to_skills(said: Iterable[Any]) -> tuple[Skill, ...]:
    return tuple(Skill(name, level, _day(expires)) for name, level, expires in said)


def _to_licences(said: Iterable[Any]) -> tuple[Licence, ...]:
    return tuple(Licence(name, _day(expires)) for name, expires in said)


def _to_hours(said: Iterable[Any]) -> tuple[Hours, ...]:
    return tuple(Hours(*stretch) for stretch in said)


def _to_quiet(said: Iterable[Any]) -> tuple[Quiet, ...]:
    return tuple(Quiet(*stretch) for stretch in said)


def _to_model(
    row: Mapping[Any, Any],
    bonds: Iterable[str] = (),
    *,
    read: Callable[[Any, Callable[[Any], Any]], Any] = _read,
) -> Responder:
    return Responder(
        id=ResponderId(row["id"]),
        community=row["community"],
        code=row["code"],
        kind=ResponderKind(row["kind"]),
        person_id=PersonId(row["person_id"]),
        place_id=PlaceId(row["place_id"]),
        reach_metres=row["reach_metres"],
        capacity=row["capacity"],
        is_adult=row["is_adult"],
        is_paid=row["is_paid"],
        was_helped=row["was_helped"],
        skills=read(row["skills"], _to_skills),
        licences=read(row["licences"], _to_licences),
        hours=read(row["hours"], _to_hours),
        monthly_cap=row["monthly_cap"],
        no_stairs=row["no_stairs"],
        quiet=read(row["quiet"], _to_quiet),
        bonds=tuple(HouseholdId(one) for one in bonds),
        channel=row["channel"],
        language=row["language"],
        paused_until=row["paused_until"],
        is_active=row["is_active"],
        version=row["version"],
    )


def to_row(one: Responder) -> dict[str, Any]:
    """Give the row of ``responder``; seats and bonds have tables of their own."""
    return {
        "id": one.id,
        "community": one.community,
        "code": one.code,
        "kind": one.kind.value,
        "person_id": one.person_id,
        "place_id": one.place_id,
        "reach_metres": one.reach_metres,
        "is_adult": one.is_adult,
        "is_paid": one.is_paid,
        "was_helped": one.was_helped,
        "skills": [[skill.name, skill.level, _text(skill.expires_on)] for skill in one.skills],
        "licences": [[licence.name, _text(licence.expires_on)] for licence in one.licences],
        "hours": [[hours.weekday, hours.from_minute, hours.to_minute] for hours in one.hours],
        "monthly_cap": one.monthly_cap,
        "no_stairs": one.no_stairs,
        "quiet": [[quiet.from_minute, quiet.to_minute] for quiet in one.quiet],
        "channel": one.channel,
        "language": one.language,
        "paused_until": one.paused_until,
        "is_active": one.is_active,
        "version": one.version,
    }


def to_plain(one: Responder) -> dict[str, Any]:
    """Give what an event may hold: codes and numbers, all that ``from_plain`` needs; nothing of it is private."""
    row = to_row(one)
    paused = one.paused_until
    return {**row, "paused_until": rfc3339(paused) if paused else None, "capacity": one.capacity}


def from_plain(plain: Mapping[str, Any]) -> Responder:
    """Read what ``to_plain`` gave; bonds are not in it, nor what an older version did not know of."""
    paused = plain["paused_until"]
    row = {**_UNKNOWN_ONCE, **plain, "paused_until": datetime.fromisoformat(paused) if paused else None}
    return _to_model(row, read=lambda said, to_parts: to_parts(said))


def responders_of(connection: Connection, community: str, *, active_only: bool = False) -> list[Responder]:
    """Return a community's responders by code, with the households they are bonded to."""
    query = _select(community).order_by(responder.c.code)
    if active_only:
        query = query.where(responder.c.is_active)
    rows = connection.execute(query).mappings().all()
    bonds = bonds_of(connection, community)
    return [_to_model(row, bonds.get(row["id"], ())) for row in rows]


def bonds_of(connection: Connection, community: str) -> dict[str, list[str]]:
    """Return the ids of the households each responder is bonded to; those without are absent."""
    wanted = (
        select(bond.c.responder_id, bond.c.household_id)
        .join(responder, responder.c.id == bond.c.responder_id)
        .where(responder.c.community == community)
    )
    return _by_responder(connection, wanted)


def bonded_to(connection: Connection, household_ids: Iterable[str]) -> dict[str, list[str]]:
    """Return, by responder's id, which of these households they are bonded to; those with none are absent."""
    ids = sorted(set(household_ids))
    found: dict[str, list[str]] = {}
    for start in range(0, len(ids), 500):
        part = bond.c.household_id.in_(ids[start : start + 500])
        for responder_id, more in _by_responder(
            connection, select(bond.c.responder_id, bond.c.household_id).where(part)
        ).items():
            found.setdefault(responder_id, []).extend(more)
    return found


def _by_responder(connection: Connection, wanted: Select[Any]) -> dict[str, list[str]]:
    bonds: dict[str, list[str]] = {}
    for responder_id, household_id in connection.execute(wanted.order_by(bond.c.household_id)):
        bonds.setdefault(responder_id, []).append(household_id)
    return bonds


def with_code(connection: Connection, community: str, code: str) -> Responder:
    """Return the responder whom people call *code*.

    Raises:
        NotFound: There is none in this community.
    """
    row = connection.execute(_select(community).where(responder.c.code == code)).mappings().one_or_none()
    if row is None:
        raise no_responder(code)
    bonds = connection.scalars(select(bond.c.household_id).where(bond.c.responder_id == row["id"]))
    return _to_model(row, sorted(bonds))


def codes_of(connection: Connection, community: str) -> frozenset[str]:
    """Return what the responders of a community are called, those who have left among them."""
    return frozenset(connection.scalars(select(responder.c.code).where(responder.c.community == community)))


def with_ids(connection: Connection, community: str, ids: Iterable[str]) -> dict[ResponderId, Responder]:
    """Return responders by id, without their bonds."""
    return {ResponderId(row["id"]): _to_model(row) for row in rows_with(connection, _WITH_IDS, ids, of=community)}


def versions_of(connection: Connection, ids: Iterable[str]) -> dict[str, int]:
    """Return how often each of these responders was written, by id; an unknown id is absent."""
    r = responder.c
    return dict(_by_id(connection, select(r.id, r.version), ids))


def adults_among(connection: Connection, ids: Iterable[str]) -> set[str]:
    """Return which of these responders are of age."""
    r = responder.c
    return {one for one, is_adult in _by_id(connection, select(r.id, r.is_adult), ids) if is_adult}


def names_of(connection: Connection, ids: Iterable[str]) -> dict[str, str]:
    """Return the names of these responders by code; an erased one is empty."""
    r, p = responder.c, person_private.c
    asked = select(r.code, func.coalesce(p.name, "")).outerjoin(person_private, p.person_id == r.person_id)
    return dict(_by_id(connection, asked, ids))


def _by_id(connection: Connection, asked: Select[Any], ids: Iterable[str]) -> Iterator[tuple[str, Any]]:
    wanted = sorted(set(ids))
    for start in range(0, len(wanted), 500):
        yield from connection.execute(asked.where(responder.c.id.in_(wanted[start : start + 500])))


def with_phone(connection: Connection, community: str, phone: str) -> list[Responder]:
    """Return the responders with this phone, by code; a couple or a shop may share one."""
    rows = connection.execute(
        _select(community)
        .join(person_private, person_private.c.person_id == responder.c.person_id)
        .where(person_private.c.phone == phone)
        .order_by(responder.c.code)
    ).mappings()
    return [_to_model(row) for row in rows]


def quiet_of(connection: Connection, ids: Iterable[str]) -> dict[str, tuple[Quiet, ...]]:
    """Return each responder's own quiet hours; an unknown id is absent."""
    r = responder.c
    found = _by_id(connection, select(r.id, r.quiet), ids)
    return {one: _to_quiet(said) for one, said in found}


def channels_of(connection: Connection, responder_ids: Iterable[str]) -> dict[str, str | None]:
    """Return the channel each responder wishes to be reached by; none where they have not said."""
    wanted = sorted(set(responder_ids))
    found: dict[str, str | None] = {}
    for start in range(0, len(wanted), 500):
        rows = connection.execute(
            select(responder.c.id, responder.c.channel).where(
                responder.c.id.in_(wanted[start : start + 500])
            )
        )
        found.update((row[0], row[1]) for row in rows)
    return found


def insert(connection: Connection, new: Sequence[Responder]) -> None:
    """Write new responders with as many seats as their capacity."""
    if not new:
        return
    connection.execute(responder.insert(), [to_row(one) for one in new])
    seats = [
        {"responder_id": one.id, "seat_no": seat_no}
        for one in new
        for seat_no in range(1, one.capacity + 1)
    ]
    if seats:
        connection.execute(responder_seat.insert(), seats)


def change(connection: Connection, was: Responder, now: Responder) -> None:
    """Replace a responder's row and seats, provided nobody changed it since *was* was read.

    Raises:
        Conflict: Somebody did.
    """
    done = connection.execute(
        update(responder)
        .where(responder.c.id == was.id, responder.c.version == was.version)
        .values({**to_row(now), "version": was.version + 1})
    )
    if done.rowcount != 1:
        raise Conflict(
            "somebody else just changed responder {code}",
            code=was.code,
            hint="look again: dispatch responder show {code}",
        )
    if now.capacity != was.capacity:
        set_capacity(connection, was.id, now.capacity)


def change_pause(connection: Connection, responder_id: str, until: datetime | None) -> None:
    """Leave a responder in peace until a moment, whatever else was changed about them meanwhile."""
    connection.execute(
        update(responder)
        .where(responder.c.id == responder_id)
        .values(paused_until=until, version=responder.c.version + 1)
    )


def set_capacity(connection: Connection, responder_id: str, capacity: int) -> None:
    """Leave *capacity* seats open and retire the others, free ones first; work already held stays where it is."""
    held = set(
        connection.scalars(
            select(offer.c.seat_no).where(
                offer.c.responder_id == responder_id, offer.c.state.in_(sorted(HOLDS_SEAT))
            )
        )
    )
    known = set(
        connection.scalars(
            select(responder_seat.c.seat_no).where(responder_seat.c.responder_id == responder_id)
        )
    )
    candidates = sorted(known | set(range(1, capacity + 1)), key=lambda seat_no: (seat_no not in held, seat_no))
    stay = candidates[:capacity]
    connection.execute(
        update(responder_seat)
        .where(responder_seat.c.responder_id == responder_id)
        .values(retired=responder_seat.c.seat_no.not_in(stay))
    )
    missing = [{"responder_id": responder_id, "seat_no": seat_no} for seat_no in stay if seat_no not in known]
    if missing:
        connection.execute(responder_seat.insert(), missing)


def _day(text: str | None) -> date | None:
    return date.fromisoformat(text) if text else None


def _text(day: date | None) -> str | None:
    return day.isoformat() if day else None


def resting(one: Responder) -> Responder:
    """Return the responder as they are once they asked not to be asked any more."""
    return replace(one, is_active=False)
