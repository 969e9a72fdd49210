"""From when until when work may begin, as a line of text says it: only what is certain."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace
from datetime import UTC, date, datetime, time, timedelta
from typing import Final, NamedTuple

from dispatch.clock import on_the_wall
from dispatch.desk.numerals import NUMERAL, plain
from dispatch.desk.typed_line.time_words import Word, find_time_words
from dispatch.desk.typed_line.wishes import WANTED, is_of_every_week, stands_alone
from dispatch.errors import Refused

Window = tuple[datetime, datetime]

PARTS: Final = {
    "early": (7 * 60, 9 * 60),
    "morning": (8 * 60, 12 * 60),
    "noon": (11 * 60 + 30, 13 * 60 + 30),
    "afternoon": (13 * 60, 18 * 60),
    "evening": (18 * 60, 21 * 60),
}
"""What the parts of a day mean here, in minutes after midnight; shown to be confirmed each time."""

_DAY: Final = (8 * 60, 20 * 60)
_AROUND_MINUTES: Final = 30
_MIDNIGHT: Final = 24 * 60
# Hours that each part of a day can be said of, and how many to add to the number said.
_HOURS: Final = {
    "small hours": {**dict.fromkeys(range(7), 0)},
    "early": {**dict.fromkeys(range(4, 11), 0)},
    "morning": {**dict.fromkeys(range(5, 13), 0)},
    "noon": {11: 0, 12: 0, 1: 12, 2: 12, 13: 0, 14: 0},
    "afternoon": {12: 0, **dict.fromkeys(range(1, 8), 12), **dict.fromkeys(range(13, 20), 0)},
    "evening": {**dict.fromkeys(range(5, 12), 12), 12: 12, **dict.fromkeys(range(17, 25), 0)},
    "": {**dict.fromkeys(range(8, 25), 0)},
}
_GLUE = re.compile(r"(?:\s|,|的|on|at|from|between|in|the){0,3}", re.IGNORECASE | re.ASCII)
_WISHED = re.compile(rf"每|下|every\b|each\b|next\b|.*?[0-9{NUMERAL}]\s?[月日号]", re.IGNORECASE)
_NOT_THEN = re.compile(r"\s?(?:[我都均要得她他们]{0,2})(?:不[在行能方便可得来]|没[人空]|出门|上班|外出|除外)")
_NOT_BEFORE = re.compile(r"(?:不要|除了|except|not)\s?(?:on|at)?\s?$", re.IGNORECASE)
_MORE = re.compile(
    r"\s?(?:(?:到|至|-|~|to|till|until|or|或)\s?(?:[0-9]|次日|第二天)|[0-9]{1,2}[:点])", re.IGNORECASE | re.ASCII
)


@dataclass(frozen=True, slots=True)
class FoundWindow:
    """A window and the stretch of text that says it."""

    window: Window
    span: tuple[int, int]


def find_windows(text: str, now: datetime, zone: str) -> tuple[FoundWindow, ...]:
    """Return the windows that a line of text says for certain, in order, both ends in UTC.

    Left out, because they are not certain: what is past or ruled out, what comes again every week, hours
    that could be of the morning or the evening (3点), days without any time that may tell when the trouble
    began (今天). A clock time alone stands for the half hour that begins with it; a part of a day for its
    usual hours; a day for 8 to 20.

    Args:
        text: At most a line.
        now: The moment it was typed; aware.
        zone: IANA time zone of the clock on the community's wall.

    Raises:
        Refused: A window ends before it begins.
    """
    return read_times(text, now, zone).found


class Times(NamedTuple):
    """What a line says of times.

    Args:
        found: The windows that are certain; a day that may be two (周末) gives one for each.
        lost: What seems to be wished for and is not understood, as it was typed.
        asked: What of that cannot tell when the trouble began, so that it has to be asked about.
    """

    found: tuple[FoundWindow, ...]
    lost: tuple[str, ...]
    asked: tuple[str, ...]


def read_times(text: str, now: datetime, zone: str, *, is_wished: bool = False) -> Times:
    """Return what ``find_windows`` does, and beside it the times that seem to be wished for and are not understood.

    Of the second kind are 每周三上午, 12月32号, 半夜两点, 饭点: a clock time, a day that cannot be, whatever a
    word of wanting follows, and what stands by itself. 今天 and 昨天 alone tell when the trouble began.

    Args:
        text: As of ``find_windows``.
        now: As of ``find_windows``.
        zone: As of ``find_windows``.
        is_wished: Whether the text is known to say when somebody should come, so that 今天 is from now on.

    Raises:
        Refused: A window ends before it begins.
    """
    line = plain(text)
    wall = on_the_wall(now, zone)
    found: list[FoundWindow] = []
    lost: list[str] = []
    asked: list[str] = []
    for words in _groups(line, find_time_words(line, wall.date())):
        start, end = words[0].span[0], max(word.span[1] for word in words)
        wish = _wish(words, line, wall, is_wished=is_wished)
        if wish is None:
            continue
        said = text[start:end]
        if wish.is_lost:
            lost.append(said)
        if _NOT_THEN.match(line, end) or _NOT_BEFORE.search(line[:start]) or _MORE.match(line, end):
            continue
        windows = [
            window
            for each in _each_day(words)
            if (window := _window(each, wall, is_wanted=wish.is_wanted)) is not None and window[1] > wall
        ]
        if windows:
            found += [
                FoundWindow((begin.astimezone(UTC), stop.astimezone(UTC)), (start, end)) for begin, stop in windows
            ]
            lost = [each for each in lost if each != said]
        elif wish.is_asked:
            asked.append(said)
    return Times(tuple(found), tuple(dict.fromkeys(lost)), tuple(dict.fromkeys(asked)))


class _Wish(NamedTuple):
    """Whether a time is followed by a word of wanting, is told where no window comes of it, and is asked about."""

    is_wanted: bool
    is_lost: bool
    is_asked: bool


def _wish(words: list[Word], line: str, wall: datetime, *, is_wished: bool) -> _Wish | None:
    """Return what kind of wish a time is, if it may be one: 孩子周末才回来 is none."""
    start, end = words[0].span[0], max(word.span[1] for word in words)
    kinds = {word.kind for word in words}
    is_wanted = is_wished or WANTED.match(line, end) is not None
    is_alone = stands_alone(line, start, end)
    is_open = "vague" in kinds or any(word.others for word in words)
    if is_open and not (is_wanted or is_alone or kinds & {"clock", "part"}):
        return None
    # 昨天就堵了 has a word of wanting too.
    is_past = any(word.kind == "day" and word.day is None for word in words)
    is_alone = is_alone and ("vague" in kinds or (kinds == {"part"} and not _is_over(words, wall)))
    again = is_of_every_week(line[start:end])
    wished = (is_wanted and not is_past) or "clock" in kinds or is_alone
    return _Wish(
        is_wanted,
        wished or _WISHED.match(line[start:end]) is not None,
        (wished and not is_past)
        or (is_past and "clock" in kinds and _ends_line(line, end))
        or again
        or any(word.is_wrong for word in words),
    )


def _ends_line(line: str, end: int) -> bool:
    """Return whether nothing stands behind a time, as what happened then does in 昨天下午三点漏的."""
    return not line[end:].strip(" ,.;:。、")


def _is_over(words: list[Word], wall: datetime) -> bool:
    """Return whether a part of the day has passed today: then it tells when the trouble began."""
    part = _part(words)
    return part not in PARTS or PARTS[part][1] <= wall.hour * 60 + wall.minute


def _each_day(words: list[Word]) -> Iterator[list[Word]]:
    """Yield the words once for each day that they may mean."""
    yield words
    for word in words:
        for day in word.others:
            yield [replace(other, day=day) if other is word else other for other in words]


def _groups(line: str, words: Iterable[Word]) -> list[list[Word]]:
    """Put words that stand beside one another together; a second day or time begins anew without "to"."""
    groups: list[list[Word]] = []
    for word in words:
        group = groups[-1] if groups else []
        side = group[next((i for i, other in enumerate(group) if other.kind == "to"), 0) :]
        joined = group and _GLUE.fullmatch(line, max(other.span[1] for other in group), word.span[0])
        again = word.kind in ("day", "part", "clock", "to", "within", "later", "vague") and any(
            w.kind == word.kind for w in side
        )
        if joined and not again:
            group.append(word)
        else:
            groups.append([word])
    return [
        _trimmed(group)
        for group in groups
        if any(word.kind in ("day", "part", "clock", "within", "later", "vague") for word in group)
    ]


def _trimmed(group: list[Word]) -> list[Word]:
    first = next(i for i, word in enumerate(group) if word.kind != "to")
    group = group[first:]
    while group[-1].kind == "to":
        group = group[:-1]
    return group


def _window(words: list[Word], wall: datetime, *, is_wanted: bool) -> Window | None:
    within = next((word for word in words if word.kind == "within"), None)
    if within is not None:
        return (wall, wall + timedelta(minutes=within.minutes)) if within.minutes else None
    later = next((word for word in words if word.kind == "later"), None)
    if later is not None:
        begins = wall + timedelta(minutes=later.minutes)
        return (begins, begins + timedelta(minutes=_AROUND_MINUTES)) if later.minutes else None
    if any(word.kind == "vague" for word in words):
        return None
    cut = next((i for i, word in enumerate(words) if word.kind == "to"), len(words))
    left, right = words[:cut], words[cut + 1 :]
    days = [word.day for word in words if word.kind == "day"]
    if None in days or len(days) > 1:
        return None
    day = days[0] if days else None
    is_bare = any(word.is_bare for word in left)
    begin = minutes_meant(left, _part(right) or None if is_bare else None, has_day=bool(day))
    end = minutes_meant(right, _part(left), has_day=bool(day))
    if right:
        return _between(day, begin, end, right, wall)
    clock = next((word for word in left if word.kind == "clock"), None)
    if clock is not None:
        return None if begin is None else _from_clock(left, day, begin, wall)
    return _from_part(left, day, wall, is_wanted=is_wanted)


def _part(words: list[Word]) -> str:
    return next((word.part for word in words if word.kind in ("part", "clock") and word.part), "")


def minutes_meant(words: list[Word], inherited: str | None, *, has_day: bool) -> int | None:
    """Return the minutes after midnight that the clock time among the words means, none if not certain.

    Args:
        words: Of one end of a time.
        inherited: The part of the day that the other end says; none where there is no other end.
        has_day: Whether a day is said beside it.
    """
    clock = next((word for word in words if word.kind == "clock"), None)
    if clock is None:
        return None
    part = clock.part or _part(words)
    hour = clock.minutes // 60
    if clock.is_bare and not (part or inherited or has_day) and hour < 8:
        return None
    if clock.part:
        return clock.minutes % (12 * 60) + (12 * 60 if clock.part == "afternoon" else 0)
    later = (
        () if part or inherited is None else (inherited, "", "" if inherited == "evening" else "afternoon")
    )
    return next(
        (clock.minutes + 60 * _HOURS[said][hour] for said in later or (part,) if hour in _HOURS[said]), None
    )


def _between(
    day: date | None, begin: int | None, end: int | None, right: list[Word], wall: datetime
) -> Window | None:
    if begin is None or end is None:
        return None
    if end < begin and not _part(right) and end < 12 * 60:
        end += 12 * 60
    if end < begin:
        raise Refused(
            "the window ends at {end} before it begins at {begin}",
            begin=_clock_text(begin),
            end=_clock_text(end),
            hint="write it as 15:00-17:00",
        )
    return at_minutes(day or wall.date(), begin, wall), at_minutes(day or wall.date(), end, wall)


def _from_clock(words: list[Word], day: date | None, begin: int, wall: datetime) -> Window | None:
    moment = at_minutes(day or wall.date(), begin, wall)
    kinds = {word.kind for word in words}
    if "before" in kinds:
        return (min(wall, moment), moment) if moment > wall else None
    if "after" in kinds:
        evening = _DAY[1] if begin < _DAY[1] else _MIDNIGHT - 1
        return moment, at_minutes(day or wall.date(), max(evening, begin), wall)
    if next(word for word in words if word.kind == "clock").is_bare and day is None and not _part(words):
        return None
    return moment, moment + timedelta(minutes=_AROUND_MINUTES)


def _from_part(words: list[Word], day: date | None, wall: datetime, *, is_wanted: bool) -> Window | None:
    if day is None or {"before", "after"} & {word.kind for word in words}:
        return None
    begin, end = PARTS.get(_part(words), _DAY) if _part(words) else _DAY
    if _part(words) == "small hours":
        return None
    start, stop = at_minutes(day, begin, wall), at_minutes(day, end, wall)
    if start > wall:
        return start, stop
    # 今天下水道堵了 tells when it began; 今天来修 tells when to come.
    return (wall, stop) if is_wanted else None


def at_minutes(day: date, minutes: int, wall: datetime) -> datetime:
    """Return the moment so many minutes after midnight of a day, on the clock that *wall* is read from."""
    midnight = datetime.combine(day, time(), tzinfo=wall.tzinfo)
    if minutes >= _MIDNIGHT:
        return midnight + timedelta(days=1)
    return midnight.replace(hour=minutes // 60, minute=minutes % 60)


def _clock_text(minutes: int) -> str:
    return f"{minutes // 60:02}:{minutes % 60:02}"
