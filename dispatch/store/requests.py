"""Requests: numbered, written in bulk, found, and moved by compare-and-set."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime
from typing import Any, Final, NamedTuple

from sqlalchemy import Connection, Select, bindparam, func, or_, select, update

from dispatch.errors import Conflict, NotFound
from dispatch.model.community import HouseholdId, PersonId, PlaceId
from dispatch.model.lifecycle import FINISHED, RequestState
from dispatch.model.request import Private, Request, RequestId, Source
from dispatch.model.service import ServiceId, Urgency
from dispatch.store.by_ids import IDS, rows_with
from dispatch.store.tables import community as community_table
from dispatch.store.tables import person_private, request, request_slot

_HEADCOUNT = (
    select(func.count())
    .select_from(request_slot)
    .where(request_slot.c.request_id == request.c.id, request_slot.c.retired.is_(False))
    .scalar_subquery()
    .label("headcount")
)


_ALL: Final = select(request, _HEADCOUNT)
_WITH_IDS: Final = _ALL.where(request.c.id.in_(IDS)).order_by(request.c.id)


def _select() -> Select[Any]:
    return _ALL


def to_model(row: Mapping[Any, Any]) -> Request:
    """Read a row of ``request`` joined with its ``headcount``."""
    window = (row["window_from"], row["window_to"]) if row["window_from"] is not None else None
    return Request(
        id=RequestId(row["id"]),
        community=row["community"],
        number=row["number"],
        state=RequestState(row["state"]),
        service_id=ServiceId(row["service_id"]),
        place_id=PlaceId(row["place_id"]),
        person_id=PersonId(row["person_id"]),
        urgency=Urgency(row["urgency"]),
        headcount=row["headcount"],
        source=Source(row["source"]),
        received_at=row["received_at"],
        version=row["version"],
        household_id=HouseholdId(row["household_id"]) if row["household_id"] else None,
        window=window,
        next_check_at=row["next_check_at"],
        owner=row["owner"],
        reason=row["reason"],
        words_id=PersonId(row["words_id"]) if row["words_id"] else None,
        merged_into=RequestId(row["merged_into"]) if row["merged_into"] else None,
        rating=row["rating"],
        done_at=row["done_at"],
    )


def take_numbers(connection: Connection, community: str, count: int) -> int:
    """Use up *count* request numbers and return the first; other writers of the community wait."""
    last = connection.execute(
        update(community_table)
        .where(community_table.c.code == community)
        .values(last_number=community_table.c.last_number + count)
        .returning(community_table.c.last_number)
    ).scalar_one()
    return int(last) - count + 1


def known_keys(connection: Connection, keys: Sequence[str]) -> dict[str, tuple[str, str, int]]:
    """Return, for each key that is known, its content's hash, the request's id and its number."""
    found: dict[str, tuple[str, str, int]] = {}
    for start in range(0, len(keys), 500):
        rows = connection.execute(
            select(request.c.idem_key, request.c.payload_hash, request.c.id, request.c.number).where(
                request.c.idem_key.in_(keys[start : start + 500])
            )
        )
        found.update((row[0], (row[1], row[2], row[3])) for row in rows)
    return found


def insert(connection: Connection, rows: Sequence[Mapping[str, Any]], headcounts: Sequence[int]) -> None:
    """Write new requests with as many slots as each needs people."""
    connection.execute(request.insert(), rows)
    slots = [
        {"request_id": row["id"], "slot_no": slot_no}
        for row, headcount in zip(rows, headcounts, strict=True)
        for slot_no in range(1, headcount + 1)
    ]
    connection.execute(request_slot.insert(), slots)


def with_number(connection: Connection, community: str, number: int, *, lock: bool = False) -> Request:
    """Return the request that people call *number*, locking its row where asked (PostgreSQL).

    Raises:
        NotFound: There is none in this community.
    """
    query = _select().where(request.c.community == community, request.c.number == number)
    if lock:
        query = query.with_for_update(of=request)
    row = connection.execute(query).mappings().one_or_none()
    if row is None:
        raise NotFound(
            "there is no request {number}", number=number, hint="see them all: dispatch request list"
        )
    return to_model(row)


def with_ids(connection: Connection, ids: Iterable[str], *, lock: bool = False) -> dict[RequestId, Request]:
    """Return requests by id, locking their rows in id order where asked (PostgreSQL)."""
    query = _WITH_IDS.with_for_update(of=request) if lock else _WITH_IDS
    return {RequestId(row["id"]): to_model(row) for row in rows_with(connection, query, ids)}


def find(
    connection: Connection,
    community: str,
    *,
    states: Iterable[RequestState] | None = None,
    since: datetime | None = None,
    due_by: datetime | None = None,
    limit: int | None = None,
) -> list[Request]:
    """Return a community's requests by number, those in *states*, received since, or to be looked at by then."""
    query = _select().where(request.c.community == community).order_by(request.c.number)
    if states is not None:
        query = query.where(request.c.state.in_(sorted(states)))
    if since is not None:
        query = query.where(request.c.received_at >= since)
    if due_by is not None:
        query = query.where(request.c.next_check_at <= due_by)
    if limit is not None:
        query = query.limit(limit)
    return [to_model(row) for row in connection.execute(query).mappings()]


