"""Everybody who may be asked, read at once for the matcher."""

from __future__ import annotations

import json
from datetime import datetime
from functools import cache
from typing import NamedTuple

from sqlalchemy import Connection, Text, cast, func, select

from dispatch.store.tables import person_private, responder, responder_seat


class OnRoster(NamedTuple):
    """An active responder as the matcher needs them: read by the thousand, so as plain as can be.

    Args:
        skills, licences, hours, quiet: As the row keeps them: ``[name, level, expires_on]``, ``[name, expires_on]``,
            ``[weekday, from_minute, to_minute]``, ``[from_minute, to_minute]``; days as ISO text.
        floor, latitude, longitude, phone: Of their door, private.
        capacity: Open seats, held or not.
    """

    id: str
    code: str
    kind: str
    place_id: str
    reach_metres: int | None
    is_adult: bool
    is_paid: bool
    was_helped: bool
    skills: list[tuple[str, int, str | None]]
    licences: list[tuple[str, str | None]]
    hours: list[tuple[int, int, int]]
    quiet: list[tuple[int, int]]
    monthly_cap: int | None
    no_stairs: bool
    paused_until: datetime | None
    floor: int | None
    latitude: float | None
    longitude: float | None
    phone: str
    capacity: int
    version: int


def roster_of(connection: Connection, community: str) -> list[OnRoster]:
    """Return a community's active responders, by code."""
    seats = (
        select(responder_seat.c.responder_id, func.count().label("capacity"))
        .where(responder_seat.c.retired.is_(False))
        .group_by(responder_seat.c.responder_id)
        .subquery()
    )
    r, p = responder.c, person_private.c
    rows = connection.execute(
        select(
            r.id,
            r.code,
            r.kind,
            r.place_id,
            r.reach_metres,
            r.is_adult,
            r.is_paid,
            r.was_helped,
            cast(r.skills, Text),
            cast(r.licences, Text),
            cast(r.hours, Text),
            cast(r.quiet, Text),
            r.monthly_cap,
            r.no_stairs,
            r.paused_until,
            p.floor,
            p.latitude,
            p.longitude,
            func.coalesce(p.phone, ""),
            func.coalesce(seats.c.capacity, 0),
            r.version,
        )
        .outerjoin(person_private, p.person_id == r.person_id)
        .outerjoin(seats, seats.c.responder_id == r.id)
        .where(r.community == community, r.is_active)
        .order_by(r.code)
    )
    # Most people keep the same hours and have one of few skills: each text is read once.
    read = cache(json.loads)
    return [OnRoster._make((*row[:8], *map(read, row[8:12]), *row[12:])) for row in rows]
