"""What stands beside an address and makes it doubtful: a second door or unit, a door that cannot be read."""

from __future__ import annotations

import re
from collections.abc import Iterable
from typing import Final, NamedTuple

from dispatch.desk.numerals import NUMERAL, number_of
from dispatch.desk.phones import EMERGENCY_NUMBERS
from dispatch.desk.typed_line.address_patterns import END, JOIN, ROOM, SMALL
from dispatch.desk.typed_line.address_words import Mark, key_of

_DIGIT: Final = "零〇一二三四五六七八九"
_AND: Final = r"(?:[、,/~\-]|到|至|和|跟|与|及|以及|还有|或者?|或是|还是|\b(?:and|or|to)\b)"
_OUTER: Final = (
    rf"(?:(?:第?{SMALL}\s?(?:号楼|[栋幢#楼层])|[A-Za-z]?[0-9]{{1,3}}-[0-9]{{1,2}}-)\s?(?:{SMALL}\s?单元\s?)?"
    rf"|{SMALL}\s?单元\s?)?"
)
_OUTER_FLOOR: Final = rf"(?:{SMALL}\s?[楼层]\s?)?"
_ANOTHER: Final = re.compile(
    rf"(?P<joint>\s{{0,2}}{_AND}?\s{{0,2}}(?:在|是)?){_OUTER}{_OUTER_FLOOR}"
    rf"(?:(?P<door>[0-9]{{3,4}}[A-Za-z]?){END}|(?P<spoken>[{_DIGIT}]{{3,4}})(?![{NUMERAL}]))(?P<room>{ROOM})?",
    re.IGNORECASE | re.ASCII,
)
_ANOTHER_SMALL: Final = re.compile(
    rf"\s?{_AND}\s?(?P<door>[0-9]{{1,2}})(?:号?[室户]|号(?![楼院]))", re.IGNORECASE | re.ASCII
)
_LAST_DIGITS: Final = re.compile(
    r"\s?(?:[、/]|或者?|还是)\s?(?P<door>0?[1-9])(?=号?[室户]|都|[\s,.;:。、]|[漏堵]|$)", re.ASCII
)
_FLOORS: Final = re.compile(
    rf"(?P<floor>\s?(?:{_AND}\s?)?{SMALL}\s?[楼层](?![道梯上下顶长号盘房组]))"
    rf"|(?:\s?{_AND}?\s?)[东西南北中左右]户",
    re.ASCII,
)
_FLOOR_BEFORE: Final = re.compile(rf"{JOIN}(?P<text>{SMALL}\s?[楼层]?\s?{_AND}\s?)", re.ASCII)
_MOST_DOORS: Final = 6
_MOST_ON_LANDING: Final = 30
_SEVERAL: Final = re.compile(
    rf"{JOIN}(?P<door>[0-9]{{3,4}})\s?(?P<joint>[-/~])\s?(?P<other>[0-9]{{1,4}})(?![0-9A-Za-z]|[-/.:][0-9])", re.ASCII
)
_UNREAD: Final = tuple(
    re.compile(text, re.ASCII)
    for text in (
        # 3o1, 30l, 3零1: letters that look like digits, or two scripts in one number.
        (
            rf"{JOIN}(?P<text>(?=[OoIl]{{0,3}}[0-9{_DIGIT}])(?![0-9]{{3}})[0-9OoIl{_DIGIT}]{{3,4}})"
            rf"(?![0-9A-Za-z{NUMERAL}]|[楼层号单点月日个人元块])"
        ),
        rf"{JOIN}(?P<text>[0-9]{{1,2}}-[0-9]{{3,4}}){END}",
        rf"(?P<text>[0-9]{{5,6}}){END}",
    )
)
_NUMBER_APART: Final = re.compile(r"[\s,、]{1,3}(?P<text>[0-9]{1,2}号)(?![楼院0-9])", re.ASCII)
_UNIT_BEFORE: Final = re.compile(rf"{JOIN}(?P<units>{SMALL}\s?(?:{_AND}\s?{SMALL}\s?){{0,4}}){_AND}\s?", re.ASCII)
_TO: Final = re.compile(r"[~\-到至]|\bto\b")
_MOST_UNITS: Final = 20

_FORMAL: Final = str.maketrans("壹贰叁肆伍陆柒捌玖拾佰", "一二三四五六七八九十百")
_FORMAL_NUMBER: Final = re.compile(
    r"[零〇壹贰叁肆伍陆柒捌玖拾佰]{3,5}|[壹贰叁肆伍陆柒捌玖拾]{1,3}(?=\s?(?:号?[楼栋幢层]|单元))"
)


class Doubt(NamedTuple):
    """What of a door is not certain.

    Args:
        doors: Every door that may be meant, where there are several.
        unread: What stands in a door's place and is none that could be.
        is_floor: Whether that is two floors, or two doors of one.
    """

    doors: tuple[str, ...] = ()
    unread: str = ""
    is_floor: bool = False


