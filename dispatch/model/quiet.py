"""Quiet hours: stretches of the day in which nobody is asked by what rings or buzzes."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable
from datetime import datetime, timedelta
from typing import Final, NamedTuple

from dispatch.clock import on_the_wall
from dispatch.errors import Refused

DAY_MINUTES: Final = 24 * 60
_STRETCH = re.compile(r"(\d{1,2}):(\d{2})\s*[-~至到]\s*(\d{1,2}):(\d{2})", re.ASCII)


class Quiet(NamedTuple):
    """A stretch of every day; it may run over midnight.

    Args:
        from_minute: Minutes after midnight, 0 to 1439, on the community's wall clock.
        to_minute: The minute after the last, 0 to 1439; not ``from_minute``.
    """

    from_minute: int
    to_minute: int

    def minutes_left(self, minute: int) -> int:
        """Return in how many minutes it is over, where it holds at that minute of the day; else 0."""
        since = (minute - self.from_minute) % DAY_MINUTES
        return max(0, (self.to_minute - self.from_minute) % DAY_MINUTES - since)


def parse_quiet(text: str) -> tuple[Quiet, ...]:
    """Read "21:30-07:30;12:00-14:00"; nothing means that there are no quiet hours.

    Raises:
        Refused: A stretch is not written so, or is empty.
    """
    found = set()
    for piece in filter(None, (one.strip() for one in re.split("[;；]", text))):
        written = _STRETCH.fullmatch(unicodedata.normalize("NFKC", piece))
        begin, end = (int(written[at]) * 60 + int(written[at + 1]) for at in (1, 3)) if written else (0, 0)
        is_clock = written is not None and max(int(written[2]), int(written[4])) < 60
        if not is_clock or begin >= DAY_MINUTES or end > DAY_MINUTES or begin == end % DAY_MINUTES:
            raise Refused("{text} is not a stretch of the day", text=piece, hint="write 21:30-07:30")
        found.add(Quiet(begin, end % DAY_MINUTES))
    return tuple(sorted(found))


def write_quiet(quiet: Iterable[Quiet]) -> str:
    """Write stretches so that ``parse_quiet`` reads them back."""
    return ";".join(
        f"{one.from_minute // 60:02}:{one.from_minute % 60:02}-{one.to_minute // 60:02}:{one.to_minute % 60:02}"
        for one in quiet
    )


def quiet_until(quiet: Iterable[Quiet], now: datetime, zone: str) -> datetime | None:
    """Return when the quiet that holds at a moment is over; none where it is not quiet.

    Stretches that follow each other without a gap count as one. On a night in which the clock is turned it
    may end an hour off in length; it ends when the clock on the wall says so.
    """
    stretches = tuple(quiet)
    here = on_the_wall(now, zone).replace(tzinfo=None)
    wait = 0
    while wait < DAY_MINUTES:
        minute = (here.hour * 60 + here.minute + wait) % DAY_MINUTES
        more = max((one.minutes_left(minute) for one in stretches), default=0)
        if not more:
            break
        wait += more
    if not wait:
        return None
    there = here.replace(second=0, microsecond=0) + timedelta(minutes=wait)
    return there.replace(tzinfo=on_the_wall(now, zone).tzinfo).astimezone(now.tzinfo)