class Alike(NamedTuple):
    """An open request that may be the same need; phone, address and position of its door are private."""

    place_id: str
    service_id: str
    number: int
    phone: str
    exact_address: str
    latitude: float | None
    longitude: float | None


def alike(
    connection: Connection,
    community: str,
    pairs: Iterable[tuple[str, str]],
    people: Iterable[Private],
    since: datetime,
) -> list[Alike]:
    """Return open requests received since a moment, by number, that may be the same need as one of those to come.

    Args:
        pairs: Place id and service id of each request to come.
        people: Who they are for: only requests with a phone or an address of theirs are returned, and those
            with a door position where one of them has a position and no address.
    """
    wanted = set(pairs)
    known = list(people)
    phones = {one.phone for one in known if one.phone}
    addresses = {one.exact_address for one in known if one.exact_address}
    p = person_private.c
    by_position = any(one.position and not one.exact_address for one in known)
    same = [p.latitude.is_not(None)] if by_position else []
    same += [p.phone.in_(sorted(phones))] if phones else []
    same += [p.exact_address.in_(sorted(addresses))] if addresses else []
    places = sorted({place for place, _ in wanted})
    found: list[Alike] = []
    for start in range(0, len(places) if same else 0, 500):
        rows = connection.execute(
            select(
                request.c.place_id,
                request.c.service_id,
                request.c.number,
                p.phone,
                p.exact_address,
                p.latitude,
                p.longitude,
            )
            .join(person_private, p.person_id == request.c.person_id)
            .where(
                request.c.community == community,
                request.c.place_id.in_(places[start : start + 500]),
                request.c.state.not_in(sorted(FINISHED | {RequestState.DONE})),
                request.c.received_at >= since,
                or_(*same),
            )
            .order_by(request.c.number)
        )
        found += [Alike._make(row) for row in rows if (row[0], row[1]) in wanted]
    return found


def change(connection: Connection, was: Request, /, **columns: Any) -> None:
    """Change a request's columns, provided nobody changed it since *was* was read.

    Raises:
        Conflict: Somebody did.
    """
    done = connection.execute(
        update(request)
        .where(request.c.id == was.id, request.c.version == was.version, request.c.state == was.state)
        .values(version=was.version + 1, **columns)
    )
    if done.rowcount != 1:
        raise Conflict(
            "somebody else just changed request {number}",
            number=was.number,
            hint="look at it again: dispatch request show {number}",
        )


def change_many(
    connection: Connection, were: Sequence[Request], columns: Sequence[Mapping[str, Any]]
) -> None:
    """Change several requests at once, the same columns of each, as ``change`` does.

    Raises:
        Conflict: Somebody changed one of them.
    """
    if not were:
        return
    names = list(columns[0])
    done = connection.execute(
        update(request)
        .where(
            request.c.id == bindparam("was_id"),
            request.c.version == bindparam("was_version"),
            request.c.state == bindparam("was_state"),
        )
        .values(version=request.c.version + 1, **{name: bindparam(f"now_{name}") for name in names}),
        [
            {
                "was_id": was.id,
                "was_version": was.version,
                "was_state": was.state.value,
                **{f"now_{name}": now[name] for name in names},
            }
            for was, now in zip(were, columns, strict=True)
        ],
    )
    if done.rowcount != len(were):
        raise Conflict("somebody else just changed one of these requests", hint="do it once more")


def slots_of(connection: Connection, request_id: str) -> list[tuple[int, bool]]:
    """Return a request's slot numbers in order, and whether each is retired."""
    rows = connection.execute(
        select(request_slot.c.slot_no, request_slot.c.retired)
        .where(request_slot.c.request_id == request_id)
        .order_by(request_slot.c.slot_no)
    )
    return [(row[0], row[1]) for row in rows]


def set_slots(connection: Connection, request_id: str, keep: Iterable[int], retire: Iterable[int]) -> None:
    """Open the slots *keep* (new or retired ones) and retire the slots *retire*."""
    known = {slot_no for slot_no, _ in slots_of(connection, request_id)}
    for slot_no in keep:
        if slot_no in known:
            _retire(connection, request_id, slot_no, retired=False)
        else:
            connection.execute(request_slot.insert().values(request_id=request_id, slot_no=slot_no))
    for slot_no in retire:
        _retire(connection, request_id, slot_no, retired=True)


def _retire(connection: Connection, request_id: str, slot_no: int, *, retired: bool) -> None:
    connection.execute(
        update(request_slot)
        .where(request_slot.c.request_id == request_id, request_slot.c.slot_no == slot_no)
        .values(retired=retired)
    )


def closed_since(connection: Connection, community: str, since: datetime) -> list[Request]:
    """Return the requests done since a moment, rated or not, by number."""
    query = (
        _select()
        .where(
            request.c.community == community,
            request.c.state.in_(["done", "rated"]),
            request.c.done_at >= since,
        )
        .order_by(request.c.number)
    )
    return [to_model(row) for row in connection.execute(query).mappings()]


def ratings(connection: Connection, community: str, since: datetime) -> list[int]:
    """Return the stars given for what was done since a moment."""
    return list(
        connection.scalars(
            select(request.c.rating).where(
                request.c.community == community, request.c.rating.is_not(None), request.c.done_at >= since
            )
        )
    )
