"""A time that an option says and nothing beside it, in words or in RFC 3339: only what is certain."""

from __future__ import annotations

import re
from datetime import UTC, datetime
from typing import Final
from zoneinfo import ZoneInfo

from dispatch.clock import on_the_wall, parse_moment
from dispatch.desk.numerals import plain
from dispatch.desk.typed_line.time_words import Word, find_time_words
from dispatch.desk.typed_line.windows import PARTS, Window, at_minutes, minutes_meant, read_times
from dispatch.errors import Refused
from dispatch.i18n import Sentence, sentence

LONGEST: Final = 100
_TWO_CLOCKS: Final = re.compile(r"\s[0-9]{1,2}:[0-9]{2}\s?-", re.ASCII)
"""To Python, the end of "2026-12-01 09:00-11:00" is an offset from UTC; to whoever typed it, it is eleven o'clock."""

_FILLING: Final = re.compile(r"(?:\s|,|的|钟|之间|期间|on|at|from|between|in|the)*", re.IGNORECASE)


def read_window(text: str, now: datetime, zone: str) -> Window:
    """Return the window that a text says, both ends in UTC.

    Args:
        text: "今天下午", "明天上午九点到十一点", or BEGIN/END in RFC 3339; without an offset on the community's wall.
        now: The moment it was typed; aware.
        zone: IANA time zone of the clock on the community's wall.

    Raises:
        Refused: It says no time, more than one, or one that is not certain.
    """
    exact = [_exact(part, zone) for part in text.split("/")]
    if len(exact) == 2 and exact[0] and exact[1]:
        return exact[0], exact[1]
    found = read_times(text, now, zone, is_wished=True).found if len(text) <= LONGEST else ()
    line = plain(text)
    if len(found) == 1 and _is_all(line, [found[0].span]):
        return found[0].window
    raise Refused(
        "{text} is no window that is certain: {why}",
        text=text[:LONGEST],
        why=_why(text, on_the_wall(now, zone), sentence("from when until when is not clear from it")),
        hint="say it as tomorrow 9:00-11:00 or 2026-12-01 14:00-16:00, or write BEGIN/END, such as "
        "2026-11-23T09:00+08:00/2026-11-23T11:00+08:00",
    )


def read_moment(text: str, now: datetime, zone: str) -> datetime:
    """Return the moment with which what a text says begins, in UTC: 明天 at midnight, 明天下午 at the usual hour.

    Args:
        text: "明天", "12月1日", "下周一", "明天下午三点", "2026-12-01", or a moment in RFC 3339.
        now: The moment it was typed; aware.
        zone: IANA time zone of the clock on the community's wall.

    Raises:
        Refused: It says no moment, or one that is not certain.
    """
    exact = _exact(text, zone)
    if exact is not None:
        return exact
    wall = on_the_wall(now, zone)
    line = plain(text[:LONGEST])
    words = find_time_words(line, wall.date())
    if len(text) <= LONGEST and _is_all(line, [word.span for word in words]):
        moment = _moment(words, wall)
        if moment is not None:
            return moment.astimezone(UTC)
    raise Refused(
        "{text} is no moment that is certain: {why}",
        text=text[:LONGEST],
        why=_why(text, wall, sentence("which moment is meant is not clear from it")),
        hint="say it as tomorrow, 2026-12-01 or tomorrow at 3pm, or write it as 2026-12-01T08:00",
    )


def _exact(text: str, zone: str) -> datetime | None:
    if _TWO_CLOCKS.search(plain(text)):
        return None
    try:
        return parse_moment(plain(text), ZoneInfo(zone))
    except (Refused, OverflowError):
        return None


def _moment(words: list[Word], wall: datetime) -> datetime | None:
    kinds = [word.kind for word in words]
    if not kinds or len(set(kinds)) < len(kinds) or not set(kinds) <= {"day", "part", "clock"}:
        return None
    has_day = "day" in kinds
    day = next((word.day for word in words if word.kind == "day"), wall.date())
    if day is None:
        return None
    minutes: int | None = 0
    if "clock" in kinds:
        minutes = minutes_meant(words, None, has_day=has_day)
    elif "part" in kinds:
        part = next(word.part for word in words if word.kind == "part")
        minutes = PARTS[part][0] if part in PARTS and has_day else None
    return None if minutes is None else at_minutes(day, minutes, wall)


def _is_all(line: str, spans: list[tuple[int, int]]) -> bool:
    at = 0
    for start, end in spans:
        if _FILLING.fullmatch(line, at, max(at, start)) is None:
            return False
        at = max(at, end)
    return bool(spans) and _FILLING.fullmatch(line, at) is not None


def _why(text: str, wall: datetime, else_: Sentence) -> Sentence:
    """Say what of a text was read, and what keeps it from being certain."""
    line = plain(text[:LONGEST])
    words = find_time_words(line, wall.date())
    if not words or len(text) > LONGEST:
        return sentence("no time is read in it")
    read = tuple(dict.fromkeys(text[slice(*word.span)].strip() for word in words if word.span[0] < word.span[1]))
    if any(word.kind == "day" and word.day is None for word in words):
        return sentence("read was {parts}; a day in it is past, comes again and again, or is none", parts=read)
    early = [word for word in words if word.kind == "clock" and word.minutes < 12 * 60]
    if early and ":" not in line and not any(word.part for word in words):
        return sentence("read was {parts}; is it in the morning or in the afternoon?", parts=read)
    return sentence("read was {parts}; {why}", parts=read, why=else_)
