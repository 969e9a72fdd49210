"""The community, its tree of places, its services and its households, as model objects."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any, Final

from sqlalchemy import Connection, bindparam, select

from dispatch.model.community import Community, Household, HouseholdId, PersonId, Place, PlaceId, PlaceKind, Places
from dispatch.model.service import Origin, Pool, Service, ServiceId, SmallKind, Urgency
from dispatch.store.tables import bond, household, person_private, place, responder, service
from dispatch.store.tables import community as community_table
from dispatch.units import Position

_COMMUNITY: Final = select(community_table).where(community_table.c.code == bindparam("of"))
_SERVICES: Final = select(service).where(service.c.community == bindparam("of")).order_by(service.c.code)


def community_of(connection: Connection, code: str) -> Community:
    """Return the community called *code*."""
    row = connection.execute(_COMMUNITY, {"of": code}).mappings().one()
    return Community(
        code=row["code"],
        name_zh=row["name_zh"],
        name_en=row["name_en"],
        zone=row["zone"],
        phone_region=row["phone_region"],
    )


def place_to_model(row: Mapping[Any, Any]) -> Place:
    """Read a row of ``place``."""
    has_position = row["latitude"] is not None and row["longitude"] is not None
    return Place(
        id=PlaceId(row["id"]),
        community=row["community"],
        code=row["code"],
        kind=PlaceKind(row["kind"]),
        name=row["name"],
        parent_id=PlaceId(row["parent_id"]) if row["parent_id"] else None,
        position=Position(row["latitude"], row["longitude"]) if has_position else None,
        floors=row["floors"],
        has_lift=row["has_lift"],
        steward=row["steward"],
    )


def places_of(connection: Connection, community: str) -> Places:
    """Return a community's whole tree."""
    rows = connection.execute(
        select(place).where(place.c.community == community).order_by(place.c.code)
    ).mappings().all()
    return Places(place_to_model(row) for row in rows)


def place_ids(connection: Connection, community: str, codes: Iterable[str]) -> dict[str, str]:
    """Return the ids of the places with these codes; unknown codes are absent."""
    wanted = sorted(set(codes))
    found: dict[str, str] = {}
    for start in range(0, len(wanted), 500):
        rows = connection.execute(
            select(place.c.code, place.c.id).where(
                place.c.community == community, place.c.code.in_(wanted[start : start + 500])
            )
        )
        found.update((row[0], row[1]) for row in rows)
    return found


def service_to_model(row: Mapping[Any, Any]) -> Service:
    """Read a row of ``service``."""
    return Service(
        id=ServiceId(row["id"]),
        community=row["community"],
        code=row["code"],
        name_zh=row["name_zh"],
        name_en=row["name_en"],
        skills=row["skills"],
        licence=row["licence"],
        urgency=Urgency(row["urgency"]),
        pool=Pool(row["pool"]),
        minutes=row["minutes"],
        confidential=row["confidential"],
        proximity=row["proximity"],
        adults_only=row["adults_only"],
        small_kind=SmallKind(row["small_kind"]),
        origin=Origin(row["origin"]),
        words=tuple(row["words"]),
    )


def services_of(connection: Connection, community: str, *, active_only: bool = False) -> list[Service]:
    """Return a community's catalogue, by code."""
    query = _SERVICES.where(service.c.is_active) if active_only else _SERVICES
    return [service_to_model(row) for row in connection.execute(query, {"of": community}).mappings().all()]


def service_code(connection: Connection, service_id: ServiceId) -> str:
    """Return what the service with this id is called by files and commands."""
    return str(connection.execute(select(service.c.code).where(service.c.id == service_id)).scalar_one())


def household_ids(connection: Connection, community: str, codes: Iterable[str]) -> dict[str, str]:
    """Return the ids of the households with these codes; unknown codes are absent."""
    wanted = sorted(set(codes))
    found: dict[str, str] = {}
    for start in range(0, len(wanted), 500):
        rows = connection.execute(
            select(household.c.code, household.c.id).where(
                household.c.community == community, household.c.code.in_(wanted[start : start + 500])
            )
        )
        found.update((row[0], row[1]) for row in rows)
    return found


def household_doors(
    connection: Connection, place_ids: Iterable[str], addresses: Iterable[str]
) -> dict[tuple[str, str], str]:
    """Return the ids of the households at these places behind these exact addresses, by place id and address."""
    places, doors = sorted(set(place_ids)), sorted(set(addresses))
    found: dict[tuple[str, str], str] = {}
    for start in range(0, len(places) if doors else 0, 500):
        rows = connection.execute(
            select(household.c.place_id, person_private.c.exact_address, household.c.id)
            .join(person_private, person_private.c.person_id == household.c.person_id)
            .where(
                household.c.place_id.in_(places[start : start + 500]),
                person_private.c.exact_address.in_(doors),
            )
        )
        found.update(((row[0], row[1]), row[2]) for row in rows)
    return found


def households_at(connection: Connection, place_ids: Iterable[str]) -> list[Household]:
    """Return the households of these units or buildings, with their bonds."""
    wanted = sorted(set(place_ids))
    found = []
    for start in range(0, len(wanted), 500):
        rows = (
            connection.execute(
                select(household)
                .where(household.c.place_id.in_(wanted[start : start + 500]))
                .order_by(household.c.code)
            )
            .mappings()
            .all()
        )
        bonded: dict[str, list[str]] = {}
        ids = [row["id"] for row in rows]
        for at in range(0, len(ids), 500):
            for household_id, code in connection.execute(
                select(bond.c.household_id, responder.c.code)
                .join(responder, responder.c.id == bond.c.responder_id)
                .where(bond.c.household_id.in_(ids[at : at + 500]))
                .order_by(responder.c.code)
            ):
                bonded.setdefault(household_id, []).append(code)
        found += [
            Household(
                id=HouseholdId(row["id"]),
                community=row["community"],
                code=row["code"],
                place_id=PlaceId(row["place_id"]),
                person_id=PersonId(row["person_id"]),
                residents=row["residents"],
                is_centre=row["is_centre"],
                bonds=tuple(bonded.get(row["id"], ())),
            )
            for row in rows
        ]
    return found
