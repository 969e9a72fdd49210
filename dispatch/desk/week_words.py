"""When somebody is there every week, as people say it: 工作日, 每天晚上, 周一至周五 8:00-18:00, 周六、周日下午."""

from __future__ import annotations

import re
from datetime import date
from typing import Final

from dispatch.desk.numerals import plain
from dispatch.desk.typed_line.time_words import Word, find_time_words
from dispatch.desk.typed_line.windows import PARTS, minutes_meant

Stretch = tuple[int, int, int]
"""Weekday, first minute, minute after the last; not after the first where it runs past midnight."""

_WHOLE_DAY: Final = (0, 24 * 60)
_WEEK: Final = "(?:周|星期|礼拜)"
_DAY: Final = "[一二三四五六日天]"
_RUN: Final = rf"{_DAY}(?:\s*[到至~-]\s*{_WEEK}?{_DAY})?"
_LIST: Final = rf"{_WEEK}{_RUN}(?:\s*[、,和及]?\s*{_WEEK}?{_RUN})*"
_DAYS: Final = re.compile(
    rf"每?个?(?:(?P<all>[每天]天|每日|every\s?day|daily)"
    rf"|(?P<work>工作日|平日|(?:every\s)?weekdays?)|(?P<rest>周末|双休日|(?:every\s)?weekends?)|(?P<list>{_LIST}))\s*的?"
)
_EVERY: Final = re.compile(r"每(?=早上|早晨|上午|中午|下午|傍晚|晚上)|every\s(?=morning|noon|afternoon|evening)")
_SHORT: Final = re.compile("(?<=每)(天?)([早晚])(?!上|晨)")
_NUMBER_OF_DAY: Final = {**{name: number for number, name in enumerate("一二三四五六日")}, "天": 6}
_CLOCKS: Final = re.compile(r"(\d{1,2}):(\d{2})\s*[到至~-]\s*(?:次日|第二天)?\s*(\d{1,2}):(\d{2})", re.ASCII)
_ALL_DAY: Final = re.compile(r"全天|整天|一整天|24小时|all\sday")
_ANY_HOUR: Final = re.compile(r"随时(?:都?[行可]以?)?|不限(?:时间)?|任何时间|什么时候都[行可]以?|any\s?time|always")
_BETWEEN: Final = re.compile(r"[\s,的钟]*")
_ANY_DAY: Final = date(2001, 1, 1)  # no word of a day is let in, so the day on which it was said does not matter


def says_any_hour(text: str) -> bool:
    """Return whether a text says that any hour will do."""
    return _ANY_HOUR.fullmatch(plain(text).strip().casefold()) is not None


def week_said(text: str) -> list[Stretch] | None:
    """Return the stretches of a week that a text says for certain; none where it says nothing, or is not certain.

    Days without a time are whole days; a part of a day has its usual hours, as in a typed line.
    """
    line = _EVERY.sub("每天", _SHORT.sub(r"\1\2上", plain(text).strip().lower()))
    found: list[Stretch] = []
    at = 0
    while at < len(line):
        days = _DAYS.match(line, at)
        if days is None:
            return None
        following = _DAYS.search(line, days.end())
        end = following.start() if following else len(line)
        times = _times(line[days.end() : end].strip(" ,、."))
        if times is None:
            return None
        found += [(day, *stretch) for day in _weekdays(days) for stretch in times]
        at = end
    return found or None


def _weekdays(said: re.Match[str]) -> list[int]:
    if said["list"] is None:
        return list(range(7)) if said["all"] is not None else [0, 1, 2, 3, 4] if said["work"] else [5, 6]
    days: list[int] = []
    for run in re.finditer(_RUN, said["list"]):
        first, *last = (_NUMBER_OF_DAY[one] for one in re.findall(_DAY, run[0]))
        end = last[0] if last else first
        days += [day % 7 for day in range(first, end + 1 if first <= end else end + 8)]
    return days


def _times(text: str) -> list[tuple[int, int]] | None:
    if not text:
        return [_WHOLE_DAY]
    times = [_time(part.strip()) for part in re.split("[、,和及]", text)]
    return None if None in times else [one for one in times if one is not None]


def _time(text: str) -> tuple[int, int] | None:
    if _ALL_DAY.fullmatch(text):
        return _WHOLE_DAY
    clocks = _CLOCKS.fullmatch(text)
    if clocks:
        begin, end = (60 * int(clocks[at]) + int(clocks[at + 1]) for at in (1, 3))
        is_one = int(clocks[2]) < 60 and int(clocks[4]) < 60 and begin < 24 * 60 and end <= 24 * 60
        return (begin, end) if is_one and begin != end else None
    words = find_time_words(text, _ANY_DAY)
    if not words or not {word.kind for word in words} <= {"part", "clock", "to"} or _is_more(text, words):
        return None
    cut = next((i for i, word in enumerate(words) if word.kind == "to"), len(words))
    left, right = words[:cut], words[cut + 1 :]
    if not any(word.kind == "clock" for word in words):
        return PARTS.get(words[0].part) if len(words) == 1 else None
    return _between(left, right)


def _between(left: list[Word], right: list[Word]) -> tuple[int, int] | None:
    """Return from when until when two clock times say; none where either could be of the morning or the evening."""
    if any([word.kind for word in side] not in (["clock"], ["part", "clock"]) for side in (left, right)):
        return None
    has_part = [side[0].kind == "part" or bool(side[-1].part) for side in (left, right)]
    said = [side[0].part for side in (left, right)]
    begin = minutes_meant(left, said[1] or None, has_day=True)
    end = minutes_meant(right, said[0], has_day=True)
    if begin is None or end is None or begin == end or begin >= 24 * 60:
        return None
    is_turned = not has_part[1] and (end != right[-1].minutes and not has_part[0])
    return None if is_turned or (end < begin and not has_part[1]) else (begin, end)


def _is_more(text: str, words: list[Word]) -> bool:
    """Return whether a text says more than its words of time."""
    at = 0
    for word in words:
        if _BETWEEN.fullmatch(text, at, word.span[0]) is None:
            return True
        at = max(at, word.span[1])
    return _BETWEEN.fullmatch(text, at) is None
