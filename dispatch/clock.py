"""The only module that asks what time it is."""

from __future__ import annotations

import time
from collections.abc import Callable
from datetime import UTC, date, datetime, tzinfo
from functools import lru_cache
from typing import Protocol
from zoneinfo import ZoneInfo

from dispatch.errors import Refused


class Clock(Protocol):
    """Where a transaction gets its one moment from."""

    def moment(self, ask_database: Callable[[], datetime] | None = None) -> datetime:
        """Return the present moment, aware, in UTC.

        Args:
            ask_database: Reads the database server's clock, where it has one
                that all workers share; called at most once.
        """


class WallClock:
    """The time of day: the database server's where it has one, else this machine's."""

    def moment(self, ask_database: Callable[[], datetime] | None = None) -> datetime:
        """Return the present moment, aware, in UTC."""
        return datetime.now(UTC) if ask_database is None else ask_database().astimezone(UTC)


class StoppedClock:
    """A rehearsal's clock: stands at the moment it was given until it is set again."""

    def __init__(self, at: datetime) -> None:
        self.at = at.astimezone(UTC)

    def moment(self, ask_database: Callable[[], datetime] | None = None) -> datetime:
        """Return the moment the clock stands at."""
        return self.at


def stopwatch() -> float:
    """Return seconds that only ever grow, for measuring how long something took."""
    return time.perf_counter()


def unix_milliseconds() -> int:
    """Return this machine's milliseconds since 1970, for ids that sort; nothing is decided by them."""
    return time.time_ns() // 1_000_000


def sleep(seconds: float) -> None:
    """Let time pass: between ticks of the worker and between tries at a busy database."""
    time.sleep(seconds)


def parse_moment(text: str, zone: tzinfo | None = None) -> datetime:
    """Read an RFC 3339 moment.

    Args:
        text: Such as "2026-11-23T09:00+08:00".
        zone: What a moment without an offset is taken to be in; without it such a moment is refused.

    Returns:
        An aware moment in UTC.

    Raises:
        Refused: It is not a moment, or has no offset and there is no zone.
    """
    try:
        moment = datetime.fromisoformat(text.strip())
    except ValueError:
        raise Refused(
            "{text} is not a moment", text=text, hint="write it as 2026-11-23T09:00+08:00"
        ) from None
    if moment.tzinfo is None:
        if zone is None:
            raise Refused(
                "{text} has no offset from UTC", text=text, hint="write it as 2026-11-23T09:00+08:00"
            )
        moment = moment.replace(tzinfo=zone)
    return moment.astimezone(UTC)


@lru_cache(maxsize=64)  # one transaction writes its one moment thousands of times
def rfc3339(moment: datetime) -> str:
    """Write a moment as RFC 3339 text in UTC, to the microsecond, always 27 characters long."""
    return moment.astimezone(UTC).isoformat(timespec="microseconds")[:26] + "Z"


def on_the_wall(moment: datetime, zone: str) -> datetime:
    """Return a moment as the clock on the community's wall shows it."""
    return moment.astimezone(ZoneInfo(zone))


def clock_text(moment: datetime, zone: str, now: datetime) -> str:
    """Write a moment as people say it on the community's wall: "11-23 09:00", with its year where that is not now's."""
    there = on_the_wall(moment, zone)
    return there.strftime("%m-%d %H:%M" if there.year == on_the_wall(now, zone).year else "%Y-%m-%d %H:%M")


def day_of(moment: datetime, zone: str) -> date:
    """Return the community's calendar day of a moment."""
    return on_the_wall(moment, zone).date()
