"""What one row of each of a community's files says, as the model calls it; codes stand where ids will be."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Final
from zoneinfo import ZoneInfo

from dispatch.desk.loading.town_cells import LONGEST_TEXT, Cells
from dispatch.desk.phones import parse_phone
from dispatch.desk.shorthand import parse_hours, parse_licences, parse_needs, parse_skills, pieces
from dispatch.i18n import sentence
from dispatch.model.community import (
    Community,
    Household,
    HouseholdId,
    PersonId,
    Place,
    PlaceId,
    PlaceKind,
)
from dispatch.model.quiet import parse_quiet
from dispatch.model.request import Private
from dispatch.model.responder import Responder, ResponderId, ResponderKind
from dispatch.model.service import EMERGENCY, Origin, Pool, Service, ServiceId, SmallKind, Urgency
from dispatch.units import Position

MOST_CAPACITY: Final = 99
MOST_MONTHLY_CAP: Final = 999
MOST_REACH_METRES: Final = 100_000
_LOWEST_FLOOR: Final = -9
_MOST_FLOORS: Final = 200
_LARGEST_FIRST: Final = tuple(PlaceKind)


@dataclass(frozen=True, slots=True)
class Known:
    """The codes that rows of one file may point at in another, each with its own row.

    None where that file could not be read: its own fault is told, and nothing that follows from it.
    """

    places: Mapping[str, Cells] | None
    responders: Mapping[str, Cells] | None


def community_of(row: Cells) -> Community:
    """Read the row of community.csv."""
    zone = row.said("zone") or "Asia/Shanghai"
    if not _is_zone(zone):
        row.wrong(
            sentence("{column}: {text} is not a time zone such as Asia/Shanghai", column="zone", text=zone)
        )
    region = row.said("phone_region").upper() or "CN"
    if not (len(region) == 2 and region.isascii() and region.isalpha()):
        row.wrong(
            sentence("{column}: {text} is not a country in two letters", column="phone_region", text=region)
        )
    return Community(
        code=row.code("code", small=True),
        name_zh=row.text("name_zh"),
        name_en=row.text("name_en"),
        zone=zone,
        phone_region=region,
    )


def place_of(row: Cells, community: str, known: Known) -> Place:
    """Read a row of places.csv; a parent must be of a larger kind, so that no place lies in itself."""
    code, kind = row.code("code"), row.one_of("kind", PlaceKind, PlaceKind.BUILDING)
    if not row.said("kind"):
        row.text("kind")
    parent = row.said("parent")
    if kind is PlaceKind.COMMUNITY and parent:
        row.wrong(sentence("the community itself lies in no other place, not in {code}", code=parent))
    elif kind is not PlaceKind.COMMUNITY and row.text("parent"):
        _check_parent(row, kind, parent, known)
    steward = row.said("steward") or None
    if steward:
        row.known("steward", [steward], known.responders, "responders.csv")
    return Place(
        id=PlaceId(code),
        community=community,
        code=code,
        kind=kind,
        name=row.text("name"),
        parent_id=PlaceId(parent) if parent else None,
        position=_position(row),
        floors=row.whole("floors", 1, _MOST_FLOORS),
        has_lift=row.truth("lift", usual=False),
        steward=steward,
    )


def service_of(row: Cells, community: str) -> Service:
    """Read a row of services.csv."""
    code = row.code("code", small=True)
    if code == EMERGENCY:
        row.wrong(
            sentence(
                "{column}: {text} is the code of emergencies in every community; call this service otherwise",
                column="code",
                text=code,
            )
        )
    return Service(
        id=ServiceId(code),
        community=community,
        code=code,
        name_zh=row.text("name_zh"),
        name_en=row.text("name_en"),
        skills=row.parsed("skills", parse_needs, {}),
        licence=row.code("licence", small=True) if row.said("licence") else None,
        urgency=row.one_of("urgency", Urgency, Urgency.NORMAL),
        pool=row.one_of("pool", Pool, Pool.NEIGHBOURS),
        minutes=row.whole("minutes", 1, 1440) or 30,
        confidential=row.truth("confidential", usual=False),
        proximity=row.truth("proximity", usual=True),
        adults_only=row.truth("adults_only", usual=False),
        small_kind=row.one_of("small_kind", SmallKind, SmallKind.MATTER),
        origin=row.one_of("origin", Origin, Origin.OWN),
        words=pieces(row.said("words")),
    )


def responder_of(
    row: Cells, community: Community, known: Known, address: Callable[[str, str], str], area_code: str
) -> tuple[Responder, Private]:
    """Read a row of responders.csv, and apart from it what is private of it.

    Args:
        row: The row.
        community: Whose numbers may be written without a country code.
        known: What it may point at.
        address: Puts the code of a place and a door into words.
        area_code: Of land lines written without one, if any.
    """
    code, place = row.code("code"), row.text("place")
    if not row.said("kind"):
        row.text("kind")
    is_placed = bool(place) and row.known("place", [place], known.places, "places.csv")
    language = row.said("language") or "zh"
    if language not in ("zh", "en"):
        row.wrong(
            sentence(
                "{column}: {text} is none of {choices}",
                column="language",
                text=language,
                choices=("zh", "en"),
            )
        )
    capacity = row.whole("capacity", 0, MOST_CAPACITY)
    responder = Responder(
        id=ResponderId(code),
        community=community.code,
        code=code,
        kind=row.one_of("kind", ResponderKind, ResponderKind.VOLUNTEER),
        person_id=PersonId(code),
        place_id=PlaceId(place),
        reach_metres=row.whole("reach_metres", 0, MOST_REACH_METRES),
        capacity=1 if capacity is None else capacity,
        is_adult=row.truth("adult", usual=True),
        is_paid=row.truth("paid", usual=False),
        was_helped=row.truth("was_helped", usual=False),
        skills=row.parsed("skills", parse_skills, ()),
        licences=row.parsed("licences", parse_licences, ()),
        hours=row.parsed("hours", parse_hours, ()),
        monthly_cap=row.whole("monthly_cap", 0, MOST_MONTHLY_CAP) or None,
        no_stairs=row.truth("no_stairs", usual=False),
        quiet=row.parsed("quiet", parse_quiet, ()),
        channel=row.code("channel", small=True) if row.said("channel") else None,
        language=language,
    )
    row.text("phone")
    return responder, Private(
        name=row.text("name"),
        phone=row.parsed("phone", lambda said: parse_phone(said, community.phone_region, area_code), ""),
        exact_address=address(place, row.said("door")) if is_placed else "",
        floor=row.whole("floor", _LOWEST_FLOOR, _MOST_FLOORS),
        position=_position(row),
    )


def household_of(
    row: Cells, community: str, known: Known, address: Callable[[str, str], str]
) -> tuple[Household, Private]:
    """Read a row of households.csv, and apart from it what is private of it: the door."""
    code, place = row.code("code"), row.text("place")
    is_placed = bool(place) and row.known("place", [place], known.places, "places.csv")
    bonds = pieces(row.said("bonds"))
    row.known("bonds", bonds, known.responders, "responders.csv")
    if row.truth("centre", usual=False) and not bonds:
        row.wrong(sentence("a centre household has a party member who hosts it: bonds is empty"))
    row.text("residents")
    household = Household(
        id=HouseholdId(code),
        community=community,
        code=code,
        place_id=PlaceId(place),
        person_id=PersonId(code),
        residents=row.whole("residents", 0, 999) or 0,
        is_centre=row.truth("centre", usual=False),
        bonds=bonds,
    )
    return household, Private(
        exact_address=address(place, row.text("door")) if is_placed else "",
        floor=row.whole("floor", _LOWEST_FLOOR, _MOST_FLOORS),
    )


def pair_of(
    row: Cells, column: str, responders: Mapping[str, Cells] | None, others: Mapping[str, Cells] | None
) -> tuple[str, str]:
    """Read a row of blocks.csv or apart.csv: a responder, and to or with whom they never go."""
    code, other = row.text("responder"), row.text(column)
    if code:
        row.known("responder", [code], responders, "responders.csv")
    if other:
        row.known(column, [other], others, "households.csv" if column == "household" else "responders.csv")
    if column == "other" and code and code == other:
        row.wrong(sentence("{code} cannot be kept apart from themselves", code=code))
    return code, other


def _check_parent(row: Cells, kind: PlaceKind, parent: str, known: Known) -> None:
    if not row.known("parent", [parent], known.places, "places.csv") or known.places is None:
        return
    outer = known.places[parent].said("kind")
    if row.said("kind") == kind and outer in _LARGEST_FIRST[_LARGEST_FIRST.index(kind) :]:
        row.wrong(
            sentence("a {kind} does not lie in a {outer} ({code})", kind=kind.value, outer=outer, code=parent)
        )


def _position(row: Cells) -> Position | None:
    latitude, longitude = row.degrees("latitude", 90), row.degrees("longitude", 180)
    if bool(row.said("latitude")) != bool(row.said("longitude")):
        row.wrong(sentence("latitude and longitude are written both or neither"))
    return None if latitude is None or longitude is None else Position(latitude, longitude)


def _is_zone(name: str) -> bool:
    try:
        ZoneInfo(name[:LONGEST_TEXT])
    except (KeyError, ValueError, OSError):
        return False
    return True
