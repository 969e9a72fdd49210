"""Write what a community's files say, many rows at once: places, services, households, doors and bonds."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from sqlalchemy import Connection, Table, bindparam, select

from dispatch.model.community import Community, Household, Place
from dispatch.model.request import Private
from dispatch.model.service import EMERGENCY, Service, ServiceId, emergency_service
from dispatch.store.community import service_to_model
from dispatch.store.ids import new_id
from dispatch.store.offers import insert_or_ignore
from dispatch.store.private import to_row as private_to_row
from dispatch.store.tables import (
    barred,
    bond,
    household,
    person_address,
    person_private,
    place,
    request,
    responder,
    service,
)
from dispatch.store.tables import community as community_table


def codes_of_communities(connection: Connection) -> list[str]:
    """Return the codes of all communities in the database, in order."""
    return list(connection.scalars(select(community_table.c.code).order_by(community_table.c.code)))


def lock_community(connection: Connection, code: str) -> None:
    """Let other writers of this community wait until the transaction ends (PostgreSQL)."""
    connection.execute(select(community_table.c.code).where(community_table.c.code == code).with_for_update())


def write_community(connection: Connection, one: Community, *, is_new: bool) -> None:
    """Write the community's row; its request numbers go on counting."""
    row = {
        "code": one.code,
        "name_zh": one.name_zh,
        "name_en": one.name_en,
        "zone": one.zone,
        "phone_region": one.phone_region,
    }
    if is_new:
        connection.execute(community_table.insert().values(row))
    else:
        connection.execute(community_table.update().where(community_table.c.code == one.code).values(row))


def write_places(connection: Connection, new: Sequence[Place], changed: Sequence[Place]) -> None:
    """Write places, new ones in the order given: what lies around before what lies in it."""
    _insert(connection, place, [_place_to_row(one) for one in new])
    _update(connection, place, "id", [_place_to_row(one) for one in changed])


def write_services(
    connection: Connection, new: Sequence[Service], changed: Sequence[Service], retired: Sequence[Service]
) -> None:
    """Write services; new and changed ones may be asked for, retired ones no longer."""
    _insert(connection, service, [_service_to_row(one, is_active=True) for one in new])
    _update(
        connection,
        service,
        "id",
        [_service_to_row(one, is_active=True) for one in changed]
        + [_service_to_row(one, is_active=False) for one in retired],
    )


def emergency_service_of(connection: Connection, community: str) -> Service:
    """Return a community's service for emergencies, made where it is missing: it can be kept at any time.

    It is never active, and so none of those that may be chosen.
    """
    query = select(service).where(service.c.community == community, service.c.code == EMERGENCY)
    row = connection.execute(query).mappings().one_or_none()
    if row is None:
        made = emergency_service(ServiceId(new_id()), community)
        connection.execute(insert_or_ignore(connection, service), [_service_to_row(made, is_active=False)])
        row = connection.execute(query).mappings().one()
    return service_to_model(row)


def write_households(connection: Connection, new: Sequence[Household], changed: Sequence[Household]) -> None:
    """Write households; their bonds are written by ``write_bonds``."""
    _insert(connection, household, [_household_to_row(one) for one in new])
    _update(connection, household, "id", [_household_to_row(one) for one in changed])


def write_private(connection: Connection, new: Mapping[str, Private], changed: Mapping[str, Private]) -> None:
    """Keep what is private under the ids given; those changed are kept already."""
    _insert(connection, person_private, [private_to_row(person, one) for person, one in new.items()])
    rows = [private_to_row(person, one) for person, one in changed.items()]
    _update(connection, person_private, "person_id", rows)


def write_bonds(
    connection: Connection, new: Iterable[tuple[str, str]], gone: Iterable[tuple[str, str]]
) -> None:
    """Tie and untie households and responders.

    Args:
        connection: In a transaction.
        new: Pairs of a household's and a responder's id.
        gone: The same.
    """
    over = bond.delete().where(
        bond.c.household_id == bindparam("of_household"), bond.c.responder_id == bindparam("of_responder")
    )
    pairs = [{"of_household": home, "of_responder": person} for home, person in gone]
    if pairs:
        connection.execute(over, pairs)
    _insert(connection, bond, [{"household_id": home, "responder_id": person} for home, person in new])


