"""A made-up housing estate: grids, micro-grids, buildings on a lattice, and who lives behind which door."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Final

from dispatch.simulator.demand.people import People
from dispatch.simulator.demand.sheet import degrees

MICRO_GRIDS: Final = 3
"""Micro-grids in a grid, and party members' centre households in a micro-grid: 1:3:9."""

_ORIGIN = (37_848_300, 112_546_600)
"""South-west corner, millionths of a degree: the right part of the city, the exact spot invented."""
_NORTH, _EAST = 8_993, 11_389
"""Millionths of a degree to 1,000 metres' worth of a metre, at 37.85° N."""
_WALK_UPS = (((6, 5, 2), (6, 5, 2)), ((6, 4, 2), (6, 6, 2)), ((5, 4, 3), (5, 4, 3)))
_WITH_LIFT = ((11, 3, 2), (18, 1, 4))
_TALL = 6
"""Floors up to which the buildings of the estate have no lift."""
_EMPTY_DOOR_OF = 21
_SIZES, _SHARES = (1, 2, 3, 4, 5, 6), (20, 30, 28, 14, 6, 2)


@dataclass(frozen=True, slots=True)
class Building:
    """One building; its code is its number.

    Args:
        micro_grid: Code of the micro-grid it lies in: "G1-2".
        doors: Doors on each landing of each unit.
        north, east: Metres from the estate's south-west corner.
    """

    number: int
    micro_grid: str
    floors: int
    units: int
    doors: int
    north: int
    east: int

    @property
    def has_lift(self) -> bool:
        """Whether one need not climb."""
        return self.floors > _TALL


@dataclass(slots=True, eq=False)
class Home:
    """One door with people behind it."""

    micro_grid: str
    unit: str
    floor: int
    door: str
    residents: int = 0

    @property
    def code(self) -> str:
        """What the community's files call the household: "8-2-301"."""
        return f"{self.unit}-{self.door}"


def buildings(grids: int) -> tuple[Building, ...]:
    """Lay out the estate: two buildings a micro-grid; of eight grids the last three are tall."""
    built: list[Building] = []
    for grid in range(grids):
        for micro in range(MICRO_GRIDS):
            pair = _WITH_LIFT if grid % 8 >= 5 else _WALK_UPS[micro]
            for side, (floors, units, doors) in enumerate(pair):
                built.append(
                    Building(
                        number=len(built) + 1,
                        micro_grid=f"G{grid + 1}-{micro + 1}",
                        floors=floors,
                        units=units,
                        doors=doors,
                        north=(grid // 4) * 190 + micro * 55,
                        east=(grid % 4) * 180 + side * 80,
                    )
                )
    return tuple(built)


def homes(estate: tuple[Building, ...], residents: int, people: People) -> tuple[Home, ...]:
    """Fill the doors: one in 21 stands empty, the rest hold exactly so many residents, 1 to 6 each."""
    doors = [
        Home(building.micro_grid, f"{building.number}-{unit}", floor, people.door(floor, along))
        for building in estate
        for unit in range(1, building.units + 1)
        for floor in range(1, building.floors + 1)
        for along in range(1, building.doors + 1)
    ]
    empty = set(people.random.sample(range(len(doors)), len(doors) // _EMPTY_DOOR_OF))
    lived_in = [home for at, home in enumerate(doors) if at not in empty]
    if not _SIZES[0] * len(lived_in) <= residents <= _SIZES[-1] * len(lived_in):
        raise ValueError(f"{residents} residents do not fit behind {len(lived_in)} doors")
    for home, size in zip(lived_in, people.random.choices(_SIZES, _SHARES, k=len(lived_in)), strict=True):
        home.residents = size
    missing = residents - sum(home.residents for home in lived_in)
    while missing:
        home = people.random.choice(lived_in)
        step = 1 if missing > 0 else -1
        if _SIZES[0] <= home.residents + step <= _SIZES[-1]:
            home.residents += step
            missing -= step
    return tuple(lived_in)


def place_rows(estate: tuple[Building, ...], stewards: dict[str, str]) -> Iterator[tuple[object, ...]]:
    """Yield the rows of places.csv, what lies around before what lies in it.

    Args:
        estate: As ``buildings`` gives it.
        stewards: Responder's code by the place's code.
    """
    yield _row("jinsong", "community", None, "劲松社区", estate, stewards)
    for grid in dict.fromkeys(_grid_of(building) for building in estate):
        mine = tuple(building for building in estate if _grid_of(building) == grid)
        yield _row(grid, "grid", "jinsong", f"第{grid[1:]}网格", mine, stewards)
        for micro in dict.fromkeys(building.micro_grid for building in mine):
            pair = tuple(building for building in mine if building.micro_grid == micro)
            name = f"第{grid[1:]}网格{micro.partition('-')[2]}号微网格"
            yield _row(micro, "micro_grid", grid, name, pair, stewards)
            for building in pair:
                code = str(building.number)
                storeys = (building.floors, building.has_lift)
                yield _row(code, "building", micro, f"{code}号楼", (building,), stewards, storeys)
                for unit in range(1, building.units + 1):
                    name, place = f"{unit}单元", f"{code}-{unit}"
                    yield (place, "unit", code, name, None, None, *storeys, stewards.get(place))


def _row(
    code: str,
    kind: str,
    parent: str | None,
    name: str,
    around: tuple[Building, ...],
    stewards: dict[str, str],
    storeys: tuple[int | None, bool | None] = (None, None),
) -> tuple[object, ...]:
    north = sum(building.north for building in around) // len(around)
    east = sum(building.east for building in around) // len(around)
    latitude = degrees(_ORIGIN[0] + north * _NORTH // 1000)
    longitude = degrees(_ORIGIN[1] + east * _EAST // 1000)
    return (code, kind, parent, name, latitude, longitude, *storeys, stewards.get(code))


def _grid_of(building: Building) -> str:
    return building.micro_grid.partition("-")[0]