def in_everyday_numerals(line: str) -> str:
    """Return a line with numbers such as 叁零壹 as 三零一, as many characters long; 陆 of a name stays.

    Example:
        >>> in_everyday_numerals("贰单元叁零壹 陆阿姨")
        '二单元三零一 陆阿姨'
    """
    return _FORMAL_NUMBER.sub(lambda found: found[0].translate(_FORMAL), line)


def doubt_about_door(line: str, marks: Iterable[Mark]) -> Doubt:
    """Return whether several doors stand beside one another in an address, or one that cannot be read."""
    marks = tuple(marks)
    doors = [mark for mark in marks if mark.kind == "door"]
    if doors:
        first = doors[0]
        others = tuple(dict.fromkeys((first.key, *_others(line, first))))
        if len(others) > 1:
            return Doubt(others)
        short = _LAST_DIGITS.match(line, first.span[1])
        if short and len(first.key) >= 3:
            return Doubt((first.key, first.key[:-1] + short["door"][-1]))
        is_compact = any(mark.kind == "building" and mark.span == first.span for mark in marks)
        return Doubt(unread=first.key) if is_compact and len(first.key) < 3 else Doubt()
    floors = _several_floors(line, marks)
    if floors:
        return Doubt(unread=floors, is_floor=True)
    for mark in marks:
        end = mark.span[1]
        several = _SEVERAL.match(line, end)
        if several:
            if len(several["other"]) >= 3:
                return Doubt((several["door"], several["other"]))
            return Doubt(unread=line[several.start("door") : several.end()])
        patterns = (*_UNREAD, _NUMBER_APART) if mark.kind == "floor" else _UNREAD
        for pattern in patterns:
            found = pattern.match(line, end)
            if found:
                return Doubt(unread=found["text"])
    return Doubt()


def _several_floors(line: str, marks: tuple[Mark, ...]) -> str:
    """Return the words of two floors or two sides of one behind a building or unit (3楼和4楼), else nothing."""
    ends = [mark.span[1] for mark in marks if mark.kind in ("building", "unit")]
    for floor in (mark for mark in marks if mark.kind == "floor"):
        start, end = floor.span
        outer = max((each for each in ends if each <= start), default=None)
        before = _FLOOR_BEFORE.fullmatch(line[outer:start]) if outer is not None else None
        if before:
            return (before["text"] + line[start:end]).strip()
        beside = outer is not None and re.fullmatch(JOIN, line[outer:start], re.ASCII)
        behind = _FLOORS.match(line, end) if beside else None
        if behind and (behind["floor"] or floor.side):
            return line[start : behind.end()].strip()
    return ""


def units_before(line: str, marks: Iterable[Mark]) -> tuple[str, ...]:
    """Return the units that share the word of the next one: the 1 of 8号楼1、2单元, and 1 and 2 of 1到3单元."""
    marks = tuple(marks)
    for unit in marks:
        begins = [mark.span[1] for mark in marks if mark.kind == "building" and mark.span[1] < unit.span[0]]
        if unit.kind != "unit" or not begins:
            continue
        before = line[max(begins) : unit.span[0]]
        found = _UNIT_BEFORE.fullmatch(before)
        if found is None:
            continue
        keys = [key_of(word) for word in re.findall(SMALL, found["units"])]
        first, last = number_of(keys[0]), number_of(unit.key)
        if len(keys) == 1 and _TO.search(before) and first and last and first < last <= _MOST_UNITS:
            return tuple(str(key) for key in range(first, last))
        return tuple(keys)
    return ()


def _others(line: str, first: Mark) -> Iterable[str]:
    position, is_small = first.span[1], len(first.key) < 3
    for _ in range(_MOST_DOORS):
        found = (_ANOTHER_SMALL if is_small else _ANOTHER).match(line, position)
        if found is None or (not is_small and _is_another_number(line, found)):
            return
        position = found.end()
        said = found["door"] if is_small else found["door"] or str(number_of(found["spoken"]) or "")
        if said:
            yield said.upper()


def _is_another_number(line: str, found: re.Match[str]) -> bool:
    """Return whether a number behind a door is called (120) or begins a phone (138), and is no second door."""
    if found["room"] or re.search(_AND, found["joint"], re.ASCII):
        return found["door"] in EMERGENCY_NUMBERS and not found["room"]
    said = found["door"] or ""
    is_phone = said[:1] == "1" and said[1:2] in tuple("3456789") and not line[found.end() :].strip()
    is_apart = found[0][:1].isspace() or line[found.start() - 1] in "室户房号门"
    # 300多块, 360摄像头: no landing has sixty doors, and none begins with door 0.
    is_amount = bool(said) and (not 0 < int(said[-3:-1] if said[-1].isalpha() else said[-2:]) <= _MOST_ON_LANDING)
    is_amount = is_amount or line[found.end() : found.end() + 1] in tuple("多余来几")
    return said in EMERGENCY_NUMBERS or is_phone or is_amount or not (is_apart or found["spoken"])
