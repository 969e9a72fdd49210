"""When helpers may be asked and may work, for all of them at once, on the clock of the community's wall."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime, time, timedelta

import numpy as np
import numpy.typing as npt

from dispatch.solver.problem import Helper

DAY = 24 * 60
WEEK = 7 * DAY
NEVER = 10_000 * WEEK
"""Minutes; stands for a moment that does not come (some two hundred years)."""

Minutes = npt.NDArray[np.int64]
Flags = npt.NDArray[np.bool_]


class Openings:
    """The weekly hours of a list of helpers.

    Wall-clock time without a zone is what hours are kept on; on the one day in
    spring and the one in autumn when a clock is turned, a wait that runs across
    it is an hour off in length and right in what the clock will show.
    """

    def __init__(self, helpers: Sequence[Helper]) -> None:
        rows = [
            (index, hours.weekday, hours.from_minute, hours.to_minute)
            for index, helper in enumerate(helpers)
            for hours in helper.hours
        ]
        table = np.array(rows, dtype=np.int64).reshape(len(rows), 4)
        self.owner, self.weekday, self.opens, self.closes = table.T
        self.count = len(helpers)
        self.always: Flags = np.ones(self.count, dtype=np.bool_)
        self.always[self.owner] = False

    def within(self, begins: datetime, ends: datetime) -> Flags:
        """Say who is open at some minute of a stretch of wall-clock time, both ends included.

        Of a stretch that ends before it begins, the beginning counts.
        """
        ends = max(begins, ends)
        inside = np.zeros(len(self.owner), dtype=np.bool_)
        for days in range(min(8, (ends.date() - begins.date()).days + 1)):
            day = begins.date() + timedelta(days=days)
            first = begins.hour * 60 + begins.minute if days == 0 else 0
            last = ends.hour * 60 + ends.minute if day == ends.date() else DAY - 1
            inside |= (self.weekday == day.weekday()) & (self.opens <= last) & (self.closes > first)
        return self.always | (np.bincount(self.owner, weights=inside, minlength=self.count) > 0)

    def minutes_until(self, now: datetime, rested_in: Minutes) -> Minutes:
        """Return how many minutes after *now* each helper is both open and rested.

        Args:
            now: On the wall.
            rested_in: Minutes after *now* from which each is rested, 0 or more.
        """
        midnight = now.weekday() * DAY + now.hour * 60 + now.minute
        start = midnight + rested_in[self.owner]
        since_opening = (start - self.weekday * DAY - self.opens) % WEEK
        wait = np.where(since_opening < self.closes - self.opens, 0, WEEK - since_opening)
        least: Minutes = np.where(self.always, 0, NEVER).astype(np.int64)
        np.minimum.at(least, self.owner, wait)
        first: Minutes = np.minimum(rested_in + least, NEVER)
        return first


def on_the_hour(now: datetime, minutes: int) -> datetime:
    """Return the wall-clock moment that many minutes after *now*, to the minute."""
    return datetime.combine(now.date(), time(now.hour, now.minute)) + timedelta(minutes=minutes)
