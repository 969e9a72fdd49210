"""When somebody says that they will be there: 两小时后, 半小时到, 下午三点, in 2 hours; whatever else they say."""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Final

from dispatch.clock import on_the_wall
from dispatch.desk.numerals import NUMERAL, number_of, plain
from dispatch.desk.typed_line.time_words import Word, find_time_words
from dispatch.desk.typed_line.windows import at_minutes, minutes_meant

LONGEST: Final = timedelta(days=7)
"""Later than that nobody promises to be there by a short message."""

_NUMBER: Final = rf"(?:[0-9]{{1,3}}|[{NUMERAL}]{{1,3}})"
_HOURS_LEFT: Final = rf"(?:(?P<half>半)|(?P<hours>{_NUMBER})(?P<more>个半)?)个?(?:小时|钟头)"
_CHINESE: Final = re.compile(
    rf"(?:再?过|还?要|大概|大约|约)*(?:{_HOURS_LEFT}(?:零?(?P<rest>{_NUMBER})分钟?)?|(?P<minutes>{_NUMBER})分钟?|(?P<quarter>一刻钟))"
    r"(?:左右|上下)?(?:(?:[之以]?[后内])|(?=就|能|可以|即?到|来|去|过))",
    re.ASCII,
)
_ENGLISH: Final = re.compile(
    r"\b(?:in|within)\s(?:about\s)?(?:(?P<half>an?\shalf|half\san?)\s?hour|(?P<hours>[0-9]{1,2}|an?|one|two|three)\shours?"
    r"|(?P<minutes>[0-9]{1,3})\s?min(?:ute)?s?)\b"
    r"|\b(?P<late_hours>[0-9]{1,2}|one|two|three)\shours?\slater\b|\b(?P<late_minutes>[0-9]{1,3})\smin(?:ute)?s?\slater\b",
    re.ASCII,
)
_ENGLISH_NUMBERS: Final = {"a": 1, "an": 1, "one": 1, "two": 2, "three": 3}
_OF_A_TIME: Final = frozenset({"day", "part", "clock", "bare", "within", "later"})


@dataclass(frozen=True, slots=True)
class Promised:
    """What a text says of a time, and what else it says.

    Args:
        at: The one moment it names, aware; none where it names none, several, or not for certain.
        rest: The text without the words of times, so that no number in them is taken for an answer.
    """

    at: datetime | None
    rest: str


def read_promise(text: str, now: datetime, zone: str) -> Promised:
    """Read when somebody says that they will be there.

    Args:
        now: When they said so.
        zone: Of the clock on their wall.
    """
    line = plain(text)
    wall = on_the_wall(now, zone)
    lengths = [*_CHINESE.finditer(line), *_ENGLISH.finditer(line)]
    moments: list[datetime | None] = [_after(one, now) for one in lengths]
    for one in lengths:
        line = _without(line, one.span())
    words = [one for one in find_time_words(line, wall.date()) if one.kind in _OF_A_TIME]
    if words:
        moments.append(_on_the_clock(words, wall))
    for word in words:
        line = _without(line, word.span)
    sure = moments[0] if len(moments) == 1 else None
    return Promised(sure if sure is not None and now < sure <= now + LONGEST else None, line)


def _without(line: str, span: tuple[int, int]) -> str:
    start, end = span
    return line[:start] + " " * (end - start) + line[end:]


def _after(found: re.Match[str], now: datetime) -> datetime | None:
    said = {name: text for name, text in found.groupdict().items() if text}
    hours, minutes = said.get("hours") or said.get("late_hours"), said.get("minutes") or said.get("late_minutes")
    total = 30 * ("half" in said) + 30 * ("more" in said) + 15 * ("quarter" in said)
    for text, each in ((hours, 60), (minutes, 1), (said.get("rest"), 1)):
        if text is not None:
            number = _ENGLISH_NUMBERS.get(text.casefold()) or number_of(text)
            if number is None:
                return None
            total += each * number
    return now + timedelta(minutes=total)


def _on_the_clock(words: list[Word], wall: datetime) -> datetime | None:
    """Return the one moment that a day and a clock time mean; half past three without more is the next that comes."""
    days = [one for one in words if one.kind == "day"]
    clocks = [one for one in words if one.kind == "clock"]
    if len(clocks) != 1 or len(days) > 1 or any(one.is_wrong or one.others or one.day is None for one in days):
        return None
    if {one.kind for one in words} & {"bare", "within", "later"}:
        return None
    minutes = minutes_meant(words, None, has_day=bool(days))
    is_open = not days and not clocks[0].part and not any(one.kind == "part" for one in words)
    written = clocks[0].minutes
    if is_open and 0 < written < 12 * 60:
        return next((at for more in (0, 12 * 60) if (at := at_minutes(wall.date(), written + more, wall)) > wall), None)
    day = days[0].day if days else wall.date()
    return None if minutes is None or day is None else at_minutes(day, minutes, wall)
