"""The words of an address in a line of text: which building, unit, floor and door are written, and where."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from typing import Final

from dispatch.desk.numerals import number_of, plain
from dispatch.desk.typed_line.address_patterns import (
    AFTER_BUILDING,
    DOOR_BESIDE,
    FIRST_DOOR,
    FIRST_PAIR,
    JOIN,
    LIKELY,
    SPELLED_OUT,
    STEM,
    TRIPLE,
)

Span = tuple[int, int]
Knows = Callable[[str, str | None], bool]
"""Whether there is a building of that key, and in it a unit of that key where one is given."""

_LETTERS: Final = "ABCDEFGHIJKLMNOPQRSTUVWXYZ"
_HIGHEST: Final = 99
_COUNTED: Final = "这那每哪整同另某有"


@dataclass(frozen=True, slots=True)
class Mark:
    """One word of an address.

    Args:
        kind: "building", "unit", "floor" or "door".
        key: A number in digits, or a letter, or both: "8", "甲8", "A"; a floor below ground is negative.
        span: Where it stands; words of one compact form, such as 8-2-301, share theirs.
        side: Which door of a floor: "东户".
    """

    kind: str
    key: str
    span: Span
    side: str = ""


def find_marks(text: str, knows: Knows, named: Iterable[Span] = ()) -> tuple[Mark, ...]:
    """Return every word of an address in *text*, in the order in which they stand.

    Args:
        text: At most a line; the time taken grows with its length only.
        knows: Decides forms that could also be a date or a score, such as 8-2.
        named: Where buildings stand that are written by a name of their own.
    """
    line = plain(text)
    finds = _Finds(line, knows)
    for pattern in (TRIPLE, FIRST_PAIR, *SPELLED_OUT):
        finds.add(pattern.finditer(line))
    building_is_said = finds.has("building")
    for pattern in LIKELY[-1:] if building_is_said else LIKELY:
        finds.add(pattern.finditer(line), only_known=True)
    for _, end in [*(mark.span for mark in finds.of("building")), *named]:
        finds.add_first(AFTER_BUILDING, end)
    for _, end in [*(mark.span for mark in finds.of("building", "unit", "floor")), *named]:
        if not finds.has("door"):
            finds.add_first(DOOR_BESIDE, end)
    if not finds.marks:
        finds.add(FIRST_DOOR.finditer(line))
    return tuple(sorted(finds.marks, key=lambda mark: mark.span))


class _Finds:
    """The marks found so far; no character serves two of them."""

    def __init__(self, line: str, knows: Knows) -> None:
        self.marks: list[Mark] = []
        self._line = line
        self._knows = knows
        self._taken = bytearray(len(line))

    def has(self, kind: str) -> bool:
        return any(mark.kind == kind for mark in self.marks)

    def of(self, *kinds: str) -> list[Mark]:
        return sorted((mark for mark in self.marks if mark.kind in kinds), key=lambda mark: mark.span)

    def add(self, found: Iterable[re.Match[str]], *, only_known: bool = False) -> None:
        for match in found:
            keys = {
                kind: key_of(word)
                for kind, word in match.groupdict().items()
                if word and kind in ("building", "unit")
            }
            if only_known and not self._knows(keys["building"], keys.get("unit")):
                continue
            if not _is_a_count(self._line, match, keys, self._knows):
                self._add(match, keys)

    def add_first(self, patterns: Iterable[re.Pattern[str]], position: int) -> None:
        for pattern in patterns:
            match = pattern.match(self._line, position)
            if match:
                self.add([match])
                return

    def _add(self, match: re.Match[str], keys: dict[str, str]) -> None:
        groups = match.groupdict()
        # Spaces and dashes that lead up to the first word belong to nobody.
        start = match.start() + len(match[0]) - len(re.sub(f"^{JOIN}", "", match[0], count=1))
        if groups.get("below"):
            start = match.start()
        span = (start, match.end())
        floor = number_of(groups["floor"]) if groups.get("floor") else 0
        # 三〇一楼道灯: a door and a corridor, not the 301st storey.
        if any(self._taken[span[0] : span[1]]) or floor is None or floor > _HIGHEST:
            return
        self._taken[span[0] : span[1]] = b"\x01" * (span[1] - span[0])
        for kind, key in keys.items():
            self.marks.append(Mark(kind, key, span))
        if groups.get("floor"):
            side = (groups.get("side") or "").removesuffix("间")
            storey = str(-floor if groups.get("below") else floor)
            self.marks.append(Mark("floor", storey, span, side + "户" if side else ""))
        if groups.get("door"):
            self.marks.append(Mark("door", _door(groups["door"]), span))


def key_of(text: str) -> str:
    """Return how a building or a unit is compared: "八", "08" and "8" are one, "a8" is "A8".

    Example:
        >>> key_of("十二"), key_of("08"), key_of("a8"), key_of("甲8"), key_of("乙")
        ('12', '8', 'A8', '甲8', '乙')
    """
    text = text.upper()
    head = text[0] if text[:1] and text[0] in STEM + _LETTERS else ""
    rest = text[len(head) :]
    tail = rest[-1] if rest[:1] and rest[-1] in STEM + _LETTERS else ""
    number = number_of(rest.removesuffix(tail)) if rest else None
    return head + ("" if number is None else str(number)) + tail


def are_joined(text: str, left: Span, right: Span) -> bool:
    """Return whether nothing but a few spaces and points stands between two spans of *text*."""
    return re.fullmatch(JOIN, plain(text[left[1] : right[0]]), re.ASCII) is not None


def floor_of_door(door: str) -> int | None:
    """Return the storey that a door's number tells, none where it tells none.

    Example:
        >>> floor_of_door("301"), floor_of_door("1201"), floor_of_door("5")
        (3, 12, None)
    """
    digits = door.rstrip(_LETTERS)
    return int(digits) // 100 or None if digits.isdigit() and len(digits) in (3, 4) else None


def _door(text: str) -> str:
    text = text.upper()
    if text.isascii():
        return text.lstrip("0") if len(text.rstrip(_LETTERS)) == 4 else text
    return str(number_of(text) or text)


def _is_a_count(line: str, match: re.Match[str], keys: dict[str, str], knows: Knows) -> bool:
    """Return whether 一栋, 两座 or "in a building I …" only counts or speaks, and names no building."""
    word = match.groupdict().get("building")
    if not word:
        return False
    if word in ("一", "两") and match[0][len(word) :].strip()[:1] in ("栋", "幢"):
        before = line[match.start() - 1 : match.start()]
        return (before in _COUNTED and before != "") or match[0].endswith("楼")
    if not word.isascii() and match[0].endswith("座"):
        return word not in STEM
    return (
        match[0][:1] in "BTbt" and len(match[0]) > 5 and word.isalpha() and not knows(keys["building"], None)
    )
