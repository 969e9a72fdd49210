"""How skills, licences and hours are written in a cell or after an option: "plumbing:3@2027-06-30;tv:2", 工作日."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable
from datetime import date
from typing import Final

from dispatch.desk.numerals import plain
from dispatch.errors import Refused
from dispatch.model.responder import Hours, Licence, Skill

WEEKDAYS: Final = ("mon", "tue", "wed", "thu", "fri", "sat", "sun")
LEVELS: Final = range(1, 6)

_NAME = re.compile(r"[a-z][a-z0-9_-]{0,39}", re.ASCII)
_SKILL = re.compile(r"([^:@]+)(?::([^:@]+))?(?:@([^:@]*))?")
_LEVEL = re.compile(r"([^:@]*[^:@0-9\s])\s*([0-9])级(@.*)?")
_DATE = re.compile(r"([0-9]{4})[-年/.]([0-9]{1,2})[-月/.]([0-9]{1,2})[日号]?", re.ASCII)
_HOURS = re.compile(r"([a-z]{3})(?:-([a-z]{3}))?\s+(\d{1,2}):(\d{2})-(\d{1,2}):(\d{2})", re.ASCII)


def pieces(text: str) -> tuple[str, ...]:
    """Split at semicolons, also full-width ones; empty pieces and repeats are dropped."""
    return tuple(dict.fromkeys(filter(None, (piece.strip() for piece in re.split("[;；]", text)))))


def parse_skills(text: str, code_of: Callable[[str], str] | None = None) -> tuple[Skill, ...]:
    """Read "plumbing:3@2027-06-30;tv": name, level (1 where not said), last day on which it counts.

    Args:
        text: The level may also be written as 3级, the day as 2027年6月30日.
        code_of: Reads a skill's name where people may call it otherwise than by its code.

    Raises:
        Refused: One is not written so, or named twice.
    """
    skills = []
    for piece in pieces(text):
        written = _LEVEL.sub(r"\1:\2\3", plain(piece)) if code_of else piece
        found = _SKILL.fullmatch(written)
        if found is None:
            raise Refused(
                "{text} is not a skill", text=piece, hint="write plumbing:3 or plumbing:3@2027-06-30"
            )
        level = (found[2] or "1").strip().removesuffix("级")
        if level not in map(str, LEVELS):
            raise Refused(
                "the level of {skill} is {level}, not 1 to 5", skill=found[1].strip(), level=level
            )
        skills.append(Skill(_name(code_of(found[1]) if code_of else found[1]), int(level), _day(found[3])))
    _refuse_repeats(skill.name for skill in skills)
    return tuple(skills)


def parse_needs(text: str) -> dict[str, int]:
    """Read the skills that a service needs: "plumbing:2;electrical", name and least level.

    Raises:
        Refused: One is not written so, is named twice, or is given a last day.
    """
    needed = parse_skills(text)
    dated = next((skill.name for skill in needed if skill.expires_on), None)
    if dated is not None:
        raise Refused("a service needs {skill} on any day", skill=dated, hint="leave @ and the date out")
    return {skill.name: skill.level for skill in needed}


def parse_licences(text: str, code_of: Callable[[str], str] | None = None) -> tuple[Licence, ...]:
    """Read "electrician@2027-01-31;driver": name, last day on which it counts.

    Args:
        text: Such as the example.
        code_of: As of ``parse_skills``.

    Raises:
        Refused: One is not written so, or named twice.
    """
    licences = []
    for piece in pieces(text):
        name, at, day = (plain(piece) if code_of else piece).partition("@")
        licences.append(Licence(_name(code_of(name) if code_of else name), _day(day) if at else None))
    _refuse_repeats(licence.name for licence in licences)
    return tuple(licences)


def parse_hours(text: str) -> tuple[Hours, ...]:
    """Read "mon-fri 08:00-18:00;sat 22:00-06:00" as stretches within single days, in the week's order.

    A stretch that ends before it begins runs past midnight into the next day. What people say of their week is read
    as well: 工作日, 每天晚上, 周一至周五 8:00-18:00; 随时 is nothing, which means at any hour.

    Raises:
        Refused: One is not written so, or ends where it begins.
    """
    from dispatch.desk.week_words import says_any_hour, week_said  # its patterns take long to make

    if says_any_hour(text):
        return ()
    stretches: set[tuple[int, int, int]] = set()
    for piece in pieces(text.lower()):
        for day, begin, end in week_said(piece) or _stretches(piece):
            if begin < end:
                stretches.add((day % 7, begin, end))
            else:
                stretches.add((day % 7, begin, 1440))
                if end:
                    stretches.add(((day + 1) % 7, 0, end))
    return tuple(Hours(*stretch) for stretch in sorted(stretches))


def _stretches(piece: str) -> list[tuple[int, int, int]]:
    """Read "mon-fri 08:00-18:00" as day, begin and end; the end may lie past midnight, before the begin."""
    found = _HOURS.fullmatch(piece)
    if found is None or not {found[1], found[2] or found[1]} <= set(WEEKDAYS):
        raise _no_hours(piece)
    first, last = WEEKDAYS.index(found[1]), WEEKDAYS.index(found[2] or found[1])
    begin, end = (_minute(piece, int(found[at]), int(found[at + 1])) for at in (3, 5))
    if begin in (end, 1440):
        raise _no_hours(piece)
    return [(day, begin, end) for day in range(first, last + 1 if first <= last else last + 8)]


def write_skills(skills: Iterable[Skill]) -> str:
    """Write skills so that ``parse_skills`` reads them back."""
    return ";".join(f"{skill.name}:{skill.level}{_until(skill.expires_on)}" for skill in skills)


def write_licences(licences: Iterable[Licence]) -> str:
    """Write licences so that ``parse_licences`` reads them back."""
    return ";".join(licence.name + _until(licence.expires_on) for licence in licences)


def write_hours(hours: Iterable[Hours]) -> str:
    """Write hours so that ``parse_hours`` reads them back, runs of days with the same stretch together."""
    days: dict[tuple[int, int], list[int]] = {}
    for stretch in hours:
        days.setdefault((stretch.from_minute, stretch.to_minute), []).append(stretch.weekday)
    runs: list[tuple[int, int, int, int]] = []
    for (begin, end), on in days.items():
        for day in sorted(on):
            if runs and runs[-1][1:] == (day - 1, begin, end):
                runs[-1] = (runs[-1][0], day, begin, end)
            else:
                runs.append((day, day, begin, end))
    return ";".join(
        f"{WEEKDAYS[first]}{f'-{WEEKDAYS[last]}' if last > first else ''} {_clock(begin)}-{_clock(end)}"
        for first, last, begin, end in sorted(runs)
    )


def _name(text: str) -> str:
    name = text.strip()
    if not _NAME.fullmatch(name):
        raise Refused(
            "{text} is not a name of a skill or licence",
            text=name,
            hint="write small letters, digits, - and _, beginning with a letter",
        )
    return name


def _day(text: str | None) -> date | None:
    if text is None:
        return None
    written = _DATE.fullmatch(plain(text).strip())
    try:
        return date(*map(int, written.groups())) if written else date.fromisoformat(text.strip())
    except ValueError:
        raise Refused("{text} is not a day", text=text.strip(), hint="write it as 2027-06-30") from None


def _minute(piece: str, hour: int, minute: int) -> int:
    if minute >= 60 or hour * 60 + minute > 1440:
        raise _no_hours(piece)
    return hour * 60 + minute


def _no_hours(piece: str) -> Refused:
    return Refused(
        "{text} is not a stretch of the week", text=piece, hint="write mon-fri 08:00-18:00 or sat 09:00-12:00"
    )


def _refuse_repeats(names: Iterable[str]) -> None:
    seen: set[str] = set()
    for name in names:
        if name in seen:
            raise Refused("{name} is named twice", name=name)
        seen.add(name)


def _until(day: date | None) -> str:
    return f"@{day.isoformat()}" if day else ""


def _clock(minute: int) -> str:
    return f"{minute // 60:02d}:{minute % 60:02d}"
