"""The words of a time in a line of text: days, parts of a day, clock times, and what joins them."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Final

from dispatch.desk.numerals import NUMERAL, number_of
from dispatch.desk.typed_line.wishes import VAGUE

_SMALL: Final = rf"(?:[0-9]{{1,2}}|[{NUMERAL}]{{1,3}})"
_WEEKDAYS: Final = {name: number for number, name in enumerate("一二三四五六日")} | {"天": 6}
_ENGLISH_DAYS: Final = ("mon", "tue", "wed", "thu", "fri", "sat", "sun")
_ENGLISH_MONTHS: Final = ("jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec")
_MONTH: Final = (
    r"(?-i:Jan(?:uary)?|Feb(?:ruary)?|Mar(?:ch)?|Apr(?:il)?|May|June?|July?|Aug(?:ust)?|Sept?(?:ember)?|Oct(?:ober)?"
    r"|Nov(?:ember)?|Dec(?:ember)?)"
)
_DAYS_AHEAD: Final = {
    **{"大后": 3, "后": 2, "明": 1, "今": 0},
    **{"day after tomorrow": 2, "tomorrow": 1, "tonight": 0, "today": 0, "this": 0},
}
_ENGLISH_NUMBERS: Final = {"an": 1, "one": 1, "two": 2, "three": 3, "four": 4, "five": 5}
_PARTS: Final = {
    **dict.fromkeys(("凌晨", "半夜", "后半夜", "深夜", "夜里"), "small hours"),
    "清早": "early",
    "清晨": "early",
    "早上": "early",
    "早晨": "early",
    "早": "early",
    "上午": "morning",
    "morning": "morning",
    "中午": "noon",
    "noon": "noon",
    "下午": "afternoon",
    "afternoon": "afternoon",
    "傍晚": "evening",
    "晚上": "evening",
    "晚": "evening",
    "evening": "evening",
    "tonight": "evening",
}
_WITHIN_YEAR: Final = timedelta(days=183)


@dataclass(frozen=True, slots=True)
class Word:
    """One word of a time.

    Args:
        kind: "day", "part", "clock", "to", "before", "after", "within", "later" or "vague".
        span: Where it stands.
        day: Of a day: the date, none where it is past or comes again every week.
        others: Of a day: further dates that it may be as well, such as the Sunday of 周末.
        is_wrong: Whether a day is in no calendar, or a time on no clock.
        part: Of a part of the day: "early", "morning", "noon", "afternoon", "evening", "small hours";
            of a clock time that says am or pm: "morning" or "afternoon".
        minutes: Of a clock time: minutes after midnight as written; of "within" and "later": from now.
        is_bare: Whether a clock time is but a number, 9 of "9到11点": nothing without its neighbours.
    """

    kind: str
    span: tuple[int, int]
    day: date | None = None
    others: tuple[date, ...] = ()
    is_wrong: bool = False
    part: str = ""
    minutes: int = 0
    is_bare: bool = False


def _pattern(text: str) -> re.Pattern[str]:
    return re.compile(text, re.IGNORECASE | re.ASCII)


_CLOCK_END: Final = rf"(?:半|一刻|三刻|(?:[0-9]{{1,2}}|[{NUMERAL}]{{1,3}})分?|钟|整)?"
_ABOUT: Final = "(?:左右|前后|上下|多(?!久))?"
_NO_FLOOR: Final = r"(?!\s(?:floor|unit|entrance|building|block|landing|stair|door|flat|room))"
_PATTERNS: Final = tuple(
    (kind, _pattern(text))
    for kind, text in (
        (
            "never",
            r"每(?:天|日|晚|早|(?:个)?(?:周|星期|礼拜)[一二三四五六日天末]?)|昨[天日晚]|前[天日]|上个?(?:周|星期|礼拜)[一二三四五六日天末]?",
        ),
        (
            "never",
            r"\b(?:yesterday|(?:last|every|each)\s(?:night|week|day|mon|tues?|wed(?:nes)?|thu(?:rs)?|fri|satur|sun)[a-z]{0,5})\b",
        ),
        (
            "weekend",
            r"(?P<next>下|本|这)?个?(?:(?:周|星期|礼拜)(?:末|六[日天])|双休日)(?:两天)?"
            r"|\b(?:(?P<english_next>next)\s|(?:this|on|at|over)\s(?:the\s)?)?weekend\b",
        ),
        ("either", r"(?P<first>今|明)(?:天)?(?:[或和、]?)(?:(?<=今)明|(?<=明)后)[天两]天?"),
        (
            "ahead",
            r"(?P<ahead>大后|后|明|今)(?:天|日|儿|(?=[早晚]))(?P<part>凌晨|清早|清晨|早上|早晨|早|上午|中午|下午|傍晚|晚上|晚)?",
        ),
        (
            "week",
            r"(?<![0-9一二两三几])(?P<next>下|本|这)?个?(?:周|星期|礼拜)(?P<weekday>[一二三四五六日天])(?P<part>早上?|晚上?)?(?![次回])",
        ),
        ("date", rf"(?P<next_month>下个?月)(?P<day>{_SMALL})[日号]"),
        ("date", rf"(?:(?P<year>20[0-9]{{2}})年)?(?P<month>{_SMALL})月(?P<day>{_SMALL})[日号]"),
        ("date", rf"(?P<month>{_SMALL})月(?P<day>[0-9]{{1,2}})(?![0-9.:点日号单栋幢楼~到至-])"),
        ("days", rf"(?P<days>{_SMALL})天[之以]?后|\bin\s(?P<english_days>[0-9]{{1,2}}|two|three|four|five)\sdays\b"),
        (
            "date",
            r"(?<![0-9])(?P<year>20[0-9]{2})(?P<dash>[-/.])(?P<month>[0-9]{1,2})(?P=dash)(?P<day>[0-9]{1,2})(?![0-9])",
        ),
        (
            "date",
            r"(?<![0-9\-/.])(?P<month>[0-9]{1,2})[/.](?P<day>[0-9]{1,2})(?=\s?(?:早上|上午|中午|下午|晚上|[0-9]{1,2}[点:]))",
        ),
        (
            "date",
            r"(?<![0-9\-/.])(?P<day>[0-9]{1,2})[号日](?=\s?(?:早上|上午|中午|下午|傍晚|晚上|[0-9]{1,2}[点:]))",
        ),
        ("date", rf"\bon\sthe\s(?P<day>[0-9]{{1,2}})(?:st|nd|rd|th)\b{_NO_FLOOR}"),
        ("date", rf"\b(?P<name>{_MONTH})\.?\s(?P<day>[0-9]{{1,2}})(?:st|nd|rd|th)?\b(?!:)"),
        ("date", rf"\b(?P<day>[0-9]{{1,2}})(?:st|nd|rd|th)?\s(?:of\s)?(?P<name>{_MONTH})\b"),
        ("ahead", r"\b(?:the\s)?(?P<ahead>day after tomorrow|tomorrow|tonight|today)\b"),
        ("ahead", r"\b(?P<ahead>this)\s(?P<english_part>morning|afternoon|evening)\b"),
        (
            "week",
            r"\b(?:(?:this|on|coming)\s)?(?P<next>next\s)?(?P<weekday>mon|tues|wednes|thurs|fri|satur|sun)day\b",
        ),
        ("week", r"\b(?P<next>next\s)?(?P<weekday>(?-i:Mon|Tue|Wed|Thu|Fri|Sat|Sun))\b"),
        (
            "within",
            r"(?P<half>半)个?(?:小时|钟头)[之以]?内|\bwithin\s(?:an?\s)?(?P<english_half>half)\s(?:an\s)?hour\b",
        ),
        (
            "within",
            rf"(?P<hours>{_SMALL})个?(?:小时|钟头)[之以]?内|\bwithin\s(?P<english_hours>[0-9]{{1,2}}|an|one|two)\shours?\b",
        ),
        (
            "within",
            rf"(?P<minutes>{_SMALL})分钟[之以]?内|\bwithin\s(?P<english_minutes>[0-9]{{1,2}})\smin(?:ute)?s?\b",
        ),
        (
            "later",
            rf"(?:(?P<half>半)|(?P<hours>{_SMALL}))个?(?:小时|钟头)[之以]?后|(?P<minutes>{_SMALL})分钟[之以]?后",
        ),
        (
            "later",
            r"\bin\s(?:(?:an?\s)?(?P<english_half>half)\s(?:an\s)?hour|(?P<english_hours>[0-9]{1,2}|an|one|two|three)\shours?"
            r"|(?P<english_minutes>[0-9]{1,2})\smin(?:ute)?s?)\b",
        ),
        *(("vague", text) for text in VAGUE),
        (
            "part",
            r"(?P<part>凌晨|后?半夜|深夜|夜里|清早|清晨|早上|早晨|上午|中午|下午|傍晚|晚上)|\b(?:in\sthe\s|this\s|at\s)?(?P<english_part>morning|noon|afternoon|evening)\b",
        ),
        (
            "bare",
            rf"(?<![0-9{NUMERAL}.\-/])(?P<hour>{_SMALL})(?=\s?(?:到|至|-|~)\s?(?:下午|晚上|中午)?{_SMALL}(?:点|时(?!候|间)))",
        ),
        (
            "bare",
            r"(?<![0-9.\-/:])(?P<hour>[0-9]{1,2})(?=\s?(?:to|till|until|and|-|~)\s?[0-9]{1,2}(?::[0-9]{2})?\s?[ap]\.?m\b)",
        ),
        (
            "clock",
            rf"(?<![0-9./:])(?P<hour>[0-9]{{1,2}}):(?P<minute>[0-9]{{2}})(?:\s?(?P<half_day>[ap])\.?m\b\.?)?(?![0-9:]){_ABOUT}",
        ),
        (
            "clock",
            rf"(?<![0-9{NUMERAL}.])(?P<hour>{_SMALL})(?:点|时(?!候|间|常|不|段))(?P<rest>{_CLOCK_END}){_ABOUT}",
        ),
        ("clock", r"(?<![0-9./:])(?P<hour>[0-9]{1,2})\s?(?P<half_day>[ap])\.?m\b\.?"),
        ("clock", r"\bat\s(?P<bare_hour>[0-9]{1,2})\b(?!\s?[-/.#:0-9%号栋幢])"),
        ("before", r"[之以]?前(?![天面台门边后年任列])|\b(?:by|before|until|till)\b"),
        ("after", r"[之以]?后(?![天面门边台院续年])|\bafter\b"),
        ("to", r"到|至|-|~|\bto\b|\band\b"),
    )
)


def find_time_words(line: str, today: date) -> list[Word]:
    """Return the words of times in a plain line, in order; no character serves two of them.

    Args:
        line: Text that ``plain`` has put on one footing.
        today: The calendar day on which the line was typed.
    """
    words: list[Word] = []
    taken = bytearray(len(line))
    for kind, pattern in _PATTERNS:
        for match in pattern.finditer(line):
            start, end = match.span()
            if not any(taken[start:end]):
                found = list(_words(kind, match, today))
                taken[start:end] = b"\x01" * (end - start if found else 0)
                words.extend(found)
    return sorted(words, key=lambda word: word.span)


def _words(kind: str, match: re.Match[str], today: date) -> Iterator[Word]:
    span, groups = match.span(), {name: text for name, text in match.groupdict().items() if text}
    if kind in _DATES:
        try:
            days = _DATES[kind](groups, today)
        except (ValueError, OverflowError):
            # 12月32号下午3点 must not be read as 3 in the afternoon of today.
            yield Word("day", span, is_wrong=True)
        else:
            yield Word("day", span, day=days[0] if days else None, others=days[1:])
    if kind in ("within", "later"):
        yield Word(kind, span, minutes=_minutes_ahead(groups))
    elif kind in ("bare", "clock"):
        clock = _clock(groups)
        if clock is not None:
            part = {"a": "morning", "p": "afternoon"}.get(groups.get("half_day", "").lower(), "")
            yield Word(
                "clock", span, minutes=clock, part=part, is_bare=kind == "bare" or "bare_hour" in groups
            )
        elif kind == "clock":
            # 明天25:00 must not be read as some time of tomorrow.
            yield Word("vague", span, is_wrong=True)
    elif kind in ("before", "after", "to", "vague"):
        yield Word(kind, span)
    part = groups.get("part") or groups.get("english_part") or groups.get("ahead", "")
    if part.lower() in _PARTS:
        yield Word("part", (span[1], span[1]) if kind != "part" else span, part=_PARTS[part.lower()])


def _ahead(groups: dict[str, str], today: date) -> tuple[date, ...]:
    return (today + timedelta(days=_DAYS_AHEAD[groups["ahead"].lower()]),)


def _days(groups: dict[str, str], today: date) -> tuple[date, ...]:
    said = groups.get("days") or groups["english_days"]
    return (today + timedelta(days=_ENGLISH_NUMBERS.get(said.lower()) or number_of(said) or 0),)


def _either(groups: dict[str, str], today: date) -> tuple[date, ...]:
    first = today + timedelta(days=_DAYS_AHEAD[groups["first"]])
    return first, first + timedelta(days=1)


def _weekend(groups: dict[str, str], today: date) -> tuple[date, ...]:
    saturday = today + timedelta(days=5 - today.weekday())
    if groups.get("next") == "下":
        saturday += timedelta(days=7)
    elif groups.get("english_next"):
        # "next weekend" means two different ones to different people.
        return ()
    return tuple(day for day in (saturday, saturday + timedelta(days=1)) if day >= today)


def _weekday(groups: dict[str, str], today: date) -> tuple[date, ...]:
    name = groups["weekday"].lower()
    wanted = _WEEKDAYS[name] if name in _WEEKDAYS else _ENGLISH_DAYS.index(name[:3])
    said = groups.get("next", "").strip().lower()
    if said in ("本", "这") and wanted < today.weekday():
        return ()
    if said in ("下", "next"):
        if said == "next" and wanted > today.weekday():
            # "next Friday" said on a Wednesday means two different days to different people.
            return ()
        return (today + timedelta(days=7 - today.weekday() + wanted),)
    return (today + timedelta(days=(wanted - today.weekday()) % 7),)


def _date(groups: dict[str, str], today: date) -> tuple[date, ...]:
    day = number_of(groups["day"]) or 0
    if "next_month" in groups:
        return (date(today.year + today.month // 12, today.month % 12 + 1, day),)
    if "month" not in groups and "name" not in groups:
        this = today.replace(day=day)
        return (this,) if this >= today else ()
    name = groups.get("name", "")[:3].lower()
    month = _ENGLISH_MONTHS.index(name) + 1 if name else number_of(groups["month"]) or 0
    if "year" in groups:
        return (date(int(groups["year"]), month, day),)
    this = date(today.year, month, day)
    if this >= today:
        return (this,)
    coming = date(today.year + 1, month, day)
    return (coming,) if coming - today < _WITHIN_YEAR else ()


def _never(_groups: dict[str, str], _today: date) -> tuple[date, ...]:
    """Stand for a day that cannot come: past, or again and again."""
    return ()


_DATES: Final = {
    "never": _never,
    "ahead": _ahead,
    "days": _days,
    "either": _either,
    "weekend": _weekend,
    "week": _weekday,
    "date": _date,
}
"""What each kind of day may be: one date, several to choose from, or none that can come."""


def _minutes_ahead(groups: dict[str, str]) -> int:
    hours = groups.get("hours") or groups.get("english_hours") or ""
    minutes = groups.get("minutes") or groups.get("english_minutes") or ""
    if hours:
        return 60 * (_ENGLISH_NUMBERS.get(hours.lower()) or number_of(hours) or 0)
    return (number_of(minutes) or 0) if minutes else 30


def _clock(groups: dict[str, str]) -> int | None:
    hour = number_of(groups.get("hour") or groups.get("bare_hour") or "")
    rest = groups.get("rest", "").removesuffix("分")
    minute = (
        number_of(groups.get("minute") or rest) if groups.get("minute") or rest not in ("", "钟", "整") else 0
    )
    minute = {"半": 30, "一刻": 15, "三刻": 45}.get(rest, minute)
    if hour is None or minute is None or hour > 24 or minute > 59 or (hour == 24 and minute):
        return None
    return 60 * hour + minute
