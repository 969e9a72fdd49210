"""Days and times as offices write them: 2026-11-23, 2023.7.17, 2023年7月17日 9:05, 45124."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Callable, Sequence
from datetime import UTC, date, datetime, time, timedelta, tzinfo
from functools import partial
from typing import Final, NamedTuple

from dispatch.desk.sheets.cells import Cell, cell_text
from dispatch.errors import Refused

_EXCEL_DAY_NOUGHT: Final = datetime(1899, 12, 30)
_EXCEL_DAYS: Final = range(20_000, 73_051)
"""Day numbers taken for days: October 1954 to the end of 2099."""

_SERIAL = re.compile(r"\d{5}(?:\.\d+)?")
_BEHIND_THE_DAY: Final = (
    r"(?: ?\(?(?:周|星期|礼拜)[一二三四五六日天]\)?)?"
    r"(?:[t ]{0,2}(?P<half>上午|下午|中午|晚上|早上|凌晨|am|pm)? ?(?P<hour>\d{1,2}) ?[:时点]"
    r" ?(?P<minute>\d{1,2}|半|整)?分?(?::(?P<second>\d{1,2})(?:\.\d+)?)?秒? ?(?P<after>am|pm)?)?"
)
_USUAL = re.compile(
    r"(?P<year>\d{4}) ?[-./年] ?(?P<month>\d{1,2}) ?[-./月] ?(?P<day>\d{1,2}) ?[日号]?" + _BEHIND_THE_DAY
)
_YEARLESS = re.compile(r"(?P<month>\d{1,2}) ?月 ?(?P<day>\d{1,2}) ?[日号]?" + _BEHIND_THE_DAY)
_COMPACT = re.compile(r"\d{8}$|\d{4}-?\d\d-?\d\d[t ]")
_DIRECTIVES: Final = {
    "Y": r"(?P<Y>\d{4})",
    "y": r"(?P<y>\d{2})",
    "m": r"(?P<m>\d{1,2})",
    "d": r"(?P<d>\d{1,2})",
    "H": r"(?P<H>\d{1,2})",
    "I": r"(?P<I>\d{1,2})",
    "M": r"(?P<M>\d{1,2})",
    "S": r"(?P<S>\d{1,2})",
    "p": r"(?P<p>[AaPp][Mm])",
    "%": "%",
}


class When(NamedTuple):
    """A day, and the time of day where one was written.

    Args:
        moment: Naive, as the clock on the file's wall shows it, unless the text itself had an offset.
        has_time: False where only a day was written; then the time is midnight.
    """

    moment: datetime
    has_time: bool

    def begins(self, zone: tzinfo) -> datetime:
        """Return the moment in UTC; for a day, its first."""
        return _in_utc(self.moment, zone)

    def ends(self, zone: tzinfo) -> datetime:
        """Return the moment in UTC; for a day, its last minute."""
        end = self.moment if self.has_time else self.moment + timedelta(hours=23, minutes=59)
        return _in_utc(end, zone)


Format = Callable[[str], When | None]
"""Reads one way of writing a moment; none where the text is not written that way."""


YearOf = Callable[[int, int], int]
"""Says of which year a month and a day are that were written without one."""


def date_format(pattern: str) -> Format:
    """Return a reader of moments written as *pattern* says.

    Args:
        pattern: As for ``strptime``, with %Y %y %m %d %H %I %M %S %p and %% only.
            Leading noughts may be missing; two-digit years are of this century.

    Raises:
        ValueError: It has another directive, the same one twice, or no year, month and day.
    """
    parts = re.split(r"%(.)", pattern)
    names = [name for name in parts[1::2] if name != "%"]
    if len(set(names)) != len(names) or not {"m", "d"} <= set(names) or not {"Y", "y"} & set(names):
        raise ValueError(pattern)
    try:
        text = "".join(_DIRECTIVES[part] if odd % 2 else re.escape(part) for odd, part in enumerate(parts))
    except KeyError:
        raise ValueError(pattern) from None
    return partial(_read_as, re.compile(text))


def read_when(cell: Cell, formats: Sequence[Format] = (), year_of: YearOf | None = None) -> When:
    """Return the day, and time where there is one, that a cell tells.

    Args:
        cell: Text, Excel's day number, or a date cell.
        formats: Ways of writing that are tried before the usual ones.
        year_of: Of which year 11月25日 is; without it, it is refused.

    Raises:
        Refused: It tells none, or one that is not in the calendar. A day with the year
            last, or two numbers that do not say which is the month, are not guessed.
    """
    if isinstance(cell, datetime):
        return When(cell, cell.time() != time.min)
    if isinstance(cell, date):
        return When(datetime.combine(cell, time.min), has_time=False)
    text = cell_text(cell)
    try:
        for read in formats:
            if (when := read(text)) is not None:
                return _in_living_memory(when)
        return _in_living_memory(_usual(unicodedata.normalize("NFKC", text).casefold(), year_of))
    except (ValueError, OverflowError):
        raise Refused(
            "{text} is not a day that can be read",
            text=text,
            hint="write it as 2026-11-23 or 2026-11-23 09:05",
        ) from None


def _usual(text: str, year_of: YearOf | None) -> When:
    if _SERIAL.fullmatch(text):
        number = float(text)
        if int(number) not in _EXCEL_DAYS:
            raise ValueError(text)
        seconds = round(number % 1 * 86_400)
        return When(_EXCEL_DAY_NOUGHT + timedelta(days=int(number), seconds=seconds), seconds > 0)
    text = " ".join(text.split())
    found, year = _USUAL.fullmatch(text), None
    if found is None and year_of is not None and (found := _YEARLESS.fullmatch(text)) is not None:
        year = year_of(int(found["month"]), int(found["day"]))
    if found is None:
        if not _COMPACT.match(text):
            raise ValueError(text)
        return When(datetime.fromisoformat(text.upper()), len(text) > len("2026-11-23"))
    day = datetime(int(found["year"]) if year is None else year, int(found["month"]), int(found["day"]))
    if found["hour"] is None:
        return When(day, has_time=False)
    minute = {"半": 30, "整": 0, None: 0}.get(found["minute"])
    clock = time(
        _hour(int(found["hour"]), found["half"] or found["after"]),
        int(found["minute"]) if minute is None else minute,
        int(found["second"] or 0),
    )
    return When(datetime.combine(day, clock), has_time=True)


def _in_living_memory(when: When) -> When:
    if not 1900 <= when.moment.year < 2200:
        raise ValueError(when)
    return when


def _hour(hour: int, half: str | None) -> int:
    if half in ("下午", "晚上", "pm") and hour < 12:
        return hour + 12
    if half == "中午" and hour < 11:
        return hour + 12
    if half in ("am", "上午", "凌晨") and hour == 12:
        return 0
    return hour


def _read_as(pattern: re.Pattern[str], text: str) -> When | None:
    found = pattern.fullmatch(text)
    if found is None:
        return None
    part = found.groupdict()
    year = int(part["Y"]) if "Y" in part else 2000 + int(part["y"])
    hour = int(part.get("H") or part.get("I") or 0)
    half = part.get("p")
    if half is not None:
        hour = _hour(hour, half.lower())
    moment = datetime(year, int(part["m"]), int(part["d"]), hour, int(part.get("M") or 0), int(part.get("S") or 0))
    return When(moment, "H" in part or "I" in part)


def _in_utc(moment: datetime, zone: tzinfo) -> datetime:
    return (moment if moment.tzinfo else moment.replace(tzinfo=zone)).astimezone(UTC)
