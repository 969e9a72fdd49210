"""When helpers may be asked and may work, for all of them at once, on the clock of the community's wall."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime, time, timedelta

import numpy as np
import numpy.typing as npt

from dispatch.model.quiet import Quiet
from dispatch.model.responder import Hours

DAY = 24 * 60
WEEK = 7 * DAY
NEVER = 10_000 * WEEK
"""Minutes; stands for a moment that does not come (some two hundred years)."""

Minutes = npt.NDArray[np.int64]
Flags = npt.NDArray[np.bool_]


class Openings:
    """The weekly hours of a list of helpers, each a list of stretches.

    Wall-clock time without a zone is what hours are kept on; on the one day in
    spring and the one in autumn when a clock is turned, a wait that runs across
    it is an hour off in length and right in what the clock will show.
    """

    def __init__(self, hours: Sequence[Sequence[Hours]]) -> None:
        # Many keep the same hours: each kind is written down once.
        kinds: dict[tuple[Hours, ...], int] = {}
        # Most of these are not only alike but one and the same list, which is told apart sooner.
        different = {id(some): some for some in hours}
        kind_of = {one: kinds.setdefault(tuple(some), len(kinds)) for one, some in different.items()}
        self.kind = np.array([kind_of[id(some)] for some in hours], dtype=np.int64)
        rows = [
            (kind, one.weekday, one.from_minute, one.to_minute) for some, kind in kinds.items() for one in some
        ]
        table = np.array(rows, dtype=np.int64).reshape(len(rows), 4)
        self.owner, self.weekday, self.opens, self.closes = table.T
        self.kinds = len(kinds)
        self.always: Flags = np.ones(self.kinds, dtype=np.bool_)
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
        some: Flags = self.always | (np.bincount(self.owner, weights=inside, minlength=self.kinds) > 0)
        return some[self.kind]

    def minutes_until(self, now: datetime, rested_in: Minutes) -> Minutes:
        """Return how many minutes after *now* each helper is both open and rested.

        Args:
            now: On the wall.
            rested_in: Minutes after *now* from which each is rested, 0 or more.
        """
        midnight = now.weekday() * DAY + now.hour * 60 + now.minute
        first = np.empty(len(self.kind), dtype=np.int64)
        for rest in dict.fromkeys(rested_in.tolist()):
            since_opening = (midnight + rest - self.weekday * DAY - self.opens) % WEEK
            wait = np.where(since_opening < self.closes - self.opens, 0, WEEK - since_opening)
            wait = np.where(self.opens == self.closes, NEVER, wait)
            least: Minutes = np.where(self.always, 0, NEVER).astype(np.int64)
            np.minimum.at(least, self.owner, wait)
            those = rested_in == rest
            first[those] = np.minimum(rest + least[self.kind[those]], NEVER)
        return first


def without_quiet(hours: Sequence[Hours], quiet: Sequence[Quiet], notice: int) -> tuple[Hours, ...]:
    """Return the stretches of the week in which somebody may be asked: their hours without the quiet ones.

    Args:
        hours: Nothing means at any hour.
        quiet: On every day.
        notice: How many minutes before it gets quiet nobody is asked any more.

    Returns:
        At least one stretch; an empty one where no minute is left.
    """
    is_free = np.zeros(WEEK, dtype=np.bool_)
    for one in hours:
        is_free[one.weekday * DAY + one.from_minute : one.weekday * DAY + one.to_minute] = True
    if not hours:
        is_free[:] = True
    for still in quiet:
        length = min(DAY, (still.to_minute - still.from_minute) % DAY + notice)
        minutes = (still.from_minute - notice + np.arange(length)) % DAY
        is_free.reshape(7, DAY)[:, minutes] = False
    left = []
    for weekday, day in enumerate(is_free.reshape(7, DAY)):
        turns = np.flatnonzero(np.diff(np.concatenate(([False], day, [False]))))
        left += [Hours(weekday, begins, ends) for begins, ends in turns.reshape(-1, 2).tolist()]
    return tuple(left) or (Hours(0, 0, 0),)


def on_the_hour(now: datetime, minutes: int) -> datetime:
    """Return the wall-clock moment that many minutes after *now*, to the minute."""
    return datetime.combine(now.date(), time(now.hour, now.minute)) + timedelta(minutes=minutes)