def remove_households(connection: Connection, gone: Sequence[Household]) -> list[Household]:
    """Remove households and their doors, but not those that a request is about, or to whom somebody never goes.

    Args:
        connection: In a transaction.
        gone: Without bonds by now.

    Returns:
        Those that stayed.
    """
    used = _found(connection, select(request.c.household_id).distinct())
    used |= _found(connection, select(barred.c.household_id).distinct())
    stay = [one for one in gone if one.id in used]
    go = [one for one in gone if one.id not in used]
    _delete(connection, household, "id", [one.id for one in go])
    for kept in (person_private, person_address):
        _delete(connection, kept, "person_id", [one.person_id for one in go])
    return stay


def remove_places(connection: Connection, gone: Sequence[Place]) -> list[Place]:
    """Remove places, but not those where anybody lives, starts from or asked for help, nor those around.

    Args:
        connection: In a transaction.
        gone: What lies in a place before the place itself.

    Returns:
        Those that stayed.
    """
    used = set[str]()
    for column in (household.c.place_id, responder.c.place_id, request.c.place_id):
        used |= _found(connection, select(column).distinct())
    going = {one.id for one in gone}
    inside = connection.execute(select(place.c.parent_id, place.c.id).where(place.c.parent_id.is_not(None)))
    used |= {outer for outer, inner in inside if inner not in going}
    stay: list[Place] = []
    for one in gone:
        if one.id in used:
            stay.append(one)
            used.add(str(one.parent_id))
        else:
            _delete(connection, place, "id", [one.id])
    return stay


def _place_to_row(one: Place) -> dict[str, Any]:
    return {
        "id": one.id,
        "community": one.community,
        "code": one.code,
        "kind": one.kind.value,
        "parent_id": one.parent_id,
        "name": one.name,
        "latitude": one.position.latitude if one.position else None,
        "longitude": one.position.longitude if one.position else None,
        "floors": one.floors,
        "has_lift": one.has_lift,
        "steward": one.steward,
    }


def _service_to_row(one: Service, *, is_active: bool) -> dict[str, Any]:
    return {
        "id": one.id,
        "community": one.community,
        "code": one.code,
        "name_zh": one.name_zh,
        "name_en": one.name_en,
        "skills": dict(one.skills),
        "licence": one.licence,
        "urgency": one.urgency.value,
        "pool": one.pool.value,
        "minutes": one.minutes,
        "confidential": one.confidential,
        "proximity": one.proximity,
        "adults_only": one.adults_only,
        "small_kind": one.small_kind.value,
        "origin": one.origin.value,
        "words": list(one.words),
        "is_active": is_active,
    }


def _household_to_row(one: Household) -> dict[str, Any]:
    return {
        "id": one.id,
        "community": one.community,
        "code": one.code,
        "place_id": one.place_id,
        "person_id": one.person_id,
        "residents": one.residents,
        "is_centre": one.is_centre,
    }


def _insert(connection: Connection, table: Table, rows: Sequence[Mapping[str, Any]]) -> None:
    if rows:
        connection.execute(table.insert(), rows)


def _update(connection: Connection, table: Table, key: str, rows: Sequence[Mapping[str, Any]]) -> None:
    if not rows:
        return
    columns = {name: bindparam(f"new_{name}", type_=table.c[name].type) for name in rows[0] if name != key}
    statement = table.update().where(table.c[key] == bindparam("of_key")).values(columns)
    connection.execute(
        statement,
        [{"of_key": row[key], **{f"new_{name}": row[name] for name in columns}} for row in rows],
    )


def _delete(connection: Connection, table: Table, key: str, ids: Sequence[str]) -> None:
    if ids:
        connection.execute(
            table.delete().where(table.c[key] == bindparam("of_key")), [{"of_key": one} for one in ids]
        )


def _found(connection: Connection, query: Any) -> set[str]:
    return {one for one in connection.scalars(query) if one is not None}
