"""The tree of places (community, grid, micro-grid, building, unit), its households, and who stewards each."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from enum import StrEnum
from typing import NewType

from dispatch.units import Position

PlaceId = NewType("PlaceId", str)
HouseholdId = NewType("HouseholdId", str)
PersonId = NewType("PersonId", str)
"""Where a person's name, phone, exact address and typed words are kept, and nothing else."""


class PlaceKind(StrEnum):
    """How large a place is, from the whole to one stairwell."""

    COMMUNITY = "community"
    GRID = "grid"
    MICRO_GRID = "micro_grid"
    BUILDING = "building"
    UNIT = "unit"


@dataclass(frozen=True, slots=True, kw_only=True)
class Community:
    """One neighbourhood office and its area.

    Args:
        code: Short name in lower case, such as "jinsong".
        name_zh: How people call it.
        name_en: The same in English.
        zone: IANA time zone of the clock on its wall.
        phone_region: Two-letter country whose numbers may be written without a country code.
    """

    code: str
    name_zh: str
    name_en: str
    zone: str = "Asia/Shanghai"
    phone_region: str = "CN"


@dataclass(frozen=True, slots=True, kw_only=True)
class Place:
    """One node of the tree.

    Args:
        id: Random inside.
        code: What the community's files call it, such as "8-2" for 8号楼2单元; unique in a community.
        parent_id: The place it lies in; none for the community itself.
        name: What people call it: "8号楼".
        position: WGS-84, where known; a unit without one is where its building is.
        floors: Storeys above ground, where known.
        has_lift: Whether one need not climb.
        steward: Code of the responder who looks after it (书记, 楼组长, 中心户), where there is one.
    """

    id: PlaceId
    community: str
    code: str
    kind: PlaceKind
    name: str
    parent_id: PlaceId | None = None
    position: Position | None = None
    floors: int | None = None
    has_lift: bool = False
    steward: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Household:
    """One door: how many live behind it, and who looks in (党员包联).

    Args:
        code: What the community's files call it; unique in a community.
        place_id: The unit (or building) it is in; floor and door are private.
        person_id: Where its exact address is kept.
        residents: How many people live there; nobody is named.
        is_centre: Whether it is a party member's centre household (党员中心户).
        bonds: Codes of the responders bonded to it.
    """

    id: HouseholdId
    community: str
    code: str
    place_id: PlaceId
    person_id: PersonId
    residents: int
    is_centre: bool = False
    bonds: tuple[str, ...] = ()


class Places:
    """The tree of one community, to look up and to climb."""

    def __init__(self, places: Iterable[Place]) -> None:
        self._by_id = {place.id: place for place in places}
        self._by_code = {place.code: place for place in self._by_id.values()}

    def __iter__(self) -> Iterator[Place]:
        return iter(self._by_id.values())

    def __len__(self) -> int:
        return len(self._by_id)

    def __contains__(self, place_id: object) -> bool:
        """Return whether a place, by its id, is among them."""
        return place_id in self._by_id

    def __getitem__(self, place_id: PlaceId) -> Place:
        return self._by_id[place_id]

    def with_code(self, code: str) -> Place | None:
        """Return the place that the community's files call *code*."""
        return self._by_code.get(code)

    def up_from(self, place_id: PlaceId) -> Iterator[Place]:
        """Yield the place itself, then what it lies in, up to the community."""
        here: PlaceId | None = place_id
        while here is not None:
            place = self._by_id[here]
            yield place
            here = place.parent_id

    def around(self, place_id: PlaceId, kind: PlaceKind) -> Place | None:
        """Return the place of that kind which *place_id* lies in (or is), if there is one."""
        return next((place for place in self.up_from(place_id) if place.kind is kind), None)

    def position_of(self, place_id: PlaceId) -> Position | None:
        """Return the nearest known position going up: the unit's, else its building's, and so on."""
        return next((place.position for place in self.up_from(place_id) if place.position), None)

    def lies_in(self, place_id: PlaceId, outer: PlaceId) -> bool:
        """Return whether *place_id* is *outer* or lies somewhere in it."""
        return any(place.id == outer for place in self.up_from(place_id))
