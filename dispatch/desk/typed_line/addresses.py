"""An address as people write it, found among the community's places; ambiguous is asked, never guessed."""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import replace

from dispatch.desk.numerals import plain
from dispatch.desk.typed_line.address_doubts import doubt_about_door, in_everyday_numerals, units_before
from dispatch.desk.typed_line.address_lookup import KEEP, AddressGuess, Typed, look_up, nowhere
from dispatch.desk.typed_line.address_patterns import OTHER_ESTATE, OTHER_YARD
from dispatch.desk.typed_line.address_words import Mark, are_joined, find_marks, floor_of_door
from dispatch.desk.typed_line.gazetteer import Gazetteer, gazetteer
from dispatch.desk.typed_line.questions import choose
from dispatch.errors import Refused
from dispatch.i18n import Sentence
from dispatch.model.community import Place, PlaceKind, Places

__all__ = ("LONGEST_LINE", "AddressGuess", "answer_address", "parse_address", "read_address")

LONGEST_LINE = 500


def parse_address(text: str, places: Places) -> AddressGuess:
    """Find building, unit, floor and door in a text, in the ways people write them.

    Args:
        text: An address, or a line that holds one; at most 500 characters.
        places: The community's tree, by whose codes ("8-2") and names ("8号楼") it is found.

    Raises:
        NotFound: A building or a unit is written that this community has not.
        Refused: The text is too long.
    """
    if len(text) > LONGEST_LINE:
        raise Refused(
            "the address has {length} characters, more than {most}",
            length=len(text),
            most=LONGEST_LINE,
            hint="write only building, unit and door: 8号楼2单元301",
        )
    known = gazetteer(places)
    line = in_everyday_numerals(plain(text))
    named = known.named_in(line)
    for _, (start, end) in named:
        line = line[:start] + " " * (end - start) + line[end:]
    doors_by = [span for place, span in named if place.kind in (PlaceKind.BUILDING, PlaceKind.UNIT)]
    marks = find_marks(line, known.knows, doors_by)
    typed, used = _typed(line, marks, [place for place, _ in named])
    spans = sorted({*(mark.span for mark in used), *(span for _, span in named)})
    return look_up(replace(typed, estate=_other_estate(text, marks, known)), known, tuple(spans))


def read_address(text: str, places: Places) -> AddressGuess:
    """Do as ``parse_address``, but leave an address that cannot be open, with what is wrong as the question."""
    try:
        return parse_address(text, places)
    except Refused as error:
        return nowhere(Sentence(error.message, error.params))


def answer_address(guess: AddressGuess, key: str, value: str, places: Places) -> AddressGuess:
    """Return the guess with one of its questions answered.

    Args:
        guess: What ``parse_address`` gave, or an earlier answer.
        key: "place", "unit" or "door", as the question says.
        value: A choice of the question; for "place" and "door" one's own words too.
        places: The community's tree.

    Raises:
        Refused: The answer is none of the choices, or says nothing of what was asked.
        NotFound: It names a place that this community has not.
    """
    known = gazetteer(places)
    question = next((question for question in guess.questions if question.key == key), None)
    if question is None:
        raise Refused(
            "nothing is asked about {what}", what=key, hint="answer what is asked, or type the line again"
        )
    choice = choose(question, value)
    typed = guess.typed
    if key == "door":
        typed = _kept(typed, choice.value) if choice else _with_door(typed, value, known)
    elif choice is None:
        typed = _with_words(typed, parse_address(value, places), value)
    else:
        typed = replace(typed, chosen=choice.value, is_whole=key == "unit")
    return look_up(typed, known, guess.spans)


def _typed(line: str, marks: tuple[Mark, ...], named: Iterable[Place]) -> tuple[Typed, list[Mark]]:
    of = {
        kind: [mark for mark in marks if mark.kind == kind] for kind in ("building", "unit", "floor", "door")
    }
    doubt = doubt_about_door(line, marks)
    door = of["door"][0] if of["door"] and not (doubt.doors or doubt.unread) else None
    beside = [
        floor
        for floor in of["floor"]
        if any(_touch(line, floor, mark) for mark in marks if mark is not floor)
    ]
    written = beside or ([] if door else of["floor"])
    # 楼上5楼漏水 beside a door, or 从一楼搬到五楼: which storey is meant is not certain, and may stay open.
    floor = written[0] if len({mark.key for mark in written}) == 1 and not doubt.is_floor else None
    typed = Typed(
        named=tuple(dict.fromkeys(place.code for place in named)),
        buildings=tuple(dict.fromkeys(mark.key for mark in of["building"])),
        units=tuple(dict.fromkeys((*units_before(line, marks), *(mark.key for mark in of["unit"])))),
        floor=int(floor.key) or None if floor else None,
        side=floor.side if floor else "",
        door=door.key if door else "",
        doors=doubt.doors,
        unread=doubt.unread,
    )
    return typed, [*of["building"], *of["unit"], *filter(None, (floor, door))]


def _touch(line: str, one: Mark, other: Mark) -> bool:
    left, right = sorted((one.span, other.span))
    return are_joined(line, left, right)


def _kept(typed: Typed, value: str) -> Typed:
    if value != KEEP:
        floor = typed.floor if floor_of_door(value) is None else None
        return replace(typed, floor=floor, door=value, doors=(), unread="")
    return replace(typed, door=typed.door or typed.unread.removesuffix("号"), unread="", is_sure=True)


def _with_door(typed: Typed, value: str, known: Gazetteer) -> Typed:
    line = in_everyday_numerals(plain(value))
    read, _ = _typed(line, find_marks(line, known.knows), ())
    if not (read.door or read.doors) and read.floor is None:
        raise Refused(
            "{answer} names no floor and no door", answer=value[:40], hint="write it as 301, 301室 or 3楼"
        )
    return replace(typed, floor=read.floor, side=read.side, door=read.door, doors=read.doors, unread=read.unread)


def _with_words(typed: Typed, read: AddressGuess, value: str) -> Typed:
    said = read.typed
    if not (said.buildings or said.named):
        raise Refused(
            "{answer} names no building", answer=value[:40], hint="write it as 8号楼 or 8号楼2单元301"
        )
    return replace(
        typed,
        named=said.named,
        estate="",
        buildings=said.buildings,
        units=said.units or typed.units,
        floor=said.floor if said.door or said.floor is not None else typed.floor,
        side=said.side or typed.side,
        door="" if said.doors else said.door or typed.door,
        doors=() if said.door else said.doors or typed.doors,
        unread="" if said.door else said.unread or typed.unread,
    )


def _other_estate(text: str, marks: Iterable[Mark], known: Gazetteer) -> str:
    building = next((mark for mark in marks if mark.kind == "building"), None)
    other = OTHER_ESTATE.search(text[: building.span[0]]) if building else None
    if other is not None:
        return "" if known.is_here(other[1]) else other[0].strip()
    yard = OTHER_YARD.search(plain(text[: building.span[0]])) if building else None
    if yard is None or known.is_street_here(yard["street"] or "", yard["yard"]):
        return ""
    return re.sub(r"^.*[住在到于去来](?=.)|[内里的\s]+$", "", yard[0]).strip()
