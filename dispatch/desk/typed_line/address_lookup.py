"""What is written of an address, looked up among the community's places: a place, or a question."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Final

from dispatch.desk.typed_line.address_words import Span, floor_of_door
from dispatch.desk.typed_line.gazetteer import Gazetteer
from dispatch.desk.typed_line.questions import Choice, Question
from dispatch.errors import NotFound
from dispatch.i18n import Sentence, sentence
from dispatch.model.community import Place, PlaceKind

KEEP: Final = "keep"
"""The choice that leaves floor and door as they were typed."""
_WITH_DOORS: Final = (PlaceKind.BUILDING, PlaceKind.UNIT)


@dataclass(frozen=True, slots=True, kw_only=True)
class Typed:
    """What is written of an address, before it is looked up.

    Args:
        chosen: Code of the place that a person has answered with.
        named: Codes of places written by their names: a grid, the community, a hall.
        estate: A neighbourhood written before the building that is none of these places: "万科小区".
        buildings: Numbers of buildings, each once: "8", "甲8".
        units: Numbers of units, each once.
        floor: The storey written beside the rest of the address, or the only one in the line.
        side: Which door of that floor: "东户".
        door: "301".
        doors: Every door that may be meant, where several are written.
        unread: What stands in the place of a door and is none that could be: "3o1".
        is_sure: Whether a person has confirmed floor and door as they stand.
        is_whole: Whether a person has said that no single unit is meant.
    """

    chosen: str | None = None
    named: tuple[str, ...] = ()
    estate: str = ""
    buildings: tuple[str, ...] = ()
    units: tuple[str, ...] = ()
    floor: int | None = None
    side: str = ""
    door: str = ""
    doors: tuple[str, ...] = ()
    unread: str = ""
    is_sure: bool = False
    is_whole: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class AddressGuess:
    """Where it is, as far as the text says.

    Args:
        place: Code of the unit, building or larger place; none while that is still asked.
        floor: The storey of the door, where known; below ground is negative.
        exact_address: In the office's way: "8号楼2单元301".
        spans: The stretches of the text that were read as address, in order.
        questions: What the text leaves open.
        within: Code of the smallest place that is certain, also while more is asked; none while nothing is.
        typed: What was read, for ``answer_address``.
    """

    place: str | None
    floor: int | None
    exact_address: str
    spans: tuple[Span, ...]
    questions: tuple[Question, ...]
    typed: Typed
    within: str | None = None


def look_up(typed: Typed, known: Gazetteer, spans: tuple[Span, ...]) -> AddressGuess:
    """Return where a typed address is, with a question for whatever is missing, doubtful or more than one.

    Args:
        typed: What is written, and what has been answered since.
        known: The names of the community's places.
        spans: Where in the text it is written, to be handed on.

    Raises:
        NotFound: A building or a unit is written that this community has not.
    """
    questions: list[Question] = []
    place = _chosen(typed, known) or _find_place(typed, known, questions)
    building = place if place is None else known.places.around(place.id, PlaceKind.BUILDING)
    unit = place if place is not None and place.kind is PlaceKind.UNIT else None
    if building is not None and unit is None and not typed.is_whole:
        unit = _find_unit(typed, building, known, questions)
        place = unit or building
    floor = floor_of_door(typed.door) if typed.floor is None else typed.floor
    if typed.doors or typed.unread:
        questions.append(_which_door(typed))
    elif building is not None and not typed.is_sure:
        _check_floor(typed, unit or building, building, floor, questions)
    around = place or _area(typed, known)
    is_settled = all(question.key == "door" for question in questions)
    return AddressGuess(
        place=place.code if place is not None and is_settled else None,
        floor=floor,
        exact_address=_exact(typed, place, building, unit),
        spans=spans,
        questions=tuple(questions),
        typed=typed,
        within=None if around is None else around.code,
    )


def nowhere(problem: Sentence) -> AddressGuess:
    """Return the guess where an address cannot be: what is wrong with it stands as the question."""
    asked = Question("place", problem, is_open=True)
    return AddressGuess(place=None, floor=None, exact_address="", spans=(), questions=(asked,), typed=Typed())


def _area(typed: Typed, known: Gazetteer) -> Place | None:
    """Return the one grid or community that is named, where the building in it is still open."""
    named = [place for code in typed.named if (place := known.places.with_code(code))]
    inner = [place for place in named if not any(_lies_within(other, place, known) for other in named)]
    return inner[0] if len(inner) == 1 and not typed.estate and inner[0].kind not in _WITH_DOORS else None


def _chosen(typed: Typed, known: Gazetteer) -> Place | None:
    return None if typed.chosen is None else known.places.with_code(typed.chosen)


def _find_place(typed: Typed, known: Gazetteer, questions: list[Question]) -> Place | None:
    named = [place for code in typed.named if (place := known.places.with_code(code))]
    inner = [place for place in named if not any(_lies_within(other, place, known) for other in named)]
    outer = [place for place in inner if place.kind not in _WITH_DOORS]
    found = [place for place in inner if place not in outer]
    for key in typed.buildings:
        found.extend(_buildings(key, outer, known))
    if typed.estate and found:
        asked = sentence("{estate} is none of the places here: which building is it in?", estate=typed.estate)
        questions.append(Question("place", asked, _choices(found, known), True))
        return None
    if len(found) == 1:
        return found[0]
    if found:
        questions.append(
            Question(
                "place",
                sentence("several buildings could be meant: which one is it?"),
                _choices(found, known),
                True,
            )
        )
    elif len(inner) == 1 and not typed.units and not typed.door and typed.floor is None:
        return inner[0]
    elif len(inner) > 1 and not typed.units and not typed.door:
        questions.append(
            Question(
                "place", sentence("several places are named: which one is it?"), _choices(inner, known), True
            )
        )
    else:
        here = [
            b
            for b in known.all_buildings()
            if not outer or any(_lies_within(b, place, known) for place in outer)
        ]
        asked = sentence("which building, unit and door is it?")
        questions.append(Question("place", asked, _choices(here, known), True))
    return None


def _buildings(key: str, outer: list[Place], known: Gazetteer) -> list[Place]:
    found = known.buildings(key)
    if not found:
        raise NotFound(
            "there is no building {building} in this community",
            building=key,
            near=tuple(place.name for place in known.near(key)),
            hint="buildings with numbers near it: {near}",
        )
    narrowed = [place for place in found if all(_lies_within(place, area, known) for area in outer)]
    if not narrowed:
        raise NotFound(
            "there is no building {building} in {area}",
            building=key,
            area=tuple(place.name for place in outer),
            near=tuple(_path(place, known) for place in found),
            hint="buildings of that number: {near}",
        )
    return narrowed


def _find_unit(typed: Typed, building: Place, known: Gazetteer, questions: list[Question]) -> Place | None:
    units = known.units(building)
    if not units:
        return None
    written = []
    for key in typed.units:
        unit = known.unit(building, key)
        if unit is None:
            raise NotFound(
                "{building} has no unit {unit}",
                building=building.name,
                unit=key,
                units=tuple(unit.name for unit in units),
                hint="its units: {units}",
            )
        written.append(unit)
    if len(written or units) == 1:
        return (written or units)[0]
    whole = Choice(building.code, sentence("the whole of {building}", building=building.name))
    questions.append(
        Question(
            "unit",
            sentence(
                "{building} has {count} units: which one is it?", building=building.name, count=len(units)
            ),
            (*(Choice(unit.code, unit.name) for unit in written or units), whole),
        )
    )
    return None


def _which_door(typed: Typed) -> Question:
    if typed.doors:
        asked = sentence("several doors are written ({doors}): which one is it?", doors=typed.doors)
        return Question("door", asked, tuple(Choice(door, door) for door in typed.doors), True)
    asked = sentence("{text} is not clear as a door: which door is it?", text=typed.unread)
    as_typed = Choice(KEEP, sentence("keep {words} as it was typed", words=typed.unread))
    return Question("door", asked, (as_typed,), True)


def _check_floor(
    typed: Typed, place: Place, building: Place, floor: int | None, questions: list[Question]
) -> None:
    floors = place.floors or building.floors
    told = floor_of_door(typed.door)
    asked: Sentence | None = None
    if typed.floor is not None and told is not None and told != typed.floor:
        asked = sentence(
            "floor {floor} and door {door} do not agree: which floor or door is it?",
            floor=typed.floor,
            door=typed.door,
        )
    elif floor is not None and floors is not None and floor > floors:
        asked = sentence(
            "{building} has {floors} floors, so floor {floor} is above its roof: which floor or door is it?",
            building=building.name,
            floors=floors,
            floor=floor,
        )
    if asked:
        as_typed = Choice(KEEP, sentence("keep {words} as it was typed", words=_door_words(typed)))
        questions.append(Question("door", asked, (as_typed,), True))


def _exact(typed: Typed, place: Place | None, building: Place | None, unit: Place | None) -> str:
    parts = []
    if building is None:
        parts += (
            [place.name] if place else [f"{key}号楼" for key in typed.buildings if len(typed.buildings) == 1]
        )
    elif unit is None or not unit.name.startswith(building.name):
        parts.append(building.name)
    is_one = len(typed.units) == 1 and not typed.is_whole
    parts += [unit.name] if unit else [f"{key}单元" for key in typed.units if is_one]
    return "".join(parts) + _door_words(typed)


def _door_words(typed: Typed) -> str:
    floor = ""
    if typed.floor is not None and floor_of_door(typed.door) != typed.floor:
        floor = f"负{-typed.floor}层" if typed.floor < 0 else f"{typed.floor}楼"
    return floor + typed.side + typed.door + ("号" if typed.door.isdigit() and len(typed.door) < 3 else "")


def _choices(places: Iterable[Place], known: Gazetteer) -> tuple[Choice, ...]:
    once = {place.id: place for place in places}.values()
    several = len({place.name for place in once}) < len(once)
    return tuple(Choice(place.code, _path(place, known) if several else place.name) for place in once)


def _path(place: Place, known: Gazetteer) -> str:
    around = [outer.name for outer in known.places.up_from(place.id) if outer.kind is not PlaceKind.COMMUNITY]
    return "".join(reversed(around))


def _lies_within(inner: Place, outer: Place, known: Gazetteer) -> bool:
    return inner.id != outer.id and known.places.lies_in(inner.id, outer.id)
