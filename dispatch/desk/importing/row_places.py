"""Where a row's need is: by the place's code or name, by its address, by the nearest to its position."""

from __future__ import annotations

import re
from collections.abc import Mapping
from functools import lru_cache
from typing import Final, NamedTuple

from dispatch.desk.importing.mapping import SheetMapping
from dispatch.desk.importing.nearest import NearestPlace
from dispatch.desk.sheets.cells import compared
from dispatch.desk.typed_line.addresses import AddressGuess, parse_address
from dispatch.errors import Refused
from dispatch.model.community import Places
from dispatch.units import Position

CACHED: Final = 20_000
"""Different addresses remembered with what they mean."""

SHOWN: Final = 40
"""Characters of a cell that are said back."""

_WORD = re.compile(r"\w")
_BUILDING_ENDS = re.compile(r"(?:[楼栋幢座#]|^[0-9A-Za-z]{1,4})\s*$")
_UNIT_ENDS = re.compile(r"(?:单元|门)\s*$")
_UNIT_AND_DOOR = re.compile(r"\s*([0-9]{1,2})\s*[-－—/、.]\s*([0-9]{2,4})\s*室?\s*")


class Spot(NamedTuple):
    """Where it is.

    Args:
        place: Code of the place.
        exact_address: As the office writes it, floor and door included.
        beside: What the cell says that is no address, to be kept with the note.
    """

    place: str
    floor: int | None = None
    exact_address: str = ""
    beside: str = ""
    position: Position | None = None


class SpotOf:
    """Looks places up for the rows of one table, each different text once."""

    def __init__(self, places: Places, mapping: SheetMapping, *, in_note: bool) -> None:
        """Prepare.

        Args:
            places: The community's tree.
            mapping: Whose table, default, kinds and reach count.
            in_note: Whether the address must be looked for in the note, the table having no column for it.
        """
        self._places = places
        self._in_note = in_note
        self._table = mapping.values.get("place", {})
        self._default = mapping.defaults.get("place")
        self._unknown = mapping.unknown
        self._nearest = NearestPlace(places, mapping.kinds, most_metres=mapping.most_metres)
        self._names: dict[str, list[str]] = {}
        for place in places:
            self._names.setdefault(compared(place.name), []).append(place.code)
        self._named = lru_cache(CACHED)(self._look_up)
        self._read = lru_cache(CACHED)(lambda text: _by_address(text, places))

    def __call__(self, said: Mapping[str, str], note: str) -> Spot:
        """Return the spot that a row's cells tell.

        Raises:
            NotFound: A building or unit is written that this community has not.
            Refused: Nothing tells it, several places are meant, or the position is too far from all of them.
        """
        position = self._position(said)
        code = self._named(said["place"]) if "place" in said else None
        address = said.get("address") or (_assembled(said) if "building" in said else "")
        if "inside" in said or "unit" in said or "room" in said:
            address = _with_door(address or said.get("place", ""), said) or address
        if code is None and not address and said.get("place") and not self._table:
            address = said["place"]
        if code is not None and not address:
            return Spot(code, position=position)
        if code is not None:
            return self._inside(code, address)._replace(position=position)
        if address:
            spot = self._read(address)
            return spot if position is None else spot._replace(position=position)
        if position is not None:
            return Spot(self._near(position), position=position)
        if self._default is not None:
            return Spot(self._default)
        if self._in_note and note:
            return self._read(note)._replace(beside="")
        raise Refused("nothing says where it is", hint="fill in building, unit and door: 8号楼2单元301")

    def _look_up(self, text: str) -> str | None:
        """Return the code that the place's cell means outright."""
        plain = compared(text)
        if plain in self._table:
            return self._table[plain]
        if self._places.with_code(text) is not None:
            return text
        codes = self._names.get(plain, [])
        return codes[0] if len(codes) == 1 else None

    def _inside(self, code: str, address: str) -> Spot:
        """Let the address say more exactly where in the place it is."""
        outer = self._places.with_code(code)
        if outer is None:
            return Spot(code, exact_address=address)
        try:
            spot = self._read(address)
        except Refused:
            return Spot(code, exact_address=address)
        inner = self._places.with_code(spot.place)
        if inner is None or not self._places.lies_in(inner.id, outer.id):
            raise Refused(
                "{address} does not lie in {place}",
                address=address[:SHOWN],
                place=outer.name,
                hint="correct the place or the address",
            )
        return spot

    def _position(self, said: Mapping[str, str]) -> Position | None:
        if "latitude" not in said and "longitude" not in said:
            return None
        latitude, longitude = said.get("latitude", ""), said.get("longitude", "")
        try:
            position = Position(float(latitude), float(longitude))
        except ValueError:
            position = Position(999.0, 999.0)
        if not (-90 <= position.latitude <= 90 and -180 <= position.longitude <= 180):
            raise Refused(
                "{latitude}, {longitude} is no position on the globe",
                latitude=latitude[:SHOWN],
                longitude=longitude[:SHOWN],
                hint="write degrees in WGS-84, latitude and longitude",
            )
        return None if position in self._unknown else position

    def _near(self, position: Position) -> str:
        place = self._nearest(position)
        if place is None:
            raise Refused(
                "no place of this community lies within {metres} m of {latitude}, {longitude}",
                metres=self._nearest.most_metres,
                latitude=str(position.latitude),
                longitude=str(position.longitude),
                hint="say the place by its name, or reach farther in the mapping file: most_metres",
            )
        return place.code


def _with_door(outer: str, said: Mapping[str, str]) -> str:
    """Write unit and door of columns of their own behind what ends with its building or unit, else nothing."""
    if _BUILDING_ENDS.search(outer):
        inner = _assembled({name: said[name] for name in ("inside", "unit", "room") if name in said})
        return outer + ("号楼" if outer.isalnum() and outer.isascii() else "") + inner
    if _UNIT_ENDS.search(outer):
        return outer + said.get("room", said.get("inside", ""))
    return ""


def _assembled(said: Mapping[str, str]) -> str:
    """Write an address kept in columns of its own as one: 8, 2, 301 → 8号楼2单元301."""
    parts = ((said.get("building", ""), "号楼"), (said.get("unit", ""), "单元"), (said.get("room", ""), ""))
    written = "".join(text + word if text.isalnum() and text.isascii() else text for text, word in parts)
    inside = said.get("inside", "")
    # 2-301 behind 8号楼 is a unit and a door.
    pair = _UNIT_AND_DOOR.fullmatch(inside)
    return written + (f"{pair[1]}单元{pair[2]}" if pair else inside)


def _by_address(text: str, places: Places) -> Spot:
    guess = parse_address(text, places)
    whole = _whole_building(guess)
    open_questions = [] if whole else [question.sentence for question in guess.questions]
    code = guess.place or whole
    if code is None or open_questions:
        raise Refused(
            "the address {text} is not clear: {questions}",
            text=text[:SHOWN],
            questions=tuple(open_questions),
            hint="write building, unit and door: 8号楼2单元301",
        )
    rest, end = "", 0
    for begin, until in guess.spans:
        rest, end = rest + text[end:begin], until
    rest += text[end:]
    return Spot(code, guess.floor, guess.exact_address, text if _WORD.search(rest) else "")


def _whole_building(guess: AddressGuess) -> str | None:
    """Return the building where a row names no more than it: then nothing is being guessed."""
    typed = guess.typed
    if [question.key for question in guess.questions] != ["unit"]:
        return None
    if typed.units or typed.door or typed.floor is not None:
        return None
    return guess.questions[0].choices[-1].value
