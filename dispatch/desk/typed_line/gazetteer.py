"""The names by which a community's places are typed."""

from __future__ import annotations

import re
from functools import lru_cache

from dispatch.desk.numerals import NUMERAL, plain
from dispatch.desk.typed_line.address_patterns import ESTATE, SPELLED_OUT
from dispatch.desk.typed_line.address_words import Span, key_of
from dispatch.model.community import Place, PlaceId, PlaceKind, Places

_STEMS = {"甲": "1", "乙": "2", "丙": "3", "丁": "4"}
_ESTATE = re.compile(f"{ESTATE}$")
_SHORTEST_NAME = 2


class Gazetteer:
    """One community's buildings by number, units by building, and every other place by name and code."""

    def __init__(self, places: Places) -> None:
        self.places = places
        self._buildings: dict[str, list[Place]] = {}
        self._units: dict[PlaceId, dict[str, Place]] = {}
        self._names: list[tuple[str, Place]] = []
        for place in sorted(places, key=lambda place: _in_order(place.code)):
            self._file(place)
        self._names.sort(key=lambda entry: -len(entry[0]))

    def buildings(self, key: str) -> list[Place]:
        """Return the buildings of that number; several where estates number for themselves."""
        return self._buildings.get(key, [])

    def all_buildings(self) -> list[Place]:
        """Return every building once, in the order of their codes."""
        return [place for place in self._sorted() if place.kind is PlaceKind.BUILDING]

    def near(self, key: str, most: int = 5) -> list[Place]:
        """Return the buildings whose numbers are nearest to one that does not exist."""
        letters, number = _parts(key)
        numbered = [
            ((_parts(known)[0] != letters, abs(_parts(known)[1] - number), place.code), place)
            for known, places in self._buildings.items()
            for place in places
        ]
        nearest = {place.id: place for _, place in sorted(numbered, key=lambda entry: entry[0])}
        return sorted([*nearest.values()][:most], key=lambda place: _in_order(place.code))

    def units(self, building: Place) -> list[Place]:
        """Return a building's units, in the order of their codes."""
        return list({unit.id: unit for unit in self._units.get(building.id, {}).values()}.values())

    def unit(self, building: Place, key: str) -> Place | None:
        """Return a building's unit of that number; 甲 counts as the first where none is called so."""
        units = self._units.get(building.id, {})
        return units.get(key) or units.get(_STEMS.get(key, ""))

    def knows(self, building: str, unit: str | None) -> bool:
        """Return whether there is such a building, and in it such a unit where one is given."""
        return any(unit is None or self.unit(place, unit) is not None for place in self.buildings(building))

    def named_in(self, line: str) -> list[tuple[Place, Span]]:
        """Return the places that a plain line names outright, the longest names first."""
        rest, found = line.casefold(), []
        for name, place in self._names:
            start = rest.find(name)
            while start >= 0:
                end = start + len(name)
                if _stands_alone(rest, start, end):
                    found.append((place, (start, end)))
                    rest = rest[:start] + "\n" * (end - start) + rest[end:]
                start = rest.find(name, end)
        return found

    def is_here(self, estate: str) -> bool:
        """Return whether the name of an estate could be meant for one of these places."""
        return any(estate in name or _ESTATE.sub("", name) in estate for name, _ in self._names)

    def is_street_here(self, street: str, yard: str) -> bool:
        """Return whether any place's name holds the street or the yard that is written before a building."""
        names = [plain(place.name) for place in self.places]
        if yard.endswith("院"):
            return any(re.search(rf"(?<![0-9]){yard}", name) for name in names)
        shortest = min(len(street), 3)
        return any(street[start:] in name for start in range(len(street) - shortest + 1) for name in names)

    def _sorted(self) -> list[Place]:
        return sorted(self.places, key=lambda place: _in_order(place.code))

    def _file(self, place: Place) -> None:
        name = plain(place.name)
        if place.kind is PlaceKind.UNIT:
            number = _number_in(name, "unit") or key_of(re.split(r"[-/.]", plain(place.code))[-1])
            if place.parent_id is not None and number:
                self._units.setdefault(place.parent_id, {}).setdefault(number, place)
        elif place.kind is PlaceKind.BUILDING:
            number = _number_in(name, "building")
            for key in {number, key_of(plain(place.code))} - {"", None}:
                self._buildings.setdefault(str(key), []).append(place)
            if not number:
                self._name(name, place)
        else:
            self._name(name, place)
        if re.search("[A-Za-z]", place.code):
            self._name(plain(place.code), place)

    def _name(self, name: str, place: Place) -> None:
        name = name.strip().casefold()
        if len(name) >= _SHORTEST_NAME:
            self._names.append((name, place))


@lru_cache(maxsize=8)
def gazetteer(places: Places) -> Gazetteer:
    """Return the names of a community's places, made once for each tree."""
    return Gazetteer(places)


def _number_in(name: str, kind: str) -> str:
    for pattern in SPELLED_OUT:
        if kind in pattern.groupindex:
            match = pattern.search(name)
            if match:
                return key_of(match[kind])
    return ""


def _in_order(code: str) -> list[tuple[int, str]]:
    """Sort 10 behind 9: parts in digits count as numbers."""
    return [(int(part), "") if part.isdecimal() else (-1, part) for part in re.split("([0-9]+)", code)]


def _parts(key: str) -> tuple[str, int]:
    """Part a building's number from the letters around it."""
    return re.sub("[0-9]", "", key), int(re.sub("[^0-9]", "", key) or 0)


def _stands_alone(line: str, start: int, end: int) -> bool:
    """Return whether a name found in a line is not the middle of a longer word or number."""
    before, after = line[start - 1 : start], line[end : end + 1]
    latin = r"[0-9a-z]"
    if re.match(latin, line[start]) and before and re.match(latin, before):
        return False
    if line[start] in NUMERAL and before and before in NUMERAL + "0123456789":
        return False
    return not (re.match(latin, line[end - 1]) and after and re.match(rf"{latin}|[号栋幢座#楼单]", after))
