"""The reference community: Jinsong with the article's numbers, or a town of the same make in another size."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Final

from dispatch.simulator.demand.catalogue import JINSONG_SERVICES
from dispatch.simulator.demand.estate import Home, buildings, homes, place_rows
from dispatch.simulator.demand.neighbours import Neighbour, others, party_members, volunteers
from dispatch.simulator.demand.people import People
from dispatch.simulator.demand.sheet import (
    COMMUNITY_COLUMNS,
    HOUSEHOLD_COLUMNS,
    PLACE_COLUMNS,
    RESPONDER_COLUMNS,
    SERVICE_COLUMNS,
    Town,
    sheet,
)

SEED: Final = 2023
ANCHOR: Final = date(2026, 1, 1)
"""The day by which licences in fixtures/ are dated: all but two run for more than twenty years from it."""
CENTRES: Final = 3
"""Party members' centre households in a micro-grid."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Size:
    """How many of everything; a grid always has 3 micro-grids and 9 centre households.

    Args:
        residents: People behind all doors; about 120 doors stand in a micro-grid.
    """

    grids: int = 8
    residents: int = 7_964
    party_members: int = 829
    volunteers: int = 240
    shops: int = 36
    experts: int = 12
    property_staff: int = 18
    teams: int = 10


JINSONG: Final = Size()


def generate_jinsong(seed: int = SEED, anchor: date = ANCHOR) -> Town:
    """Make up the reference community.

    Args:
        seed: The same seed gives the same bytes on every machine.
        anchor: The day from which the papers that expire are dated.

    Returns:
        The text of each of its five CSV files by file name.
    """
    return generate_town(JINSONG, seed=seed, anchor=anchor)


def generate_town(size: Size, *, seed: int, anchor: date = ANCHOR) -> Town:
    """Make up a town like Jinsong in another size.

    Raises:
        ValueError: The residents do not fit behind the doors of so many grids, or the party members and
            volunteers outnumber the homes.
    """
    people = People("zh_CN", seed)
    estate = buildings(size.grids)
    doors = homes(estate, size.residents, people)
    by_micro: dict[str, list[Home]] = {}
    for home in doors:
        by_micro.setdefault(home.micro_grid, []).append(home)
    living = {
        micro: sorted(people.random.sample(range(len(by_micro[micro])), many))
        for micro, many in zip(by_micro, _spread(size.party_members, len(by_micro), people), strict=True)
    }
    members = tuple(
        party_members(
            people, [by_micro[micro][at] for micro, places in living.items() for at in places], anchor
        )
    )
    elsewhere = people.random.sample(doors, min(size.volunteers, len(doors)))
    elsewhere += people.random.choices(doors, k=size.volunteers - len(elsewhere))
    counts = {
        "shop": size.shops,
        "expert": size.experts,
        "property_staff": size.property_staff,
        "team": size.teams,
    }
    ground = people.random.choices([home for home in doors if home.floor == 1], k=sum(counts.values()))
    responders = (
        *members,
        *volunteers(people, elsewhere, anchor),
        *others(people, iter(ground), counts, anchor),
    )
    of_micro: dict[str, list[Neighbour]] = {}
    for member in members:
        of_micro.setdefault(member.home.micro_grid, []).append(member)
    stewards, centres = _offices(of_micro)
    return {
        "community.csv": sheet(
            COMMUNITY_COLUMNS, [("jinsong", "劲松社区", "Jinsong", "Asia/Shanghai", "CN")]
        ),
        "places.csv": sheet(PLACE_COLUMNS, place_rows(estate, stewards)),
        "services.csv": sheet(SERVICE_COLUMNS, (entry.row() for entry in JINSONG_SERVICES)),
        "responders.csv": sheet(RESPONDER_COLUMNS, (responder.row() for responder in responders)),
        "households.csv": sheet(HOUSEHOLD_COLUMNS, _household_rows(by_micro, of_micro, centres)),
    }


def _spread(total: int, parts: int, people: People) -> list[int]:
    """Cut a number into parts that differ by about a fifth and add up to it."""
    shares = [total // parts + (part < total % parts) for part in range(parts)]
    for _ in range(2 * parts):
        giver, taker = people.random.sample(range(parts), 2)
        if shares[giver] > total // parts - 6 and shares[taker] < total // parts + 6:
            shares[giver] -= 1
            shares[taker] += 1
    return shares


def _offices(of_micro: dict[str, list[Neighbour]]) -> tuple[dict[str, str], dict[Home, Neighbour]]:
    """Give each place its steward, and each micro-grid its centre households with their hosts."""
    stewards: dict[str, str] = {}
    centres: dict[Home, Neighbour] = {}
    for micro, members in of_micro.items():
        offices = [place for place in ("jinsong", micro.partition("-")[0], micro) if place not in stewards]
        stewards.update((place, member.code) for place, member in zip(offices, members, strict=False))
        for host in members[len(offices) : len(offices) + CENTRES]:
            centres[host.home] = host
    return stewards, centres


def _household_rows(
    by_micro: dict[str, list[Home]], of_micro: dict[str, list[Neighbour]], centres: dict[Home, Neighbour]
) -> Iterator[tuple[object, ...]]:
    """Yield the rows of households.csv: a centre household is its host's, each other one a neighbour's.

    Doors in walking order are shared out in stretches among the micro-grid's party members, so
    that everybody's are close together; nobody looks in on their own door.
    """
    for micro, doors in by_micro.items():
        members = of_micro[micro]
        for at, home in enumerate(doors):
            host = centres.get(home)
            bonded = host or _bonded(members, at * len(members) // len(doors), home)
            yield (
                *(home.code, home.unit, home.floor, home.door, home.residents),
                *(host is not None, bonded.code),
            )


def _bonded(members: Sequence[Neighbour], turn: int, home: Home) -> Neighbour:
    member = members[turn]
    return member if member.home is not home else members[turn - 1]
